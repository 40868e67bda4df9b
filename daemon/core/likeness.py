"""How alike two names are: of companies, roles, openings. Words are compared one by one, never whole sentences."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from daemon.core.keys import company_key, requisition_key, role_key, role_parts

_TYPO: Final = 88.0
"""In %, of one word: a letter in nine. Short words have to be equal."""
_FORM: Final = 85.0
"""In %, of one word of a title: engineer and engineering, Entwickler and Entwicklerin."""
_TAILS: Final = ("group", "gmbh", "inc", "ltd", "corp", "hq", "jobs", "careers", "karriere", "recruiting", "hr", "ag")
"""What domains end in that the company's name need not have."""
_SHORTEST: Final = 5
_SHORTEST_PART: Final = 4


class Alike(IntEnum):
    """How two names stand to each other."""

    NO = 0
    MAYBE = 1  # one is unknown, or says more than the other
    CLOSE = 2  # companies only: written otherwise, or one name begins with the other
    YES = 3


@lru_cache(maxsize=4096)
def companies(one: str | None, other: str | None) -> Alike:
    """Whether two companies are the same: MAYBE if one is unknown."""
    first, second = company_key(one), company_key(other)
    if not first or not second:
        return Alike.MAYBE
    if _solid(first) == _solid(second):
        return Alike.YES
    close = _respelt(first.split(), second.split()) or begins_with(first, second) or begins_with(second, first)
    return Alike.CLOSE if close else Alike.NO


def begins_with(key: str, part: str) -> bool:
    """Whether a company's key begins with the words of another key, however these are divided: "bright line" of one."""
    wanted = _solid(part)
    if len(wanted) < _SHORTEST_PART or not _solid(key).startswith(wanted):
        return False
    words = key.split()
    return any("".join(words[:count]) == wanted for count in range(1, len(words) + 1))


def bears(house: str, key: str) -> bool:
    """Whether an employer's domain (core.keys.house_of) is called as a company is: acme or acmegroup of Acme."""
    short = next((house.removesuffix(tail) for tail in _TAILS if house.endswith(tail)), house)
    return begins_with(key, house) or begins_with(key, short)


def _solid(key: str) -> str:
    return key.replace(" ", "")


@lru_cache(maxsize=4096)
def roles(one: str | None, other: str | None) -> Alike:
    """Whether two roles are the same; two different levels of seniority never are.

    MAYBE if one is unknown, or names fewer words or no level: "Engineer" of "Senior Engineer, Payments".
    """
    if not role_key(one) or not role_key(other):
        return Alike.MAYBE
    if role_key(one) == role_key(other):
        return Alike.YES
    (first, low), (second, high) = role_parts(one), role_parts(other)
    if low and high and low != high:
        return Alike.NO
    return _titles(first, second, same_level=low == high)


def _titles(first: tuple[str, ...], second: tuple[str, ...], *, same_level: bool) -> Alike:
    if "".join(first) == "".join(second):
        return Alike.YES if same_level else Alike.MAYBE
    short, long = sorted((first, second), key=len)
    if not short or not all(any(_inflected(word, other) for other in long) for word in short):
        return Alike.NO
    return Alike.YES if same_level and len(short) == len(long) else Alike.MAYBE


def openings(one: str | None, other: str | None) -> Alike:
    """Whether two requisition numbers are of one opening: MAYBE if one is unknown, or they are of different kinds.

    An employer gives the opening one number and the application another: only numbers of one shape can differ.
    """
    first, second = requisition_key(one), requisition_key(other)
    if first and first == second:
        return Alike.YES
    return Alike.NO if first and second and _shape(first) == _shape(second) else Alike.MAYBE


def _shape(key: str) -> tuple[str, int]:
    return re.sub(r"\d", "", key), len(key)


def _respelt(first: list[str], second: list[str]) -> bool:
    """Whether two names differ by typing mistakes at most, each in a long word and not in its first letter."""
    if len(first) != len(second):
        return False
    return all(one == other or _typo(one, other) for one, other in zip(first, second, strict=True))


def _typo(one: str, other: str) -> bool:
    plain = one.isalpha() and other.isalpha() and one[0] == other[0]
    return plain and min(len(one), len(other)) >= _SHORTEST and fuzz.ratio(one, other) >= _TYPO


def _inflected(one: str, other: str) -> bool:
    if one == other:
        return True
    long = min(len(one), len(other)) >= _SHORTEST and one[:3] == other[:3]
    return long and one.isalpha() and other.isalpha() and fuzz.ratio(one, other) >= _FORM
