"""What has been wrong for so long that the person is told of it: which troubles, when, which way, and in what words.

A trouble is told once. It is told again only if it was mended, came back, and has lasted as long once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Kind = Literal["operator", "behind", "failing", "settings", "digest"]
_DAY: Final = timedelta(days=1)
PATIENCE: Final[Mapping[Kind, timedelta]] = {
    "operator": _DAY, "behind": _DAY, "failing": 2 * _DAY, "settings": _DAY, "digest": _DAY,
}  # fmt: skip
"""So long a trouble lasts before it is told; a server may be down for a weekend."""
_GAPS: Final = 3
_LONGEST: Final = timedelta(days=14)
_SUBJECT: Final[Mapping[Kind, str]] = {
    "operator": "needs", "behind": "stuck", "failing": "stuck", "settings": "settings", "digest": "digest",
}  # fmt: skip
"""What a trouble is, when told: an account that is behind and one that cannot be reached are the same to a person."""
_NEW_GAP: Final = 0.2
BY_SMTP: Final = ""
"""The way of a note to self that goes by SMTP: there is no account in whose Drafts it would be laid."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong. `account` is "" for the house itself; `what` is a duty, or the folder that is behind.

    `gap` is the usual time between two arrivals in that folder, None while unknown. `sure` is False while it may be
    mended already: it was the person's turn, and since then the server just did not answer.
    """

    kind: Kind
    since: datetime
    problem: str = ""
    account: str = ""
    what: str = ""
    gap: timedelta | None = None
    sure: bool = True

    @property
    def key(self) -> str:
        """The same for what is the same trouble to a person."""
        return f"{_SUBJECT[self.kind]} {self.account}".rstrip()

    @property
    def due(self) -> datetime:
        """When it has lasted long enough. A folder where mail is rare may be behind for longer: three usual gaps."""
        patience = PATIENCE[self.kind]
        if self.kind == "behind" and self.gap is not None:
            patience = min(max(patience, _GAPS * self.gap), _LONGEST)
        return self.since + patience


def ripe(troubles: Iterable[Trouble], told: Set[str], now: datetime) -> tuple[Trouble, ...]:
    """The troubles to tell now, the longest one first; `told` are the keys of those that were told and last.

    What is stuck in an account that waits for the person is no news of its own.
    """
    there = list(troubles)
    waiting = {one.account for one in there if one.kind == "operator"}
    found: dict[str, Trouble] = {}
    for one in sorted(there, key=lambda one: one.due):
        shadowed = _SUBJECT[one.kind] == "stuck" and one.account in waiting
        if one.sure and one.due <= now and one.key not in told and not shadowed:
            found.setdefault(one.key, one)
    return tuple(sorted(found.values(), key=lambda one: one.since))


def lasting(troubles: Iterable[Trouble], told: Mapping[str, datetime]) -> frozenset[str]:
    """The keys of what was told, at that moment, and is not mended; the others may be told again one day.

    What began only after it was told is another trouble: the one of before was mended while nobody looked.
    """
    return frozenset(one.key for one in troubles if one.key in told and one.since <= told[one.key])


# How usual it is that nothing comes.


@dataclass(frozen=True, slots=True)
class Pace:
    """When something new was read in a folder last, and the usual time between two such moments, None while unknown."""

    last: datetime
    gap: timedelta | None = None


def paced(before: Pace | None, now: datetime) -> Pace:
    """The pace with one more arrival, now."""
    if before is None:
        return Pace(now)
    latest = max(now - before.last, timedelta())
    gap = latest if before.gap is None else before.gap + _NEW_GAP * (latest - before.gap)
    return Pace(max(now, before.last), gap)


# Which way.


@dataclass(frozen=True, slots=True)
class Way:
    """An account in whose Drafts a note could be laid. `mine`: it has the person's own address."""

    account: str
    mine: bool
    health: Literal["well", "doubtful", "ill"]


def way(ways: Sequence[Way], *, by_smtp: bool, smtp: bool) -> str | None:
    """How an alarm reaches the person: an account's name, BY_SMTP, or None where there is no way.

    `by_smtp`: that is how the digest goes; `smtp`: a server for it is named, and it works as far as is known. An
    account that is ill itself is no way; one that can be reached and not read is a way of last resort.
    """
    if by_smtp and smtp:
        return BY_SMTP
    for health in ("well", "doubtful"):
        for one in sorted(ways, key=lambda one: not one.mine):
            if one.health == health:
                return one.account
    return BY_SMTP if smtp else None


# In what words.


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a trouble: a title without any fact; what happened, with places for {since}, {account} and
    {what}; what to do next; what is not lost.
    """

    title: str
    happened: str
    next: str
    safe: str


_KEPT: Final = (
    "No mail is lost: it all stays on the server, and what came meanwhile is read as soon as that works again. "
    "Drafts that are due are laid then."
)
_AS_BEFORE: Final = "Nothing is lost: mail is read, and drafts are laid, as before."
_WORDS: Final[Mapping[tuple[Kind, str], Words]] = {
    ("operator", "reading"): Words(
        "An account waits for you",
        "Since {since}, account {account} waits for you: its mail is not read, and no draft is laid there.",
        "Say `highroad doctor`: it tries the log-in and says what to change. When the password or the settings have "
        "changed, Highroad goes on by itself.",
        _KEPT,
    ),
    ("operator", "placing"): Words(
        "An account waits for you",
        "Since {since}, account {account} waits for you: no draft is laid there. Its mail is read as before.",
        "Say `highroad doctor`: it looks at the account and says what to change. Then Highroad goes on by itself.",
        "Nothing is lost: the drafts that are due wait, and are laid then.",
    ),
    ("behind", ""): Words(
        "New mail is not being read",
        "Since {since}, the server holds mail in {what} of account {account} that Highroad has not been able to read.",
        "Say `highroad status --verify`, which holds the server's list against the journal, message by message, and "
        "`highroad doctor`, which looks at everything else. It may help to start the service anew.",
        _KEPT,
    ),
    ("failing", "reading"): Words(
        "An account cannot be read",
        "Since {since}, account {account} could not be read, though it was tried again and again.",
        "If its server is only down, nothing is to be done. If it has moved, change the account's settings; "
        "`highroad doctor` says what it sees.",
        _KEPT,
    ),
    ("failing", "placing"): Words(
        "Drafts cannot be laid",
        "Since {since}, a draft could not be laid into account {account}, though it was tried again and again.",
        "Look whether the mailbox is full, and say `highroad doctor`. `highroad plan` shows what waits.",
        "Nothing is lost: mail is read as before, and the drafts that are due are tried again.",
    ),
    ("settings", ""): Words(
        "The changed settings cannot be used",
        "Since {since}, the changed settings cannot be used; Highroad goes on with the ones of before.",
        "Say `highroad config check`: it names every fault with its key. Mended settings are taken at once.",
        _AS_BEFORE,
    ),
    ("digest", ""): Words(
        "The digest cannot be sent",
        "Since {since}, the digest could not be sent, though it was tried again and again.",
        "Say `highroad doctor`: it tries the mail server of [digest] smtp and says what to change.",
        f"{_AS_BEFORE} The digest is sent as soon as the server takes it.",
    ),
}  # fmt: skip


def words(trouble: Trouble) -> Words:
    """What is said of a trouble."""
    duty = trouble.what if trouble.kind in {"operator", "failing"} else ""
    return _WORDS[trouble.kind, duty]


def subject(troubles: Collection[Trouble]) -> str:
    """The subject of the note: no name, no number of anything but troubles, in ASCII."""
    if len(troubles) == 1:
        (one,) = troubles
        return f"Highroad: {words(one).title[0].lower()}{words(one).title[1:]}"
    return f"Highroad: {len(troubles)} things need you"
