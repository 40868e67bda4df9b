"""A journal that is not the one that was here last: noticed, and what was due in it asked about, not laid."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from support.clock import MONDAY
from support.rows import planned

from daemon.adapters.journal import store
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.mark import FILE_NAME, Mark, Remembered
from daemon.core.errors import JournalFault
from daemon.core.job import BEFORE_RESTORE, Move, State, Step

ROOT = Path(__file__).parents[2]
LATER = MONDAY + timedelta(days=2)
INTENDED = {"uidvalidity": 7, "uidnext": 3}


@pytest.fixture
def state(tmp_path):
    """A state directory with a journal of two planned drafts, one of them due by LATER."""
    with opened(tmp_path / "state") as journal:
        planned(journal, 1)
        planned(journal, 2, due=LATER + timedelta(hours=1))
    return tmp_path / "state"


def opened(state):
    return contextlib.closing(open_journal(state))


def copied(state, name="copy.db"):
    """What `cp journal.db` makes of a journal that nobody has open."""
    return shutil.copy(state / "journal.db", state.parent / name)


def put_back(copy, state):
    shutil.copy(copy, state / "journal.db")


def lay(state, number=1):
    with opened(state) as journal:
        job = journal.jobs.move(journal.jobs.get(number), Move.INTEND, MONDAY, **INTENDED)
        journal.jobs.move(job, Move.LAID, MONDAY, uid=3, placed_at=MONDAY)


def states(state):
    with opened(state) as journal:
        return [job.state for job in journal.jobs.all()]


def after_restore(state, now=LATER):
    with opened(state) as journal:
        return journal.after_restore(now)


def is_ours(state):
    with opened(state) as journal:
        return journal.store.history.is_ours()


def test_a_journal_that_was_always_here_is_taken_as_it_is(state):
    assert after_restore(state) == 0
    lay(state)
    assert after_restore(state) == 0
    assert states(state) == [State.PLACED, State.PLANNED]


def test_in_an_older_copy_what_was_due_is_held_and_the_rest_goes_on(state):
    copy = copied(state)
    lay(state)
    put_back(copy, state)
    assert after_restore(state) == 1
    with opened(state) as journal:
        due, later = journal.jobs.all()
        assert (due.state, due.why) == (State.HELD, BEFORE_RESTORE)
        assert later.state == State.PLANNED
        assert journal.jobs.due("main", LATER) == []
        assert [job.id for job in journal.jobs.asked()] == [due.id]
        assert journal.jobs.restored() == LATER
    assert after_restore(state, LATER + timedelta(hours=2)) == 0
    assert states(state) == [State.HELD, State.PLANNED]


def test_one_single_move_more_is_enough_to_know_an_older_copy(state):
    copy = copied(state)
    with opened(state) as journal:
        journal.jobs.move(journal.jobs.get(2), Move.CANCEL, MONDAY)
    put_back(copy, state)
    assert after_restore(state) == 1


def test_a_copy_since_which_no_draft_has_moved_is_as_good_as_the_journal(state):
    copy = copied(state)
    with opened(state) as journal:
        journal.messages.add_stranger(b"one", "other")
    put_back(copy, state)
    assert after_restore(state) == 0
    assert states(state) == [State.PLANNED, State.PLANNED]


def test_what_was_being_laid_stays_a_doubt_and_what_was_joined_stays_joined(state):
    with opened(state) as journal:
        planned(journal, 3, step=Step.FEEDBACK_REQUEST, state=State.JOINED, message_id=None)
        journal.jobs.move(journal.jobs.get(1), Move.INTEND, MONDAY, **INTENDED)
    copy = copied(state)
    with opened(state) as journal:
        journal.jobs.move(journal.jobs.get(1), Move.LAID, MONDAY, uid=3, placed_at=MONDAY)
    put_back(copy, state)
    assert after_restore(state) == 0
    assert states(state) == [State.PLACING, State.PLANNED, State.JOINED]


def test_what_was_being_laid_and_is_not_there_is_asked_about_too(state):
    with opened(state) as journal:
        journal.begin_anew(MONDAY)
        journal.jobs.move(journal.jobs.get(1), Move.RELEASE, MONDAY, due=MONDAY - timedelta(hours=1))
        job = journal.jobs.move(journal.jobs.get(1), Move.INTEND, LATER, **INTENDED)
        assert journal.jobs.move(job, Move.ABSENT, LATER).state == State.HELD
        later = journal.jobs.move(journal.jobs.get(2), Move.INTEND, LATER, **INTENDED)
        assert journal.jobs.move(later, Move.ABSENT, LATER).state == State.PLANNED


def test_a_command_that_comes_before_the_daemon_does_not_hide_what_was_done(state):
    copy = copied(state)
    lay(state)
    put_back(copy, state)
    for move in (Move.CANCEL, Move.RESUME, Move.CANCEL, Move.RESUME):  # more moves than were made since the copy
        with opened(state) as journal:
            journal.jobs.move(journal.jobs.get(2), move, MONDAY)
    assert not is_ours(state)
    assert after_restore(state) == 1
    assert is_ours(state)


def test_a_journal_of_another_machine_is_a_restored_one(state, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    put_back(copied(state), other)
    assert after_restore(other) == 1
    assert is_ours(other)


def test_a_journal_begun_anew_where_there_was_one_has_nothing_to_hold_but_remembers_it(state):
    (state / "journal.db").unlink()
    assert after_restore(state) == 0
    with opened(state) as journal:
        assert journal.jobs.restored() == LATER


@pytest.mark.parametrize("content", [None, b"", b"junk", b"0" * 67, b"\xff" * 400])
def test_without_a_mark_that_can_be_read_the_person_is_asked(state, content):
    if content is None:
        (state / FILE_NAME).unlink()
    else:
        (state / FILE_NAME).write_bytes(content)
    assert after_restore(state) == 1
    assert is_ours(state)


def test_a_state_directory_put_back_whole_cannot_be_told(state, tmp_path):
    """The limit that the documentation names: only what lies in Drafts, Sent and Trash protects then."""
    shutil.copytree(state, tmp_path / "whole")
    lay(state)
    shutil.rmtree(state)
    (tmp_path / "whole").rename(state)
    assert after_restore(state) == 0


def test_one_transaction_with_many_moves_counts_once_and_one_taken_back_not_at_all(state):
    mark = Mark(state)
    before = mark.read()
    with opened(state) as journal:
        with journal.transaction():
            for number in (1, 2):
                journal.jobs.move(journal.jobs.get(number), Move.CANCEL, MONDAY)
        assert mark.read().settled == before.settled + 1
        with pytest.raises(KeyError):
            taken_back(journal, journal.jobs.get(1))
        assert mark.read().begun == before.begun + 1
        journal.jobs.move(journal.jobs.get(2), Move.RESUME, MONDAY)
        assert journal.store.history.is_ours()


def taken_back(journal, job):
    with journal.transaction():
        journal.jobs.move(job, Move.RESUME, MONDAY)
        raise KeyError


def test_two_programs_that_move_drafts_by_turns_share_the_mark(state):
    with opened(state) as one, opened(state) as two:
        for move in (Move.CANCEL, Move.RESUME) * 3:
            one.jobs.move(one.jobs.get(1), move, MONDAY)
            two.jobs.move(two.jobs.get(2), move, MONDAY)
        assert one.store.history.is_ours()
        assert two.store.history.is_ours()


def test_a_mark_that_cannot_be_written_stops_the_move_and_says_why(state):
    (state / FILE_NAME).unlink()
    (state / FILE_NAME).mkdir()
    with opened(state) as journal:
        with pytest.raises(JournalFault, match=r"journal\.mark beside the journal cannot be written: Is a directory"):
            journal.jobs.move(journal.jobs.get(1), Move.CANCEL, MONDAY)
        assert journal.jobs.get(1).state == State.PLANNED


def test_an_older_word_about_a_commit_does_not_overwrite_a_newer_one(tmp_path):
    mark = Mark(tmp_path)
    line = "ab" * 16
    assert mark.begin(line, 1)
    assert mark.begin(line, 2)  # another program, before the first has said that it is done
    mark.settle(line, 1)
    assert mark.read() == Remembered(line, 1, 2)
    mark.settle(line, 2)
    assert mark.read() == Remembered(line, 2, 2)
    assert not mark.begin(line, 2)
    assert not mark.begin("cd" * 16, 3)
    assert mark.read() == Remembered(line, 2, 2)


def test_a_journal_from_before_there_were_marks_is_taken_as_it_is(tmp_path, monkeypatch):
    state = tmp_path / "state"
    with monkeypatch.context() as patch:
        names = [name for name in store._migrations() if name < "004"]
        patch.setattr(store, "_migrations", lambda: names)
        with opened(state) as journal:
            journal.messages.add_stranger(b"one", "other")
    assert is_ours(state)
    with opened(state) as journal:
        planned(journal)
        assert journal.messages.known(b"one", "1")
    assert after_restore(state) == 0


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from daemon.adapters.journal import history
from daemon.adapters.journal.journal import open_journal
from daemon.core.job import Move

def die(self):
    os.kill(os.getpid(), signal.SIGKILL)

def begin_and_die(self, begin=history.History.begin):
    begin(self)
    die(self)

journal = open_journal(Path(sys.argv[1]))
history.History.{}
journal.jobs.move(journal.jobs.get(1), Move.CANCEL, datetime(2026, 3, 2, tzinfo=UTC))
"""


@pytest.mark.parametrize(
    ("where", "left"),
    [("begin = die", State.PLANNED), ("begin = begin_and_die", State.PLANNED), ("settle = die", State.CANCELLED)],
)
def test_killed_before_or_after_a_commit_the_journal_is_still_the_one_that_was_here(state, where, left):
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED.format(where), str(state)]
    assert subprocess.run(command, env=env, timeout=60, check=False).returncode == -signal.SIGKILL
    assert states(state) == [left, State.PLANNED]
    assert after_restore(state) == 0
    with opened(state) as journal:  # and it goes on from there
        journal.jobs.move(journal.jobs.get(2), Move.CANCEL, MONDAY)
        assert journal.store.history.is_ours()
