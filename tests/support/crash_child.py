"""Passes of the real daemon code that kill themselves at a given step. All is imported once; each pass is a fork.

Reads one JSON object a line on standard input: {"config", "state", "mind", "kill"} (kill: the number of the step to die
at, 0 for never). Answers {"status", "steps", "failure"}: the wait status, and how many steps the pass came through.

Steps are: before and after every statement that writes to the journal, before and after every IMAP exchange, and right
after every write to an IMAP socket (the command is on the wire, the answer is not there yet).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from pathlib import Path

from config.loader import load
from daemon import app
from daemon.adapters.clock import SystemClock
from daemon.adapters.imap.line import Line
from daemon.adapters.imap.session import Session
from daemon.adapters.journal import store
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.lock import Lock
from daemon.adapters.sandbox.children import Child, Limits, line_of
from daemon.adapters.sandbox.sandbox import Sandbox

_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "CREATE", "PRAGMA USER_VERSION")


class Steps:
    """Counts the steps of this process and dies at one of them."""

    def __init__(self, kill: int) -> None:
        self.kill, self.count, self.names = kill, 0, []

    def step(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.count == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(steps: Steps) -> None:
    """Put a step around everything that leaves a trace outside this process."""
    execute = sqlite3.Connection.execute

    class Counted(sqlite3.Connection):
        def execute(self, sql, *args):
            writes = sql.lstrip().upper().startswith(_WRITES)
            if writes:
                steps.step(f"before {sql.split()[0]}")
            result = execute(self, sql, *args)
            if writes:
                steps.step(f"after {sql.split()[0]}")
            return result

    connect = sqlite3.connect
    store.sqlite3.connect = lambda *args, **options: connect(*args, factory=Counted, **options)
    call, write = Session.call, Line.write

    async def counted_call(self, what, act, seconds=90.0):
        steps.step(f"before {what}")
        result = await call(self, what, act, seconds)
        steps.step(f"after {what}")
        return result

    def counted_write(self, data):
        write(self, data)
        steps.step(f"sent {bytes(data[:20])!r}")

    Session.call, Line.write = counted_call, counted_write


class Served:
    """children.Nursery over the socket of a reader that serves many daemons (mind_server.py)."""

    def __init__(self, path: str) -> None:
        self.path = path

    async def greeting(self, _say) -> dict:
        return {}

    async def child(self) -> Child:
        reader, writer = await asyncio.open_unix_connection(self.path, limit=2**22)
        await line_of(reader)  # its own greeting
        return Child(reader, writer, self.stop)

    async def stop(self) -> str:
        return "its connection was closed"


async def served(path: str) -> Served:
    return Served(path)


async def one_pass(house: app.House) -> None:
    """Read and lay once. A failure of an account is raised: here nothing may fail but by dying."""
    for outcome in await app.once(house):
        if outcome.failure:
            raise outcome.failure


def run(order: dict) -> int:
    """One pass in this process; the number of its steps."""
    steps = Steps(order["kill"])
    arm(steps)
    loaded = load(Path(order["config"]), Path(order["state"]))
    start = lambda _cache, _limits: served(order["mind"])  # noqa: E731
    with Lock(loaded.state_dir):
        journal = open_journal(loaded.state_dir)
        assert journal.store.history.is_ours(), "a death was taken for a restore"
        mind = Sandbox(loaded.state_dir / "model", Limits(), start=start)
        asyncio.run(one_pass(app.House(loaded, journal, mind, SystemClock(), settle=0.02)))
        journal.close()
    return steps.count


def forked(order: dict) -> dict:
    """One pass in a child of ours, so that its death is its own."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        code, told = 1, {}
        try:
            told = {"steps": run(order), "failure": None}
            code = 0
        except BaseException as error:  # noqa: BLE001  (told to the test, whatever it is)
            told = {"steps": 0, "failure": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(told).encode())
        os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = json.loads(pipe.read() or b'{"steps": 0, "failure": null}')
    _, status = os.waitpid(pid, 0)
    return {"status": status, **told}


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
