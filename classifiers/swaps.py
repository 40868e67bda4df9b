"""Refusals in the very words of a job's refusal that are not about a job: what only the job words tell apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from random import Random
from typing import Final

from classifiers.features import View

_LEAST: Final = 2
_LEFT: Final = frozenset(("JOB", "TEAM", "OFFER", "if:JOB", "if:TEAM", "if:OFFER"))
_Table = tuple[re.Pattern[str], Mapping[str, str]]


def swapped(seen: View, role: str | None, pick: Random) -> View | None:
    """A view with its job words made those of a course, a grant or a home; None where too few stand in it.

    `role` is the job the mail names. A mail that still speaks of a job afterwards gives None, too.
    """
    tables = _tables(seen.language or "")
    if not tables:
        return None
    pattern, words = pick.choice(tables)
    text = "\n".join([seen.subject or "", *seen.sentences])
    if role:
        text = text.replace(role, "{role}")
    changed, count = pattern.subn(lambda found: words[found[0].lower()], text)
    subject, *rest = changed.split("\n")
    other = View(subject or None, tuple(rest), seen.language, seen.form)
    spoken = {idea for row in other.ideas for idea in row}
    return other if count >= _LEAST and not spoken & _LEFT else None


@cache
def _tables(language: str) -> tuple[_Table, ...]:
    place = resources.files("classifiers").joinpath("swaps", f"{language}.txt")
    lines = place.read_text("utf-8").splitlines() if place.is_file() else []
    return tuple(_table(line.partition(":")[2]) for line in lines if line and not line.startswith("#"))


def _table(line: str) -> _Table:
    swaps = (swap.partition("=") for swap in line.split("|"))
    pairs = {left.strip(): right.strip() for left, _, right in swaps}
    longest = sorted(pairs, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest), re.IGNORECASE), pairs
