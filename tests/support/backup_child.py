"""Backing up, restoring and opening a journal in children that kill themselves at a given step.

Reads one JSON object a line on standard input: {"act", "state", "file", "kill"}, kill the step to die at (0: never).
Answers {"status", "steps"}. A step is a line of daemon.adapters.journal, before it is run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from daemon.adapters.journal import journal as package
from daemon.adapters.journal.copies import back_up
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.opening import opened
from daemon.adapters.journal.restoring import prepare, put_in_place, workplace

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
_HERE = str(Path(package.__file__).parent)
_READING = {"pages.py", "records.py", "shapes.py", "salvage.py", "rebuilding.py"}
"""They read line by line of a file, or fill a new one in one transaction."""


def _back_up(state: Path, file: Path) -> None:
    with closing(open_journal(state)) as journal:
        back_up(journal.store, file, replace=file.exists())


def _restore(state: Path, file: Path) -> None:
    with workplace(state) as folder:
        put_in_place(prepare(file, folder, NOW), state, NOW)


def _after_restore(state: Path, file: Path) -> None:
    """What a copied journal meets first: the daemon holds its drafts."""
    with closing(open_journal(state)) as journal:
        journal.after_restore(NOW)


def _mend(state: Path, file: Path) -> None:
    """What a damaged journal meets first."""
    with opened(state, NOW, lambda *_told, **_fields: None):
        pass


ACTS = {"back_up": _back_up, "restore": _restore, "after_restore": _after_restore, "mend": _mend}


class Children:
    """A context manager around the process that forks the children."""

    def __enter__(self) -> Children:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
        command = [sys.executable, str(Path(__file__))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def go(self, act: str, state: Path, file: Path, kill: int = 0) -> dict:
        """One act in a child of its own, killed at step `kill`."""
        order = {"act": act, "state": str(state), "file": str(file), "kill": kill}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


class Steps:
    """Counts the lines of the package as they are reached, and dies at one of them."""

    def __init__(self, kill: int) -> None:
        self.kill, self.count = kill, 0

    def trace(self, frame, event, _argument):
        folder, _, name = frame.f_code.co_filename.rpartition("/")
        if folder != _HERE or name in _READING:
            return None
        if event == "line":
            self.count += 1
            if self.count == self.kill:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def _forked(order: dict) -> dict:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        code, steps = 1, Steps(order["kill"])
        try:
            sys.settrace(steps.trace)
            ACTS[order["act"]](Path(order["state"]), Path(order["file"]))
            sys.settrace(None)
            code = 0
        finally:
            os.write(write, json.dumps(steps.count).encode())
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        steps = json.loads(pipe.read() or b"0")
    _, status = os.waitpid(pid, 0)
    return {"status": status, "steps": steps}


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
