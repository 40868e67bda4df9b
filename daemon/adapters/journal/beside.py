"""What a backup holds besides the journal: the files of the state directory that only Highroad knows.

They are rows of the table meta in the backup, so that a backup is a journal like any other, and every journal a backup.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from daemon.adapters.journal.faults import saying
from daemon.adapters.journal.files import sync_folder
from daemon.adapters.journal.store import Store

_NAMES: Final = ("tuned.toml",)
_PREFIX: Final = "file/"


def read_beside(state_dir: Path) -> dict[str, bytes]:
    """These files, by name; those that are not there are left out. Raises OSError when one cannot be read."""
    found: dict[str, bytes] = {}
    for name in _NAMES:
        with suppress(FileNotFoundError):
            found[name] = (state_dir / name).read_bytes()
    return found


def put_into(copy: Path, files: Mapping[str, bytes]) -> None:
    """Lay them into a copy of a journal that nobody else knows yet. Raises JournalFault."""
    with saying(copy), closing(sqlite3.connect(copy, isolation_level=None)) as con:
        con.execute("PRAGMA journal_mode = OFF")
        rows = [(_PREFIX + name, content) for name, content in files.items()]
        con.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)


def take_out(store: Store) -> dict[str, bytes]:
    """Take them out of a journal that comes from a backup."""
    rows = store.rows("SELECT key, value FROM meta WHERE key LIKE 'file/%'")
    with store.transaction() as con:
        con.execute("DELETE FROM meta WHERE key LIKE 'file/%'")
    known = {row["key"].removeprefix(_PREFIX): bytes(row["value"]) for row in rows}
    return {name: known[name] for name in _NAMES if name in known}


def write_back(state_dir: Path, files: Mapping[str, bytes], now: datetime) -> list[Path]:
    """Put them where they were (0600); under which names others are kept that were there. Raises OSError."""
    before, kept = read_beside(state_dir), []
    for name, content in files.items():
        if before.get(name) == content:
            continue
        if name in before:
            kept.append(_keep(state_dir / name, now))
        _write(state_dir / name, content)
    sync_folder(state_dir)
    return kept


def _keep(path: Path, now: datetime) -> Path:
    kept = path.with_name(f"{path.stem}.replaced-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}{path.suffix}")
    path.replace(kept)
    return kept


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
