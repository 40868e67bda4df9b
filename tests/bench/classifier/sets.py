"""The sets that classifiers are compared on: decoded text, the same for all, and what a person calls it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from zlib import crc32

from classifiers.corpus import Sample, load
from classifiers.labelled import Fault, candidates
from classifiers.mail import Mail
from classifiers.values import Address, Headers

FOLDS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One mail. `sender` (name, address) and `html` are for Highroad as it is used; nobody else is shown them."""

    subject: str | None
    text: str
    rejection: bool
    sender: tuple[str, str] | None = None
    html: bool = False

    @property
    def words(self) -> str:
        """Subject and body, as every classifier reads them."""
        return f"{self.subject or ''}\n\n{self.text}".strip()

    def mail(self, *, whole: bool) -> Mail:
        """The mail as Highroad reads it: subject and body, or the `whole` of it."""
        sender = Address(*self.sender) if whole and self.sender else None
        return Mail(Headers(subject=self.subject, sender=sender), self.text, whole and self.html)


@dataclass(frozen=True, slots=True)
class Exam:
    """A named set."""

    name: str
    rows: tuple[Row, ...]


def exams(paths: Sequence[str]) -> Iterator[Exam]:
    """The validation set of this project, then every labelled .jsonl or folder given."""
    if own := load("validation"):
        yield Exam("own validation set", tuple(map(of_sample, own)))
    for path in paths:
        yield Exam(Path(path).name, tuple(_labelled(path)))


def of_sample(sample: Sample) -> Row:
    """A mail of the corpus or of the validation set."""
    return _row(sample.mail, sample.label)


def fold_of(sample: Sample) -> int:
    """In which of FOLDS parts of the corpus a mail is; a family is never split."""
    return crc32(f"{sample.language}/{sample.family}".encode()) % FOLDS


def _labelled(path: str) -> Iterator[Row]:
    for found in candidates([path]):
        one = found.read()
        if isinstance(one, Fault):
            raise SystemExit(str(one))
        if not one.ambiguous:
            yield _row(one.mail, one.label)


def _row(mail: Mail, label: str) -> Row:
    sender = mail.headers.sender
    known = (sender.name, sender.address) if sender else None
    return Row(mail.headers.subject, mail.text, label == "rejection", known, mail.html)


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Rows as a file for another process."""
    path.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows), "utf-8")


def read_rows(path: Path) -> list[Row]:
    """The rows of such a file."""
    return [Row(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
