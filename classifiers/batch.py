"""`python -m classifiers.batch`: the killable child of `classify`, which prints a line of JSON for each mail.

Before each mail goes a line `{"next": source}`; while the model is trained, `{"say": sentence}`; before giving up,
`{"fault": sentence}`. A mail that needs too much CPU or memory ends the process, and the last `next` names it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from classifiers.limits import Limit, cpu_limit, limit_memory, loaded_model, own_stdout
from classifiers.report import row
from classifiers.sources import Waiting, waiting

if TYPE_CHECKING:
    from classifiers.model import Model

ENDED: Final = 3
"""The exit code when not all mails were looked at."""


def classify(
    mails: Iterable[Waiting], model: Model, bands: tuple[float, float], write: BinaryIO, limit: Limit = lambda: None
) -> bool:
    """Print one object a mail, in order; whether all of them could be read. `limit` is called before each."""
    fine = True
    for one in mails:
        _send(write, {"next": one.source})
        limit()
        found = one.read()
        verdict = model.verdict(found.mail) if found.mail else None
        _send(write, row(found, verdict, *bands))
        fine = fine and found.error is None
    return fine


def _send(write: BinaryIO, message: dict[str, Any]) -> None:
    write.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
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
        mails = waiting(options.paths, sys.stdin.buffer)
        return 0 if classify(mails, model, (options.act, options.review), write, cpu_limit(options.cpu)) else 1
    return ENDED


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m classifiers.batch", description="Reads mails for `classify`.")
    parser.add_argument("--cache", type=Path, required=True, help="where the trained model is kept")
    parser.add_argument("--act", type=float, required=True, help="at or above: band act")
    parser.add_argument("--review", type=float, required=True, help="at or above: band review")
    parser.add_argument("--cpu", type=int, default=0, help="CPU seconds a mail may take; 0 for no limit")
    parser.add_argument("--memory", type=int, default=0, help="address space in MiB; 0 for no limit")
    parser.add_argument("paths", nargs="+")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
