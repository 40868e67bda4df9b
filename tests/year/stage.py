"""The program in the played year: a real Dovecot, the real reader of mails, a real journal; and a clock of ours."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

from support.dovecot import Dovecot
from support.realmind import CACHE, mind_server
from typer.testing import CliRunner
from year.cast import ME
from year.sam import Sam, at_the_desk

from config.loader import load
from daemon import app, reports
from daemon.adapters.clock import SystemClock
from daemon.cli import app as commands

VARIABLE = "HIGHROAD_YEAR_PASSWORD"
CONFIG = """
[me]
name = "{name}"
address = "{address}"
timezone = "Europe/Berlin"

[[account]]
name = "main"
host = "{host}"
port = {port}
security = "plain"
user = "{user}"
password = {{ env = "HIGHROAD_YEAR_PASSWORD" }}

[cadence]
holidays = "DE"
"""


class Refused(Exception):
    """A command did not do what it was asked; what it said."""


@dataclass
class Time:
    """The clock of the year; it goes when it is told to."""

    at: datetime

    def patched(self):
        """Let every SystemClock go by this one: the house's and the commands'."""

        async def sleep(_self: SystemClock, _seconds: float) -> None:
            await asyncio.sleep(0)

        def now(_self: SystemClock) -> datetime:
            return self.at.astimezone(UTC)

        def monotonic(_self: SystemClock) -> float:
            return self.at.timestamp()

        return mock.patch.multiple(SystemClock, now=now, monotonic=monotonic, sleep=sleep)


class Steady:
    """A Mind that stays when it is told to rest: the next pass comes at once here, and not minutes later."""

    def __init__(self, mind) -> None:
        self._mind = mind
        self.leave = mind.rest

    async def read(self, raw):
        return await self._mind.read(raw)

    async def read_many(self, raws):
        return await self._mind.read_many(raws)

    async def rest(self) -> None:
        """It stays."""


@dataclass
class Stage:
    """A mailbox on the server, the house that watches it, and Sam."""

    server: Dovecot
    user: str
    folder: Path
    house: app.House
    sam: Sam
    time: Time
    failures: list[str] = field(default_factory=list)
    read: int = 0
    passes: int = 0

    def deliver(self, raw: bytes) -> None:
        self.server.deliver(self.user, raw, internaldate=self.time.at)

    async def once(self) -> int:
        """One pass; how many mails were read."""
        (outcome,) = await app.once(self.house)
        self.passes += 1
        self.read += outcome.synced.read
        if outcome.failure is not None:
            self.failures.append(str(outcome.failure))
        return outcome.synced.read

    def highroad(self, *arguments: str, keys: str = "") -> str:
        """A command, as Sam types it. Raises Refused with what it said."""
        before = ["--config", str(self.folder / "config.toml"), "--state-dir", str(self.folder / "state")]
        done = CliRunner().invoke(commands, [*before, *arguments], input=keys or None)
        if done.exit_code or done.exception:
            raise Refused(f"highroad {' '.join(arguments)}: {done.exit_code} {done.exception!r} {done.output[-300:]}")
        return done.output

    def plan(self) -> list[dict]:
        """What `highroad plan --json` says."""
        return reports.plan_rows(self.house.journal)


@contextlib.contextmanager
def set_up(server: Dovecot, folder: Path, begin: datetime) -> Iterator[Stage]:
    """Everything in its place at that moment. The model is the test run's, trained once a checkout."""
    with mind_server():
        pass
    user, clock = server.user(), Time(begin)
    env = {VARIABLE: server.password, "PYTHONPATH": os.pathsep.join(sys.path)}  # for the readers of mails
    values = {"name": ME[0], "address": ME[1], "host": server.host, "port": server.port, "user": user}
    (folder / "config.toml").write_text(CONFIG.format(**values))
    with (
        mock.patch.dict(os.environ, env),
        clock.patched(),
        at_the_desk(server, user) as sam,
        app.opened(load(folder / "config.toml", folder / "state"), cache=CACHE) as house,
    ):
        yield Stage(server, user, folder, replace(house, mind=Steady(house.mind), settle=0), sam, clock)
