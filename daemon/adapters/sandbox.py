"""The room of its own in which untrusted mail is read: a child process with limits, killed when it hangs.

The child is `python -m classifiers.worker`. It answers in JSON, which cannot make us run anything (a pickle could).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from classifiers.values import Reading
from daemon.core.errors import Poison, Transient

_LINE_LIMIT: Final = 4 * 2**20
_SENSELESS: Final = "the reader's answer made no sense"
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
"""No other variable of ours reaches the child: a password may be among them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the child: wall and CPU seconds a mail, address space in MiB, idle and training seconds at most."""

    mail_seconds: float = 30.0
    cpu_seconds: int = 20
    memory_mib: int = 2048
    idle_seconds: float = 60.0
    start_seconds: float = 600.0


class _Gone(Exception):
    """The child ended or went silent in the middle of something; the text says how."""


@dataclass(slots=True)
class Child:
    """A started worker: where to write requests and read answers, and how to end it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    process: asyncio.subprocess.Process | None
    model: Mapping[str, Any]

    async def stop(self) -> str:
        """End it and say how it ended."""
        self.writer.close()
        if self.process is None:
            return "its connection was closed"
        if self.process.returncode is None:
            # not process.kill(): it may reap the child itself, and how it ended is lost then
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
        code = await self.process.wait()
        return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"


async def start_worker(cache: Path, limits: Limits) -> Child:
    """Start the child; nothing has been said yet. Raises OSError."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *_command(cache, limits),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
        limit=_LINE_LIMIT,
    )
    if process.stdin is None or process.stdout is None:
        raise OSError("the child has no pipes")
    return Child(process.stdout, process.stdin, process, {})


def _command(cache: Path, limits: Limits) -> tuple[str, ...]:
    bounds = ("--cpu", str(limits.cpu_seconds), "--memory", str(limits.memory_mib))
    return (sys.executable, "-P", "-m", "classifiers.worker", "--cache", str(cache), *bounds)


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


Start = Callable[[Path, Limits], Any]


class Sandbox:
    """core.ports.Mind over a child process. The child comes with the first mail and leaves when idle."""

    def __init__(
        self,
        cache: Path,
        limits: Limits = Limits(),
        say: Callable[[str], None] = lambda _line: None,
        start: Start = start_worker,
        on_ready: Callable[[Mapping[str, Any]], None] = lambda _model: None,
    ) -> None:
        self._cache, self._limits, self._say, self._start, self._on_ready = cache, limits, say, start, on_ready
        self._child: Child | None = None
        self._number = 0
        self._lock = asyncio.Lock()
        self._leaving: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, raw: bytes) -> Reading:
        """See core.ports.Mind. A mail whose reader dies is tried once more with a fresh child."""
        async with self._lock:
            self._stay()
            try:
                return await self._twice(raw)
            finally:
                self._leave_later()

    async def read_many(self, raws: Sequence[bytes]) -> list[Reading | Poison]:
        """See core.ports.Mind."""
        return [await self._or_poison(raw) for raw in raws]

    async def _or_poison(self, raw: bytes) -> Reading | Poison:
        try:
            return await self.read(raw)
        except Poison as poison:
            return poison

    async def _twice(self, raw: bytes) -> Reading:
        for last in (False, True):
            child = await self._ready()
            try:
                return await self._ask(child, raw)
            except _Gone as gone:
                how = await self._drop()
                if last:
                    raise Poison(f"Reading this mail broke its reader twice: {str(gone) or how}.") from gone
            except asyncio.CancelledError:
                await self._drop()  # it is busy with a mail that nobody waits for any more
                raise
        raise AssertionError  # pragma: no cover  (the loop returns or raises)

    async def _ask(self, child: Child, raw: bytes) -> Reading:
        self._number += 1
        request = json.dumps({"id": self._number, "bytes": len(raw)}).encode() + b"\n"
        try:
            async with asyncio.timeout(self._limits.mail_seconds):
                child.writer.write(request + raw)
                await child.writer.drain()
                answer = await _line(child.reader)
        except TimeoutError:
            raise _Gone(f"it took more than {self._limits.mail_seconds:.0f} s") from None
        except OSError:
            raise _Gone from None
        return self._reading(answer)

    def _reading(self, answer: dict[str, Any]) -> Reading:
        if answer.get("id") != self._number:
            raise _Gone("the reader answered out of turn")
        if "unreadable" in answer:
            raise Poison(str(answer["unreadable"])[:300])
        try:
            return Reading.from_json(answer["reading"])
        except (KeyError, TypeError, ValueError) as error:
            raise _Gone(_SENSELESS) from error

    async def ready(self) -> Mapping[str, Any]:
        """What the model says of itself ({key, trained, corpus, corrections}), trained first if need be."""
        async with self._lock:
            self._stay()
            child = await self._ready()
            self._leave_later()
            return child.model

    async def _ready(self) -> Child:
        if self._child is None:
            try:
                self._child = await self._start(self._cache, self._limits)
                self._child.model = await self._greeting(self._child)
                self._on_ready(self._child.model)
            except asyncio.CancelledError:
                await self._drop()
                raise
            except (_Gone, OSError, TimeoutError) as error:
                how = await self._drop()
                raise Transient(
                    f"The reader of mails could not be started ({how}). `highroad doctor` looks for the cause."
                ) from error
        return self._child

    async def _greeting(self, child: Child) -> Mapping[str, Any]:
        async with asyncio.timeout(self._limits.start_seconds):
            while "ready" not in (line := await _line(child.reader)):
                self._say(str(line.get("say", "")))
        if not isinstance(line["ready"], dict):
            raise _Gone(_SENSELESS)
        return line["ready"]

    async def _drop(self) -> str:
        child, self._child = self._child, None
        return await child.stop() if child else "it did not start"

    async def rest(self) -> None:
        """See core.ports.Mind."""
        async with self._lock:
            self._stay()
            await self._drop()

    @property
    def awake(self) -> bool:
        """Whether the child is there just now."""
        return self._child is not None

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _leave_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(self._limits.idle_seconds, self._leave)

    def _leave(self) -> None:
        task = asyncio.ensure_future(self.rest())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def why_no_start(cache: Path, limits: Limits) -> str:
    """The last words of a child that is started with nothing to read, to find out why none starts; "" if one does."""
    done = subprocess.run(
        _command(cache, limits), stdin=subprocess.DEVNULL, capture_output=True, check=False, env=_environment()
    )
    lines = done.stderr.decode("utf-8", "replace").split("\n") if done.returncode else []
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


async def _line(reader: asyncio.StreamReader) -> dict[str, Any]:
    """One line of JSON. Raises _Gone at the end of the stream and for anything that is not an object."""
    try:
        line = await reader.readline()
        answer = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, OSError, RecursionError) as error:
        raise _Gone(_SENSELESS) from error
    if not isinstance(answer, dict):
        raise _Gone(_SENSELESS if answer else "")
    return answer
