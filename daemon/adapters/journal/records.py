"""The rows that a page of an SQLite file holds, read one by one, so that what is broken spoils only itself.

See sqlite.org/fileformat2: chapters 1.6 (b-tree pages), 1.5 (overflow) and 2.1 (records).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from daemon.adapters.journal.pages import PAGE, Pages

Value = int | float | str | bytes | None
_LEAF, _KEYED_LEAF, _KEYED_INNER, _INNER = 0x0D, 0x0A, 0x02, 0x05
_CELLS_AT: Final = {_LEAF: 8, _KEYED_LEAF: 8, _KEYED_INNER: 12}
"""Where the list of its cells begins, of the pages that hold rows."""
_WIDTHS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


class Broken(ValueError):
    """What lies there is no row."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row, or one entry of an index: `number` is its rowid, None where rows have none."""

    number: int | None
    values: tuple[Value, ...]


def records(pages: Pages, number: int) -> Iterator[Record | Broken]:
    """What the cells of one page hold; nothing for a page that holds no rows."""
    page, start = pages.page(number), 100 if number == 1 else 0
    kind = page[start] if len(page) > start + 12 else 0
    if kind not in _CELLS_AT:
        return
    count, first = int.from_bytes(page[start + 3 : start + 5], "big"), start + _CELLS_AT[kind]
    for at in range(first, min(first + 2 * count, len(page) - 1), 2):
        try:
            yield _cell(pages, page, int.from_bytes(page[at : at + 2], "big"), kind)
        except (Broken, IndexError, struct.error) as error:
            yield Broken(str(error))


def is_damaged(pages: Pages, number: int) -> bool:
    """Whether a page can be seen to be none: cut off, or of no kind that there is.

    The first octet of what continues a long row, and of what is free, is that of a page's number: zero.
    """
    page, start = pages.page(number), 100 if number == 1 else 0
    return len(page) < PAGE or page[start] not in {*_CELLS_AT, _INNER, 0}


def _cell(pages: Pages, page: bytes, at: int, kind: int) -> Record:
    if at < _CELLS_AT[kind]:
        raise Broken("a cell that lies in the page's head")
    at += 4 if kind == _KEYED_INNER else 0
    size, at = _varint(page, at)
    number = None
    if kind == _LEAF:
        number, at = _varint(page, at)
    return Record(_signed(number), tuple(_values(_payload(pages, page, at, size, keyed=kind != _LEAF))))


def _signed(number: int | None) -> int | None:
    return number - (1 << 64) if number is not None and number >= 1 << 63 else number


def _payload(pages: Pages, page: bytes, at: int, size: int, *, keyed: bool) -> bytes:
    """A row's octets: what lies here, and where it is long what it continues with on other pages."""
    here = _local(size, keyed=keyed)
    found = page[at : at + here]
    if here < size:
        following = int.from_bytes(page[at + here : at + here + 4], "big")
        found += _overflow(pages, following, size - here)
    if len(found) != size:
        raise Broken("a row that ends too early")
    return found


def _local(size: int, *, keyed: bool) -> int:
    """How many octets of a row lie in its own page."""
    most = (PAGE - 12) * 64 // 255 - 23 if keyed else PAGE - 35
    if size <= most:
        return size
    least = (PAGE - 12) * 32 // 255 - 23
    wanted = least + (size - least) % (PAGE - 4)
    return wanted if wanted <= most else least


def _overflow(pages: Pages, following: int, size: int) -> bytes:
    if size > len(pages) * PAGE:
        raise Broken("a row that is longer than the file")
    parts: list[bytes] = []
    while size > 0 and following:
        page = pages.page(following)
        parts.append(page[4 : 4 + min(size, PAGE - 4)])
        size -= PAGE - 4
        following = int.from_bytes(page[:4], "big")
    return b"".join(parts)


def _values(payload: bytes) -> Iterator[Value]:
    head, at = _varint(payload, 0)
    body = head
    while at < head:
        kind, at = _varint(payload, at)
        length = _length(kind)
        if body + length > len(payload):
            raise Broken("a value that ends too early")
        yield _value(kind, payload[body : body + length])
        body += length


def _length(kind: int) -> int:
    if kind in _WIDTHS:
        return _WIDTHS[kind]
    if kind == 7:
        return 8
    if kind in {10, 11}:
        raise Broken("a value of a kind that there is not")
    return (kind - 12) // 2 if kind >= 12 else 0


def _value(kind: int, octets: bytes) -> Value:
    if kind in _WIDTHS:
        return int.from_bytes(octets, "big", signed=True)
    if kind == 7:
        return float(struct.unpack(">d", octets)[0])
    if kind < 12:
        return {8: 0, 9: 1}.get(kind)
    return _text(octets) if kind % 2 else octets


def _text(octets: bytes) -> str | bytes:
    """A text; its octets where they are none any more, so that the other values of the row are not lost with it."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets


def _varint(octets: bytes, at: int) -> tuple[int, int]:
    """A number of 1 to 9 octets (fileformat2, 1.6), and where it ends."""
    number = 0
    for count in range(9):
        octet = octets[at + count]
        if count == 8:
            return (number << 8) | octet, at + 9
        number = (number << 7) | (octet & 0x7F)
        if octet < 0x80:
            return number, at + count + 1
    raise AssertionError  # pragma: no cover
