"""`highroad digest`: what the next one would say, and how the last ones fared. Nothing here writes into the journal."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.digests import Digests as Kept
from daemon.commands.context import Context, emit
from daemon.commands.lines import plain
from daemon.core.digest import Summary, worth_saying
from daemon.core.errors import WrongUse
from daemon.digest import Digests
from daemon.digest_phrases import minute

_NOTHING = "There is nothing to say at the moment, so none would be made. This is what it would hold:\n"


def digest(context: Context, *, preview: bool, html: Path | None, force: bool, as_json: bool) -> int:
    """Show a digest made now (`preview`), write its HTML part to a file, or tell when the next one is due.

    Raises WrongUse for a file that is there already, NoJournal, ConfigError.
    """
    loaded, now = context.load(), SystemClock().now()
    with context.journal() as journal:
        digests = Digests(journal, loaded, SystemClock())
        if not (preview or html):
            following = digests.following(now) if loaded.settings.digest.enabled else None
            _tell(journal.digests, following, loaded.settings.me.zone(), as_json=as_json)
            return 0
        summary = digests.summary(now)
        if html is not None:
            _write(digests, summary, html, force=force)
    if as_json:
        emit([_row(summary)])
    else:
        print(_text(digests, summary) if preview else f"The HTML part is in {html}.\n", end="")
    return 0


def _text(digests: Digests, summary: Summary) -> str:
    from templates.digest_page import plain as plain_text

    return f"{'' if worth_saying(summary) else _NOTHING}{plain_text(digests.page(summary))}"


def _write(digests: Digests, summary: Summary, path: Path, *, force: bool) -> None:
    """The HTML part, for the person's eyes only."""
    from templates.digest_page import html

    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if force else os.O_EXCL)
    try:
        file = os.open(path, flags, 0o600)
    except FileExistsError as error:
        raise WrongUse(f"{path} is there already; name another file, or say --force to write over it.") from error
    except OSError as error:
        raise WrongUse(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.write(html(digests.page(summary)))


def _row(summary: Summary) -> dict[str, Any]:
    """A summary as one JSON object."""
    found: dict[str, Any] = _json(asdict(summary))
    return found | {"worth_saying": worth_saying(summary)}


def _json(value: object) -> Any:  # noqa: ANN401  (what JSON can hold)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    return [_json(one) for one in value] if isinstance(value, list | tuple) else value


def _tell(digests: Kept, following: datetime | None, zone: tzinfo, *, as_json: bool) -> None:
    last = max((job.placed_at for job in digests.jobs() if job.placed_at is not None), default=None)
    problem = digests.problem()
    if as_json:
        times = {"last": last.isoformat() if last else None, "next": following.isoformat() if following else None}
        emit([{**times, "problem": problem}])
        return
    print(f"The last one: {minute(last, zone)}." if last else "There was none yet.")
    due = f"The next one is due: {minute(following, zone)}, if there is something to say." if following else ""
    print(due or "They are switched off: digest.enabled is false.")
    if problem:
        print(f"One waits: {plain(problem)}")
    print("`highroad digest --preview` shows what it would say now.")
