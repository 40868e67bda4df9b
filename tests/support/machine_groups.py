"""Groups of processes (cgroups) for a booted machine: one of its own in every hierarchy, taken away at the end."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

_TOP = Path("/sys/fs/cgroup")


def make(name: str) -> list[Path]:
    """A group called `name` below our own in every hierarchy that is mounted."""
    made = [place / name for place in _places()]
    for group in made:
        group.mkdir()
        for setting in ("cpuset.cpus", "cpuset.mems"):  # a group without them takes nobody in
            if (group.parent / setting).exists() and not (group / setting).read_text().strip():
                (group / setting).write_text((group.parent / setting).read_text())
    return made


def remove(groups: list[Path], seconds: float = 10) -> None:
    """Take the groups away with all that is below. Raises OSError when somebody still lives there after so many s."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            for group in groups:
                _remove(group)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _remove(group: Path) -> None:
    if group.exists():
        for folder, _, _ in os.walk(group, topdown=False):
            with contextlib.suppress(FileNotFoundError):
                Path(folder).rmdir()


def _places() -> list[Path]:
    """Our own group in every hierarchy: lines such as 4:memory:/here, and 0::/here (cgroups(7)).

    Raises OSError where one cannot be seen: the machine would live in everybody's.
    """
    found = []
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        name = kinds.removeprefix("name=") or ("" if (_TOP / "cgroup.controllers").exists() else "unified")
        place = _TOP / name / path.lstrip("/")
        if not (place / "cgroup.procs").exists():
            raise OSError(f"{place} is not to be seen")
        found.append(place)
    return found
