"""The comparison as a text table or as Markdown, and its place in the README."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.classifier.figures import Figures

from classifiers.figures import Share

HEAD = ("", "precision", "recall", "F1", "false alarms", "missed", "mails/s", "peak MiB")
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"


@dataclass(frozen=True, slots=True)
class Line:
    """One way to decide, on one set. Speed and memory are of a whole run: each mail of every set once."""

    name: str
    figures: Figures
    per_second: float
    peak: float


@dataclass(frozen=True, slots=True)
class Table:
    """One set: its title and the lines of every classifier."""

    title: str
    lines: tuple[Line, ...]


def markdown(tables: Sequence[Table], notes: Sequence[str]) -> str:
    """All tables as Markdown."""
    return "\n".join(_markdown(tables, notes)) + "\n"


def _markdown(tables: Sequence[Table], notes: Sequence[str]) -> Iterator[str]:
    for table in tables:
        yield from (f"**{table.title}**", "", _row(HEAD), _row(("---", *["---:"] * (len(HEAD) - 1))))
        yield from (*(_row(_cells(line)) for line in table.lines), "")
    yield from notes


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def text(tables: Sequence[Table], notes: Sequence[str]) -> str:
    """All tables for a terminal."""
    lines: list[str] = []
    for table in tables:
        rows = [HEAD, *map(_cells, table.lines)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += [table.title, *(_padded(row, widths) for row in rows), ""]
    return "\n".join([*lines, *notes]) + "\n"


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (cell.ljust(width) if not at else cell.rjust(width) for at, (cell, width) in _wide(cells, widths))
    return "  ".join([first, *rest]).rstrip()


def _wide(cells: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(cells, widths, strict=True))


def _cells(line: Line) -> tuple[str, ...]:
    told = line.figures
    shares = _share(told.precision), _share(told.recall), f"{told.f1:.3f}"
    return line.name, *shares, str(told.false_alarms), str(told.missed), f"{line.per_second:,.0f}", f"{line.peak:.0f}"


def _share(share: Share) -> str:
    low, high = share.interval
    return "-" if share.value is None else f"{share.value:.3f} ({low:.3f}-{high:.3f})"


def put_into(readme: Path, table: str) -> None:
    """Replaces what stands between the two markers. Raises SystemExit where they are missing."""
    before, begin, rest = readme.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{readme} has no {BEGIN} ... {END}: put the two lines where the table shall stand.")
    readme.write_text(f"{before}{BEGIN}\n{table}{END}{after}", "utf-8")
