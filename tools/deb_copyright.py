"""The Debian package's copyright file (DEP 5): one paragraph for Highroad, one for each library in its environment."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import PurePosixPath

from tools import licences
from tools.licences import Library

HEAD = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: highroad
Comment: The libraries in {place} come as their authors built them. Each has its notices and the text of its
 licence in its folder there that ends in .dist-info.

Files: *
Copyright: 2026 the authors of Highroad
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
"""
PARAGRAPH = """\
Files: {files}
Copyright: the authors of {name}, as named in {info}
License: {licence}
 The text is in {info}.
 Home of {name}: {home}
"""


def copyright_file(packages: str) -> str:
    """The whole file; packages is where the libraries lie once installed."""
    return "\n".join([HEAD.format(place=packages), *(_paragraph(one, packages) for one in licences.libraries())])


def _paragraph(one: Library, packages: str) -> str:
    files = "\n ".join(f"{packages.lstrip('/')}/{name}" for name in sorted(set(_tops(one.name))))
    info = f"{packages}/{_folder(one.name)}-*.dist-info"
    licence = one.licence.replace(" AND ", " and ").replace(" OR ", " or ")
    return PARAGRAPH.format(files=files, name=one.name, info=info, licence=licence, home=one.home)


def _tops(name: str) -> Iterator[str]:
    """What a library lays into site-packages, as patterns; a version is left open."""
    for file in metadata.files(name) or []:
        first = PurePosixPath(file).parts[0]
        if first in {"..", "__pycache__"}:
            continue
        yield f"{_folder(name)}-*.dist-info/*" if first.endswith(".dist-info") else _pattern(first, len(file.parts))


def _pattern(first: str, depth: int) -> str:
    return f"{first}/*" if depth > 1 else first


def _folder(name: str) -> str:
    """How a library's .dist-info begins: scikit_learn."""
    return name.replace("-", "_")
