"""The small phrases that a digest is made of: days, counts, steps, and the facts of mails made harmless."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from daemon.core.job import Step
from templates.facts import one_line

_FACT: Final = 80
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_STEPS: Final[Mapping[Step, tuple[str, str]]] = {
    Step.THANK_YOU: ("thank-you", "thank-yous"),
    Step.FEEDBACK_REQUEST: ("request for feedback", "requests for feedback"),
    Step.LINKEDIN_NOTE: ("note for connecting", "notes for connecting"),
    Step.REFLECTION: ("worksheet", "worksheets"),
    Step.FOLLOW_UP: ("follow-up", "follow-ups"),
    Step.KEEP_IN_TOUCH: ("mail to keep in touch", "mails to keep in touch"),
    Step.STATUS_CHECK: ("question where things stand", "questions where things stand"),
    Step.DIGEST: ("digest", "digests"),
}


def fact(text: str, longest: int = _FACT) -> str:
    """Words of a mail: on one line, without controls and direction marks, not too long, and without links.

    A mail program would make a link of them, and the person would trust it here.
    """
    words = one_line(text[: 4 * longest]).split()
    clean = " ".join("[link]" if _leads(word) else word for word in words)
    return clean if len(clean) <= longest else f"{clean[: longest - 1].rstrip()}\u2026"


def _leads(word: str) -> bool:
    """Whether a mail program might make a link of a word."""
    return "://" in word or "www." in word.casefold() or ("." in word.partition("/")[0][:-1] and "/" in word)


def about(company: str | None, role: str | None) -> str:
    """What an application is about, as far as it is known: "Acme, Backend Engineer"; empty if nothing is."""
    return ", ".join(part for part in (fact(company or ""), fact(role or "")) if part)


def step_name(step: Step, *, many: bool = False) -> str:
    """A step in a sentence."""
    return _STEPS[step][many]


def counted(count: int, one: str, many: str) -> str:
    """As one says it: "1 draft", "2 drafts"."""
    return f"{count} {one if count == 1 else many}"


def day(moment: datetime, zone: tzinfo, *, year: bool = False) -> str:
    """A day in the person's time zone: "Sunday 1 March", with the year if wanted."""
    local = _local(moment, zone)
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{f' {local.year}' if year else ''}"


def minute(moment: datetime, zone: tzinfo) -> str:
    """A day and the time of day in the person's time zone: "Sunday 1 March, 18:00"."""
    local = _local(moment, zone)
    return f"{day(moment, zone)}, {local:%H:%M}"


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """A moment by the person's clock; one without a time zone is by that clock already."""
    return moment.astimezone(zone) if moment.tzinfo else moment
