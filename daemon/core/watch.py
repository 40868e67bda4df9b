"""The life of a reading connection as one table: what happened comes in, what to do next goes out. No clock, no IO."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Literal

from daemon.core.backoff import SOUND_AFTER, Backoff

DAY: Final = 86_400.0
_LONGEST_DEAF: Final = 60.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time by two clocks, in s: the wall's, which people and suspension move, and one that only runs."""

    wall: float
    monotonic: float

    def since(self, earlier: Moment) -> float:
        """Seconds gone by: by the clock that saw more, since one stands still in suspension and one may be set back."""
        return max(self.wall - earlier.wall, self.monotonic - earlier.monotonic)


class State(Enum):
    """Where the connection is in its life."""

    AWAY = "away"
    OPENING = "opening"
    SYNCING = "syncing"
    TENDING = "tending"
    LISTENING = "listening"
    RESTING = "resting"
    ASKING = "asking"


Happening = Literal["begun", "opened", "more", "caught_up", "through", "tended", "heard", "lost", "refused", "rested"]

MOVES: Final[Mapping[tuple[State, Happening], State]] = {
    (State.AWAY, "begun"): State.OPENING,
    (State.OPENING, "opened"): State.SYNCING,
    (State.SYNCING, "more"): State.SYNCING,
    (State.SYNCING, "caught_up"): State.LISTENING,
    (State.SYNCING, "through"): State.TENDING,
    (State.TENDING, "tended"): State.LISTENING,
    (State.LISTENING, "heard"): State.SYNCING,
    (State.OPENING, "lost"): State.RESTING,
    (State.SYNCING, "lost"): State.RESTING,
    (State.TENDING, "lost"): State.RESTING,
    (State.LISTENING, "lost"): State.RESTING,
    (State.OPENING, "refused"): State.ASKING,
    (State.SYNCING, "refused"): State.ASKING,
    (State.TENDING, "refused"): State.ASKING,
    (State.LISTENING, "refused"): State.ASKING,
    (State.RESTING, "rested"): State.OPENING,
    (State.ASKING, "rested"): State.OPENING,
}


@dataclass(frozen=True, slots=True)
class Begun:
    """The watch begins."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Logged in."""


@dataclass(frozen=True, slots=True)
class Synced:
    """The folder is read; `news` says whether anything was there that the journal did not have."""

    news: bool


@dataclass(frozen=True, slots=True)
class Tended:
    """What is to be done after every poll is done."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Listening ended: the server told of something, or the time was up, or somebody called."""

    told: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """A failure that may pass. `complaint`: the server wants to be left alone, for `seconds` if it said so."""

    dice: float
    complaint: bool = False
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A failure that only the person can mend."""


@dataclass(frozen=True, slots=True)
class Rested:
    """The pause is over, or cut short because something changed."""


_PLAIN: Final[Mapping[type[object], Happening]] = {Begun: "begun", Refused: "refused", Rested: "rested"}
"""Events that change nothing but the state."""

Event = Begun | Opened | Synced | Tended | Heard | Lost | Refused | Rested


@dataclass(frozen=True, slots=True)
class Open:
    """Connect, log in."""


@dataclass(frozen=True, slots=True)
class Sync:
    """Bring the journal up to a folder; `verify`: compare every UID, which is done once a day."""

    folder: str
    verify: bool


@dataclass(frozen=True, slots=True)
class Tend:
    """Do what is to be done after every poll."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for news of `folder`, `seconds` at most; for the first `deaf` of them whatever the server says."""

    folder: str
    seconds: float
    deaf: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Drop the connection and wait so many s."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ask:
    """Drop the connection and wait until the person has changed something."""


Action = Open | Sync | Tend | Listen | Rest | Ask


@dataclass(frozen=True, slots=True)
class Watch:
    """One account's reading. `queue` is what is still to be synced; times None before the first."""

    folders: tuple[str, ...]
    poll_every: float
    state: State = State.AWAY
    queue: tuple[str, ...] = ()
    whole: bool = True
    fruitless: int = 0
    backoff: Backoff = field(default_factory=Backoff)
    opened: Moment | None = None
    polled: Moment | None = None
    verified: Moment | None = None
    verifying: bool = False


def step(watch: Watch, event: Event, now: Moment) -> tuple[Watch, Action]:
    """What to do next. Raises KeyError for an event that cannot happen in that state."""
    taken, happening = _take(watch, event, now)
    state = MOVES[watch.state, happening]
    return _enter(replace(taken, state=state), event, now)


def _take(watch: Watch, event: Event, now: Moment) -> tuple[Watch, Happening]:
    """What an event changes, and what it amounts to."""
    match event:
        case Opened():
            return _queued(replace(watch, opened=now, fruitless=0), whole=True, now=now), "opened"
        case Synced(news):
            return _synced(watch, now, news=news)
        case Tended():
            return replace(watch, polled=now), "tended"
        case Heard(told):
            return _queued(watch, whole=not told or _poll_in(watch, now) <= 0, now=now), "heard"
        case Lost():
            return replace(watch, backoff=Backoff()) if _was_sound(watch, now) else watch, "lost"
        case _:
            return watch, _PLAIN[type(event)]


def _queued(watch: Watch, *, whole: bool, now: Moment) -> Watch:
    """All folders, the one that is listened to last; or that one alone."""
    due = watch.verified is None or now.since(watch.verified) >= DAY
    queue = (*watch.folders[1:], watch.folders[0]) if whole else watch.folders[:1]
    return replace(watch, queue=queue, whole=whole, verifying=whole and due)


def _synced(watch: Watch, now: Moment, *, news: bool) -> tuple[Watch, Happening]:
    left = watch.queue[1:]
    after = replace(watch, queue=left, fruitless=0 if news or watch.whole else watch.fruitless + 1)
    if left:
        return after, "more"
    if not watch.whole:
        return after, "caught_up"
    return replace(after, verified=now if watch.verifying else watch.verified), "through"


def _was_sound(watch: Watch, now: Moment) -> bool:
    """Whether the connection held for so long that what went wrong before is forgotten."""
    return watch.opened is not None and now.since(watch.opened) > SOUND_AFTER


def _poll_in(watch: Watch, now: Moment) -> float:
    return 0.0 if watch.polled is None else max(watch.poll_every - now.since(watch.polled), 0.0)


def _enter(watch: Watch, event: Event, now: Moment) -> tuple[Watch, Action]:
    match watch.state:
        case State.SYNCING:
            return watch, Sync(watch.queue[0], watch.verifying)
        case State.TENDING:
            return watch, Tend()
        case State.LISTENING:
            return watch, Listen(watch.folders[0], _poll_in(watch, now), _deaf(watch))
        case State.RESTING if isinstance(event, Lost):
            return _rest(watch, event)
        case State.ASKING:
            return replace(watch, backoff=Backoff(), opened=None), Ask()
        case _:
            return watch, Open()


def _deaf(watch: Watch) -> float:
    """A server that tells of news and has none is listened to less and less."""
    return min(2.0 ** (watch.fruitless - 2), _LONGEST_DEAF) if watch.fruitless > 1 else 0.0


def _rest(watch: Watch, lost: Lost) -> tuple[Watch, Action]:
    backoff, dice = watch.backoff, lost.dice
    after, pause = backoff.after_complaint(lost.seconds, dice) if lost.complaint else backoff.after_mishap(dice)
    return replace(watch, backoff=after, opened=None), Rest(pause)
