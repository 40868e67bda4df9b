"""Which application a mail belongs to: by its thread, else by company and role. Where two fit equally, it asks."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from classifiers.values import Headers
from daemon.core.names import folded

_THREAD_MAX: Final = 100
# Forms of a company, and what job titles are decorated with: neither tells one from another.
_FORM: Final = frozenset(
    {
        "inc",
        "llc",
        "llp",
        "ltd",
        "limited",
        "plc",
        "corp",
        "corporation",
        "co",
        "gmbh",
        "mbh",
        "ag",
        "se",
        "kg",
        "ohg",
        "ug",
    }
    | {
        "sa",
        "sas",
        "sarl",
        "srl",
        "spa",
        "bv",
        "nv",
        "oy",
        "ab",
        "aps",
        "holding",
        "group",
        "company",
        "the",
        "und",
        "and",
    }
)
_DECORATION: Final = re.compile(
    r"\((?:[mwfdxiaht]|all|gn|div|any)(?:\s*[/|,*]\s*(?:[mwfdxiaht]|all|gn|div|any|genders?))*\s*\)"
    r"|\b[mwf]\s*/\s*[mwf]\s*/\s*[dx]\b|\ball genders\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """One application as far as it is known, for comparing."""

    id: int
    account: str
    company: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail as far as it tells what it is about."""

    account: str
    company: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """`application` is set when exactly one fits best; else `candidates` fit equally (ask), or none fits (new)."""

    application: int | None
    candidates: tuple[int, ...] = ()


def match(mail: Incoming, known: Sequence[Known], in_thread: Collection[int] = ()) -> Match:
    """Which of the known applications a mail belongs to, within its account.

    `in_thread` are the ids of the applications whose threads hold one of the mail's `thread_ids`; they go first. Then
    the same company with the same role, then the same company while one of the roles is unknown.
    """
    own = [item for item in known if item.account == mail.account]
    threaded = [item for item in own if item.id in in_thread]
    for candidates, fits in ((threaded, _named_alike), (threaded, _any), (own, _named_alike), (own, _maybe_alike)):
        found = tuple(sorted({item.id for item in candidates if fits(mail, item)}))
        if found:
            return Match(found[0] if len(found) == 1 else None, found)
    return Match(None)


def thread_ids(headers: Headers) -> tuple[str, ...]:
    """The message ids a mail answers or builds on, the nearest first, at most 100: what its thread is looked up by."""
    near = (*headers.in_reply_to, *reversed(headers.references))
    return tuple(dict.fromkeys(near))[:_THREAD_MAX]


@lru_cache(maxsize=1024)
def company_key(company: str | None) -> str:
    """A company's name for comparing: folded, without punctuation and its legal form; "" if unknown."""
    words = _words(company or "")
    return " ".join([word for word in words if word not in _FORM] or words)


@lru_cache(maxsize=1024)
def role_key(role: str | None) -> str:
    """A role for comparing: folded, without punctuation and (m/f/d); "" if unknown."""
    return " ".join(_words(_DECORATION.sub(" ", role or "")))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+|[+#]+", folded(text))


def _any(_mail: Incoming, _item: Known) -> bool:
    return True


def _named_alike(mail: Incoming, item: Known) -> bool:
    return _same_company(mail, item) and bool(role_key(mail.role)) and role_key(mail.role) == role_key(item.role)


def _maybe_alike(mail: Incoming, item: Known) -> bool:
    return _same_company(mail, item) and not (role_key(mail.role) and role_key(item.role))


def _same_company(mail: Incoming, item: Known) -> bool:
    return bool(company_key(mail.company)) and company_key(mail.company) == company_key(item.company)
