"""`highroad log`, `show` and `plan`: looking into the journal. Nothing here writes, connects or classifies."""

from __future__ import annotations

from typing import Any

from daemon import reports
from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context, console, emit
from daemon.core.errors import WrongUse

Row = dict[str, Any]


def log(context: Context, limit: int, *, as_json: bool) -> int:
    """Every mail about a job; for people the latest ones."""
    with context.journal() as journal:
        rows = [reports.log_row(entry) for entry in journal.messages.log()]
    if as_json:
        emit(rows)
    else:
        _print_log(rows, limit)
    return 0


def _print_log(rows: list[Row], limit: int) -> None:
    from daemon.commands.pictures import log_table

    out = console()
    if not rows:
        out.print("Nothing about a job has come yet.")
        return
    out.print(log_table(rows[-limit:]))
    if len(rows) > limit:
        out.print(f"The latest {limit} of {len(rows)}; -n shows more, --json all.")


def show(context: Context, number: int, *, as_json: bool) -> int:
    """All that is kept of one mail. Raises WrongUse for a number the log does not have."""
    with context.journal() as journal:
        row = _shown(journal, number)
    if as_json:
        emit([row])
    else:
        from daemon.commands.lines import show_lines

        print("\n".join(show_lines(row)))
    return 0


def _shown(journal: Journal, number: int) -> Row:
    entry = journal.messages.get(number)
    if entry is None:
        raise WrongUse(f"The log has no mail number {number}; `highroad log` shows the numbers.")
    return reports.show_row(entry, journal.jobs.of_message(entry.id), journal.corrections.of(entry.identity))


def plan(context: Context, *, as_json: bool) -> int:
    """Every job: planned, laid, and deliberately not planned, each with its reason."""
    with context.journal() as journal:
        rows = reports.plan_rows(journal)
    if as_json:
        emit(rows)
        return 0
    from daemon.commands.pictures import plan_table

    console().print(plan_table(rows) if rows else "Nothing is planned: no rejection has come yet.")
    return 0
