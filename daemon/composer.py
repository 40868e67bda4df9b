"""From a due job to the octets of its draft: the facts of its case, the letter, the message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from daemon.core.addressee import Me
from daemon.core.draft import compose, letter
from daemon.core.entry import Entry
from daemon.core.errors import NeedsOperator
from daemon.core.job import Job
from daemon.core.names import first_name
from daemon.core.plan import Case, interviewed, language
from templates.facts import Facts
from templates.render import Renderer, TemplateError


class Composer:
    """Writes the drafts of one account. `case_of` gives a rejection with the other mails of its application."""

    def __init__(self, renderer: Renderer, me: Me, signature: str, case_of: Callable[[Entry, int], Case]) -> None:
        self._renderer, self._me, self._signature, self._case_of = renderer, me, signature, case_of

    def compose(self, job: Job, entry: Entry, at: datetime) -> bytes:
        """The draft, dated `at`. Raises NeedsOperator when its letter cannot be written."""
        body = self.body(job, entry)
        return compose(job, entry.reading.headers, body, self._me, at)

    def body(self, job: Job, entry: Entry) -> str:
        """The words of the draft alone. Raises NeedsOperator when the letter cannot be written."""
        case = self._case_of(entry, job.application)
        try:
            return self._renderer.render(language(case) or "", letter(job), self._facts(job, case))
        except TemplateError as error:
            raise NeedsOperator(f"The draft to {job.recipient} cannot be written: {error}") from error

    def _facts(self, job: Job, case: Case) -> Facts:
        verdict = case.rejection.verdict
        return Facts(
            recipient_first=first_name(job.recipient_name or "", job.recipient or "", case.company),
            company=case.company,
            role=verdict.role,
            interview=interviewed(case),
            invites_future=bool(verdict.invites_future),
            signature=self._signature,
            variant=job.application,
        )
