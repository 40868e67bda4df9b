"""`highroad run` as a service of its own, looked at from outside: its journal, its children, what it uses."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.link.meter import family
from bench.link.server import Box
from support.cli import PASSWORD_VARIABLE, Home
from support.realmind import ROOT

LONGEST = 600.0
ACCOUNT = """
[[account]]
name = "{user}"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "{user}"
password = {{ env = "{variable}" }}
"""


@contextmanager
def service(folder: Path, boxes: Sequence[Box]) -> Iterator[Service]:
    """`highroad run` over some mailboxes of one server, until the end of the block."""
    first, *others = boxes
    extra = "".join(ACCOUNT.format(user=box.user, port=box.server.port, variable=PASSWORD_VARIABLE) for box in others)
    home = Home(folder, first.server.port, first.user, first.server.password, extra)
    home.lend_model()
    command = [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state), "run"]
    with (folder / "log").open("wb") as log, _running(command, home, log) as process:
        yield Service(process, home.state / "journal.db", folder / "log", sum(box.count for box in boxes))


@contextmanager
def bare_idle(box: Box) -> Iterator[subprocess.Popen]:
    """The bare listener, once it listens."""
    command = [sys.executable, "-m", "bench.link.bare_idle", str(box.server.port), box.user, box.server.password]
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{ROOT}/tests"}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, start_new_session=True) as process:
        if process.stdout.readline() != b"idle\n":
            raise SystemExit("The bare listener could not listen.")
        yield process
        process.kill()


@contextmanager
def _running(command: list[str], home: Home, log) -> Iterator[subprocess.Popen]:
    with subprocess.Popen(
        command, env=home.env, cwd=home.folder, stdout=log, stderr=log, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


class Service:
    """A running one. `mails` is how many lie on the server at the start."""

    def __init__(self, process: subprocess.Popen, journal: Path, log: Path, mails: int) -> None:
        self.process, self.mails = process, mails
        self._journal, self._log = journal, log

    @property
    def pid(self) -> int:
        return self.process.pid

    def journalled(self) -> int:
        """How many mails the journal knows; 0 while there is none."""
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(self.opened()) as journal:
            return rows(journal)
        return 0

    def opened(self) -> sqlite3.Connection:
        """The journal, read-only."""
        return sqlite3.connect(f"file:{self._journal}?mode=ro", uri=True)

    def until(self, true: Callable[[], object], what: str, pause: float = 0.2) -> None:
        """Wait. Raises SystemExit with the log's last words."""
        end = time.monotonic() + LONGEST
        while not true():
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"{what} did not happen. The log ends: {self._log.read_text()[-1500:]}")
            time.sleep(pause)

    def until_read(self) -> None:
        """Wait until all that lies on the server is journalled."""
        self.until(lambda: self.journalled() >= self.mails, f"Reading {self.mails} mails")

    def until_alone(self) -> None:
        """Wait until its children have left."""
        self.until(lambda: len(family(self.pid)) == 1, "The children's leaving", pause=1.0)


def rows(journal: sqlite3.Connection) -> int:
    """How many mails a journal knows: those about a job, all others, and those nobody could read."""
    tables = ("messages", "strangers", "unreadable")
    return sum(journal.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
