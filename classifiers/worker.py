"""`python -m classifiers.worker`: the killable children that read mails. First come `{"say"}` lines and a `{"ready"}`.

With a socket as stdin this process loads the model and is the nursery of readers; else it reads mails itself, requests
on stdin, answers on stdout. A request is a line of JSON `{"id": int, "bytes": [int, ...]}` (or one int) and the octets
of so many mails. Each is answered in order by a line `{"id", "at", "reading"}` or `{"id", "at", "unreadable"}`.
With `"lean": p` in the request, facts and reasons of an `other` whose rejection score is below p are left out.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import socket
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from classifiers.limits import (
    Limit,
    cpu_limit,
    limit_memory,
    loaded,
    options_of,
    own_stdout,
    single_threaded,
)
from classifiers.mail import Mail, MailError, read_mail
from classifiers.memory import give_back
from classifiers.nursery import die_with, how_ended, nurse, send
from classifiers.octets import PREFIX_BYTES
from classifiers.values import Reading

if TYPE_CHECKING:
    from classifiers.model import Model

_MIB: Final = 2**20
_LARGEST_REQUEST: Final = 64 * _MIB
_LINE_MAX: Final = 4096
_STARVED: Final = "The mail needs more memory than its reader may use."
_NESTED: Final = "The mail nests too deeply to be read."


class ProtocolError(ValueError):
    """The caller sent something that is no request; there is no way to find the next one."""


@dataclass(frozen=True, slots=True)
class _Request:
    number: int
    mails: tuple[bytes, ...]
    lean: float


def serve(read: BinaryIO, write: BinaryIO, model: Model, limit: Limit = lambda: None) -> None:
    """Answer requests in order until the input ends. `limit` is called before each mail, and before their verdicts.

    Raises ProtocolError for a broken request, and MemoryError, after having answered so where it was for one mail.
    """
    while (request := _request(read)) is not None:
        try:
            answers = _answers(request, model, limit)
        except MemoryError:
            if len(request.mails) == 1:
                send(write, {"id": request.number, "at": 0, "unreadable": _STARVED})
            raise
        for at, answer in enumerate(answers):
            write.write(b'{"id":%d,"at":%d,%s\n' % (request.number, at, json.dumps(answer)[1:].encode()))
        write.flush()


def _answers(request: _Request, model: Model, limit: Limit) -> list[dict[str, Any]]:
    read = [_read(octets, limit) for octets in request.mails]
    limit()
    mails = [mail for mail in read if isinstance(mail, Mail)]
    verdicts = iter(model.verdicts(mails, lean=request.lean))
    return [
        {"reading": Reading(mail.headers, next(verdicts)).to_json()} if isinstance(mail, Mail) else {"unreadable": mail}
        for mail in read
    ]


def _read(octets: bytes, limit: Limit) -> Mail | str:
    """A mail, or why it cannot be read."""
    limit()
    try:
        return read_mail(octets)
    except MailError as error:
        return str(error)
    except RecursionError:
        return _NESTED


def _request(read: BinaryIO) -> _Request | None:
    line = read.readline(_LINE_MAX)
    if not line:
        return None
    try:
        head = json.loads(line)
        number, lean = int(head["id"]), float(head.get("lean", 0))
        sizes = [int(size) for size in (head["bytes"] if isinstance(head["bytes"], list) else [head["bytes"]])]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ProtocolError("A request is a line of JSON with id and bytes.") from error
    mails = _octets(read, sizes)
    return None if mails is None else _Request(number, mails, lean)


def _octets(read: BinaryIO, sizes: Sequence[int]) -> tuple[bytes, ...] | None:
    """So many octets each; None if the input ends before."""
    if any(size < 0 for size in sizes) or sum(sizes) > _LARGEST_REQUEST:
        raise ProtocolError(f"A request of {sum(sizes)} octets is refused.")
    mails = tuple(read.read(size)[:PREFIX_BYTES] for size in sizes)
    return mails if all(len(mail) == min(size, PREFIX_BYTES) for mail, size in zip(mails, sizes, strict=True)) else None


def main(arguments: list[str] | None = None) -> int:
    """The child's life: limits, model, readers or requests. Exit code 1 after a failure that a new one may not have."""
    options = _options(arguments)
    write = own_stdout()
    os.umask(0o077)
    nursery = stat.S_ISSOCK(os.fstat(0).st_mode)
    if nursery:
        die_with(os.getppid())
    limit_memory(options.memory)
    model, about = (_fetched if nursery else _loaded)(options.cache, write)
    send(write, {"ready": about})
    try:
        if nursery:
            _nurse(write, model, options.cpu)
        else:
            serve(sys.stdin.buffer, write, model, cpu_limit(options.cpu))
    except (MemoryError, ProtocolError, BrokenPipeError) as error:
        print(f"The reader ends: {error or type(error).__name__}", file=sys.stderr)
        return 1
    return 0


def _loaded(cache: Path, write: BinaryIO) -> tuple[Model, dict[str, Any]]:
    current = loaded(cache, lambda line: send(write, {"say": line}))
    return current.model, current.about()


def _fetched(cache: Path, write: BinaryIO) -> tuple[Model, dict[str, Any]]:
    """The model, loaded (or trained) by a process that is gone then, with all that only loading needs."""
    single_threaded()
    with os.fdopen(os.memfd_create("model"), "w+b") as parcelled:
        nursery = os.getpid()
        if (loader := os.fork()) == 0:
            _fetch(cache, write, parcelled, nursery)
        if status := os.waitpid(loader, 0)[1]:
            raise SystemExit(f"The model could not be loaded: {how_ended(status)}.")
        from classifiers.model import unpacked  # noqa: PLC0415 - after the limits and the environment are set

        parcelled.seek(0)
        return unpacked(parcelled)


def _fetch(cache: Path, write: BinaryIO, parcelled: BinaryIO, nursery: int) -> None:
    """The loader's whole life."""
    code = 1
    try:
        die_with(nursery)
        from classifiers.model import parcel  # noqa: PLC0415

        parcel(*_loaded(cache, write), parcelled)
        parcelled.flush()
        code = 0
    finally:
        os._exit(code)


def _nurse(write: BinaryIO, model: Model, cpu: int) -> None:
    """Hold the model ready for readers: what they share with this process is moved as little as can be."""
    model.warm()
    gc.collect()
    gc.freeze()
    give_back()
    with socket.socket(fileno=0) as control:
        nurse(control, write, lambda read, answers: serve(read, answers, model, cpu_limit(cpu)))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    return options_of("worker", "Reads mails for the daemon.").parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
