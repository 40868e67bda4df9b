"""What the sender's address suggests about the company: it vouches for names written elsewhere, it makes none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from classifiers.mail import Mail
from classifiers.people import person_shaped
from classifiers.senders import RELAY_BRANDS, is_free, is_relay
from classifiers.wordlists import (
    HOSTS,
    SECOND_LEVEL,
    TAILS,
)

_AROUND: Final = re.compile(
    r"(?:careers?|jobs?|hr|group|hq|inc|ag|gmbh|online|app|tech|corp|global|team|recruiting|recruitment|talent|company"
    r"|mail|labs?|io|software|digital|international|holding|kg|llc|ltd|uk|us|eu|de)$"
)
_FORMED: Final = re.compile(r"(\w{5,}?)(?:gmbh|ag|kg|inc|ltd|llc|llp|bv|sl|spa|srl|lda|plc|sas|sarl|as|co)")
_PLAIN: Final = 10


def hints(mail: Mail) -> tuple[frozenset[str], frozenset[str]]:
    """Keys: the label of the company's own domain; and for a relay, the words it adds to its own (local part, host).

    The domain of somebody who mails from their family's name says nothing of a company.
    """
    own: set[str] = set()
    relayed: set[str] = set()
    for address in (one.address.lower() for one in (mail.headers.sender, *mail.headers.reply_to) if one):
        local, _, domain = address.partition("@")
        if is_relay(domain):
            relayed.update(part for part in re.split(r"[.@+_]", f"{local}.{domain}") if len(part) >= 3)
        elif not is_free(domain):
            own.update(_spellings(_label(domain)))
    sender = mail.headers.sender
    named = re.findall(r"[a-z]+", sender.name.lower()) if sender and person_shaped(sender.name) else []
    return frozenset(own.difference(named)), frozenset(relayed - RELAY_BRANDS - TAILS - HOSTS)


def agrees(name: str, hint: str) -> bool:
    """Whether a name's key and the label of a domain stand for the same ("brightmoor" and "brightmoorgroup")."""
    if len(name) < 2 or len(hint) < 2:
        return False
    if hint in (name, name.replace("and", "")):
        return True
    longer, shorter = (hint, name) if len(hint) > len(name) else (name, hint)
    if len(shorter) < 4 or not longer.startswith(shorter):
        return False
    return len(shorter) >= _PLAIN or shorter is hint or _AROUND.fullmatch(longer[len(shorter) :]) is not None


def _spellings(label: str) -> Iterator[str]:
    """The label as keys are written, also without "the" and a legal form."""
    plain = label.replace("-", "")
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
