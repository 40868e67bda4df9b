"""What learns and judges, in a process of its own: `python -m bench.classifier.child learn|judge NAME FOLDER ...`."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from bench.classifier.sets import Row, fold_of, read_rows

from classifiers.corpus import Sample, load

BATCH = 50
WARM_UP = 10
Judge = Callable[[Sequence[Row]], list[tuple[float, bool]]]
WHOLE = "-whole"


def samples(without: int | None) -> list[Sample]:
    """The corpus, or what is left without one of its folds."""
    return [sample for sample in load() if fold_of(sample) != without]


def judge_of(name: str, folder: Path) -> Judge:
    """How a classifier judges: a score of rejection, and whether it calls the mail one, for each row."""
    module = import_module(f"bench.classifier.{name.removesuffix(WHOLE)}")
    return module.Judge(folder, whole=True) if name.endswith(WHOLE) else module.Judge(folder)


def judged(judge: Judge, rows: Sequence[Row]) -> dict[str, object]:
    """Answers in the order of the rows, seconds of wall time, and this process's peak of resident memory in MiB."""
    judge(rows[:WARM_UP])
    begun = time.perf_counter()
    answers = [answer for at in range(0, len(rows), BATCH) for answer in judge(rows[at : at + BATCH])]
    seconds = time.perf_counter() - begun
    return {"answers": answers, "seconds": seconds, "peak": peak_mib("self")}


def peak_mib(process: str) -> float:
    """Peak resident memory (VmHWM). Unlike ru_maxrss it leaves out what the process was forked from."""
    status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def main(duty: str, name: str, folder: str, last: str = "") -> None:
    if duty == "learn":
        import_module(f"bench.classifier.{name}").learn(Path(folder), int(last) if last else None)
    else:
        json.dump(judged(judge_of(name, Path(folder)), read_rows(Path(last))), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
