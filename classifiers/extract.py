"""Facts a mail states plainly: company, role, people, what came before and what comes next. Unsure is None."""

from __future__ import annotations

from typing import TypedDict

from classifiers.features import View
from classifiers.mail import Mail
from classifiers.values import Label, Person


class Facts(TypedDict):
    """The fields of a Verdict that are facts."""

    company: str | None
    role: str | None
    people: tuple[Person, ...]
    after_interview: bool | None
    reason: str | None
    invites_future: bool | None
    answerable: bool
    language: str | None


def facts_of(mail: Mail, seen: View, label: Label) -> Facts:
    """What one mail says of the application it is about."""
    return Facts(
        company=None, role=None, people=(), after_interview=None, reason=None, invites_future=None, answerable=False, language=seen.language
    )
