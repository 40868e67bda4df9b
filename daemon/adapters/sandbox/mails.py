"""Mails on their way through the readers, and what is waited for of them."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from classifiers.values import Reading
from daemon.adapters.sandbox.children import SENSELESS, Child, Gone
from daemon.core.errors import Poison

GROUP_MAILS: Final = 16
GROUP_BYTES: Final = 2**20


class Batch:
    """The mails of one call and what has come of each; `over` when that is known of all, or nothing can be read."""

    def __init__(self, count: int) -> None:
        self._outcomes: list[Reading | Poison | None] = [None] * count
        self._left = count
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(self, at: int, outcome: Reading | Poison) -> None:
        """This has come of one mail; once for each."""
        self._outcomes[at] = outcome
        self._left -= 1
        if not self._left and not self.over.done():
            self.over.set_result(None)

    def give_up(self, error: BaseException) -> None:
        """Nothing more comes of its mails."""
        if not self.over.done():
            self.over.set_exception(error)

    @property
    def outcomes(self) -> list[Reading | Poison]:
        """What has come of the mails, in their order."""
        return [outcome for outcome in self._outcomes if outcome is not None]


@dataclass(slots=True, eq=False)
class Mail:
    """One mail of a batch. `lean` is that of its request; one that is `alone` shares a reader with no other."""

    batch: Batch
    at: int
    raw: bytes
    lean: float
    alone: bool = False
    tries: int = 0

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits for it."""
        return not self.batch.over.done()

    def settle(self, outcome: Reading | Poison) -> None:
        """This has come of it."""
        self.batch.settle(self.at, outcome)


@dataclass(slots=True, eq=False)
class Flight:
    """A group of mails that a reader has now; the first `done` of them are answered."""

    child: Child
    mails: list[Mail]
    done: int = 0

    @property
    def wanted(self) -> bool:
        """Whether anybody still waits for one of them."""
        return any(mail.wanted for mail in self.mails)

    def settle(self, answer: dict[str, Any], number: int) -> None:
        """Take the answer for the next mail of request `number`. Raises Gone when it is none."""
        self.mails[self.done].settle(_outcome(answer, number, self.done))
        self.done += 1


def group_of(waiting: deque[Mail]) -> list[Mail]:
    """Take the next mails off that may share a reader, those that nobody waits for left out; [] when none waits."""
    group: list[Mail] = []
    weight = 0
    while waiting and len(group) < GROUP_MAILS:
        mail = waiting[0]
        weight += len(mail.raw)
        if group and (mail.alone or group[0].alone or mail.lean != group[0].lean or weight > GROUP_BYTES):
            break
        waiting.popleft()
        if mail.wanted:
            group.append(mail)
    return group


def _outcome(answer: dict[str, Any], number: int, at: int) -> Reading | Poison:
    if answer.get("id") != number or answer.get("at") != at:
        raise Gone("the reader answered out of turn")
    if "unreadable" in answer:
        return Poison(str(answer["unreadable"])[:300])
    try:
        return Reading.from_json(answer["reading"])
    except (KeyError, TypeError, ValueError) as error:
        raise Gone(SENSELESS) from error
