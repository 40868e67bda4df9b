"""`highroad log`, `show` and `plan`: looking into the journal. Nothing here writes, connects or classifies."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from daemon import reports
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.notices import Notice
from daemon.commands.context import Context, console, emit
from daemon.commands.lines import plain
from daemon.core.entry import Entry
from daemon.core.errors import WrongUse

Row = dict[str, Any]
_DIGITS: Final = 18
_FADES: Final = timedelta(days=28)
"""So long it is said that the journal was damaged."""
_MARK: Final = re.compile(r"m[0-9a-f]{10}")
"""As daemon.core.chronicle.mark makes it."""


def log(context: Context, limit: int, *, as_json: bool) -> int:
    """Every mail about a job; for people the latest ones."""
    with context.journal() as journal:
        rows = [reports.log_row(entry) for entry in journal.messages.log()]
        mended = journal.notices.of("journal")
    if as_json:
        emit(rows)
    else:
        _print_log(rows, limit)
        _print_mended(mended)
    return 0


def _print_mended(mended: Notice | None) -> None:
    """A log that was saved from a damaged journal may lack lines."""
    if mended is not None and SystemClock().now() - mended.since < _FADES:
        print(f"\n{plain(mended.text)}")


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
    if not _names_a_mail(name):
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


def _names_a_mail(name: str) -> bool:
    """A number, or what the daemon's log calls it: "m" and ten hexadecimal digits."""
    return (name.isascii() and name.isdigit()) or _MARK.fullmatch(name) is not None


def _shown(journal: Journal, name: str) -> Row:
    entry = _found(journal, name)
    if entry is None and _MARK.fullmatch(name):
        raise WrongUse(f"The log has no mail {name}: of mails that are not about a job nothing is kept to be shown.")
    if entry is None:
        raise WrongUse(f"The log has no mail number {name[:_DIGITS]}; `highroad log` shows the numbers.")
    return reports.show_row(entry, journal.jobs.of_message(entry.id), journal.corrections.of(entry.identity))


def _found(journal: Journal, name: str) -> Entry | None:
    if _MARK.fullmatch(name):
        return journal.messages.of_beginning(bytes.fromhex(name[1:]))
    return journal.messages.get(int(name)) if len(name) < _DIGITS else None


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
