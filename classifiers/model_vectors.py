"""Views of mails as sparse matrices: hashed counts by mail, damped, weighed by rarity and scaled block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.preprocessing import normalize

from classifiers.features import View
from classifiers.hashing import BLOCKS, Block, Numbers, numbers

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

Counts = list[csr_matrix]
_CHUNK: Final = 256


def counts(views: Iterable[View]) -> list[Counts]:
    """Hashed counts, one matrix a block, one row a mail, some hundreds of mails at a time."""
    waiting = iter(views)
    return [_chunk(chunk) for chunk in iter(lambda: list(islice(waiting, _CHUNK)), [])]


def _chunk(views: Sequence[View]) -> Counts:
    return [_matrix(block, [numbers(block, seen) for seen in views]) for block in BLOCKS]


def _matrix(block: Block, rows: Sequence[Numbers]) -> csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate(rows).astype(np.int32)
    matrix = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), block.buckets))
    matrix.sum_duplicates()
    return matrix


def rarity(chunks: Sequence[Counts], least: int = 2) -> Array:
    """Inverse document frequency of every bucket; 0, counting for nothing, where fewer than `least` mails hold it."""
    mails = sum(chunk[0].shape[0] for chunk in chunks)
    return np.concatenate(
        [_rarity(block, mails, held, least) for block, held in zip(BLOCKS, _held(chunks), strict=True)]
    )


def _held(chunks: Sequence[Counts]) -> Iterator[Array]:
    """In how many mails each bucket occurs, block by block."""
    for at, block in enumerate(BLOCKS):
        yield np.sum([np.bincount(chunk[at].indices, minlength=block.buckets) for chunk in chunks], axis=0)


def _rarity(block: Block, mails: int, held: Array, least: int) -> Array:
    if not block.scaled:
        return np.ones(block.buckets, np.float32)
    return np.where(held >= least, np.log((1 + mails) / (1 + held)) + 1, 0).astype(np.float32)


def weighed(chunks: Iterable[Counts], idf: Array) -> csr_matrix:
    """All blocks side by side (WIDTH columns): log-damped counts times rarity, each block scaled to its share."""
    return vstack([_weighed(chunk, idf) for chunk in chunks], format="csr", dtype=np.float32)


def _weighed(chunk: Counts, idf: Array) -> csr_matrix:
    parts, at = [], 0
    for block, matrix in zip(BLOCKS, chunk, strict=True):
        rows = matrix.copy()
        rows.data = np.log1p(rows.data) * idf[at + rows.indices]
        rows.eliminate_zeros()
        parts.append((normalize(rows, copy=False) if block.scaled else rows) * np.float32(block.share))
        at += block.buckets
    return hstack(parts, format="csr", dtype=np.float32)
