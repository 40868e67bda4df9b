"""Every step of the cadence: what it follows from, when it is due, to whom, and the sentence that says why (not)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from support.cases import cadence, case, days, followed, outlook, planned
from support.corevalues import BERLIN, DANA, ME, MONDAY, job, seen, working

from classifiers.values import Address, Person
from daemon.core.application import stage
from daemon.core.cadence import Span
from daemon.core.entry import Event, Note
from daemon.core.job import BEFORE_RESTORE, CADENCE, State, Step
from daemon.core.plan import plan
from daemon.core.replan import after, changes
from daemon.core.silence import silent_at, waiting

KIM = Address("Kim Berger", "kim.berger@acme.example")
NOREPLY = Address("", "no-reply@acme.example")
INTERVIEWER = {"people": (Person("Kim Berger", "kim.berger@acme.example", "interviewer"),)}


SECOND = timedelta(seconds=1)
"""What follows from the person's own word follows a second later."""


def mail(label, at, sender=DANA, **facts):
    return seen(sender, label=label, received=MONDAY + days(at), facts=facts, message_id=f"<{label}{at}@acme.example>")


def mine(at, to=DANA, **headers):
    me = Address("Sam Rivera", ME.address)
    return seen(me, label="other", received=MONDAY + days(at), own=True, to=(to,), message_id=None, **headers)


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


def settled(of, rules, now):
    """The case with its silence, as the daemon notes it."""
    at = silent_at(of, rules)
    return replace(of, events=(*of.events, Event("silent", at, by="time"))) if at and at <= now else of


# --- a rejection ---


def test_a_rejection_after_an_interview_gives_every_step_a_job_and_a_sentence():
    jobs = planned(case(mail("interview", -7), mail("rejection", 0)))
    assert list(jobs) == list(CADENCE)
    assert {step.value: job.state.value for step, job in jobs.items()} == {
        "thank_you": "planned", "feedback_request": "joined", "linkedin_note": "planned", "reflection": "planned",
        "follow_up": "skipped", "keep_in_touch": "skipped", "status_check": "skipped",
    }  # fmt: skip
    assert [job.why for job in jobs.values()] == [
        (
            "A thank-you that also asks for feedback to Dana Whitfield <dana.whitfield@acme.example>, "
            "after a quiet period of 24 hours and 1 working day."
        ),
        "The thank-you to the same person asks for feedback too.",
        "A note to yourself, for those you met, after a quiet period of 24 hours.",
        "A worksheet for yourself, after a quiet period of 24 hours and 3 days.",
        "Another draft to dana.whitfield@acme.example is still open, and one person gets one draft at a time.",
        "You have not said that you care for this employer (`highroad keen a7`).",
        "They have said no, so there is no silence to ask about.",
    ]


def test_notes_to_oneself_go_to_oneself_at_their_own_time():
    jobs = planned(case(mail("interview", -7), mail("rejection", 0)))
    note, sheet = jobs[Step.LINKEDIN_NOTE], jobs[Step.REFLECTION]
    assert (note.recipient, note.others, note.due) == (ME.address, (), berlin(2026, 3, 3, 11))
    assert (sheet.recipient, sheet.due) == (ME.address, berlin(2026, 3, 5, 11))
    assert note.message_id and sheet.message_id and note.message_id != sheet.message_id


def test_thanks_go_to_whoever_was_met_and_the_request_to_the_recruiter():
    invitation = seen(DANA, label="interview", received=MONDAY - days(7), to=(Address("", ME.address), KIM),
                      facts=INTERVIEWER)  # fmt: skip
    facts = {"people": (Person("Dana Whitfield", DANA.address, "recruiter"),)}
    jobs = planned(case(invitation, seen(received=MONDAY, facts=facts)))
    assert jobs[Step.THANK_YOU].recipients == ("kim.berger@acme.example",)
    assert jobs[Step.FEEDBACK_REQUEST].recipients == (DANA.address,)
    assert jobs[Step.FEEDBACK_REQUEST].state is State.PLANNED


def test_a_note_about_those_one_met_needs_a_name():
    jobs = planned(case(mail("rejection", 0, after_interview=True, answerable=False)))
    assert jobs[Step.LINKEDIN_NOTE].why == "It is not known by name whom you met."
    assert jobs[Step.REFLECTION].state is State.PLANNED


def test_a_recruiter_who_led_to_the_interview_is_known_if_nobody_is_named_for_it():
    facts = {"people": (Person("Dana Whitfield", DANA.address, "recruiter"),)}
    talked = planned(case(mail("interview", -7, **facts), mail("rejection", 0)))
    written = planned(case(mail("assessment", -7, **facts), mail("rejection", 0)))
    assert talked[Step.LINKEDIN_NOTE].state is State.PLANNED
    assert written[Step.LINKEDIN_NOTE].why == "It is not known by name whom you met."


def test_why_a_step_was_not_planned_is_still_told_when_it_would_be_too_late():
    of = case(mail("rejection", 0))
    then, now = (planned(of, now=MONDAY + days(n))[Step.FEEDBACK_REQUEST].why for n in (0, 60))
    assert then == now and "no conversation" in then


def test_the_reflection_can_be_wanted_always():
    rules = cadence()
    rule = replace(rules.steps[Step.REFLECTION], only_if="always")
    rules = replace(rules, steps={**rules.steps, Step.REFLECTION: rule})
    of = case(mail("rejection", 0, sender=NOREPLY))
    assert planned(of)[Step.REFLECTION].state is State.SKIPPED
    assert planned(of, rules)[Step.REFLECTION].state is State.PLANNED


def test_of_a_rejection_that_two_mails_tell_one_plan_is_made_whichever_is_read_first():
    mails = (mail("rejection", 0, sender=NOREPLY), mail("rejection", 1), mail("acknowledgement", 2))
    mails = case(*mails).mails
    ends = set()
    for order in permutations(mails):
        of = case()
        for one in order:
            of = followed(replace(of, mails=tuple(sorted((*of.mails, one), key=lambda each: each.received))))
        open_ = [each for each in of.jobs if each.state is State.PLANNED]
        ends.add(tuple((each.step, each.due, each.recipient, each.message, each.event) for each in open_))
        assert len({(each.step, each.occasion) for each in of.jobs}) == len(of.jobs) == 7
    assert ends == {((Step.THANK_YOU, berlin(2026, 3, 4, 11), DANA.address, 2, MONDAY),)}


def test_a_rejection_by_phone_counts_as_one():
    of = case(mail("interview", -5), mail("interview", -4), events=[Event("rejected", MONDAY, by="you")])
    assert stage(of) == "rejected"
    thanks = planned(of)[Step.THANK_YOU]
    assert (thanks.state, thanks.message, thanks.event) == (State.PLANNED, 2, MONDAY)
    assert thanks.due == berlin(2026, 3, 3, 11)


def test_feedback_that_came_is_not_asked_for():
    jobs = planned(case(mail("interview", -7), mail("rejection", 0, advice=("More of Rust.",))))
    assert jobs[Step.FEEDBACK_REQUEST].why == "They have given feedback already; `highroad feedback` shows it."
    assert jobs[Step.THANK_YOU].also == ()


def test_what_an_employer_writes_after_a_rejection_comes_first():
    jobs = planned(case(mail("interview", -7), mail("rejection", 0), mail("outreach", 1)), now=MONDAY + days(1))
    assert jobs[Step.THANK_YOU].why == (
        "dana.whitfield@acme.example wrote again after the rejection, and what that mail says comes first."
    )


@pytest.mark.parametrize(
    ("own", "done"),
    [
        (mine(1), True),
        (mine(-1), False),
        (mine(1, to=KIM), False),
        (mine(1, to=KIM, in_reply_to=("<rejection0@acme.example>",)), True),
        (mine(1, to=KIM, in_reply_to=("<rejection0@acme.example>",), subject="Fwd: Your application"), False),
    ],
)
def test_the_persons_own_answer_makes_thanks_needless(own, done):
    of = followed(case(mail("rejection", 0)))
    of = followed(replace(of, mails=(*of.mails, own)), now=MONDAY + days(1))
    thanks = next(each for each in of.jobs if each.step is Step.THANK_YOU)
    assert thanks.state is (State.ANSWERED if done else State.PLANNED)
    assert not done or thanks.why == "You have written to them yourself since."


def test_an_application_that_the_person_skips_is_planned_again_when_they_take_it_up():
    of = followed(case(mail("interview", -7), mail("rejection", 0)))
    skipped = followed(replace(of, application=replace(of.application, skipped=MONDAY)))
    assert {each.state for each in skipped.jobs} == {State.SKIPPED}
    assert skipped.jobs[0].why == ("You said to skip this application; `highroad skip a7 --off` takes it up again.")
    assert followed(replace(skipped, application=of.application)).jobs == of.jobs


def test_an_application_that_the_person_withdrew_from_is_left_alone():
    of = case(mail("interview", -7), mail("rejection", 0, withdrawn=True))
    assert stage(of) == "withdrawn"
    assert planned(of) == {}


def laid(state):
    """The plan of a rejection after an interview whose thank-you, which asks for feedback too, is in that state."""
    of = followed(case(mail("interview", -7), mail("rejection", 0)))
    jobs = tuple(replace(each, state=state) if each.step is Step.THANK_YOU else each for each in of.jobs)
    return replace(of, jobs=jobs)


@pytest.mark.parametrize("state", [State.PLACED, State.EDITED, State.SENT, State.UNSURE])
def test_what_went_its_own_way_is_never_touched(state):
    of, now = laid(state), MONDAY + days(2)
    wanted = plan(of, outlook(now=now))
    assert wanted[0] == of.jobs[0] and replace(wanted[1], id=of.jobs[1].id) == of.jobs[1]
    assert not [one for one in changes(of, wanted, now) if one.job.step in {Step.THANK_YOU, Step.FEEDBACK_REQUEST}]


def test_a_draft_that_was_deleted_takes_what_it_would_have_asked_for_with_it_until_it_is_back():
    of = followed(laid(State.DELETED), now=MONDAY + days(2))
    assert [each.state for each in of.jobs[:2]] == [State.DELETED, State.SKIPPED]
    assert of.jobs[1].why == "The thank-you would have asked for it, and you did not want that one."
    back = replace(of, jobs=(replace(of.jobs[0], state=State.PLACED), *of.jobs[1:]))
    assert followed(back, now=MONDAY + days(3)).jobs[1].state is State.JOINED


def test_what_the_person_cancelled_stays_cancelled():
    of = followed(case(mail("rejection", 0)))
    jobs = (replace(of.jobs[0], state=State.CANCELLED), *of.jobs[1:])
    of = replace(of, jobs=jobs, called_off=frozenset({of.jobs[0].id}))
    assert followed(of, now=MONDAY + days(1)).jobs[0] == jobs[0]


def test_what_was_due_before_a_restore_is_held_and_a_released_one_is_not_held_again():
    of = followed(case(mail("rejection", 0)), restored=MONDAY + days(2))
    assert (of.jobs[0].state, of.jobs[0].why) == (State.HELD, BEFORE_RESTORE)
    released = replace(of, jobs=(replace(of.jobs[0], state=State.PLANNED), *of.jobs[1:]))
    assert followed(released, restored=MONDAY + days(2)).jobs[0].state is State.PLANNED


# --- after a re-opening ---


def test_a_second_rejection_after_they_came_back_is_another_occasion():
    first = followed(case(mail("rejection", 0)))
    sent = replace(first, jobs=(replace(first.jobs[0], state=State.SENT), *first.jobs[1:]))
    back = replace(sent, mails=case(*sent.mails, mail("interview", 10)).mails)
    assert stage(back) == "reopened"
    back = followed(back, now=MONDAY + days(10))
    assert next(each for each in back.jobs if each.step is Step.REFLECTION).why == "They have come back to you since."
    again = followed(replace(back, mails=case(*back.mails, mail("rejection", 20)).mails), now=MONDAY + days(20))
    thanks = [each for each in again.jobs if each.step is Step.THANK_YOU]
    assert [(each.occasion, each.state, each.message) for each in thanks] == [
        ("1", State.SENT, 1), ("2", State.PLANNED, 3),
    ]  # fmt: skip
    assert thanks[0].message_id != thanks[1].message_id


def test_a_reminder_of_an_interview_that_was_before_the_rejection_opens_nothing():
    late = mail("interview", 1, interview_at=datetime(2026, 2, 27, 9, 0))  # noqa: DTZ001
    assert stage(case(mail("interview", -7), mail("rejection", 0), late)) == "rejected"


def test_an_acknowledgement_after_its_rejection_changes_nothing():
    assert stage(case(mail("rejection", 0), mail("acknowledgement", 1))) == "rejected"


# --- follow-up ---


def followable(**facts):
    """Thanks are switched off, so a follow-up may come; the interview was a week before the rejection."""
    return case(mail("interview", -7, **facts), mail("rejection", 0)), cadence(off={Step.THANK_YOU})


def test_a_follow_up_comes_two_weeks_after_the_interview():
    of, rules = followable()
    job = planned(of, rules)[Step.FOLLOW_UP]
    assert (job.state, job.due, job.message) == (State.SKIPPED, None, 1)  # the request for feedback is open
    rules = cadence(off={Step.THANK_YOU, Step.FEEDBACK_REQUEST})
    job = planned(of, rules)[Step.FOLLOW_UP]
    assert (job.state, job.due) == (State.PLANNED, berlin(2026, 3, 9, 11))
    assert job.why == "A follow-up to Dana Whitfield <dana.whitfield@acme.example>, 2 weeks after the interview."


def test_a_follow_up_moves_with_the_interviews_date_when_that_is_learnt_late():
    of, _ = followable()
    rules = cadence(off={Step.THANK_YOU, Step.FEEDBACK_REQUEST})
    of = followed(of, rules)
    learnt = mail("interview", -6, interview_at=datetime(2026, 2, 26, 15, 0), interview_timed=True)  # noqa: DTZ001
    known = followed(replace(of, mails=case(*of.mails, learnt).mails), rules)
    job = next(each for each in known.jobs if each.step is Step.FOLLOW_UP)
    assert (job.state, job.due) == (State.PLANNED, berlin(2026, 3, 12, 15))


def test_a_follow_up_comes_not_later_than_its_latest():
    of = case(mail("interview", -22), mail("rejection", 0))
    rules = cadence(off={Step.THANK_YOU, Step.FEEDBACK_REQUEST})
    assert planned(of, rules)[Step.FOLLOW_UP].why == "It would come later than 3 weeks after the interview."


def test_there_is_no_follow_up_without_an_interview_or_after_thanks():
    assert planned(case(mail("rejection", 0)))[Step.FOLLOW_UP].why == "There was no interview to follow up on."
    of = followed(case(mail("interview", -7), mail("rejection", 0)))
    of = replace(of, jobs=(replace(of.jobs[0], state=State.SENT), *of.jobs[1:]))
    assert planned(of)[Step.FOLLOW_UP].why == "You have thanked them already."


# --- keeping in touch ---


def kept(*jobs, **how):
    return case(mail("interview", -7), mail("rejection", 0), keen=True, jobs=jobs, **how)


def touch(occasion, state, event):
    return job(step=Step.KEEP_IN_TOUCH, occasion=occasion, state=state, event=MONDAY + days(event), id=int(occasion),
               application=7, message_id=f"<touch{occasion}@example.org>")  # fmt: skip


def test_one_keeps_in_touch_three_months_after_the_last_word():
    found = planned(kept())[Step.KEEP_IN_TOUCH]
    assert (found.state, found.due, found.occasion) == (State.PLANNED, berlin(2026, 6, 2, 11), "1")
    assert found.why.endswith("3 months after the last word between you.")
    of = kept()
    assert planned(replace(of, mails=(*of.mails, mine(30))))[Step.KEEP_IN_TOUCH].due == berlin(2026, 7, 1, 12) + SECOND


def test_keeping_in_touch_needs_that_the_person_cares_and_that_they_talked_or_were_invited():
    assert "highroad keen a7" in planned(case(mail("rejection", 0)))[Step.KEEP_IN_TOUCH].why
    cold = case(mail("rejection", 0), keen=True)
    assert planned(cold)[Step.KEEP_IN_TOUCH].why.startswith("There was neither a conversation nor an invitation")
    invited = case(mail("rejection", 0, invites_future=True), keen=True)
    assert planned(invited)[Step.KEEP_IN_TOUCH].state is State.PLANNED


@pytest.mark.parametrize(
    ("done", "occasion", "state"),
    [
        ([touch("1", State.SENT, 0)], "2", State.PLANNED),
        ([touch("1", State.ANSWERED, 0)], "2", State.PLANNED),
        ([touch("1", State.PLACED, 0)], "1", State.PLACED),
        ([touch("1", State.DELETED, 0)], "1", State.DELETED),
        ([touch("1", State.SENT, 0), touch("2", State.SENT, 90)], "2", State.SENT),
    ],
)
def test_each_one_sent_starts_the_next_twice_at_most_and_one_deleted_ends_it(done, occasion, state):
    found = planned(kept(*done), now=MONDAY + days(120))[Step.KEEP_IN_TOUCH]
    assert (found.occasion, found.state) == (occasion, state)


def test_a_word_in_three_months_keeps_nobody_from_a_word_of_another_application_now():
    far = replace(touch("1", State.PLANNED, 0), application=8, due=MONDAY + days(90))
    assert planned(case(mail("rejection", 0)), open_drafts=[far])[Step.THANK_YOU].state is State.PLANNED


# --- silence ---


@pytest.mark.parametrize(
    ("mails", "due", "says"),
    [
        ([mail("interview", 0)], berlin(2026, 3, 16, 11), "10 working days without a word after the interview."),
        ([mail("acknowledgement", 0)], berlin(2026, 3, 30, 11), "4 weeks without a word after the application."),
        ([mail("acknowledgement", -9), mail("assessment", 0)], berlin(2026, 3, 30, 11), "after the application."),
        ([mail("interview", 0), mail("other", 4)], berlin(2026, 3, 20, 11), "after the interview."),
        ([mail("interview", 0), mine(1)], berlin(2026, 3, 17, 11) + SECOND, "after the interview."),
        ([mail("interview", 0), mine(1, to=KIM)], berlin(2026, 3, 17, 11) + SECOND, "after the interview."),
    ],
)
def test_one_asks_how_it_stands_when_no_word_came(mails, due, says):
    found = planned(case(*mails))[Step.STATUS_CHECK]
    assert (found.state, found.due) == (State.PLANNED, due)
    assert found.why.startswith("A question how it stands to Dana Whitfield") and found.why.endswith(says)


def test_after_an_interview_that_has_a_date_one_asks_after_that():
    of = case(mail("interview", 0, interview_at=datetime(2026, 3, 11, 14, 0)))  # noqa: DTZ001
    found = planned(of)[Step.STATUS_CHECK]
    assert (found.due, found.event) == (berlin(2026, 3, 25, 14), berlin(2026, 3, 11, 14))


def test_a_date_learnt_late_moves_what_is_planned():
    of = followed(case(mail("interview", 0)))
    learnt = mail("interview", 1, interview_at=datetime(2026, 3, 11, 14, 0))  # noqa: DTZ001
    (found,) = followed(replace(of, mails=case(*of.mails, learnt).mails)).jobs
    assert (found.state, found.due, found.occasion) == (State.PLANNED, berlin(2026, 3, 25, 14), "1")


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (case(mail("acknowledgement", 0, sender=NOREPLY)), "There is nobody to write to"),
        (case(mail("interview", 0), mail("rejection", 1)), "They have said no"),
        (case(mail("interview", 0), skipped=MONDAY), "You said to skip this application"),
        (
            case(mail("interview", 0), replace(mail("rejection", 1), band="review")),
            "Their last mail may be a rejection",
        ),
        (case(mail("interview", -40)), "The wait was over for more than 14 days when it was first known"),
        (case(mail("interview", -700), mail("outreach", 0)), "Nothing had happened for more than half a year"),
        (case(mail("acknowledgement", -700), mail("other", 0)), "Nothing had happened for more than half a year"),
    ],
)
def test_one_does_not_ask(of, why):
    assert planned(of)[Step.STATUS_CHECK].why.startswith(why)


def test_of_an_offer_or_an_approach_nothing_follows():
    assert planned(case(mail("interview", -3), mail("offer", 0))) == {}
    assert planned(case(mail("outreach", 0))) == {}


def test_one_asks_once_a_wait_and_again_after_their_next_word():
    of = followed(case(mail("interview", 0)))
    of = replace(of, jobs=(replace(of.jobs[0], state=State.SENT, placed_at=MONDAY + days(14)),))
    asked = replace(of, mails=(*of.mails, mine(14.2)))
    assert planned(asked, now=MONDAY + days(15))[Step.STATUS_CHECK].state is State.SENT
    word = case(*asked.mails, mail("other", 16))
    again = planned(replace(word, jobs=of.jobs), now=MONDAY + days(16))[Step.STATUS_CHECK]
    assert (again.state, again.occasion, again.due) == (State.PLANNED, "2", berlin(2026, 4, 1, 11))


def test_what_stays_unanswered_as_long_again_is_silent_and_then_one_reflects():
    rules, of = cadence(), case(mail("interview", 0))
    wait = waiting(of, rules)
    assert (wait.due, wait.silent) == (berlin(2026, 3, 16, 11), berlin(2026, 3, 30, 11))
    before, then = MONDAY + days(27), MONDAY + days(29)
    assert stage(settled(of, rules, before)) == "interview"
    silent = settled(of, rules, then)
    assert stage(silent) == "silent"
    jobs = planned(silent, rules, then)
    assert jobs[Step.REFLECTION].state is State.PLANNED
    assert jobs[Step.REFLECTION].why == "A worksheet for yourself, 3 days after it counted as silent."
    assert jobs[Step.STATUS_CHECK].why == "There was no word for so long that it counts as silent."
    assert list(jobs) == [Step.REFLECTION, Step.KEEP_IN_TOUCH, Step.STATUS_CHECK]


def test_a_silence_of_long_ago_is_only_logged():
    rules, now = cadence(), MONDAY + days(80)
    jobs = planned(settled(case(mail("interview", 0)), rules, now), rules, now)
    assert jobs[Step.REFLECTION].why == (
        "The silence was more than 14 days old when it was first known, so it is only logged."
    )


def test_a_word_about_something_else_years_later_brings_no_worksheet():
    rules, now = cadence(), MONDAY + days(30)
    jobs = planned(settled(case(mail("interview", -700), mail("outreach", 0)), rules, now), rules, now)
    assert jobs[Step.REFLECTION].why.startswith("Nothing had happened for more than half a year")


def test_a_rejection_after_a_silence_brings_no_second_worksheet():
    rules, then = cadence(), MONDAY + days(29)
    of = followed(settled(case(mail("interview", 0)), rules, then), rules, then)
    sheets = tuple(replace(each, state=State.SENT) if each.step is Step.REFLECTION else each for each in of.jobs)
    late = replace(of, events=(), mails=case(*of.mails, mail("rejection", 40)).mails, jobs=sheets)
    jobs = planned(late, rules, MONDAY + days(40))
    assert jobs[Step.REFLECTION].state is State.SENT
    assert jobs[Step.THANK_YOU].state is State.PLANNED


# --- clocks and calendars ---


def test_half_hours_and_leaping_clocks_are_kept():
    india = working(ZoneInfo("Asia/Kolkata"))
    thanks = planned(case(mail("rejection", 0)), cadence(hours=india))[Step.THANK_YOU]
    assert thanks.due == datetime(2026, 3, 3, 15, 30, tzinfo=ZoneInfo("Asia/Kolkata"))
    night = working(start=135, end=165, weekdays=range(7))  # 02:15 to 02:45, which 29 March 2026 does not have
    of = case(seen(received=datetime(2026, 3, 28, 1, 20, tzinfo=UTC)))
    assert planned(of, cadence(hours=night), now=datetime(2026, 3, 28, 2, tzinfo=UTC))[Step.THANK_YOU].due == berlin(
        2026, 3, 30, 2, 15
    )


def test_a_holiday_and_a_weekend_are_waited_out():
    hours = working(holidays=lambda day: day.day == 9)
    friday = case(mail("rejection", 4))
    assert planned(friday, cadence(hours=hours), MONDAY + days(4))[Step.THANK_YOU].due == berlin(2026, 3, 10, 11)


# --- moves ---


def test_planning_twice_changes_nothing():
    of = followed(case(mail("interview", -7), mail("rejection", 0), keen=True, notes=[Note(MONDAY, "event sourcing")]))
    for now in (MONDAY, MONDAY + days(1), MONDAY + timedelta(days=3, hours=7)):
        assert changes(of, plan(of, outlook(now=now)), now) == ()


def test_what_the_writer_put_off_keeps_its_time_until_the_facts_change():
    of = followed(case(mail("rejection", 0)))
    put_off = replace(of.jobs[0], due=MONDAY + days(4), why="Today has had its 3 drafts.")
    of = replace(of, jobs=(put_off, *of.jobs[1:]))
    assert followed(of, now=MONDAY + days(2)).jobs[0] == put_off
    again = replace(of, mails=case(*of.mails, mail("rejection", 1)).mails)
    assert followed(again, now=MONDAY + days(2)).jobs[0].due == berlin(2026, 3, 4, 11)


def test_what_a_pause_put_off_comes_back_when_the_pause_is_ended():
    of = followed(case(mail("rejection", 0)))
    put_off = replace(of.jobs[0], due=MONDAY + days(30), why="You paused all drafts until 2026-04-01 00:00.")
    of = replace(of, jobs=(put_off, *of.jobs[1:]))
    assert followed(of, now=MONDAY + days(2)).jobs[0].due == MONDAY + days(2)


def test_new_settings_move_what_would_be_too_early():
    of = followed(case(mail("rejection", 0)))
    slow = cadence(quiet_period=Span(5, "day"))
    assert followed(of, slow).jobs[0].due == berlin(2026, 3, 9, 9)


def test_a_mail_that_is_no_rejection_after_all_takes_its_jobs_back_and_gives_them_again():
    of = followed(case(mail("rejection", 0)))
    other = replace(of, mails=tuple(replace(one, verdict=replace(one.verdict, label="other")) for one in of.mails))
    back = replace(other, jobs=after(other, changes(other, plan(other, outlook()), MONDAY)))
    assert (back.jobs[0].state, back.jobs[0].why) == (State.CANCELLED, "You said that this mail is no rejection.")
    assert followed(replace(back, mails=of.mails)).jobs == of.jobs
