"""`python -m classifiers.worker`: the killable child that reads mails. Requests on stdin, answers on stdout.

A request is a line of JSON `{"id": int, "bytes": int}` and that many octets. An answer is a line of JSON:
`{"id", "reading"}` or `{"id", "unreadable"}`. Before the first come `{"say"}` lines and one `{"ready"}`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from classifiers.limits import Limit, cpu_limit, limit_memory, loaded, options_of, own_stdout
from classifiers.mail import MailError, read_mail
from classifiers.octets import PREFIX_BYTES
from classifiers.values import Reading

if TYPE_CHECKING:
    from classifiers.model import Model

_MIB: Final = 2**20
_LARGEST_REQUEST: Final = 64 * _MIB
_LINE_MAX: Final = 4096


class ProtocolError(ValueError):
    """The caller sent something that is no request; there is no way to find the next one."""


def serve(read: BinaryIO, write: BinaryIO, model: Model, limit: Limit = lambda: None) -> None:
    """Answer requests in order until the input ends. `limit` is called before each mail.

    Raises ProtocolError for a broken request, MemoryError after having answered that the mail is unreadable.
    """
    while (raw := _request(read)) is not None:
        number, octets = raw
        limit()
        try:
            answer = _answer(octets, model)
        except MemoryError:
            _send(write, {"id": number, "unreadable": "The mail needs more memory than its reader may use."})
            raise
        _send(write, {"id": number, **answer})


def _answer(octets: bytes, model: Model) -> dict[str, Any]:
    try:
        mail = read_mail(octets)
    except MailError as error:
        return {"unreadable": str(error)}
    except RecursionError:
        return {"unreadable": "The mail nests too deeply to be read."}
    return {"reading": Reading(mail.headers, model.verdict(mail)).to_json()}


def _request(read: BinaryIO) -> tuple[int, bytes] | None:
    line = read.readline(_LINE_MAX)
    if not line:
        return None
    try:
        head = json.loads(line)
        number, size = int(head["id"]), int(head["bytes"])
    except (ValueError, TypeError, KeyError) as error:
        raise ProtocolError("A request is a line of JSON with id and bytes.") from error
    if not 0 <= size <= _LARGEST_REQUEST:
        raise ProtocolError(f"A request of {size} octets is refused.")
    octets = read.read(size)
    if len(octets) < size:
        return None
    return number, octets[:PREFIX_BYTES]


def _send(write: BinaryIO, message: dict[str, Any]) -> None:
    write.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    write.flush()


def main(arguments: list[str] | None = None) -> int:
    """The child's life: limits, model, requests. Exit code 1 after a failure that a new child may not have."""
    options = _options(arguments)
    write = own_stdout()
    os.umask(0o077)
    limit_memory(options.memory)
    current = loaded(options.cache, lambda line: _send(write, {"say": line}))
    _send(write, {"ready": current.about()})
    try:
        serve(sys.stdin.buffer, write, current.model, cpu_limit(options.cpu))
    except (MemoryError, ProtocolError, BrokenPipeError) as error:
        print(f"The reader ends: {error or type(error).__name__}", file=sys.stderr)
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    return options_of("worker", "Reads mails for the daemon.").parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
