"""The JSON object that `classify --json` prints for a mail: its keys are a contract with other programs."""

from __future__ import annotations

from typing import Any, Final

from classifiers.sources import Found
from classifiers.values import Because, Person, Verdict

KEYS: Final = (
    "source", "message_id", "label", "confidence", "scores", "band", "because", "company", "role", "people",
    "after_interview", "reason", "invites_future", "answerable", "language", "requisition", "informal",
    "interview_at", "interview_timed", "advice", "withdrawn", "error",
)  # fmt: skip
"""In this order. Of a mail that could not be read all but source and error are null."""


def row(found: Found, verdict: Verdict | None, act: float, review: float) -> dict[str, Any]:
    """One mail's object, ready for JSON. `act` and `review` are the limits of the bands, inclusive, from 0 to 1."""
    if found.mail is None or verdict is None:
        return dict.fromkeys(KEYS) | {"source": found.source, "error": found.error}
    said = _shown(verdict) | {"scores": dict(verdict.scores), "band": verdict.band(act, review), "error": None}
    said |= {"because": tuple(map(_shown, verdict.because)), "people": tuple(map(_shown, verdict.people))}
    said["interview_at"] = verdict.interview_at.isoformat() if verdict.interview_at else None
    said |= {"source": found.source, "message_id": found.mail.headers.message_id}
    return {key: said[key] for key in KEYS}


def _shown(value: Verdict | Because | Person) -> dict[str, Any]:
    # What dataclasses.asdict would give, which copies everything that is in it and takes ten times as long.
    return {name: getattr(value, name) for name in value.__slots__}
