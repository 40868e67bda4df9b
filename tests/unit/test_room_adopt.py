"""A room at work goes by new settings without a new connection: what it plans, lays, writes and listens to."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace

import pytest
from support.clock import FakeClock
from support.corevalues import DANA, MONDAY, verdict
from support.minds import ScriptedMind
from support.settings import loaded_settings
from support.waiting import until

from classifiers.values import Address, Headers, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.core.entry import Place
from daemon.core.job import Step
from daemon.house import House
from daemon.room import Room

ALWAYS = """
[cadence]
quiet_period = "0s"
hours = "00:00-24:00"
working_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
feedback_request.enabled = false
thank_you = { after = "0s", only_if = "always" }
"""


@pytest.fixture
def at(tmp_path):
    loaded = loaded_settings(tmp_path, ALWAYS + "drafts_per_day = 0\n")
    journal = open_journal(loaded.state_dir)
    house = House(loaded, journal, ScriptedMind(), FakeClock(MONDAY))
    room = Room(house, loaded.settings.account[0])
    headers = Headers(
        sender=DANA, to=(Address("Sam Rivera", "sam@example.org"),), message_id="<1@a.example>", subject="Yours"
    )
    said = verdict("rejection", company="Acme", role="Tester")
    room._recorder.record(b"1" * 32, Place("main", "INBOX", 1, 1), MONDAY, MONDAY, Reading(headers, said))
    yield SimpleNamespace(folder=tmp_path, house=house, room=room, journal=journal)
    journal.close()


def adopt(at, more, accounts=None):
    loaded = loaded_settings(at.folder, more, *([accounts] if accounts else []))
    at.room.adopt(replace(at.house, loaded=loaded), loaded.settings.account[0])


def thanks(at):
    (job,) = (job for job in at.journal.jobs.all() if job.step is Step.THANK_YOU)
    return job


def test_the_caps_are_those_of_now(at):
    assert not at.room.writer.has_work()
    adopt(at, ALWAYS + "drafts_per_day = 1\n")
    at.room.planner.tick(MONDAY)
    assert at.room.writer.has_work()


def test_letters_are_signed_as_the_settings_say_now(at):
    assert at.room._composer.letter(thanks(at)).body.rstrip().endswith("Sam Rivera")
    adopt(at, 'signature = "S. R."\n' + ALWAYS)
    assert at.room._composer.letter(thanks(at)).body.rstrip().endswith("S. R.")


def test_folders_to_learn_from_and_the_persons_addresses_are_those_of_now(at):
    assert at.room.learner._shelves() == []
    adopt(at, 'aliases = ["sam2@example.org"]\n' + ALWAYS + "[learn]\nfolders = true\n")
    assert [word for _, word in at.room.learner._shelves()] == ["rejection", "not_rejection"]
    for part in (at.room.outbox, at.room.planner, at.room._recorder, at.room._composer):
        assert part._me.own_address("sam2@example.org") is not None


def test_where_drafts_are_laid_is_where_the_settings_say_now(at):
    account = '[[account]]\nhost = "imap.example.org"\npassword = { command = "x" }\ndrafts = "Entw"\n'
    adopt(at, ALWAYS, account)
    assert at.room.connector.account.drafts == at.room.account.drafts == "Entw"


async def test_it_polls_as_often_as_the_settings_say_now(at, monkeypatch):
    monkeypatch.setattr(at.room.connector, "reading", asyncio.Event().wait)
    task = asyncio.create_task(at.room.watch())
    await until(lambda: at.room._watcher is not None)
    account = '[[account]]\nhost = "imap.example.org"\npassword = { command = "x" }\npoll_every = "7m"\n'
    adopt(at, ALWAYS, account)
    assert at.room._watcher.watch.poll_every == 420.0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
