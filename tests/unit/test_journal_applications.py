"""Applications in the journal: what hangs on them, two made one, one mail apart, and journals of before."""

import contextlib
import dataclasses
from datetime import timedelta

import pytest
from support.clock import MONDAY
from support.corevalues import DANA, job
from support.rows import entry, planned

from classifiers.values import Address, Headers, Reading
from daemon.adapters.journal.joining import ABSORBED
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.outboxes import Looked
from daemon.core.entry import Event, Note
from daemon.core.job import Move, State, Step

LATER = MONDAY + timedelta(days=3)


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(open_journal(tmp_path / "state")) as one:
        yield one
        assert one.store.faults() == []


def mail(journal, number, application=None, **headers):
    """One mail of the log, in an application if given; its id."""
    reading = dataclasses.replace(
        entry(number).reading, headers=Headers(message_id=f"<{number}@acme.example>", **headers)
    )
    new = journal.messages.add(entry(number, reading=Reading(reading.headers, reading.verdict)))
    if application:
        journal.messages.assign(new, application)
        journal.applications.add_thread(application, [f"<{number}@acme.example>"])
    return new


def test_events_are_told_by_mails_by_you_and_by_time(journal):
    number = journal.applications.add("main", "Acme", None, MONDAY)
    message = mail(journal, 1, number)
    journal.events.tell(number, message, "rejected", LATER)
    journal.events.tell(number, message, "interview", MONDAY)
    said = journal.events.add(number, Event("rejected", LATER, by="you"))
    journal.events.add(number, Event("silent", LATER + timedelta(days=1), by="time"))
    assert [(one.kind, one.by, one.message) for one in journal.events.of(number)] == [
        ("interview", "mail", message), ("rejected", "you", None), ("silent", "time", None),
    ]  # fmt: skip
    assert journal.events.all() == {number: journal.events.of(number)}
    assert journal.events.latest([number, 99], "rejected") == {number: LATER}
    journal.events.remove(said)
    journal.events.add(number, Event("feedback", LATER, message))
    journal.events.tell(number, message, None, MONDAY)
    assert [one.kind for one in journal.events.of(number)] == ["feedback", "silent"]  # what was advised stays heard


def test_notes_feedback_and_pauses_are_kept_and_go(journal):
    number = journal.applications.add("main", "Acme", None, MONDAY)
    message = mail(journal, 1, number)
    second = journal.notes.add(number, Note(LATER, "hush", private=True))
    first = journal.notes.add(number, Note(MONDAY, "event sourcing \U0001f600"))
    assert journal.notes.of(number) == [
        Note(MONDAY, "event sourcing \U0001f600", False, first), Note(LATER, "hush", True, second)
    ]  # fmt: skip
    journal.notes.remove(second)
    assert [one.id for one in journal.notes.of(number)] == [first]
    assert journal.feedback.add(number, message, LATER, "More SQL.") and journal.feedback.add(number, None, MONDAY, "x")
    assert not journal.feedback.add(number, message, LATER, "More SQL, again.")
    assert (
        [one.text for one in journal.feedback.of(number)]
        == [one.text for one in journal.feedback.all()]
        == ["x", "More SQL."]
    )
    journal.feedback.remove(message)
    assert [one.text for one in journal.feedback.all()] == ["x"]
    assert journal.pauses.until() is None
    journal.pauses.set(LATER)
    journal.pauses.set(MONDAY)
    assert journal.pauses.until() == MONDAY
    journal.pauses.set(None)
    assert journal.pauses.until() is None


def test_what_the_person_says_of_an_application_is_kept(journal):
    number = journal.applications.add("main", "Acme", None, MONDAY, "R-1")
    journal.applications.keen(number, True)
    journal.applications.skip(number, LATER)
    journal.applications.learn(number, None, "Baker", "R-2")
    one = journal.applications.get(number)
    assert (one.keen, one.skipped, one.role, one.requisition) == (True, LATER, "Baker", "R-1")
    assert journal.applications.of_requisition("main", "r-1") == journal.applications.all() == [one]
    journal.applications.keen(number, False)
    journal.applications.skip(number, None)
    one = journal.applications.get(number)
    assert (one.keen, one.skipped) == (False, None)


def test_an_own_mail_is_known_by_its_thread_else_by_whom_it_goes_to(journal):
    one, two = (journal.applications.add("main", name, None, MONDAY) for name in ("Acme", "Borealis"))
    mail(journal, 1, one, sender=DANA, reply_to=(Address("", "HR@Acme.example"),))
    mail(journal, 2, two, sender=DANA)
    mail(journal, 3, None, sender=Address("", "nobody@c.example"))
    find = journal.own_mails.applications_of
    assert journal.own_mails.addresses("main") == {"dana.whitfield@acme.example", "hr@acme.example"}
    assert find("main", ["<2@acme.example>"], ["hr@acme.example"]) == [two]
    assert find("main", ["<x@y>"], ["Hr@acme.Example"]) == [one]
    assert find("main", [], [DANA.address]) == [one, two]
    assert find("main", [], ["nobody@c.example"]) == find("other", ["<2@acme.example>"], [DANA.address]) == []


def test_an_own_mail_is_kept_once_and_answers_to_it_belong_to_the_application(journal):
    number = journal.applications.add("main", "Acme", None, MONDAY)
    headers = Headers(message_id="<own@example.org>", to=(DANA,), date=MONDAY, in_reply_to=("<1@acme.example>",))
    assert journal.own_mails.add("main", number, b"own", LATER, headers)
    assert not journal.own_mails.add("main", number, b"own", LATER, headers)
    assert journal.own_mails.add("main", number, b"more", MONDAY, Headers())
    assert journal.own_mails.of(number) == [(MONDAY, Headers()), (LATER, headers)]
    assert journal.applications.in_thread("main", ["<own@example.org>"]) == [number]


def test_how_far_sent_was_looked_through_is_remembered(journal):
    assert journal.outboxes.of("main") is None
    for looked in (Looked("main", 7, 1, 0, MONDAY), Looked("main", 7, 40, 3, LATER)):
        journal.outboxes.save(looked)
        assert journal.outboxes.of("main") == looked
    assert journal.outboxes.of("other") is None


def test_a_mail_that_the_person_put_somewhere_stays_there(journal):
    one, two = (journal.applications.add("main", name, None, MONDAY) for name in ("Acme", "Borealis"))
    message = mail(journal, 1)
    journal.messages.assign(message, one, by="you")
    journal.messages.assign(message, two)
    assert journal.messages.get(message).application == one
    journal.messages.assign(message, two, by="you")
    assert journal.messages.get(message).application == two


def test_a_mail_is_taken_out_of_its_application_and_an_empty_one_goes_unless_you_said_something(journal):
    one, two = (journal.applications.add("main", "Acme", None, MONDAY) for _ in range(2))
    first, second = mail(journal, 1, one), mail(journal, 2, two)
    journal.notes.add(two, Note(MONDAY, "hello"))
    for number, message in ((one, first), (two, second)):
        journal.events.tell(number, message, "rejected", MONDAY)
        journal.feedback.add(number, message, MONDAY, "talk less")
        journal.messages.release(journal.messages.get(message))
    assert journal.applications.get(one) is None and journal.applications.get(two) is not None
    assert [journal.messages.get(each).application for each in (first, second)] == [None, None]
    assert journal.events.all() == {} and journal.applications.in_thread("main", ["<2@acme.example>"]) == []
    assert journal.feedback.all() == []


def test_an_application_whose_draft_is_being_laid_does_not_go(journal):
    made = planned(journal, 1)
    journal.messages.assign(made.message, made.application)
    journal.jobs.move(made, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
    journal.messages.release(journal.messages.get(made.message))
    assert journal.jobs.get(made.id).state is State.PLACING


def test_which_of_several_a_mail_is_about_is_asked_until_it_is_known(journal):
    one, two, three = (journal.applications.add("main", "Acme", None, MONDAY) for _ in range(3))
    message = mail(journal, 1)
    journal.candidates.put(message, [one, two, three])
    journal.candidates.put(message, [two, one])
    assert journal.candidates.all() == {message: [one, two]} and journal.candidates.of(message) == [one, two]
    assert journal.candidates.count(["main"]) == 1
    assert journal.candidates.count(["gone"]) == 0
    assert journal.candidates.about(two) == (message,) and journal.candidates.about(three) == ()
    journal.applications.merge(three, two, LATER)
    assert journal.candidates.of(message) == [one, three]
    journal.applications.merge(one, three, LATER)
    assert journal.candidates.of(message) == [one]
    journal.candidates.put(message, ())
    assert journal.candidates.all() == {}


def filled(journal):
    """Two applications with everything that can hang on one; their ids."""
    found = []
    for number in (1, 2):
        made = planned(journal, number)
        journal.messages.assign(made.message, made.application)
        journal.applications.add_thread(made.application, ["<shared@x>", f"<{number}@x>"])
        journal.events.tell(made.application, made.message, "rejected", MONDAY)
        journal.notes.add(made.application, Note(MONDAY, f"note {number}"))
        journal.feedback.add(made.application, made.message, MONDAY, f"said {number}")
        journal.own_mails.add("main", made.application, b"shared", MONDAY, Headers(message_id="<o@x>"))
        journal.own_mails.add("main", made.application, bytes([number]), MONDAY, Headers())
        found.append(made.application)
    return found


def test_of_two_made_one_nothing_is_lost(journal):
    into, other = filled(journal)
    journal.applications.keen(other, True)
    journal.applications.learn(other, None, "Baker", "R-7")
    journal.applications.merge(into, other, LATER)
    one = journal.applications.get(into)
    assert (one.keen, one.role, one.requisition, one.opened) == (True, "Baker", "R-7", MONDAY)
    assert journal.applications.get(other) is None
    assert len(journal.messages.of_application(into)) == len(journal.events.of(into)) == 2
    assert [note.text for note in journal.notes.of(into)] == ["note 1", "note 2"]
    assert len(journal.feedback.of(into)) == 2 and len(journal.own_mails.of(into)) == 3
    for message_id in ("<shared@x>", "<1@x>", "<2@x>"):
        assert journal.applications.in_thread("main", [message_id]) == [into]


def test_of_two_open_jobs_of_a_step_the_absorbed_one_is_taken_back(journal):
    into, other = filled(journal)
    journal.applications.merge(into, other, LATER)
    first, second = journal.jobs.of_application(into)
    assert (first.state, first.occasion) == (State.PLANNED, "1")
    assert (second.state, second.occasion) == (State.CANCELLED, "1/2")
    assert second.why == ABSORBED.format("thank you") and journal.jobs.last_move(second) is Move.RETRACT


@pytest.mark.parametrize("how", ["laid", "called off"])
def test_what_was_laid_or_called_off_counts_for_both(journal, how):
    into, other = filled(journal)
    made = journal.jobs.of_application(other)[0]
    if how == "laid":
        made = journal.jobs.move(made, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        made = journal.jobs.move(made, Move.LAID, MONDAY, placed_at=MONDAY)
    else:
        made = journal.jobs.move(made, Move.CANCEL, MONDAY)
    journal.applications.merge(into, other, LATER)
    first, second = journal.jobs.of_application(into)
    assert (first.state, first.occasion) == (State.CANCELLED, "1/2")
    assert (second.id, second.state, second.occasion) == (made.id, made.state, "1")


def test_three_made_one_leave_every_job_a_place_of_its_own(journal):
    into, other = filled(journal)
    third = planned(journal, 3).application
    journal.applications.merge(into, other, LATER)
    journal.applications.merge(into, third, LATER)
    assert [job.occasion for job in journal.jobs.of_application(into)] == ["1", "1/2", "1/3"]


@pytest.mark.parametrize("laid", [False, True])
def test_what_was_made_of_two_can_become_part_of_a_third(journal, laid):
    two, three = filled(journal)
    first = planned(journal, 3).application
    journal.applications.merge(two, three, LATER)
    if laid:
        made = journal.jobs.of_application(two)[0]
        made = journal.jobs.move(made, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        journal.jobs.move(made, Move.LAID, MONDAY, placed_at=MONDAY)
    journal.applications.merge(first, two, LATER)
    found = {job.occasion: job.state for job in journal.jobs.of_application(first)}
    one = State.PLACED if laid else State.PLANNED
    assert found == {"1": one, "1/2": State.CANCELLED, "1/3": State.CANCELLED}


def test_a_mail_made_an_application_of_its_own_takes_what_rests_on_it(journal):
    old = planned(journal, 1).application
    journal.messages.assign(1, old)
    made = journal.messages.add(entry(2))
    journal.messages.assign(made, old)
    journal.applications.add_thread(old, ["<2@acme.example>", "<root@x>"])
    journal.events.tell(old, made, "rejected", MONDAY)
    for occasion, step in (("2", Step.THANK_YOU), ("3", Step.THANK_YOU), ("1", Step.REFLECTION)):
        filled = {"application": old, "message": made, "occasion": occasion, "step": step, "message_id": None}
        journal.jobs.add(job(**filled, state=State.SKIPPED))
    for name, answers in (("a", "<2@acme.example>"), ("b", "<1@acme.example>")):
        journal.own_mails.add("main", old, name.encode(), MONDAY, Headers(message_id=name, in_reply_to=(answers,)))
    new = journal.applications.split(made)
    assert [[own.message_id for _, own in journal.own_mails.of(one)] for one in (new, old)] == [["a"], ["b"]]
    assert journal.messages.get(made).application == new and [
        one.message for one in journal.jobs.of_application(old)
    ] == [1]
    assert journal.applications.in_thread("main", ["<2@acme.example>", "<root@x>"]) == [new]
    assert journal.applications.in_thread("main", ["<root@x>"]) == [old]
    assert [one.kind for one in journal.events.of(new)] == ["rejected"] and journal.events.of(old) == []
    occasions = [(one.step, one.occasion) for one in journal.jobs.of_application(new)]
    assert occasions == [(Step.THANK_YOU, "1"), (Step.THANK_YOU, "2"), (Step.REFLECTION, "1")]
    with pytest.raises(KeyError):
        journal.applications.split(99)
