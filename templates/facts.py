"""What a letter may say: facts that are known, cleaned, each None when they are not. Blank beats wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_FIRST_MAX: Final = 40
_FACT_MAX: Final = 80
_SIGNATURE_LINES: Final = 8
_FIRST: Final = re.compile(r"[^\W\d_]+(?:[-' \u2019][^\W\d_]+){0,2}")
_NO_FACT: Final = re.compile(r"://|\bwww\.|[@<>{}\\]|\w{4}\. \w|[!?;] \w", re.IGNORECASE)
_GENDERS: Final = re.compile(r"\s*\((?:[mwfdxia]|all|gn|div|any|genders?|[\s/|,*:])+\)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[\s,-]*(?:[(\[][^()\[\]]*\d{3}[^()\[\]]*[)\]]|#\s?\w*\d\w*)\Z")
_ROLE_NOUN: Final = re.compile(r"\s+(?:role|position|job|vacancy|opening)\Z", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"\A(?:the|a|an|our|your)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one letter. Controls and line breaks in them collapse to spaces, and what is no plain fact is None.

    `recipient_first` is the first name to greet with; `company` and `role` as the mails say them; `interview`: there
    was one; `invites_future`: the employer asked to hear from the person again; `signature` may have several lines;
    `variant` chooses between wordings of the same letter, stable by application (any whole number).
    """

    recipient_first: str | None = None
    company: str | None = None
    role: str | None = None
    interview: bool = False
    invites_future: bool = False
    signature: str = ""
    variant: int = 0

    def __post_init__(self) -> None:
        for name, value in (
            ("recipient_first", _first(self.recipient_first)),
            ("company", _fact(self.company)),
            ("role", _role(self.role)),
            ("signature", _signature(self.signature)),
        ):
            object.__setattr__(self, name, value)


def one_line(text: str) -> str:
    """The text on one line, without controls, invisible and direction marks, runs of white space as one space."""
    seen = (" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    kept = (char for char in seen if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(kept).split())


def _first(name: str | None) -> str | None:
    clean = one_line(name or "")
    return clean if len(clean) <= _FIRST_MAX and _FIRST.fullmatch(clean) else None


def _fact(text: str | None) -> str | None:
    """A name of something: no sentence, no address, no link, nothing that is longer than such names are."""
    clean = one_line(text or "").strip(" .,;:-\u2013\u2014\"'")
    usable = len(clean) <= _FACT_MAX and any(char.isalnum() for char in clean) and not _NO_FACT.search(clean)
    return clean if usable else None


def _role(text: str | None) -> str | None:
    """A job title as one says it: without (m/f/d), the number of the posting, "the" and "position"."""
    title = one_line(text or "")
    for told in (_GENDERS, _NUMBER, _ROLE_NOUN, _ARTICLE):
        title = told.sub("", title)
    return _fact(title)


def _signature(text: str) -> str:
    lines = (one_line(line).replace("\\", "") for line in text.splitlines())
    return "\n".join([line for line in lines if line][:_SIGNATURE_LINES])
