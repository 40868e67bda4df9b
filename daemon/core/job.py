"""A job is one planned draft. Its states and their legal moves are the one table here; the docs draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """What a job lays: the steps of the cadence by their configuration names, and the digest."""

    THANK_YOU = "thank_you"
    FEEDBACK_REQUEST = "feedback_request"
    LINKEDIN_NOTE = "linkedin_note"
    REFLECTION = "reflection"
    FOLLOW_UP = "follow_up"
    KEEP_IN_TOUCH = "keep_in_touch"
    STATUS_CHECK = "status_check"
    DIGEST = "digest"


CADENCE: Final = tuple(step for step in Step if step is not Step.DIGEST)
"""The steps that the settings have a table for."""
TO_SELF: Final = frozenset({Step.LINKEDIN_NOTE, Step.REFLECTION, Step.DIGEST})
"""What goes to the person's own address, and answers no mail."""
OCCASION_ALARM: Final = "alarm"
"""The occasion of a note to self that says what is wrong; it has the step of a digest, and is none."""


class State(StrEnum):
    """Where a job stands."""

    PLANNED = "planned"
    HELD = "held"
    PLACING = "placing"
    PLACED = "placed"
    EDITED = "edited"
    SENT = "sent"
    DELETED = "deleted"
    UNSURE = "unsure"
    ANSWERED = "answered"
    JOINED = "joined"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What can happen to a job."""

    INTEND = "intend"  # the intention, with UIDVALIDITY and UIDNEXT, is durable; APPEND comes next
    LAID = "laid"  # the server holds the draft
    ABSENT = "absent"  # looked after a doubt: the server certainly does not hold it
    DOUBT = "doubt"  # looked after a doubt: it may have been laid and taken away again
    DECLINE = "decline"  # the server would not take it, or its letter cannot be written: it is tried again later
    FOUND_ANSWER = "found_answer"  # the person's own answer is in Drafts or Sent already
    HOLD = "hold"  # it was due before the journal was restored: it may have been laid, so the person is asked
    RELEASE = "release"  # the person said to lay it
    RESCHEDULE = "reschedule"  # what is known has changed: another time, another recipient, another reason
    EDIT = "edit"  # the draft lies there with other words, or under another id: the person has worked on it
    SEND = "send"  # it was found in Sent, by In-Reply-To and recipient
    DELETE = "delete"  # it is gone from Drafts and was not sent: respected for good
    RETURN = "return"  # it is there again
    JOIN = "join"  # another job's draft says this too
    SKIP = "skip"  # a condition does not hold
    CANCEL = "cancel"  # the person or a newer mail took it back
    RETRACT = "retract"  # the person said that the mail is no rejection
    RESUME = "resume"  # that was taken back in time


MOVES: Final[Mapping[tuple[State, Move], State]] = {
    (State.PLANNED, Move.INTEND): State.PLACING,
    (State.PLANNED, Move.DECLINE): State.PLANNED,
    (State.PLANNED, Move.HOLD): State.HELD,
    (State.PLANNED, Move.FOUND_ANSWER): State.ANSWERED,
    (State.PLANNED, Move.JOIN): State.JOINED,
    (State.PLANNED, Move.SKIP): State.SKIPPED,
    (State.PLANNED, Move.CANCEL): State.CANCELLED,
    (State.PLANNED, Move.RETRACT): State.CANCELLED,
    (State.PLANNED, Move.RESCHEDULE): State.PLANNED,
    (State.HELD, Move.RESCHEDULE): State.HELD,
    (State.HELD, Move.SKIP): State.SKIPPED,
    (State.HELD, Move.JOIN): State.JOINED,
    (State.JOINED, Move.RESCHEDULE): State.JOINED,
    (State.JOINED, Move.RESUME): State.PLANNED,
    (State.JOINED, Move.HOLD): State.HELD,
    (State.JOINED, Move.SKIP): State.SKIPPED,
    (State.JOINED, Move.FOUND_ANSWER): State.ANSWERED,
    (State.SKIPPED, Move.RESCHEDULE): State.SKIPPED,
    (State.SKIPPED, Move.RESUME): State.PLANNED,
    (State.SKIPPED, Move.HOLD): State.HELD,
    (State.SKIPPED, Move.JOIN): State.JOINED,
    (State.SKIPPED, Move.CANCEL): State.CANCELLED,
    (State.SKIPPED, Move.RETRACT): State.CANCELLED,
    (State.PLACED, Move.EDIT): State.EDITED,
    (State.PLACED, Move.SEND): State.SENT,
    (State.PLACED, Move.DELETE): State.DELETED,
    (State.EDITED, Move.SEND): State.SENT,
    (State.EDITED, Move.DELETE): State.DELETED,
    (State.DELETED, Move.SEND): State.SENT,
    (State.DELETED, Move.RETURN): State.PLACED,
    (State.HELD, Move.RELEASE): State.PLANNED,
    (State.HELD, Move.FOUND_ANSWER): State.ANSWERED,
    (State.HELD, Move.CANCEL): State.CANCELLED,
    (State.HELD, Move.RETRACT): State.CANCELLED,
    (State.PLACING, Move.LAID): State.PLACED,
    (State.PLACING, Move.ABSENT): State.PLANNED,
    (State.PLACING, Move.DECLINE): State.PLANNED,
    (State.PLACING, Move.DOUBT): State.UNSURE,
    (State.PLACING, Move.FOUND_ANSWER): State.ANSWERED,
    (State.UNSURE, Move.LAID): State.PLACED,
    (State.UNSURE, Move.RELEASE): State.PLANNED,
    (State.UNSURE, Move.CANCEL): State.CANCELLED,
    (State.JOINED, Move.CANCEL): State.CANCELLED,
    (State.JOINED, Move.RETRACT): State.CANCELLED,
    (State.CANCELLED, Move.RESUME): State.PLANNED,
    (State.CANCELLED, Move.HOLD): State.HELD,
    (State.CANCELLED, Move.JOIN): State.JOINED,
    (State.CANCELLED, Move.SKIP): State.SKIPPED,
}


BEFORE_RESTORE: Final = "It was due before the journal was restored; `highroad review` asks about it."
"""Why a job is held."""
LOST: Final = "A part of the journal was lost, so you may have called this off; `highroad review` asks about it."
"""Why a job is held that is planned anew."""


class IllegalMoveError(ValueError):
    """A move that the table does not hold: a fault of the program, never of a mail."""


def moved(state: State, move: Move) -> State:
    """The state after a move. Raises IllegalMoveError for a pair that MOVES does not hold."""
    try:
        return MOVES[state, move]
    except KeyError:
        raise IllegalMoveError(f"a job that is {state} cannot {move}") from None


@dataclass(frozen=True, slots=True)
class Job:
    """One planned (or deliberately not planned) draft. `id` is 0 until the journal has given one.

    `message` is the journal id of the mail it answers, or rests on; a digest has 0 there and for `application`. An
    application has one job a step and `occasion` ("1" is the first rejection's; daemon.core.plan names the others).
    `event` is when that happened which it follows from: the person's own word to the recipient since then makes a
    draft needless. `others` are further recipients, as (address, name or None). `why` explains the state to a person.
    `uidvalidity` and `uidnext` of Drafts are set by INTEND (RFC 9051, 2.3.1.1), `uid` by LAID.
    """

    application: int
    message: int
    account: str
    step: Step
    state: State
    why: str
    due: datetime | None = None
    recipient: str | None = None
    recipient_name: str | None = None
    also: tuple[Step, ...] = ()
    company: str | None = None
    message_id: str | None = None
    uidvalidity: int | None = None
    uidnext: int | None = None
    uid: int | None = None
    placed_at: datetime | None = None
    occasion: str = "1"
    event: datetime | None = None
    others: tuple[tuple[str, str | None], ...] = ()
    id: int = 0

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses it goes to, the first one first."""
        first = (self.recipient,) if self.recipient else ()
        return (*first, *(address for address, _ in self.others))
