"""How the program ends, so that the person learns of it in a sentence whatever went wrong."""

from __future__ import annotations

import os
import sys
from types import TracebackType


def flush() -> None:
    """Write out what was printed while it can still be said that this fails."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            print(f"Not all that was to be printed could be written: {error.strerror}.", file=sys.stderr)
            sys.exit(1)


def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What no sentence was written for is a fault of ours: its kind and place, and no traceback for the person."""
    if os.environ.get("HIGHROAD_TRACEBACK"):
        sys.__excepthook__(kind, error, trace)
        return
    from daemon.supervise import fault_sentence

    print(f"{fault_sentence(error)} HIGHROAD_TRACEBACK=1 shows more.", file=sys.stderr)
