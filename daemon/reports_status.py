"""What status says, as one plain dictionary: the machine-readable output is this, and the picture is made from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from daemon.adapters.journal.folders import BEHIND, FAILING, WAITING, DutyState
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.messages import SetAside
from daemon.adapters.journal.notices import Notice
from daemon.adapters.lock import Holder
from daemon.core.entry import Cursor

Row = dict[str, Any]
_OWN: Final = (WAITING, FAILING, BEHIND)
"""The notices that are told with their account."""
_BACKUP: Final = "backup"
_REBUILT: Final = "journal"
_TOLD_FOR: Final = timedelta(days=28)
"""So long `status` says that the journal was rebuilt."""
_COUNTS_FOR: Final = timedelta(days=7)
"""So long that counts as something to look at."""
_LATELY: Final = timedelta(days=7)
_DOCTOR: Final = "highroad doctor"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the journal: the accounts of the settings, the process at work, the model's own word, now.

    `helps` is the command that helps when an account waits for the person, where it is not `highroad doctor`; `folders`
    are those that each account watches, where that is known. What is watched no more is no trouble any more.
    """

    accounts: Sequence[str] = ()
    holder: Holder | None = None
    model: Mapping[str, Any] | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    helps: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def watches(self, account: str, folder: str | None = None) -> bool:
        """Whether the settings name an account, or a folder of it; True where the settings are not known."""
        if folder is not None and account in self.folders:
            return folder in self.folders[account]
        return not self.accounts or account in self.accounts


def status_row(journal: Journal, asked: Asked) -> Row:
    """`highroad status --json`: accounts and folders, drafts by state, what waits and comes, the model, the daemon."""
    cursors, notices = journal.folders.cursors(), journal.notices.all()
    names = list(dict.fromkeys([*asked.accounts, *(cursor.account for cursor in cursors)]))
    facts = _Facts(cursors, journal.folders.duties(), journal.messages.unreadable(), notices, asked)
    return {
        "accounts": [_account(name, facts) for name in names],
        "drafts": journal.jobs.counts(),
        "waiting": _waiting(journal),
        "planned": _planned(journal),
        "paused_until": _paused(journal, asked.now),
        "review": journal.messages.unsure() + journal.candidates.count(asked.accounts),
        "unreadable_lately": journal.glances.unreadable_since(asked.now - _LATELY),
        "digest": {"problem": journal.digests.problem(), "last": _iso(journal.glances.last_digest())},
        "alarms": _alarms(journal),
        "notices": _notices(notices, asked.now),
        "backup": _backup(notices),
        "model": _model(journal, asked.model),
        "daemon": _daemon(asked.holder, asked.now),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _waiting(journal: Journal) -> Row:
    lying = journal.glances.lying()
    return {"count": lying.count, "oldest": _iso(lying.oldest)}


def _planned(journal: Journal) -> Row:
    coming = journal.glances.coming()
    following = {"id": coming.job, "step": coming.step, "due": _iso(coming.due)} if coming.job is not None else None
    return {"count": coming.count, "next": following}


def _paused(journal: Journal, now: datetime) -> str | None:
    until = journal.pauses.until()
    return _iso(until) if until is not None and now < until else None


def _alarms(journal: Journal) -> list[Row]:
    """The troubles that the person was told of, or is about to be, and that last."""
    placed = journal.glances.told()
    return [
        {
            "trouble": one.trouble.kind,
            "account": one.trouble.account or None,
            "since": one.trouble.since.isoformat(),
            "told": _iso(placed.get(one.job)),
        }
        for one in journal.alarms.told().values()
    ]


def _notices(notices: Mapping[str, Notice], now: datetime) -> Row:
    """The notices of the house, and whether each counts as something to look at."""
    house = {key: one for key, one in notices.items() if not key.startswith(_OWN) and key != _BACKUP}
    return {
        key: {"text": one.text, "since": one.since.isoformat(), "counts": _counts(key, one, now)}
        for key, one in house.items()
        if key != _REBUILT or now - one.since < _TOLD_FOR
    }


def _counts(key: str, notice: Notice, now: datetime) -> bool:
    return key != _REBUILT or now - notice.since < _COUNTS_FOR


def _backup(notices: Mapping[str, Notice]) -> Row | None:
    found = notices.get(_BACKUP)
    return {"when": found.since.isoformat(), "file": found.text} if found else None


def _model(journal: Journal, model: Mapping[str, Any] | None) -> Row | None:
    """What the model said of itself, and how the person's corrections fare: all, learnt, and still without text."""
    said = journal.corrections.count()
    if not model and not said:
        return None
    waiting = journal.corrections.waiting()
    facts = {"trained": None, "corpus": None, **(model or {})}
    return facts | {
        "corrections": said,
        "learnt_corrections": int(facts.get("corrections") or 0),
        "waiting": len(waiting),
        "problems": sorted({one.problem for one in waiting if one.problem}),
    }


# Accounts.


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows of accounts are made from."""

    cursors: Sequence[Cursor]
    duties: Sequence[DutyState]
    unreadable: Sequence[SetAside]
    notices: Mapping[str, Notice]
    asked: Asked


def _account(name: str, facts: _Facts) -> Row:
    watched = facts.asked.watches(name)
    own = {duty.duty: duty for duty in facts.duties if watched and duty.account == name}
    problems = [_problem(duty, facts.notices) for duty in own.values() if duty.problem]
    bad = Counter(mail.place.folder for mail in facts.unreadable if mail.place.account == name)
    folders = [_folder(one, bad, facts) for one in facts.cursors if one.account == name]
    reading = own.get("reading")
    return {
        "account": name,
        "watched": watched,
        "connected": bool(facts.asked.holder and reading and reading.connected),
        "problem": " ".join(one["problem"] for one in problems) or None,
        "problems": problems,
        "needs": _needs(problems, facts.asked.helps.get(name, _DOCTOR)),
        "last_look": max((one["last_sync"] for one in folders if one["last_sync"]), default=None),
        "folders": folders,
    }


def _problem(duty: DutyState, notices: Mapping[str, Notice]) -> Row:
    """What is wrong with a duty: whether it waits for the person or is tried again, and since when."""
    begun = notices.get(f"{WAITING if duty.waits else FAILING}{duty.account}/{duty.duty}")
    since = begun.since if begun is not None else duty.since
    return {"duty": duty.duty, "problem": duty.problem, "waits": duty.waits, "since": since.isoformat()}


def _needs(problems: Sequence[Row], command: str) -> Row | None:
    """What the account needs of the person: since when, and the command that helps. None where it needs nothing."""
    waiting = [one for one in problems if one["waits"]]
    return {"since": min(one["since"] for one in waiting), "command": command} if waiting else None


def _folder(cursor: Cursor, bad: Mapping[str, int], facts: _Facts) -> Row:
    watched, running = facts.asked.watches(cursor.account, cursor.folder), facts.asked.holder is not None
    behind = facts.notices.get(f"{BEHIND}{cursor.account}/{cursor.folder}") if watched else None
    return {
        "folder": cursor.folder,
        "server_messages": cursor.server_messages,
        "seen": cursor.seen,
        "older": cursor.older,
        "watched": watched,
        "missing": gap_of(cursor) if watched else 0,
        "unreadable": bad.get(cursor.folder, 0),
        "last_sync": _iso(cursor.last_sync),
        "behind_since": _iso(behind.since) if behind else None,
        "verified": _verified(cursor),
        "problem": gap_sentence(cursor, running=running) if watched else None,
    }


def _verified(cursor: Cursor) -> Row | None:
    """When the server's whole list was last held against the journal, what was missing then, and what still is."""
    if cursor.verified is None:
        return None
    return {"when": cursor.verified.isoformat(), "found": cursor.found, "missing": cursor.missing}


def gap_of(cursor: Cursor) -> int:
    """How many messages the server held at the last look that were neither read nor left out by the first scan."""
    return max(cursor.server_messages - cursor.seen - cursor.older, cursor.missing)


def gap_sentence(cursor: Cursor, *, running: bool = False) -> str | None:
    """What is wrong when the server holds what the journal has not seen; None when nothing is."""
    if cursor.last_sync is None:
        goes_on = "the service goes on with it" if running else "`highroad scan` finishes it"
        return f"The first scan is not finished yet; {goes_on}."
    gap = gap_of(cursor)
    if gap == 0:
        return None
    if gap == 1:
        return "The server holds a message that was not read yet; the next pass reads it."
    return f"The server holds {gap} messages that were not read yet; the next pass reads them."


def _daemon(holder: Holder | None, now: datetime) -> Row | None:
    if holder is None:
        return None
    up = (now - holder.started).total_seconds() if holder.started else None
    return {
        "pid": holder.pid, "memory_mib": holder.memory_mib, "uptime_seconds": up, "since": _iso(holder.started),
    }  # fmt: skip


# What is not as it should be.


def gaps(row: Row) -> Iterator[str]:
    """Everything in a status row that is not as it should be, as sentences with their place."""
    for account in row["accounts"]:
        for problem in account["problems"]:
            yield f"{account['account']}: {_kind(problem, running=row['daemon'] is not None)}: {problem['problem']}"
        for folder in account["folders"]:
            if folder["problem"]:
                yield f"{account['account']}/{folder['folder']}: {folder['problem']}"
    if row["digest"]["problem"]:
        yield f"digest: {row['digest']['problem']}"
    for key, one in row["notices"].items():
        if one["counts"]:
            yield f"{key}, since {_since(one)}: {one['text']}"


def _kind(problem: Row, *, running: bool) -> str:
    if problem["waits"]:
        return f"{problem['duty']} waits for you since {_since(problem)}"
    return f"{problem['duty']} {'is' if running else 'was last'} tried again, since {_since(problem)}"


def _since(row: Row) -> str:
    return datetime.fromisoformat(row["since"]).astimezone().strftime("%Y-%m-%d %H:%M")
