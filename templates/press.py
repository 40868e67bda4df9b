"""Where a person's own templates are filled: in a process of their own that may take little time and memory.

A template can loop without end or write without end in more ways than anybody can forbid; a process can be ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Final

from templates.facts import Facts, to_row
from templates.folders import Folders, TemplateError
from templates.layout import Letter

LETTER_SECONDS: Final = 1.0
"""CPU time of one letter; a usual one takes a thousandth of it."""
CPU_SECONDS: Final = 3
"""Of a whole run; what a signal cannot interrupt ends here."""
WALL_SECONDS: Final = 15.0
MEMORY_MIB: Final = 256
BATCH: Final = 500
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
"""No other variable of ours reaches the process: a password may be among them."""


def pressed(folders: Folders, language: str, name: str, facts: Sequence[Facts]) -> list[Letter | TemplateError]:
    """The letter for each of these facts, or what is wrong with it; WALL_SECONDS at most for each BATCH of them."""
    batches = (facts[start : start + BATCH] for start in range(0, len(facts), BATCH))
    return [letter for batch in batches for letter in _batch(folders, language, name, batch)]


def _batch(folders: Folders, language: str, name: str, facts: Sequence[Facts]) -> list[Letter | TemplateError]:
    asked = {"own": str(folders.own), "language": language, "name": name, "facts": [to_row(one) for one in facts]}
    try:
        rows = _answered(json.dumps(asked))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        fault = TemplateError(f"{folders.file(language, name)}, line 1: {_why(error)}")
        return [fault for _ in facts]
    return [_read(row) for row in rows]


def _answered(asked: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "templates.pressroom"],
        input=asked,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=WALL_SECONDS,
        check=True,
    )
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def _read(row: dict[str, Any]) -> Letter | TemplateError:
    return TemplateError(row["fault"]) if "fault" in row else Letter(row["subject"], row["body"])


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"no process could be started to fill it ({os.strerror(error.errno or 0)}); it is tried again"
    return "it does not come to an end, or needs more memory than a letter may, so its process was ended"
