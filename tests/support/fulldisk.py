"""A disk that takes no octet more, for this process alone: no file may grow beyond a limit (RLIMIT_FSIZE)."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator


@contextlib.contextmanager
def full_beyond(octets: int) -> Iterator[None]:
    """Within the block a write beyond that offset of any file fails, as it does when the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
