"""Which of the journal's applications a mail belongs to: gathers those that can be meant for daemon.core.matching."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from classifiers.values import Label
from daemon.adapters.journal.journal import Journal
from daemon.core.entry import Application, Entry
from daemon.core.keys import company_key, house_of
from daemon.core.matching import Incoming, Known, Match, alike_keys, match, thread_ids

OPENS: Final[frozenset[Label]] = frozenset({"rejection", "interview", "acknowledgement", "assessment", "offer"})
"""Labels of mails that mean there is an application, even if no other mail told of it."""
ASKED: Final[frozenset[Label]] = OPENS - {"acknowledgement"}
"""Labels of mails that are asked about where several applications fit: they change what follows for them."""


class Matcher:
    """Matches the mails of one account. The cost of one mail does not grow with the applications at other companies."""

    def __init__(self, account: str, journal: Journal) -> None:
        self._account, self._journal = account, journal

    def find(self, entry: Entry) -> Match:
        """The application that a mail belongs to, those that fit equally, or none."""
        headers, mail = entry.reading.headers, self._incoming(entry)
        own = (headers.message_id,) if headers.message_id else ()
        in_thread = self._journal.applications.in_thread(self._account, (*own, *thread_ids(headers)))
        if entry.reading.verdict.label == "job_alert":  # it names an employer, but no application there
            mail = replace(mail, company=None, requisition=None, house=None)
        return match(mail, self._known(mail, in_thread), in_thread)

    def _incoming(self, entry: Entry) -> Incoming:
        verdict, sender = entry.reading.verdict, entry.reading.headers.sender
        house = house_of(sender.address) if sender else None
        begins = verdict.label == "acknowledgement"
        receipt = (sender.address, entry.reading.headers.subject or "") if sender and begins else None
        return Incoming(
            self._account, verdict.company, verdict.role, verdict.requisition, house, entry.received, begins, receipt
        )

    def _known(self, mail: Incoming, in_thread: Sequence[int]) -> list[Known]:
        """The applications that can be meant at all."""
        applications = self._journal.applications
        threaded = (applications.get(number) for number in in_thread)
        numbered = applications.of_requisition(self._account, mail.requisition) if mail.requisition else ()
        named = applications.of_keys(self._account, self._keys(mail))
        found = {one.id: one for one in (*threaded, *numbered, *named) if one is not None}
        return self._compared(found.values(), with_receipts=mail.begins)

    def _keys(self, mail: Incoming) -> list[str]:
        """The keys of companies that can be meant: alike names begin with the same letter."""
        initials = {key[0] for key in (company_key(mail.company), mail.house) if key}
        keys = (key for initial in sorted(initials) for key in self._journal.applications.keys(self._account, initial))
        return alike_keys(mail.company, mail.house, keys)

    def _compared(self, applications: Iterable[Application], *, with_receipts: bool) -> list[Known]:
        items = list(applications)
        numbers = [one.id for one in items]
        rejected = self._journal.events.latest(numbers, "rejected")
        receipts = self._journal.messages.receipts(numbers) if with_receipts else {}
        return [
            Known(
                one.id, one.account, one.company, one.role, one.requisition, rejected.get(one.id),
                receipts.get(one.id, frozenset()),
            )
            for one in items
        ]  # fmt: skip
