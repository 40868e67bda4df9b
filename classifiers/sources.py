"""What `classify` reads: .eml, mbox, Maildir, folders of them, .jsonl, or one mail on stdin. Lazily, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from classifiers.mail import Mail, MailError, mail_of, read_mail
from classifiers.octets import PREFIX_BYTES

STDIN: Final = "-"
_LINE_MAX: Final = 16 * 2**20
_CHUNK: Final = 2**16
_TIME: Final = re.compile(rb"\d\d:\d\d")
_MAIL_SUFFIXES: Final = frozenset((".eml", ".mbox", ".mbx", ".jsonl"))
_UNREADABLE: Final = "cannot be read; see that it is there and that you may read it."


@dataclass(frozen=True, slots=True)
class Found:
    """One mail, or the sentence that says why there is none.

    `source` is the path as found, with :n for the n-th line or mail of a file. `label` is what a labelled .jsonl row
    says of it, unchecked.
    """

    source: str
    mail: Mail | None = None
    error: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mail that has been found and not yet looked into: reading it may be what kills the reader."""

    source: str
    raw: bytes
    row: bool = False
    error: str | None = None

    def read(self) -> Found:
        """The mail, or why there is none."""
        if self.error is not None:
            return Found(self.source, error=self.error)
        return _row(self.source, self.raw) if self.row else _mail(self.source, self.raw)


def found(paths: Iterable[str], stdin: BinaryIO) -> Iterator[Found]:
    """Every mail that the paths name, read one at a time, in input order; folders recursively, sorted by name."""
    return (one.read() for one in waiting(paths, stdin))


def waiting(paths: Iterable[str], stdin: BinaryIO) -> Iterator[Waiting]:
    """The same, each to be read by the caller."""
    for path in paths:
        yield from [Waiting(STDIN, stdin.read(PREFIX_BYTES))] if path == STDIN else _named(Path(path))


def _named(path: Path) -> Iterator[Waiting]:
    try:
        if path.is_dir():
            yield from _folder_named(path)
        elif path.exists():
            yield from _file(path)
        else:
            yield Waiting(str(path), b"", error=f"There is no {path}; name a mail, a mailbox file or a folder of them.")
    except (OSError, ValueError) as error:
        yield _failed(path, error)


def _failed(path: Path, error: OSError | ValueError) -> Waiting:
    what = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not valid"
    return Waiting(str(path), b"", error=f"{path} {_UNREADABLE} ({what})")


def _folder_named(path: Path) -> Iterator[Waiting]:
    empty = True
    for one in _folder(path):
        empty = False
        yield one
    if empty:
        yield Waiting(str(path), b"", error=f"The folder {path} holds no mail: no .eml, mbox, .jsonl or Maildir in it.")


def _folder(path: Path) -> Iterator[Waiting]:
    """The mails of a folder; those of a Maildir (cur and new in it) whatever their names are."""
    maildir = (path / "cur").is_dir() and (path / "new").is_dir()
    for entry in sorted(path.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            if not (entry.is_symlink() or (maildir and entry.name in ("cur", "new", "tmp"))):
                yield from _inner(entry)
        elif _holds_mail(entry):
            yield from _inner(entry)
    if maildir:
        for name in ("cur", "new"):
            for entry in sorted((path / name).iterdir(), key=lambda one: one.name):
                yield from _single(entry) if entry.is_file() else ()


def _inner(path: Path) -> Iterator[Waiting]:
    try:
        yield from _folder(path) if path.is_dir() else _file(path)
    except OSError as error:
        yield _failed(path, error)


def _holds_mail(path: Path) -> bool:
    """Whether a file of a folder is meant: by its name, or without any suffix by the first line of an mbox."""
    if not path.is_file():
        return False
    return path.suffix.lower() in _MAIL_SUFFIXES or (not path.suffix and _is_mbox(path))


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        return path.suffix == ""  # named as a source, so that the failure is told


def _file(path: Path) -> Iterator[Waiting]:
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        yield from _lines(path)
    elif suffix in (".mbox", ".mbx") or (suffix != ".eml" and _is_mbox(path)):
        yield from _mbox(path)
    else:
        yield from _single(path)


def _single(path: Path) -> Iterator[Waiting]:
    try:
        with path.open("rb") as file:
            raw = file.read(PREFIX_BYTES)
    except OSError as error:
        yield _failed(path, error)
        return
    yield Waiting(str(path), raw)


def _mbox(path: Path) -> Iterator[Waiting]:
    """The mails of an mbox (RFC 4155), each cut at PREFIX_BYTES; a `From ` after a blank line begins the next."""
    number, kept, size = 0, list[bytes](), 0
    with path.open("rb") as file:
        for line, begins in _marked(file):
            if begins:
                if kept:
                    yield Waiting(f"{path}:{number}", b"".join(kept))
                number, kept, size = number + 1, [], 0
            elif size < PREFIX_BYTES:
                kept.append(re.sub(rb"\A>(>*From )", rb"\1", line))
                size += len(line)
    if kept:
        yield Waiting(f"{path}:{max(number, 1)}", b"".join(kept))


def _marked(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """The lines of an mbox, very long ones in pieces, and whether one begins a mail."""
    blank, whole, first = True, True, True
    while line := file.readline(_CHUNK):
        # Not every writer quotes a paragraph that begins with "From ", so what separates mails must have a time in it.
        yield line, blank and line.startswith(b"From ") and (first or _TIME.search(line) is not None)
        first = False
        blank = whole and not line.strip(b"\r\n")
        whole = line.endswith(b"\n")


def _lines(path: Path) -> Iterator[Waiting]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LINE_MAX):
            number += 1
            if len(line) == _LINE_MAX:
                yield Waiting(
                    f"{path}:{number}", b"", error=f"The line is longer than {_LINE_MAX} octets; the rest is not read."
                )
                return
            if line.strip():
                yield Waiting(f"{path}:{number}", line, row=True)


def _mail(source: str, raw: bytes) -> Found:
    try:
        return Found(source, read_mail(raw))
    except MailError as error:
        return Found(source, error=str(error))
    except RecursionError:
        return Found(source, error="The mail nests too deeply to be read.")


def _row(source: str, line: bytes) -> Found:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return Found(
            source, error='The line is no JSON object; write {"subject": ..., "from": ..., "body": ...} on one line.'
        )
    if wrong := _wrong(data):
        return Found(source, error=wrong)
    sender = data.get("from")
    return Found(source, mail_of(data.get("subject"), sender, data.get("body") or ""), label=data.get("label"))


def _wrong(data: object) -> str | None:
    """What is wrong with a row, as a sentence. Other keys than ours are nobody's business."""
    if not isinstance(data, dict):
        return 'The line is JSON, but no object; write {"subject": ..., "from": ..., "body": ...}.'
    for key in ("subject", "from", "body", "label"):
        if not isinstance(data.get(key), str | None):
            return f"The value of {key!r} is no text; leave the key out if there is none."
    if not any(data.get(key) for key in ("subject", "from", "body")):
        return "The line has neither subject nor from nor body: there is nothing to read."
    return None
