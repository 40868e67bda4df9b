"""One real reader of mails for many daemons: `classifiers.worker` behind a Unix socket, its model loaded once.

Run as `python mind_server.py SOCKET CACHE`; prints "ready" when it listens. Ends when its standard input ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
import threading
from pathlib import Path

from classifiers.train import load_or_train
from classifiers.worker import serve


def main(path: str, cache: str) -> None:
    with _turn(Path(cache)):
        model = load_or_train(Path(cache), lambda line: print(line, file=sys.stderr))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    threading.Thread(target=_accept, args=(listener, model), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


@contextlib.contextmanager
def _turn(cache: Path):
    """One process trains, the others wait for it and load what it has made."""
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _accept(listener, model) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_talk, args=(connection, model), daemon=True).start()


def _talk(connection, model) -> None:
    with connection, connection.makefile("rb") as read, connection.makefile("wb") as write:
        try:
            write.write(b'{"ready": {}}\n')
            write.flush()
            serve(read, write, model)
        except OSError:
            return  # the daemon was killed: that is what this is for


if __name__ == "__main__":
    main(*sys.argv[1:])
