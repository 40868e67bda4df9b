"""What the sender's address suggests about the company: it vouches for names written elsewhere, it makes none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from classifiers.mail import Mail
from classifiers.people import person_shaped
from classifiers.senders import RELAY_BRANDS, domain_in, is_free, is_relay
from classifiers.wordlists import (
    HOSTS,
    SECOND_LEVEL,
    TAILS,
    is_org_word,
)

_AROUND: Final = re.compile(
    r"(?:careers?|jobs?|hr|group|hq|inc|ag|gmbh|online|app|tech|corp|global|team|recruiting|recruitment|talent|company"
    r"|mail|labs?|io|software|digital|international|holding|kg|llc|ltd|uk|us|eu|de|(?:und|and|et)?co)$"
)
_FORMED: Final = re.compile(r"(\w{5,}?)(?:gmbh|ag|kg|inc|ltd|llc|llp|bv|sl|spa|srl|lda|plc|sas|sarl|as|co)")
_PLAIN: Final = 10
_PART: Final = 5
_LINKED: Final = re.compile(r"(\w+) (?:\w+ )?(?:at|from|bei|von|chez|bij|presso|di|de|van)\b")
UNREAD_DOMAINS: Final = frozenset(("myworkday.com", "invalidemail.com", "otp.workday.com"))
"""Domains of application systems whose addresses carry the employer's name and are read by nobody."""


def hints(mail: Mail) -> tuple[frozenset[str], frozenset[str]]:
    """Keys: the label of the company's own domain; and for a relay, the words it adds to its own (local part, host).

    The domain of somebody who mails from their family's name says nothing of a company.
    """
    own: set[str] = set()
    relayed: set[str] = set()
    sender = mail.headers.sender
    shown = sender.name.lower() if sender else ""
    linked = _LINKED.match(shown)  # "jane@ats.example" shown as "Jane at Acme" is hers, not the company's
    for one in (sender, *mail.headers.reply_to):
        if one:
            mine, parts = _told(one.address.lower())
            own.update(mine)
            relayed.update(part for part in parts if len(part) >= 3 and not (linked and part == linked[1]))
    named = re.findall(r"[a-z]+", shown) if sender and person_shaped(sender.name) else []
    own.difference_update(named, (f"~{name}" for name in named))
    return frozenset(own), frozenset(relayed - RELAY_BRANDS - TAILS - HOSTS)


@lru_cache(maxsize=1024)
def _told(address: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What one address says: spellings of its own domain, or the words a relay's address is made of."""
    local, _, domain = address.partition("@")
    if domain_in(domain, UNREAD_DOMAINS) and len(local) > 3:
        return (re.sub(r"[^a-z0-9]", "", local),), ()
    if is_relay(domain):
        return (), tuple(re.split(r"[.@+_]", f"{local}.{domain}"))
    return () if is_free(domain) else tuple(_spellings(_label(domain))), ()


def agrees(name: str, hint: str) -> bool:
    """Whether a name's key and the label of a domain stand for the same ("brightmoor" and "brightmoorgroup")."""
    if len(name) < 2 or len(hint) < 2:
        return False
    if hint[0] == "~":
        return hint[1:] in name
    if hint in (name, name.replace("and", "")):
        return True
    longer, shorter = (hint, name) if len(hint) > len(name) else (name, hint)
    if len(shorter) < 4 or not longer.startswith(shorter):
        return False
    if longer is name and is_org_word(longer[len(shorter) :]):
        return True
    return len(shorter) >= _PLAIN or shorter is hint or _AROUND.fullmatch(longer[len(shorter) :]) is not None


def _spellings(label: str) -> Iterator[str]:
    """The label as keys are written, also without "the" and a legal form; "~" marks a part of it ("~marlow")."""
    plain = label.replace("-", "")
    if plain != label:
        yield from (f"~{part}" for part in label.split("-") if len(part) >= _PART)
    if plain:
        yield plain
    if plain.startswith("the") and len(plain) > 6:
        yield plain[3:]
    if formed := _FORMED.fullmatch(plain):
        yield formed[1]


def _label(domain: str) -> str:
    """The label that was registered: acme of jobs.acme.co.uk."""
    parts = domain.split(".")
    if len(parts) > 2 and parts[-2] in SECOND_LEVEL:
        del parts[-2]
    return parts[-2] if len(parts) > 1 else ""
