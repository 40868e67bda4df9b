"""The people a mail names plainly: who wrote it, and whom it says the candidate met or will meet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from classifiers.facts import GENERIC_LOCAL, NAME_WORDS_NOT, ROLE_WORDS, VIA
from classifiers.features import View
from classifiers.mail import Mail
from classifiers.senders import RELAY_BRANDS, is_no_reply, is_relay
from classifiers.values import Person

_PART: Final = r"(?:[A-ZÀ-Þ][a-zà-ÿ'’]+(?:-[A-ZÀ-Þ][a-zà-ÿ'’]+)?|Mac[A-Z][a-z]+|Mc[A-Z][a-z]+|[A-ZÀ-Þ]\.)"
_PARTICLE: Final = r"(?:van|de|der|den|von|zu|di|da|del|della|la|le|el|al|bin|ter|ten|dos|do)"
_FULL: Final = rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?{_PART}(?: {_PARTICLE}){{0,2}} (?:{_PART} ?(?:{_PARTICLE} )?){{1,2}}"
_NAME: Final = re.compile(rf"^(?:{_FULL})$".replace(" ?", " ?"))
_MEETING: Final = re.compile(
    rf"\b(?:interview(?:ed)? (?:with|by)|meet(?:ing)? (?:with )?|met (?:with )?|spoke (?:with|to)|speak(?:ing)? (?:with|to)|talk(?:ing)? (?:with|to)|conversations? with|call with|Gespräch mit|"
    rf"entretien avec|entrevista con|colloquio con|gesprek met|entrevista com) (?P<name>{_FULL})"
)
_RECRUITS: Final = re.compile(
    r"\b(?:recruit|talent|sourc|human resources|hr\b|people (?:partner|operations|team|&|and)|personal(?:referent|abteilung|leit|wesen)|rh\b|rrhh|recrutement|ressources humaines|"
    r"recursos humanos|risorse umane|selezione|selección|werving|recrutamento|staffing|headhunt)",
    re.IGNORECASE,
)
_MANAGES: Final = re.compile(r"\bhiring manager\b", re.IGNORECASE)
_I_MANAGE: Final = re.compile(r"\bI(?:'m| am) the hiring manager\b|\bas (?:the|your) hiring manager\b", re.IGNORECASE)
_SIGNED: Final = 8


def people_of(mail: Mail, seen: View) -> tuple[Person, ...]:
    """The writer first (address from the header only), then interviewers named in the text; empty when nobody is plain."""
    writer = _writer(mail, seen)
    found = [writer] if writer else []
    for name in _met(seen):
        if not any(person.name == name for person in found):
            found.append(Person(name, None, "interviewer"))
    return tuple(found[:5])


def _writer(mail: Mail, seen: View) -> Person | None:
    sender = mail.headers.sender
    if sender is None:
        return None
    shown = person_name(sender.name)
    signed = shown or _signature(seen)
    if signed is None:
        return None
    local, _, domain = sender.address.partition("@")
    reachable = not is_no_reply(sender.address) and not (is_relay(domain) and GENERIC_LOCAL.match(local))
    return Person(signed, sender.address if reachable else None, _part(signed, seen))


def person_name(shown: str) -> str | None:
    """The person in a display name ("Jane Doe via X", "Doe, Jane", "Jane Doe at X"), or None."""
    name = re.sub(r"\s+(?:at|from|@|bei|von|chez|bij)\s+[A-Z0-9].*$", "", VIA.sub("", shown)).strip()
    name = re.split(r"\s*[|,]\s*(?=.*\b(?:inc|ltd|gmbh|hr|recruit\w*|talent)\b)", name, flags=re.IGNORECASE)[0]
    if turned := re.fullmatch(r"([^\W\d_][\w'’ -]+), ([^\W\d_][\w'’-]+)", name):
        name = f"{turned[2]} {turned[1]}"
    return name if is_person(name) else None


def is_person(name: str) -> bool:
    """Whether a name has the shape of a person's, and no word of a team, company or role in it."""
    words = re.findall(r"[\w'’-]+", name.lower())
    if not _NAME.match(name) or any(word in NAME_WORDS_NOT or word in RELAY_BRANDS for word in words):
        return False
    return words[-1] not in ROLE_WORDS


def _signature(seen: View) -> str | None:
    """The last short line of the mail that is a full name, if exactly one is."""
    names = [line.strip(" ,.-") for line in seen.sentences[-_SIGNED:] if is_person(line.strip(" ,.-"))]
    return names[0] if len(set(names)) == 1 else None


def _part(name: str, seen: View) -> str | None:
    if any(_I_MANAGE.search(sentence) for sentence in seen.sentences):
        return "hiring_manager"
    tail = list(seen.sentences[-_SIGNED:])
    at = next((index for index, line in enumerate(tail) if name.split()[0] in line and len(line) < 60), None)
    title = " | ".join(tail[at : at + 3]) if at is not None else ""
    if _MANAGES.search(title):
        return "hiring_manager"
    return "recruiter" if _RECRUITS.search(title) else None


def _met(seen: View) -> Iterator[str]:
    for sentence in seen.sentences:
        for found in _MEETING.finditer(sentence):
            name = found["name"].strip()
            if is_person(name):
                yield name
