"""The round: every account works for itself, new settings move only those they concern, a lost journal ends all."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import ClassVar

import pytest
from support.cli import Home
from support.clock import FakeClock
from support.waiting import until

from config.loader import load
from daemon import app
from daemon.bell import Bell
from daemon.core.errors import JournalFault

SECOND = """
[[account]]
name = "second"
host = "127.0.0.1"
port = 1
security = "plain"
user = "sam"
password = { env = "HIGHROAD_TEST_PASSWORD" }

[cadence]"""


class Sleepless(FakeClock):
    """Lets others work while it sleeps; `glances` counts the sleeps."""

    async def sleep(self, seconds):
        for _ in range(3):
            await asyncio.sleep(0)
        await super().sleep(seconds)


class FakeRoom:
    """Works until it is cancelled."""

    made: ClassVar[list] = []

    def __init__(self, house, account):
        self.house, self.account, self.ended = house, account, 0
        self.fault = asyncio.get_running_loop().create_future()
        FakeRoom.made.append(self)

    async def watch(self):
        try:
            await asyncio.shield(self.fault)
        finally:
            self.ended += 1

    def adopt(self, house, account):
        self.house, self.account = house, account

    async def place(self):
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1


class Mind:
    rested = 0

    async def rest(self):
        self.rested += 1


@pytest.fixture
def house(tmp_path, monkeypatch):
    FakeRoom.made = []
    monkeypatch.setattr(app, "Room", FakeRoom)
    home = Home(tmp_path, 1, "sam", "secret")
    home.config.write_text(home.config.read_text().replace("\n[cadence]", SECOND, 1))
    loaded = load(home.config, home.state)
    return SimpleNamespace(
        home=home, house=app.House(loaded, None, Mind(), Sleepless(), bell=Bell()), loaded=loaded, to_load=[]
    )


@pytest.fixture
async def running(house):
    async def changed():
        return house.to_load.pop(0) if house.to_load else None

    task = asyncio.create_task(app.run(house.house, changed))
    await until(lambda: len(FakeRoom.made) == 2)
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert all(room.ended == 2 for room in FakeRoom.made)
    assert house.house.mind.rested == 1


def reread(house, old, new):
    text = house.home.config.read_text()
    assert old in text
    house.home.config.write_text(text.replace(old, new, 1))
    house.to_load.append(load(house.home.config, house.home.state))


async def test_every_account_has_its_room_until_the_end(house, running):
    assert [room.account.name for room in FakeRoom.made] == ["main", "second"]
    assert not running.done()


async def test_an_account_whose_settings_change_is_set_to_work_anew_and_the_other_goes_on(house, running):
    reread(house, 'name = "second"\nhost = "127.0.0.1"\nport = 1', 'name = "second"\nhost = "127.0.0.1"\nport = 2')
    await until(lambda: len(FakeRoom.made) == 3)
    main, second, anew = FakeRoom.made
    assert (main.ended, second.ended, anew.account.port) == (0, 2, 2)


async def test_what_concerns_no_connection_is_taken_on_by_the_rooms_at_work(house, running):
    reread(house, "drafts_per_day = 100", "drafts_per_day = 1")
    await until(lambda: all(room.house.loaded.settings.cadence.drafts_per_day == 1 for room in FakeRoom.made))
    assert [room.ended for room in FakeRoom.made] == [0, 0]


@pytest.mark.parametrize(
    "line", ['poll_every = "7m"', "idle = false", 'drafts = "D"', 'sent = "S"', 'address = "s@x.example"']
)
async def test_what_an_account_says_of_itself_beside_its_connection_keeps_it_at_work(house, running, line):
    reread(house, 'name = "second"\n', f'name = "second"\n{line}\n')
    key = line.split()[0]
    await until(lambda: len({str(getattr(room.account, key)) for room in FakeRoom.made}) == 2)
    assert [room.ended for room in FakeRoom.made] == [0, 0]


@pytest.mark.parametrize(
    "line", ['folders = ["INBOX", "Jobs"]', 'ca_file = "own.pem"', 'security = "tls"', 'user = "sam2"', "port = 2"]
)
async def test_what_concerns_its_connection_sets_an_account_to_work_anew(house, running, line):
    text = house.home.config.read_text()
    start = text.index('name = "second"')
    old = next((one for one in text[start:].splitlines() if one.startswith(line.split()[0])), 'name = "second"')
    new = line if old != 'name = "second"' else f"{old}\n{line}"
    house.home.config.write_text(text[:start] + text[start:].replace(old, new, 1))
    house.to_load.append(load(house.home.config, house.home.state))
    await until(lambda: len(FakeRoom.made) == 3)
    assert [room.ended for room in FakeRoom.made] == [0, 2, 0]


async def test_an_account_that_is_new_in_the_settings_is_set_to_work(house, running):
    third = SECOND.replace("[cadence]", "").replace('"second"', '"third"')
    reread(house, SECOND, third + SECOND)
    await until(lambda: len(FakeRoom.made) == 3)
    assert (FakeRoom.made[2].account.name, [room.ended for room in FakeRoom.made]) == ("third", [0, 0, 0])


async def test_new_settings_are_told_to_what_outlives_them(house):
    fitted, loaded = [], house.loaded

    async def changed():
        return loaded if not fitted else None

    task = asyncio.create_task(app.run(replace(house.house, fit=fitted.append), changed))
    await until(lambda: fitted)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert fitted == [loaded]


async def test_an_account_that_is_gone_from_the_settings_is_left_alone(house, running):
    reread(house, SECOND, "\n[cadence]")
    await until(lambda: FakeRoom.made[1].ended == 2)
    assert (len(FakeRoom.made), FakeRoom.made[0].ended) == (2, 0)


async def test_when_the_wall_clock_leaps_everybody_is_called(house, running):
    called = []
    with house.house.bell.heard(lambda: called.append(1)):
        await until(lambda: house.house.clock.slept)
        assert not called
        house.house.clock.leap(hours=1)
        await until(lambda: called)


async def test_without_its_journal_the_house_ends_and_says_why(house, tmp_path):
    task = asyncio.create_task(app.run(house.house))
    await until(lambda: len(FakeRoom.made) == 2)
    FakeRoom.made[0].fault.set_exception(JournalFault("The disk is full."))
    with pytest.raises(JournalFault):
        await task
    assert all(room.ended == 2 for room in FakeRoom.made)


async def test_a_school_is_attended_when_called(house):
    class School:
        attended = 0

        async def hours(self):
            self.attended += 1
            await asyncio.Event().wait()

    school = School()
    task = asyncio.create_task(app.run(replace(house.house, school=school)))
    await until(lambda: school.attended == 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_who_rings_while_the_settings_are_looked_at_is_served_before_it_is_told_that_all_is_settled(house):
    looks, told = [], []

    async def look():
        looks.append(len(told))
        if len(looks) == 2:
            house.house.bell.ring()  # as SIGHUP does, at the worst moment

    task = asyncio.create_task(app.run(house.house, look, told.append))
    await until(lambda: len(looks) > 3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert looks[:4] == [1, 2, 2, 3]  # after the second look nothing was told, and the third came at once
