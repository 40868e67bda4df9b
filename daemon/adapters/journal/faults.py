"""What goes wrong with the journal's file, said as sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from daemon.core.errors import JournalBusy, JournalFault

DAMAGED: Final = (
    "The journal {} is damaged ({}). Put a backup in its place with `highroad restore FILE`; without one the service "
    "(or `highroad once`) sets it aside at its next start and saves what can still be read."
)
UNREADABLE: Final = (
    "The journal is damaged: {} cannot be read. Put a backup in its place with `highroad restore FILE`; without one "
    "the service (or `highroad once`) sets it aside at its next start and saves what can still be read."
)
BUSY: Final = "The journal {} is in use by another program for too long. Try again in a moment."


class JournalDamaged(JournalFault):
    """The file is no sound database: only another one in its place helps."""


@contextmanager
def saying(path: Path) -> Iterator[None]:
    """Turn SQLite's faults into sentences that say what happened to which file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _kind(error)(_sentence(path, error)) from error


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Values that no program of ours has written so: the file has changed under it. `what` names the place."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise JournalDamaged(UNREADABLE.format(what)) from error


def _kind(error: sqlite3.Error) -> type[JournalFault]:
    if _is_busy(error):
        return JournalBusy
    return JournalDamaged if is_damage(error) else JournalFault


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def is_damage(error: sqlite3.Error) -> bool:
    """Whether it says that the file is no sound database; a full disk, a lock or missing rights do not."""
    code = getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return code or str(error).startswith(("Could not decode to UTF-8", "unsupported file format"))


def _sentence(path: Path, error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL"):
        return f"The disk with the journal {path} is full: nothing was half-written. Free some space and start again."
    if _is_busy(error):
        return BUSY.format(path)
    if is_damage(error):
        return DAMAGED.format(path, error)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"The journal {path} cannot be opened for writing ({error}). Check who owns it and its folder."
    return f"The journal {path} could not be used: {error} ({name or type(error).__name__}). Nothing was half-written."
