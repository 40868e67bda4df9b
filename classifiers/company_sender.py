"""The company in a sender's display name: "X Hiring Team", "Careers at X", "Jane Doe from X", "X via Greenhouse"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from classifiers.company_domain import agrees
from classifiers.company_voices import Heard
from classifiers.mail import Mail
from classifiers.names import beheaded, key, trimmed
from classifiers.people import person_shaped
from classifiers.pieces import piece
from classifiers.senders import is_relay
from classifiers.wordlists import DEPARTMENTS, GENERIC, LEGAL, PLACES, TAILS

_VIA: Final = re.compile(
    r"\s*[(\[]?\b(?:via|through|über|par|tramite|por|powered by|mediante)\b\s+[\w. ]+?[)\]]?$", re.IGNORECASE
)
_SPLIT: Final = re.compile(r"\s+[-|:·/]\s+|\s*[|@]\s*|\s*[(),\[\]]\s*|:\s+")
_LINK: Final = re.compile(r"\s+(?:at|from|bei|von|chez|bij|presso)\s+(?=[A-ZÀ-Þ0-9])")
_PARTICLE: Final = re.compile(r"^[A-ZÀ-Þ]\w+ (?:di|da|de|van|du|of) (?=[A-ZÀ-Þ0-9])")
_BESIDES: Final = DEPARTMENTS | GENERIC | PLACES | TAILS | {"-", "&", "and", "'s"}


def displayed(mail: Mail, known: frozenset[str]) -> Iterator[Heard]:
    """The names in the display name. `known` are keys that the address suggests."""
    sender = mail.headers.sender
    if sender is None or not sender.name:
        return
    bare = _VIA.sub("", sender.name)
    if (linked := _linked(bare, known)) is not None:
        yield from _part(linked, 3, known)
        return
    parts = [part.strip() for part in _SPLIT.split(bare) if part.strip()]
    aided = len(parts) > 1 or bare != sender.name
    relayed = bare != sender.name or is_relay(sender.address.rpartition("@")[2])
    if bare != sender.name and len(parts) == 1 and not person_shaped(parts[0]):
        yield Heard(parts[0], "via", 3)
        return
    for part in parts:
        alone = 2 if aided or (relayed and " " in part) else 1
        yield from _part(part, 1 if person_shaped(part) else alone, known)


def _linked(bare: str, known: frozenset[str]) -> str | None:
    """What follows "at" or "from"; after a particle that surnames have too, only what the address knows."""
    if found := _LINK.search(bare):
        return bare[found.end() :]
    found = _PARTICLE.search(bare)
    rest = bare[found.end() :] if found else ""
    return rest if rest and any(agrees(key(rest), hint) for hint in known) else None


def _part(text: str, strength: int, known: frozenset[str]) -> Iterator[Heard]:
    found = piece(text)
    if not found.words:
        return
    for end in range(len(found.words), 0, -1):
        if key(found.cut(0, end)) in known and all(low in _BESIDES for low in found.low[end:]):
            yield Heard(found.cut(0, end), "display", 3)
            return
    begin, headed = beheaded(found, 0, len(found.words))
    begin, end, said = trimmed(found, begin, len(found.words), known)
    raw = found.cut(begin, end)
    if said or headed or found.low[end - 1].strip(".") in LEGAL:
        strength = 2 if person_shaped(raw) and not said else 3
    yield Heard(raw, "display", strength)
