"""What the model sees of a mail: word n-grams by sentence (conditional clauses apart), character n-grams, its form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from sys import intern
from typing import Any, Final

from classifiers.concepts import concepts
from classifiers.language import language_of
from classifiers.mail import Mail
from classifiers.senders import ATS_DOMAINS, BOARD_DOMAINS, domain_in, is_free, is_no_reply
from classifiers.text import deciding_text, masked_words, sentences, words
from classifiers.wordset import word_set

_CONDITION: Final = {
    "en": word_set("if unless whether should only shall may might until once when"),
    "de": word_set("falls sollte sollten wenn ob sofern nur"),
    "fr": word_set("si s'il s'ils seuls seules"),
    "es": word_set("si caso solo sólo cuando"),
    "it": word_set("se qualora solo soltanto"),
    "nl": word_set("als indien mocht mochten alleen wanneer of"),
    "pt": word_set("caso apenas somente quando"),
}
_ANY_LANGUAGE: Final = word_set("if unless whether falls sollte sofern indien qualora")
_AT_START: Final = 4
_MONEY: Final = re.compile(r"[€$£]\s?\d"), re.compile(r"\d\s?(?:€|eur|usd|gbp|k\b)", re.IGNORECASE)


@dataclass(frozen=True)
class View:
    """One mail as the model looks at it: subject, deciding sentences, language, form words."""

    subject: str | None
    sentences: tuple[str, ...]
    language: str | None
    form: tuple[str, ...]
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def tokens(self) -> list[list[str]]:
        """The masked words of the subject (first, possibly empty) and of each sentence."""
        return [masked_words(part) for part in (self.subject or "", *self.sentences)]

    @cached_property
    def ideas(self) -> list[list[str]]:
        """The ideas of subject and sentences; those of a conditional clause, or of what was said before, as `if:`."""
        table = concepts(self.language)
        rows = ((table.of(found), limit) for found, limit in zip(self.tokens, self.conditions, strict=True))
        return [_marked(row, -1 if any(name == "PAST" for _, name in row) else limit) for row, limit in rows]

    @cached_property
    def conditions(self) -> list[int]:
        """For subject and sentences, at which word a conditional clause begins (their length where there is none)."""
        return [_condition_at(found, self.language) for found in self.tokens]


def view(mail: Mail) -> View:
    """The view of a mail; costs well under a millisecond for a usual one."""
    text = deciding_text(mail)
    cut = sentences(text)
    return View(mail.headers.subject, tuple(cut), language_of(text), tuple(_form(mail, text, cut)))


def _marked(row: Sequence[tuple[int, str]], limit: int) -> list[str]:
    return [name if at < limit or name == "PAST" else intern(f"if:{name}") for at, name in row]


def _condition_at(found: Sequence[str], language: str | None) -> int:
    known = _CONDITION.get(language or "", _ANY_LANGUAGE)
    if known.isdisjoint(found):
        return len(found)
    at = next(index for index, word in enumerate(found) if word in known)
    return 0 if at < min(_AT_START, len(found)) else at


def _form(mail: Mail, text: str, cut: Sequence[str]) -> Iterator[str]:
    headers = mail.headers
    yield from _sender_form(mail)
    flags = {
        "list-id": headers.list_id, "unsubscribe": headers.list_unsubscribe,
        "bulk": headers.precedence in ("bulk", "list", "junk"),
        "auto": headers.auto_submitted not in (None, "no"), "html": mail.html, "calendar": mail.calendar,
        "reply": headers.in_reply_to or (headers.subject or "").lower().startswith(("re:", "aw:", "sv:", "antw:")),
        "money": any(one.search(text) for one in _MONEY), "links": text.count("://") >= 3,
        "history": len(mail.text) > len(text) + 100,
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
    yield from (f"from:{word}" for word in masked_words(sender.name) if word in _ROLE_WORDS)
    yield from (f"from:{word}" for word in words(sender.address.partition("@")[0].lower()) if word in _ROLE_WORDS)


_ROLE_WORDS: Final = word_set(
    "hr recruiting recruitment recruiter talent careers career jobs job people hiring team human resources personal"
    " bewerbung karriere recrutement rh"
    " emploi empleo seleccion talento lavoro selezione vacatures werving vagas alert alerts newsletter digest news"
    " support service billing admissions"
)


def _bucket(value: int, limits: Sequence[int]) -> int:
    return sum(value >= limit for limit in limits)
