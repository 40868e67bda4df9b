"""Opening a journal in children that kill themselves at a given step: `Upgrades().go(state, kill)`.

As a program it reads one JSON object a line on standard input: {"state", "kill"}, kill the step to die at (0: never),
and answers {"status", "steps"}. A step is before and after every statement that SQLite is given, and every file that is
renamed.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Upgrades:
    """A context manager around the process that forks the children."""

    def __enter__(self) -> Upgrades:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
        command = [sys.executable, str(Path(__file__))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def go(self, state: Path, kill: int = 0) -> dict:
        """Open the journal there, and die at step `kill`."""
        self._process.stdin.write(json.dumps({"state": str(state), "kill": kill}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _armed(kill: int) -> list[int]:
    """Put steps around what leaves a trace; the one item counts them."""
    count, connect, rename = [0], sqlite3.connect, Path.replace

    def step():
        count[0] += 1
        if count[0] == kill:
            os.kill(os.getpid(), signal.SIGKILL)

    class Counted(sqlite3.Connection):
        def execute(self, sql, *args):
            step()
            try:
                return super().execute(sql, *args)
            finally:
                step()

    def replace(self, target):
        step()
        done = rename(self, target)
        step()
        return done

    sqlite3.connect = lambda *args, **options: connect(*args, factory=Counted, **options)
    Path.replace = replace
    return count


def _forked(order: dict) -> dict:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        code, count = 1, _armed(order["kill"])
        try:
            open_journal(Path(order["state"])).close()
            code = 0
        finally:
            os.write(write, json.dumps(count[0]).encode())
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        steps = json.loads(pipe.read() or b"0")
    _, status = os.waitpid(pid, 0)
    return {"status": status, "steps": steps}


if __name__ == "__main__":
    from daemon.adapters.journal.journal import open_journal

    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)
