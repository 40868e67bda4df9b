"""What a child that reads untrusted mail does first: limits on itself, answers kept apart from prints, the model."""

from __future__ import annotations

import argparse
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, BinaryIO, Final

from classifiers.memory import give_large_back

if TYPE_CHECKING:
    from classifiers.model import Model
    from classifiers.promoted import Current

_MIB: Final = 2**20
Limit = Callable[[], None]


def options_of(module: str, duty: str) -> argparse.ArgumentParser:
    """The options of a child that judges mails: where its model is, and what it may use."""
    parser = argparse.ArgumentParser(prog=f"python -m classifiers.{module}", description=duty)
    parser.add_argument("--cache", type=Path, required=True, help="where the trained model is kept")
    parser.add_argument("--cpu", type=int, default=0, help="CPU seconds a mail may take; 0 for no limit")
    parser.add_argument("--memory", type=int, default=0, help="address space in MiB; 0 for no limit")
    return parser


def own_stdout() -> BinaryIO:
    """Keep the real stdout for answers and point fd 1 at stderr: whatever a library prints is no answer."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def limit_memory(mebibytes: int) -> None:
    """Limit this process's address space, in MiB; 0 sets no limit. It never dumps core."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if mebibytes:
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes * _MIB, mebibytes * _MIB))


def cpu_limit(seconds: int) -> Limit:
    """A function that lets this process use `seconds` of CPU from now on; SIGXCPU ends it after that. 0 is no limit."""
    if not seconds:
        return lambda: None
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    return lambda: _move_cpu_limit(seconds)


def _move_cpu_limit(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


class TooLong(Exception):
    """What was to be done took more CPU than it may."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooLong in what is done within once it has used that many seconds of CPU. Only for the main thread."""
    before = signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


def single_threaded() -> None:
    """Have linear algebra do without threads; called before it is imported.

    They would count against the address space and gain nothing on such small matrices.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    give_large_back()


def loaded(cache: Path, say: Callable[[str], None]) -> Current:
    """The model to use and what was learnt last; the base model is trained first if the cache does not have it.

    Raises OSError when the cache cannot be read or written.
    """
    single_threaded()
    from classifiers.promoted import current  # noqa: PLC0415 - after the limits and the environment are set

    return current(cache, say)


def loaded_model(cache: Path, say: Callable[[str], None]) -> Model:
    """The model to use alone. Raises OSError like loaded."""
    return loaded(cache, say).model
