"""What the service manager hears: ready, how it fares, that it lives, and nothing once somebody hangs."""

import asyncio
import contextlib
import os
import socket
from datetime import UTC, datetime

import pytest
from support.cli import Home
from support.clock import FakeClock
from support.minds import ScriptedMind
from support.waiting import until

from config.loader import load
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.systemd import Notify
from daemon.house import House
from daemon.pulse import GRACE, Pulse
from daemon.vigil import Vigil, status_line

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def manager():
    """The service manager's socket; what it hears."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.bind(f"\0highroad-test-{os.getpid()}-{id(ours)}")
        ours.setblocking(False)
        yield ours


def address(manager):
    return "@" + manager.getsockname()[1:].decode()


def heard(manager):
    """All datagrams so far, each as a dictionary."""
    found = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(dict(line.split("=", 1) for line in manager.recv(4096).decode().splitlines()))
    return found


@pytest.fixture
def house(tmp_path):
    home = Home(tmp_path, 1, "sam", "secret")
    loaded, clock = load(home.config, home.state), FakeClock()
    with contextlib.closing(open_journal(loaded.state_dir)) as journal:
        yield House(loaded, journal, ScriptedMind(), clock, pulse=Pulse(clock.monotonic))


@pytest.fixture
def vigil(house, manager):
    return Vigil(house, Notify(address(manager), 0.03))


@contextlib.asynccontextmanager
async def kept(vigil):
    task = asyncio.ensure_future(vigil.hours())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# --- the words themselves ---


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_a_word_reaches_the_manager_by_either_kind_of_address(tmp_path, kind):
    place = str(tmp_path / "notify") if kind == "path" else f"\0highroad-test-{os.getpid()}-kind"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
        ours.bind(place)
        Notify(place.replace("\0", "@")).tell(READY=1, STATUS="two\nlines")
        assert ours.recv(100) == b"READY=1\nSTATUS=two lines"


@pytest.mark.parametrize("where", ["", "/nowhere/at/all", "@highroad-nobody", "vsock:2:1"])
def test_without_a_manager_that_hears_nothing_happens(where):
    Notify(where).tell(READY=1)


def test_no_child_inherits_the_managers_address():
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "180000000", "WATCHDOG_PID": "7", "PATH": "/bin"}
    assert Notify.from_environ(environ, 7) == Notify("/run/notify", 180.0)
    assert environ == {"PATH": "/bin"}


@pytest.mark.parametrize(
    "told", [{}, {"WATCHDOG_USEC": "180", "WATCHDOG_PID": "8"}, {"WATCHDOG_USEC": "0"}, {"WATCHDOG_USEC": "soon"}]
)
def test_a_watchdog_that_is_anothers_or_makes_no_sense_is_none(told):
    assert Notify.from_environ(dict(told), 7).watchdog_seconds is None


# --- what is told when ---


def test_it_is_ready_once_and_again_after_a_reload(vigil, house, manager):
    vigil.settled(house)
    vigil.settled(house)
    assert heard(manager) == [{"READY": "1", "STATUS": "Watching 1 account, no drafts wait in Drafts."}]
    vigil.reloading()
    vigil.settled(house)
    reloading, ready = heard(manager)
    assert reloading["RELOADING"] == "1"
    assert int(reloading["MONOTONIC_USEC"]) > 0
    assert ready["READY"] == "1"
    vigil.stopping()
    assert heard(manager)[0]["STOPPING"] == "1"


async def test_it_lives_while_nobody_is_late_and_is_silent_when_somebody_is(vigil, house, manager, caplog):
    vigil.settled(house)
    house.pulse.expect("main/reading", 60)
    heard(manager)
    async with kept(vigil):
        await until(lambda: {"WATCHDOG": "1"} in heard(manager))
        house.clock.advance(seconds=61 + GRACE)
        await until(lambda: {"STATUS": "Not heard of in time: main/reading."} in heard(manager))
        words = []
        for _ in range(3):
            await asyncio.sleep(0.02)
            words += heard(manager)
        assert all("WATCHDOG" not in word for word in words)
        house.pulse.expect("main/reading", 60)
        back = []
        await until(lambda: back.extend(heard(manager)) or len(back) > 2)
    assert {"WATCHDOG": "1"} in back
    assert {"STATUS": "Watching 1 account, no drafts wait in Drafts."} in back
    assert [record.levelname for record in caplog.records if record.event == "watchdog"] == ["ERROR"]


async def test_what_changes_is_told_in_a_line_and_what_does_not_is_not(vigil, house, manager):
    vigil.settled(house)
    heard(manager)
    async with kept(vigil):
        await until(lambda: {"WATCHDOG": "1"} in heard(manager))
        house.journal.folders.say("main", "reading", NOW, connected=False, problem="sam@example.org", waits=True)
        lines = []
        await until(lambda: lines.extend(word["STATUS"] for word in heard(manager) if "STATUS" in word) or lines)
    assert lines == ["Watching 1 account, no drafts wait in Drafts; main needs you (`highroad status` says why)."]


async def test_a_journal_that_cannot_be_asked_is_no_reason_to_be_killed(vigil, house, manager):
    vigil.settled(house)
    house.journal.close()
    heard(manager)
    async with kept(vigil):
        count = []
        await until(lambda: count.extend(heard(manager)) or count.count({"WATCHDOG": "1"}) > 2)


def test_the_line_says_who_needs_the_person_and_who_is_tried_again_and_nobodys_address(house):
    say = house.journal.folders.say
    say("main", "reading", NOW, connected=False, problem="imap.example.org refused sam@example.org", waits=True)
    say("main", "placing", NOW, connected=False, problem="imap.example.org is away")
    say("work", "placing", NOW, connected=False, problem="imap.example.org is away")
    say("work", "learning", NOW, connected=False, problem="no matter")
    line = status_line(house.journal, ["main", "work"])
    assert line == (
        "Watching 2 accounts, no drafts wait in Drafts; main needs you (`highroad status` says why); "
        "work is tried again."
    )
