"""The digest's shell: one job a digest, laid by the writer or sent over a real SMTP server, once, whatever happens."""

from __future__ import annotations

import email
import email.policy
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from support.clock import FakeClock
from support.corevalues import job, verdict
from support.rows import PLACE, entry, planned
from support.settings import MAIN, loaded_settings
from support.smtp_sink import PASSWORD, USER, sink

from classifiers.values import Address, Headers, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.smtp.errors import Unclear
from daemon.commands.doctor import _digest
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.job import Move, State, Step
from daemon.digest import BY_SMTP, Digests
from daemon.recorder import recorder_of
from daemon.reports_status import Asked, gaps, status_row

SUNDAY = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # 18:00 in Berlin
TUESDAY = SUNDAY - timedelta(days=5)
WORK = (
    '\n[[account]]\nname = "work"\naddress = "sam@work.example"\nhost = "imap.example.org"\n' + MAIN.split("\n", 3)[3]
)
SMTP = """
[digest]
via = "smtp"
smtp = {{ host = "127.0.0.1", port = {port}, security = "{security}", ca_file = "cert.pem", user = "{user}", \
password = {{ file = "secret" }} }}
"""


class Home:
    """A journal, the settings, a clock; `digests` is made anew as after a start of the program."""

    def __init__(self, folder, more="", accounts=MAIN, post=None):
        self.folder, self.clock = folder, FakeClock(TUESDAY)
        self.loaded = loaded_settings(folder, more, accounts)
        self.journal = open_journal(self.loaded.state_dir)
        self._post = {"post": post} if post else {}
        self.restart()

    def restart(self, more=None, accounts=MAIN):
        if more is not None:
            self.loaded = loaded_settings(self.folder, more, accounts)
        self.digests = Digests(self.journal, self.loaded, self.clock, **self._post)

    def jobs(self):
        return self.journal.digests.jobs()

    def mail(self, number=1, at=None, **changes):
        at = at or self.clock.now()
        one = entry(number, received=at, first_seen=at, **changes)
        return self.journal.messages.add(one)

    def lay(self, one=None):
        """As the writer does it."""
        found = one or self.journal.digests.open()
        for move, changes in ((Move.INTEND, {}), (Move.LAID, {"placed_at": self.clock.now(), "uid": 7})):
            found = self.journal.jobs.move(found, move, self.clock.now(), **changes)
        return found

    def wait(self, problem="The password is wrong.", account="main", waits=True):
        self.journal.folders.say(account, "reading", self.clock.now(), connected=False, problem=problem, waits=waits)

    async def at(self, when):
        self.clock.at = when
        return await self.digests.attend()


@contextmanager
def home(folder, *more, **options):
    found = Home(folder, *more, **options)
    try:
        yield found
    finally:
        found.journal.close()


async def test_the_weekly_digest_is_made_once_and_laid_as_a_note_to_oneself(tmp_path):
    with home(tmp_path) as house:
        house.mail()
        for minutes in range(0, 5 * 24 * 60, 700):
            assert await house.at(TUESDAY + timedelta(minutes=minutes)) is None
        made = await house.at(SUNDAY + timedelta(seconds=30))
        assert (made.account, made.step, made.state, made.recipient) == ("main", Step.DIGEST, State.PLANNED, USER)
        assert (made.application, made.message) == (0, 0)
        assert await house.at(SUNDAY + timedelta(minutes=2)) == made
        message = email.message_from_bytes(house.digests.message(made, house.clock.now()), policy=email.policy.default)
        assert [message[name] for name in ("to", "from", "message-id")] == [
            USER, f"Highroad <{USER}>", made.message_id,
        ]  # fmt: skip
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
        assert message["in-reply-to"] is None and message["cc"] is None
        house.lay()
        for hours in range(1, 167, 5):
            assert await house.at(SUNDAY + timedelta(hours=hours)) is None
        house.restart()
        assert await house.at(SUNDAY + timedelta(days=7)) is None  # nothing new came
        assert len(house.jobs()) == 1


async def test_nothing_to_say_makes_nothing_and_waits_for_the_next_week(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        assert await house.at(SUNDAY) is None
        house.mail(at=SUNDAY + timedelta(hours=1))
        assert await house.at(SUNDAY + timedelta(days=2)) is None
        assert await house.at(SUNDAY + timedelta(days=7)) is not None


async def test_what_it_says_is_composed_when_it_is_laid(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        house.mail()
        made = await house.at(SUNDAY)
        house.clock.advance(hours=5)
        house.mail(2)
        said = house.digests.message(made, house.clock.now()).decode()
        assert "2 mails about your search came" in said


async def test_an_account_that_needs_the_person_waits_for_the_weekly_one_since_an_alarm_tells_it(tmp_path):
    with home(tmp_path, accounts=MAIN + WORK) as house:
        await house.at(TUESDAY)
        house.wait()
        for hours in range(1, 5 * 24, 3):
            assert await house.at(TUESDAY + timedelta(hours=hours)) is None
        made = await house.at(SUNDAY)
        assert made.account == "work"  # the other one has no way to be laid in
        assert "Account main: reading waits for you" in _plain(house, made)


async def test_a_draft_that_has_become_wrong_brings_it_sooner(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        laid = planned(house.journal, placed_at=TUESDAY, state=State.PLACED)
        house.journal.messages.assign(laid.message, laid.application)
        assert await house.at(TUESDAY + timedelta(hours=16)) is None
        house.journal.messages.decide(laid.message, "other")
        made = await house.at(TUESDAY + timedelta(hours=17))
        assert made is not None
        assert "You said that this mail is no rejection." in " ".join(_plain(house, made).split())


def _plain(house, made):
    message = email.message_from_bytes(house.digests.message(made, house.clock.now()), policy=email.policy.default)
    return next(message.iter_parts()).get_content()


async def test_what_is_settled_before_it_could_be_laid_is_not_said(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        house.wait()
        made = await house.at(SUNDAY)
        house.journal.folders.say("main", "reading", house.clock.now(), connected=True)
        assert await house.at(SUNDAY + timedelta(hours=1)) is None
        assert house.journal.jobs.get(made.id).state is State.CANCELLED
        assert await house.at(SUNDAY + timedelta(hours=2)) is None and len(house.jobs()) == 1


async def test_it_moves_to_an_account_that_works(tmp_path):
    with home(tmp_path, accounts=MAIN + WORK) as house:
        await house.at(TUESDAY)
        house.mail()
        made = await house.at(SUNDAY)
        assert made.account == "main"
        house.wait()
        moved = await house.at(SUNDAY + timedelta(hours=1))
        assert (moved.id, moved.account) == (made.id, "work")


@pytest.mark.parametrize("more", ["[digest]\nenabled = false\n", SMTP.format(port=1, security="tls", user="")])
async def test_new_settings_take_back_what_was_planned(tmp_path, more):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        house.mail()
        made = await house.at(SUNDAY)
        house.restart(more)
        assert await house.at(SUNDAY + timedelta(hours=1)) is None
        assert house.journal.jobs.get(made.id).state is State.CANCELLED
        assert len(house.jobs()) == 1


async def test_a_pause_is_a_pause(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        house.mail()
        house.journal.pauses.set(SUNDAY + timedelta(days=10))
        assert await house.at(SUNDAY) is None
        assert await house.at(SUNDAY + timedelta(days=9)) is None
        assert await house.at(SUNDAY + timedelta(days=10)) is not None


@pytest.mark.parametrize("move", [Move.HOLD, Move.DOUBT])
async def test_a_digest_in_doubt_is_called_off_and_the_next_day_tells_it(tmp_path, move):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        house.mail()
        made = await house.at(SUNDAY)
        jobs = house.journal.jobs
        jobs.move(jobs.move(made, Move.INTEND, SUNDAY) if move is Move.DOUBT else made, move, SUNDAY)
        assert await house.at(SUNDAY + timedelta(minutes=1)) is None
        assert jobs.get(made.id).state is State.CANCELLED
        assert await house.at(SUNDAY + timedelta(hours=3)) is None
        again = await house.at(SUNDAY + timedelta(hours=15))
        assert again is not None and again.message_id != made.message_id
        assert "1 mail about your search came" in _plain(house, again)


# By SMTP.


@contextmanager
def posted(tmp_path, security="tls", **faults):
    with sink(tmp_path, security, **faults) as found:
        (tmp_path / "secret").write_text(PASSWORD + "\n")
        (tmp_path / "secret").chmod(0o600)
        user = "" if security == "plain" else USER
        with home(tmp_path, SMTP.format(port=found.port, security=security, user=user)) as house:
            yield found, house


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_the_digest_arrives_with_both_parts_and_at_one_address(tmp_path, security):
    with posted(tmp_path, security) as (found, house):
        await house.at(TUESDAY)
        house.mail()
        assert await house.at(SUNDAY) is None
        (sent,) = house.jobs()
        assert (sent.account, sent.state, sent.placed_at) == (BY_SMTP, State.SENT, SUNDAY)
        for hours in range(1, 160, 9):
            await house.at(SUNDAY + timedelta(hours=hours))
    (envelope,) = found.came
    assert (envelope.mail_from, envelope.rcpt_tos) == (USER, [USER])
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert (message["to"], message["message-id"]) == (USER, sent.message_id)
    plain, html = message.iter_parts()
    assert "1 mail about your search came" in plain.get_content() and "<main>" in html.get_content()


async def test_greylisting_is_waited_out_with_growing_pauses(tmp_path):
    with posted(tmp_path, replies={"RCPT": ["450 4.2.0 Greylisted"] * 4}) as (found, house):
        await house.at(TUESDAY)
        house.mail()
        now, tries = SUNDAY, []
        while not found.came and now < SUNDAY + timedelta(hours=5):
            before = len(found.replies["RCPT"])
            await house.at(now)
            tries += [now] if len(found.replies["RCPT"]) < before else []
            if len(tries) == 1:
                assert "Greylisted" in house.journal.digests.problem()
                assert any("Greylisted" in gap for gap in gaps(status_row(house.journal, Asked())))
            now += timedelta(minutes=1)
        assert house.journal.digests.problem() is None and house.jobs()[0].state is State.SENT
    pauses = [(then - before).total_seconds() for before, then in pairwise(tries)]
    assert len(tries) == 4 and all(then > before for before, then in pairwise(pauses))
    assert len(found.came) == 1


async def test_a_refused_password_is_not_tried_more_than_twice(tmp_path, caplog):
    caplog.set_level("INFO", "highroad")
    with posted(tmp_path) as (found, house):
        (tmp_path / "secret").write_text("the wrong secret")
        await house.at(TUESDAY)
        house.mail()
        for hours in range(0, 72, 2):
            await house.at(SUNDAY + timedelta(hours=hours))
        assert found.logins == [(USER, "the wrong secret")] * 2
        assert "rests: providers lock people out" in house.journal.digests.problem()
        (tmp_path / "secret").write_text(PASSWORD)
        await house.at(SUNDAY + timedelta(hours=80))
        assert len(found.came) == 1
        told = caplog.text + "".join(one.why for one in house.jobs())
    assert "wrong secret" not in told
    refused = [one for one in caplog.records if "could not be sent and is tried again" in one.getMessage()]
    assert len(refused) > 2 and {one.event for one in refused} == {"digest_waits"}
    assert "The digest was sent to your own address." in caplog.messages


async def test_a_cut_after_the_mail_sends_no_second_one_that_day(tmp_path):
    with posted(tmp_path, hang_up="SENT") as (found, house):
        await house.at(TUESDAY)
        house.mail()
        for minutes in range(0, 6 * 60, 20):
            await house.at(SUNDAY + timedelta(minutes=minutes - minutes % 20))
        assert len(found.came) == 1
        assert [one.state for one in house.jobs()] == [State.CANCELLED]
        found.hang_up = ""
        await house.at(SUNDAY + timedelta(hours=20))
        assert len(found.came) == 2 and len({one.message_id for one in house.jobs()}) == 2


async def test_a_death_while_sending_sends_no_second_one_that_day(tmp_path):
    sent = []

    async def dies(_loaded, _journal, _clock, octets):
        sent.append(octets)
        raise KeyboardInterrupt

    with home(tmp_path, SMTP.format(port=1, security="tls", user=""), post=dies) as house:
        await house.at(TUESDAY)
        house.mail()
        with pytest.raises(KeyboardInterrupt):
            await house.at(SUNDAY)
        house.restart()
        for hours in (0.1, 1, 5):
            await house.at(SUNDAY + timedelta(hours=hours))
        assert len(sent) == 1 and house.jobs()[0].state is State.CANCELLED


@pytest.mark.parametrize("error", [Transient("Away."), NeedsOperator("No."), Unclear("Perhaps.")])
async def test_no_failure_of_sending_is_more_than_a_sentence(tmp_path, error):
    async def fails(*_all):
        raise error

    with home(tmp_path, SMTP.format(port=1, security="tls", user=""), post=fails) as house:
        await house.at(TUESDAY)
        house.mail()
        assert await house.at(SUNDAY) is None
        assert house.jobs()[0].why == str(error)


async def test_the_hours_go_on_whatever_happens(tmp_path, caplog):
    caplog.set_level("INFO", "highroad")
    with home(tmp_path) as house:
        rounds = []

        async def breaks():
            raise ZeroDivisionError

        async def pause(seconds):
            rounds.append(seconds)
            if len(rounds) == 3:
                raise SystemExit

        house.digests.attend = breaks
        with pytest.raises(SystemExit):
            await house.digests.hours(pause)
    assert rounds == [30.0] * 3 and "A fault of Highroad itself (ZeroDivisionError" in caplog.text


def test_a_digest_that_comes_back_to_the_inbox_is_no_mail_about_a_job(tmp_path):
    with home(tmp_path) as house:
        house.journal.jobs.add(job(
            application=0, message=0, step=Step.DIGEST, state=State.SENT, account="", message_id="<digest@example.org>",
        ))  # fmt: skip
        recorder = recorder_of(house.loaded, house.journal, house.loaded.settings.account[0])
        told = verdict("rejection", company="Acme")
        for number, message_id in enumerate(("<digest@example.org>", "<other@example.org>")):
            headers = Headers(message_id=message_id, sender=Address("Sam", USER), to=(Address("", USER),))
            recorder.record(bytes([number]) * 32, PLACE, TUESDAY, TUESDAY, Reading(headers, told))
        assert [one.reading.headers.message_id for one in house.journal.messages.log()] == ["<other@example.org>"]


async def test_one_that_could_be_laid_late_only_stands_for_the_weekly_one_it_has_missed(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        laid = planned(house.journal, placed_at=TUESDAY, state=State.PLACED)
        house.journal.messages.assign(laid.message, laid.application)
        house.journal.messages.decide(laid.message, "other")
        assert await house.at(TUESDAY + timedelta(hours=40)) is not None
        assert await house.at(SUNDAY + timedelta(days=1, hours=-1)) is not None
        house.lay()
        for hours in range(0, 5 * 24, 6):
            assert await house.at(SUNDAY + timedelta(days=1, hours=hours)) is None
        assert await house.at(SUNDAY + timedelta(days=7)) is not None


async def test_one_in_doubt_a_day_after_it_was_made_counts_for_that_day(tmp_path):
    with home(tmp_path) as house:
        await house.at(TUESDAY)
        house.mail()
        made = await house.at(SUNDAY)
        later, jobs = SUNDAY + timedelta(hours=16), house.journal.jobs
        jobs.move(jobs.move(made, Move.INTEND, later), Move.DOUBT, later)
        assert await house.at(later + timedelta(minutes=1)) is None
        assert await house.at(later + timedelta(hours=3)) is None
        assert await house.at(later + timedelta(hours=24)) is not None


def test_doctor_tries_the_log_in_and_sends_nothing(tmp_path):
    with posted(tmp_path) as (found, house):
        assert _digest(house.loaded, house.journal, retry=False).ok
        assert (len(found.logins), found.came) == (1, [])


def test_doctor_names_a_refusal_and_forgives_it_when_told_to(tmp_path):
    with posted(tmp_path) as (found, house):
        (tmp_path / "secret").write_text("the wrong secret")
        said = [_digest(house.loaded, house.journal, retry=False) for _ in range(3)]
        assert not any(one.ok for one in said) and "rests" in said[-1].seen
        assert len(found.logins) == 2
        (tmp_path / "secret").write_text(PASSWORD)
        assert _digest(house.loaded, house.journal, retry=True).ok
