"""The pages of an SQLite file and of its write-ahead log, read without SQLite: also where it would refuse the file.

See sqlite.org/fileformat2: chapters 1.2 (pages) and 4 (the log). Nothing is locked and nothing is written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PAGE: Final = 4096
"""SQLite's own page size, in octets, which every journal has."""
_LOG_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_ORDERS: Final = {0x377F0682: "<", 0x377F0683: ">"}


class Pages:
    """The pages of a file as its log has them last: committed frames of the log stand in place of the file's own."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        log = path.with_name(f"{path.name}-wal")
        self._newer = dict(_committed(log.read_bytes())) if log.is_file() else {}

    def __len__(self) -> int:
        return max(-(-len(self._content) // PAGE), max(self._newer, default=0))

    def page(self, number: int) -> bytes:
        """The octets of a page, which are counted from 1; fewer than PAGE where the file ends, none beyond it."""
        newer = self._newer.get(number)
        return self._content[(number - 1) * PAGE : number * PAGE] if newer is None else newer

    @property
    def free(self) -> int:
        """How many pages hold nothing, as the head of the file has it; they are overwritten with zeros."""
        head = self.page(1)
        return int.from_bytes(head[36:40], "big") if head.startswith(b"SQLite format 3\0") else 0


def log_page_one(path: Path) -> bytes:
    """The first octets of the newest first page that a journal's log holds, not looked at closely; empty for none."""
    try:
        log = path.with_name(f"{path.name}-wal").read_bytes()
    except OSError:
        return b""
    starts = range(_LOG_HEADER, len(log) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE)
    found = [at for at in starts if log[at : at + 4] == b"\0\0\0\1" and log[at + 8 : at + 16] == log[16:24]]
    return log[found[-1] + _FRAME_HEADER :][:100] if found else b""


def log_is_whole(path: Path) -> bool:
    """Whether a journal's log has no transaction that was ended and cannot be read any more; also without a log."""
    try:
        log = path.with_name(f"{path.name}-wal").read_bytes()
    except OSError:
        return True
    read = sum(1 for _ in _frames(log))
    starts = range(_LOG_HEADER + read * (_FRAME_HEADER + PAGE), len(log) - _FRAME_HEADER + 1, _FRAME_HEADER + PAGE)
    ended = (log[at + 4 : at + 8] != b"\0\0\0\0" and log[at + 8 : at + 16] == log[16:24] for at in starts)
    return not log or (_order(log) is not None and not any(ended))


def _order(log: bytes) -> str | None:
    """The order of octets in the log's check sums; None for what is no log."""
    order = _ORDERS.get(int.from_bytes(log[:4], "big"))
    if order is None or len(log) < _LOG_HEADER or int.from_bytes(log[8:12], "big") != PAGE:
        return None
    return order if _summed((0, 0), log[:24], order) == struct.unpack_from(">2I", log, 24) else None


def _committed(log: bytes) -> Iterator[tuple[int, bytes]]:
    """The pages of the log's transactions in order, up to the last that was committed and is whole."""
    pending: list[tuple[int, bytes]] = []
    for number, committed, page in _frames(log):
        pending.append((number, page))
        if committed:
            yield from pending
            pending = []


def _frames(log: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Page number, size of the file after a commit (else 0) and octets, up to the first frame whose sum is wrong."""
    order = _order(log)
    if order is None:
        return
    sums = _summed((0, 0), log[:24], order)
    for at in range(_LOG_HEADER, len(log) - _FRAME_HEADER - PAGE + 1, _FRAME_HEADER + PAGE):
        number, committed, *rest = struct.unpack_from(">6I", log, at)
        page = log[at + _FRAME_HEADER : at + _FRAME_HEADER + PAGE]
        sums = _summed(_summed(sums, log[at : at + 8], order), page, order)
        if tuple(rest) != (*struct.unpack_from(">2I", log, 16), *sums):
            return
        yield number, committed, page


def _summed(sums: tuple[int, int], octets: bytes, order: str) -> tuple[int, int]:
    """The log's check sums, continued over these octets (fileformat2, 4.2)."""
    one, two = sums
    words = struct.unpack(f"{order}{len(octets) // 4}I", octets)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
