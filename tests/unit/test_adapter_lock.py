"""One Highroad at a time in a state directory, and who it is."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.adapters.lock import FILE_NAME, Lock, holder
from daemon.core.errors import NeedsOperator, Transient

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from daemon.adapters.lock import Lock
with Lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
LOOK = """
import sys
from pathlib import Path
from daemon.adapters.lock import holder
print("looking", flush=True)
while True:
    holder(Path(sys.argv[1]))
"""


@pytest.fixture
def child():
    """Starts a script and waits for its first line; kills what is left at the end."""
    started = []

    def start(script, state):
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-c", script, str(state)], env=env, stdin=pipe, stdout=pipe)
        started.append(process)
        assert process.stdout.readline()
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_second_one_is_refused_and_told_who_is_first(tmp_path):
    with (
        Lock(tmp_path / "state"),
        pytest.raises(Transient, match=rf"Another Highroad \(process {os.getpid()}\) is at work on .*state"),
        Lock(tmp_path / "state"),
    ):
        pytest.fail("both got in")


def test_a_process_that_is_killed_lets_go(tmp_path, child):
    first = child(HOLD, tmp_path)
    with pytest.raises(Transient, match=f"process {first.pid}"), Lock(tmp_path):
        pytest.fail("both got in")
    first.send_signal(signal.SIGKILL)
    first.wait()
    with Lock(tmp_path):
        assert holder(tmp_path).pid == os.getpid()


def test_it_is_let_go_at_the_end_also_of_a_failure(tmp_path):
    with pytest.raises(ValueError), Lock(tmp_path):
        raise ValueError
    with Lock(tmp_path):
        pass
    assert holder(tmp_path) is None


def test_the_lock_is_the_persons_alone_and_holds_the_process(tmp_path):
    with Lock(tmp_path / "state"):
        path = tmp_path / "state" / FILE_NAME
        assert path.read_text() == str(os.getpid())
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_holder_is_told_with_its_memory_and_its_start(tmp_path, child):
    process = child(HOLD, tmp_path)
    found = holder(tmp_path)
    assert found.pid == process.pid
    assert 1 < found.memory_mib < 500
    assert timedelta(0) <= datetime.now(UTC) - found.started < timedelta(minutes=5)


def test_where_nobody_is_or_was_there_is_no_holder(tmp_path):
    assert holder(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    (tmp_path / FILE_NAME).write_text("12345")
    assert holder(tmp_path) is None


def test_a_lock_file_that_says_nonsense_has_no_holder_and_is_held_all_the_same(tmp_path):
    with Lock(tmp_path):
        (tmp_path / FILE_NAME).write_text("nobody")
        assert holder(tmp_path) is None
        with pytest.raises(Transient), Lock(tmp_path):
            pytest.fail("both got in")


def test_whoever_looks_does_not_keep_anybody_out(tmp_path, child):
    """`status` may look at any moment, also when the daemon starts."""
    with Lock(tmp_path):
        pass
    child(LOOK, tmp_path)
    for _ in range(150):
        with Lock(tmp_path):
            pass


def test_a_state_directory_that_cannot_be_used_is_a_sentence(tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(NeedsOperator, match=r"The state folder .*state cannot be used"), Lock(tmp_path / "state"):
        pytest.fail("a file is no folder")
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(NeedsOperator, match="Is a directory"), Lock(tmp_path):
        pytest.fail("a folder is no lock")


def test_a_disk_too_full_for_the_lock_is_a_sentence(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(NeedsOperator, match="No space left on device"), Lock(tmp_path):
        pytest.fail("there is no space")
    monkeypatch.undo()
    with Lock(tmp_path):
        pass
