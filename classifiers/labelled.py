"""Mails whose label is known: rows of a .jsonl, and mails in folders named after labels. What is wrong is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from classifiers.labelled_rows import RowFault, parsed
from classifiers.mail import Mail, mail_of
from classifiers.sources import STDIN, Waiting, waiting
from classifiers.values import LABELS, Label

_NUMBERED: Final = re.compile(r"(?P<path>.+):\d+", re.DOTALL)
_NAMES: Final[Mapping[str, Label]] = {label: label for label in LABELS}
_NO_STDIN: Final = "Labelled mails are not read from standard input; name a .jsonl, or folders named after labels."
_NOTHING: Final = "There is nothing in it: neither a line nor a mail."
_NO_LABEL: Final = f"The mail lies in no folder named after a label; the labels are {', '.join(LABELS)}."


@dataclass(frozen=True, slots=True)
class Labelled:
    """One mail and what is true of it.

    `source` is the path, with :n for the n-th line or mail of a file. `truths` holds only what is known: a key that
    is there with None says that the mail does not tell. `ambiguous`: people would not agree on the label.
    """

    source: str
    mail: Mail
    label: Label
    language: str | None = None
    kind: str | None = None
    origin: str | None = None
    ambiguous: bool = False
    truths: Mapping[str, str | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one labelled mail, and where it stands."""

    source: str
    what: str

    def __str__(self) -> str:
        return f"{self.source}: {self.what}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A labelled mail that has been found and not yet looked into; `folder` is what its folder says of it."""

    found: Waiting
    folder: Label | None

    @property
    def source(self) -> str:
        """Where it stands."""
        return self.found.source

    def read(self) -> Labelled | Fault:
        """The mail with its label, or what is wrong with it."""
        if self.found.error is not None:
            return Fault(self.source, self.found.error)
        return _row(self) if self.found.row else _mail(self)


def candidates(paths: Iterable[str]) -> Iterator[Candidate]:
    """Every labelled mail that the paths name, in input order; folders recursively, sorted by name."""
    for path in paths:
        if path == STDIN:
            yield Candidate(Waiting(STDIN, b"", error=_NO_STDIN), None)
            continue
        empty = True
        for found in waiting([path], BytesIO()):
            empty = False
            yield Candidate(found, _folder_label(Path(path), found.source))
        if empty:
            yield Candidate(Waiting(path, b"", error=_NOTHING), None)


def passed_over(paths: Iterable[str], judged: Iterable[str]) -> list[str]:
    """The files in the folders among the paths that none of these sources stands in, sorted; hidden ones aside."""
    taken = {_place(source) for source in judged}
    inside = (file for path in paths if Path(path).is_dir() for file in Path(path).rglob("*"))
    seen = (file for file in inside if file.is_file() and not file.name.startswith("."))
    return sorted(str(file) for file in seen if file not in taken)


def _place(source: str) -> Path:
    """The file that a source stands in."""
    numbered = None if Path(source).exists() else _NUMBERED.fullmatch(source)
    return Path(numbered["path"] if numbered else source)


def _folder_label(root: Path, source: str) -> Label | None:
    """The innermost label among the names from the path that was given down to the mail."""
    place = _place(source).absolute()
    above = root.absolute().parent.parent if root.is_file() else root.absolute().parent
    names = place.parts[len(above.parts) :]
    return next((label for name in reversed(names) if (label := _label_named(name))), None)


def _label_named(name: str) -> Label | None:
    stem = name.removesuffix(".mbox").removesuffix(".mbx")
    return _NAMES.get(stem.casefold().replace("-", "_").replace(" ", "_"))


def _mail(candidate: Candidate) -> Labelled | Fault:
    if candidate.folder is None:
        return Fault(candidate.source, _NO_LABEL)
    found = candidate.found.read()
    if found.mail is None:
        return Fault(candidate.source, found.error or "The mail cannot be read.")
    return Labelled(candidate.source, found.mail, candidate.folder)


def _row(candidate: Candidate) -> Labelled | Fault:
    try:
        row = parsed(candidate.found.raw)
    except RowFault as fault:
        return Fault(candidate.source, str(fault))
    label = _NAMES[row.label] if row.label else candidate.folder
    if label is None:
        return Fault(candidate.source, f'The line has no "label"; it is one of {", ".join(LABELS)}.')
    if candidate.folder not in (None, label):
        return Fault(candidate.source, f"The line says {label}, and the folder it lies in says {candidate.folder}.")
    mail = mail_of(row.subject, row.sender, row.body)
    return Labelled(candidate.source, mail, label, row.language, row.kind, row.origin, row.ambiguous, row.truths)
