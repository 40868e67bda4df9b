"""Whom a draft may go to: an address that the From, Reply-To, To or Cc of the application's mails names, or nobody.

No address ever comes from a body. Whatever is not surely a person or a team that reads its mail is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal

from classifiers.values import Address, Band, Headers, Label, Verdict
from daemon.core import wordlists
from daemon.core.forward import astray
from daemon.core.job import Step
from daemon.core.names import display_name, first_name, squeezed
from daemon.core.parts import MET, RANKED, Parts, invites, parts_of, said_of, talked
from daemon.core.reach import answers_nobody, canonical, is_house, refusing, tokenised, unanswerable, writable
from daemon.core.trust import distrust, domain, related

MOST: Final = 3
"""So many people one draft goes to at most."""
# An acknowledgement or an alert is no conversation, even when its address would be read.
_PERSONAL: Final[frozenset[Label]] = frozenset({"rejection", "interview", "assessment", "offer", "outreach", "other"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One mail of an application: what its header says, the verdict, INTERNALDATE (aware); `own`: the person's own.

    `id` and `identity` are the journal's; an own mail that was seen in Sent alone has the id 0. `first_seen` (aware)
    is when it was first known to be what it is; None stands for `received`. `band` is that of the rejection score.
    """

    headers: Headers
    verdict: Verdict
    received: datetime
    own: bool = False
    id: int = 0
    identity: bytes = b""
    band: Band = "act"
    first_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Me:
    """The person, as one account knows them: `address` is the account's, `aliases` are all other addresses of theirs.

    `trusted_authserv` names the server whose Authentication-Results are believed; "" is the topmost field's own.
    `language` is that of notes to oneself; "" is that of the mails they are about.
    """

    name: str
    address: str
    aliases: tuple[str, ...]
    timezone: tzinfo
    trusted_authserv: str = ""
    language: str = ""

    def own_address(self, address: str) -> str | None:
        """Which of the person's addresses this one is, sub-addressing (name+tag@) included; None for others."""
        wanted = canonical(address)
        return next((mine for mine in (self.address, *self.aliases) if canonical(mine) == wanted), None)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a draft goes to. `name` stands next to the address, `first` in the greeting; each None when unsure."""

    address: str
    name: str | None = None
    first: str | None = None

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Nobody:
    """There is nobody to write to; `why` is the sentence that says so."""

    why: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at the employer's who can be written to; `name` and `first` as in Addressee.

    `part` is recruiter, hiring_manager, interviewer or None. `last` (aware) is when they last wrote, or were written
    to. `met`: the person talked to them, or was to. `wrote`: they wrote more than an acknowledgement. `written`: the
    person wrote to them. Who is none of the three has acknowledged an application, by hand as it seems.
    """

    address: str
    name: str | None
    first: str | None
    part: str | None
    last: datetime
    met: bool = False
    wrote: bool = False
    written: bool = False


def contacts(mails: Sequence[Seen], me: Me, company: str | None) -> tuple[Contact, ...]:
    """Everybody who can be written to, whoever wrote or was written to last first. `company` is the application's.

    They wrote a mail that is to be trusted, or the person wrote to them at the employer's, or a trusted mail names
    them as whom the person meets and was sent to them too. A team that reads its mail is among them, without a name.
    """
    theirs = [seen for seen in mails if not seen.own and not distrust(seen.headers, me.trusted_authserv)]
    trusted = tuple(seen for seen in theirs if not astray(seen.headers, (one.headers for one in theirs), company))
    unread = refusing((seen.headers, seen.verdict) for seen in theirs)
    parts = parts_of(person for seen in trusted for person in seen.verdict.people)
    spoke = any(talked(seen.verdict) for seen in trusted)
    held: dict[str, list[_Trace]] = {}
    for trace in sorted(_traces(mails, trusted, parts, me, company), key=lambda trace: trace.at, reverse=True):
        held.setdefault(trace.item.address.casefold(), []).append(trace)
    read = (traces for address, traces in held.items() if address not in unread)
    return tuple(_contact(traces, parts, me, company, spoke=spoke) for traces in read)


def whom(
    step: Step, mails: Sequence[Seen], me: Me, company: str | None, known: tuple[Contact, ...] | None = None
) -> tuple[Addressee, ...] | Nobody:
    """Who a step's draft goes to, three at most, the first one first. `mails` are all of the application's, in any
    order, the person's own included. With a rejection whose sender is not to be trusted it is Nobody, come what may.

    Notes to the person have no such addressee: a step of TO_SELF is a KeyError. `known` are the contacts, if they
    have been made out already.
    """
    choose, rejection = _CHOICES[step], _rejection(mails)
    if rejection and (doubt := distrust(rejection.headers, me.trusted_authserv)):
        return Nobody(f"There is nobody to write to: {doubt[0].lower()}{doubt[1:]}")
    known = contacts(mails, me, company) if known is None else known
    author = _author_of(rejection, me, company) if rejection else None
    wrote = author.address.casefold() if isinstance(author, Address) else ""
    ordered = sorted(known, key=lambda one: one.address.casefold() != wrote)
    found = choose(known, tuple(ordered))
    return tuple(Addressee(one.address, one.name, one.first) for one in found) or Nobody(_nobody(author))


# Whom each step is for, of all contacts (the latest first) and of the same with the author of the rejection first.


_Known = tuple[Contact, ...]


def _answering(ordered: _Known) -> _Known:
    """Whoever wrote, else whom the person wrote to, else whom a mail named."""
    tests: tuple[Callable[[Contact], bool], ...] = (
        lambda one: one.wrote, lambda one: one.written, lambda one: one.met,
    )  # fmt: skip
    return next((found for test in tests if (found := tuple(filter(test, ordered))[:1])), ())


def _met(known: _Known, ordered: _Known) -> _Known:
    return tuple(one for one in known if one.met)[:MOST] or _answering(ordered)


def _one_met(known: _Known, ordered: _Known) -> _Known:
    return _met(known, ordered)[:1]


def _recruiter(known: _Known, ordered: _Known) -> _Known:
    spoke = (one for one in known if one.part == "recruiter" and (one.wrote or one.written or one.met))
    return tuple(spoke)[:1] or _answering(ordered)


def _familiar(known: _Known, ordered: _Known) -> _Known:
    return tuple(one for one in known if one.name and (one.met or one.wrote or one.written))[:1] or _answering(ordered)


def _handling(known: _Known, ordered: _Known) -> _Known:
    return _recruiter(known, ordered) or known[:1]


_CHOICES: Final[Mapping[Step, Callable[[_Known, _Known], _Known]]] = {
    Step.THANK_YOU: _met,
    Step.FEEDBACK_REQUEST: _recruiter,
    Step.FOLLOW_UP: _one_met,
    Step.KEEP_IN_TOUCH: _familiar,
    Step.STATUS_CHECK: _handling,
}


def _rejection(mails: Sequence[Seen]) -> Seen | None:
    found = (seen for seen in mails if not seen.own and seen.verdict.label == "rejection")
    return max(found, key=lambda seen: seen.received, default=None)


def _nobody(author: Address | str | None) -> str:
    if isinstance(author, str):
        return f"There is nobody to write to: {author}, and no other mail names a person."
    return "There is nobody to write to: no mail of this application comes from a person who reads answers."


# Where addresses are seen.


@dataclass(frozen=True, slots=True)
class _Trace:
    """Where an address was seen, and what its owner did there; `named` is as whom the person meets."""

    item: Address
    at: datetime
    how: Literal["wrote", "invited", "acknowledged", "named", "written"]


def _traces(
    mails: Sequence[Seen], trusted: Sequence[Seen], parts: Parts, me: Me, company: str | None
) -> Iterator[_Trace]:
    houses = _employer_domains(trusted, me)
    for seen in trusted:
        yield from _authors_trace(seen, me, company)
        yield from (_Trace(item, seen.received, "named") for item in _named(seen, houses, parts, me))
    for seen in mails:
        yield from (_Trace(item, seen.received, "written") for item in _written_to(seen, houses, me, company))


def _authors_trace(seen: Seen, me: Me, company: str | None) -> Iterator[_Trace]:
    item, label = _author_of(seen, me, company), seen.verdict.label
    if isinstance(item, Address) and label in _PERSONAL:
        yield _Trace(item, seen.received, "invited" if invites(seen.verdict) else "wrote")
    elif isinstance(item, Address) and label == "acknowledgement" and first_name(item.name, item.address, company):
        yield _Trace(item, seen.received, "acknowledged")


def _named(seen: Seen, houses: Set[str], parts: Parts, me: Me) -> Iterator[Address]:
    """Who was sent a mail of the employer's too and is named as whom the person meets; a rejection goes to others."""
    others = (*seen.headers.to, *seen.headers.cc) if seen.verdict.label != "rejection" else ()
    for item in others:
        near = any(related(domain(item.address), house) for house in houses)
        if near and _reachable(item.address, me) and said_of(item, parts) & MET:
            yield item


def _written_to(seen: Seen, houses: Set[str], me: Me, company: str | None) -> Iterator[Address]:
    # The person may have forwarded the thread to a friend: only addresses of the employer's own domain count.
    for item in (*seen.headers.to, *seen.headers.cc) if seen.own else ():
        home = domain(item.address)
        near = any(related(home, house) for house in houses) or is_house(home, company)
        if near and _reachable(item.address, me):
            yield item


def _author_of(seen: Seen, me: Me, company: str | None) -> Address | str:
    """The writer of a trusted mail, at the address that takes answers; or part of a sentence that says why not."""
    if why := unanswerable(seen.headers, seen.verdict):
        return why
    sender = seen.headers.sender
    if sender is None:
        return "the mail names no sender"
    targets = seen.headers.reply_to or (sender,)
    target = next((item for item in targets if _reachable(item.address, me)), None)
    if target is None:
        return f"nobody reads {targets[0].address}"
    if tokenised(target.address) and not _by_a_person(seen, sender, company):
        return f"{target.address} is a system's address, and no person is named beside it"
    return _labelled(target, sender, me)


def _by_a_person(seen: Seen, sender: Address, company: str | None) -> bool:
    """Whether From names a person, and nothing beside it says that nobody reads the answers."""
    name = display_name(sender.name, sender.address, company)
    if name is None or " " not in name or answers_nobody(sender.address):
        return False
    return company is not None or squeezed(name) in {squeezed(one.name or "") for one in seen.verdict.people}


def _labelled(target: Address, sender: Address, me: Me) -> Address:
    same = target.address.casefold() == sender.address.casefold() or tokenised(target.address)
    name = target.name or (sender.name if same else "")
    return Address("" if squeezed(name) == squeezed(me.name) else name, target.address)


# What is known of a contact.


def _contact(traces: Sequence[_Trace], parts: Parts, me: Me, company: str | None, *, spoke: bool) -> Contact:
    address = traces[0].item.address
    name = next((one.item.name for one in traces if one.item.name and squeezed(one.item.name) != squeezed(me.name)), "")
    said, ways = said_of(Address(name, address), parts), {one.how for one in traces}
    part = next((one for one in RANKED if one in said), None)
    host = "invited" in ways and part != "recruiter"
    return Contact(
        address, display_name(name, address, company), first_name(name, address, company), part, traces[0].at,
        met="interviewer" in said or "named" in ways or (spoke and (host or part == "hiring_manager")),
        wrote=not ways.isdisjoint({"wrote", "invited"}), written="written" in ways,
    )  # fmt: skip


def _reachable(address: str, me: Me) -> bool:
    return writable(address) and not answers_nobody(address) and me.own_address(address) is None


def _employer_domains(trusted: Sequence[Seen], me: Me) -> frozenset[str]:
    found = frozenset(domain(seen.headers.sender.address) for seen in trusted if seen.headers.sender)
    return found - wordlists.SHARED_DOMAINS - {domain(mine) for mine in (me.address, *me.aliases)}
