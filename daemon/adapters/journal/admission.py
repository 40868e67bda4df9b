"""What is no journal, or not for this program, is refused before SQLite gets to see it: not an octet of it changes."""

from __future__ import annotations

from pathlib import Path

from daemon.adapters.journal.faults import DAMAGED, JournalDamaged
from daemon.adapters.journal.header import APPLICATION_ID, parsed_header, read_header
from daemon.adapters.journal.mark import Mark
from daemon.adapters.journal.pages import log_page_one
from daemon.adapters.journal.wal import wrong_log
from daemon.core.errors import JournalRefused


def refuse_emptied(path: Path) -> None:
    """Raise JournalDamaged for an empty file that held a journal: SQLite would throw its log away, and begin anew."""
    if is_emptied(path):
        raise JournalDamaged(DAMAGED.format(path, "it is empty"))


def refuse_others(path: Path, newest: int) -> None:
    """Raise JournalRefused for what is not for this program, whose journals have that version; JournalDamaged for what
    is no journal, or has a log that does not belong to it.
    """
    header = read_header(path)
    if header is None:
        raise JournalDamaged(DAMAGED.format(path, "file is not a database"))
    if header.application not in {0, APPLICATION_ID}:
        raise JournalRefused(f"{path} belongs to another program and was left untouched. Use another --state-dir.")
    refuse_newer(path, version_of(path), newest)
    if wrong := wrong_log(path):
        raise JournalDamaged(DAMAGED.format(path, wrong))


def refuse_newer(path: Path, version: int, newest: int) -> None:
    """Raise JournalRefused for a version that is newer than this program's."""
    if version > newest:
        raise JournalRefused(
            f"The journal {path} was written by a newer Highroad (its version {version}, this program knows "
            f"{newest}). It was left untouched. Install the newer Highroad again, or use another --state-dir."
        )


def is_emptied(path: Path) -> bool:
    """Whether there is nothing in a file that held a journal before."""
    try:
        return not path.stat().st_size and Mark(path.parent).read() is not None
    except OSError:
        return False


def version_of(path: Path) -> int:
    """The version of a journal as its file and its log have it, which opening would fold into the file; 0 for none."""
    headers = read_header(path), parsed_header(log_page_one(path))
    return max(header.version if header else 0 for header in headers)
