"""Proof of life: who waits as long as said is left in peace, who hangs is named, and is fed for no longer."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from support.cli import Home
from support.clock import FakeClock
from support.fakebox import FakeBox
from support.minds import ScriptedMind, mail
from support.nurseries import QUICK, StandIn
from support.nurseries import mail as told
from support.rooms import room as shell
from support.teachers import ScriptedTeacher
from support.waiting import until

from config.loader import load
from daemon import app
from daemon.adapters.imap.session import COMMAND_SECONDS, Session
from daemon.adapters.imap.thread import OwnThread
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.bell import Bell
from daemon.core.errors import Transient
from daemon.house import House
from daemon.learner import School
from daemon.model_note import ModelNote
from daemon.pulse import DIGEST, GLANCE, GRACE, LEARNING, MIND, Leaning, Pulse
from daemon.room import Room


class Time:
    """A monotonic clock that goes when it is told to."""

    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def pulse(time):
    return Pulse(time)


def test_who_said_nothing_is_not_expected(pulse):
    assert pulse.late(1e9) == ()


def test_whoever_waits_no_longer_than_said_is_not_late_and_then_is(pulse, time):
    pulse.expect("main/reading", 510)
    pulse.expect("digest", 60)
    assert pulse.late(time.now + 60 + GRACE) == ()
    assert pulse.late(time.now + 61 + GRACE) == ("digest",)
    time.now += 511 + GRACE
    assert pulse.late() == ("digest", "main/reading")


def test_a_sign_of_life_begins_the_time_anew(pulse, time):
    pulse.expect("main/placing", 30)
    time.now += 30 + GRACE
    pulse.expect("main/placing", 30)
    time.now += 30 + GRACE
    assert pulse.late() == ()


def test_whose_loop_has_ended_as_it_should_is_not_late(pulse, time):
    pulse.expect("main/reading", 1)
    pulse.gone("main/reading")
    pulse.gone("never heard of")
    assert pulse.late(time.now + 1e6) == ()


def test_a_port_speaks_for_somebody(pulse, time):
    promise = pulse.of("mind")
    promise(600)
    assert pulse.late(time.now + 601 + GRACE) == ("mind",)
    promise(None)
    assert pulse.late(time.now + 1e6) == ()


def test_who_leans_on_another_is_as_late_as_that_one(pulse, time):
    pulse.expect("main/reading", 0)
    with pulse.leaning("main/reading", MIND):
        pulse.expect(MIND, 5_000)
        assert pulse.late(time.now + 5_000 + GRACE) == ()
        assert pulse.late(time.now + 5_001 + GRACE) == (MIND,)
        pulse.gone(MIND)
        assert pulse.late(time.now + 1 + GRACE) == ("main/reading",)
    time.now += GRACE
    assert pulse.late() == ()


async def test_whoever_has_mails_read_leans_on_the_readers(pulse, time):
    def on_read(_count):
        pulse.expect(MIND, 30)
        time.now += 10_000
        pulse.expect(MIND, 30)
        assert pulse.late() == ()

    mind = Leaning(ScriptedMind(on_read), pulse, "main/reading")
    pulse.expect("main/reading")
    assert len(await mind.read_many([mail(1), mail(2)])) == 2
    await mind.read(mail(3))
    await mind.rest()
    assert pulse.late(time.now + GRACE) == ()


# --- what the parts promise ---


@pytest.fixture
def promised():
    return []


async def test_a_session_promises_the_deadline_of_every_exchange(promised):
    thread = OwnThread("test")
    session = Session(None, "client", None, thread)
    session.promise = promised.append
    assert await session.call("trying", lambda client: client) == "client"
    assert await session.call("waiting for news", lambda _client: 7, 630.0) == 7
    thread.end()
    assert promised == [COMMAND_SECONDS, 0.0, 630.0, 0.0]


async def test_the_readers_promise_each_step_and_end_with_a_word(tmp_path, promised):
    stand_in = StandIn(tmp_path)
    sandbox = Sandbox(Path("cache"), QUICK, stand_in.said.append, stand_in.start, promise=promised.append)
    await sandbox.read_many([told("read")])
    await until(lambda: promised[-1] is None)
    await sandbox.rest()
    assert promised == [0.0, QUICK.start_seconds, QUICK.mail_seconds, None]


async def test_who_learns_is_expected_only_while_it_learns(tmp_path, promised):
    one = shell(tmp_path / "state")
    with contextlib.closing(one.journal):
        school = School(
            one.journal, one.mind, one.clock, ScriptedTeacher(), ModelNote(tmp_path), promise=promised.append
        )
        hours = asyncio.ensure_future(school.hours())
        school.call()
        await until(lambda: None in promised)
        hours.cancel()
        await asyncio.gather(hours, return_exceptions=True)
    assert promised == [1300.0, None]


# --- the loops ---


class Slow(FakeClock):
    """Lets the others have their turn while it sleeps."""

    async def sleep(self, seconds):
        await asyncio.sleep(0)
        await super().sleep(seconds)


@pytest.fixture
def house(tmp_path):
    home = Home(tmp_path, 1, "sam", "secret")
    loaded, clock = load(home.config, home.state), Slow()
    with contextlib.closing(open_journal(loaded.state_dir)) as journal:
        yield House(loaded, journal, ScriptedMind(), clock, pulse=Pulse(clock.monotonic), bell=Bell())


@pytest.fixture
def room(house, monkeypatch):
    room = Room(house, house.loaded.settings.account[0])
    box = FakeBox()

    async def reading():
        return box

    monkeypatch.setattr(room.connector, "reading", reading)
    return room


async def test_a_pause_is_no_hang_however_long_and_what_follows_has_its_own_time(house):
    await house.pause("digest", 7_000.0, 900.0)
    assert house.pulse.late(house.clock.monotonic() + 900 + GRACE) == ()
    assert house.pulse.late(house.clock.monotonic() + 901 + GRACE) == ("digest",)


async def test_a_connection_gives_its_loops_signs_of_life(house, room):
    box = await room.reading()
    box.session.promise(630.0)
    assert house.pulse.late(house.clock.monotonic() + 630 + GRACE) == ()
    assert house.pulse.late(house.clock.monotonic() + 631 + GRACE) == ("main/reading",)


async def test_a_log_in_that_hangs_beyond_all_deadlines_is_named(house, room, monkeypatch):
    async def never():
        house.clock.advance(seconds=601 + GRACE)
        assert house.pulse.late() == ("main/reading",)
        raise Transient("It did not answer.")

    monkeypatch.setattr(room.connector, "reading", never)
    with pytest.raises(Transient):
        await room.reading()


async def test_loops_that_end_are_not_missed(house, room):
    tasks = [asyncio.ensure_future(room.watch()), asyncio.ensure_future(room.place())]
    await until(lambda: {"main/reading", "main/placing"} <= set(house.pulse.late(1e12)))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert house.pulse.late(1e12) == ()


async def test_an_hour_of_waiting_for_the_person_is_no_hang(house, room):
    seen = []
    house.clock._on_sleep = lambda _seconds: seen.append(house.pulse.late())
    room.trying("reading")
    await room.ask("reading")
    assert sum(house.clock.slept) == pytest.approx(3600)
    assert set(seen) == {()}


class Still:
    """A room whose loops wait for ever without a word."""

    def __init__(self, house, account):
        self.house, self.account = house, account

    async def watch(self):
        self.house.pulse.expect(f"{self.account.name}/reading", 60)
        await asyncio.Event().wait()

    async def place(self):
        await asyncio.Event().wait()


async def test_the_house_expects_its_digest_and_its_glance_and_names_the_loop_that_hangs(house, monkeypatch):
    monkeypatch.setattr(app, "Room", Still)
    settled = []
    task = asyncio.ensure_future(app.run(house, settled=settled.append))
    await until(lambda: house.clock.monotonic() > FakeClock().monotonic() + 61 + GRACE)
    assert house.pulse.late() == ("main/reading",)
    assert {DIGEST, GLANCE} <= set(house.pulse.late(1e12))
    assert LEARNING not in house.pulse.late(1e12)
    assert settled[0] is house
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
