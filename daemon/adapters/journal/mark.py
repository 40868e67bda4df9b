"""What the state directory remembers of the journal in it, so that an older copy put in its place is noticed.

The file journal.mark says which line of history the journal is of, and how many transactions in it have moved a job. It
is written and synced before such a transaction commits, and told afterwards that it has. So the journal's own count is
one of its two numbers, wherever the program was killed or the power went; any other journal was put there by somebody.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from daemon.adapters.journal.files import sync_folder
from daemon.core.errors import JournalFault

FILE_NAME: Final = "journal.mark"
_FORM: Final = re.compile(rb"([0-9a-f]{32}) ([0-9a-f]{16}) ([0-9a-f]{16})\n")
_SIZE: Final = 67


@dataclass(frozen=True, slots=True)
class Remembered:
    """A line of history (32 hexadecimal digits); of its counted transactions `settled` have ended, `begun` may have."""

    line: str
    settled: int
    begun: int

    def explains(self, line: str, count: int) -> bool:
        """Whether a journal of that line and count is the one that was here last."""
        return line == self.line and count in {self.settled, self.begun}


class Mark:
    """The file journal.mark of one state directory. Several processes may use it; each looks and writes in one go."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE_NAME

    def read(self) -> Remembered | None:
        """What is remembered; None where nothing is, or nothing that can be read."""
        try:
            return _parsed(self._path.read_bytes()[:_SIZE])
        except OSError:
            return None

    def begin(self, line: str, count: int, *, anew: bool = False) -> bool:
        """Remember, durably, that the transaction that makes the count so is about to commit.

        Where something else is remembered than the count before, that is left as it is, and the answer is False; `anew`
        forgets it. Raises JournalFault when the file cannot be written.
        """
        with self._saying(), self._open() as file:
            known = _parsed(os.pread(file, _SIZE, 0))
            fits = count == 1 if known is None else known.explains(line, count - 1)
            if fits or anew:
                self._keep(file, Remembered(line, count - 1, count))
        return fits or anew

    def remember(self, line: str, count: int) -> None:
        """Remember, durably, that this is the journal here, whatever was remembered. Raises JournalFault."""
        with self._saying(), self._open() as file:
            self._keep(file, Remembered(line, count, count))

    def settle(self, line: str, count: int) -> None:
        """Remember that it has committed. Where that fails, the next look takes it for a crash: no harm is done."""
        with suppress(OSError), self._open() as file:
            known = _parsed(os.pread(file, _SIZE, 0))
            if known == Remembered(line, count - 1, count):
                _write(file, replace(known, settled=count))

    def _keep(self, file: int, what: Remembered) -> None:
        _write(file, what)
        os.fdatasync(file)
        sync_folder(self._path.parent)

    @contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JournalFault(
                f"The file {self._path} beside the journal cannot be written: {error.strerror}. Nothing was changed. "
                "Check who owns it and whether its disk is full."
            ) from error

    @contextmanager
    def _open(self) -> Iterator[int]:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


def _parsed(content: bytes) -> Remembered | None:
    found = _FORM.fullmatch(content)
    return Remembered(found[1].decode(), int(found[2], 16), int(found[3], 16)) if found else None


def _write(file: int, what: Remembered) -> None:
    """In place: far less than a sector, so it is there whole or not at all."""
    os.pwrite(file, f"{what.line} {what.settled:016x} {what.begun:016x}\n".encode(), 0)
