"""Signs: what a sentence says, told from the order of its ideas ("not ... proceed", "position ... filled")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from classifiers.wordset import word_set

_Steps = tuple[frozenset[str], ...]
_Pattern = tuple[re.Pattern[str], _Steps]


def _sign(*patterns: str) -> tuple[_Pattern, ...]:
    # `A 3 B` is idea A, at most three others, idea B. Each idea is written `|NAME` in the sentence's row.
    return tuple((re.compile(_row(pattern)), _steps(pattern)) for pattern in patterns)


def _steps(pattern: str) -> _Steps:
    """The ideas of a pattern, those that may stand for each other together."""
    return tuple(frozenset(part.split("/")) for part in pattern.split() if not part.isdigit())


def _row(pattern: str) -> str:
    return "".join(_step(part) for part in pattern.split())


def _step(part: str) -> str:
    if part.isdigit():
        return rf"(?:\|[a-zA-Z:]+){{0,{part}}}?"
    return rf"\|(?:{part.replace('/', '|')})(?=\||$)"


_SIGNS: Final = {
    "no-proceed": _sign("NEG 3 PROCEED", "PROCEED 1 NEG"),
    "no-select": _sign("NEG 3 SELECT"),
    "no-offer": _sign("NEG 3 OFFER", "NEG 2 JOB"),
    "no-job": _sign("JOB/OFFER 4 NEG"),
    "no-review": _sign("NEG 2 REVIEW", "REVIEW 2 NEG"),
    "someone-chosen": _sign("SELECT 2 OTHER", "OTHER 2 SELECT", "FILLED"),
    "no-suit": _sign("NEG 2 SUIT"),
    "no-candidate": _sign("NEG 3 CAND"),
    "to-other": _sign("PROCEED/SELECT/DECIDE/OFFER 4 OTHER/BETTER", "OTHER/BETTER 3 DECIDE/PROCEED"),
    "other-candidate": _sign("OTHER/BETTER 3 CAND", "CAND 4 BETTER", "CAND 3 SUIT 2 BETTER"),
    "selected-who": _sign("SELECT 3 CAND"),
    "filled": _sign("JOB 4 FILLED", "FILLED 3 JOB"),
    "no-go": _sign("NOGO"),
    "no-go-apply": _sign("APPLY/JOB/CAND/YOU 4 NOGO", "NOGO 4 APPLY/JOB/CAND"),
    "closed": _sign("JOB 5 CLOSED", "CLOSED 4 JOB", "REVIEW 3 CLOSED"),
    "regret-no": _sign("REGRET 6 NEG/NOGO/DECIDE/OTHER/CLOSED/FILLED"),
    "regret-apply": _sign("REGRET 6 APPLY/JOB"),
    "decided-no": _sign("DECIDE 4 NEG/NOGO"),
    "thanks-job": _sign("THANK 6 APPLY/INTEREST/JOB", "THANK 3 TIME"),
    "thanks-talk": _sign("THANK 5 TALK"),
    "luck": _sign("LUCK"),
    "future": _sign("FUTURE 4 JOB/APPLY", "FUTURE 2 FUTURE"),
    "received": _sign("RECEIVED 4 APPLY", "APPLY 4 RECEIVED"),
    "will-return": _sign("WILL 4 RETURN/REVIEW"),
    "in-review": _sign("APPLY 5 REVIEW", "REVIEW 4 APPLY"),
    "still-open": _sign("STILL 5 REVIEW/APPLY/JOB", "APPLY 4 STILL"),
    "meet": _sign("INVITE 5 TALK", "TALK 5 INVITE"),
    "test-due": _sign("TEST 6 DUE", "DUE 5 TEST"),
    "do-test": _sign("INVITE/NEXT/PROCEED/WE 4 TEST"),
    "glad-offer": _sign("GOOD 4 OFFER", "OFFER 5 JOB", "OFFER 4 OFFER"),
    "glad-meet": _sign("GOOD 5 INVITE/TALK"),
    "withdrawn": _sign("WITHDRAW 4 APPLY", "APPLY 4 WITHDRAW"),
    "incomplete": _sign("APPLY 5 INCOMPLETE", "INCOMPLETE 5 APPLY"),
    "reach-out": _sign("REACHOUT 6 JOB/SUIT/TALK", "JOB 6 REACHOUT", "REACHOUT 4 REACHOUT"),
    "alert": _sign("ALERT 3 ALERT", "ALERT 2 JOB", "JOB 2 ALERT"),
    "references": _sign("REFS"),
    "feedback": _sign("FEEDBACK 5 TALK/APPLY/SUIT"),
}
REFUSING: Final = word_set(
    "no-proceed no-select no-offer no-job no-suit no-candidate to-other other-candidate selected-who someone-chosen"
    " filled closed regret-no decided-no no-go"
    " no-go-apply"
)
"""Signs of which a rejection nearly always has at least one."""

_JOB: Final = frozenset(("APPLY", "JOB", "CAND", "TALK", "TEAM", "REFS", "OFFER"))
_ELSEWHERE: Final = word_set(
    "HOUSING CREDIT STUDY PAPER PRIZE VISA INSURANCE SHOP PAY TRAVEL TECH PRIVATE NEWS CLUB MEETINGS SPAM"
)


_NEUTRAL: Final = word_set("THANK YOU WE I APPLY JOB CAND INTEREST TIME MANY SUIT TEAM RECEIVED GOOD")
_OPENING: Final = frozenset(("THANK", "INTEREST", "MANY"))


def is_neutral(row: Sequence[str]) -> bool:
    """Whether a sentence is a courtesy that any mail about an application may hold and that decides nothing."""
    return _OPENING.intersection(row) != frozenset() and _NEUTRAL.issuperset(row)


def signs(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The signs of a mail, given the ideas of each sentence; crossed with how much it speaks of jobs or of other"
    " matters.
    """
    found = sorted(found_signs(rows))
    context = _context(idea for row in rows for idea in row)
    yield from found
    yield from context
    yield f"refusing-{min(len(REFUSING.intersection(found)), 4)}"
    yield from (f"{name}&{about}" for name in found for about in context)


def found_signs(rows: Sequence[Sequence[str]]) -> frozenset[str]:
    """The names of all signs in a mail's sentences."""
    return frozenset(name for row in rows for name in _of_row(tuple(row)))


@lru_cache(maxsize=20_000)
def _of_row(row: tuple[str, ...]) -> tuple[str, ...]:
    plain = [idea for idea in row if not idea.startswith("if:")]
    there = frozenset(plain)
    joined = "".join(f"|{idea}" for idea in plain)
    return tuple(
        {
            name: None
            for idea in there
            for name, pattern, later in _BY_FIRST.get(idea, ())
            if not any(map(there.isdisjoint, later)) and pattern.search(joined)
        }
    )


_BY_FIRST: Final[dict[str, list[tuple[str, re.Pattern[str], _Steps]]]] = {}
for _name, _patterns in _SIGNS.items():
    for _pattern, (_firsts, *_later) in _patterns:
        for _first in sorted(_firsts):
            _BY_FIRST.setdefault(_first, []).append((_name, _pattern, tuple(_later)))


def _context(ideas: Iterable[str]) -> list[str]:
    plain = [idea.removeprefix("if:") for idea in ideas]
    job, elsewhere = sum(idea in _JOB for idea in plain), sum(idea in _ELSEWHERE for idea in plain)
    share = "job-none" if not job else "job-most" if job >= 2 * elsewhere else "job-some"
    return [share, f"elsewhere-{min(elsewhere, 3)}"]
