"""The processes that read mail: a nursery that loads the model, and readers forked from it (classifiers.worker).

They answer in JSON, which cannot make us run anything (a pickle could).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

T = TypeVar("T")
LINE_LIMIT: Final = 4 * 2**20
SENSELESS: Final = "the reader's answer made no sense"
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
"""No other variable of ours reaches the children: a password may be among them."""
_FORK_SECONDS: Final = 10.0
_FAREWELL_SECONDS: Final = 2.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the children: wall and CPU seconds a mail, address space in MiB, idle and training seconds at most, how many.

    `lean` is the rejection score below which read_many may leave out the facts of what is not about a job.
    """

    mail_seconds: float = 30.0
    cpu_seconds: int = 20
    memory_mib: int = 2048
    idle_seconds: float = 60.0
    start_seconds: float = 600.0
    children: int = field(default_factory=lambda: min(2, os.cpu_count() or 1))
    lean: float = 0.1


USUAL: Final = Limits()


class Gone(Exception):
    """A child ended or went silent in the middle of something; the text says how."""


@dataclass(frozen=True, slots=True)
class Child:
    """A reader: where to write requests and read answers. `end` ends its process and says how it ended."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    end: Callable[[], Awaitable[str]]

    async def stop(self) -> str:
        """End it and say how it ended; more than once is the same."""
        self.writer.close()
        return await self.end()


class Nursery(Protocol):
    """What readers come from."""

    async def greeting(self, say: Say) -> Mapping[str, Any]:
        """What the model says of itself, once it is there. Raises Gone."""

    async def child(self) -> Child:
        """One more reader. Raises Gone or OSError when there cannot be one."""

    async def stop(self) -> str:
        """End it with all its readers, and say how it ended."""


Start = Callable[[Path, Limits], Awaitable[Nursery]]


async def start_nursery(cache: Path, limits: Limits) -> Nursery:
    """Start the real one; nothing has been said yet. Raises OSError."""
    return await launched(command_of(cache, limits), environment())


async def launched(command: Sequence[str], env: Mapping[str, str]) -> ForkingNursery:
    """A nursery that is a process of its own. Raises OSError."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with contextlib.ExitStack() as unless_started, theirs:
        unless_started.callback(ours.close)
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=theirs.fileno(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=env,
            limit=LINE_LIMIT,
        )
        unless_started.pop_all()
    return ForkingNursery(process, ours)


def command_of(cache: Path, limits: Limits) -> tuple[str, ...]:
    """The nursery's command line."""
    bounds = ("--cpu", str(limits.cpu_seconds), "--memory", str(limits.memory_mib))
    return (sys.executable, "-P", "-m", "classifiers.worker", "--cache", str(cache), *bounds)


def environment() -> dict[str, str]:
    """What of our environment the children may know."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


class ForkingNursery:
    """Nursery over a process that forks a reader for each connection it is handed, and ends those it is told to."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.process, self._control = process, control
        self._births: deque[asyncio.Future[int]] = deque()
        self._ends: dict[int, asyncio.Future[str]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def greeting(self, say: Say) -> Mapping[str, Any]:
        """See Nursery."""
        while "ready" not in (told := await line_of(self._told)):
            say(str(told.get("say", "")))
        if not isinstance(told["ready"], dict):
            raise Gone(SENSELESS)
        self._listening = asyncio.ensure_future(self._listen())
        return told["ready"]

    @property
    def _told(self) -> asyncio.StreamReader:
        if self.process.stdout is None:
            raise Gone("it has no pipe")
        return self.process.stdout

    async def _listen(self) -> None:
        """Hear how readers fare; when the nursery ends, all have."""
        with contextlib.suppress(Gone):
            while True:
                self._heard(await line_of(self._told))
        while self._births:
            _settle(self._births.popleft(), 0)
        for end in self._ends.values():
            _settle(end, "it ended with its nursery")

    def _heard(self, told: Mapping[str, Any]) -> None:
        if isinstance(pid := told.get("forked"), int) and self._births:
            self._ends[pid] = asyncio.get_running_loop().create_future()
            _settle(self._births.popleft(), pid)
        elif isinstance(pid := told.get("ended"), int) and pid in self._ends:
            _settle(self._ends.pop(pid), str(told.get("how", ""))[:100])

    async def child(self) -> Child:
        """See Nursery."""
        ours, theirs = socket.socketpair()
        with contextlib.ExitStack() as unless_forked, theirs:
            unless_forked.callback(ours.close)
            socket.send_fds(self._control, [b'{"fork":true}'], [theirs.fileno()])
            birth: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            self._births.append(birth)
            reader, writer = await asyncio.open_unix_connection(sock=ours, limit=LINE_LIMIT)
            unless_forked.callback(writer.close)
            pid = await self._born(birth)
            unless_forked.pop_all()
        return Child(reader, writer, partial(self._killed, pid, self._ends[pid]))

    async def _born(self, birth: asyncio.Future[int]) -> int:
        try:
            pid = await asyncio.wait_for(birth, _FORK_SECONDS)
        except TimeoutError:
            pid = 0
        if not pid:
            raise Gone("it forked no reader")
        return pid

    async def _killed(self, pid: int, end: asyncio.Future[str]) -> str:
        if not end.done():
            with contextlib.suppress(OSError):
                self._control.send(json.dumps({"kill": pid}).encode())
        return await asyncio.shield(end)

    async def stop(self) -> str:
        """See Nursery. One that has readers ends them itself, so that nobody else has to bury them."""
        self._control.close()
        if self._listening is not None:
            await asyncio.wait([asyncio.ensure_future(self.process.wait())], timeout=_FAREWELL_SECONDS)
        if self.process.returncode is None:
            # not process.kill(): it may reap the child itself, and how it ended is lost then
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
        code = await self.process.wait()
        if self._listening is not None:
            await self._listening
        return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"


def _settle(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


async def line_of(reader: asyncio.StreamReader) -> dict[str, Any]:
    """One line of JSON. Raises Gone at the end of the stream and for anything that is not an object."""
    try:
        line = await reader.readline()
        answer = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, OSError, RecursionError) as error:
        raise Gone(SENSELESS) from error
    if not isinstance(answer, dict):
        raise Gone(SENSELESS if answer else "")
    return answer


def why_no_start(cache: Path, limits: Limits) -> str:
    """The last words of a child that is started with nothing to read, to find out why none starts; "" if one does."""
    done = subprocess.run(
        command_of(cache, limits), stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment()
    )
    lines = done.stderr.decode("utf-8", "replace").split("\n") if done.returncode else []
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
