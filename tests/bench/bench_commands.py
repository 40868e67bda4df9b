"""How long the quick commands take and what they weigh, as ratios to `python -c pass` measured in the same run.

Run by `make bench`. Prints medians; nothing here is a verdict.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.cli import Home

RUNS = 9
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import typer, rich, pydantic": [sys.executable, "-c", "import typer, rich.console, pydantic"],
    "highroad --version": ["--version"],
    "highroad status": ["status"],
    "highroad log": ["log"],
    "highroad plan": ["plan"],
    "highroad config check": ["config", "check"],
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hr-bench-") as folder:
        home = Home(Path(folder), 1, "nobody", "x")
        _journal(home)
        base = None
        print(f"{'command':<32} {'median s':>9} {'ratio':>6} {'peak MiB':>9}")
        for name, arguments in COMMANDS.items():
            seconds, peak = _measured(home, arguments)
            base = base or seconds
            print(f"{name:<32} {seconds:>9.3f} {seconds / base:>6.1f} {peak:>9.0f}")


def _journal(home: Home) -> None:
    """An empty journal, so that the commands have something to open."""
    code = "import sys; from pathlib import Path; from daemon.adapters.journal.journal import open_journal; "
    code += "open_journal(Path(sys.argv[1])).close()"
    subprocess.run([sys.executable, "-c", code, str(home.state)], env=home.env, check=True)


def _measured(home: Home, arguments: list[str]) -> tuple[float, float]:
    """Median wall seconds and the largest peak of resident memory in MiB."""
    full = arguments if arguments[0] == sys.executable else _highroad(home, arguments)
    times, peaks = [], []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        process = subprocess.Popen(
            full, env=home.env, cwd=home.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, _, usage = os.wait4(process.pid, 0)
        times.append(time.perf_counter() - began)
        peaks.append(usage.ru_maxrss / 1024)
        process.returncode = 0
    return statistics.median(times[1:]), max(peaks)


def _highroad(home: Home, arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state), *arguments]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
