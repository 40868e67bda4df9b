"""`highroad log`, `show` and `plan`: looking into the journal. Nothing here writes, connects or classifies."""

from __future__ import annotations

from typing import Any, Final

from daemon import reports
from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context, console, emit
from daemon.core.errors import WrongUse

Row = dict[str, Any]
_DIGITS: Final = 18


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


def show(context: Context, name: str, *, as_json: bool) -> int:
    """All that is kept of the mail of that number, else of the application called so. Raises WrongUse for neither."""
    if not (name.isascii() and name.isdigit()):
        from daemon.commands.applications import show_application

        return show_application(context, name, as_json=as_json)
    with context.journal() as journal:
        row = _shown(journal, name)
    if as_json:
        emit([row])
    else:
        from daemon.commands.lines import show_lines

        print("\n".join(show_lines(row)))
    return 0


def _shown(journal: Journal, name: str) -> Row:
    entry = journal.messages.get(int(name)) if len(name) < _DIGITS else None
    if entry is None:
        raise WrongUse(f"The log has no mail number {name[:_DIGITS]}; `highroad log` shows the numbers.")
    return reports.show_row(entry, journal.jobs.of_message(entry.id), journal.corrections.of(entry.identity))


def plan(context: Context, *, as_json: bool) -> int:
    """Every job: planned, laid, and deliberately not planned, each with its reason."""
    with context.journal() as journal:
        rows = reports.plan_rows(journal)
    if as_json:
        emit(rows)
        return 0
    from daemon.commands.plan_lines import plan_lines

    print("\n".join(plan_lines(rows)) if rows else "Nothing is planned: no rejection has come yet.")
    return 0
