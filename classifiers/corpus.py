"""Loads the corpus and the validation set: their text format, the expansion of choices and slots, a file's faults."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import getaddresses
from importlib import resources
from importlib.resources.abc import Traversable
from random import Random
from typing import Final, cast

from classifiers.fill import LANGUAGES, SLOTS, filled, slug
from classifiers.htmltext import html_to_text
from classifiers.mail import Mail, clean_text, one_line
from classifiers.values import LABELS, Address, Headers, Label
from classifiers.wordset import word_set

_OPENING: Final = re.compile(r"=== (?P<family>[^\s]+)(?: x(?P<count>[1-9]\d?))?\s*$")
_CHOICE: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_IN_ADDRESS: Final = re.compile(r"\{(\w+)\}(?=[\w.{}+-]*@)")
_HEADER: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]*):\s*(?P<value>.*)$")
_TRUTH: Final = re.compile(r"~(?P<name>[a-z_]+):\s*(?P<value>.*)$")
_KNOWN: Final = word_set(
    "from to cc subject reply-to list-id list-unsubscribe precedence auto-submitted in-reply-to references date"
)
TRUTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "reason": (
        "other_candidate",
        "position_filled",
        "position_closed",
        "not_qualified",
        "location_or_visa",
        "unstated",
    ),
    "after_interview": ("yes", "no"),
    "invites_future": ("yes", "no"),
}
CORPUS: Final = "corpus"
"""What is learnt from: classifiers/corpus."""
VALIDATION: Final = "validation"
"""What is never learnt from, written by another hand: classifiers/validation, in the same form."""
FREE_TRUTHS: Final[Mapping[str, tuple[str, ...]]] = {
    CORPUS: (),
    VALIDATION: ("company", "role", "requisition"),
}
"""Truths in words of the mail, or `none`, by the set that may have them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One expanded mail of the corpus with what a reader would know of it. `family` is never split between sets."""

    label: Label
    language: str
    family: str
    mail: Mail
    truths: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One `===` block of a corpus file: where it stands, how often it is expanded, and its lines as written."""

    path: str
    line: int
    family: str
    count: int
    text: str
    root: str = CORPUS

    @property
    def language(self) -> str:
        """The language folder of the file."""
        return self.path.split("/")[0]

    @property
    def label(self) -> str:
        """The label folder of the file."""
        return self.path.split("/")[1]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a corpus file, at which line."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def load(root: str = CORPUS) -> list[Sample]:
    """A whole set, expanded, in an order that depends on its files alone. Faulty or repeated mails are left out."""
    seen: set[tuple[str | None, str]] = set()
    samples = []
    for sample in (item for path, text in files(root) for item in expand_file(path, text, root)):
        key = (sample.mail.headers.subject, sample.mail.text)
        if key not in seen:
            seen.add(key)
            samples.append(sample)
    return samples


def files(root: str = CORPUS) -> Iterator[tuple[str, str]]:
    """Path (language/label/name.txt) and text of every file of a set, by path; nothing for a set that is not there."""
    folder = resources.files("classifiers").joinpath(root)
    if not folder.is_dir():
        return
    for path, entry in sorted(_walk(folder, ""), key=lambda item: item[0]):
        yield path, entry.read_text("utf-8")


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        elif entry.name.endswith(".txt"):
            yield path, entry


def expand_file(path: str, text: str, root: str = CORPUS) -> Iterator[Sample]:
    """The mails of one file; those with a fault are left out (`faults_of` names them)."""
    if fault_of_place(path):
        return
    for pattern in patterns(path, text, root):
        if not faults_of(pattern):
            yield from expand(pattern)


def fault_of_place(path: str) -> str | None:
    """What is wrong with where a file stands, as a sentence, or None."""
    parts = path.split("/")
    if len(parts) != 3:
        return "A corpus file stands in <language>/<label>/; move it there."
    if parts[0] not in LANGUAGES:
        return f"The language folder {parts[0]!r} is not one of {', '.join(LANGUAGES)}."
    if parts[1] not in LABELS:
        return f"The label folder {parts[1]!r} is not one of {', '.join(LABELS)}."
    return None


def patterns(path: str, text: str, root: str = CORPUS) -> Iterator[Pattern]:
    """The `===` blocks of a file, faulty opening lines included (with an empty family)."""
    start, opening, body = 0, "", list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("==="):
            if start:
                yield _pattern((path, root), start, opening, body)
            start, opening, body = number, line, []
        elif start:
            body.append(line)
    if start:
        yield _pattern((path, root), start, opening, body)


def _pattern(place: tuple[str, str], line: int, opening: str, body: Sequence[str]) -> Pattern:
    found = _OPENING.match(opening)
    family, count = (found["family"], int(found["count"] or 1)) if found else ("", 1)
    return Pattern(place[0], line, family, count, "\n".join(body).rstrip(), place[1])


def faults_of(pattern: Pattern) -> list[Fault]:
    """Everything that is wrong with one block, each with the line it stands in."""
    if not pattern.family:
        return [Fault(pattern.path, pattern.line, "A mail begins with `=== family` or `=== family x6`.")]
    faults = [*_choice_faults(pattern), *_slot_faults(pattern), *_header_faults(pattern)]
    if not faults and not all(mail.text or mail.headers.subject for mail in (one.mail for one in expand(pattern))):
        faults.append(Fault(pattern.path, pattern.line, f"The mail {pattern.family!r} is empty."))
    return faults


def _choice_faults(pattern: Pattern) -> Iterator[Fault]:
    depth, line = 0, pattern.line + 1
    for piece in re.findall(r"\[\[|\]\]|\n", pattern.text):
        line += piece == "\n"
        depth += (piece == "[[") - (piece == "]]")
        if depth not in (0, 1):
            yield Fault(pattern.path, line, "Choices do not nest, and every ]] needs its [[.")
            return
    if depth:
        yield Fault(pattern.path, line, "A [[ is never closed.")


def _slot_faults(pattern: Pattern) -> Iterator[Fault]:
    for offset, line in enumerate(pattern.text.split("\n"), start=1):
        for name in _SLOT.findall(line):
            if name not in SLOTS:
                yield Fault(
                    pattern.path,
                    pattern.line + offset,
                    f"The slot {{{name}}} is not one of {', '.join(sorted(SLOTS))}.",
                )
        if re.search(r"[{}]", _SLOT.sub("", line)):
            yield Fault(pattern.path, pattern.line + offset, "A curly bracket stands alone; only slots have them.")


def _header_faults(pattern: Pattern) -> Iterator[Fault]:
    for offset, line in enumerate(pattern.text.split("\n"), start=1):
        if not line.strip():
            return
        choice = re.fullmatch(r"\[\[(.*)\]\]", line)
        for variant in choice[1].split("|") if choice else (line,):
            if what := _header_fault(variant, FREE_TRUTHS.get(pattern.root, ())):
                yield Fault(pattern.path, pattern.line + offset, what)


def _header_fault(line: str, free: Sequence[str]) -> str | None:
    if not line:
        return None
    if line.startswith("~"):
        return _truth_fault(line, free)
    header = _HEADER.match(line)
    if not header or not (header["name"].lower() in _KNOWN or header["name"].lower().startswith("x-")):
        return f"{line[:40]!r} is no header; an empty line separates the headers from the body."
    return None


def _truth_fault(line: str, free: Sequence[str]) -> str | None:
    truth = _TRUTH.match(line)
    if not truth or truth["name"] not in (*TRUTHS, *free):
        return f"A ~ line is one of {', '.join(f'~{name}:' for name in (*TRUTHS, *free))}."
    if truth["name"] in free:
        return None if truth["value"].strip() else f"~{truth['name']} says what the mail says, or none."
    if truth["value"].strip() not in TRUTHS[truth["name"]]:
        return f"~{truth['name']} is one of {', '.join(TRUTHS[truth['name']])}."
    return None


def expand(pattern: Pattern) -> Iterator[Sample]:
    """The mails a block stands for. The same block gives the same mails wherever it is read."""
    name = f"{pattern.language}/{_kin(pattern)}"
    for index in range(pattern.count):
        values = filled(pattern.language, f"{name}/{index}")
        text = _IN_ADDRESS.sub(lambda found, v=values: slug(v[found[1]]), _chosen(pattern, f"{name}:{index}"))  # type: ignore[misc]
        text = _SLOT.sub(lambda found, v=values: v[found[1]], text)  # type: ignore[misc]
        yield _sample(pattern, text, values)


def _chosen(pattern: Pattern, seed: str) -> str:
    pick = Random(seed)  # noqa: S311 - repeatable variety, not secrecy
    return _CHOICE.sub(lambda found: pick.choice(found[1].split("|")), pattern.text)


def _sample(pattern: Pattern, text: str, values: Mapping[str, str]) -> Sample:
    head, _, body = text.partition("\n\n") if not text.startswith("\n") else ("", "", text[1:])
    lines = [line for line in head.split("\n") if line]
    truths = {found["name"]: found["value"].strip() for line in lines if (found := _TRUTH.match(line))}
    fields = {found["name"].lower(): one_line(found["value"]) for line in lines if (found := _HEADER.match(line))}
    is_html = body.lstrip().startswith("<")
    mail = Mail(_headers(fields), clean_text(html_to_text(body) if is_html else body), is_html)
    label, place = cast("Label", pattern.label), f"{pattern.path}:{pattern.line}"
    return Sample(label, pattern.language, _kin(pattern), mail, truths, place, values)


def _kin(pattern: Pattern) -> str:
    """The family as it is known outside its file. The two mails of a pair are one: they differ in a sentence alone."""
    return pattern.family if pattern.family.startswith("pair-") else f"{pattern.label}/{pattern.family}"


def _headers(fields: Mapping[str, str]) -> Headers:
    senders = _addresses(fields, "from")
    return Headers(
        sender=senders[0] if senders else None,
        to=_addresses(fields, "to"),
        cc=_addresses(fields, "cc"),
        reply_to=_addresses(fields, "reply-to"),
        subject=fields.get("subject") or None,
        in_reply_to=(fields["in-reply-to"],) if fields.get("in-reply-to") else (),
        auto_submitted=fields.get("auto-submitted", "").lower() or None,
        precedence=fields.get("precedence", "").lower() or None,
        list_id=fields.get("list-id") or None,
        list_unsubscribe="list-unsubscribe" in fields,
    )


def _addresses(fields: Mapping[str, str], name: str) -> tuple[Address, ...]:
    # Company names with commas are not quoted in the corpus, so a single address is told apart by its brackets.
    value = fields.get(name, "")
    single = re.fullmatch(r"(?P<name>[^<>]*)<(?P<address>[^<>\s]+@[^<>\s]+)>", value)
    if single:
        return (Address(single["name"].strip().strip('"'), single["address"]),)
    return tuple(Address(shown, address) for shown, address in getaddresses([value]) if "@" in address)
