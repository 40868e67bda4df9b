"""Keeping what is in memory out of files: no core dump, and no other process of the same user may look inside."""

from __future__ import annotations

import contextlib
import resource
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""prctl(2). The kernel then writes no core, pipes none to a collector either, and refuses ptrace to all but root."""


def no_dumps() -> None:
    """Forbid them for this process and for what it starts. What cannot be forbidden here is left as it is."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, AttributeError, ImportError):
        import ctypes  # noqa: PLC0415  (the only use of it in the house)

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
