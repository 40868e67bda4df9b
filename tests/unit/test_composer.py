"""From a case to the words: only what is sure stands in a letter to others, and a note to oneself has it all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.corevalues import ME, MONDAY, job, seen, verdict

from classifiers.values import Address, Person
from daemon.composer import Composer
from daemon.core.entry import Application, Event, Note
from daemon.core.errors import NeedsOperator
from daemon.core.job import State, Step
from daemon.core.story import Case
from daemon.core.sure import sure_company, sure_role
from templates.facts import Met, Moment
from templates.render import Renderer

ROBIN = Address("Robin Miller", "robin.miller@acme.example")
DAY = timedelta(days=1)
REJECTION = replace(seen(facts={"company": "Acme", "role": "Baker", "invites_future": True}), id=9)
INVITATION = replace(
    seen(ROBIN, label="interview", received=MONDAY - 9 * DAY, message_id="<two@acme.example>"),
    id=8,
    verdict=verdict("interview", company="Acme GmbH", people=(Person("Robin Miller", ROBIN.address, "interviewer"),)),
)  # fmt: skip
APPLICATION = Application(1, "main", "Acme", "Baker", MONDAY - 30 * DAY)
NOTES = (Note(MONDAY, "sourdough"), Note(MONDAY, "they pay late", private=True))


def case(*mails, application=APPLICATION, **known):
    return Case(application, mails or (INVITATION, REJECTION), **({"notes": NOTES} | known))


def composer(one, me=ME, **how):
    return Composer(Renderer(), me, "Sam Rivera", lambda _application: one, **how)


def facts(one=None, **changes):
    one = one or case()
    return composer(one, feedback_of=lambda _number: ["Knead longer."]).facts(job(**({"message": 9} | changes)), one)


def test_a_letter_to_one_greets_one():
    got = facts()
    assert (got.recipient_first, got.recipient_full, got.recipients) == ("Dana", "Dana Whitfield", ())
    assert (got.company, got.role, got.interview, got.invites_future) == ("Acme", "Baker", True, True)
    assert (got.personal, got.formal, got.by_phone, got.silent, got.variant) == ("sourdough", True, False, False, 1)


def test_a_letter_to_several_greets_all():
    got = facts(others=(("robin.miller@acme.example", "Robin Miller"),))
    assert got.recipients == (Met("Dana", "Dana Whitfield"), Met("Robin", "Robin Miller"))
    assert got.recipient_first is None


def test_a_letter_to_others_holds_nothing_that_is_the_persons_own():
    got = facts()
    assert (got.notes, got.feedback, got.timeline, got.people, got.me_first) == ((), (), (), (), None)


def test_a_note_to_oneself_holds_it_all():
    got = facts(step=Step.REFLECTION, recipient="sam@example.org")
    assert got.notes == ("sourdough", "they pay late")
    assert got.feedback == ("Knead longer.",)
    assert got.people == (Met("Robin", "Robin Miller", "interviewer"),)
    assert got.timeline == (Moment((MONDAY - 9 * DAY).date(), "interview"), Moment(MONDAY.date(), "rejected"))
    assert got.me_first == "Sam"
    assert got.recipient_first is None


OTHER = replace(INVITATION, verdict=verdict("interview", company="Otto", role="Florist"))


@pytest.mark.parametrize(
    ("one", "company", "role"),
    [
        (case(), "Acme", "Baker"),
        (case(OTHER, REJECTION), "Acme", "Baker"),
        (case(INVITATION, replace(REJECTION, verdict=verdict())), "Acme", "Baker"),
        (case(OTHER, replace(REJECTION, verdict=verdict())), None, None),
        (case(replace(REJECTION, verdict=verdict(company="Otto", role="Florist"))), None, None),
        (case(REJECTION, application=replace(APPLICATION, company=None, role=None)), "Acme", "Baker"),
        (case(replace(REJECTION, verdict=verdict()), application=replace(APPLICATION, company=None)), None, "Baker"),
        (case(replace(REJECTION, verdict=verdict(role="Florist"))), "Acme", None),
    ],
)
def test_what_the_mails_do_not_agree_on_is_left_out(one, company, role):
    assert (sure_company(one, 9), sure_role(one, 9)) == (company, role)


def letter(one, me=ME, **changes):
    return composer(one, me).letter(job(**({"message": 9} | changes)))


def test_every_step_has_its_words():
    for step in (Step.THANK_YOU, Step.FEEDBACK_REQUEST, Step.FOLLOW_UP, Step.KEEP_IN_TOUCH, Step.STATUS_CHECK):
        words = letter(case(), step=step)
        assert words.subject is None
        assert "Dana" in words.body and "they pay late" not in words.body and words.body.endswith("Sam Rivera\n")
    for step in (Step.LINKEDIN_NOTE, Step.REFLECTION):
        words = letter(case(), step=step, recipient="sam@example.org")
        assert words.subject and "Robin Miller" in words.body


def test_a_letter_is_in_the_language_of_the_thread_and_a_note_in_the_persons_own():
    german = case(replace(REJECTION, verdict=verdict(language="de")))
    assert letter(german).body.startswith("Guten Tag")
    note = {"step": Step.REFLECTION, "recipient": "sam@example.org"}
    assert letter(german, **note).subject != letter(case(), **note).subject
    assert letter(german, replace(ME, language="en"), **note).subject == letter(case(REJECTION), **note).subject
    assert letter(case(replace(REJECTION, verdict=verdict(language=None))), **note).subject


def test_a_letter_without_a_language_is_not_written():
    unknown = case(replace(REJECTION, verdict=verdict(language=None)))
    with pytest.raises(NeedsOperator, match=r"The draft to dana.whitfield@acme\.example cannot be written"):
        letter(unknown)
    with pytest.raises(NeedsOperator, match=r"^The draft cannot be written: "):
        letter(unknown, recipient=None)


def test_a_rejection_by_phone_is_said_to_be_one():
    told = case(INVITATION, events=(Event("rejected", MONDAY, by="you"),))
    assert facts(told, message=8).by_phone
    assert facts(told, message=8).interview


def test_a_digest_is_written_by_whom_it_belongs_to():
    digest = job(application=0, message=0, step=Step.DIGEST, state=State.PLANNED)
    made = composer(case(), digest_of=lambda one, at: f"{one.step} {at:%Y}".encode())
    assert made.compose(digest, None, MONDAY) == b"digest 2026"
    with pytest.raises(NeedsOperator, match="switched off"):
        composer(case()).compose(digest, None, MONDAY)
