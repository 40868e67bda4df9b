"""Where templates lie: ours in this package, a person's own in a folder of theirs, which override ours by name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

SUFFIX: Final = ".txt.j2"
LETTERS: Final = (
    "thank_you",
    "feedback_request",
    "thank_you_and_feedback",
    "follow_up",
    "keep_in_touch",
    "status_check",
    "linkedin_note",
    "reflection",
)
"""Every letter there is; each language has them all."""
NOTES: Final = frozenset({"linkedin_note", "reflection"})
"""The letters that go to the person themselves, and so have a subject of their own."""
LARGEST: Final = 64 * 1024
"""An own template has at most so many octets."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
_NAME: Final = re.compile(r"[a-z]{2,3}/_?[a-z]+(?:_[a-z]+)*", re.ASCII)


class TemplateError(ValueError):
    """A letter that cannot be written: which file, which line, what is wrong. The message is a sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A template as text, and how to name its file to a person."""

    text: str
    file: str


@dataclass(frozen=True, slots=True)
class Folders:
    """Our templates, and the person's own over them, if there is such a folder. Looks anew each time it is asked."""

    own: Path | None = None

    def languages(self) -> frozenset[str]:
        """The languages there are letters in: ours, and those the person has written every letter in."""
        ours = (folder.name for folder in _root().iterdir() if folder.is_dir() and _ours(folder.name))
        theirs = (name for name in self.own_languages() if self.names(name) >= set(LETTERS))
        return frozenset((*ours, *theirs))

    def own_languages(self) -> frozenset[str]:
        """The languages of the person's own templates."""
        found = (entry for entry in _entries(self.own) if _LANGUAGE.fullmatch(entry.name) and entry.is_dir())
        return frozenset(entry.name for entry in found)

    def names(self, language: str) -> frozenset[str]:
        """The letters of a language; empty for one that there are no words in."""
        every = (*_ours(language), *self.own_files(language))
        return frozenset(name for name in every if not name.startswith("_"))

    def own_files(self, language: str) -> frozenset[str]:
        """The person's own templates of a language by name, the shared parts (_phrases) too."""
        if self.own is None or not _LANGUAGE.fullmatch(language):
            return frozenset()
        names = (entry.name for entry in _entries(self.own / language) if entry.name.endswith(SUFFIX))
        return frozenset(name.removesuffix(SUFFIX) for name in names)

    def is_own(self, language: str, name: str) -> bool:
        """Whether a letter is the person's own, or rests on a part of theirs."""
        return any(file == name or file.startswith("_") for file in self.own_files(language))

    def source(self, path: str) -> Source | None:
        """A template by `language/name`, the person's own before ours. Raises TemplateError, with file and line."""
        if not _NAME.fullmatch(path):
            return None
        language, _, name = path.partition("/")
        if self.own is not None and name in self.own_files(language):
            return _read(self.own / language / f"{name}{SUFFIX}")
        ours = _root() / language / f"{name}{SUFFIX}"
        return Source(ours.read_text("utf-8"), f"templates/{path}{SUFFIX}") if ours.is_file() else None

    def file(self, language: str, name: str) -> str:
        """How to name the file of a letter to a person."""
        own = self.own is not None and name in self.own_files(language)
        return str((self.own if own and self.own else Path("templates")) / language / f"{name}{SUFFIX}")


def _entries(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(folder.iterdir())
    except OSError:  # there is none, or it is not a folder: nobody has own templates then
        return []


def _read(path: Path) -> Source:
    if not path.is_file():
        raise TemplateError(f"{path}, line 1: is not a file; write a text file there, or take it away.")
    try:
        with path.open("rb") as file:
            octets = file.read(LARGEST + 1)
    except OSError as error:
        raise TemplateError(f"{path}, line 1: cannot be read ({os.strerror(error.errno or 0)}).") from None
    if len(octets) > LARGEST:
        raise TemplateError(f"{path}, line 1: is larger than {LARGEST // 1024} KiB, which no letter needs.")
    return Source(_decoded(octets, path), str(path))


def _decoded(octets: bytes, path: Path) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        raise TemplateError(f"{path}, line {line}: is not UTF-8; save it as UTF-8.") from None


def _root() -> resources.abc.Traversable:
    return resources.files("templates")


def _ours(language: str) -> list[str]:
    if not _LANGUAGE.fullmatch(language):
        return []
    folder = _root() / language
    names = [item.name for item in folder.iterdir()] if folder.is_dir() else []
    return [name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)]
