"""From the start of the process to READY=1 (sd_notify(3)), as a service manager sees it."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.link.contestants import empty
from bench.link.server import Box
from bench.link.service import bare_idle
from bench.link.show import Table, ratio
from support.cli import Home

LONGEST = 180.0
HEAD = ("", "median s", "ratio", "slowest s")


def started(box: Box, runs: int) -> Table:
    """The bare listener first; all ratios are to it."""
    found = [
        ("a bare imapclient, until it listens", [_listens(box) for _ in range(runs)]),
        ("`python -c pass`, until it has ended", [_passes() for _ in range(runs)]),
        ("`highroad run`, the first start ever (nothing learnt yet)", [_alone(box, _new) for _ in range(runs)]),
        ("`highroad run`, started again", _again(box, runs)),
    ]
    base = statistics.median(found[0][1])
    return Table(f"From the start to ready (medians of {runs})", HEAD, [_cells(*each, base) for each in found], NOTES)


def _listens(box: Box) -> float:
    began = time.perf_counter()
    with bare_idle(box):
        return time.perf_counter() - began


def _passes() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began


def _new(_home: Home) -> None:
    """The home as it is on the first day."""


def _alone(box: Box, prepare: Callable[[Home], None]) -> float:
    with empty() as folder:
        home = Home(folder, box.server.port, box.user, box.server.password)
        prepare(home)
        return ready(home)


def _again(box: Box, runs: int) -> list[float]:
    """A home that has read everything; each time with its journal as the last run left it."""
    with empty() as folder:
        home = Home(folder, box.server.port, box.user, box.server.password)
        home.lend_model()
        if (done := home.run("once", timeout=LONGEST)).returncode:
            raise SystemExit(f"highroad once failed: {done.stderr[-500:]}")
        return [ready(home) for _ in range(runs)]


def ready(home: Home) -> float:
    """Seconds until it says READY=1; it is stopped then. Raises SystemExit with its last words if it never does."""
    command = [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state), "run"]
    place = home.folder / "notify"
    place.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear, (home.folder / "log").open("wb") as log:
        ear.bind(str(place))
        ear.settimeout(LONGEST)
        env = {**home.env, "NOTIFY_SOCKET": str(place)}
        began = time.perf_counter()
        with subprocess.Popen(command, env=env, cwd=home.folder, stdout=log, stderr=log) as process:
            try:
                return _heard(ear, home.folder / "log") - began
            finally:
                process.terminate()
                process.wait(30)


def _heard(ear: socket.socket, log: Path) -> float:
    try:
        while b"READY=1" not in ear.recv(4096).split(b"\n"):
            pass
    except TimeoutError:
        raise SystemExit(f"It was not ready after {LONGEST:.0f} s. The log ends: {log.read_text()[-800:]}") from None
    return time.perf_counter()


def _cells(name: str, seconds: list[float], base: float) -> list[str]:
    middle = statistics.median(seconds)
    return [name, f"{middle:.2f}", ratio(middle, base), f"{max(seconds):.2f}"]


NOTES = [
    "Ready: settings read, journal open, every account's loop at work. It does not wait for a mail server, nor for the",
    f"model, which is learnt beside it when the first mail is to be read. {os.cpu_count()} cores.",
]
