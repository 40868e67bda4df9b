"""The machine that tests boot: it is one, and the real one does not notice."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import machine_groups
from support.machine import machine
from support.waiting import until

pytestmark = [pytest.mark.machine, pytest.mark.slow]


def mounts():
    return sorted(Path("/proc/self/mountinfo").read_text().splitlines())


def groups(name):
    return list(Path("/sys/fs/cgroup").rglob(name))


def test_a_machine_boots_and_leaves_this_one_as_it_was(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("as it was")
    before, kernel = mounts(), Path("/proc/sys/fs/file-max").read_text()
    with machine() as box:
        assert box.check(["systemctl", "--failed", "--quiet", "--no-legend"]) == ""
        assert box.told("systemd-journald.service", "ActiveState") == "active"
        box.write(kept, "changed")
        box.write("/etc/systemd/system/highroad-trace.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n")
        assert box.systemctl("daemon-reload").returncode == 0
        assert box.systemctl("start", "highroad-trace").returncode == 0
        assert box.run(["useradd", "trace"]).returncode == 0
        assert box.read(kept) == "changed"
        assert box.run(["sh", "-c", "echo 7 >/proc/sys/fs/file-max"]).returncode != 0
        assert groups(box.console_path.parent.name)
        init, name = box.init, box.console_path.parent.name
    assert not Path(f"/proc/{init}").exists()
    assert kept.read_text() == "as it was"
    assert not Path("/etc/systemd/system/highroad-trace.service").exists()
    assert "trace:" not in Path("/etc/passwd").read_text()
    assert Path("/proc/sys/fs/file-max").read_text() == kernel
    assert mounts() == before
    assert not groups(name)


def test_a_machine_ends_with_the_process_that_booted_it():
    script = (
        "import os, signal\nfrom support.machine import machine\nwith machine() as box:\n"
        "    print(box.init, box.console_path.parent, flush=True)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    init, base = done.stdout.split()
    asyncio.run(until(lambda: not Path(f"/proc/{init}").exists(), 30))
    machine_groups.remove(sorted(Path("/sys/fs/cgroup").rglob(Path(base).name)))
    shutil.rmtree(base)
