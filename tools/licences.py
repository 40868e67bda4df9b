"""Writes docs/licences.md: under which licences everything stands that Highroad needs. `make docs` calls it.

Alone: python -m tools.licences, or with --check only compares. What a library says of itself (its metadata) is taken
where it is an SPDX expression; where it is not, what was read in its licence's text. Versions are not named: those are
in requirements/deb.txt, and a licence that changes with one changes this page, so that somebody looks.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from tools.page import kept

PAGE = Path("docs/licences.md")
LOCK = Path("requirements/deb.txt")
PYTHONS = ("3.11.0", "3.12.0", "3.13.0", "3.14.0")

READ = {
    "aiosmtplib": "MIT",
    "cloudpickle": "BSD-3-Clause",
    "contourpy": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "fonttools": "MIT",
    "imapclient": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "markdown-it-py": "MIT",
    "matplotlib": "LicenseRef-Matplotlib",
    "mdurl": "MIT",
    "proxy-protocol": "MIT",
    "pymap": "MIT",
    "pysasl": "MIT",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "rich": "MIT",
    "scipy": "BSD-3-Clause",
    "shellingham": "ISC",
    "six": "MIT",
    "skops": "MIT",
    "tomli-w": "MIT",
    "tzdata": "Apache-2.0",
    "wcwidth": "MIT",
}
"""Read by us in the licence's text, where the metadata have no expression."""

CARRIED = {
    "Xau": "MIT",
    "avif": "BSD-2-Clause",
    "brotlicommon": "MIT",
    "brotlidec": "MIT",
    "freetype": "FTL",
    "gfortran": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "gomp": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "harfbuzz": "MIT",
    "jpeg": "IJG AND BSD-3-Clause",
    "lcms2": "MIT",
    "lzma": "0BSD",
    "openjp2": "BSD-2-Clause",
    "png16": "libpng-2.0",
    "quadmath": "LGPL-2.1-or-later",
    "scipy_openblas": "BSD-3-Clause",
    "scipy_openblas64_": "BSD-3-Clause",
    "sharpyuv": "BSD-3-Clause",
    "tiff": "libtiff",
    "webp": "BSD-3-Clause",
    "webpdemux": "BSD-3-Clause",
    "webpmux": "BSD-3-Clause",
    "xcb": "MIT",
    "zstd": "BSD-3-Clause",
}
"""Shared libraries that compiled wheels carry in a folder of their own (numpy.libs), by name without lib and number."""

FREE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "FTL",
    "GPL-3.0-or-later WITH GCC-exception-3.1",  # the exception: programs that use GCC's libraries are free of the GPL
    "IJG",
    "ISC",
    "LGPL-2.1-or-later",  # linked dynamically, and replaceable as a file
    "LicenseRef-Matplotlib",  # PSF-2.0 with another name in it
    "libpng-2.0",
    "libtiff",
    "MIT",
    "MIT-CMU",
    "PSF-2.0",
    "Zlib",
}
"""Licences that may stand beside the Apache License 2.0 in one program, also under the GPL 3."""

HEAD = """# Licences of what Highroad needs

Highroad itself stands under the Apache License 2.0. Installed, it brings the libraries below, in the versions that
`requirements/run.txt` pins (an installation with pipx or uv takes newer ones where they fit); pymap, proxy-protocol and
pysasl are for the demo alone. Made by `make docs` from what the libraries say of themselves and, where that is no SPDX
expression, from what we read in their licence's text: do not edit it here. The texts themselves come with each library,
in its `.dist-info` folder.

A licence that is not known, or that cannot stand beside ours, fails a test.
"""
CARRIED_HEAD = """
## Shared libraries inside the compiled wheels

numpy, scipy, scikit-learn and pillow bring shared libraries of others, not on every kind of machine the same ones:
"""
CARRIED_FOOT = """
libgomp, libgfortran and libquadmath are GCC's run-time libraries; the exception allows any program to use them. The
Debian package leaves them as they are, as files of their own.
"""
LABELS = ("homepage", "home", "source", "source code", "repository", "code", "documentation")


@dataclass(frozen=True, slots=True)
class Library:
    """One of the lock: its licence as an SPDX expression ("" when nobody knows), and where it lives."""

    name: str
    licence: str
    home: str


def names(lock: str) -> list[str]:
    """What of a lock is installed on Linux, whichever Python it is."""
    lines = (line.split("\\")[0] for line in lock.splitlines() if re.match(r"[a-z0-9]", line))
    wanted = [one for one in map(Requirement, lines) if any(_needed(one, python) for python in PYTHONS)]
    return sorted({one.name for one in wanted})


def _needed(one: Requirement, python: str) -> bool:
    short = python.rpartition(".")[0]
    place = {"sys_platform": "linux", "python_full_version": python, "python_version": short}
    return one.marker is None or one.marker.evaluate(place)


def library(name: str) -> Library:
    """What is known of an installed library. Raises PackageNotFoundError."""
    told = metadata.metadata(name)
    (own,), (home,) = (told.get_all(field) or [""] for field in ("License-Expression", "Home-page"))
    return Library(name, own or READ.get(name, ""), _home(told.get_all("Project-URL") or [], home))


def _home(urls: list[str], home: str) -> str:
    """The address that is most of a home, with https where the library still says http."""
    told = {label.strip().lower(): url.strip() for label, _, url in (one.partition(",") for one in urls)}
    first = next((told[label] for label in LABELS if label in told), home)
    return re.sub("^http:", "https:", first)


def libraries() -> list[Library]:
    """All of requirements/deb.txt, as installed here."""
    return [library(name) for name in names(LOCK.read_text("utf-8"))]


def allowed(expression: str) -> bool:
    """Whether an SPDX expression leaves a choice that is free: one side of OR, both of AND, brackets first."""
    while found := re.search(r"\(([^()]*)\)", expression):
        expression = expression.replace(found[0], "MIT" if _flat(found[1]) else "not free")
    return _flat(expression)


def _flat(expression: str) -> bool:
    return any(all(part.strip() in FREE for part in side.split(" AND ")) for side in expression.split(" OR "))


def carried() -> set[str]:
    """Names of the shared libraries that the wheels installed here carry in folders of their own."""
    places = {Path(str(metadata.distribution(name).locate_file(""))) for name in names(LOCK.read_text("utf-8"))}
    files = (file.name for place in places for file in place.glob("*.libs/*.so*"))
    return {re.sub(r"^lib|-[0-9a-f]{8}.*|\.so.*", "", re.sub(r"(-[0-9a-f]{8})+", "", name)) for name in files}


def page() -> str:
    """The whole page."""
    return "\n".join([*_libraries(), *_carried()])


def _libraries() -> Iterator[str]:
    yield from (HEAD, "| library | licence | home |", "|---|---|---|")
    for one in libraries():
        yield f"| {one.name} | {one.licence or 'UNKNOWN'} | {one.home} |"


def _carried() -> Iterator[str]:
    yield from (CARRIED_HEAD, "| library | licence |", "|---|---|")
    yield from (f"| lib{name} | {licence} |" for name, licence in CARRIED.items())
    yield CARRIED_FOOT


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    return kept(PAGE, page(), arguments, "what the installed libraries say")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
