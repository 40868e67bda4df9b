"""A set of UIDs as ranges: small when written down, quick however many there are."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

_LARGEST: Final = 2**32 - 1
_PART: Final = re.compile(r"([1-9][0-9]{0,9})(?::([1-9][0-9]{0,9}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class UidSet:
    """UIDs from 1 to 2^32-1 (RFC 9051, 2.3.1.1) as sorted ranges, both ends included, with gaps between them.

    `str` and `parse` speak RFC 9051's sequence-set ("1:100,105"), with "" for none. Raises ValueError for ranges
    that are not of that form; `from_iterable` takes UIDs in any order.
    """

    ranges: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if any(not 1 <= first <= last <= _LARGEST for first, last in self.ranges):
            raise ValueError(f"a UID is a whole number from 1 to {_LARGEST}, and a range runs upwards")
        if any(after[0] <= before[1] + 1 for before, after in pairwise(self.ranges)):
            raise ValueError("the ranges of a set of UIDs are sorted and have gaps between them")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a sequence-set of UIDs without "*" (RFC 9051, 9). Raises ValueError for anything else."""
        return cls(_merged(_range(part) for part in text.split(",")) if text else ())

    @classmethod
    def from_iterable(cls, uids: Iterable[int]) -> Self:
        """The set of these UIDs, in any order, doubles allowed. Raises ValueError for what is no UID."""
        return cls(_merged((uid, uid) for uid in uids))

    def __str__(self) -> str:
        return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in self.ranges)

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __contains__(self, uid: object) -> bool:
        if not isinstance(uid, int):
            return False
        place = bisect_right(self.ranges, (uid, _LARGEST)) - 1
        return place >= 0 and self.ranges[place][0] <= uid <= self.ranges[place][1]

    def count_in(self, uids: Sequence[int]) -> int:
        """How many of these UIDs, which ascend, are in the set."""
        return sum(end - start for start, end in self._slices(uids))

    def missing_of(self, uids: Sequence[int]) -> list[int]:
        """Which of these UIDs, which ascend, are not in the set."""
        missing: list[int] = []
        done = 0
        for start, end in self._slices(uids):
            missing += uids[done:start]
            done = end
        return [*missing, *uids[done:]]

    def _slices(self, uids: Sequence[int]) -> Iterator[tuple[int, int]]:
        return ((bisect_left(uids, first), bisect_right(uids, last)) for first, last in self.ranges)

    def __or__(self, other: Iterable[int]) -> Self:
        return type(self)(_merged((*self.ranges, *_ranges(other))))

    def __sub__(self, other: Iterable[int]) -> Self:
        return type(self)(tuple(_without(self.ranges, _ranges(other))))


def _ranges(uids: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return uids.ranges if isinstance(uids, UidSet) else UidSet.from_iterable(uids).ranges


def _range(part: str) -> tuple[int, int]:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"{part[:40]!r} is not a UID or a range of them like 1:100")
    first, last = int(found[1]), int(found[2] or found[1])
    # RFC 9051, 9: the two numbers of a range may stand in either order.
    return min(first, last), max(first, last)


def _merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def _without(kept: Iterable[tuple[int, int]], taken: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    place = 0
    for first, last in kept:
        while place < len(taken) and taken[place][1] < first:
            place += 1
        start, ahead = first, place
        while ahead < len(taken) and taken[ahead][0] <= last:
            if start < taken[ahead][0]:
                yield start, taken[ahead][0] - 1
            start = max(start, taken[ahead][1] + 1)
            ahead += 1
        if start <= last:
            yield start, last
