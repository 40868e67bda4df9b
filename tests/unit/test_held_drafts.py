"""Drafts that were due before a restore, or that are in doubt: planned as held, asked about, released or called off."""

import contextlib
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from support.cases import case, outlook
from support.clock import FakeClock
from support.corevalues import MONDAY, policy, seen
from support.fakebox import FakeBox
from support.minds import mail
from support.rooms import room
from support.rows import planned

from daemon.adapters.journal.journal import open_journal
from daemon.commands.context import Context
from daemon.commands.review import review
from daemon.core.job import BEFORE_RESTORE, Move, State, Step
from daemon.core.plan import plan

LATER = MONDAY + timedelta(days=2)
JOINED = {"step": Step.FEEDBACK_REQUEST, "state": State.JOINED, "message_id": None}


def planned_with(restored, facts=None):
    return plan(case(seen(facts=facts)), outlook(policy(), LATER, restored=restored))


def test_what_would_have_been_due_before_the_restore_is_held_and_says_so():
    due = planned_with(None)[0]
    held, _ = planned_with(LATER)
    assert (held.state, held.why) == (State.HELD, BEFORE_RESTORE)
    assert replace(held, state=due.state, why=due.why) == due


def test_what_would_be_due_after_the_restore_is_planned_however_late_its_mail_is_read():
    assert planned_with(MONDAY + timedelta(hours=23))[0] == planned_with(None)[0]


def test_what_is_joined_to_a_held_draft_stays_joined_to_it():
    held, feedback = planned_with(LATER, {"after_interview": True})
    assert (held.state, held.also, feedback.state) == (State.HELD, (Step.FEEDBACK_REQUEST,), State.JOINED)


@pytest.fixture
def state(tmp_path):
    """Asked about are a held draft that says what a joined one would, one in doubt, a held one; one is not due yet."""
    with contextlib.closing(open_journal(tmp_path / "state")) as journal:
        one = planned(journal, 1, also=(Step.FEEDBACK_REQUEST,), recipient="robin\x1b[2J@acme.example")
        journal.jobs.add(replace(one, **JOINED, id=0))
        planned(journal, 2, due=MONDAY + timedelta(hours=1))
        doubt = planned(journal, 3, due=MONDAY + timedelta(minutes=30))
        doubt = journal.jobs.move(doubt, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        journal.jobs.move(doubt, Move.DOUBT, MONDAY, why="It may have been laid and then deleted.")
        planned(journal, 4, due=LATER)
        journal.begin_anew(MONDAY + timedelta(hours=3))
    return tmp_path / "state"


def walked(state, monkeypatch, capsys, keys):
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
    assert review(Context(None, state), as_json=False) == 0
    return capsys.readouterr().out


def states(state):
    with contextlib.closing(open_journal(state)) as journal:
        return [str(job.state) for job in journal.jobs.all()]


def test_each_is_asked_about_with_why_and_without_settings(state, monkeypatch, capsys):
    said = walked(state, monkeypatch, capsys, "sss")
    assert "1 of 3: the thank you, number 1 of the plan" in said
    assert said.count("It was due before the journal was restored, so it may have been in your Drafts before.") == 2
    assert said.count("The connection was cut while it was laid") == 1
    assert "\x1b" not in said
    assert states(state) == ["held", "joined", "held", "unsure", "planned"]


def test_what_is_released_is_due_at_once_and_what_is_not_wanted_is_called_off_as_a_whole(state, monkeypatch, capsys):
    said = walked(state, monkeypatch, capsys, "nyy")
    assert states(state) == ["cancelled", "cancelled", "planned", "planned", "planned"]
    assert said.count("It is laid with the next pass") == 2 and said.count("It is not laid.") == 1
    with contextlib.closing(open_journal(state)) as journal:
        released = journal.jobs.get(3)
        assert released.due > LATER and released.why == "You said to lay it."
        moved = journal.jobs.move(released, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        assert journal.jobs.move(moved, Move.ABSENT, MONDAY).state == State.PLANNED  # it is not asked about twice
    assert "no mail that Highroad is unsure of" in walked(state, monkeypatch, capsys, "")


def test_the_last_answer_is_undone_with_all_that_it_did(state, monkeypatch, capsys):
    walked(state, monkeypatch, capsys, "nuyuq")
    assert states(state) == ["held", "joined", "held", "unsure", "planned"]


def test_a_doubt_that_was_answered_can_be_asked_about_again(state, monkeypatch, capsys):
    walked(state, monkeypatch, capsys, "snuyuq")
    with contextlib.closing(open_journal(state)) as journal:
        assert [str(job.state) for job in journal.jobs.asked()] == ["held", "held", "held"]
        assert journal.jobs.get(4).why == "It may have been laid and then deleted."


def test_several_answers_can_be_undone_one_after_the_other(state, monkeypatch, capsys):
    said = walked(state, monkeypatch, capsys, "uxnyuuq")
    assert "There is nothing to undo yet." in said and "The keys are: y lay it" in said
    assert states(state) == ["held", "joined", "held", "held", "planned"]


def test_what_was_settled_meanwhile_is_left_as_it_is(state, monkeypatch, capsys):
    with contextlib.closing(open_journal(state)) as journal:
        answers = iter(["y", "u", "y", "q"])

        def pressed():
            """While the person thinks, the daemon finds an answer in Sent; later it lays what was released."""
            key = next(answers)
            job = journal.jobs.get(1)
            if job.state is State.HELD:
                journal.jobs.move(job, Move.FOUND_ANSWER, MONDAY)
            return key

        monkeypatch.setattr("daemon.commands.review._key", lambda: pressed)
        assert review(Context(None, state), as_json=False) == 0
    assert "It is answered meanwhile." in capsys.readouterr().out
    assert states(state)[0] == "answered"


def test_what_was_laid_meanwhile_cannot_be_undone(state, monkeypatch, capsys):
    with contextlib.closing(open_journal(state)) as journal:
        answers = iter(["y", "u", "q"])

        def pressed():
            key = next(answers)
            if key == "u":
                journal.jobs.move(journal.jobs.get(1), Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
            return key

        monkeypatch.setattr("daemon.commands.review._key", lambda: pressed)
        assert review(Context(None, state), as_json=False) == 0
    said = capsys.readouterr().out
    assert "It is too late to undo that" in said and said.count("1 of 3") == 1
    assert states(state)[0] == "placing"


def test_a_person_is_taken_while_a_draft_to_them_is_held(state):
    with contextlib.closing(open_journal(state)) as journal:
        assert journal.jobs.open_for(["dana.whitfield@acme.example"], LATER)


@pytest.mark.parametrize("restored", [True, False])
async def test_a_mail_that_is_read_again_after_a_restore_is_held_and_follows_the_persons_word(tmp_path, restored):
    one = room(tmp_path / "state", clock=FakeClock(LATER))
    with contextlib.closing(one.journal) as journal:
        if restored:
            journal.begin_anew(LATER)
        box = FakeBox(MONDAY)
        box.deliver(mail())
        await one.read(box)
        open_ = "held" if restored else "planned"
        assert [str(job.state) for job in journal.jobs.all()] == [open_, "skipped"]
        (read,) = journal.messages.log()
        one.corrector.correct(read, "interview", LATER)
        assert [str(job.state) for job in journal.jobs.all()] == ["cancelled", "skipped"]
        one.corrector.undo(journal.corrections.standing(read.identity), LATER)
        assert [str(job.state) for job in journal.jobs.all()] == [open_, "skipped"]
