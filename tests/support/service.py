"""`highroad run` as a service manager has it: started, told things by signals, stopped; what it said is in `log`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from support.cli import Home
from support.overheard import EAR


class Service:
    """A context manager; `home` is the person's."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._path = home.folder / "service.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.kill()

    @property
    def log(self) -> str:
        """All that it said since the home was made."""
        return self._path.read_text()

    @property
    def pid(self) -> int:
        """Of the daemon itself."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it (again)."""
        command = [sys.executable, "-m", "daemon", "--config", str(self.home.config)]
        command += ["--state-dir", str(self.home.state), "run"]
        with self._path.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=self.home.env, cwd=self.home.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def tell(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def stop(self, seconds: float = 20) -> int:
        """SIGTERM; its exit code. Raises TimeoutExpired."""
        self.tell(signal.SIGTERM)
        assert self.process is not None
        return self.process.wait(seconds)

    def kill(self) -> None:
        """SIGKILL, if it is still there."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._path.exists():
            EAR.read(self.log, "the log of a service")

    def cpu_seconds(self) -> float:
        """CPU time used so far, of the daemon alone."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
