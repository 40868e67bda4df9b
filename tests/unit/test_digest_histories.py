"""Any history of mails, mishaps, deaths and restarts: at most one digest a day, and none without a reason."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import FakeClock
from support.rows import entry
from support.settings import loaded_settings

from daemon.adapters.journal.journal import open_journal
from daemon.adapters.smtp.errors import Unclear
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.job import Move, State
from daemon.digest import Digests

BEGIN = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)  # the clocks change on the 29th
SMTP = '[digest]\nvia = "smtp"\nsmtp = { host = "127.0.0.1", port = 1, security = "tls" }\n'
ENDS = {"arrives": None, "later": Transient("No."), "never": NeedsOperator("No."), "unclear": Unclear("Perhaps.")}
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("mail"), st.just(0)),
    st.tuples(st.just("ill"), st.booleans()),
    st.tuples(st.just("restart"), st.booleans()),
    st.tuples(st.just("lay"), st.sampled_from(["laid", "declined", "doubt"])),
    st.tuples(st.just("post"), st.sampled_from([*ENDS, "dies"])),
)


class Dies(BaseException):
    """The process is no more."""


class World:
    """A person's machine, with the writer and the post played by the test."""

    def __init__(self, folder):
        self.clock, self.loaded, self.end, self.mails = FakeClock(BEGIN), loaded_settings(folder), "arrives", 0
        self.smtp = loaded_settings(folder, SMTP)
        self.journal = open_journal(self.loaded.state_dir)
        self.sent: list[datetime] = []
        self.digests = Digests(self.journal, self.loaded, self.clock)

    async def post(self, _loaded, _journal, clock, _octets):
        if self.end in {"arrives", "unclear", "dies"}:
            self.sent.append(clock.now())
        if self.end == "dies":
            raise Dies
        if ENDS[self.end]:
            raise ENDS[self.end]

    async def play(self, what, how):
        await getattr(self, f"_{what}")(how)
        try:
            await self.digests.attend()
        except Dies:
            await self._restart(self.digests._loaded is self.smtp)

    async def _wait(self, hours):
        self.clock.advance(hours=hours)

    async def _mail(self, _how):
        self.mails += 1
        now = self.clock.now()
        self.journal.messages.add(entry(self.mails, received=now, first_seen=now))

    async def _ill(self, ill):
        problem = "The password is wrong." if ill else None
        self.journal.folders.say("main", "reading", self.clock.now(), connected=not ill, problem=problem, waits=ill)

    async def _restart(self, smtp):
        self.digests = Digests(self.journal, self.smtp if smtp else self.loaded, self.clock, post=self.post)

    async def _post(self, how):
        self.end = how

    async def _lay(self, how):
        job = self.journal.digests.open()
        if job is None or not job.account or job.state is not State.PLANNED or (job.due or BEGIN) > self.clock.now():
            return
        now, jobs = self.clock.now(), self.journal.jobs
        job = jobs.move(job, Move.INTEND, now)
        if how == "declined":
            jobs.move(job, Move.DECLINE, now, due=now + timedelta(minutes=30))
            return
        self.sent.append(now)
        jobs.move(job, Move.LAID if how == "laid" else Move.DOUBT, now, **({"placed_at": now} if how == "laid" else {}))


@settings(max_examples=25)
@given(st.lists(STEPS, max_size=60))
def test_no_history_brings_two_digests_a_day(steps):
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        asyncio.run(_lived(world, steps))
        days = [moment.astimezone(ZoneInfo("Europe/Berlin")).date() for moment in world.sent]
        jobs = world.journal.digests.jobs()
        world.journal.close()
    assert len(days) == len(set(days))
    assert len({job.message_id for job in jobs}) == len(jobs)
    assert len([job for job in jobs if job.state in {State.PLANNED, State.PLACING}]) <= 1
    assert world.mails or any(what == "ill" for what, _ in steps) or not jobs


async def _lived(world, steps):
    for what, how in steps:
        await world.play(what, how)
