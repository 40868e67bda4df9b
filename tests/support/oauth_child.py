"""A refresh that is killed at a step: `oauth_child.py STEP`, with the request of the real one on standard input.

Steps: asked (the answer is here, nothing of it is written), written (it is in the file, not fsynced), kept (fsynced,
not in its place), placed (in its place).
"""

from __future__ import annotations

import os
import signal
import sys

from daemon.adapters.oauth import refresh, store


def dying(call, before: bool):
    def made(*arguments, **named):
        if not before:
            call(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    return made


class Dying:
    """os, whose fsync kills when it is told to."""

    def __init__(self, count: int) -> None:
        self._left = count

    def __getattr__(self, name):
        return getattr(os, name)

    def fsync(self, handle) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        os.fsync(handle)


step = sys.argv[1]
if step == "asked":
    store.TokenStore.save = dying(store.TokenStore.save, before=True)
elif step == "written":
    store.os = Dying(3)  # reserve has two of its own: the file, the folder
elif step == "kept":
    store.TokenStore._put = dying(store.TokenStore._put, before=True)
else:
    store.TokenStore._put = dying(store.TokenStore._put, before=False)
refresh.main()
