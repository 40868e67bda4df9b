"""Any history of troubles, mends, deaths, restarts: one note a trouble, not before a day, not after it was mended."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import FakeClock
from support.settings import MAIN, loaded_settings

from daemon.adapters.journal.journal import open_journal
from daemon.adapters.smtp.errors import Unclear
from daemon.alarms import Alarms
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.job import Move, State

BEGIN = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)  # a Friday; the clocks change on the 29th
DAY = timedelta(days=1)
BOTH = MAIN + '\n[[account]]\nname = "work"\nhost = "imap.example.org"\npassword = { command = "echo secret" }\n'
SMTP = '[digest]\nvia = "smtp"\nsmtp = { host = "127.0.0.1", port = 1, security = "tls" }\n'
ENDS = {"arrives": None, "later": Transient("No."), "never": NeedsOperator("No."), "unclear": Unclear("Perhaps.")}
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("main"), st.sampled_from(["fine", "waits", "away"])),
    st.tuples(st.just("work"), st.sampled_from(["fine", "waits", "away"])),
    st.tuples(st.just("restart"), st.booleans()),
    st.tuples(st.just("lay"), st.sampled_from(["laid", "declined", "doubt"])),
    st.tuples(st.just("post"), st.sampled_from([*ENDS, "dies"])),
)


class Dies(BaseException):
    """The process is no more."""


class World:
    """A person's machine, with the writer and the post played by the test. `waiting`: since when an account waits."""

    def __init__(self, folder):
        self.clock, self.end = FakeClock(BEGIN), "arrives"
        self.drafts, self.smtp = loaded_settings(folder, accounts=BOTH), loaded_settings(folder, SMTP, BOTH)
        self.journal = open_journal(self.drafts.state_dir)
        self.waiting: dict[str, datetime] = {}
        self.told: list[tuple[str, datetime]] = []
        self._start(self.drafts)

    def _start(self, loaded):
        self.loaded = loaded
        self.alarms = Alarms(self.journal, loaded, self.clock, self._send)

    async def _send(self, _loaded, journal, _clock, _octets):
        if self.end in {"arrives", "unclear", "dies"}:
            self.out(next(job for job in journal.alarms.jobs() if job.state is State.PLACING))
        if self.end == "dies":
            raise Dies
        if ENDS[self.end]:
            raise ENDS[self.end]

    def out(self, job):
        """A note is out: what it tells is so, has been so for a day, and was not told before."""
        now = self.clock.now()
        for one in self.alarms.telling(job):
            begun = (one.account, self.waiting[one.account])
            assert one.kind == "operator" and now - begun[1] >= DAY
            assert begun not in self.told
            self.told.append(begun)

    async def play(self, what, how):
        if what in {"main", "work"}:
            self._say(what, how)
        else:
            getattr(self, f"_{what}")(how)
        try:
            await self.alarms.attend()
        except Dies:
            self._start(self.loaded)

    def _wait(self, hours):
        self.clock.advance(hours=hours)

    def _say(self, account, how):
        now, waits = self.clock.now(), how == "waits"
        problem = {"fine": None, "waits": "The password is wrong.", "away": "It is away."}[how]
        if waits:
            self.waiting.setdefault(account, now)
        elif problem is None:
            self.waiting.pop(account, None)
        self.journal.folders.say(account, "reading", now, connected=not problem, problem=problem, waits=waits)
        if problem and account not in self.waiting:  # a failure alone is told after two days; here it never lasts
            self.journal.folders.say(account, "reading", now, connected=True)

    def _restart(self, smtp):
        self._start(self.smtp if smtp else self.drafts)

    def _post(self, how):
        self.end = how

    def _lay(self, how):
        job, now, jobs = self.journal.alarms.open(), self.clock.now(), self.journal.jobs
        if job is None or not job.account or job.state is not State.PLANNED or (job.due or BEGIN) > now:
            return
        try:
            self.alarms.message(job, now)
        except NeedsOperator:
            jobs.move(job, Move.DECLINE, now, due=now + timedelta(minutes=30))
            return
        job = jobs.move(job, Move.INTEND, now)
        if how == "declined":
            jobs.move(job, Move.DECLINE, now, due=now + timedelta(minutes=30))
            return
        self.out(job)
        jobs.move(job, Move.LAID if how == "laid" else Move.DOUBT, now, **({"placed_at": now} if how == "laid" else {}))


@settings(max_examples=15)
@given(st.lists(STEPS, max_size=60))
def test_no_history_tells_a_trouble_twice_or_too_soon_or_too_late(steps):
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            asyncio.run(_lived(world, steps))
            jobs = world.journal.alarms.jobs()
        finally:
            world.journal.close()
    assert len(world.told) == len(set(world.told))
    assert len({job.message_id for job in jobs}) == len(jobs)
    assert sum(job.state in {State.PLANNED, State.PLACING} for job in jobs) <= 1


async def _lived(world, steps):
    for what, how in steps:
        await world.play(what, how)
