"""The room of its own in which a model is trained: `python -m classifiers.learn`, niced, limited, killed when it hangs.

Like the reader of mails it answers in JSON, which cannot make us run anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from daemon.core.errors import Transient
from daemon.core.ports import Learnt, Lesson

_LINE_LIMIT: Final = 4 * 2**20
_LEAVING_SECONDS: Final = 5.0
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
"""No other variable of ours reaches the child: a password may be among them."""
_SPARING: Final = {"MALLOC_MMAP_THRESHOLD_": "131072"}
"""Has glibc give the room of large matrices back at once: the peak is some 25 MiB lower."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of the child: wall seconds, address space in MiB, niceness."""

    seconds: float = 600.0
    memory_mib: int = 2048
    nice: int = 10


class Trainer:
    """core.ports.Teacher over a child process, which is there only while it learns."""

    def __init__(self, cache: Path, bounds: Bounds = Bounds(), module: str = "classifiers.learn") -> None:
        self._cache, self._bounds, self._module = cache, bounds, module

    async def learn(self, lessons: Sequence[Lesson], fingerprint: str, say: Say) -> Learnt:
        """See core.ports.Teacher."""
        found = await self.report(lessons, fingerprint, say)
        try:
            unreadable = tuple(int(one) for one in found["unreadable"])
            return Learnt(bool(found["promoted"]), str(found["why"]), int(found["corrections"]), unreadable)
        except (KeyError, TypeError, ValueError) as error:
            raise Transient(_broken("its answer made no sense")) from error

    async def report(
        self, lessons: Sequence[Lesson], fingerprint: str, say: Say, options: Sequence[str] = ()
    ) -> Mapping[str, Any]:
        """All that the child reports, figures included. `options` are more of classifiers.learn's.

        Raises Transient when it dies, takes too long or says that it cannot go on.
        """
        process = await self._started(fingerprint, options)
        try:
            async with asyncio.timeout(self._bounds.seconds), asyncio.TaskGroup() as tasks:
                tasks.create_task(_hand_over(process.stdin, lessons))
                answer = tasks.create_task(_listen(process.stdout, say))
            await _leave(process)
        except TimeoutError:
            raise Transient(_broken(f"it took more than {self._bounds.seconds:.0f} s")) from None
        finally:
            how = await _stop(process)
        return _report(answer.result(), how)

    async def _started(self, fingerprint: str, options: Sequence[str]) -> asyncio.subprocess.Process:
        pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        limits = ("--memory", str(self._bounds.memory_mib), "--nice", str(self._bounds.nice))
        command = (sys.executable, "-P", "-m", self._module, "--cache", str(self._cache), "--for", fingerprint)
        env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | _SPARING
        try:
            return await asyncio.create_subprocess_exec(
                *command, *limits, *options, stdin=pipe, stdout=pipe, stderr=quiet, env=env, limit=_LINE_LIMIT
            )
        except OSError as error:
            raise Transient(_broken(f"it did not start: {error.strerror or error}")) from error


async def _hand_over(stdin: asyncio.StreamWriter | None, lessons: Sequence[Lesson]) -> None:
    if stdin is None:
        return
    with contextlib.suppress(OSError):  # it has ended; how is seen when it is listened to
        for one in lessons:
            head = {"id": one.id, "label": one.label, "bytes": len(one.octets)}
            stdin.write(json.dumps(head).encode() + b"\n" + one.octets)
            await stdin.drain()
        stdin.close()
        await stdin.wait_closed()


async def _listen(stdout: asyncio.StreamReader | None, say: Say) -> Mapping[str, Any]:
    """The child's last word: {"learnt"}, {"fault"}, or nothing if it ended without one."""
    while stdout is not None:
        try:
            line = await stdout.readline()
            said = json.loads(line) if line.endswith(b"\n") else {}
        except (ValueError, OSError, RecursionError):
            return {}
        if not isinstance(said, dict) or "say" not in said:
            return said if isinstance(said, dict) else {}
        say(str(said["say"])[:1000])
    return {}


def _report(said: Mapping[str, Any], how: str) -> Mapping[str, Any]:
    if isinstance(learnt := said.get("learnt"), dict):
        return learnt
    if "fault" in said:
        raise Transient(str(said["fault"])[:1000])
    raise Transient(_broken(how))


async def _leave(process: asyncio.subprocess.Process) -> None:
    """Let a child that has said its last word end by itself, so that it can be said how it did."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LEAVING_SECONDS):
            await process.wait()


async def _stop(process: asyncio.subprocess.Process) -> str:
    """End the child if it is still there, and say how it ended."""
    if process.returncode is None:
        # not process.kill(): it may reap the child itself, and how it ended is lost then
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    code = await process.wait()
    return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"


def _broken(how: str) -> str:
    return f"The training of the model broke off: {how}. `highroad train` tries again and shows how it goes."
