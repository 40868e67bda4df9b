"""Builds sdist and wheel into dist/: `make wheel`. The same commit gives the same bytes, wherever and whenever.

The build runs with the hatchling of this environment, which requirements/ pins; nothing is fetched.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUT = ROOT / "dist"


def epoch(root: Path = ROOT) -> int:
    """The time that everything built is dated with, in s: $SOURCE_DATE_EPOCH, the last commit's, or pyproject.toml's.

    The last is for an unpacked sdist, in which every file bears the time of the commit that it was made from.
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    if not (root / ".git").exists():
        return int((root / "pyproject.toml").stat().st_mtime)
    asked = ["git", "-C", str(root), "-c", f"safe.directory={root}", "log", "-1", "--format=%ct"]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def build(out: Path, *targets: str, root: Path = ROOT) -> list[Path]:
    """Build the targets (sdist, wheel) of the tree at root into out. Raises SystemExit with what hatchling said."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as folder:
        _hatch(Path(folder).resolve(), targets, root)
        return [file.replace(out / file.name) for file in sorted(Path(folder).iterdir())]


def _hatch(folder: Path, targets: Sequence[str], root: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    command += [word for target in targets for word in ("--target", target)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch(root)), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"hatchling could not build {' and '.join(targets)}:\n{done.stdout}{done.stderr}")


def line(file: Path) -> str:
    """What is said of a file that was built: name, size and checksum."""
    octets = file.read_bytes()
    return f"{file.name}  {len(octets) / 1e6:.1f} MB  sha256 {hashlib.sha256(octets).hexdigest()}"


def main() -> None:
    """Build both and say what they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="where to (default: dist)")
    for built in build(parser.parse_args().out, "sdist", "wheel"):
        print(line(built))


if __name__ == "__main__":
    main()
