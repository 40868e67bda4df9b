"""Bogofilter as a rival: a rejection is its spam, everything else its ham; judged in bulk mode, one process for all."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterable, Sequence
from email.header import Header
from pathlib import Path

from bench.classifier.child import WARM_UP, peak_mib
from bench.classifier.sets import Row

WHERE = shutil.which("bogofilter")


def learn(folder: Path, rows: Iterable[Row]) -> None:
    """Registers every row in a word list of its own (no configuration of this machine is read)."""
    known, home = list(rows), folder / "bogofilter"
    home.mkdir()
    for flag, truth in (("-s", True), ("-n", False)):
        names = _written(folder / f"learn{flag}", [row for row in known if row.rejection == truth])
        listed = "".join(f"{name}\n" for name in names)
        subprocess.run([WHERE, "-C", "-d", str(home), flag, "-b"], input=listed, text=True, check=True)


def judged(folder: Path, rows: Sequence[Row], prefix: Sequence[str]) -> dict[str, object]:
    """As `child.judged`: the first answers warm it up, and reading the small files of the mails is measured too."""
    names = _written(folder / "judge", rows)
    command = [*prefix, WHERE, "-C", "-d", str(folder / "bogofilter"), "-b", "-T"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        for name in names[:WARM_UP]:
            _asked(process, name)
        begun = time.perf_counter()
        answers = [_asked(process, name) for name in names]
        seconds = time.perf_counter() - begun
        # It waits for more names now, so its peak can be read exactly.
        peak = peak_mib(str(process.pid))
        process.stdin.close()
    return {"answers": answers, "seconds": seconds, "peak": peak}


def _asked(process: subprocess.Popen[str], name: Path) -> tuple[float, bool]:
    process.stdin.write(f"{name}\n")
    process.stdin.flush()
    _, verdict, score = process.stdout.readline().rsplit(" ", 2)
    return float(score), verdict == "S"


def _written(folder: Path, rows: Sequence[Row]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    names = [folder / f"{number:06}" for number in range(len(rows))]
    for name, row in zip(names, rows, strict=True):
        name.write_bytes(_message(row))
    return names


def _message(row: Row) -> bytes:
    subject = f"Subject: {Header(row.subject, 'utf-8').encode()}\n" if row.subject else ""
    head = f"{subject}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return f"{head}{row.text}\n".encode()
