"""The person's word on an application: written and followed at once, in one transaction, also while the daemon runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context, emit
from daemon.commands.lines import minute, plain
from daemon.core.correction import lying
from daemon.core.entry import Application
from daemon.core.job import Job, State

if TYPE_CHECKING:
    from daemon.planner import Changes, Planner

Row = dict[str, Any]
_COMING: Final = frozenset({State.PLANNED, State.HELD})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a command is carried out and told: `dry_run` writes nothing, `as_json` prints for programs."""

    dry_run: bool = False
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What an act works with; `now` is aware."""

    context: Context
    journal: Journal
    now: datetime

    def follow(self, *applications: Application) -> Changes:
        """Plan anew what follows for these applications. Raises NoAccount for an account that is set up no more."""
        from daemon.planner import Changes

        found = [self.planner(one).replan(one.id, self.now) for one in applications]
        return Changes(*(tuple(job for each in found for job in part(each)) for part in _PARTS))

    def planner(self, application: Application) -> Planner:
        """The planner of an application's account. Raises NoAccount for one that is set up no more."""
        from daemon.commands.recorders import NoAccount
        from daemon.planner import planner_of

        loaded = self.context.load()
        account = loaded.settings.account_named(application.account)
        if account is None:
            named = f'a{application.id} is of account "{application.account}"'
            raise NoAccount(f"{named}, which config.toml does not name any more.")
        return planner_of(loaded, self.journal, account)


class _NotMeant(Exception):
    """Takes a dry run's transaction back."""


def done(context: Context, manner: Manner, act: Callable[[Desk], Row]) -> int:
    """Carry out an act in one transaction and tell of it."""
    with context.journal() as journal:
        row = _within(context, journal, act, dry_run=manner.dry_run) | {"dry_run": manner.dry_run}
    if manner.as_json:
        emit([row])
    else:
        print("\n".join(_lines(row)))
    return 0


def _within(context: Context, journal: Journal, act: Callable[[Desk], Row], *, dry_run: bool) -> Row:
    from daemon.adapters.clock import SystemClock

    row: Row = {}
    try:
        with journal.transaction():
            row = act(Desk(context, journal, SystemClock().now()))
            if dry_run:
                raise _NotMeant
    except _NotMeant:
        pass
    return row


def told(application: Application, notes: Iterable[str], changes: Changes | None = None) -> Row:
    """What a command says of its act: the application, sentences, and what follows for its drafts."""
    planned, cancelled = (changes.planned, changes.cancelled) if changes else ((), ())
    return {
        "application": application.id,
        "company": application.company,
        "role": application.role,
        "planned": [job.id for job in planned if job.state in _COMING],
        "cancelled": [job.id for job in cancelled],
        "drafts": [sentence for sentence in map(lying, changes.laid if changes else ()) if sentence],
        "notes": [*notes, *(followed(changes) if changes else ())],
    }


def followed(changes: Changes) -> Iterator[str]:
    """What followed for the drafts, in sentences."""
    for job in changes.cancelled:
        yield f"{named(job)} is taken back: {job.why}"
    for job in changes.planned:
        if job.state in _COMING:
            due = f" for {minute(job.due.isoformat())}" if job.due else ""
            yield f"{named(job)} is {job.state}{due}: {job.why}"


def named(job: Job) -> str:
    """A job in a sentence."""
    to = f" to {job.recipient}" if job.recipient else ""
    return f"The {job.step.value.replace('_', ' ')}{to}"


def _lines(row: Row) -> Iterator[str]:
    if row["dry_run"]:
        yield "A dry run: nothing of this was written."
    yield from map(plain, [*row["notes"], *row["drafts"]])


_PARTS: tuple[Callable[[Changes], tuple[Job, ...]], ...] = (
    lambda changes: changes.planned,
    lambda changes: changes.cancelled,
    lambda changes: changes.laid,
)
