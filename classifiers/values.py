"""What reading a mail yields: plain frozen values that cross the process boundary as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

Label = Literal["rejection", "interview", "acknowledgement", "assessment", "offer", "outreach", "job_alert", "other"]
LABELS: Final[tuple[Label, ...]] = (
    "rejection",
    "interview",
    "acknowledgement",
    "assessment",
    "offer",
    "outreach",
    "job_alert",
    "other",
)
Band = Literal["act", "review", "ignore"]


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header (RFC 5322, 3.4): display name (may be empty) and addr-spec."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Headers:
    """The facts a mail's header states, cleaned: no control characters, absent is None or empty.

    Message ids come from the raw header and match a strict pattern (RFC 5322, 3.6.4), or they are left out. `claims` is
    another address than the sender's own that From shows where a name belongs.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str | None = None
    auto_submitted: str | None = None
    precedence: str | None = None
    list_id: str | None = None
    list_unsubscribe: bool = False
    authentication_results: tuple[str, ...] = ()
    claims: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Headers:
        """The reverse of their part of Reading.to_json. Raises KeyError, TypeError or ValueError as that does."""
        return _headers(data)


@dataclass(frozen=True, slots=True)
class Because:
    """One sentence that decided a verdict and its weight, from 0 to 1."""

    sentence: str
    weight: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a mail names as its writer or as a contact; part is recruiter, hiring_manager, interviewer or None."""

    name: str | None
    address: str | None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the classifier makes of one mail. `scores` sum to 1 over LABELS; unsure facts are None, never a guess.

    `informal`: whether it says du, tu, je, tú to the reader (None where the language or the mail does not tell).
    `interview_at`: when an interview is set for, naive (as the person's clock shows it) where the mail names no time
    zone; `interview_timed`: whether the mail told the hour, else it is midnight of the day.
    `advice`: the sentences of specific feedback to the candidate. `withdrawn`: it confirms that they withdrew.
    """

    label: Label
    confidence: float
    scores: Mapping[Label, float]
    because: tuple[Because, ...] = ()
    company: str | None = None
    role: str | None = None
    people: tuple[Person, ...] = ()
    after_interview: bool | None = None
    reason: str | None = None
    invites_future: bool | None = None
    answerable: bool = False
    language: str | None = None
    requisition: str | None = None
    informal: bool | None = None
    interview_at: datetime | None = None
    interview_timed: bool = False
    advice: tuple[str, ...] = ()
    withdrawn: bool = False

    def band(self, act: float, review: float) -> Band:
        """The band of the rejection score alone (both limits inclusive)."""
        score = self.scores["rejection"]
        if score >= act:
            return "act"
        return "review" if score >= review else "ignore"


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail as read: what its header says and what the classifier makes of it. The body is not part of it."""

    headers: Headers
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """A JSON-ready dictionary, dates in ISO 8601 with offset."""
        headers, verdict = _fields(self.headers), _fields(self.verdict)
        headers["sender"] = _fields(self.headers.sender) if self.headers.sender else None
        headers["date"] = self.headers.date.isoformat() if self.headers.date is not None else None
        headers |= {key: [_fields(one) for one in headers[key]] for key in _PEOPLE}
        verdict |= {key: [_fields(one) for one in verdict[key]] for key in ("because", "people")}
        verdict["scores"] = dict(self.verdict.scores)
        verdict["interview_at"] = verdict["interview_at"].isoformat() if verdict["interview_at"] is not None else None
        verdict["advice"] = list(verdict["advice"])
        return {"headers": headers, "verdict": verdict}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The reverse of `to_json`. Raises KeyError, TypeError or ValueError when the data is not of that form."""
        return cls(_headers(data["headers"]), _verdict(data["verdict"]))


def _fields(value: Headers | Verdict | Address | Because | Person) -> dict[str, Any]:
    # What dataclasses.asdict would give, which copies everything that is in it and takes ten times as long.
    return {name: getattr(value, name) for name in value.__slots__}


def _headers(data: Mapping[str, Any]) -> Headers:
    lists = {key: tuple(data[key]) for key in _LISTS}
    people = {key: tuple(Address(**item) for item in data[key]) for key in _PEOPLE}
    sender = Address(**data["sender"]) if data["sender"] else None
    date = datetime.fromisoformat(data["date"]) if data["date"] else None
    return Headers(**{**data, **lists, **people, "sender": sender, "date": date})


_PEOPLE: Final = ("reply_to", "to", "cc")
_LISTS: Final = ("in_reply_to", "references", "delivered_to", "authentication_results")


def _verdict(data: Mapping[str, Any]) -> Verdict:
    if data["label"] not in LABELS:
        raise ValueError(f"the label {data['label']!r} is not one of {', '.join(LABELS)}")
    if set(data["scores"]) != set(LABELS):
        raise ValueError("the scores are not of these labels")
    because = tuple(Because(**item) for item in data["because"])
    people = tuple(Person(**item) for item in data["people"])
    interview_at = datetime.fromisoformat(data["interview_at"]) if data.get("interview_at") else None
    told = {"because": because, "people": people, "interview_at": interview_at, "advice": tuple(data.get("advice", ()))}
    return Verdict(**{**data, **told})
