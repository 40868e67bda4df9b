"""The settings while the service runs: what is written is taken when it is sound and whole, and told in words."""

import logging
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from support.cases import cadence
from support.clock import FakeClock
from support.corevalues import DANA, ME, MONDAY, verdict
from support.rooms import room

from classifiers.values import Address, Headers, Reading
from config.loader import load
from daemon.adapters.journal.journal import open_journal
from daemon.bell import Bell
from daemon.commands.reloading import NOTICE, Settings
from daemon.core.cadence import Span, StepRule
from daemon.core.entry import Place
from daemon.core.job import Move, State, Step
from templates.folders import LETTERS

TEXT = """
[me]
name = "Sam Rivera"
address = "sam@example.org"

[[account]]
host = "imap.example.org"
password = { command = "pass show mail/sam" }

[cadence]
drafts_per_day = 3
"""


class Service:
    """Settings of a folder, with a clock that tests set; `bell` counts who rang."""

    def __init__(self, folder):
        self.config, self.state = folder / "config.toml", folder / "state"
        self.write(TEXT)
        self.journal, self.clock, self.bell, self.applied = open_journal(self.state), FakeClock(), Bell(), []
        self.settings = Settings(load(self.config, self.state), self.journal, self.clock, self.applied.append)

    def write(self, text):
        self.config.write_text(text)

    def changed(self, old, new):
        text = self.config.read_text()
        assert old in text
        self.write(text.replace(old, new, 1))
        return self.settings.changed()

    def notice(self):
        notice = self.journal.notices.of(NOTICE)
        return notice and notice.text


@pytest.fixture
def service(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, "highroad")
    service = Service(tmp_path)
    yield service
    service.journal.close()


async def test_what_was_not_written_to_is_not_read(service, caplog):
    assert await service.settings.changed() is None
    assert (caplog.messages, service.clock.slept) == ([], [])


async def test_who_asks_for_nothing_new_is_told_so_and_everybody_is_called(service, caplog):
    service.settings.ask(service.bell)
    assert await service.settings.changed() is None
    assert caplog.messages == ["The settings say what they said before; everything is looked at now."]
    assert service.bell.rings == 1
    assert await service.settings.changed() is None
    assert len(caplog.messages) == 1


async def test_what_is_sound_is_in_force_and_the_difference_is_told_key_by_key(service, caplog):
    loaded = await service.changed(
        "drafts_per_day = 3", "drafts_per_day = 5\n[classifier]\nact = 0.95\n[log]\nlevel = 'debug'"
    )
    assert loaded.settings.cadence.drafts_per_day == 5
    assert caplog.messages == [
        "The settings were changed and are in force.",
        "cadence.drafts_per_day is 5 now (was 3, config.toml).",
        "classifier.act is 0.95 now (was 0.9, config.toml).",
        'log.level is "debug" now (was "info", config.toml).',
    ]
    assert service.applied == [loaded]
    assert service.journal.standing.values()["cadence.drafts_per_day"] == "5"
    assert await service.settings.changed() is None


async def test_tuned_values_count_as_soon_as_they_are_written(service, caplog):
    (service.state / "tuned.toml").write_text("[classifier]\nreview = 0.4\n")
    loaded = await service.settings.changed()
    assert loaded.settings.classifier.review == 0.4
    assert "classifier.review is 0.4 now (was 0.5, tuned.toml)." in caplog.messages


async def test_a_file_written_anew_that_says_the_same_changes_nothing(service, caplog):
    assert await service.changed("[me]", "# mine\n[me]") is None
    assert caplog.messages == ["The settings were written anew, and say what is in force."]
    assert service.applied == []


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ("drafts_per_day = 3", "drafts_per_day = -1\nhour = 2", "cadence.drafts_per_day, cadence.hour"),
        ("drafts_per_day = 3", 'holidays = "XX"', "cadence"),
        ("[cadence]", "[cadence", "line 10, column 9"),
        ("[me]", "[me]\nname = 1\n\x00", "line 4, column 1"),
        (TEXT, "", "me.name, me.address, account"),
        (TEXT, "[me]\n", "me.name, me.address, account"),
    ],
)
async def test_what_cannot_be_used_is_told_once_by_its_keys_and_what_was_stays(service, caplog, old, new, keys):
    assert await service.changed(old, new) is None
    sentence = f"The settings were changed and cannot be used ({keys}); those of before stay in force; "
    assert caplog.messages == [f"{sentence}`highroad config check` says what is wrong."]
    assert service.notice() == caplog.messages[0]
    assert await service.settings.changed() is None
    assert len(caplog.messages) == 1
    service.settings.ask(service.bell)
    assert await service.settings.changed() is None
    assert caplog.messages == [service.notice()] * 2
    assert service.applied == []


async def test_mended_settings_take_the_notice_away(service, caplog):
    assert await service.changed("drafts_per_day = 3", "drafts_per_day = 'x'") is None
    loaded = await service.changed("drafts_per_day = 'x'", "drafts_per_day = 4")
    assert loaded.settings.cadence.drafts_per_day == 4
    assert service.notice() is None
    assert await service.changed("drafts_per_day = 4", "drafts_per_day = 'x'") is None
    assert await service.changed("drafts_per_day = 'x'", "drafts_per_day = 4") is None
    assert service.notice() is None
    assert caplog.messages[-1] == "The settings were written anew, and say what is in force."


async def test_a_file_that_vanished_leaves_what_was_in_force(service, caplog):
    service.config.unlink()
    assert await service.settings.changed() is None
    assert "(there is no such file any more)" in service.notice()
    service.write(TEXT)
    assert await service.settings.changed() is None
    assert service.notice() is None


async def test_one_that_vanished_is_not_looked_for_elsewhere(service, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(service.config, elsewhere / "config.toml")
    (elsewhere / "config.toml").write_text(TEXT.replace("drafts_per_day = 3", "drafts_per_day = 9"))
    monkeypatch.setenv("CONFIGURATION_DIRECTORY", str(elsewhere))
    service.config.unlink()
    assert await service.settings.changed() is None


@pytest.mark.parametrize("way", ["in pieces", "emptied first", "renamed away first"])
async def test_a_file_that_is_being_written_is_read_when_it_is_whole(service, caplog, way):
    whole = TEXT.replace("drafts_per_day = 3", "drafts_per_day = 7") + 'hours = "10:00-11:00"\n'
    cut = whole.index("[cadence]")
    pieces = {"in pieces": [whole[:cut], whole[: cut + 12], whole], "emptied first": ["", whole]}.get(way, [whole])
    if way == "renamed away first":
        service.config.rename(service.config.with_name("config.toml~"))
    else:
        service.write(pieces.pop(0))
    service.clock._on_sleep = lambda _seconds: service.write(pieces.pop(0)) if pieces else None
    loaded = await service.settings.changed()
    assert (loaded.settings.cadence.drafts_per_day, str(loaded.settings.cadence.hours)) == (7, "10:00-11:00")
    assert not [line for line in caplog.messages if "cannot be used" in line]


async def test_a_file_that_is_written_to_for_long_is_left_for_the_next_look(service, caplog):
    count = iter(range(1000))
    service.clock._on_sleep = lambda _seconds: service.write(TEXT + "#" * next(count) + "\n")
    service.settings.ask(service.bell)
    service.write(TEXT + "holidays = ''\n")
    assert await service.settings.changed() is None
    assert caplog.messages == []
    service.clock._on_sleep = lambda _seconds: None
    service.write(TEXT.replace("drafts_per_day = 3", "drafts_per_day = 8"))
    assert (await service.settings.changed()).settings.cadence.drafts_per_day == 8


async def test_of_what_is_secret_or_personal_no_value_is_told(service, caplog):
    text = TEXT.replace("sam@example.org", "sam.new@example.org").replace('"pass show mail/sam"', '"pass other"')
    service.write(text + '[digest]\nsmtp = { user = "u@x.example", password = { file = "/secret/place" } }\n')
    assert await service.settings.changed() is not None
    assert caplog.messages[1:] == [
        "me.address is another now (config.toml).",
        "digest.smtp.user is another now (config.toml).",
        "digest.smtp.password is found by file now (config.toml).",
        'account "main": password is found by another command now (config.toml).',
    ]
    kept = str(service.journal.standing.values())
    assert not [word for word in ("sam.new", "pass other", "secret/place", "Rivera") if word in kept + caplog.text]


async def test_accounts_that_come_and_go_are_told_by_name_whatever_their_order(service, caplog):
    second = '[[account]]\nname = "second"\nhost = "imap.example.org"\npassword = { env = "X" }\n'
    start, end = TEXT.index("[[account]]"), TEXT.index("[cadence]")
    service.write(TEXT[:start] + second + TEXT[start:])
    assert len((await service.settings.changed()).settings.account) == 2
    assert caplog.messages[1:] == ['account "second" is watched now.']
    service.write(TEXT[:start] + second + TEXT[end:])
    assert len((await service.settings.changed()).settings.account) == 1
    assert caplog.messages[3:] == ['account "main" is not watched any more.']


async def test_letters_of_a_new_language_are_known_as_soon_as_they_are_there(service, caplog, tmp_path):
    folder = tmp_path / "templates" / "da"
    folder.mkdir(parents=True)
    assert await service.settings.changed() is None
    for letter in LETTERS:
        (folder / f"{letter}.txt.j2").write_text("Hej\n")
    assert await service.settings.changed() is not None
    assert "There are letters in da, de, en" in caplog.text


# --- what is planned follows ---


def planned(house):
    headers = Headers(
        sender=DANA, to=(Address("Sam Rivera", "sam@example.org"),), message_id="<1@acme.example>", subject="Yours"
    )
    said = verdict("rejection", company="Acme", role="Tester", after_interview=True)
    house.recorder.record(b"1" * 32, Place("main", "INBOX", 1, 1), MONDAY, MONDAY, Reading(headers, said))
    return thanks(house)


def thanks(house):
    (job,) = (job for job in house.journal.jobs.all() if job.step is Step.THANK_YOU)
    return job


def with_after(rules, amount):
    step = Step.THANK_YOU
    rule = StepRule(step, enabled=True, after=Span(amount, "day"), only_if="always")
    return replace(
        rules, steps={**rules.steps, step: rule, Step.FEEDBACK_REQUEST: replace(rule, step=Step.FEEDBACK_REQUEST)}
    )


@pytest.fixture
def house(tmp_path):
    house = room(tmp_path / "state", rules=with_after(cadence(), 5), clock=FakeClock(MONDAY))
    yield house
    house.journal.close()


@pytest.mark.parametrize("days", [2, 9])
def test_a_planned_draft_takes_its_time_from_the_new_cadence_sooner_or_later(house, days):
    before = planned(house)
    house.recorder.planner.tick(MONDAY)
    house.recorder.adopt(with_after(cadence(), days), ME, house.recorder._limits, frozenset({"en"}))
    house.recorder.planner.tick(MONDAY + timedelta(minutes=1))
    after = thanks(house)
    assert (after.id, after.state) == (before.id, State.PLANNED)
    assert (after.due > before.due) == (days > 5) and after.due != before.due


def test_what_the_writer_put_off_is_asked_anew_by_a_new_cadence(house):
    job = planned(house)
    house.journal.jobs.postpone(job, job.due + timedelta(days=3), "Today has had its 3 drafts.")
    house.recorder.planner.tick(MONDAY)
    assert thanks(house).due == job.due + timedelta(days=3)
    house.recorder.adopt(with_after(cadence(), 5), ME, house.recorder._limits, frozenset({"en"}))
    house.recorder.planner.tick(MONDAY)
    assert (thanks(house).due, thanks(house).why) == (job.due, job.why)
    assert house.journal.jobs.last_move(thanks(house)) is Move.RESCHEDULE
