"""`highroad backup`: all that Highroad remembers, in one file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.copies import Holds, back_up, counted
from daemon.commands.context import Context, emit
from daemon.commands.lines import plain

NOT_IN_IT: Final = (
    "Not in it: config.toml and your own templates beside it, which are yours to keep; the model, which is trained "
    "again by itself; log-ins made by `highroad login`, which are secrets."
)
_WARNING: Final = "It holds headers of your mails and texts of those you corrected: keep it where only you can read."


def backup(context: Context, file: Path, *, force: bool, as_json: bool) -> int:
    """Write a backup, also while the daemon runs. Raises WrongUse for a file that is there, CopyFault, JournalFault."""
    with context.journal() as journal:
        found = back_up(journal.store, file, replace=force)
        journal.notices.renew("backup", str(file.absolute()), SystemClock().now())
    if as_json:
        emit([{"file": str(file.absolute()), "bytes": file.stat().st_size, **holds_row(found)}])
        return 0
    print(f"{plain(str(file))} holds {holds_sentence(found)}. It was read again and is sound.")
    print(_WARNING)
    print(NOT_IN_IT)
    return 0


def holds_row(holds: Holds) -> dict[str, Any]:
    """What a journal holds, for programs."""
    latest = holds.latest.isoformat() if holds.latest else None
    return asdict(holds) | {"drafts": dict(holds.drafts), "latest": latest, "files": list(holds.files)}


def holds_sentence(holds: Holds) -> str:
    """What a journal holds, for people: "12 mails about a job, 5 applications, drafts: 2 placed, 1 planned"."""
    drafts = ", ".join(f"{count} {state}" for state, count in holds.drafts.items()) or "none"
    mails = counted(holds.mails, "mail")
    besides = f", and {' and '.join(holds.files)}" if holds.files else ""
    return f"{mails} about a job, {counted(holds.applications, 'application')}, drafts: {drafts}{besides}"
