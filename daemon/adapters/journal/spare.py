"""A second copy of the journal's key in a file of its own: it stands on one page of many, and all mails hang on it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE_NAME: Final = "journal.key"
_SIZE: Final = 32


def spare_key(state_dir: Path) -> bytes | None:
    """The key, in octets; None where no such file is, or none of that size."""
    with suppress(OSError):
        key = (state_dir / FILE_NAME).read_bytes()
        return key if len(key) == _SIZE else None
    return None


def keep_spare(state_dir: Path, key: bytes) -> None:
    """Let the file (0600) hold this key. Where it cannot be written, the journal alone has it."""
    if spare_key(state_dir) == key:
        return
    part = state_dir / f"{FILE_NAME}.part"
    with suppress(OSError):
        part.unlink(missing_ok=True)
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(key)
        part.replace(state_dir / FILE_NAME)
