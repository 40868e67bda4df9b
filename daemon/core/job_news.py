"""What the log is told when a job moves: an event of core.chronicle and a sentence with nobody's name in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from daemon.core.job import OCCASION_ALARM, Job, Move, State

_MOVED: Final[Mapping[Move, tuple[str, str]]] = {
    Move.INTEND: ("draft_placing", "is about to be laid"),
    Move.LAID: ("draft_placed", "lies in Drafts"),
    Move.EDIT: ("draft_edited", "is worked on by the person"),
    Move.SEND: ("draft_sent", "was sent by the person"),
    Move.DELETE: ("draft_deleted", "was deleted by the person"),
    Move.RETURN: ("draft_moved", "is back in Drafts"),
    Move.FOUND_ANSWER: ("draft_answered", "is not needed: the person has written already"),
    Move.HOLD: ("draft_held", "is asked about first, by `highroad review`"),
    Move.RELEASE: ("draft_planned", "is to be laid after all"),
    Move.DOUBT: ("draft_unsure", "may have been laid and taken away; it is not laid again unasked"),
    Move.ABSENT: ("draft_moved", "did not arrive when the connection was cut, and is laid again"),
    Move.DECLINE: ("draft_declined", "could not be laid; it is tried again later"),
    Move.CANCEL: ("draft_cancelled", "is called off"),
    Move.RETRACT: ("draft_cancelled", "is called off: the mail is no rejection"),
    Move.RESUME: ("draft_planned", "is planned again"),
}


def news_of_move(job: Job, move: Move) -> tuple[str, str]:
    """The event and its sentence; `job` is as it is after the move."""
    event, what = _MOVED.get(move, ("draft_moved", f"is {job.state} now"))
    if job.account == "" and move is Move.LAID:  # a digest by SMTP: it goes to the person, not into Drafts
        event, what = "draft_placing", "was taken by the mail server"
    if job.account == "" and move is Move.SEND:
        event, what = "draft_moved", "went to the person's own address"
    return event, f"{_name(job)} {what}{_due(job) if event == 'draft_planned' else ''}."


def news_of_job(job: Job) -> tuple[str, str]:
    """The event and its sentence for a job that is new."""
    if job.state is State.PLANNED:
        return "draft_planned", f"{_name(job)} is planned{_due(job)}."
    return "draft_moved", f"{_name(job)} is {job.state} from the beginning."


def _name(job: Job) -> str:
    if job.occasion == OCCASION_ALARM:
        return "The alarm"
    return f"The draft {job.step}" if job.application else f"The {job.step}"


def _due(job: Job) -> str:
    return f" for {job.due:%Y-%m-%d %H:%M} UTC" if job.due else ""
