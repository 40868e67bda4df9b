"""A journal that could not be read in use is looked at row by row when it is opened next: a file beside it says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from daemon.adapters.journal.faults import JournalDamaged

FILE_NAME: Final = "journal.suspect"
"""One octet for each time."""


def suspicions(state_dir: Path) -> int:
    """How often the journal could not be read since it was last used to the end."""
    try:
        return (state_dir / FILE_NAME).stat().st_size
    except OSError:
        return 0


@contextmanager
def suspecting(state_dir: Path) -> Iterator[None]:
    """Let the next opening look at every row where the journal turns out to be damaged inside the block."""
    try:
        yield
    except JournalDamaged:
        with suppress(OSError), (state_dir / FILE_NAME).open("ab") as file:
            file.write(b"!")
        raise


def trust_again(state_dir: Path) -> None:
    """The journal was used to the end, or is another one."""
    with suppress(OSError):
        (state_dir / FILE_NAME).unlink(missing_ok=True)
