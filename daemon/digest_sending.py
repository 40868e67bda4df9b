"""Notes to self by SMTP: sent once, or not at all; what the server does not take is tried again later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from config.loader import Loaded
from daemon.adapters.journal.journal import Journal
from daemon.adapters.smtp.errors import Unclear
from daemon.core.backoff import uneven
from daemon.core.errors import HighroadError, NeedsOperator, Transient
from daemon.core.job import OCCASION_ALARM, Job, Move
from daemon.core.ports import Clock
from daemon.logbook import tell
from daemon.supervise import dice

Post = Callable[[Loaded, Journal, Clock, bytes], Awaitable[None]]
"""Sends octets to the person's own address. Raises Transient, NeedsOperator or Unclear."""
CallOff = Callable[[Job, datetime, str], None]
"""Takes back a job that may have been sent; the reason is a sentence."""
_FIRST_PAUSE: Final = timedelta(minutes=5)
_LONGEST_PAUSE: Final = timedelta(hours=6)


class Sending:
    """Sends the notes of one person."""

    def __init__(self, journal: Journal, loaded: Loaded, clock: Clock, post: Post) -> None:
        self._journal, self._loaded, self._clock, self._post = journal, loaded, clock, post

    def adopt(self, loaded: Loaded) -> None:
        """Go by these settings from now on."""
        self._loaded = loaded

    async def send(self, job: Job, octets: bytes, call_off: CallOff) -> None:
        """Send it. That it is about to be sent is durable before anything leaves: it goes once, or is called off."""
        job = self._journal.jobs.move(job, Move.INTEND, self._clock.now())
        try:
            await self._post(self._loaded, self._journal, self._clock, octets)
        except Unclear as error:
            self._unclear(job, error, call_off)
        except (Transient, NeedsOperator) as error:
            self._declined(job, error)
        else:
            self._arrived(job, self._clock.now())

    def _arrived(self, job: Job, now: datetime) -> None:
        jobs = self._journal.jobs
        with self._journal.transaction():
            jobs.move(jobs.move(job, Move.LAID, now, placed_at=now), Move.SEND, now)
        tell("digest_sent", f"{_name(job)} was sent to your own address.", job=job.id)

    def _unclear(self, job: Job, error: Unclear, call_off: CallOff) -> None:
        call_off(job, self._clock.now(), str(error))
        tell("digest_waits", f"{_name(job)} may have been sent, so it is not sent again: {error}", job=job.id)

    def _declined(self, job: Job, error: HighroadError) -> None:
        """It was certainly not sent: another try after a pause that grows."""
        now, times = self._clock.now(), self._journal.digests.refusals(job)
        pause = min(_FIRST_PAUSE * 2 ** min(times, 20), _LONGEST_PAUSE).total_seconds()
        due = now + timedelta(seconds=uneven(pause, dice()))
        self._journal.jobs.move(job, Move.DECLINE, now, due=due, why=str(error))
        tell("digest_waits", f"{_name(job)} could not be sent and is tried again: {error}", job=job.id)


def _name(job: Job) -> str:
    return "The alarm" if job.occasion == OCCASION_ALARM else "The digest"
