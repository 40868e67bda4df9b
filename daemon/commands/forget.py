"""`highroad forget`: erasing an application, or all that is older than a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from daemon.adapters.journal.forgetting import Forgetting, Forgotten, older_copies
from daemon.adapters.journal.journal import Journal
from daemon.commands.application_words import application_named
from daemon.commands.context import Context, emit
from daemon.core.errors import WrongUse

_ONE: Final = "Say what to forget: an application (`highroad applications` shows their numbers), or --before a day."


@dataclass(frozen=True, slots=True)
class What:
    """One application by number or name, or everything whose last mail came before a day."""

    application: str = ""
    before: str = ""


def forget(context: Context, what: What, *, dry_run: bool, as_json: bool) -> int:
    """Erase for good. Raises WrongUse, NoJournal, Transient while one of the drafts is being laid."""
    if bool(what.application) == bool(what.before):
        raise WrongUse(_ONE)
    with context.journal() as journal:
        applications, mails = _chosen(journal, what)
        forgetting = Forgetting(journal.store)
        act = forgetting.look if dry_run else forgetting.forget
        found = act(applications, mails)
    if as_json:
        emit([_row(found, dry_run=dry_run)])
    else:
        print("\n".join(_lines(found, context.state(), dry_run=dry_run)))
    return 0


def _chosen(journal: Journal, what: What) -> tuple[list[int], list[int]]:
    if what.application:
        return [application_named(journal, what.application).id], []
    return Forgetting(journal.store).before(day_of(what.before))


def day_of(text: str) -> datetime:
    """The local beginning of a day like 2026-05-01. Raises WrongUse."""
    try:
        return datetime.combine(date.fromisoformat(text), time()).astimezone()
    except (ValueError, OverflowError) as error:
        raise WrongUse(f"{text!r} is not a day; write it like 2026-05-01.") from error


def _row(found: Forgotten, *, dry_run: bool) -> dict[str, Any]:
    return {
        "applications": found.applications,
        "mails": found.mails,
        "corrections": found.corrections,
        "drafts_left": [job.id for job in found.lying],
        "dry_run": dry_run,
    }


def _lines(found: Forgotten, state_dir: Path, *, dry_run: bool) -> list[str]:
    counted = f"{_counted(found.applications, 'application')} with {_counted(found.mails, 'mail')}"
    lines = [f"{counted} would be forgotten; nothing was." if dry_run else f"{counted} forgotten."]
    if found.corrections:
        lines.append("The texts that were kept to learn from them go too; the next training does without them.")
    lines += [f"A draft to {job.recipient} lies in Drafts of account {job.account}: delete it." for job in found.lying]
    if dry_run:
        return lines
    lines += [] if found.erased else ["The file still has room for them until nobody else reads it; it is empty room."]
    copies = [path.name for path in older_copies(state_dir)]
    if copies:
        lines.append(f"Earlier copies in {state_dir} still hold it: {', '.join(copies)}. So do your backups.")
    return lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
