"""`python -m classifiers.batch`: the killable child of `classify`, which prints a line of JSON for each mail.

Before each mail goes a line `{"next": source}`; while the model is trained, `{"say": sentence}`; before giving up,
`{"fault": sentence}`; at the end `{"done": true}`, or false if a mail could not be read. A mail that needs too much CPU
or memory ends the process, and the last `next` names it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from classifiers.limits import Limit, cpu_limit, limit_memory, loaded_model, options_of, own_stdout
from classifiers.report import row
from classifiers.sources import Found, Waiting, waiting

if TYPE_CHECKING:
    from classifiers.model import Model

AT_ONCE: Final = 16
"""How many answers at most are lost when a mail ends the process; `--skip` and `--count` get them again."""
ENDED: Final = 3
"""The exit code when not all mails were looked at."""


def classify(
    mails: Iterable[Waiting], model: Model, bands: tuple[float, float], write: BinaryIO, limit: Limit = lambda: None
) -> bool:
    """Print one object a mail, in order; whether all of them could be read. `limit` is called before each.

    Up to AT_ONCE mails are read before the model looks at them: it is quicker so.
    """
    fine, mails = True, iter(mails)
    while read := [_read(one, write, limit) for one in islice(mails, AT_ONCE)]:
        verdicts = iter(model.verdicts([found.mail for found in read if found.mail]))
        for found in read:
            _print(write, row(found, next(verdicts) if found.mail else None, *bands))
        fine = fine and all(found.mail for found in read)
    return fine


def _read(one: Waiting, write: BinaryIO, limit: Limit) -> Found:
    _send(write, {"next": one.source})
    limit()
    return one.read()


def _print(write: BinaryIO, message: dict[str, Any]) -> None:
    write.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _send(write: BinaryIO, message: dict[str, Any]) -> None:
    _print(write, message)
    write.flush()


def main(arguments: list[str] | None = None) -> int:
    """Limits, model, mails. The exit code is 1 if a mail could not be read."""
    options = _options(arguments)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    write = own_stdout()
    os.umask(0o077)
    limit_memory(options.memory)
    try:
        model = loaded_model(options.cache, lambda line: _send(write, {"say": line}))
    except OSError as error:
        _send(write, {"fault": f"The model cannot be kept in {options.cache}: {error.strerror or error}."})
        return ENDED
    with contextlib.suppress(BrokenPipeError):  # whoever reads us has seen enough
        last = options.skip + options.count if options.count else None
        mails = islice(waiting(options.paths, sys.stdin.buffer), options.skip, last)
        fine = classify(mails, model, (options.act, options.review), write, cpu_limit(options.cpu))
        _send(write, {"done": fine})
        return 0 if fine else 1
    return ENDED


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = options_of("batch", "Reads mails for `classify`.")
    parser.add_argument("--act", type=float, required=True, help="at or above: band act")
    parser.add_argument("--review", type=float, required=True, help="at or above: band review")
    parser.add_argument("--skip", type=int, default=0, help="how many of the mails to pass over")
    parser.add_argument("--count", type=int, default=0, help="how many to read after that; 0 for all")
    parser.add_argument("paths", nargs="+")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
