"""The shell around core.watch: it does what it is told, tells what came of it, and drops what failed."""

import asyncio

import pytest
from support.clock import FakeClock

from daemon.bell import Bell
from daemon.core.errors import JournalFault, NeedsOperator, Throttled, Transient
from daemon.core.watch import Watch
from daemon.watcher import Watcher


class Enough(BaseException):
    """The test has seen enough."""


class FakeConnection:
    """Plays a list of answers: an exception is raised, anything else returned; `did` is what was asked."""

    def __init__(self, clock, *answers):
        self.clock, self.answers, self.did = clock, list(answers), []

    def _answer(self, what):
        self.did.append(what)
        if not self.answers:
            raise Enough
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def open(self):
        self._answer("open")

    async def drop(self):
        self.did.append("drop")

    async def sync(self, folder, *, verify):
        return self._answer(f"sync {folder}{' and verify' if verify else ''}")

    async def tend(self):
        self._answer("tend")

    async def listen(self, folder, seconds):
        self.clock.advance(seconds=1)
        return self._answer(f"listen to {folder}")

    async def pause(self, seconds):
        if seconds > 0.06:
            self.did.append(f"pause {round(seconds)}")
        self.clock.advance(seconds=seconds)
        return False

    async def ask(self):
        self._answer("ask")


async def played(*answers, said=None):
    clock = FakeClock()
    connection = FakeConnection(clock, *answers)
    watch = Watch(("INBOX",), 300.0)
    say = (said if said is not None else []).append
    with pytest.raises(Enough):
        await Watcher(connection, watch, clock, lambda problem, waits: say((problem, waits))).run()
    return connection.did


async def test_it_reads_listens_and_reads_what_is_told():
    did = await played(None, False, None, True, True)
    assert did == ["open", "sync INBOX and verify", "tend", "listen to INBOX", "sync INBOX", "listen to INBOX"]


async def test_what_fails_is_said_dropped_and_tried_again_after_a_pause():
    said = []
    did = await played(None, Transient("It hung up."), None, True, said=said)
    assert did[:3] == ["open", "sync INBOX and verify", "drop"]
    assert did[3] in {"pause 4", "pause 5", "pause 6"}
    assert did[4:6] == ["open", "sync INBOX and verify"]
    assert said == [("It hung up.", False)]


async def test_a_complaint_of_the_server_is_heeded():
    did = await played(Throttled("Too many.", 600.0))
    assert did[0:2] == ["open", "drop"]
    assert 600 <= int(did[2].removeprefix("pause ")) <= 750


async def test_what_only_the_person_can_mend_is_asked_about_without_a_connection():
    said = []
    did = await played(NeedsOperator("Wrong password."), None, None, said=said)
    assert did[:4] == ["open", "drop", "ask", "open"]
    assert said == [("Wrong password.", True)]


async def test_a_fault_of_our_own_ends_nothing():
    said = []
    did = await played(None, ZeroDivisionError("secret"), None, said=said)
    assert did[4:6] == ["open", "sync INBOX and verify"]
    assert "ZeroDivisionError at" in said[0][0] and "secret" not in said[0][0]


async def test_without_its_journal_it_ends():
    clock = FakeClock()
    connection = FakeConnection(clock, None, JournalFault("The disk is full."))
    with pytest.raises(JournalFault):
        await Watcher(connection, Watch(("INBOX",), 300.0), clock, lambda *_: None).run()


# --- the bell ---


async def test_a_pause_ends_when_its_time_is_up():
    clock = FakeClock()
    assert await Bell().pause(clock, 7.0) is False
    assert clock.slept == [7.0]


async def test_the_bell_ends_every_pause_and_calls_who_listens():
    class Still(FakeClock):
        async def sleep(self, seconds):
            await asyncio.Event().wait()

    bell, called = Bell(), []
    with bell.heard(lambda: called.append(1)):
        pauses = [asyncio.create_task(bell.pause(Still(), 1e9)) for _ in range(3)]
        await asyncio.sleep(0)
        bell.ring()
        assert await asyncio.gather(*pauses) == [True] * 3
    bell.ring()
    assert called == [1]


async def test_a_pause_that_is_cancelled_leaves_nothing_behind():
    class Still(FakeClock):
        async def sleep(self, seconds):
            await asyncio.Event().wait()

    bell = Bell()
    pause = asyncio.create_task(bell.pause(Still(), 1e9))
    await asyncio.sleep(0)
    pause.cancel()
    await asyncio.gather(pause, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1
    assert not bell._calls
