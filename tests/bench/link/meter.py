"""What a command and all its children use: wall seconds, CPU by process, peak RSS and PSS. From /proc alone (proc(5)).

A sampler looks at the command's session and at whatever descends from it. The CPU of a child that ends between two
looks is lost by that much (0.1 s at most); the kernel's own sum for what the command waited for is taken if larger.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 2**20
_EVERY = 0.1
_WEIGHED_EVERY = 0.5


@dataclass
class Used:
    """What a command used: seconds of wall time and CPU, CPU seconds by process name, peaks in MiB, its output."""

    wall: float = 0.0
    cpu: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    rss: float = 0.0
    pss: float = 0.0
    peaks: dict[str, float] = field(default_factory=dict)
    out: str = ""

    @property
    def cores(self) -> float:
        """How many cores were busy on average."""
        return self.cpu / self.wall


@dataclass(frozen=True)
class Process:
    """One line of /proc/PID/stat (proc_pid_stat(5)): seconds of CPU, of it and of the children it waited for."""

    pid: int
    parent: int
    session: int
    cpu: float
    reaped: float
    rss: float


def process(pid: int) -> Process | None:
    """What the kernel says of a process; None when it is gone."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    part = said.rpartition(")")[2].split()
    numbers = [int(one) for one in (part[1], part[3], *part[11:15], part[21])]
    parent, session, user, system, user_reaped, system_reaped, pages = numbers
    cpu, reaped = (user + system) / TICK, (user_reaped + system_reaped) / TICK
    return Process(pid, parent, session, cpu, reaped, pages * PAGE / MIB)


def family(pid: int) -> list[Process]:
    """A process and all that descends from it or shares its session."""
    there = [one for entry in Path("/proc").glob("[1-9]*") if (one := process(int(entry.name)))]
    known = {pid}
    for one in sorted(there, key=lambda one: one.pid):
        if one.session == pid or one.parent in known:
            known.add(one.pid)
    return [one for one in there if one.pid in known]


def pss(pid: int) -> float:
    """Its proportional share of memory in MiB (proc_pid_smaps(5)); 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def named(pid: int, names: Mapping[str, str]) -> str:
    """The name of the first text that its command line holds; else of the program."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "gone"
    return next((name for text, name in names.items() if text in line), line.split(" ")[0].rpartition("/")[2])


class Watch(threading.Thread):
    """Looks at the family of a process until told to stop."""

    def __init__(self, pid: int, names: Mapping[str, str], *, weigh: bool) -> None:
        super().__init__(daemon=True)
        self.used, self._pid, self._names, self._weigh = Used(), pid, names, weigh
        self._cpu: dict[int, tuple[str, float]] = {}
        self._over = threading.Event()

    def run(self) -> None:
        weighed = 0.0
        while not self._over.wait(_EVERY):
            here = family(self._pid)
            self._count(here)
            if self._weigh and time.monotonic() - weighed >= _WEIGHED_EVERY:
                self._weighed(here)
                weighed = time.monotonic()

    def _count(self, here: Sequence[Process]) -> None:
        for one in here:
            name = self._cpu[one.pid][0] if one.pid in self._cpu else named(one.pid, self._names)
            self._cpu[one.pid] = name, max(one.cpu, self._cpu.get(one.pid, ("", 0.0))[1])

    def _weighed(self, here: Sequence[Process]) -> None:
        used = self.used
        used.rss = max(used.rss, sum(one.rss for one in here))
        used.pss = max(used.pss, sum(pss(one.pid) for one in here))
        for one in here:
            name = self._cpu[one.pid][0]
            used.peaks[name] = max(used.peaks.get(name, 0.0), one.rss)

    def stop(self) -> Used:
        """End, and what was used."""
        self._over.set()
        self.join()
        for name, seconds in self._cpu.values():
            self.used.parts[name] = self.used.parts.get(name, 0.0) + seconds
        return self.used


def measured(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    names: Mapping[str, str] = {},
    weigh: bool = False,
) -> Used:
    """Run a command to its end. Raises CalledProcessError, with its last words printed, when it fails."""
    began = time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=env, cwd=cwd, stdout=pipe, stderr=subprocess.STDOUT, start_new_session=True
    ) as child:
        watch = Watch(child.pid, names, weigh=weigh)
        watch.start()
        out = child.stdout.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
    used = watch.stop()
    if child.returncode:
        print(out[-2000:])
        raise subprocess.CalledProcessError(child.returncode, list(command))
    used.wall, used.out = wall, out
    used.cpu = max(sum(used.parts.values()), usage.ru_utime + usage.ru_stime)
    return used


def during(pid: int, act: Callable[[], Used]) -> tuple[Used, float]:
    """What `act` measured, and the CPU seconds that another family (a server's, say) used meanwhile."""
    before = _spent(pid)
    used = act()
    return used, _spent(pid) - before


def _spent(pid: int) -> float:
    return sum(one.cpu + one.reaped for one in family(pid))
