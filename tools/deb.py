"""Builds dist/highroad_VERSION_ARCH.deb: `make deb`. An environment of its own in /opt/highroad, unit, user, man page.

It fits the Debian (or Ubuntu) and the machine's architecture that it is built on. The same commit and the same Python
give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from config.writer import Answers, config_text
from tools import deb_copyright, deb_venv
from tools.deb_venv import PLACE, Python, debian_python, packages
from tools.wheel import OUT, ROOT, build, epoch, line

PARTS = ROOT / "tools" / "debian"
DOC = Path("usr/share/doc/highroad")
PAGES = ("README.md", "CHANGELOG.md")
MAINTAINER = "The Highroad project <highroad@localhost>"
COPIES = {
    "lib/systemd/system/highroad.service": ROOT / "systemd" / "highroad.service",
    "lib/systemd/system/highroad.service.d/10-package.conf": PARTS / "service.conf",
    "usr/lib/sysusers.d/highroad.conf": PARTS / "sysusers.conf",
    "etc/default/highroad": PARTS / "default",
}
CONFFILES = ("/etc/default/highroad",)
COMPLETIONS = {
    "bash": "usr/share/bash-completion/completions/highroad",
    "zsh": "usr/share/zsh/vendor-completions/_highroad",
    "fish": "usr/share/fish/vendor_completions.d/highroad.fish",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What to build: with which Python, from which wheels (None: as pip is set up), into which folder."""

    python: Python
    wheels: Path | None
    out: Path


def make(wish: Wish) -> Path:
    """Build the package; the file. Raises SystemExit with one sentence, and what a program said that failed."""
    began = epoch()
    wish.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="highroad-deb-") as folder:
        stage = Path(folder, "root")
        (wheel,) = build(Path(folder), "wheel")
        deb_venv.fill(stage, wish.python, ROOT / "requirements" / "deb.txt", wheel, wish.wheels)
        _furnish(stage)
        _write(stage, wish.python, began)
        _control(stage, wish.python)
        _even(stage, began)
        return _pack(stage, wish.out, began)


def version() -> str:
    """The version of pyproject.toml as Debian orders it: 1.0rc1 comes before 1.0, so it is 1.0~rc1."""
    return re.sub(r"\.?(a|b|rc|dev)(?=\d)", r"~\1", _project()["version"])


def _project() -> dict[str, str]:
    told: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return told


def architecture() -> str:
    """Debian's name of this machine's kind: amd64, arm64."""
    return subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()


def _furnish(stage: Path) -> None:
    """What is copied from the tree."""
    documents = [ROOT / page for page in PAGES] + sorted((ROOT / "docs").glob("*.md"))
    copies = COPIES | {str(DOC / page.relative_to(ROOT)): page for page in documents}
    for place, source in copies.items():
        (stage / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, stage / place)
    (stage / "usr" / "bin").mkdir()
    (stage / "usr" / "bin" / "highroad").symlink_to(Path("/", PLACE, "bin", "highroad"))


def _write(stage: Path, python: Python, began: int) -> None:
    """What is made: man page, changelog, copyright, a sample of settings, and what shells complete with."""
    day = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(began))
    answers = Answers("Sam Rivera", "sam@example.org", "imap.example.org", ("credential", "highroad.imap"))
    _zipped(stage / "usr/share/man/man1/highroad.1.gz", (ROOT / "docs" / "highroad.1").read_text("utf-8"))
    _zipped(stage / DOC / "changelog.gz", _filled("changelog.in", DAY=day))
    texts = {DOC / "copyright": deb_copyright.copyright_file(f"/{packages(python)}")}
    texts |= {DOC / "examples" / "config.toml": config_text(answers)}
    texts |= {Path(place): _completion(shell) for shell, place in COMPLETIONS.items()}
    for place, text in texts.items():
        (stage / place).parent.mkdir(parents=True, exist_ok=True)
        (stage / place).write_text(text, "utf-8")


def _completion(shell: str) -> str:
    """As `highroad completion` of this tree prints it."""
    command = [sys.executable, "-m", "daemon", "completion", shell]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _filled(name: str, **values: str) -> str:
    """One of the parts in tools/debian with its @NAMES@ filled in."""
    values |= {"VERSION": version(), "ARCH": architecture(), "MAINTAINER": MAINTAINER}
    return re.sub(r"@([A-Z]+)@", lambda name: values[name[1]], (PARTS / name).read_text("utf-8"))


def _zipped(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _control(stage: Path, python: Python) -> None:
    """What dpkg reads: control, conffiles, checksums and the maintainer's scripts."""
    control, libc = stage / "DEBIAN", deb_venv.libc(stage / packages(python))
    size = sum(-(-file.lstat().st_size // 1024) or 1 for file in stage.rglob("*"))
    sums = [f"{hashlib.md5(file.read_bytes()).hexdigest()}  {file.relative_to(stage)}" for file in _files(stage)]
    control.mkdir()
    (control / "md5sums").write_text("\n".join([*sums, ""]))
    (control / "conffiles").write_text("\n".join([*CONFFILES, ""]))
    (control / "control").write_text(_filled("control.in", SIZE=str(size), PYTHON=python.package, LIBC=libc))
    for script in ("postinst", "prerm", "postrm"):
        shutil.copyfile(PARTS / script, control / script)
        (control / script).chmod(0o755)


def _files(stage: Path) -> list[Path]:
    return sorted(file for file in stage.rglob("*") if file.is_file() and not file.is_symlink())


def _even(stage: Path, began: int) -> None:
    """Rights and times that say nothing of who built it, and when."""
    for file in [stage, *stage.rglob("*")]:
        if not file.is_symlink():
            runs = file.is_dir() or file.stat().st_mode & 0o100
            file.chmod(0o755 if runs else 0o644)
        os.utime(file, (began, began), follow_symlinks=False)
    (stage / "etc" / "default" / "highroad").chmod(0o600)


def _pack(stage: Path, out: Path, began: int) -> Path:
    file = out / f"highroad_{version()}_{architecture()}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(stage), str(file)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(began), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"dpkg-deb could not build {file.name}:\n{done.stdout}{done.stderr}")
    return file


def main() -> None:
    """Build it and say what it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="where to (default: dist)")
    parser.add_argument("--python", type=Path, default=Path("/usr/bin/python3"), help="Debian's Python")
    parser.add_argument("--wheels", type=Path, help="a folder of wheels to take, instead of fetching them")
    given = parser.parse_args()
    if shutil.which("dpkg-deb") is None:
        raise SystemExit("A Debian package is built with dpkg-deb, on Debian or Ubuntu. `make wheel` works everywhere.")
    print(line(make(Wish(debian_python(given.python), given.wheels, given.out))))


if __name__ == "__main__":
    main()
