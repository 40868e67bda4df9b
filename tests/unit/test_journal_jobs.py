"""Planned drafts in the journal: their moves, their time, their caps."""

import contextlib
import dataclasses
from datetime import timedelta

import pytest
from support.clock import MONDAY
from support.corevalues import job
from support.rows import entry, planned

from daemon.adapters.journal.journal import open_journal
from daemon.core.errors import JournalFault
from daemon.core.job import MOVES, IllegalMoveError, Move, State, Step


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(open_journal(tmp_path)) as journal:
        yield journal


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One journal for many examples: each takes rows of its own."""
    with contextlib.closing(open_journal(tmp_path_factory.mktemp("shared"))) as journal:
        yield journal


def test_a_job_comes_back_as_it_went_in(journal):
    found = planned(journal, also=(Step.FEEDBACK_REQUEST,), company="Acme", why="A thank-you.")
    assert found.also == (Step.FEEDBACK_REQUEST,)
    assert (found.step, found.state, found.due, found.company) == (Step.THANK_YOU, State.PLANNED, MONDAY, "Acme")
    assert journal.jobs.all() == [found]
    with pytest.raises(KeyError):
        journal.jobs.get(99)


def test_a_message_has_one_job_a_step(journal):
    first = planned(journal)
    again = dataclasses.replace(first, message_id="<another@example.org>", id=0)
    with pytest.raises(JournalFault, match="UNIQUE"):
        journal.jobs.add(again)
    journal.jobs.add(dataclasses.replace(again, step=Step.FEEDBACK_REQUEST))
    assert len(journal.jobs.all()) == 2


def test_no_two_drafts_share_a_message_id(journal):
    first = planned(journal)
    with pytest.raises(JournalFault, match="UNIQUE"):
        planned(journal, 2, message_id=first.message_id)


def test_every_move_is_written_down_with_what_became_known_by_it(journal):
    one = planned(journal)
    intended = journal.jobs.move(one, Move.INTEND, MONDAY, uidvalidity=7, uidnext=12)
    placed = journal.jobs.move(intended, Move.LAID, MONDAY + timedelta(minutes=1), uid=12, placed_at=MONDAY)
    assert journal.jobs.get(one.id) == placed
    assert (placed.state, placed.uidvalidity, placed.uidnext, placed.uid) == (State.PLACED, 7, 12, 12)
    rows = [tuple(row) for row in journal.store.rows("SELECT job, move, state, at FROM moves ORDER BY id")]
    assert rows == [
        (one.id, "intend", "placing", "2026-03-02T10:00:00+00:00"),
        (one.id, "laid", "placed", "2026-03-02T10:01:00+00:00"),
    ]


@pytest.mark.parametrize(("state", "move"), [(s, m) for s in State for m in Move if (s, m) not in MOVES])
def test_a_move_that_the_table_does_not_hold_is_refused(shared, state, move):
    number = len(shared.jobs.all()) + 1
    message = shared.messages.add(entry(number, identity=number.to_bytes(32)))
    application = shared.applications.add("main", None, None, MONDAY)
    held = job(message=message, application=application, state=state, message_id=f"<{number}@x>")
    held = dataclasses.replace(held, id=shared.jobs.add(held))
    with pytest.raises(IllegalMoveError, match=f"a job that is {state} cannot {move}"):
        shared.jobs.move(held, move, MONDAY)
    assert shared.jobs.get(held.id) == held
    assert shared.store.rows("SELECT * FROM moves WHERE job = ?", (held.id,)) == []


def test_a_move_counts_from_where_the_job_is_now_not_from_where_it_was_read(journal):
    stale = planned(journal)
    journal.jobs.move(stale, Move.CANCEL, MONDAY)
    with pytest.raises(IllegalMoveError, match="a job that is cancelled cannot intend"):
        journal.jobs.move(stale, Move.INTEND, MONDAY)


def test_due_jobs_are_those_whose_time_has_come_the_longest_due_first(journal):
    for number, hours in ((1, 2), (2, 0), (3, 1), (4, 5)):
        planned(journal, number, due=MONDAY + timedelta(hours=hours))
    planned(journal, 5, account="other")
    found = journal.jobs.due("main", MONDAY + timedelta(hours=2))
    assert [each.message for each in found] == [2, 3, 1]


def test_only_a_planned_job_is_postponed(journal):
    one, two = planned(journal), planned(journal, 2)
    journal.jobs.move(two, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
    for each in (one, two):
        journal.jobs.postpone(each, MONDAY + timedelta(days=1), "Today has had its 3 drafts.")
    assert journal.jobs.get(one.id).due == MONDAY + timedelta(days=1)
    assert journal.jobs.get(one.id).why == "Today has had its 3 drafts."
    assert journal.jobs.get(two.id).due == MONDAY


def test_laid_drafts_are_counted_since_a_moment_and_by_company(journal):
    for number, company, hours in ((1, "Acme", 0), (2, "Acme", 1), (3, "Brick", 2), (4, None, 3)):
        each = planned(journal, number, company=company)
        journal.jobs.move(each, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        journal.jobs.move(each, Move.LAID, MONDAY, placed_at=MONDAY + timedelta(hours=hours))
    planned(journal, 5, company="Acme")
    assert journal.jobs.placed_since(MONDAY) == 4
    assert journal.jobs.placed_since(MONDAY + timedelta(hours=1)) == 3
    assert journal.jobs.placed_since(MONDAY, "Acme") == 2
    assert journal.jobs.placed_since(MONDAY, "Nobody") == 0
    assert journal.jobs.counts() == {"placed": 4, "planned": 1}


def test_a_person_is_taken_while_a_draft_to_them_is_open(journal):
    names = ("planned", "placing", "unsure", "cancelled", "fresh", "old")
    jobs = {name: planned(journal, n, recipient=f"{name}@x.example") for n, name in enumerate(names, 1)}
    planned(journal, 9, recipient=None, state=State.SKIPPED)
    journal.jobs.move(jobs["cancelled"], Move.CANCEL, MONDAY)
    for name in ("placing", "unsure", "fresh", "old"):
        journal.jobs.move(jobs[name], Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
    journal.jobs.move(jobs["unsure"], Move.DOUBT, MONDAY)
    for name, days in (("fresh", 0), ("old", 1)):
        journal.jobs.move(jobs[name], Move.LAID, MONDAY, placed_at=MONDAY - timedelta(days=days))
    asked = [f"{name}@x.example" for name in names]
    found = {job.recipient for job in journal.jobs.open_for(asked, MONDAY)}
    assert found == {f"{name}@x.example" for name in ("planned", "placing", "unsure", "fresh")}
