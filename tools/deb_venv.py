"""The virtual environment of the Debian package: made here, for /opt/highroad, with Debian's Python.

What runs pip is the Python of this environment; what it installs for is the other one. Nothing is built: every
dependency is a wheel, pinned and hashed by requirements/deb.txt (what runs, and what the demo needs besides).
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PLACE = Path("opt/highroad")
STARTER = """\
#!/opt/highroad/bin/python3 -I
from daemon.cli import main

main()
"""
_OLD_WHEELS = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}


@dataclass(frozen=True, slots=True)
class Python:
    """Debian's Python: the program that the environment points to, and the package that brings it."""

    program: Path
    package: str

    @property
    def name(self) -> str:
        """Of its folder below lib: python3.11."""
        return self.program.name


def packages(python: Python) -> Path:
    """Where the libraries lie, below the root."""
    return PLACE / "lib" / python.name / "site-packages"


def debian_python(asked: Path) -> Python:
    """The Python behind a path, which has to be Debian's own. Raises SystemExit with what to do."""
    program = asked.resolve()
    told = subprocess.run(["dpkg-query", "-S", program], capture_output=True, text=True, check=False)
    if told.returncode or not re.fullmatch(r"python3\.\d+", program.name):
        raise SystemExit(
            f"{asked} is no Python that a package of this machine brings, and the package has to depend on one. "
            "Install it (apt-get install python3), or name another one: --python /usr/bin/python3"
        )
    if tuple(map(int, program.name[6:].split("."))) < (3, 11):
        raise SystemExit(f"{asked} is {program.name}; Highroad needs Python 3.11 or later.")
    return Python(program, program.name)


def fill(stage: Path, python: Python, requirements: Path, wheel: Path, wheels: Path | None) -> None:
    """Make the environment below stage; with `wheels` (a folder) nothing is fetched. Raises SystemExit."""
    venv = stage / PLACE
    _empty(venv, python)
    where = ["--no-index", "--find-links", str(wheels)] if wheels else []
    _install(venv, "--require-hashes", "--only-binary", ":all:", "-r", str(requirements), *where)
    _install(venv, "--no-index", "--no-deps", str(wheel))
    _tidy(venv, stage / packages(python))
    _compile(stage, python)


def _empty(venv: Path, python: Python) -> None:
    (venv / "lib" / python.name / "site-packages").mkdir(parents=True)
    (venv / "bin").mkdir()
    (venv / "bin" / "python3").symlink_to(python.program)
    home = f"home = {python.program.parent}\ninclude-system-site-packages = false\n"
    (venv / "pyvenv.cfg").write_text(home)


def _install(venv: Path, *words: str) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python3"), "install", "-qq", "--no-compile"]
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX"):
        environment.pop(name, None)
    done = subprocess.run([*command, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pip could not install {words[-1]}:\n{done.stdout}{done.stderr}")


def _tidy(venv: Path, libraries: Path) -> None:
    """Take away what nobody runs (commands, manuals and tests of libraries), and where our wheel lay when built."""
    for folder in [*libraries.rglob("tests"), venv / "share"]:
        shutil.rmtree(folder, ignore_errors=True)
    commands = [file for file in (venv / "bin").iterdir() if file.name != "python3"]
    for file in [*libraries.glob("*.dist-info/direct_url.json"), *commands]:
        file.unlink()
    (venv / "bin" / "highroad").write_text(STARTER)
    (venv / "bin" / "highroad").chmod(0o755)
    for record in libraries.glob("*.dist-info/RECORD"):
        _only_what_is_there(record, libraries)


def _only_what_is_there(record: Path, libraries: Path) -> None:
    with record.open(newline="") as lines:
        rows = [row for row in csv.reader(lines) if (libraries / row[0]).exists()]
    with record.open("w", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(row for row in rows if not row[0].startswith(".."))


def _compile(stage: Path, python: Python) -> None:
    """Byte code for all of it, since no user may write there; unchecked, so that no time of a file is in it."""
    command = [str(python.program), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(stage), "-p", "/", str(stage / PLACE / "lib")]
    environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"}
    subprocess.run(command, env=environment, check=True, capture_output=True)


def libc(libraries: Path) -> str:
    """The oldest glibc that every wheel found there runs with: "2.28"."""
    least = (2, 17)
    for file in libraries.glob("*.dist-info/WHEEL"):
        tags = re.findall(r"^Tag: .*-(\w+)$", file.read_text(), re.MULTILINE)
        least = max(least, min((_glibc(tag) for tag in tags), default=least))
    return ".".join(map(str, least))


def _glibc(tags: str) -> tuple[int, int]:
    found = [(int(major), int(minor)) for major, minor in re.findall(r"manylinux_(\d+)_(\d+)", tags)]
    old = [version for name, version in _OLD_WHEELS.items() if name in tags]
    return min([*found, *old], default=(0, 0))
