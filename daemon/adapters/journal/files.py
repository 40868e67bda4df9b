"""Files made durable, and what goes wrong with them said as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from daemon.core.errors import HighroadError


class CopyFault(HighroadError):
    """A copy could not be written, or is none that could be used. The journal is as it was."""


@contextmanager
def working_on(path: Path) -> Iterator[None]:
    """Turn the system's refusals into a sentence about this file."""
    try:
        yield
    except OSError as error:
        raise CopyFault(
            f"{path} could not be read or written: {error.strerror or error}. The journal is as it was. "
            "Check the path, who owns it and whether its disk is full."
        ) from error


def sync_file(path: Path) -> None:
    """Make a file's content durable. Raises OSError."""
    _sync(path, os.O_RDONLY)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder durable, where the file system can."""
    with suppress(OSError):
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    file = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
