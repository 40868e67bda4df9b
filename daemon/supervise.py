"""The only place that tries again. What can pass is tried later, what cannot is said once and left to the person."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Final

from daemon.core.errors import HighroadError, JournalFault, NeedsOperator, Transient
from daemon.core.ports import Clock

FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 900.0
_SOUND_AFTER: Final = 300.0
"""Seconds of undisturbed work after which the next mishap starts with a short pause again."""

Say = Callable[[str, bool], None]
"""Told the problem as a sentence, and whether it waits for the person."""


async def keep(work: Callable[[], Awaitable[None]], clock: Clock, say: Say) -> None:
    """Run `work` until it returns, again and again while its failures can pass, with a growing, uneven pause.

    Returns when the work is done. Raises NeedsOperator when only the person can mend it (and says so first), and
    JournalFault at once: without its memory the house must not go on.
    """
    pause = FIRST_PAUSE
    while True:
        began = clock.now()
        try:
            return await work()
        except JournalFault:
            raise
        except NeedsOperator as error:
            say(str(error), True)
            raise
        except Transient as error:
            say(str(error), False)
        except Exception as error:  # noqa: BLE001  (the one broad except of the house: a fault of ours must not end it)
            say(fault_sentence(error), False)
        if (clock.now() - began).total_seconds() > _SOUND_AFTER:
            pause = FIRST_PAUSE
        await clock.sleep(uneven(pause))
        pause = min(pause * 2, LONGEST_PAUSE)


def fault_sentence(error: BaseException) -> str:
    """A sentence for what no sentence was written for: the kind and the place, never the values."""
    if isinstance(error, HighroadError):
        return str(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}" if frame else "unknown place"
    return f"A fault of Highroad itself ({type(error).__name__} at {place}). Please report this line."


def uneven(pause: float) -> float:
    """The pause, up to a quarter longer or shorter, so that many do not come back at once."""
    return pause * random.uniform(0.75, 1.25)  # noqa: S311  (jitter, not a secret)
