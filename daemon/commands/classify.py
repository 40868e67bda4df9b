"""`highroad classify`: what each mail is. The mails are read in a child process that may die of them; we only relay."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from daemon.commands.context import Context
from daemon.core.errors import HighroadError

_CPU_SECONDS: Final = 20
_MEMORY_MIB: Final = 2048
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
Row = Mapping[str, Any]


class ReaderEnded(HighroadError):
    """The child that reads the mails ended before the last of them."""


def classify(context: Context, paths: list[str], *, as_json: bool) -> int:
    """Print what each mail is, in input order. Exit code 1 if one of them could not be read.

    Raises ReaderEnded with the place when a mail ends its reader, and ConfigError for settings with faults.
    """
    act, review = _bands(context)
    code = 0
    for row in _rows(context.state() / "model", (act, review), paths):
        code = code or int(row["error"] is not None)
        print(json.dumps(row, ensure_ascii=False) if as_json else "\n".join(_block(row)))
    return code


def _bands(context: Context) -> tuple[float, float]:
    """The limits of the settings where there are any, else the defaults."""
    from config.faults import ConfigMissing
    from config.loader import default_classifier

    try:
        limits = context.load().settings.classifier
    except ConfigMissing:
        if context.config is not None:
            raise
        limits = default_classifier(context.state())
    return limits.act, limits.review


def _rows(cache: Path, bands: tuple[float, float], paths: list[str]) -> Iterator[Row]:
    """What the child says of each mail. Raises ReaderEnded when it dies, after what can be had of the rest."""
    answered, last, waiting = 0, "", deque[str]()
    command = _command(cache, bands)
    for said in _said([*command, "--", *paths]):
        if "done" in said:
            return
        if "next" in said:
            last = said["next"]
            waiting.append(last)
        else:
            answered += 1
            waiting.popleft()
            yield said
    if len(waiting) > 1 and "-" not in paths:  # read, but not answered yet when it died; stdin cannot be read again
        again = ("--skip", str(answered), "--count", str(len(waiting) - 1))
        yield from (said for said in _said([*command, *again, "--", *paths]) if "source" in said)
    raise ReaderEnded(_end(last))


def _said(command: list[str]) -> Iterator[Row]:
    """The lines about mails of a child until it ends, however it does. What it says of itself goes to stderr."""
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env) as child:
        for line in child.stdout or ():
            said: Row = json.loads(line) if line.endswith(b"\n") else {}
            if words := said.get("say") or said.get("fault"):
                print(words, file=sys.stderr)
            elif said:
                yield said


def _command(cache: Path, bands: tuple[float, float]) -> list[str]:
    limits = ("--act", bands[0], "--review", bands[1], "--cpu", _CPU_SECONDS, "--memory", _MEMORY_MIB)
    return [sys.executable, "-P", "-m", "classifiers.batch", "--cache", str(cache), *map(str, limits)]


def _end(last: str) -> str:
    if not last:
        return "The reader of mails could not start; `highroad doctor` looks at what it needs."
    return f"The reader of mails ended at {_plain(last)}: that mail breaks it. Leave it out, and name the rest again."


def _block(row: Row) -> Iterator[str]:
    """What people read of one mail: label and confidence, what it is about, the sentences that decided."""
    if row["error"] is not None:
        yield f"{_plain(row['source'])}\n  not read: {_plain(row['error'])}"
        return
    about = ", ".join(_plain(row[key]) for key in ("role", "company") if row[key])
    yield _plain(row["source"])
    yield f"  {row['label']} {row['confidence']:.2f} ({row['band']})  {about}".rstrip()
    if row["interview_at"]:
        yield f"  interview: {_moment(row)}"
    yield from (f"  feedback: {_plain(sentence)}" for sentence in row["advice"])
    yield from (f"  {one['weight']:.2f} {_plain(one['sentence'])}" for one in row["because"])


def _moment(row: Row) -> str:
    day, _, hour = str(row["interview_at"]).partition("T")
    return f"{day} {hour[:5]}{hour[8:]}" if row["interview_timed"] else day


def _plain(text: str) -> str:
    """Without what could steer a terminal; names of files are not ours either."""
    return "".join(char if char.isprintable() else "?" for char in text)
