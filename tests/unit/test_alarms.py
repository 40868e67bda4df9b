"""The alarm's shell: one note to self a trouble, laid or sent once, whatever happens in between."""

from __future__ import annotations

import email
import email.policy
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from support.clock import FakeClock
from support.settings import MAIN, loaded_settings

from daemon.adapters.journal.journal import open_journal
from daemon.adapters.smtp.errors import Unclear
from daemon.alarms import NO_WAY, Alarms
from daemon.core.alarm import BY_SMTP, Pace
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.job import Move, State
from daemon.digest import Digests

TUESDAY = datetime(2026, 2, 24, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
DAY = timedelta(days=1)
WORK = (
    '\n[[account]]\nname = "work"\naddress = "sam@work.example"\nhost = "imap.example.org"\n' + MAIN.split("\n", 3)[3]
)
BOTH = MAIN + WORK
SMTP = '[digest]\nvia = "{}"\nenabled = false\nsmtp = {{ host = "127.0.0.1", port = 1, security = "tls" }}\n'


class Home:
    """A journal, the settings, a clock, and a post that does what it is told."""

    def __init__(self, folder, more="", accounts=BOTH):
        self.folder, self.clock, self.sent, self.end = folder, FakeClock(TUESDAY), [], None
        self.restart(more, accounts, first=True)

    def restart(self, more="", accounts=BOTH, *, first=False):
        self.loaded = loaded_settings(self.folder, more, accounts)
        if first:
            self.journal = open_journal(self.loaded.state_dir)
        self.alarms = Alarms(self.journal, self.loaded, self.clock, self._post)

    async def _post(self, _loaded, _journal, _clock, octets):
        if not isinstance(self.end, Transient):
            self.sent.append(octets)
        if self.end is not None:
            raise self.end

    def say(self, problem="The password is wrong.", account="main", duty="reading", waits=True):
        waits = waits and problem is not None
        self.journal.folders.say(account, duty, self.clock.now(), connected=not problem, problem=problem, waits=waits)

    async def at(self, **parts):
        """What is to be laid so long after Tuesday."""
        self.clock.at = TUESDAY + timedelta(**parts)
        return await self.alarms.attend()

    def lay(self, job):
        for move, changes in ((Move.INTEND, {}), (Move.LAID, {"placed_at": self.clock.now(), "uid": 7})):
            job = self.journal.jobs.move(job, move, self.clock.now(), **changes)
        return job

    def text(self, job):
        message = email.message_from_bytes(self.alarms.message(job, self.clock.now()), policy=email.policy.default)
        return message["subject"], " ".join(next(message.iter_parts()).get_content().split())


@contextmanager
def home(folder, more="", accounts=BOTH):
    found = Home(folder, more, accounts)
    try:
        yield found
    finally:
        found.journal.close()


async def test_an_account_that_has_needed_the_person_for_a_day_is_told_once_and_again_when_it_came_back(tmp_path):
    with home(tmp_path) as house:
        house.say()
        for hours in range(24):
            assert await house.at(hours=hours) is None
        job = await house.at(hours=24)
        assert (job.account, job.recipient, job.state) == ("work", "sam@example.org", State.PLANNED)
        title, text = house.text(job)
        assert title == "Highroad: an account waits for you"
        assert "Since Tuesday 24 February, 10:00, account main waits for you" in text
        for part in ("The password is wrong.", "What to do: Say `highroad doctor`", "No mail is lost"):
            assert part in text
        house.lay(job)
        for days in range(2, 30):
            assert await house.at(days=days) is None
            if days == 9:
                house.restart()
        house.say(None)
        assert await house.at(days=31) is None
        house.say()
        assert await house.at(days=31, hours=23) is None
        again = await house.at(days=32)
        assert again is not None and again.message_id != job.message_id
        assert len(house.journal.alarms.jobs()) == 2 and house.journal.digests.jobs() == []


async def test_since_when_it_waits_survives_other_words_a_server_that_is_away_and_a_restart(tmp_path):
    with home(tmp_path) as house:
        house.say()
        await house.at(hours=5)
        house.say("The password is wrong (2).")
        await house.at(hours=10)
        house.say("The server is away.", waits=False)
        house.restart()
        assert await house.at(hours=26) is None  # it may be mended: the server just does not answer
        house.say("The password is wrong (3).")
        assert "Since Tuesday 24 February, 10:00" in house.text(await house.at(hours=27))[1]


async def test_it_waits_for_the_morning_and_for_a_pause_to_end(tmp_path):
    with home(tmp_path) as house:
        house.clock.advance(hours=10)
        house.say()
        assert await house.at(hours=35) is None  # at night
        house.journal.pauses.set(TUESDAY + timedelta(days=4))
        assert await house.at(days=2) is None
        assert await house.at(days=4, hours=-1) is None
        assert await house.at(days=4) is not None  # a Saturday


async def test_what_is_mended_before_it_was_laid_is_not_said(tmp_path):
    with home(tmp_path) as house:
        house.say()
        job = await house.at(hours=25)
        house.say(None)
        assert await house.at(hours=26) is None
        assert house.journal.jobs.get(job.id).state is State.CANCELLED
        assert house.journal.alarms.told() == {}


async def test_what_is_mended_at_the_very_moment_of_laying_is_not_laid(tmp_path):
    with home(tmp_path) as house:
        house.say()
        house.say(account="work", duty="placing")
        job = await house.at(hours=24)
        assert job is None
        house.say(None, account="work", duty="placing")
        job = await house.at(hours=25)
        house.say(None)
        with pytest.raises(NeedsOperator, match="is mended"):
            house.alarms.message(job, house.clock.now())


async def test_a_second_trouble_joins_the_note_that_waits(tmp_path):
    with home(tmp_path) as house:
        house.say()
        house.journal.notices.set("settings", "classifier.act is no number.", TUESDAY + timedelta(hours=1))
        job = await house.at(hours=24)
        assert await house.at(hours=25) == job
        title, text = house.text(job)
        assert title == "Highroad: 2 things need you"
        assert "classifier.act is no number." in text and "account main waits for you" in text
        house.lay(job)
        assert await house.at(hours=26) is None and len(house.journal.alarms.jobs()) == 1


async def test_a_third_trouble_that_comes_later_is_a_note_of_its_own(tmp_path):
    with home(tmp_path) as house:
        house.say()
        house.lay(await house.at(hours=24))
        house.journal.notices.set("settings", "No.", TUESDAY)
        second = await house.at(hours=26)
        title, text = house.text(second)
        assert title == "Highroad: the changed settings cannot be used" and "account main" not in text


async def test_it_moves_to_an_account_that_works(tmp_path):
    with home(tmp_path) as house:
        house.say(account="work")
        job = await house.at(hours=24)
        assert job.account == "main"
        house.say("Away.", waits=False)
        assert (await house.at(hours=25)).account == "main"  # no better way: it stays where it is
        house.say(None, account="work")
        house.journal.notices.set("settings", "No.", TUESDAY)
        assert [one.account for one in house.journal.alarms.jobs()] == ["main"]
        assert (await house.at(hours=26)).account == "work"


async def test_without_a_way_it_is_said_in_the_log_and_in_the_journal_and_told_when_there_is_one(tmp_path, caplog):
    with home(tmp_path, accounts=MAIN) as house:
        house.say()
        for hours in (24, 25, 26):
            assert await house.at(hours=hours) is None
        assert house.journal.notices.of(NO_WAY).since == TUESDAY + timedelta(hours=24)
        assert [one.event for one in caplog.records if one.name == "highroad"].count("alert_untold") == 1
        house.restart(accounts=BOTH)
        assert (await house.at(hours=27)).account == "work"
        assert house.journal.notices.of(NO_WAY) is None


async def test_the_way_is_smtp_where_the_only_account_is_the_one_that_waits(tmp_path):
    with home(tmp_path, SMTP.format("draft"), MAIN) as house:
        house.say()
        assert await house.at(hours=24) is None
        (job,) = house.journal.alarms.jobs()
        assert (job.account, job.state) == (BY_SMTP, State.SENT) and len(house.sent) == 1
        for hours in range(25, 99, 4):
            assert await house.at(hours=hours) is None
        assert len(house.sent) == 1


async def test_smtp_that_fails_for_a_day_is_told_among_the_drafts(tmp_path):
    more = SMTP.format("smtp").replace("enabled = false", "enabled = true")
    with home(tmp_path, more, MAIN) as house:
        house.end = Transient("The mail server is away.")
        house.journal.notices.set("settings", "No.", TUESDAY - DAY)
        assert await house.at() is None
        (job,) = house.journal.alarms.jobs()
        assert (job.account, job.state, job.why) == (BY_SMTP, State.PLANNED, "The mail server is away.")
        laid = await house.at(hours=2)  # it has sulked for too long: another way
        assert (laid.id, laid.account) == (job.id, "main")


async def test_a_digest_that_cannot_be_sent_for_a_day_is_a_trouble(tmp_path):
    more = SMTP.format("smtp").replace("enabled = false", "enabled = true")
    with home(tmp_path, more, MAIN) as house:
        house.end = Transient("The mail server is away.")
        digests = Digests(house.journal, house.loaded, house.clock, house._post)
        await digests.attend()
        house.journal.folders.say("main", "learning", TUESDAY, connected=True, problem="Slow.", waits=True)
        house.clock.at = TUESDAY + timedelta(days=5, hours=8)
        await digests.attend()
        assert house.journal.digests.open().why == "The mail server is away."
        assert await house.at(days=6, hours=7) is None
        job = await house.at(days=7)
        assert job.account == "main" and "the digest could not be sent" in house.text(job)[1]


async def test_a_folder_that_is_behind_is_told_when_it_is_implausible(tmp_path):
    with home(tmp_path, accounts=MAIN) as house:
        house.journal.alarms.keep_pace("main", "INBOX", Pace(TUESDAY, timedelta(hours=20)))
        house.journal.notices.set("behind/main/INBOX", "The server holds mail there.", TUESDAY)
        assert await house.at(hours=59) is None
        job = await house.at(hours=72)
        assert job.account == "main" and "the server holds mail in INBOX of account main" in house.text(job)[1]


async def test_switched_off_it_says_nothing_and_takes_back_what_was_planned(tmp_path):
    off = "[digest]\nalarm = false\n"
    with home(tmp_path) as house:
        house.say()
        job = await house.at(hours=24)
        house.restart(off)
        assert await house.at(hours=25) is None
        assert house.journal.jobs.get(job.id).state is State.CANCELLED
        house.restart()
        assert await house.at(hours=26) is None  # it is the same trouble
        house.journal.notices.set("settings", "No.", TUESDAY)
        house.restart(off)
        assert await house.at(hours=29) is None and len(house.journal.alarms.jobs()) == 1
        house.restart()
        assert await house.at(hours=30) is not None


@pytest.mark.parametrize("move", [Move.HOLD, Move.DOUBT])
async def test_one_in_doubt_is_called_off_and_not_said_again(tmp_path, move):
    with home(tmp_path) as house:
        house.say()
        job, jobs = await house.at(hours=24), house.journal.jobs
        jobs.move(jobs.move(job, Move.INTEND, TUESDAY) if move is Move.DOUBT else job, move, TUESDAY)
        for hours in range(25, 99, 5):
            assert await house.at(hours=hours) is None
        assert [one.state for one in house.journal.alarms.jobs()] == [State.CANCELLED]


@pytest.mark.parametrize("end", [Unclear("Perhaps."), KeyboardInterrupt()])
async def test_a_mail_that_may_have_gone_out_goes_out_once(tmp_path, end):
    with home(tmp_path, SMTP.format("smtp"), MAIN) as house:
        house.say()
        house.end = end
        try:
            await house.at(hours=24)
        except KeyboardInterrupt:
            house.restart(SMTP.format("smtp"), MAIN)
        house.end = None
        for hours in range(25, 99, 5):
            await house.at(hours=hours)
        assert len(house.sent) == 1 and house.journal.alarms.jobs()[0].state is State.CANCELLED


async def test_nothing_is_said_right_after_a_start_or_when_the_clock_has_leapt(tmp_path):
    with home(tmp_path) as house:
        house.say()
        house.clock.advance(days=2)
        house.restart()
        await house.alarms.look()
        house.clock.advance(minutes=14)
        await house.alarms.look()
        assert house.journal.alarms.jobs() == []
        house.clock.advance(minutes=1)
        house.clock.leap(hours=1)
        await house.alarms.look()
        assert house.journal.alarms.jobs() == []
        house.clock.advance(minutes=15)
        await house.alarms.look()
        assert len(house.journal.alarms.jobs()) == 1


async def test_an_alarm_is_no_digest(tmp_path):
    with home(tmp_path) as house:
        house.say()
        digests = Digests(house.journal, house.loaded, house.clock)
        await digests.attend()
        house.lay(await house.at(hours=24))
        house.clock.at = TUESDAY + timedelta(days=5, hours=8)
        assert (await digests.attend()).account == "work"
        assert digests.summary(house.clock.now()).lying == 0
        assert house.journal.digests.wrote(house.journal.alarms.jobs()[0].message_id)


async def test_the_hours_of_the_digest_look_after_alarms_too(tmp_path):
    with home(tmp_path, "[digest]\nenabled = false\n") as house:
        house.say()
        house.clock.advance(days=2)
        digests, rounds = Digests(house.journal, house.loaded, house.clock), []

        async def pause(seconds):
            house.clock.advance(seconds=seconds)
            rounds.append(len(house.journal.alarms.jobs()))
            if len(rounds) == 34:
                raise SystemExit

        with pytest.raises(SystemExit):
            await digests.hours(pause)
    assert rounds == [0] * 31 + [1] * 3  # not in the first quarter of an hour
