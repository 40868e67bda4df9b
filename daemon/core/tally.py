"""How drafts fared, counted by step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.core.job import Job, State, Step


@dataclass(frozen=True, slots=True)
class Life:
    """One draft that was laid: whether it was edited, when it was sent, whether the employer wrote after that."""

    job: Job
    edited: bool = False
    sent: datetime | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many drafts of a step were laid, and of these edited, sent, deleted; `answered`: after they were sent."""

    laid: int = 0
    edited: int = 0
    sent: int = 0
    deleted: int = 0
    answered: int = 0


def tally(lives: Iterable[Life]) -> dict[Step, Tally]:
    """The count by step, in the order of Step; what is still planned, or was never laid, does not count."""
    by_step: dict[Step, list[Life]] = {step: [] for step in Step}
    for life in lives:
        by_step[life.job.step].append(life)
    return {step: _counted(some) for step, some in by_step.items() if some}


def _counted(lives: Sequence[Life]) -> Tally:
    states = [life.job.state for life in lives]
    return Tally(
        laid=len(lives),
        edited=sum(life.edited for life in lives),
        sent=states.count(State.SENT),
        deleted=states.count(State.DELETED),
        answered=sum(life.answered for life in lives),
    )
