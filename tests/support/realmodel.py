"""The real model for tests, trained once a checkout and shared with `support.realmind` through its cache."""

from __future__ import annotations

import fcntl
from functools import cache

from support.realmind import CACHE

from classifiers.train import load_or_train


@cache
def real_model():
    CACHE.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return load_or_train(CACHE)
