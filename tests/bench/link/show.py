"""Tables as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A title, a head, rows of text, and what has to be known to read them."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from (f"**{self.title}**", "", _row(self.head), _row(("---", *["---:"] * (len(self.head) - 1))))
        yield from (*map(_row, self.rows), "", *self.notes)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def ratio(value: float, base: float) -> str:
    """How many times `base` a value is."""
    return f"{value / base:.2f}" if base else "-"
