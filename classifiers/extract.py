"""Facts a mail states plainly: company, role, people, what came before and what comes next. Unsure is None."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, TypedDict

from classifiers.answerable import answerable
from classifiers.extract_company import company_of
from classifiers.extract_requisition import requisition_of
from classifiers.extract_role import Told, role_of, told
from classifiers.features import View
from classifiers.frames import Hit, hits, table_of
from classifiers.interview import interview_of
from classifiers.language import language_of
from classifiers.mail import Mail
from classifiers.people import people_of
from classifiers.pieces import Piece, piece
from classifiers.stage import Said, after_interview, invites_future, reason, said_in
from classifiers.text import folded
from classifiers.title_text import without_gender
from classifiers.told import advice_of, informal_of, withdrawn
from classifiers.values import Label, Person
from classifiers.wordlists import AT

_ABOUT_ONE_JOB: Final = frozenset(("rejection", "interview", "acknowledgement", "assessment", "offer", "outreach"))
_ADVISING: Final = frozenset(("rejection", "interview", "acknowledgement", "assessment", "other"))
_CONFIRMING: Final = frozenset(("acknowledgement", "other", "rejection"))
_PIECES: Final = 60
_MARKS: Final = re.compile(r"[*_]{1,2}(?=\w)|(?<=\w)[*_]{1,2}(?!\w)")


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
    requisition: str | None
    informal: bool | None
    interview_at: datetime | None
    interview_timed: bool
    advice: tuple[str, ...]
    withdrawn: bool


def facts_of(mail: Mail, seen: View, label: Label) -> Facts:
    """What one mail says of its application; of one about no single job only what an employer's plain answer may hold.

    That is its language and manner, who reads answers, and feedback; an alert to many has none.
    """
    language = seen.language or language_of(f"{mail.headers.subject or ''}\n{mail.text}")
    about_job, rejection = label in _ABOUT_ONE_JOB, label == "rejection"
    company, role = named(mail, seen, language) if about_job else (None, None)
    said = said_in(seen) if rejection else Said("", "")
    interview = interview_of(mail, seen, label, language)
    return Facts(
        company=company,
        role=role,
        people=people_of(mail, seen, company) if about_job else (),
        after_interview=after_interview(said, language) if rejection else None,
        reason=reason(said, language) if rejection else None,
        invites_future=invites_future(said, language) if rejection else None,
        answerable=answerable(mail),
        language=language,
        requisition=requisition_of(seen.subject, seen.sentences) if about_job else None,
        informal=informal_of(seen, language) if label != "job_alert" else None,
        interview_at=interview.at if interview else None,
        interview_timed=bool(interview and interview.timed),
        advice=advice_of(seen, language) if label in _ADVISING else (),
        # A rejection may say that the application was withdrawn, by the employer.
        withdrawn=label in _CONFIRMING and withdrawn(seen, language, confirmed=label == "rejection"),
    )


def named(mail: Mail, seen: View, language: str | None) -> tuple[str | None, str | None]:
    """Company and role."""
    table = table_of(language)
    subject = _piece(folded(mail.headers.subject)) if mail.headers.subject else None
    body = [_piece(sentence) for sentence in seen.sentences[:_PIECES]]
    found = [(one, hit) for one in (*((subject,) if subject else ()), *body) for hit in hits(one, table)]
    heard = told(subject, found, body, table)
    # "your application as Data Engineer at Acme": what follows the title is as plain as the title.
    after = [
        (one.where, Hit("company", 3, at, at + 1, after_title=True)) for one in heard if (at := _at(one)) is not None
    ]
    company = company_of(mail, subject, body, [*found, *after])
    return company, role_of(heard, company)


def _at(one: Told) -> int | None:
    """Where the "at" stands that follows a title, a bracket between them passed over."""
    low, at = one.where.low, one.end
    if low[at : at + 1] == ("(",) and ")" in low[at : at + 8]:
        at = low.index(")", at) + 1
    return at if at + 1 < len(low) and low[at] in AT else None


def _piece(text: str) -> Piece:
    plain = _MARKS.sub("", text) if "*" in text or "_" in text else text
    return piece(without_gender(plain))
