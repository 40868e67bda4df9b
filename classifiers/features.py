"""What the model sees of a mail: word n-grams by sentence (conditional clauses apart), character n-grams, its form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from classifiers.concepts import concepts
from classifiers.language import language_of
from classifiers.mail import Mail
from classifiers.senders import ATS_DOMAINS, BOARD_DOMAINS, domain_in, is_free, is_no_reply
from classifiers.signs import signs
from classifiers.text import deciding_text, masked, sentences, words

_CONDITION: Final = {
    "en": frozenset("if unless whether should only shall may might until once when".split()),
    "de": frozenset("falls sollte sollten wenn ob sofern nur".split()),
    "fr": frozenset("si s'il s'ils seuls seules".split()),
    "es": frozenset("si caso solo sólo cuando".split()),
    "it": frozenset("se qualora solo soltanto".split()),
    "nl": frozenset("als indien mocht mochten alleen wanneer of".split()),
    "pt": frozenset("caso apenas somente quando".split()),
}
_ANY_LANGUAGE: Final = frozenset("if unless whether falls sollte sofern indien qualora".split())
_AT_START: Final = 4
_CHAR_WORDS: Final = 600
_REACH: Final = 5
_CHAR_SIZES: Final = (3, 4, 5)
_MONEY: Final = re.compile(r"[€$£]\s?\d|\d\s?(?:€|eur|usd|gbp|k\b)", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """One mail as the model looks at it: subject, deciding sentences, language, form words."""

    subject: str | None
    sentences: tuple[str, ...]
    language: str | None
    form: tuple[str, ...]

    @cached_property
    def tokens(self) -> list[list[str]]:
        """The masked words of the subject (first, possibly empty) and of each sentence."""
        return [words(masked(part)) for part in (self.subject or "", *self.sentences)]

    @cached_property
    def ideas(self) -> list[list[str]]:
        """The ideas of subject and sentences, those of a conditional clause marked with `if:`."""
        return [_ideas(found, self.language) for found in self.tokens]

    @cached_property
    def idea_grams(self) -> list[str]:
        """Ideas, ordered pairs of them within reach, and triples, sentence by sentence."""
        return [gram for row in self.ideas for gram in _idea_grams(row)]

    @cached_property
    def signs(self) -> list[str]:
        """What the sentences say (see classifiers.signs)."""
        return list(signs(self.ideas))

    @cached_property
    def word_grams(self) -> list[list[str]]:
        """The word n-grams (1 to 3) of the subject (first, possibly empty) and of each sentence."""
        subject, *rest = self.tokens
        return [[f"s:{gram}" for gram in _grams(subject, 2)], *(list(_sentence_grams(row, self.language)) for row in rest)]

    @cached_property
    def char_grams(self) -> list[str]:
        """Character n-grams (3 to 5) within words of subject and text, of at most 600 words."""
        found = [word for row in self.tokens for word in row][:_CHAR_WORDS]
        return [gram for word in found for gram in _inner(f" {word} ")]


def view(mail: Mail) -> View:
    """The view of a mail; costs well under a millisecond for a usual one."""
    text = deciding_text(mail)
    cut = sentences(text)
    return View(mail.headers.subject, tuple(cut), language_of(text), tuple(_form(mail, text, cut)))


def _ideas(found: Sequence[str], language: str | None) -> list[str]:
    limit = _condition_at(found, language)
    return [name if at < limit else f"if:{name}" for at, name in concepts(language).of(found)]


def _idea_grams(row: Sequence[str]) -> Iterator[str]:
    yield from row
    for at, idea in enumerate(row):
        yield from (f"{idea}>{later}" for later in row[at + 1 : at + 1 + _REACH])
    yield from (f"{one}>>{two[0]}>>{two[1]}" for one, two in zip(row, pairwise(row[1:]), strict=False))


def _sentence_grams(found: Sequence[str], language: str | None) -> Iterator[str]:
    """Word n-grams of a sentence; those of a conditional clause carry a mark, for they state nothing."""
    at = _condition_at(found, language)
    yield from _grams(["<", *found[:at], *([">"] if at == len(found) else [])], 3)
    yield from (f"if:{gram}" for gram in _grams(found[at:], 2))


def _condition_at(found: Sequence[str], language: str | None) -> int:
    known = _CONDITION.get(language or "", _ANY_LANGUAGE)
    at = next((index for index, word in enumerate(found) if word in known), len(found))
    return 0 if at < min(_AT_START, len(found)) else at


def _grams(found: Sequence[str], longest: int) -> Iterator[str]:
    for size in range(1, longest + 1):
        for at in range(len(found) - size + 1):
            yield " ".join(found[at : at + size])


def _inner(word: str) -> Iterator[str]:
    for size in _CHAR_SIZES:
        for at in range(max(1, len(word) - size + 1)):
            yield word[at : at + size]


def _form(mail: Mail, text: str, cut: Sequence[str]) -> Iterator[str]:
    headers = mail.headers
    yield from _sender_form(mail)
    flags = {
        "list-id": headers.list_id, "unsubscribe": headers.list_unsubscribe, "bulk": headers.precedence in ("bulk", "list", "junk"),
        "auto": headers.auto_submitted not in (None, "no"), "html": mail.html, "calendar": mail.calendar,
        "reply": headers.in_reply_to or (headers.subject or "").lower().startswith(("re:", "aw:", "sv:", "antw:")),
        "money": _MONEY.search(text), "links": text.count("://") >= 3, "history": len(mail.text) > len(text) + 100,
    }  # fmt: skip
    yield from (name for name, held in flags.items() if held)
    yield f"length-{_bucket(len(text), (80, 200, 500, 1200, 3000))}"
    yield f"sentences-{_bucket(len(cut), (3, 6, 12, 25))}"
    yield f"questions-{_bucket(text.count('?'), (1, 2, 4))}"


def _sender_form(mail: Mail) -> Iterator[str]:
    sender = mail.headers.sender
    if sender is None:
        yield "no-sender"
        return
    domain = sender.address.rpartition("@")[2]
    tests = {
        "ats": domain_in(domain, ATS_DOMAINS), "board": domain_in(domain, BOARD_DOMAINS), "free": is_free(domain),
        "no-reply": is_no_reply(sender.address), "no-name": not sender.name,
    }  # fmt: skip
    yield from (f"from-{name}" for name, held in tests.items() if held)
    yield from (f"from:{word}" for word in words(masked(sender.name)) if word in _ROLE_WORDS)
    yield from (f"from:{word}" for word in words(sender.address.partition("@")[0].lower()) if word in _ROLE_WORDS)


_ROLE_WORDS: Final = frozenset(
    "hr recruiting recruitment recruiter talent careers career jobs job people hiring team human resources personal bewerbung karriere recrutement rh"
    " emploi empleo seleccion talento lavoro selezione vacatures werving vagas alert alerts newsletter digest news support service billing admissions".split()
)


def _bucket(value: int, limits: Sequence[int]) -> int:
    return sum(value >= limit for limit in limits)
