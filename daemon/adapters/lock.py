"""One daemon at a time for one state directory: a lock that the kernel lets go of, however the holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from daemon.core.errors import NeedsOperator, Transient

FILE_NAME: Final = "highroad.lock"


_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.01
"""`holder` looks by a shared lock that it drops at once: whoever comes in that moment tries again."""


class Lock:
    """A context manager that holds the state directory.

    Raises Transient when somebody else does, NeedsOperator when the directory cannot be used.
    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE_NAME
        self._file = -1

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._take()
        except OSError as error:
            raise self._unusable(error) from error
        return self

    def _take(self) -> None:
        try:
            if not self._locked():
                raise self._taken()
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, str(os.getpid()).encode(), 0)
        except BaseException:
            os.close(self._file)
            raise

    def _locked(self) -> bool:
        for _ in range(_TRIES):
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE_SECONDS)
            else:
                return True
        return False

    def _unusable(self, error: OSError) -> NeedsOperator:
        return NeedsOperator(
            f"The state folder {self._path.parent} cannot be used: {error.strerror}. "
            "Check its path, who owns it and whether its disk is full."
        )

    def _taken(self) -> Transient:
        holder = os.pread(self._file, 20, 0).decode("ascii", "replace") or "unknown"
        return Transient(
            f"Another Highroad (process {holder}) is at work on {self._path.parent}. "
            "Let it finish or stop it, or use another --state-dir."
        )

    def __exit__(self, *_exc: object) -> None:
        os.close(self._file)


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds the lock: its id, resident memory in MiB and start, where the system tells."""

    pid: int
    memory_mib: float | None
    started: datetime | None


def holder(state_dir: Path) -> Holder | None:
    """Who is at work on a state directory, or None. Takes no lock that anybody could notice."""
    try:
        file = os.open(state_dir / FILE_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(file, 20, 0)
        return _process(int(text)) if text.isdigit() else None
    finally:
        os.close(file)
    return None


def _process(pid: int) -> Holder:
    folder = Path("/proc") / str(pid)
    try:
        pages = int((folder / "statm").read_text().split()[1])
        started = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    except (OSError, ValueError, IndexError):
        return Holder(pid, None, None)
    return Holder(pid, pages * os.sysconf("SC_PAGE_SIZE") / 2**20, started)
