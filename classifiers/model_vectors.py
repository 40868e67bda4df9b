"""Views of mails as sparse matrices: hashed counts by mail, damped, weighed by rarity and scaled block by block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.preprocessing import normalize

from classifiers.features import View
from classifiers.hashing import BLOCKS, Block, Numbers, numbers

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

_CHUNK: Final = 256


def counts(views: Iterable[View]) -> list[csr_matrix]:
    """Hashed counts, one matrix a block, one row a mail."""
    waiting = iter(views)
    chunks = [_chunk(chunk) for chunk in iter(lambda: list(islice(waiting, _CHUNK)), [])]
    return [vstack(parts, format="csr") if len(parts) > 1 else parts[0] for parts in zip(*chunks, strict=True)]


def _chunk(views: Sequence[View]) -> list[csr_matrix]:
    return [_matrix(block, [numbers(block, seen) for seen in views]) for block in BLOCKS]


def _matrix(block: Block, rows: Sequence[Numbers]) -> csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows).astype(np.int32)
    matrix = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), block.buckets))
    matrix.sum_duplicates()
    return matrix


def rarity(blocks: Sequence[csr_matrix], least: int = 2) -> Array:
    """Inverse document frequency of every bucket; 0 for what fewer than `least` mails hold, which then counts for"
    " nothing.
    """
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
        rows = matrix.copy()
        rows.data = np.log1p(rows.data) * idf[at + rows.indices]
        rows.eliminate_zeros()
        parts.append((normalize(rows, copy=False) if block.scaled else rows) * np.float32(block.share))
        at += block.buckets
    return hstack(parts, format="csr", dtype=np.float32)
