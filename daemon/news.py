"""What the log hears of how an account's duties fare: what is new, once, and louder only when it lasts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daemon.logbook import tell

_LASTS: Final = timedelta(hours=1)
"""What mends itself by then is no news to wake somebody for."""
_AGAIN: Final = timedelta(days=1)
"""The same warning is given once in so long."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Of a duty: since when, what the log heard of it last, when it was warned, and whether the log heard the end."""

    since: datetime
    said: str = ""
    warned: datetime | None = None
    over: bool = False


class News:
    """Of one account. Times are handed in; nothing is written but log lines."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._troubles: dict[str, Trouble] = {}

    def hear(self, duty: str, problem: str | None, now: datetime, *, waits: bool = False) -> None:
        """How a duty fares now: None is well; `waits` is whether only the person can mend the problem."""
        known = self._troubles.get(duty)
        if problem is None:
            self._well(duty, known, now)
            return
        trouble = known or Trouble(now)
        if trouble.over and now - trouble.since > _LASTS:  # what comes and goes is one trouble
            trouble = Trouble(now)
        self._troubles[duty] = self._told(duty, trouble, problem, now, waits=waits)

    def _told(self, duty: str, trouble: Trouble, problem: str, now: datetime, *, waits: bool) -> Trouble:
        if waits or now - trouble.since >= _LASTS:
            if trouble.warned is not None and trouble.said == problem and now - trouble.warned < _AGAIN:
                return trouble
            self._tell("needs_you" if waits else "trouble_lasts", f"{duty}: {problem}", duty)
            return replace(trouble, said=problem, warned=now, over=False)
        if trouble.said == problem:
            return trouble
        self._tell("trouble", f"{duty}: {problem}", duty)
        return replace(trouble, said=problem, over=False)

    def _well(self, duty: str, trouble: Trouble | None, now: datetime) -> None:
        if trouble is None:
            self._tell("works", f"{duty} works.", duty)
            self._troubles[duty] = Trouble(now - 2 * _LASTS, over=True)
        elif not trouble.over:
            self._tell("works", f"{duty} works again.", duty)
            self._troubles[duty] = replace(trouble, over=True, warned=None)

    def _tell(self, event: str, sentence: str, duty: str) -> None:
        tell(event, sentence, account=self._account, duty=duty)
