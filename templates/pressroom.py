"""The process that fills a person's own templates: facts come in as JSON, letters and faults go out.

Started by templates.press; ends when it has answered.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

from templates.facts import Facts, from_row
from templates.folders import Folders, TemplateError
from templates.press import CPU_SECONDS, LETTER_SECONDS, MEMORY_MIB
from templates.render import Engine, Spent

_MIB: Final = 2**20


def main() -> int:
    """Answer one request. A template that is wrong once is not tried with other facts when that cost its time."""
    asked: dict[str, Any] = json.load(sys.stdin)
    engine, facts = Engine(Folders(Path(asked["own"]))), [from_row(row) for row in asked["facts"]]
    _bounded()
    rows: list[Mapping[str, str | None]] = []
    for one in facts:
        spent = rows and rows[-1].get("spent")
        rows.append(rows[-1] if spent else _row(engine, asked["language"], asked["name"], one))
    json.dump(rows, sys.stdout)
    return 0


def _row(engine: Engine, language: str, name: str, facts: Facts) -> Mapping[str, str | None]:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with _hurried():
        letter = engine.filled(language, name, facts)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_utime - used
    if isinstance(letter, TemplateError):
        return {"fault": str(letter)} | ({"spent": "yes"} if used > LETTER_SECONDS / 2 else {})
    return {"subject": letter.subject, "body": letter.body}


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MIB * _MIB, MEMORY_MIB * _MIB))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


@contextmanager
def _hurried() -> Iterator[None]:
    """A letter that has had its CPU time is given up; the exception is raised in its own line."""
    signal.signal(signal.SIGPROF, _spent)
    signal.setitimer(signal.ITIMER_PROF, LETTER_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _spent(_signal: int, _frame: FrameType | None) -> None:
    raise Spent


if __name__ == "__main__":
    sys.exit(main())
