"""Planning with the journal: a case as it is read from there, what time alone changes, and several applications."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from support.cases import cadence
from support.corevalues import BERLIN, DANA, MONDAY, verdict
from support.rooms import room

from classifiers.values import Address, Headers, Reading
from daemon.core.entry import Event, Note, Place
from daemon.core.job import Move, State, Step

ME = Address("Sam Rivera", "sam@example.org")


class Desk:
    """A journal with a recorder and its planner."""

    def __init__(self, house):
        self.house, self.journal, self.planner = house, house.journal, house.recorder.planner
        self.read = 0

    def mail(self, label, company, *, at=MONDAY, sender=DANA, now=None, thread=(), subject="Your application", **facts):
        """A mail of the employer's is read; the id of its application, None if it was not journalled."""
        self.read += 1
        headers = Headers(
            sender=sender, to=(ME,), message_id=f"<{self.read}@acme.example>", subject=subject, references=thread
        )
        reading = Reading(headers, verdict(label, **({"company": company, "role": "Tester"} | facts)))
        identity = b"%032d" % self.read
        self.house.recorder.record(identity, Place("main", "INBOX", 1, self.read), at, now or at, reading)
        entry = self.journal.messages.of_identity(identity)
        return entry.application if entry else None

    def own(self, application, at, to=DANA, message_id="<own@example.org>"):
        """The person's own mail is found in Sent."""
        headers = Headers(sender=ME, to=(to,), message_id=message_id)
        self.journal.own_mails.add("main", application, message_id.encode(), at, headers)

    def jobs(self, application):
        return {job.step: job for job in self.journal.jobs.of_application(application)}

    def events(self, application):
        return [(event.kind, event.by) for event in self.journal.events.of(application)]


@pytest.fixture
def desk(tmp_path):
    house = room(tmp_path, rules=cadence())
    with contextlib.closing(house.journal):
        yield Desk(house)


def test_a_case_holds_what_the_journal_knows_and_no_mail_twice(desk):
    one = desk.mail("interview", "Acme")
    desk.own(one, MONDAY + timedelta(hours=1))
    desk.own(one, MONDAY - timedelta(hours=1), message_id="<1@acme.example>")  # it lies in the inbox as well
    desk.journal.notes.add(one, Note(MONDAY, "event sourcing"))
    case = desk.planner.case(one)
    assert [(mail.own, mail.id) for mail in case.mails] == [(False, 1), (True, 0)]
    assert [note.text for note in case.notes] == ["event sourcing"]
    assert (case.application.company, case.mails[0].identity) == ("Acme", b"%032d" % 1)
    assert [job.step for job in case.jobs] == [Step.STATUS_CHECK]


def test_an_application_that_is_none_is_a_key_error(desk):
    with pytest.raises(KeyError):
        desk.planner.case(99)


def test_silence_comes_by_time_once_and_a_word_undoes_it(desk):
    one = desk.mail("interview", "Acme")
    assert desk.events(one) == [("interview", "mail")]
    late = MONDAY + timedelta(days=29)
    desk.planner.tick(late)
    silent = desk.journal.events.of(one)
    assert desk.events(one) == [("interview", "mail"), ("silent", "time")]
    assert desk.jobs(one)[Step.REFLECTION].state is State.PLANNED
    desk.planner.replan(one, late + timedelta(days=1))
    assert desk.journal.events.of(one) == silent
    desk.mail("interview", "Acme", at=late + timedelta(days=2))
    assert ("silent", "time") not in desk.events(one)
    assert desk.jobs(one)[Step.REFLECTION].state is State.CANCELLED


def test_time_is_looked_at_once_an_hour(desk):
    one = desk.mail("interview", "Acme")
    desk.planner.tick(MONDAY)
    desk.journal.events.add(one, Event("rejected", MONDAY, by="you"))
    desk.planner.tick(MONDAY + timedelta(minutes=59))
    assert Step.THANK_YOU not in desk.jobs(one)
    desk.planner.tick(MONDAY + timedelta(minutes=60))
    assert desk.jobs(one)[Step.THANK_YOU].state is State.PLANNED


def test_an_application_that_ended_long_ago_is_not_looked_at_any_more(desk):
    one = desk.mail("rejection", "Acme")
    assert desk.journal.applications.live("main", MONDAY + timedelta(days=1)) == [one]  # something is planned
    desk.journal.jobs.move(desk.jobs(one)[Step.THANK_YOU], Move.CANCEL, MONDAY)
    assert desk.journal.applications.live("main", MONDAY + timedelta(days=1)) == []
    assert desk.journal.applications.live("main", MONDAY) == [one]
    assert desk.journal.applications.live("other", MONDAY) == []
    desk.journal.applications.keen(one, True)
    assert desk.journal.applications.live("main", MONDAY + timedelta(days=1)) == [one]


def test_one_person_has_one_open_draft_whatever_the_application_and_the_next_when_it_is_sent(desk):
    one, other = desk.mail("rejection", "Acme"), desk.mail("rejection", "Globex")
    first, second = desk.jobs(one)[Step.THANK_YOU], desk.jobs(other)[Step.THANK_YOU]
    assert (first.state, second.state) == (State.PLANNED, State.SKIPPED)
    assert second.why == (
        "Another draft to dana.whitfield@acme.example is still open, and one person gets one draft at a time."
    )
    now = MONDAY + timedelta(days=2)
    first = desk.journal.jobs.move(first, Move.INTEND, now, uidvalidity=1, uidnext=1)
    first = desk.journal.jobs.move(first, Move.LAID, now, uid=1, placed_at=now)
    desk.planner.replan(other, now)
    assert desk.jobs(other)[Step.THANK_YOU].state is State.SKIPPED
    desk.journal.jobs.move(first, Move.SEND, now)
    changes = desk.planner.replan(other, now)
    assert [job.step for job in changes.planned] == [Step.THANK_YOU]
    assert desk.jobs(other)[Step.THANK_YOU].due > now - timedelta(seconds=1)


def test_what_the_person_called_off_stays_so_and_what_facts_took_back_comes_again(desk):
    one = desk.mail("rejection", "Acme", after_interview=True)
    thanks = desk.jobs(one)[Step.THANK_YOU]
    desk.journal.messages.decide(1, "other")
    changes = desk.planner.replan(one, MONDAY)
    assert {job.step for job in changes.cancelled} >= {Step.THANK_YOU, Step.FEEDBACK_REQUEST}
    desk.journal.messages.decide(1, None)
    desk.planner.replan(one, MONDAY)
    assert desk.jobs(one)[Step.THANK_YOU] == thanks
    desk.journal.jobs.move(thanks, Move.CANCEL, MONDAY)
    assert desk.planner.replan(one, MONDAY).planned == ()
    assert desk.planner.case(one).called_off == {thanks.id}
    assert desk.jobs(one)[Step.THANK_YOU].state is State.CANCELLED


def test_a_draft_that_lies_there_and_is_not_wanted_any_more_is_named(desk):
    one = desk.mail("rejection", "Acme")
    job = desk.journal.jobs.move(desk.jobs(one)[Step.THANK_YOU], Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
    job = desk.journal.jobs.move(job, Move.LAID, MONDAY, uid=1, placed_at=MONDAY)
    assert desk.planner.replan(one, MONDAY).laid == ()
    desk.journal.messages.decide(1, "other")
    assert desk.planner.replan(one, MONDAY).laid == (job,)


def test_a_draft_that_was_planned_under_another_application_is_not_planned_again(desk):
    one = desk.mail("rejection", "Acme")
    desk.journal.jobs.move(desk.jobs(one)[Step.THANK_YOU], Move.CANCEL, MONDAY)
    with desk.journal.transaction():
        other = desk.journal.applications.add("main", "Acme", None, MONDAY)
        desk.journal.messages.assign(1, other)
    desk.planner.replan(other, MONDAY)
    thanks = desk.jobs(other)[Step.THANK_YOU]
    assert (thanks.state, thanks.why) == (
        State.SKIPPED, "This very draft was planned under another application before.",
    )  # fmt: skip


def test_a_mail_that_goes_over_to_a_planned_application_brings_no_second_draft_of_the_same(desk):
    one = desk.mail("rejection", "Acme", at=MONDAY + timedelta(hours=1))
    desk.journal.jobs.move(desk.jobs(one)[Step.THANK_YOU], Move.CANCEL, MONDAY)
    other = desk.mail("rejection", "Globex")
    assert desk.jobs(other)[Step.THANK_YOU].state is State.PLANNED
    desk.journal.messages.assign(1, other)
    for _ in range(2):
        desk.planner.replan(other, MONDAY)
        thanks = desk.jobs(other)[Step.THANK_YOU]
        assert (thanks.state, thanks.why[:30]) == (State.SKIPPED, "This very draft was planned un")


def test_the_persons_own_mail_in_sent_answers_what_is_planned(desk):
    one = desk.mail("rejection", "Acme")
    desk.own(one, MONDAY + timedelta(hours=3))
    (answered,) = desk.planner.replan(one, MONDAY + timedelta(hours=4)).cancelled
    assert (answered.state, answered.why) == (State.ANSWERED, "You have written to them yourself since.")


def test_what_a_friend_answers_to_a_mail_that_was_passed_on_is_not_journalled_and_stops_nothing(desk):
    one = desk.mail("rejection", "Acme")
    later, subject = {"at": MONDAY + timedelta(hours=1), "role": None, "thread": ("<1@acme.example>",)}, "Re: Fwd: No"
    friend = Address("Robin Vale", "robin.vale@friends.example")
    assert desk.mail("other", None, sender=friend, subject=subject, **later) is None
    assert desk.jobs(one)[Step.THANK_YOU].state is State.PLANNED
    assert desk.mail("other", None, subject=subject, **later) == one  # a colleague


def test_planning_twice_writes_nothing(desk):
    one = desk.mail("interview", "Acme", at=MONDAY - timedelta(days=9))
    desk.mail("rejection", "Acme", at=MONDAY)
    moves = "SELECT count(*) FROM moves"
    before = desk.journal.jobs.all(), desk.journal.store.rows(moves)[0][0]
    for hours in (1, 30, 100):
        now = MONDAY + timedelta(hours=hours, microseconds=5)
        assert desk.planner.replan(one, now).planned == ()
    jobs = [replace(job, why="", state=State.PLANNED) for job in desk.journal.jobs.all()]
    assert jobs == [replace(job, why="", state=State.PLANNED) for job in before[0]]
    assert desk.journal.store.rows(moves)[0][0] == before[1]


def test_reading_in_another_order_plans_the_same(desk):
    told = [("rejection", 5, {"after_interview": True}), ("interview", 0, {}), ("acknowledgement", -9, {})]
    for company, order in (("Acme", told), ("Globex", told[::-1])):
        sender = Address("Dana Whitfield", f"dana.whitfield@{company.lower()}.example")
        for label, day, facts in order:
            at, now = MONDAY + timedelta(days=day), MONDAY + timedelta(days=5)
            one = desk.mail(label, company, at=at, now=now, sender=sender, **facts)
        found = desk.jobs(one)[Step.THANK_YOU]
        assert (found.state, found.also) == (State.PLANNED, (Step.FEEDBACK_REQUEST,))
        assert found.due.astimezone(BERLIN).isoformat() == "2026-03-09T11:00:00+01:00"
        open_ = [job for job in desk.journal.jobs.of_application(one) if job.state is State.PLANNED]
        assert {job.step for job in open_} == {Step.THANK_YOU, Step.LINKEDIN_NOTE, Step.REFLECTION}


def test_of_many_mails_of_one_application_one_plan_is_made_and_none_if_they_could_not_be_written(desk):
    with desk.planner.gathering(lambda: MONDAY):
        one = desk.mail("interview", "Acme", at=MONDAY - timedelta(days=9))
        desk.mail("rejection", "Acme")
        assert desk.jobs(one) == {}
    assert desk.jobs(one)[Step.THANK_YOU].state is State.PLANNED
    assert Step.STATUS_CHECK in desk.jobs(one)
    before = desk.journal.jobs.all()
    with pytest.raises(KeyError), desk.planner.gathering(lambda: MONDAY):
        desk.planner.case(desk.mail("rejection", "Globex") + 99)
    assert desk.journal.jobs.all() == before
    desk.mail("rejection", "Globex", sender=Address("Kim Berger", "kim.berger@globex.example"))
    assert len(desk.journal.jobs.all()) > len(before)


def test_a_correction_taken_back_leaves_what_the_employer_answered_in_the_log(desk):
    one = desk.mail("rejection", "Acme")
    desk.mail("other", None, role=None, thread=("<1@acme.example>",), at=MONDAY + timedelta(hours=1))
    entry, corrector = desk.journal.messages.of_message_id("<2@acme.example>")[0], desk.house.corrector
    corrector.correct(entry, "interview", MONDAY + timedelta(hours=2))
    corrector.undo(desk.journal.corrections.standing(entry.identity), MONDAY + timedelta(hours=3))
    (kept,) = desk.journal.messages.of_message_id("<2@acme.example>")
    assert (kept.application, kept.reading.verdict.label) == (one, "other")
