"""The first bytes of an SQLite file (sqlite.org/fileformat2, 1.3): whose it is, read without touching it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

APPLICATION_ID: Final = 0x48524431  # "HRD1"
_MAGIC: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Header:
    """Bytes 68 to 71 and 60 to 63 (big-endian): which program the file is of, and its user_version; 0 for neither."""

    application: int = 0
    version: int = 0


def read_header(path: Path) -> Header | None:
    """The header of a file; zeros for an empty one, None for what is no database. Raises OSError."""
    with path.open("rb") as file:
        return parsed_header(file.read(72))


def parsed_header(found: bytes) -> Header | None:
    """The header that a file's first octets are; zeros for none at all, None for what is no database."""
    if found and not found.startswith(_MAGIC):
        return None
    return Header(int.from_bytes(found[68:72], "big"), int.from_bytes(found[60:64], "big"))
