"""Checks the tree itself; every finding is one line that names the file and what to do. Exit code 1 if there is one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOMS = ("daemon", "classifiers", "templates", "config")
LONGEST = 300

# Letters in brackets and split slashes keep these patterns from finding themselves.
HOST = re.compile(
    r"py[p]i\.(?:org|python)|python[h]osted\.|npm[j]s\.|(?:deb|security)\.[d]ebian\.|crates\.[i]o|rubygems\.[o]rg"
    r"|proxy\.[g]olang\.|conda\.[a]naconda|repo\.maven\.[a]pache",
    re.IGNORECASE,
)
DOWNLOAD = re.compile(
    r"(?:https?|ftp):/" + r"/(?P<host>[^\s/:]+)[^\s)>\"']+\.(?:whl|tar\.gz|tgz|zip|deb|exe|AppImage|sh)\b"
)
NOWHERE = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$")  # RFC 2606, 6761
SOURCE = re.compile(r"://|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)", re.MULTILINE)


def tree(root: Path) -> list[Path]:
    """Every file that is committed or would be, relative to root; without git, every file outside hidden folders."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        names = [Path(name) for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        names = [path.relative_to(root) for path in root.rglob("*")]
    return sorted(name for name in names if _ours(name) and (root / name).is_file())


def _ours(name: Path) -> bool:
    hidden = any(part.startswith(".") and part != ".ci" for part in name.parts[:-1])
    return not hidden and "__pycache__" not in name.parts


def addresses(root: Path, names: list[Path]) -> Iterator[str]:
    """Registry hosts and download addresses anywhere, and any source at all in requirements/."""
    for name in names:
        text = (root / name).read_bytes().decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            if found := HOST.search(line) or _download(line):
                yield f"{name}:{number}: names {found[0]!r}, a place to download from; take it out."
        if name.parts[0] == "requirements" and (source := SOURCE.search(text)):
            yield f"{name}: carries {source[0].strip()!r}; where packages come from is each machine's own business."


def _download(line: str) -> re.Match[str] | None:
    found = DOWNLOAD.search(line)
    return None if found is None or NOWHERE.search(found["host"]) else found


def rooms(root: Path, names: list[Path]) -> Iterator[str]:
    """Files of the four packages that are too long, and `__init__` files that define something."""
    for name in names:
        if name.parts[0] not in ROOMS or name.suffix != ".py":
            continue
        text = (root / name).read_text("utf-8")
        if (lines := text.count("\n")) > LONGEST:
            yield f"{name}: {lines} lines; {LONGEST} is the most. Split it by duty."
        if name.name == "__init__.py" and not docstring_only(text):
            yield f"{name}: an __init__ holds a docstring and nothing else; move the rest to a module with a name."


def docstring_only(text: str) -> bool:
    """Whether a module is one docstring."""
    body = ast.parse(text).body
    return len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)


def present(root: Path, names: list[Path]) -> Iterator[str]:
    """What must be there, and what must not."""
    units = ["systemd/highroad.service", "systemd/user/highroad.service"]
    wanted = ["LICENSE", *units, *(f"{room}/py.typed" for room in ROOMS)]
    yield from (f"{name}: is missing." for name in wanted if not (root / name).is_file())
    for name in names:
        if name.name == "__init__.py" and name.parts[0] in {"tests", "systemd", "tools"}:
            yield f"{name}: would make {name.parts[0]} an importable package; take it out."


def locks(root: Path) -> Iterator[str]:
    """Requirements of pyproject.toml that a lock does not hold, or holds in a version that does not fit."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    run, demo = project["project"]["dependencies"], project["project"]["optional-dependencies"]["demo"]
    groups = {key: [x for x in group if isinstance(x, str)] for key, group in project["dependency-groups"].items()}
    build = demo + groups["build"]
    asked = {"run": run, "demo": run + build, "dev": run + build + groups["dev"], "lock": groups["lock"]}
    asked |= {"deb": run + demo, "ways": groups["ways"] + groups["lock"]}
    for lock, requirements in asked.items():
        pins = pinned((root / "requirements" / f"{lock}.txt").read_text("utf-8"))
        for wanted in map(Requirement, requirements):
            if not any(wanted.specifier.contains(pin) for pin in pins.get(canonicalize_name(wanted.name), [])):
                yield f"requirements/{lock}.txt: holds no {wanted}, as pyproject.toml asks. Run `make lock`."


def pinned(text: str) -> dict[str, list[str]]:
    """Versions by canonical name of a requirements file (more than one where they differ by Python version)."""
    pins: dict[str, list[str]] = {}
    for name, version in PIN.findall(text):
        pins.setdefault(canonicalize_name(name), []).append(version)
    return pins


def findings(root: Path) -> list[str]:
    """Everything that is wrong with the tree at root."""
    names = tree(root)
    return [*addresses(root, names), *rooms(root, names), *present(root, names), *locks(root)]


if __name__ == "__main__":
    found = findings(Path())
    print("\n".join(found) or "Nothing is wrong with the tree.")
    sys.exit(bool(found))
