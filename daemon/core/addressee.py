"""Whom a draft may go to: an address that the From, Reply-To, To or Cc of the application's mails names, or nobody.

No address ever comes from a body. Whatever is not surely a person or a team that reads its mail is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from classifiers.values import Address, Headers, Label, Verdict
from daemon.core import wordlists
from daemon.core.names import display_name, first_name, folded, squeezed
from daemon.core.trust import distrust, domain, related

_ADDR_SPEC: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_ADDRESS: Final = 254
_UNREAD: Final = re.compile(
    r"noreply|nonreply|noreplies|norespon[ds]|naoresponda|donotreply|dontreply|donotrespond|neveranswer|noanswer|notreply"
    r"|keineantwort|nichtantworten|nepasrepondre|sansreponse|nonrispondere|nietreageren|nietbeantwoorden|geenantwoord"
    r"|unmonitored|mailerdaemon|postmaster|jobs?alert|jobnotif|jobagent|autoreply|autorespond|bounce"
)
_BULK: Final = frozenset({"bulk", "list", "junk"})
# An acknowledgement or an alert is no conversation, even when its address would be read.
_PERSONAL: Final[frozenset[Label]] = frozenset({"rejection", "interview", "assessment", "offer", "outreach", "other"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One mail of an application: what its header says, the verdict, INTERNALDATE (aware); `own`: the person's own."""

    headers: Headers
    verdict: Verdict
    received: datetime
    own: bool = False


@dataclass(frozen=True, slots=True)
class Me:
    """The person, as one account knows them: `address` is the account's, `aliases` are all other addresses of theirs.

    `trusted_authserv` names the server whose Authentication-Results are believed; "" is the topmost field's own.
    """

    name: str
    address: str
    aliases: tuple[str, ...]
    timezone: tzinfo
    trusted_authserv: str = ""

    def own_address(self, address: str) -> str | None:
        """Which of the person's addresses this one is, sub-addressing (name+tag@) included; None for others."""
        wanted = _canonical(address)
        return next((mine for mine in (self.address, *self.aliases) if _canonical(mine) == wanted), None)


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


def addressee(rejection: Seen, history: Sequence[Seen], me: Me) -> Addressee | Nobody:
    """Who an answer to the rejection goes to: whoever wrote it, else the last person who wrote or was written to.

    `history` are the other mails of the same application in any order. A rejection whose sender is not to be trusted
    gives Nobody, whatever else is known.
    """
    if doubt := distrust(rejection.headers, me.trusted_authserv):
        return Nobody(doubt)
    found = _writer(rejection, me)
    if isinstance(found, Addressee):
        return found
    earlier = sorted(history, key=lambda seen: seen.received, reverse=True)
    others = (*_writers(earlier, me), *_written_to(earlier, rejection, me))
    return next(iter(others), Nobody(f"There is nobody to write to: {found}, and no other mail names a person."))


def answers_nobody(address: str) -> bool:
    """Whether an address looks like one that nobody reads: no-reply, notifications, alerts, bounces."""
    local = folded(address.rpartition("@")[0])
    parts = set(re.split(r"[^a-z]+", local))
    return bool(_UNREAD.search(squeezed(local)) or parts & wordlists.UNREAD)


def writable(address: str) -> bool:
    """Whether a draft can be addressed to it: an ASCII dot-atom at a host name (RFC 5321, 4.1.2), at most 254 long."""
    local = address.rpartition("@")[0]
    return len(address) <= _LONGEST_ADDRESS and len(local) <= 64 and _ADDR_SPEC.fullmatch(address) is not None


def _unanswerable(seen: Seen) -> str | None:
    """Why an answer to that mail reaches nobody, as part of a sentence, or None when one may."""
    headers = seen.headers
    if (headers.auto_submitted or "no").split(";")[0].strip().lower() != "no":
        return "the rejection was sent by a machine"
    if headers.list_id or headers.list_unsubscribe or (headers.precedence or "").strip().lower() in _BULK:
        return "the rejection was sent to many people at once"
    return None if seen.verdict.answerable else "the rejection came from an address that takes no answers"


def _canonical(address: str) -> str:
    local, _, host = address.casefold().rpartition("@")
    return f"{local.partition('+')[0] or local}@{host}"


def _writer(seen: Seen, me: Me) -> Addressee | str:
    """The writer of a trusted mail, or part of a sentence that says why not."""
    if why := _unanswerable(seen):
        return why
    sender, company = seen.headers.sender, seen.verdict.company
    if sender is None:
        return "the rejection names no sender"
    for candidate in seen.headers.reply_to or (sender,):
        if _reachable(candidate.address, me):
            return _named(candidate, sender, company, me)
    return f"nobody reads {(seen.headers.reply_to or (sender,))[0].address}"


def _reachable(address: str, me: Me) -> bool:
    return writable(address) and not answers_nobody(address) and me.own_address(address) is None


def _named(candidate: Address, sender: Address, company: str | None, me: Me) -> Addressee:
    same = candidate.address.casefold() == sender.address.casefold()
    label = candidate.name or (sender.name if same else "")
    if squeezed(label) == squeezed(me.name):
        return Addressee(candidate.address)
    name = display_name(label, candidate.address, company)
    return Addressee(candidate.address, name, first_name(label, candidate.address, company))


def _writers(earlier: Sequence[Seen], me: Me) -> Iterator[Addressee]:
    for seen in earlier:
        if not seen.own and seen.verdict.label in _PERSONAL and not distrust(seen.headers, me.trusted_authserv):
            found = _writer(seen, me)
            if isinstance(found, Addressee):
                yield found


def _written_to(earlier: Sequence[Seen], rejection: Seen, me: Me) -> Iterator[Addressee]:
    # The person may have forwarded the thread to a friend: only addresses of the employer's own domain count.
    houses = _employer_domains((*earlier, rejection), me)
    for seen in earlier:
        for item in (*seen.headers.to, *seen.headers.cc) if seen.own else ():
            near = any(related(domain(item.address), house) for house in houses)
            if near and _reachable(item.address, me):
                yield _named(item, item, rejection.verdict.company, me)


def _employer_domains(mails: Sequence[Seen], me: Me) -> frozenset[str]:
    trusted = (seen for seen in mails if not seen.own and not distrust(seen.headers, me.trusted_authserv))
    found = frozenset(domain(seen.headers.sender.address) for seen in trusted if seen.headers.sender)
    return found - wordlists.SHARED_DOMAINS - {domain(mine) for mine in (me.address, *me.aliases)}
