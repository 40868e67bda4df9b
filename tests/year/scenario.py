"""The words of the scenario table (year.stories): what happens in a story, and which drafts are due for it.

What is due is said by hand, in the words of the cadence; year.days reckons the days. Nothing of daemon.core is used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

ME = "me"


@dataclass(frozen=True)
class Act:
    """Something happens `days` after `after`: a mail of an employer's `by`, one of Sam's own, or something Sam does.

    `key` names the moment for what follows from it. `meets`: the mail names an interview so many days ahead, of which
    the moment is called "interview". `reply`: it answers the last mail between them (None: as it falls).
    """

    kind: str
    by: str
    after: str
    days: float
    key: str
    meets: float | None = None
    cc: tuple[str, ...] = ()
    reply: bool | None = None
    text: str = ""
    forged: str = ""
    role: int = 0


@dataclass(frozen=True)
class Expect:
    """One draft that is due: the later of (`since` + `wait`) and (`quiet` + 24 hours), moved to working time.

    `also`: a thank-you that asks for feedback too. `then` is what Sam does with it: send, edit_send, edit (and send
    days later), delete, ignore; "any" is one of the first three. `says` stands in its body, `hides` does not. `late` is
    how long it may take beyond that, for the caps and for the hours between two looks.
    """

    step: str
    to: tuple[str, ...]
    since: str
    wait: str
    quiet: str = ""
    also: bool = False
    then: str = "any"
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    late: str = "3 working days"

    @property
    def row(self) -> str:
        """The row of the table that it counts in."""
        return "thank_you + feedback" if self.also else self.step


@dataclass(frozen=True)
class Story:
    """One way a search can go, so many times in a hundred and twenty applications; `season` says when it begins.

    `tongue` is what it is written in, if that is not left to the turn.
    """

    name: str
    share: int
    acts: tuple[Act, ...]
    expects: tuple[Expect, ...] = ()
    season: str = "any"
    applications: int = 1
    tongue: str | None = None


# What happens.


def mail(kind: str, by: str, after: str = "start", days: float = 0, **more) -> Act:
    return Act(kind, by, after, days, more.pop("key", kind), **more)


def own(kind: str, after: str, days: float, **more) -> Act:
    """Sam writes to the recruiter, in answer to the last mail."""
    return Act(kind, ME, after, days, more.pop("key", kind), **more)


def does(command: str, after: str, days: float, text: str = "", **more) -> Act:
    """Sam tells the program something."""
    return Act(command, ME, after, days, more.pop("key", command), text=text, **more)


# What is due: the cadence of DESIGN.md, line by line.


def thanks(to: tuple[str, ...], since: str, **more) -> Expect:
    """After a rejection: 1 working day, and not within its first 24 hours."""
    return Expect("thank_you", to, since, "1 working day", since, **more)


def thanks_and_asks(to: str, since: str, **more) -> Expect:
    """The same person is thanked and asked: one draft says both."""
    return Expect("thank_you", (to,), since, "1 working day", since, also=True, **more)


def asks(to: str, since: str, **more) -> Expect:
    return Expect("feedback_request", (to,), since, "1 working day", since, **more)


def connects(since: str, **more) -> Expect:
    """Same day, but not within the quiet period."""
    return Expect("linkedin_note", (ME,), since, "0 days", since, then="delete", **more)


def reflects(since: str, **more) -> Expect:
    return Expect("reflection", (ME,), since, "3 days", since, then="delete", **more)


def follows(to: tuple[str, ...], rejected: str, **more) -> Expect:
    """Two weeks after the interview."""
    return Expect("follow_up", to, "interview", "2 weeks", rejected, **more)


def checks(to: str, since: str, **more) -> Expect:
    """No word: 10 working days after an interview, 4 weeks after an application with a human contact."""
    return Expect("status_check", (to,), since, "10 working days" if since == "interview" else "4 weeks", **more)


def reflects_on_silence(**more) -> Expect:
    """As long again after the question was due there is still no word: it counts as silent, and 3 days later..."""
    return Expect("reflection", (ME,), "interview", "10 working days + 10 working days + 3 days", then="delete", **more)


def keeps_in_touch(to: str, since: str, **more) -> Expect:
    return Expect("keep_in_touch", (to,), since, "3 months", **more)


def after_a_talk(to: str, since: str, **more) -> tuple[Expect, ...]:
    """What is due when the one person that Sam talked to says no."""
    return thanks_and_asks(to, since, **more), connects(since), reflects(since)


def again(expects: tuple[Expect, ...], since: str) -> tuple[Expect, ...]:
    """The same once more, for another rejection."""
    return tuple(replace(one, since=since, quiet=since) for one in expects)
