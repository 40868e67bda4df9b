"""What to call somebody: the display name to put next to an address, and the first name for a greeting.

Blank beats wrong: whatever might be a team, a company or a family name gives None.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from daemon.core import wordlists

_LONGEST: Final = 60
_CUT: Final = re.compile(
    r"\s*[(\[|/].*|\s+(?:at|@|from|via|bei|von der|de chez|de parte de)\s.*|\s+[-\u2013\u2014]\s.*", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"[^\W\d_][^\W\d_.'\u2019-]*(?:[.'\u2019-][^\W\d_]+)*\.?")
_GREETABLE: Final = re.compile(r"[^\W\d_]{2,}(?:[-'\u2019][^\W\d_]{2,})?")


def display_name(name: str, address: str, company: str | None = None) -> str | None:
    """The name to write next to an address, or None when it is none, a team's or a company's, or holds an address.

    "Dana Whitfield (Acme)" is Dana Whitfield; "Rivera, Sam" is turned round where the address confirms it.
    """
    if len(name) > 4 * _LONGEST or "@" in name or not name.isprintable():
        return None
    head = _uncommaed(_CUT.sub("", name).strip(" \"'"), address)
    words = head.split()
    plain = 1 <= len(words) <= 5 and len(head) <= _LONGEST and all(_PLAIN.fullmatch(word) for word in words)
    return " ".join(words) if plain and not _is_team(words, address, company) else None


def first_name(name: str, address: str, company: str | None = None) -> str | None:
    """The first name for a greeting, only when it is sure, else None.

    Sure is a plain name of two or three words in Latin letters whose parts the address shows (dana.whitfield@,
    dwhitfield@, dana@), which begins with neither an initial nor a particle nor a name that is usually the family's.
    """
    shown = display_name(name, address, company)
    words = _bare(shown.split()) if shown else []
    if not 2 <= len(words) <= 3 or not all(_latin(word) for word in words):
        return None
    first = words[0]
    if not _GREETABLE.fullmatch(first) or folded(first) in wordlists.FAMILY_FIRST or not _cased_as_name(words):
        return None
    return _capitalised(first) if _confirmed(words, address) else None


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The text in lower case without marks, for comparing."""
    marked = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in marked if not unicodedata.combining(char))


def squeezed(text: str) -> str:
    """The letters and digits of the text, folded."""
    return "".join(char for char in folded(text) if char.isalnum())


def _uncommaed(head: str, address: str) -> str:
    left, comma, right = (part.strip() for part in head.partition(","))
    if not comma:
        return head
    if all(squeezed(word) in wordlists.SUFFIXES for word in right.split()):
        return left
    turned = [*right.split(), *left.split()]
    if turned and "," not in right and len(left.split()) == 1 and _given_confirmed(turned, address):
        return " ".join(turned)
    return left if len(left.split()) >= 2 and _confirmed(left.split(), address) else ""


def _is_team(words: list[str], address: str, company: str | None) -> bool:
    named = {squeezed(word) for word in words}
    house = {squeezed(label) for label in address.rpartition("@")[2].split(".")[:-1]}
    house |= {squeezed(word) for word in (company or "").split() if len(squeezed(word)) > 1}
    house |= {squeezed(company or "")} - {""}
    return bool(named & wordlists.TEAM or named & house or squeezed("".join(words)) in house)


def _bare(words: list[str]) -> list[str]:
    while words and squeezed(words[0]) in wordlists.TITLES:
        words = words[1:]
    while words and squeezed(words[-1]) in wordlists.SUFFIXES:
        words = words[:-1]
    return words


def _latin(word: str) -> bool:
    return all(unicodedata.name(char, "").startswith("LATIN") for char in word if char.isalpha())


def _cased_as_name(words: list[str]) -> bool:
    # "von Berg" begins with a particle, and of "DOE Jane" the loud word is the family name.
    loud = [word.isupper() and len(word) > 1 for word in words]
    quiet = [word.islower() for word in words]
    return all(quiet) or all(loud) or not (quiet[0] or loud[0])


def _capitalised(word: str) -> str:
    if not (word.isupper() or word.islower()):
        return word
    return re.sub(r"[^\W\d_]+", lambda part: part[0][0].upper() + part[0][1:].lower(), word)


def _confirmed(words: list[str], address: str) -> bool:
    parts = _local_parts(address)
    if at_system(address):
        return {folded(words[0]), folded(words[-1])} <= parts
    return any(form in parts for words in _spellings(words) for form in (*_given_forms(words), words[-1]))


def _given_confirmed(words: list[str], address: str) -> bool:
    parts = _local_parts(address)
    return not at_system(address) and any(form in parts for words in _spellings(words) for form in _given_forms(words))


def at_system(address: str) -> bool:
    """Whether an address is at an applicant system or a job board, which make up acme.rockets@ for their customers."""
    return bool(set(address.rpartition("@")[2].casefold().split(".")) & wordlists.ATS)


def _local_parts(address: str) -> set[str]:
    return {part for part in re.split(r"[^a-z]+", folded(address.rpartition("@")[0])) if part}


def _spellings(words: list[str]) -> list[list[str]]:
    umlauts = str.maketrans(
        {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00f8": "oe", "\u00e5": "aa", "\u00df": "ss"}
    )
    return [[squeezed(word) for word in words], [squeezed(word.casefold().translate(umlauts)) for word in words]]


def _given_forms(words: list[str]) -> tuple[str, ...]:
    first, last = words[0], words[-1]
    if not first or not last:
        return ()
    return (first, first + last, last + first, first[0] + last, last + first[0], first + last[0])
