"""All that can still be read of a damaged journal, page by page, whatever has become of the order between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from daemon.adapters.journal.pages import Pages
from daemon.adapters.journal.records import Broken, Record, is_damaged, records
from daemon.adapters.journal.shapes import Row, shape_of

_SCHEMA: Final = frozenset({"table", "index", "view", "trigger"})


@dataclass(slots=True)
class Salvaged:
    """The rows by table; how many lines are known to be lost, and how many pages can be seen to be damaged."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    lost: int = 0
    pages: int = 0

    def of(self, table: str) -> list[Row]:
        """The rows of a table."""
        return self.rows.setdefault(table, [])

    @property
    def key(self) -> bytes | None:
        """The journal's own key; None where it is lost."""
        keys = (row["value"] for row in self.of("meta") if row["key"] == "key" and len(row["value"]) == 32)
        return next(keys, None)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def salvage(path: Path) -> Salvaged:
    """What a file and its log still hold. Raises OSError when they cannot be read."""
    pages, found, empty = Pages(path), Salvaged(), 0
    for number in range(1, len(pages) + 1):
        found.pages += is_damaged(pages, number)
        empty += not any(pages.page(number))
        for record in records(pages, number):
            _take(found, record)
    found.pages += max(0, empty - pages.free)
    return found


def _take(found: Salvaged, record: Record | Broken) -> None:
    told = None if isinstance(record, Broken) else shape_of(record)
    if told is not None:
        found.of(told[0]).append(told[1])
    elif isinstance(record, Broken) or _was_a_row(record):
        found.lost += 1


def _was_a_row(record: Record) -> bool:
    """Whether a record that fits no table was a row of one: neither of an index, nor of those that are made anew."""
    made_anew = len(record.values) == 5 and record.number == 1  # history has that one row
    return record.number is not None and record.values[:1] != () and not made_anew and record.values[0] not in _SCHEMA


def unique(rows: list[Row], *key: str) -> Iterator[Row]:
    """The rows, of several with the same key the first."""
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        name = tuple(row[part] for part in key)
        if name not in seen:
            seen.add(name)
            yield row
