"""What follows from a rejection, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import case as case_of
from support.cases import outlook as cadence_outlook
from support.corevalues import BERLIN, DANA, ME, MONDAY, job, policy, seen

from classifiers.values import LABELS, Address
from daemon.core.application import conversed, interviewed, language, rejections, stage
from daemon.core.cadence import Span, is_working, later
from daemon.core.job import State, Step
from daemon.core.plan import plan
from daemon.core.story import written_at

TALKED = {"after_interview": True}
NOREPLY = Address("", "no-reply@acme.example")
STEPS = [Step.THANK_YOU, Step.FEEDBACK_REQUEST]


def case(rejection=None, *history, first_seen=None, **facts):
    rejection = rejection or seen(facts=facts)
    return case_of(replace(rejection, first_seen=first_seen), *history)


def outlook(rules=None, **changes):
    return cadence_outlook(rules or policy(), **changes)


def planned(of, with_outlook=None):
    return plan(of, with_outlook or outlook())


def test_after_an_application_only_a_thank_you_is_planned():
    thanks, feedback = planned(case())
    assert (thanks.state, feedback.state) == (State.PLANNED, State.SKIPPED)
    assert thanks.due == datetime(2026, 3, 3, 11, tzinfo=BERLIN)
    assert (thanks.recipient, thanks.recipient_name) == (DANA.address, "Dana Whitfield")
    assert (thanks.application, thanks.message, thanks.account, thanks.company) == (7, 1, "main", "Acme")
    assert thanks.message_id.endswith("@example.org>")
    assert thanks.why == (
        "A thank-you to Dana Whitfield <dana.whitfield@acme.example>, "
        "after a quiet period of 24 hours and 1 working day."
    )
    assert feedback.why == (
        "There was no conversation before the rejection, and cadence.feedback_request.only_if asks for one."
    )


def test_after_a_conversation_one_draft_says_both():
    thanks, feedback = planned(case(**TALKED))
    assert (thanks.state, thanks.also) == (State.PLANNED, (Step.FEEDBACK_REQUEST,))
    assert thanks.why.startswith("A thank-you that also asks for feedback to Dana")
    assert (feedback.state, feedback.recipient, feedback.message_id) == (State.JOINED, DANA.address, None)
    assert feedback.why == "The thank-you to the same person asks for feedback too."


def test_a_request_for_feedback_stands_alone_when_the_thank_you_is_switched_off():
    thanks, feedback = planned(case(**TALKED), outlook(policy(thanks=False)))
    assert (thanks.state, feedback.state, feedback.also) == (State.SKIPPED, State.PLANNED, ())
    assert thanks.why == "This step is switched off: cadence.thank_you.enabled is false."
    assert thanks.recipient is None
    assert feedback.why.startswith("A request for feedback to Dana")


def test_one_draft_for_both_waits_for_the_later_of_them():
    rules = policy()
    steps = dict(rules.steps)
    steps[Step.FEEDBACK_REQUEST] = replace(steps[Step.FEEDBACK_REQUEST], after=Span(1, "week"))
    thanks, _ = planned(case(**TALKED), outlook(replace(rules, steps=steps)))
    assert thanks.due == datetime(2026, 3, 9, 11, tzinfo=BERLIN)
    assert thanks.why.endswith("after a quiet period of 24 hours and 1 working day and 1 week.")


def test_what_is_overdue_is_due_at_the_next_working_time_from_now():
    now = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert planned(case(), outlook(now=now))[0].due == datetime(2026, 3, 9, 9, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (
            case(seen(NOREPLY)),
            "There is nobody to write to: nobody reads no-reply@acme.example, and no other mail names a person.",
        ),
        (
            case(answerable=False),
            "There is nobody to write to: the rejection came from an address that takes no answers",
        ),
        (case(seen(authentication_results=("mx; dmarc=fail",))), "DMARC failed"),
        (case(language="xx"), 'There are no words yet in the language "xx".'),
        (case(language=None), "The language of the rejection could not be told"),
        (
            case(first_seen=MONDAY + timedelta(days=15)),
            "The rejection was more than 14 days old when it was first known",
        ),
        (case(seen(date=MONDAY - timedelta(days=400))), "more than 14 days old"),
    ],
)
def test_what_is_not_planned_says_why(of, why):
    jobs = planned(of)
    assert [job.state for job in jobs] == [State.SKIPPED, State.SKIPPED]
    assert all(why in job.why for job in jobs if "no conversation" not in job.why)
    assert why in jobs[0].why


def test_a_person_with_an_open_draft_gets_no_second_one():
    other = job(application=8, recipient="DANA.whitfield@acme.example", due=MONDAY)
    jobs = planned(case(), outlook(open_drafts=[other]))
    assert "is still open, and one person gets one draft at a time." in jobs[0].why


def test_a_step_the_settings_do_not_know_is_not_listed():
    assert planned(case(**TALKED), outlook(replace(policy(), steps={}))) == ()


def test_what_was_planned_in_time_stays_planned_and_what_was_not_is_only_logged():
    of, late = case(), outlook(now=MONDAY + timedelta(days=60))
    in_time = tuple(replace(job, id=number) for number, job in enumerate(planned(of), 1))
    assert planned(replace(of, jobs=in_time), late)[0].state is State.PLANNED
    assert planned(of, late)[0].why == "The rejection is more than 14 days old by now, so it is only logged."


def test_a_date_from_a_clock_that_was_never_set_tells_nothing():
    never_set = seen(date=datetime(1970, 1, 1, tzinfo=UTC))
    assert written_at(never_set) == MONDAY
    assert written_at(seen(date=datetime(2099, 1, 1, tzinfo=UTC))) == MONDAY
    assert planned(case(never_set))[0].state is State.PLANNED


def test_the_language_is_the_rejections_else_the_last_known_of_the_thread():
    old = seen(label="interview", received=MONDAY - timedelta(days=5), facts={"language": "fr"})
    new = seen(label="interview", received=MONDAY - timedelta(days=2), facts={"language": "de-AT"})
    assert language(case(None, old, new, language=None)) == "de"
    assert language(case(None, old, language="EN_gb")) == "en"
    assert language(case(language="../etc")) is None


def test_it_was_an_interview_when_the_rejection_or_the_timeline_says_so():
    invitation = seen(label="interview", received=MONDAY - timedelta(days=5))
    assert interviewed(case(**TALKED))
    assert interviewed(case(None, invitation))
    assert not interviewed(case(None, invitation, after_interview=False))
    assert not interviewed(case())


@pytest.mark.parametrize(
    ("rejection", "history", "talked"),
    [
        (seen(), (), False),
        (seen(facts=TALKED), (), True),
        (seen(), (seen(NOREPLY, label="interview"),), True),
        (seen(), (seen(label="other", received=MONDAY - timedelta(days=3)),), True),
        (seen(), (seen(label="acknowledgement", received=MONDAY - timedelta(days=3)),), False),
        (seen(), (seen(label="other", received=MONDAY + timedelta(days=3)),), False),
        (seen(in_reply_to=("<x@example.org>",)), (), True),
        (seen(in_reply_to=("<x@acme.example>",)), (), False),
        (seen(in_reply_to=("<mine@client.example>",)), (seen(own=True, message_id="<mine@client.example>"),), True),
        (seen(Address("", "kim@example.org"), in_reply_to=("<x@example.org>",)), (), False),
    ],
)
def test_a_conversation_is_known_by_its_traces(rejection, history, talked):
    assert conversed(case(rejection, *history), ME, [DANA.address]) is talked


def test_a_plan_is_the_same_whenever_it_is_made_from_the_same():
    assert planned(case(**TALKED)) == planned(case(**TALKED))


mails = st.builds(
    lambda label, days, own, answerable, language, talked, sender: seen(
        sender,
        label=label,
        received=MONDAY + timedelta(days=days),
        own=own,
        facts={"answerable": answerable, "language": language, "after_interview": talked},
    ),
    st.sampled_from(LABELS),
    st.integers(-40, 5),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["en", "en-GB", "de", None]),
    st.sampled_from([True, False, None]),
    st.sampled_from([DANA, NOREPLY, None, Address("", "sam@example.org")]),
)


@given(mails, st.lists(mails, max_size=4), st.integers(0, 30), st.integers(0, 40), st.booleans(), st.booleans())
def test_every_step_is_planned_at_its_time_or_says_why_not(
    rejection, history, seen_after, planned_after, thanks, feedback
):
    rules = policy(thanks=thanks, feedback=feedback)
    rejection = replace(rejection, own=False, verdict=replace(rejection.verdict, label="rejection"))
    first_seen = rejection.received + timedelta(days=seen_after)
    now = first_seen + timedelta(days=planned_after)
    of = case(rejection, *history, first_seen=first_seen)
    jobs = plan(of, outlook(rules, now=now))
    assert [job.step for job in jobs] == (STEPS if stage(of) == "rejected" else [])
    assert all(job.why.endswith(".") for job in jobs)
    assert sum(job.state is State.PLANNED for job in jobs) <= 1
    for one in jobs:
        assert one.state in {State.PLANNED, State.JOINED, State.SKIPPED, State.ANSWERED}
        assert (one.due is not None) == (one.message_id is not None) == (one.state is State.PLANNED)
        assert (one.recipient is None) == (one.state in {State.SKIPPED, State.ANSWERED})
        if one.state is State.PLANNED:
            (mail,) = [known for known in of.mails if known.id == one.message]
            assert one.due >= max(now, later(mail.received, rules.quiet_period, rules.working))
            assert one.due >= later(mail.received, rules.steps[one.step].after, rules.working)
            assert is_working(one.due, rules.working)
            assert now <= later(rejections(of)[-1].received, rules.only_newer_than, rules.working)
            assert rules.steps[one.step].enabled
