"""Rows as people read them: tables. Text from mails is shown as text, never as markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from daemon.commands.lines import plain

Row = dict[str, Any]


def log_table(rows: Sequence[Row]) -> Table:
    """The log: number, day, label, company, role, and the sentence that decided it."""
    table = _table("", "when", "what", "sure", "company", "role", "because")
    for row in rows:
        because = row["because"][0]["sentence"] if row["because"] else ""
        cells = [str(row["id"]), _day(row["when"]), row["label"], _sure(row)]
        table.add_row(*map(_cell, [*cells, row["company"] or "", row["role"] or "", because]))
    return table


def _sure(row: Row) -> str:
    return "you" if row["decided_by"] == "you" else f"{row['confidence']:.0%}"


def applications_table(rows: Sequence[Row]) -> Table:
    """The applications: number, where each stands, since when, and what comes next."""
    table = _table("", "company", "role", "stands", "last mail", "next")
    for row in rows:
        marks = [word for word in ("keen", "skipped") if row[word]]
        following = f"{row['next']['step']} {_day(row['next']['due'])}" if row["next"] else ""
        cells = [f"a{row['id']}", row["company"] or "", row["role"] or "", ", ".join([row["stage"], *marks])]
        table.add_row(*map(_cell, [*cells, _day(row["last"]) if row["last"] else "", following]))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", ratio=None if column != "because" else 1)
    return table


def _cell(text: str) -> Text:
    return Text(plain(" ".join(text.split())))


def _day(when: str) -> str:
    return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d")
