"""What the journal holds after the process or the disk went away in the middle: all of a block, or nothing."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.clock import MONDAY

from daemon.adapters.journal.journal import open_journal
from daemon.core.entry import Cursor, Event
from daemon.core.errors import JournalFault

ROOT = Path(__file__).parents[2]
START = """
import os, resource, signal, sys, time
from pathlib import Path
from datetime import datetime, UTC
from daemon.adapters.journal.journal import open_journal
from daemon.core.entry import Cursor
from daemon.core.errors import JournalFault
NOW = datetime(2026, 3, 2, tzinfo=UTC)
journal = open_journal(Path(sys.argv[1]))
journal.messages.add_stranger(b"kept", "other")
"""
HALF = """
with journal.transaction():
    journal.messages.add_stranger(b"half", "other")
    journal.folders.save(Cursor("main", "INBOX", 7, read="1"))
    {end}
    journal.messages.add_stranger(b"rest", "other")
"""


def child(state, script):
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", START + script, str(state)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def held(journal):
    rows = journal.store.rows("SELECT identity FROM strangers ORDER BY identity")
    return [bytes(row["identity"]) for row in rows], journal.folders.cursor("main", "INBOX")


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(open_journal(tmp_path)) as journal:
        yield journal


@pytest.mark.parametrize(
    ("end", "code"),
    [("os._exit(9)", 9), ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL), ("raise SystemExit(3)", 3)],
)
def test_a_process_that_ends_in_the_middle_leaves_nothing_of_the_block(tmp_path, end, code):
    assert child(tmp_path, HALF.format(end=end)).returncode == code
    with contextlib.closing(open_journal(tmp_path)) as journal:
        assert held(journal) == ([b"kept"], None)
        assert journal.store.faults() == []


def test_a_process_killed_right_after_a_block_has_kept_all_of_it(tmp_path):
    script = HALF.format(end="pass") + "os.kill(os.getpid(), signal.SIGKILL)\n"
    assert child(tmp_path, script).returncode == -signal.SIGKILL
    with contextlib.closing(open_journal(tmp_path)) as journal:
        assert held(journal) == ([b"half", b"kept", b"rest"], Cursor("main", "INBOX", 7, read="1"))


def broken_off(journal, error):
    """A block with a block inside, both done with, and then a failure."""
    with journal.transaction():
        with journal.transaction():
            journal.messages.add_stranger(b"one", "other")
        journal.folders.save(Cursor("main", "INBOX", 7))
        raise error


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), JournalFault("y")])
def test_an_exception_in_the_middle_takes_the_whole_block_back(journal, error):
    with pytest.raises(type(error)):
        broken_off(journal, error)
    assert held(journal) == ([], None)
    journal.messages.add_stranger(b"two", "other")
    assert held(journal) == ([b"two"], None)


def test_a_fault_of_one_statement_takes_the_whole_block_back(journal):
    def write():
        with journal.transaction():
            journal.messages.add_stranger(b"one", "other")
            journal.events.add(99, Event("applied", MONDAY))

    with pytest.raises(JournalFault, match="FOREIGN KEY"):
        write()
    assert held(journal) == ([], None)


def test_what_others_see_is_all_of_a_block_or_nothing(journal):
    with contextlib.closing(open_journal(journal.store.path.parent)) as other:
        with journal.transaction():
            journal.messages.add_stranger(b"one", "other")
            assert held(other) == ([], None)
        assert held(other) == ([b"one"], None)


def fill(journal):
    with journal.transaction():
        journal.messages.add_stranger(b"half", "other")
        for number in range(1000):
            journal.messages.add_stranger(number.to_bytes(400), "other")


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written(journal):
    journal.messages.add_stranger(b"kept", "other")
    pages = journal.store.rows("PRAGMA page_count")[0][0]
    journal.store.rows(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalFault, match=r"The disk with the journal .*journal\.db is full"):
        fill(journal)
    assert held(journal) == ([b"kept"], None)
    journal.store.rows(f"PRAGMA max_page_count = {pages * 10}")
    journal.messages.add_stranger(b"more", "other")
    assert held(journal) == ([b"kept", b"more"], None)
    assert journal.store.faults() == []


def test_a_file_that_may_not_grow_is_a_sentence_and_nothing_is_half_written(tmp_path):
    """The kernel refuses the write itself, as it does for a full disk or a quota."""
    script = HALF.format(end="{ journal.messages.add_stranger(n.to_bytes(4000), 'other') for n in range(300) }")
    indented = "".join(f"    {line}\n" for line in script.strip().splitlines())
    limited = f"""
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
{indented}
except JournalFault as error:
    print(error, flush=True)
    os._exit(5)
"""
    done = child(tmp_path, limited)
    assert done.returncode == 5, done.stderr
    assert "half-written" in done.stdout
    assert "journal.db" in done.stdout
    with contextlib.closing(open_journal(tmp_path)) as journal:
        assert held(journal) == ([b"kept"], None)
        assert journal.store.faults() == []


def test_a_disk_that_is_full_from_the_start_is_a_sentence(tmp_path):
    limited = f"""
import resource, sys
from pathlib import Path
from daemon.adapters.journal.journal import open_journal
from daemon.core.errors import JournalFault
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    open_journal(Path({str(tmp_path)!r}))
except JournalFault as error:
    print(error, flush=True)
"""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", limited]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert "The journal" in done.stdout
    with contextlib.closing(open_journal(tmp_path)) as journal:
        assert held(journal) == ([], None)
