"""Invented facts to try letters with: what may be known or not, in every way, or in few that stand for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice, product
from typing import Any, Final

from templates.facts import REASONS, Facts, Met, Moment
from templates.folders import NOTES

DANA: Final = Met("Dana", "Dana Whitfield", "recruiter")
LEE: Final = Met("Lee", "Lee Park", "hiring_manager")
WEI: Final = Met(None, "Wei Chen", "interviewer")
NAMELESS: Final = Met(None, None, None)
LONG_ROLE: Final = "Senior Principal Engineer for Distributed Systems and Data Platforms in Europe"
LONG_COMPANY: Final = "Heron & Partners Gesellschaft für angewandte Sternkunde und Planetarien mbH"
_PLEASURE: Final = (
    "Talking with you about how the team plans its week, and what went wrong last spring and why, was a pleasure."
)

Choice = dict[str, Any]
_MET: Final[Choice] = {"interview": True}
_COMMON: Final[tuple[tuple[Choice, ...], ...]] = (
    ({"variant": 0}, {"variant": 1}),
    ({"formal": True}, {"formal": False}),
    ({}, {"company": "Acme Rockets"}, {"company": LONG_COMPANY}),
    ({}, {"role": "Data Engineer"}, {"role": LONG_ROLE}),
    ({}, _MET, {**_MET, "interview_on": date(2026, 3, 4)}),
    ({}, {"applied_on": date(2026, 2, 1)}),
    ({}, {"by_phone": True}),
)
_TO_OTHERS: Final[tuple[tuple[Choice, ...], ...]] = (
    *_COMMON,
    (
        {},
        {"recipient_first": DANA.first, "recipient_full": DANA.full},
        {"recipient_full": WEI.full},
        {"recipients": (DANA, LEE)},
        {"recipients": (DANA, WEI, LEE)},
        {"recipients": (DANA, NAMELESS)},
    ),
    (
        {},
        {"personal": "event sourcing"},
        {"personal": _PLEASURE},
    ),
    ({}, {"invites_future": True}),
)
_TIMELINE: Final = tuple(
    Moment(date(2026, 2, number), kind)
    for number, kind in enumerate(
        ("applied", "contacted", "assessment", "interview", "offer", "reopened", "withdrawn", "rejected",
         "silent", "feedback"), 1,
    )
)  # fmt: skip
_TO_SELF: Final[tuple[tuple[Choice, ...], ...]] = (
    *_COMMON,
    ({}, {"people": (DANA,)}, {"people": (DANA, LEE, WEI)}, {"people": (WEI, NAMELESS)}),
    ({}, *({"reason": reason} for reason in sorted(REASONS))),
    ({}, {"silent": True}),
    ({}, {"me_first": "Sam"}),
    ({}, {"timeline": _TIMELINE}),
    ({}, {"feedback": ("We looked for more experience with Kafka.", "The talk about testing was good.")}),
    ({}, {"notes": ("They plan a second office.", "asked about event sourcing")}),
)
STRIDES: Final = {2: (383, 8915), 3: (89, 1749), 4: (19, 411)}
"""For how many facts that stand together: the strides through all combinations, of letters to others and to oneself."""
SIGNATURE: Final = "Sam Rivera\n+49 30 1234"

_LONG: Final = (
    "Talking with you about how the team plans its week, and what went wrong last spring and why, was a pleasure."
)


def covering(name: str, together: int = 3) -> Iterator[Facts]:
    """Facts for a letter of that name in which any three (or 2, or 4) stand together in every way that they can.

    Every combination would be tens of thousands.
    """
    stride = STRIDES[together][name in NOTES]
    return (_facts(choices) for choices in islice(product(*choices_of(name)), 0, None, stride))


def choices_of(name: str) -> tuple[tuple[Choice, ...], ...]:
    """What may be known for a letter of that name: for each thing the ways in which it is known or not."""
    return _TO_SELF if name in NOTES else _TO_OTHERS


def _facts(choices: tuple[Choice, ...]) -> Facts:
    merged: Choice = {"signature": SIGNATURE}
    for choice in choices:
        merged |= choice
    return Facts(**merged)
