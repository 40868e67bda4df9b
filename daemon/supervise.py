"""The only place that tries again. What can pass is tried later, what cannot is said once and left to the person."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from daemon.core.backoff import SOUND_AFTER, Backoff
from daemon.core.errors import HighroadError, JournalFault, NeedsOperator, Throttled, Transient
from daemon.core.ports import Clock
from daemon.core.watch import Lost, Moment, Refused

T = TypeVar("T")
Say = Callable[[str, bool], None]
"""Told the problem as a sentence, and whether it waits for the person."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why an attempt failed, as a sentence, and what it means for the next one."""

    problem: str
    means: Lost | Refused

    @property
    def waits(self) -> bool:
        """Whether only the person can mend it."""
        return isinstance(self.means, Refused)


async def attempt(work: Awaitable[T]) -> T | Failed:
    """The result of `work`, or what its failure means. Raises JournalFault: without its memory no house goes on."""
    try:
        return await work
    except JournalFault:
        raise
    except NeedsOperator as error:
        return Failed(str(error), Refused())
    except Throttled as error:
        return Failed(str(error), Lost(dice(), complaint=True, seconds=error.seconds))
    except Transient as error:
        return Failed(str(error), Lost(dice()))
    except Exception as error:  # noqa: BLE001  (the one broad except of the house: a fault of ours must not end it)
        return Failed(fault_sentence(error), Lost(dice()))


async def keep(
    work: Callable[[], Awaitable[None]],
    clock: Clock,
    say: Say,
    ask: Callable[[], Awaitable[None]],
    pause: Callable[[float], Awaitable[object]],
) -> None:
    """Run `work` until it returns, again and again, with a growing, uneven pause while its failures can pass.

    Where only the person can mend what is wrong, `ask` waits until something has changed. Raises JournalFault at once.
    """
    backoff = Backoff()
    while True:
        began = moment(clock)
        failed = await attempt(work())
        if not isinstance(failed, Failed):
            return
        say(failed.problem, failed.waits)
        if isinstance(failed.means, Refused):
            backoff = Backoff()
            await ask()
            continue
        backoff = Backoff() if moment(clock).since(began) > SOUND_AFTER else backoff
        backoff, seconds = _after(backoff, failed.means)
        await pause(seconds)


def _after(backoff: Backoff, lost: Lost) -> tuple[Backoff, float]:
    if lost.complaint:
        return backoff.after_complaint(lost.seconds, lost.dice)
    return backoff.after_mishap(lost.dice)


def moment(clock: Clock) -> Moment:
    """Now, by both clocks."""
    return Moment(clock.now().timestamp(), clock.monotonic())


def dice() -> float:
    """A number in [0, 1) that nobody foresees, so that many do not come back at once."""
    return random.random()  # noqa: S311  (jitter, not a secret)


def fault_sentence(error: BaseException) -> str:
    """A sentence for what no sentence was written for: the kind and the place, never the values."""
    if isinstance(error, HighroadError):
        return str(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}" if frame else "unknown place"
    return f"A fault of Highroad itself ({type(error).__name__} at {place}). Please report this line."
