"""Whether the write-ahead log beside a journal belongs to it, and is whole: SQLite passes over what it cannot read."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daemon.adapters.journal.mark import Mark
from daemon.adapters.journal.pages import log_is_whole

_BUSY_SECONDS: Final = 10.0
_LOOKS: Final = 5
_PAUSE_SECONDS: Final = 0.02


def wrong_log(path: Path) -> str | None:
    """What is wrong with the log beside a journal, where with it this is not the one that was here last; else None."""
    if not has_log(path) or _is_ours(path):
        return None
    whole, alone = _whose(path, "mode=ro"), _whose(path, "mode=ro&immutable=1")
    known = Mark(path.parent).read()
    if known and alone.line == known.line and whole.key != alone.key:  # what a restore puts there has its own line, too
        return "its log is another one's"
    return None if log_is_whole(path) else "its log is damaged"


def has_log(path: Path) -> bool:
    """Whether anything lies in the log beside a journal. The last one to leave takes it away, at any moment."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False


def _is_ours(path: Path) -> bool:
    """Whether the journal with its log is the one that was here last. Somebody may be writing at this very moment."""
    for _ in range(_LOOKS):
        known, whole = Mark(path.parent).read(), _whose(path, "mode=ro")
        if known is None or known.explains(whole.line, whole.count):
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


@dataclass(frozen=True, slots=True)
class _Whose:
    """The line of history that a file is of, its count and its key; empty where that cannot be read."""

    line: str = ""
    count: int = 0
    key: bytes = b""


def _whose(path: Path, how: str) -> _Whose:
    with suppress(sqlite3.Error, TypeError), closing(only_read(path, how)) as con:
        sql = "SELECT lower(hex(line)), count, (SELECT value FROM meta WHERE key = 'key') FROM history"
        return _Whose(*con.execute(sql).fetchone())
    return _Whose()


def only_read(path: Path, how: str = "mode=ro") -> sqlite3.Connection:
    """A connection that changes neither the file nor its log, whatever it finds there. Raises sqlite3.Error."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=_BUSY_SECONDS)
