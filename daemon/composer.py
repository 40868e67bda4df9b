"""From a due job to the octets of its draft: the facts of its case, the letter, the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from daemon.core.addressee import Me, contacts
from daemon.core.application import (
    Case,
    acquainted,
    applied_on,
    by_phone,
    formal,
    interview_on,
    interviewed,
    invites_future,
    is_silent,
    language,
    personal,
    reason,
    timeline,
)
from daemon.core.draft import compose, letter
from daemon.core.entry import Entry
from daemon.core.errors import NeedsOperator
from daemon.core.job import TO_SELF, Job
from daemon.core.names import first_name
from daemon.core.sure import sure_company, sure_role
from templates.facts import Facts, Met, Moment
from templates.render import Letter, Renderer, TemplateError

_ELSE: Final = "en"
"""The language of a note to self where neither the settings nor the mails tell one."""


class Composer:
    """Writes the drafts of one account. `case_of` gives an application by its journal id, `feedback_of` what its
    employer wrote back; `digest_of` gives the octets of a digest, which is no letter.
    """

    def __init__(
        self,
        renderer: Renderer,
        me: Me,
        signature: str,
        case_of: Callable[[int], Case],
        *,
        feedback_of: Callable[[int], Sequence[str]] = lambda _application: (),
        digest_of: Callable[[Job, datetime], bytes] | None = None,
    ) -> None:
        self._renderer, self._me, self._signature = renderer, me, signature
        self._case_of, self._feedback_of, self._digest_of = case_of, feedback_of, digest_of

    def adopt(self, renderer: Renderer, me: Me, signature: str, digest_of: Callable[[Job, datetime], bytes]) -> None:
        """Write by these from now on."""
        self._renderer, self._me, self._signature, self._digest_of = renderer, me, signature, digest_of

    def compose(self, job: Job, entry: Entry | None, at: datetime) -> bytes:
        """The draft, dated `at`; `entry` is the mail that it answers. Raises NeedsOperator."""
        if not job.application:
            return self._digest(job, at)
        answered = entry.reading.headers if entry else None
        untitled = self._renderer.untitled(self._language(job, self._case_of(job.application)))
        return compose(job, answered, self.letter(job), self._me, at, untitled)

    def _digest(self, job: Job, at: datetime) -> bytes:
        if self._digest_of is None:
            raise NeedsOperator("The digest cannot be written, because it is switched off.")
        return self._digest_of(job, at)

    def letter(self, job: Job) -> Letter:
        """The words of the draft alone. Raises NeedsOperator when the letter cannot be written."""
        case = self._case_of(job.application)
        try:
            return self._renderer.letter(self._language(job, case), letter(job), self.facts(job, case))
        except TemplateError as error:
            to = f" to {', '.join(job.recipients)}" if job.recipients else ""
            raise NeedsOperator(f"The draft{to} cannot be written: {error}") from error

    def _language(self, job: Job, case: Case) -> str:
        of_mails = language(case, job.message) or ""
        if job.step not in TO_SELF:
            return of_mails
        there = self._renderer.languages()
        return next((one for one in (self._me.language, of_mails) if one in there), _ELSE)

    def facts(self, job: Job, case: Case) -> Facts:
        """What the draft of a job may say."""
        company, zone = sure_company(case, job.message), self._me.timezone
        facts = Facts(
            company=company,
            role=sure_role(case, job.message),
            interview=interviewed(case),
            interview_on=interview_on(case, zone),
            invites_future=invites_future(case),
            by_phone=by_phone(case),
            formal=formal(case),
            applied_on=applied_on(case, zone),
            silent=is_silent(case),
            signature=self._signature,
            variant=job.application,
        )
        if job.step in TO_SELF:
            return self._of_self(case, facts)
        return replace(facts, recipients=tuple(_recipients(job, company)), personal=personal(case))

    def _of_self(self, case: Case, facts: Facts) -> Facts:
        """The facts with what only a note to self says."""
        zone = self._me.timezone
        moments = ((event.at.astimezone(zone).date(), event.kind) for event in timeline(case, zone))
        return replace(
            facts,
            me_first=self._me.name.split()[0] if self._me.name.strip() else None,
            people=tuple(self._people(case)),
            timeline=tuple(Moment(*moment) for moment in dict.fromkeys(moments)),
            reason=reason(case),
            feedback=tuple(self._feedback_of(case.application.id)),
            notes=tuple(note.text for note in case.notes),
        )

    def _people(self, case: Case) -> Iterator[Met]:
        """Whom the person met, the first one first."""
        known = contacts(case.mails, self._me, case.application.company)
        for one in sorted(acquainted(case, known), key=lambda one: one.last):
            yield Met(one.first, one.name, one.part)


def _recipients(job: Job, company: str | None) -> Iterator[Met]:
    """How to greet everybody the draft goes to."""
    named = [(job.recipient or "", job.recipient_name), *job.others]
    for address, name in named:
        yield Met(first_name(name or "", address, company), name)
