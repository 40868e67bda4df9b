"""Facts a mail states plainly: company, role, people, what came before and what comes next. Unsure is None."""

from __future__ import annotations

from typing import Final, TypedDict

from classifiers.answerable import answerable
from classifiers.company import company_of
from classifiers.features import View
from classifiers.language import language_of
from classifiers.mail import Mail
from classifiers.people import people_of
from classifiers.role import role_of
from classifiers.stage import after_interview, invites_future, reason
from classifiers.values import Label, Person

_ABOUT_ONE_JOB: Final = frozenset(("rejection", "interview", "acknowledgement", "assessment", "offer", "outreach"))


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
    """What one mail says of the application it is about; of other mail only whether it can be answered and its language."""
    about_job, rejection = label in _ABOUT_ONE_JOB, label == "rejection"
    company = company_of(mail, seen) if about_job else None
    return Facts(
        company=company,
        role=role_of(mail, seen, company) if about_job else None,
        people=people_of(mail, seen) if about_job else (),
        after_interview=after_interview(seen) if rejection else None,
        reason=reason(seen) if rejection else None,
        invites_future=invites_future(seen) if rejection else None,
        answerable=answerable(mail),
        language=seen.language or language_of(f"{mail.headers.subject or ''}\n{mail.text}"),
    )
