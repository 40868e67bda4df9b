"""What a child that reads untrusted mail does first: limits on itself, answers kept apart from prints, the model."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from classifiers.model import Model

_MIB: Final = 2**20
Limit = Callable[[], None]


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


def loaded_model(cache: Path, say: Callable[[str], None]) -> Model:
    """The model, trained first if the cache does not have it. Raises OSError when the cache cannot be written."""
    # Threads of the linear algebra would count against the address space and gain nothing on such small matrices.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from classifiers.train import load_or_train  # noqa: PLC0415 - after the limits and the environment are set

    return load_or_train(cache, (), say)
