"""Names of companies: where one ends in a sentence, what is left of it without "Hiring Team", and what is none."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from classifiers.pieces import Piece, capital
from classifiers.senders import RELAY_BRANDS
from classifiers.wordlists import (
    AND,
    ARTICLES,
    DEPARTMENTS,
    FOR,
    GENERIC,
    HEADS,
    LEGAL,
    NAME_JOINS,
    PLACES,
    ROLE_PARTS,
    ROLES,
    SEATS,
    SOFT_TAILS,
    STOPS,
    STRONG_TAILS,
    TAILS,
    is_org_word,
    is_role_word,
)

_LONGEST: Final = 8
_FORMS: Final = tuple(sorted(LEGAL))
_WORDS: Final = re.compile(r"[\w&+'.-]+")
_CREW: Final = re.compile(r"^(?:l'équipe|équipe|equipo|equipe|team) (?=\S)", re.IGNORECASE)
_MASKED: Final = re.compile(r"[x_*.]{2,}", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"'s?$")
_CLOSED_FORM: Final = re.compile(r"(?:\bInc|\bLtd|\bCo|\bCorp|S\.L|S\.A|S\.p\.A|S\.r\.l|B\.V|N\.V|e\.V)$")
_SITE: Final = re.compile(r"[a-z0-9-]{3,}\.(?:com|io|org|net|ai|co|app|dev)")
_TRAILING: Final = frozenset(
    ("&", "and", "+", "-", "|", ",", "/", "und", "y", "e", "et", "en", "de", "of", "at", "the", ".")
)
_OF: Final = frozenset(("of", "de", "del", "di", "da", "do", "der", "des", "du", "van"))
_NOT_KEY: Final = re.compile(r"[^a-z0-9]")
_NUMBERED: Final = re.compile(r"[A-Za-z]{0,6}[-_/]?\d[\d-]{2,}")
_NO_NAME: Final = TAILS | GENERIC | STOPS | DEPARTMENTS | NAME_JOINS | frozenset(("&", "+", "-", "/", ",", ".", "'s"))


def name_at(found: Piece, at: int, known: frozenset[str] = frozenset()) -> tuple[int, int] | None:
    """Where the name that begins at a word (articles are passed over) begins and ends, or None if there is none.

    `known` are keys that other places vouch for: such a name may be written in lower case.
    """
    begin = _begin(found, at)
    if begin >= len(found.words):
        return None
    if found.low[begin] in known and len(found.low[begin]) >= 4:
        return begin, begin + 1
    if not _may_begin(found, begin):
        return None
    end = begin + 1
    while end < min(len(found.words), begin + _LONGEST) and (more := _more(found, begin, end)):
        end += more
    return begin, end


def _begin(found: Piece, at: int) -> int:
    for _ in range(3):
        here = found.words[at] if at < len(found.words) else ""
        leads = here[:1].isupper() and at + 1 < len(found.words) and capital(found.words[at + 1])
        if not here or here.lower() not in ARTICLES or leads:
            break
        at += 1
    return at


def _may_begin(found: Piece, at: int) -> bool:
    word, low = found.words[at], found.low[at]
    if low in ARTICLES and word[0].isupper():
        return at + 1 < len(found.words) and capital(found.words[at + 1])
    if _SITE.fullmatch(word):
        return True
    return capital(word) and low not in STOPS and not (low in NAME_JOINS and not word[0].isupper())


def _more(found: Piece, begin: int, end: int) -> int:
    """How many words go on with the name from here: 0 when it has ended."""
    word, low = found.words[end], found.low[end]
    possessed = found.words[end - 1].endswith("'s") and (low in DEPARTMENTS or low in TAILS)
    if possessed or (low in STOPS and not _within(found, begin, end)):
        return 0
    if capital(word) or low in LEGAL:
        return 1
    if word.isdigit():
        return int(len(word) <= 3 and capital(found.words[end - 1]))
    return _marked(found, end, word, low)


def _within(found: Piece, begin: int, end: int) -> bool:
    """Whether a common word is a part of a name here: "Van der Meer", "Aéroclub des Landes", "Notariskantoor Vos"."""
    if found.words[end] in ("der", "des", "den", "dem"):
        return is_org_word(found.low[begin]) or (end - begin == 1 and found.low[begin] in NAME_JOINS)
    return end == len(found.words) - 1 and end == 1 and capital(found.words[1]) and is_org_word(found.low[0])


def _marked(found: Piece, end: int, word: str, low: str) -> int:
    """The same for what is no word with a capital: commas, full stops, small words in between."""
    following = found.words[end + 1] if end + 1 < len(found.words) else ""
    if word == ",":
        return 2 if following.lower() in LEGAL else 0
    return _dotted(found, end, following) if word == "." else _joined(found, low, end, following)


def _dotted(found: Piece, end: int, following: str) -> int:
    """A full stop within a name: after St. or initials, or one that closes a legal form."""
    if not found.touches(end):
        return 0
    before = found.low[end - 1]
    if before in LEGAL and ("." in before or before in ("inc", "ltd", "co", "corp", "lda", "ltda")):
        return 1
    return 2 if before in ("st", "dr", "ste") and following and capital(following) else 0


def _joined(found: Piece, low: str, end: int, following: str) -> int:
    if not following:
        return 0
    if low in FOR:
        return 2 if found.low[end - 1] in SEATS and capital(following) else 0
    if low not in NAME_JOINS:
        return 0
    if low in AND:
        return (
            2
            if capital(following)
            and following.lower() not in STOPS
            and (following.endswith("s") or not is_role_word(following.lower()))
            else 0
        )
    if capital(following) and following.lower() not in STOPS:
        return 2
    third = found.words[end + 2] if end + 2 < len(found.words) else ""
    return (
        3 if following.lower() in ("the", "la", "les", "der", "den", "del", "los") and third and capital(third) else 0
    )


def trimmed(found: Piece, begin: int, end: int, known: frozenset[str] = frozenset()) -> tuple[int, int, bool]:
    """The span without the words of a hiring team at its end, and whether such words said it is a company's.

    A name that is known with its tail (an agency's, by its domain) keeps it.
    """
    said, whole = False, end
    while end - begin > 1 and key(found.cut(begin, end)) not in known:
        low = found.low[end - 1]
        if not _is_tail(low, said=said) or (low == "." and found.low[end - 2] in LEGAL):
            break
        said = said or low in STRONG_TAILS or low in RELAY_BRANDS
        end -= 1
    if not said and key(found.cut(begin, end)) not in known:
        end = _restored(found, end, whole)
    return begin, end, said


def _restored(found: Piece, end: int, whole: int) -> int:
    """Where a name ends whose last words could be a department's but no word says so: "Arundale Museum Service"."""
    while end < whole and found.low[end] in SOFT_TAILS and found.low[end] not in _TRAILING:
        end += 1
    return end


def _is_tail(low: str, *, said: bool) -> bool:
    if said and (low in ("university", "global") or is_role_word(low)):
        return True
    return low in TAILS or low in RELAY_BRANDS or low in _TRAILING


def beheaded(found: Piece, begin: int, end: int) -> tuple[int, bool]:
    """Where a name begins behind "Careers at" or "HR", and whether such words were there."""
    at = begin
    while (
        at < end - 1
        and found.low[at] in HEADS
        and not (found.words[at][0].isupper() and found.low[at] in ("the", "la", "le", "de", "der"))
    ):
        at += 1
    return at, any(low in TAILS for low in found.low[begin:at])


@lru_cache(maxsize=4096)
def company_name(raw: str) -> str | None:
    """A name as it is shown, or None when it can be no company's."""
    name = _CREW.sub("", raw.strip(" ,;:|-\"'.!").rstrip())
    name = _POSSESSIVE.sub("", name)
    if raw.rstrip().endswith(".") and _CLOSED_FORM.search(name):
        name += "."
    words = _WORDS.findall(name.lower())
    if not words or len(name) > 70 or len(key(name)) < 2 or not any(char.isalpha() for char in name):
        return None
    shouted = name.isupper() and len(words) > 1 and len(name) > 12
    return None if shouted or _MASKED.fullmatch(name) or _NUMBERED.fullmatch(name) or _is_none(words) else name


def _is_none(words: list[str]) -> bool:
    words = [word.removeprefix("l'").removesuffix("-team") for word in words]
    lead = int(words[0] in ARTICLES and len(words) > 1)
    if len(words) > lead + 2 and is_role_word(words[lead]) and words[lead + 1] in _OF:
        return True
    telling = [word for word in words if word not in _NO_NAME and not (len(words) == 1 and word in PLACES)]
    formed = words[-1].strip(".") in LEGAL or words[-1] in LEGAL
    if not telling or all(word in RELAY_BRANDS or word in LEGAL for word in telling) or words[0] in RELAY_BRANDS:
        return True
    if formed:
        return all(word in LEGAL for word in telling)
    firm = len(words) > 1 and words[-1].endswith("s") and words[-1] not in ROLES and words[0] not in ROLE_PARTS
    return (is_role_word(words[-1]) and not firm) or all(
        word in PLACES or word in ROLE_PARTS or is_role_word(word) for word in telling
    )


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """What two spellings of a name share: ASCII letters and digits, without "the" and its legal form."""
    plain = name.replace("&", "and").lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("ß", "ss")).encode("ascii", "ignore").decode()
    words = plain.replace(",", " ").split()
    while len(words) > 1 and (words[-1].strip(".") in LEGAL or words[-1] in LEGAL):
        words.pop()
    if len(words) > 1 and words[-1] == "and":
        words.pop()  # "Kutter & Co"
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return _NOT_KEY.sub("", "".join(words))
