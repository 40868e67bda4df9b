"""Views of mails as sparse matrices: hashed counts by sentence, summed by mail, damped, weighed and scaled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction import FeatureHasher
from sklearn.preprocessing import normalize

from classifiers.features import View

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Block:
    """One family of features: how many hash buckets it has and how much it counts against the others."""

    name: str
    buckets: int
    share: float
    scaled: bool = True


BLOCKS: Final = (
    Block("words", 2**17, 1.0),
    Block("chars", 2**16, 1.2),
    Block("ideas", 2**14, 1.0),
    Block("signs", 2**11, 0.2, scaled=False),
    Block("form", 2**9, 0.15, scaled=False),
)
WIDTH: Final = sum(block.buckets for block in BLOCKS)


def counts(views: Sequence[View]) -> list[csr_matrix]:
    """Hashed counts, one matrix a block, one row a mail."""
    return [_hashed(block, (_grams(block, view) for view in views)) for block in BLOCKS]


def _grams(block: Block, view: View) -> Iterable[str]:
    by_name: dict[str, Iterable[str]] = {
        "words": chain.from_iterable(view.word_grams), "chars": view.char_grams, "ideas": view.idea_grams, "signs": view.signs, "form": view.form,
    }  # fmt: skip
    return by_name[block.name]


def _hashed(block: Block, rows: Iterable[Iterable[str]]) -> csr_matrix:
    hasher = FeatureHasher(block.buckets, input_type="string", dtype=np.float32, alternate_sign=False)
    return hasher.transform(rows)


def rarity(blocks: Sequence[csr_matrix], least: int = 2) -> Array:
    """Inverse document frequency of every bucket; 0 for what fewer than `least` mails hold, which then counts for nothing."""
    return np.concatenate([_rarity(block, matrix, least) for block, matrix in zip(BLOCKS, blocks, strict=True)])


def _rarity(block: Block, matrix: csr_matrix, least: int) -> Array:
    if not block.scaled:
        return np.ones(matrix.shape[1], np.float32)
    held = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weight = np.log((1 + matrix.shape[0]) / (1 + held)) + 1
    return np.where(held >= least, weight, 0).astype(np.float32)


def weighed(blocks: Sequence[csr_matrix], idf: Array) -> csr_matrix:
    """All blocks side by side (WIDTH columns): log-damped counts times rarity, each block scaled to its share."""
    parts, at = [], 0
    for block, matrix in zip(BLOCKS, blocks, strict=True):
        damped = matrix.copy()
        damped.data = np.log1p(damped.data)
        rows = damped @ diags(idf[at : at + block.buckets], dtype=np.float32)
        parts.append((normalize(rows) if block.scaled else rows) * np.float32(block.share))
        at += block.buckets
    return hstack(parts, format="csr", dtype=np.float32)


def sentence_rows(view: View) -> csr_matrix:
    """The word block of one mail, one row a sentence (WIDTH columns, the other blocks empty)."""
    words = _hashed(BLOCKS[0], view.word_grams[1:])
    return csr_matrix((words.data, words.indices, words.indptr), shape=(words.shape[0], WIDTH))
