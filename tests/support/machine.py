"""A booted systemd machine for tests: namespaces of its own, this machine's root as a copy on write, the same network.

What is installed or changed inside is gone at the end, and so are its processes, mounts and groups; this machine has
not changed. Needs root, as a machine does.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from support import machine_groups

SCRIPT = Path(__file__).with_name("machine_boot.sh")
ROOT = Path(__file__).parents[2]
_INIT = "/lib/systemd/systemd"
_TOOLS = ("unshare", "nsenter", "setpriv", "mount", "pivot_root", "systemctl", "dbus-daemon", "gpg")
_LOGS_IN = "*/security/pam_systemd.so"
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_ANSWERS = ("running", "degraded")
HOW = "as root, where mounting is allowed, apt-get install systemd libpam-systemd dbus gnupg"


@cache
def boot_why_not() -> str | None:
    """Why no machine can be booted here, as a half-sentence; None when one can."""
    if os.geteuid():
        return "only root can boot one"
    missing = [name for name in _TOOLS if shutil.which(name, path=_PATH) is None]
    missing += [] if Path(_INIT).exists() and list(Path("/lib").glob(_LOGS_IN)) else ["systemd"]
    if missing:
        return f"{', '.join(missing)} cannot be found"
    try:
        with machine(20):
            return None
    except (OSError, AssertionError) as error:
        return f"it does not come up here ({_last_words(error)})"


def _last_words(error: Exception) -> str:
    return next((line for line in reversed(str(error).splitlines()) if line.strip()), "without a word")


@contextmanager
def machine(seconds: float = 30) -> Iterator[Machine]:
    """A machine that is up, within so many s; gone with all its processes at the end."""
    base = tempfile.mkdtemp(prefix="hr-machine-")
    try:
        with _groups(base) as groups, (Path(base) / "console").open("wb") as console:
            box = Machine(_start(base, groups, console), Path(base) / "console")
            try:
                box.await_up(seconds)
                yield box
            finally:
                box.end()
    finally:
        shutil.rmtree(base)


@contextmanager
def _groups(base: str) -> Iterator[list[Path]]:
    groups = machine_groups.make(Path(base).name)
    try:
        yield groups
    finally:
        machine_groups.remove(groups)


def _start(base: str, groups: list[Path], console) -> subprocess.Popen[bytes]:
    (Path(base) / "root").mkdir()
    init = [_INIT, "--system", "--log-target=journal-or-kmsg", "--show-status=no", "systemd.unit=basic.target"]
    command = _command(base + "/root", groups, "env", "container=highroad-test", *init)
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True)


def _command(base: str, groups: list[Path], *first: str) -> list[str]:
    """The shell goes into the groups first, so that their namespace begins there; all dies with this process."""
    enter = 'base=$1; shift; while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"'
    spaces = ["unshare", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child"]
    inner = [*spaces, "sh", str(SCRIPT), base, *first]
    return ["setpriv", "--pdeathsig", "KILL", "sh", "-c", enter, "sh", base, *map(str, groups), "--", *inner]


class Machine:
    """See `machine`. `python` runs the tests' own interpreter inside once `lend` was called."""

    def __init__(self, process: subprocess.Popen[bytes], console: Path) -> None:
        self._process, self.console_path = process, console

    # --- its life ---

    def await_up(self, seconds: float) -> None:
        """Until systemd says that it is up. Raises AssertionError with what it said on the console."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self.init and self._inside(["systemctl", "is-system-running"], 10).stdout.strip() in _ANSWERS:
                return
            time.sleep(0.05)
        raise AssertionError(f"The machine did not come up within {seconds:g} s:\n{self.console()}")

    def end(self) -> None:
        """SIGKILL to its init: the kernel ends everything else in it."""
        init = self.init
        if init:
            with contextlib.suppress(ProcessLookupError):
                os.kill(init, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait(30)

    @property
    def init(self) -> int:
        """Our number for its first process, 0 while there is none: unshare's only child."""
        try:
            told = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        except OSError:
            return 0
        return int(told[0]) if told else 0

    def console(self) -> str:
        """What it said while it came up."""
        return self.console_path.read_text(errors="replace")

    # --- doing things inside ---

    def run(
        self,
        argv: Sequence[str | Path],
        timeout: float = 30,
        *,
        input: str | None = None,  # noqa: A002  (as subprocess calls it)
        env: dict[str, str] | None = None,
        user: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside, as `user` if one is named; whatever it answers. Its environment: root's and `env`."""
        names = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
        }
        words = [f"{name}={value}" for name, value in {**names, **(env or {})}.items()]
        who = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        return self._inside(["env", "-i", *words, *who, *map(str, argv)], timeout, input)

    def check(self, argv: Sequence[str | Path], timeout: float = 30, **more) -> str:
        """Standard output of a program that has to succeed. Raises AssertionError with all that it said."""
        done = self.run(argv, timeout, **more)
        assert done.returncode == 0, f"{' '.join(map(str, argv))} gave {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def systemctl(self, *words: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """`systemctl WORDS` inside."""
        return self.run(["systemctl", "--no-pager", *words], timeout)

    def told(self, unit: str, name: str) -> str:
        """One property of a unit, as `systemctl show` has it."""
        return self.systemctl("show", "--value", f"--property={name}", unit).stdout.strip()

    def journal(self, unit: str) -> str:
        """What the machine's journal has of a unit."""
        return self.check(["journalctl", "--no-pager", "--output=short-monotonic", f"--unit={unit}"])

    def write(self, path: str | Path, text: str, mode: int = 0o644) -> None:
        """Write a file inside; its directory is made."""
        script = 'umask 077; mkdir -p -m 755 "$(dirname "$1")"; cat >"$1"; chmod "$2" "$1"'
        self.check(["sh", "-c", script, "sh", path, f"{mode:o}"], input=text)

    def read(self, path: str | Path) -> str:
        """A file inside."""
        return self.check(["cat", path])

    def exists(self, path: str | Path) -> bool:
        """Whether there is anything of this name inside; a link that leads nowhere counts."""
        return self.run(["sh", "-c", '[ -e "$1" ] || [ -L "$1" ]', "sh", path]).returncode == 0

    def _inside(
        self,
        argv: Sequence[str],
        timeout: float,
        input: str | None = None,  # noqa: A002
    ) -> subprocess.CompletedProcess[str]:
        spaces = ["nsenter", f"--target={self.init}", "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--"]
        return subprocess.run(
            [*spaces, *argv], input=input or "", capture_output=True, text=True, timeout=timeout, check=False
        )

    # --- the program under test ---

    def lend(self, place: str = "/opt/highroad") -> str:
        """Make the tests' interpreter, libraries and this tree visible where a confined service may look; the command.

        All of it is bound, not copied: a virtual environment of the same libraries, and `highroad` in its bin.
        """
        folders = {f"{place}/python": sys.base_prefix, f"{place}/lib": f"{sys.prefix}/lib", f"{place}/tree": str(ROOT)}
        script = 'mkdir -p -m 755 "$1" && mount --bind "$2" "$1"'
        for there, here in folders.items():
            self.check(["sh", "-c", script, "sh", there, here])
        # An interpreter that was built for another place finds its library by the list of all libraries.
        self.write("/etc/ld.so.conf.d/00-lent.conf", f"{place}/python/lib\n")
        self.check(["ldconfig"])
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self.write(f"{place}/pyvenv.cfg", f"home = {place}/python/bin\ninclude-system-site-packages = false\n")
        self.check(["sh", "-c", f"mkdir -p -m 755 {place}/bin && ln -s ../python/bin/{name} {place}/bin/python3"])
        exports = f"export PYTHONPATH={place}/tree PYTHONDONTWRITEBYTECODE=1"
        starter = f'exec {place}/bin/python3 -P -m daemon "$@"'
        self.write(f"{place}/bin/highroad", f"#!/bin/sh\n{exports}\n{starter}\n", 0o755)
        return f"{place}/bin/highroad"
