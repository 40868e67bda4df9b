"""What the tests of installing share: wheels fetched once a lock, clone and packages made once a run."""

from __future__ import annotations

import fcntl
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from support.cyrus import _cache
from support.realmind import ROOT

from tools import check_tree

LOCKS = ("deb", "ways")
GIT = ["git", "-c", "user.name=Sam", "-c", "user.email=sam@example.org", "-c", "init.defaultBranch=main"]


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """`place` as `make(place)` left it. Other processes wait; what was cut off is made anew."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with (place.parent / f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = place.parent / f"{place.name}.done"
        if not done.exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            make(place)
            done.touch()
    return place


def of_the_run(factory) -> Path:
    """A folder that all processes of this run share: xdist gives each a folder of its own below it."""
    base = factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "packages"


def wheelhouse() -> Path:
    """The wheels of requirements/deb.txt and ways.txt, fetched as pip is set up here and kept in the tests' cache."""
    locks = [ROOT / "requirements" / f"{name}.txt" for name in LOCKS]
    key = zlib.crc32(b"".join(lock.read_bytes() for lock in locks) + " ".join(_pythons()).encode())
    return once(_cache() / f"wheels-{key:08x}", lambda place: _fetch(place, locks))


def _fetch(place: Path, locks: list[Path]) -> None:
    for old in place.parent.glob("wheels-*"):
        if old.is_dir() and old != place:
            shutil.rmtree(old)
            old.with_name(f"{old.name}.done").unlink(missing_ok=True)
    words = ["download", "-q", "--require-hashes", "--only-binary", ":all:", "--dest", str(place)]
    for python in _pythons():
        pip(python, *words, *(word for lock in locks for word in ("-r", str(lock))))


def _pythons() -> Iterator[str]:
    """The tests' own, and Debian's where it is another one: compiled wheels fit one minor version."""
    yield sys.executable
    debian = Path("/usr/bin/python3")
    if debian.exists() and debian.resolve().name != f"python3.{sys.version_info.minor}":
        yield str(debian)


def pip(python: str | Path, *words: str) -> None:
    """The pip of the tests' environment at work for another Python. Raises AssertionError with what it said."""
    command = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def ways(place: Path) -> None:
    """An environment with pipx and uv, pinned and hashed, from the wheelhouse alone."""
    venv.create(place, symlinks=True)
    lock = ROOT / "requirements" / "ways.txt"
    pip(place / "bin" / "python", "install", "-q", *offline(), "--require-hashes", "-r", str(lock))


def offline() -> list[str]:
    """Words for pip and uv: nothing but the wheelhouse."""
    return ["--no-index", "--find-links", str(wheelhouse())]


def commit(place: Path) -> None:
    """This tree as it is now, also what is not committed yet, as the one commit of a repository."""
    for name in check_tree.tree(ROOT):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    shutil.copy(ROOT / ".gitignore", place / ".gitignore")
    day = {"GIT_COMMITTER_DATE": "2026-03-02T10:00:00Z", "GIT_AUTHOR_DATE": "2026-03-02T10:00:00Z"}
    for words in (["init", "-q"], ["add", "--all"], ["commit", "-q", "-m", "As it is"]):
        subprocess.run([*GIT, *words], cwd=place, env=os.environ | day, check=True, capture_output=True)


def clone(source: Path, place: Path, umask: int) -> Path:
    """A clone of it, made and later built under this umask."""
    command = ["git", "clone", "-q", "--no-hardlinks", str(source), str(place)]
    subprocess.run(command, umask=umask, check=True, capture_output=True)
    return place


def tool(name: str, root: Path, *words: str | Path, umask: int = 0o022, **names: str) -> str:
    """`python -m tools.NAME` in a tree; what it said. Raises AssertionError."""
    kept = {key: os.environ[key] for key in os.environ if key.startswith(("PIP_", "PATH", "HOME", "LANG", "TMP"))}
    command = [sys.executable, "-m", f"tools.{name}", *map(str, words)]
    done = subprocess.run(
        command, cwd=root, env=kept | names, umask=umask, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def renumbered(deb: Path, version: str, made: Path) -> Path:
    """The same package under another version number: only what dpkg reads of it is written anew (deb(5))."""
    head, *members = _members(deb.read_bytes())
    said = subprocess.run(["dpkg-deb", "--ctrl-tarfile", deb], capture_output=True, check=True).stdout
    control = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(said)) as old, tarfile.open(fileobj=control, mode="w") as new:
        for member in old:
            content = old.extractfile(member).read() if member.isfile() else b""
            if member.name == "./control":
                content = re.sub(rb"(?m)^Version: .*", b"Version: " + version.encode(), content)
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    parts = [head, (b"control.tar", control.getvalue()), members[-1]]
    made.write_bytes(b"!<arch>\n" + b"".join(_member(*part) for part in parts))
    return made


def _members(archive: bytes) -> list[tuple[bytes, bytes]]:
    """Name and content of each member of an ar archive."""
    found, at = [], 8
    while at < len(archive):
        size = int(archive[at + 48 : at + 58])
        found.append((archive[at : at + 16].strip(), archive[at + 60 : at + 60 + size]))
        at += 60 + size + size % 2
    return found


def _member(name: bytes, content: bytes) -> bytes:
    return (
        b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name, 0, 0, 0, b"100644", len(content))
        + content
        + b"\n" * (len(content) % 2)
    )
