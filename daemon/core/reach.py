"""Which addresses a draft can be put to at all: well-formed ones that somebody reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from classifiers.values import Headers, Verdict
from daemon.core import wordlists
from daemon.core.names import at_system, folded, squeezed

_ADDR_SPEC: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE | re.ASCII,
)
_BULK: Final = frozenset({"bulk", "list", "junk"})
_LONGEST: Final = 254
_UNREAD: Final = re.compile(
    r"noreply|nonreply|noreplies|norespon[ds]|naoresponda|donotreply|dontreply|donotrespond|neveranswer|noanswer|notreply"
    r"|keineantwort|nichtantworten|nepasrepondre|sansreponse|nonrispondere|nietreageren|nietbeantwoorden|geenantwoord"
    r"|unmonitored|mailerdaemon|postmaster|jobs?alert|jobnotif|jobagent|autoreply|autorespond|bounce"
)
# reply+3f9c2a@, r-7d41b0c2@: such an address leads to whoever the system has noted for the token.
_TOKEN: Final = re.compile(r"(?=[a-z0-9_-]*[0-9])[a-z0-9_-]{6,}", re.IGNORECASE)
_ROUTED: Final = frozenset({"reply", "replies", "r", "re", "m", "msg", "message", "messages", "inbound", "thread"})


def answers_nobody(address: str) -> bool:
    """Whether an address looks like one that nobody reads: no-reply, notifications, alerts, bounces."""
    local = folded(address.rpartition("@")[0])
    parts = set(re.split(r"[^a-z]+", local))
    return bool(_UNREAD.search(squeezed(local)) or parts & wordlists.UNREAD)


def writable(address: str) -> bool:
    """Whether a draft can be addressed to it: an ASCII dot-atom at a host name (RFC 5321, 4.1.2), at most 254 long."""
    local = address.rpartition("@")[0]
    return len(address) <= _LONGEST and len(local) <= 64 and _ADDR_SPEC.fullmatch(address) is not None


def canonical(address: str) -> str:
    """An address for comparing: folded, without a tag (name+tag@)."""
    local, _, host = address.casefold().rpartition("@")
    return f"{local.partition('+')[0] or local}@{host}"


def tokenised(address: str) -> bool:
    """Whether it is one that an applicant system made up for one conversation: whoever is behind it is not named."""
    head, mark, rest = re.split(r"([+=._-]|\Z)", address.rpartition("@")[0], maxsplit=1)
    if mark and head.casefold() in _ROUTED and _TOKEN.search(rest):
        return True
    return at_system(address) and _TOKEN.search(address.rpartition("@")[0]) is not None


def unanswerable(headers: Headers, verdict: Verdict) -> str | None:
    """Why an answer to a mail reaches nobody, as part of a sentence, or None when one may."""
    what = "the rejection" if verdict.label == "rejection" else "the mail"
    if (headers.auto_submitted or "no").split(";")[0].strip().lower() != "no":
        return f"{what} was sent by a machine"
    if headers.list_id or headers.list_unsubscribe or (headers.precedence or "").strip().lower() in _BULK:
        return f"{what} was sent to many people at once"
    return None if verdict.answerable else f"{what} came from an address that takes no answers"


def refusing(mails: Iterable[tuple[Headers, Verdict]]) -> frozenset[str]:
    """The addresses, in lower case, whose mails say that nobody reads answers there, and none of whose mails does not.

    What a machine or a list sent in somebody's name tells nothing of them.
    """
    heard: dict[str, bool] = {}
    for headers, verdict in mails:
        if verdict.answerable or not (headers.auto_submitted or headers.list_id or headers.list_unsubscribe):
            for item in headers.reply_to or filter(None, (headers.sender,)):
                heard[item.address.casefold()] = verdict.answerable or heard.get(item.address.casefold(), False)
    return frozenset(address for address, answers in heard.items() if not answers)


def is_house(home: str, company: str | None) -> bool:
    """Whether a domain is called like the company: acme-rockets.example is that of Acme Rockets Ltd."""
    words = [word for word in map(squeezed, (company or "").split()) if word not in wordlists.LEGAL]
    name = "".join(words)
    return len(name) > 2 and home not in wordlists.SHARED_DOMAINS and name in map(squeezed, home.split(".")[:-1])
