"""Which application a mail belongs to: by thread, requisition, company and role. Where two fit equally, it asks.

Never by the domain of an applicant tracking system, which writes for many employers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from classifiers.values import Headers
from daemon.core.keys import company_key
from daemon.core.likeness import Alike, bears, companies, openings, roles

_THREAD_MAX: Final = 100
_CLOSED: Final = timedelta(days=14)
"""So long after its rejection an application can be the one that an acknowledgement, or a mail for two, is about."""


@dataclass(frozen=True, slots=True)
class Known:
    """One application as far as it is known, for comparing; `rejected` (aware) is when its last rejection came.

    `receipts` are sender and subject of the mails that acknowledged it.
    """

    id: int
    account: str
    company: str | None
    role: str | None
    requisition: str | None = None
    rejected: datetime | None = None
    receipts: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail as far as it tells what it is about.

    `house` is what the employer's own domain is called (core.keys.house_of), `at` (aware) when it came. `begins`:
    it acknowledges an application, so what it tells of may be a new one; `receipt` are its sender and subject.
    """

    account: str
    company: str | None
    role: str | None
    requisition: str | None = None
    house: str | None = None
    at: datetime | None = None
    begins: bool = False
    receipt: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """`application` is set when exactly one fits best; else `candidates` fit equally (ask), or none fits (new)."""

    application: int | None
    candidates: tuple[int, ...] = ()


def match(mail: Incoming, known: Sequence[Known], in_thread: Collection[int] = ()) -> Match:
    """Which of the known applications a mail belongs to, within its account; the first of _RULES that fits decides.

    `in_thread` are the ids of the applications whose threads hold one of the mail's `thread_ids`.
    """
    own = [item for item in known if item.account == mail.account and not _excluded(mail, item)]
    threaded = [item for item in own if item.id in in_thread]
    for by_thread, fits in _RULES:
        found = {item.id: item for item in (threaded if by_thread else own) if fits(mail, item)}
        if found:
            return _decided(mail, found.values())
    return Match(None)


def alike_keys(company: str | None, house: str | None, keys: Iterable[str]) -> list[str]:
    """Those of the companies' keys that can be meant by a company's name or an employer's domain."""
    key = company_key(company)
    near = companies if key else None
    return [
        each
        for each in keys
        if (near is not None and near(key, each) >= Alike.CLOSE) or (house is not None and bears(house, each))
    ]


def thread_ids(headers: Headers) -> tuple[str, ...]:
    """The message ids a mail answers or builds on, the nearest first, at most 100: what its thread is looked up by."""
    near = (*headers.in_reply_to, *reversed(headers.references))
    return tuple(dict.fromkeys(near))[:_THREAD_MAX]


def _excluded(mail: Incoming, item: Known) -> bool:
    """Whether it can not be this one: another opening, or one that was over before this one began."""
    over = item.rejected is not None and mail.at is not None and mail.at - item.rejected > _CLOSED
    return openings(mail.requisition, item.requisition) is Alike.NO or (mail.begins and over)


def _decided(mail: Incoming, found: Iterable[Known]) -> Match:
    """The one that fits; of several the one that was not over long ago, if that is one."""
    items = sorted(found, key=lambda item: item.id)
    live = [item for item in items if not (item.rejected and mail.at and mail.at - item.rejected > _CLOSED)]
    best = live if len(live) == 1 else items
    return Match(best[0].id if len(best) == 1 else None, tuple(item.id for item in best))


def _same_opening(mail: Incoming, item: Known) -> bool:
    company = companies(mail.company, item.company)
    return openings(mail.requisition, item.requisition) is Alike.YES and company is not Alike.NO


def _same_role(mail: Incoming, item: Known) -> bool:
    return roles(mail.role, item.role) is Alike.YES


def _in_thread(mail: Incoming, item: Known) -> bool:
    """In a thread an employer or a role may be called otherwise later on, but not both; and an acknowledgement of
    another one is of a new application.
    """
    differs = {companies(mail.company, item.company), roles(mail.role, item.role)}
    return Alike.NO not in differs or not (mail.begins or differs == {Alike.NO})


def _named_alike(mail: Incoming, item: Known) -> bool:
    return companies(mail.company, item.company) is Alike.YES and _same_role(mail, item)


def _maybe_alike(mail: Incoming, item: Known) -> bool:
    return companies(mail.company, item.company) is Alike.YES and _may_be(mail, item)


def _nearly_named(mail: Incoming, item: Known) -> bool:
    return companies(mail.company, item.company) is Alike.CLOSE and _same_role(mail, item)


def _of_the_house(mail: Incoming, item: Known) -> bool:
    """The employer's own domain bears the company's name, and the mail does not say another one."""
    if mail.house is None or not bears(mail.house, company_key(item.company)):
        return False
    return companies(mail.company, item.company) is not Alike.NO and _may_be(mail, item)


def _may_be(mail: Incoming, item: Known) -> bool:
    """Whether the roles can be one: an acknowledgement that says more or less than what is known is of another.

    So is one that came in the same words before: a system acknowledges each application once.
    """
    unknown = mail.role is None or item.role is None
    if mail.begins and mail.receipt in item.receipts:
        return False
    return roles(mail.role, item.role) >= (Alike.MAYBE if unknown or not mail.begins else Alike.YES)


_RULES: Final[tuple[tuple[bool, Callable[[Incoming, Known], bool]], ...]] = (
    (True, _same_opening),
    (True, _same_role),
    (True, _in_thread),
    (False, _same_opening),
    (False, _named_alike),
    (False, _maybe_alike),
    (False, _nearly_named),
    (False, _of_the_house),
)
"""What joins a mail to an application, the surest first; the thread alone, or any application of the account."""
