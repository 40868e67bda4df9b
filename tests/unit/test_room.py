"""One account at home: nothing is slept through, a problem is said once, and what waits for the person looks up."""

import logging
from types import SimpleNamespace

import pytest
from support.cli import Home
from support.clock import FakeClock
from support.fakebox import FakeBox
from support.minds import ScriptedMind, mail

from config.loader import load
from daemon.adapters.journal.journal import open_journal
from daemon.core.errors import NeedsOperator, Refused, Transient
from daemon.house import House
from daemon.link import Link
from daemon.room import Room


class Box(FakeBox):
    """Says how often it was waited on; `told` is what a wait answers."""

    idle, told, woken = None, True, 0
    session = SimpleNamespace()

    async def wait(self, seconds):
        await super().wait(seconds)
        return self.told

    def wake(self):
        self.woken += 1


@pytest.fixture
def house(tmp_path):
    home = Home(tmp_path, 1, "sam", "secret")
    home.config.write_text(home.config.read_text().replace("[cadence]", "idle = false\n[cadence]", 1))
    loaded = load(home.config, home.state)
    journal = open_journal(loaded.state_dir)
    yield House(loaded, journal, ScriptedMind(), FakeClock())
    journal.close()


@pytest.fixture
def room(house):
    return Room(house, house.loaded.settings.account[0])


@pytest.fixture
async def link(house, room, monkeypatch):
    box = Box()

    async def reading():
        return box

    monkeypatch.setattr(room.connector, "reading", reading)
    link = Link(room, house)
    link.box = box
    await link.open()
    return link


async def refused():
    raise Refused("The password is wrong.")


# --- listening ---


async def test_the_settings_say_whether_idle_is_used_and_new_ones_say_it_anew(link, room, house):
    await link.sync("INBOX", verify=False)
    await link.listen("INBOX", 60.0)
    assert link.box.idle is False
    settings = house.loaded.settings
    account = settings.account[0].model_copy(update={"idle": True})
    room.adopt(house, account)
    await link.listen("INBOX", 60.0)
    assert link.box.idle is True


async def test_what_came_between_reading_and_listening_is_not_waited_for(link):
    link.box.deliver(mail())
    assert await link.sync("INBOX", verify=False) is True
    link.box.told = False
    assert await link.listen("INBOX", 60.0) is False
    link.box.deliver(mail(2))
    waits = link.box.verbs.count("IDLE")
    assert await link.listen("INBOX", 60.0) is True
    assert link.box.verbs.count("IDLE") == waits


async def test_a_folder_that_was_renumbered_meanwhile_is_read_and_not_waited_for(link):
    link.box.deliver(mail())
    await link.sync("INBOX", verify=False)
    link.box.renumber("INBOX")
    assert await link.listen("INBOX", 60.0) is True
    assert "IDLE" not in link.box.verbs


async def test_who_is_called_before_he_listens_does_not_begin_to(link):
    await link.sync("INBOX", verify=False)
    link.wake()
    assert await link.listen("INBOX", 60.0) is False
    assert "IDLE" not in link.box.verbs
    assert await link.listen("INBOX", 60.0) is True
    assert (link.box.verbs.count("IDLE"), link.box.woken) == (1, 1)


async def test_verifying_finds_what_the_cursor_has_not_seen(link, house, caplog):
    for number in (1, 2, 3):
        link.box.deliver(mail(number))
    await link.sync("INBOX", verify=False)
    with house.journal.transaction() as con:
        con.execute("UPDATE folders SET read = '1,3'")
        con.execute("DELETE FROM messages WHERE uid = 2")
    assert await link.sync("INBOX", verify=False) is False  # a glance shows nothing
    with caplog.at_level(logging.WARNING, "highroad"):
        await link.sync("INBOX", verify=True)
    assert "1 of 3 messages had been missed; now they are read" in caplog.text
    assert len(house.journal.messages.log()) == 3


async def test_without_a_connection_there_is_a_sentence(link):
    await link.drop()
    with pytest.raises(Transient):
        await link.sync("INBOX", verify=False)


# --- what is said ---


async def test_a_problem_that_comes_and_goes_is_logged_once(room, house, caplog):
    with caplog.at_level(logging.INFO, "highroad"):
        for _ in range(5):
            room.say("reading", "The server is down.")
            house.clock.advance(seconds=30)
            room.say("reading")
            house.clock.advance(seconds=30)
    assert caplog.messages == ["reading: The server is down.", "reading works again."]
    house.clock.advance(hours=1)
    with caplog.at_level(logging.INFO, "highroad"):
        room.say("reading", "The server is down.")
    assert len(caplog.messages) == 3


async def test_what_waits_for_the_person_is_written_down_as_that(room, house):
    room._failed("reading")("Wrong password.", True)
    (duty,) = house.journal.folders.duties()
    assert (duty.problem, duty.waits, duty.connected) == ("Wrong password.", True, False)


# --- refused, and asked ---


async def test_a_first_refusal_is_tried_once_more_and_the_second_waits_for_the_person(env, room, house):
    house.journal.refusals.add("main", await room.connector.identity(), "no", house.clock.now())
    with pytest.raises(Transient, match="tried once more"):
        await room.patient(refused())
    house.journal.refusals.add("main", await room.connector.identity(), "no", house.clock.now())
    with pytest.raises(NeedsOperator):
        await room.patient(refused())


@pytest.fixture
def env(monkeypatch):
    monkeypatch.setenv("HIGHROAD_TEST_PASSWORD", "secret")


async def test_whoever_waits_for_the_person_looks_again_after_an_hour(env, room, house):
    room.trying("reading")
    await room.ask("reading")
    assert sum(house.clock.slept) == 3600


async def test_a_bell_that_rang_during_the_attempt_is_not_missed(env, room, house):
    room.trying("reading")
    house.bell.ring()
    await room.ask("reading")
    assert house.clock.slept == []


async def test_a_refusal_that_was_forgiven_ends_the_waiting(env, room, house):
    house.journal.refusals.add("main", b"key", "no", house.clock.now())
    house.clock._on_sleep = lambda _: len(house.clock.slept) == 2 and house.journal.refusals.clear("main")
    room.trying("reading")
    await room.ask("reading")
    assert len(house.clock.slept) == 2


async def test_a_secret_file_that_was_written_ends_the_waiting(house, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("wrong")
    secret.chmod(0o600)
    account = house.loaded.settings.account[0]
    password = account.password.model_copy(update={"env": "", "file": str(secret)})
    room = Room(house, account.model_copy(update={"password": password}))
    house.clock._on_sleep = lambda _: len(house.clock.slept) == 3 and secret.write_text("right")
    room.trying("reading")
    await room.ask("reading")
    assert len(house.clock.slept) == 3
