"""Which part mails give to whom: recruiter, hiring_manager or interviewer, by address and by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Final

from classifiers.values import Address, Person, Verdict
from daemon.core.names import display_name, squeezed

MET: Final = frozenset({"interviewer", "hiring_manager"})
"""The parts of those whom a candidate talks to about the work."""
RANKED: Final = ("hiring_manager", "recruiter", "interviewer")
"""Which one counts of somebody who has several."""
Parts = Mapping[str, Set[str]]


def parts_of(people: Iterable[Person]) -> Parts:
    """The parts of everybody who has one, by folded address and by whole name."""
    found: dict[str, set[str]] = {}
    for person in people:
        for key in _keys(person) if person.part else ():
            found.setdefault(key, set()).add(person.part or "")
    return found


def said_of(item: Address, parts: Parts) -> Set[str]:
    """The parts of whoever a header names."""
    name = display_name(item.name, item.address) or ""
    return parts.get(item.address.casefold(), frozenset()) | parts.get(squeezed(name), frozenset())


def talked(verdict: Verdict) -> bool:
    """Whether a mail tells that there was a talk, or is to be one."""
    return verdict.label == "interview" or bool(verdict.after_interview)


def invites(verdict: Verdict) -> bool:
    """Whether a mail's writer asks for a talk and names nobody else for it."""
    return verdict.label == "interview" and not any(one.part == "interviewer" for one in verdict.people)


def _keys(person: Person) -> Iterator[str]:
    if person.address:
        yield person.address.casefold()
    # A first name alone may be anybody's.
    if person.name and " " in person.name.strip():
        yield squeezed(person.name)
