"""What Highroad would have found: the mails of the last 90 days read as `once --dry-run` reads them, nothing kept."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.loader import Loaded
from daemon import app
from daemon.adapters.imap.folders import Listing
from daemon.commands.beginning.sampling import Sample, candidates, sampled
from daemon.commands.beginning.telling import Telling
from daemon.core.entry import Entry
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.job import CADENCE, TO_SELF, Job, State
from daemon.model_note import cache_dir
from daemon.reader import Synced

_OPEN = frozenset({State.PLANNED, State.HELD})


@dataclass(frozen=True, slots=True)
class Found:
    """What a first reading found.

    `rejections` are those that it would act upon, the newest first; `others` counts the other mails about jobs by
    label, `unsure` those that it would ask about. `letters` and `notes` are the drafts it would lay to others and to
    the person, `first` when the first of them, `late` the rejections that are long past.
    """

    read: int
    unreadable: int
    rejections: Sequence[Entry]
    others: Mapping[str, int]
    unsure: int
    letters: int
    notes: int
    first: datetime | None
    late: int


class Visit:
    """A house in the stage, with one reader of mails for all that is looked at."""

    def __init__(self, house: app.House, runner: asyncio.Runner, say: Callable[[str], None]) -> None:
        self._house, self._runner, self._say = house, runner, say

    def previewed(self, since: timedelta) -> Found:
        """Read the watched folders back to a day. Raises what connecting and reading raise."""
        synced, journal = self._runner.run(self._read(since)), self._house.journal
        oldest = self._house.clock.now() - _age(self._house.loaded)
        return _found(synced, journal.messages.log(), journal.jobs.all(), oldest)

    def elsewhere(self, listing: Listing, since: timedelta) -> list[Sample]:
        """A sample of the other folders, read by the same mind; none where they cannot be looked at."""
        try:
            return self._runner.run(self._sampled(listing, since))
        except (NeedsOperator, Transient) as error:
            self._say(f"The other folders could not be looked at: {error}")
            return []

    @property
    def age(self) -> str:
        """How old a rejection may be to be acted upon, as the settings write it."""
        return str(self._house.loaded.settings.cadence.only_newer_than)

    async def _read(self, since: timedelta) -> Synced:
        return await self._room.read(since, learn=False)

    async def _sampled(self, listing: Listing, since: timedelta) -> list[Sample]:
        room = self._room
        mailbox = await room.connector.reading()
        try:
            return await sampled(mailbox, self._house, candidates(listing, room.account), since, self._say)
        finally:
            await mailbox.close()

    @property
    def _room(self) -> app.Room:
        return app.Room(self._house, self._house.loaded.settings.account[0])


@contextmanager
def visiting(loaded: Loaded, bar: Telling) -> Iterator[Visit]:
    """The visit; its reader leaves at the end."""
    with app.opened(loaded, bar.move, bar.tell, cache_dir(loaded.state_dir)) as house, asyncio.Runner() as runner:
        try:
            yield Visit(house, runner, bar.say)
        finally:
            runner.run(house.mind.rest())


def _age(loaded: Loaded) -> timedelta:
    return loaded.settings.cadence.only_newer_than.longest()


def _found(synced: Synced, log: Sequence[Entry], jobs: Sequence[Job], oldest: datetime) -> Found:
    rejections = [one for one in log if one.reading.verdict.label == "rejection" and one.band == "act"]
    unsure = [one for one in log if one.band == "review"]
    shown = {id(one) for one in (*rejections, *unsure)}
    coming = [job for job in jobs if job.state in _OPEN and job.step in CADENCE]
    dues = [job.due for job in coming if job.due is not None]
    return Found(
        synced.read,
        synced.unreadable,
        sorted(rejections, key=lambda one: one.received, reverse=True),
        Counter(one.reading.verdict.label for one in log if id(one) not in shown),
        len(unsure),
        sum(job.step not in TO_SELF for job in coming),
        sum(job.step in TO_SELF for job in coming),
        min(dues, default=None),
        sum(one.received < oldest for one in rejections),
    )
