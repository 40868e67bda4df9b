"""The child that judges labelled mails (classifiers.evaluation, classifiers.tuning): started, listened to, ended.

It answers in JSON, which cannot make us run anything. A mail that breaks it ends it, and the place is said.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, Protocol

from daemon.core.errors import HighroadError

_CPU_SECONDS: Final = 20
_MEMORY_MIB: Final = 3072
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
"""No other variable of ours reaches the child: a password may be among them."""

Work = Literal["evaluation", "tuning"]
Say = Callable[[str], None]
Report = Mapping[str, Any]


class Corrected(Protocol):
    """A mail that the person corrected: its number in the log, what they called it, and its first octets."""

    @property
    def id(self) -> int: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def octets(self) -> bytes: ...  # noqa: D102


class EvaluatorEnded(HighroadError):
    """The child ended without a report, or said why it cannot give one."""


def reported(work: Work, cache: Path, options: Sequence[object], corrected: Iterable[Corrected], say: Say) -> Report:
    """What the child reports. `say` gets its sentences meanwhile. Raises EvaluatorEnded.

    `options` are those of classifiers.evaluation or classifiers.tuning, paths last.
    """
    limits = ("--cpu", _CPU_SECONDS, "--memory", _MEMORY_MIB)
    command = [sys.executable, "-P", "-m", f"classifiers.{work}", "--cache", cache, *limits, *options]
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    pipe, quiet = subprocess.PIPE, None if os.environ.get("HIGHROAD_TRACEBACK") else subprocess.DEVNULL
    with subprocess.Popen(list(map(str, command)), stdin=pipe, stdout=pipe, stderr=quiet, env=env) as child:
        # beside listening: a child that has much to say before it has read all would wait for us, and we for it
        handing = threading.Thread(target=_hand_over, args=(child, corrected), daemon=True)
        handing.start()
        try:
            return _listen(child, say)
        finally:
            child.kill()
            handing.join()


def _hand_over(child: subprocess.Popen[bytes], corrected: Iterable[Corrected]) -> None:
    """The corrected mails, each a line of JSON and its octets, as classifiers.learn reads them too."""
    if child.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError):  # it has ended; how is seen when it is listened to
        for one in corrected:
            head = {"id": one.id, "label": one.label, "bytes": len(one.octets)}
            child.stdin.write(json.dumps(head).encode() + b"\n" + one.octets)
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()


def _listen(child: subprocess.Popen[bytes], say: Say) -> Report:
    last = ""
    for line in child.stdout or ():
        said = json.loads(line) if line.endswith(b"\n") else {}
        if "report" in said:
            report: Report = said["report"]
            return report
        if "fault" in said:
            raise EvaluatorEnded(said["fault"])
        last = said.get("next", last)
        if "say" in said:
            say(said["say"])
    raise EvaluatorEnded(_end(last, child.wait()))


def _end(last: str, code: int) -> str:
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with code {code}"
    if not last:
        return f"What judges the mails ended {how} before the first; HIGHROAD_TRACEBACK=1 shows more."
    place = "".join(char if char.isprintable() else "?" for char in last)
    return f"What judges the mails ended {how} at {place}, or just before it. Leave that mail out and try again."
