"""How many whole mails a second are classified, from .eml files to JSON rows, on one core, beside mail-parser alone.

Run by `make bench`. Prints mails a CPU second, for mails as servers hand them out (headers of every hop, HTML)
and for bare ones; then for a usual mailbox, read in groups as the daemon's readers do (facts left out where the journal
keeps none). Each mail is read once, after others have warmed the process. Nothing here is a verdict.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).parent.parent))

import mailparser
from support.emls import bare, emls, written
from support.mixedmails import mixed
from support.realmodel import real_model

from classifiers.batch import classify
from classifiers.sources import waiting
from classifiers.worker import serve

WARM = 400
MAILS = 2_000
SLICE = 250


def main() -> None:
    model = real_model()
    print(f"{'mails':<10} {'octets':>7} {'classify/s':>11} {'mail-parser/s':>14} {'ratio':>6}")
    for name, mails in (("whole", emls(WARM + MAILS)), ("bare", [bare(raw) for raw in emls(WARM + MAILS)])):
        with tempfile.TemporaryDirectory(prefix="hr-bench-") as folder:
            _line(name, mails, written(mails, Path(folder)), model)
    _grouped("mixed", mixed(WARM + MAILS), model)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak memory of this process (model, corpus and mails included): {peak:.0f} MiB")


def _grouped(name: str, mails: list[bytes], model: object) -> None:
    _answered(mails[:WARM], model)
    ours = alone = 0.0
    for at in range(WARM, len(mails), SLICE):
        ours += _answered(mails[at : at + SLICE], model)
        alone += _parsed(mails[at : at + SLICE])
    _row(name, mails, ours, alone)


def _answered(mails: list[bytes], model: object) -> float:
    groups = [mails[at : at + 16] for at in range(0, len(mails), 16)]
    asked = b"".join(
        json.dumps({"id": 1, "bytes": [*map(len, group)], "lean": 0.1}).encode() + b"\n" + b"".join(group)
        for group in groups
    )
    began = time.process_time()
    serve(io.BytesIO(asked), io.BytesIO(), model)
    return time.process_time() - began


def _line(name: str, mails: list[bytes], folder: Path, model: object) -> None:
    paths = sorted(map(str, folder.iterdir()))
    _classified(paths[:WARM], model)
    ours = alone = 0.0
    # By turns, so that whatever else this machine does falls on both.
    for at in range(WARM, len(paths), SLICE):
        ours += _classified(paths[at : at + SLICE], model)
        alone += _parsed(mails[at : at + SLICE])
    _row(name, mails, ours, alone)


def _row(name: str, mails: list[bytes], ours: float, alone: float) -> None:
    count, octets = len(mails) - WARM, sum(map(len, mails)) // len(mails)
    print(f"{name:<10} {octets:>7} {count / ours:>11.0f} {count / alone:>14.0f} {alone / ours:>6.2f}")


def _classified(paths: list[str], model: object) -> float:
    began = time.process_time()
    if not classify(waiting(paths, io.BytesIO()), model, (0.9, 0.5), io.BytesIO()):
        raise SystemExit("A mail of the corpus could not be read.")
    return time.process_time() - began


def _parsed(mails: list[bytes]) -> float:
    began = time.process_time()
    for raw in mails:
        mailparser.parse_from_bytes(raw)
    return time.process_time() - began


if __name__ == "__main__":
    main()
