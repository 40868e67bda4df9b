"""The plan as people read it: by application, in lines that fit the terminal; what is still open comes last."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

from daemon.commands.lines import minute, plain

Row = dict[str, Any]
_DONE: Final = frozenset({"skipped", "joined", "cancelled", "deleted", "sent", "answered"})
_INDENT: Final = " " * 7


def plan_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Each application with its steps, each step with its state, its time, whom it goes to, and why."""
    width = max(shutil.get_terminal_size().columns, 40)
    groups: dict[int, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["application"], []).append(row)
    for application in sorted(groups, key=lambda one: (_open(groups[one]), one)):
        yield _heading(application, groups[application])
        for row in groups[application]:
            yield from _step(row, width)


def _open(rows: Sequence[Row]) -> bool:
    return any(row["state"] not in _DONE for row in rows)


def _heading(application: int, rows: Sequence[Row]) -> str:
    company = next((row["company"] for row in rows if row["company"]), "")
    return f"a{application} {plain(company)}".rstrip() if application else "The digest"


def _step(row: Row, width: int) -> Iterator[str]:
    """A step's line, and its reason beneath it. An address that is longer than a line is never broken."""
    step = "alarm" if row.get("occasion") == "alarm" else row["step"]
    steps, when = " + ".join([step, *row["also"]]), minute(row["placed"] or row["due"])
    to = f", to {row['to']}" if row["to"] else ""
    said = plain(f"{steps}: {row['state']} {when}".rstrip() + to)
    for text, first in ((said, f"{row['id']:>5}  "), (plain(row["why"]), _INDENT)):
        yield from textwrap.wrap(
            text, width, initial_indent=first, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False
        )
