"""`highroad backup`: all that Highroad remembers, in one file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from daemon.adapters.journal.copies import Holds, back_up
from daemon.commands.context import Context, emit
from daemon.commands.lines import plain

NOT_IN_IT: Final = (
    "Not in it: config.toml, and of the state directory tuned.toml (`highroad tune` measures it again), the model "
    "(trained again by itself), and log-ins made by `highroad login`, which are secrets."
)
_WARNING: Final = "It holds headers of your mails and texts of those you corrected: keep it where only you can read."


def backup(context: Context, file: Path, *, force: bool, as_json: bool) -> int:
    """Write a backup, also while the daemon runs. Raises WrongUse for a file that is there, CopyFault, JournalFault."""
    with context.journal() as journal:
        found = back_up(journal.store, file, replace=force)
    if as_json:
        emit([{"file": str(file.absolute()), "bytes": file.stat().st_size, **holds_row(found)}])
        return 0
    print(f"{plain(str(file))} holds {holds_sentence(found)}. It was read again and is sound.")
    print(_WARNING)
    print(NOT_IN_IT)
    return 0


def holds_row(holds: Holds) -> dict[str, Any]:
    """What a journal holds, for programs."""
    return asdict(holds) | {"drafts": dict(holds.drafts), "latest": holds.latest.isoformat() if holds.latest else None}


def holds_sentence(holds: Holds) -> str:
    """What a journal holds, for people: "12 mails about a job, 5 applications, drafts: 2 placed, 1 planned"."""
    drafts = ", ".join(f"{count} {state}" for state, count in holds.drafts.items()) or "none"
    mails = counted(holds.mails, "mail")
    return f"{mails} about a job, {counted(holds.applications, 'application')}, drafts: {drafts}"


def counted(count: int, what: str) -> str:
    """One thing, or several: "1 mail", "2 mails"."""
    return f"{count} {what}{'' if count == 1 else 's'}"
