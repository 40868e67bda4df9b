"""The people a mail names plainly: who wrote it, and whom it says the candidate met or will meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from classifiers.features import View
from classifiers.mail import Mail
from classifiers.senders import RELAY_BRANDS, is_no_reply, is_relay
from classifiers.values import Person
from classifiers.wordlists import (
    DEPARTMENTS,
    GENERIC,
    HEADS,
    LEGAL,
    NAME_JOINS,
    NOT_PEOPLE,
    ORG_WORDS,
    PLACES,
    STOPS,
    TAILS,
    WISHES,
    is_org_word,
    is_role_word,
)

GREETING: Final = re.compile(
    r"regards|sincerely|wishes|\bgr(?:ü|u|ue)(?:ß|ss)|\blg\b|\bmfg\b|cordialement|salutations|saludos?\b|saluti\b"
    r"|groete?n?\b|cumprimentos|atenciosamente|atentamente|thanks\b|thank you|faithfully|yours\b"
    r"|best,|cheers|warmly|bien à|à bientôt|abrazo|abraço|cordiali"
    r"|distinti|groetjes|hartelijk|hochachtungsvoll|hoogachtend|journée|soirée|schönen tag|fijne dag|buona giornata"
    r"|bonne continuation|un saludo|abbracci|alles gute|im auftrag\b|take care|all the best|belle suite",
    re.IGNORECASE,
)
_PART: Final = r"(?:(?:Mac|Mc|O')?[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]{1,20}(?:[-'][A-ZÀ-ÞĀ-Ž]?[a-zà-ÿā-ž]{1,20})?|[A-ZÀ-Þ]\.)"
_PARTICLE: Final = r"(?:van|de|der|den|von|zu|di|da|del|della|la|le|el|al|bin|ter|ten|dos|do)"
_FULL: Final = (
    rf"(?:(?:Dr|Prof|Mr|Mrs|Ms|Mx|Herrn?|Frau|Mme|Sr|Sra)\.? )?{_PART}(?: (?:{_PARTICLE} ){{0,2}}{_PART}){{1,2}}"
)
_WITH_TITLE: Final = rf"{_FULL}(?: \([\w ]{{1,30}}\))?"
_LIST: Final = rf"{_WITH_TITLE}(?:(?:, and |, |; | and | und | et | y | e | en | & ){_WITH_TITLE}){{0,4}}"
_NAME: Final = re.compile(_FULL)
_FIRST: Final = re.compile(r"[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]{1,20}(?:-[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]{1,20})?")
_MEETING: Final = re.compile(
    r"\b(?:interview(?:ed|ing)? (?:with|by)|meet(?:ing)?(?: with)?|met(?: with)?"
    r"|spoke (?:with|to)|speak(?:ing)? (?:with|to)"
    r"|talk(?:ing)? (?:with|to)|conversations? with|call with|Gespräch mit|entretien avec|entrevista con"
    r"|colloquio con|gesprek met"
    r"|entrevista com|rencontr(?:é|er)|reçue? par|reçu\(e\) par|conversación con|conversa com"
    r"|(?:interview|call|meeting|conversation|chat|Gespräch|Termin|Interview|Telefonat)\b[^.;!?]{0,60}?\b(?:with|mit)"
    r"|(?:entretien|échange|rendez-vous|appel)\b[^.;!?]{0,60}?\bavec|(?:gesprek|kennismaking|afspraak)\b[^.;!?]{0,60}?\bmet"
    r"|(?:entrevista|reunión|llamada|colloquio|incontro|chiamata|reunião|conversa|chamada)\b[^.;!?]{0,60}?\bco[nm]"
    r"|triffst(?: du)?|[Ss]ie treffen|[Tt]reffen [Ss]ie|(?:[Ss]prechen [Ss]ie|sprichst(?: du)?) mit"
    r"|rencontrer(?:ez|as)|échangerez avec"
    r"|(?:hablarás|hablará) con|conocerás a|incontrer(?:à|ai)|parler(?:à|ai) con|(?:[Jj]e|u) spreekt met|falará com"
    r"|interviewers? (?:will be|were|was|are|is)|[Ii]nterviewers?:|[Pp]anel:)"
    rf" (?:our |unserer? |notre |nuestr[oa] |onze |the )?(?P<manager>hiring manager,? )?(?P<name>{_LIST})"
)
_MEETS: Final = (
    *("nterview", "eet", "met", "poke", "peak", "alk", "onversa", "call", "chat", "Gespräch", "entretien", "échang"),
    *("entrevista", "colloquio", "gesprek", "rencontr", "reçu", "anel:", "Termin", "Telefonat", "rendez-vous", "appel"),
    *("kennismaking", "afspraak", "reun", "llamad", "incontr", "chiamata", "chamada", "triffst", "reffen", "prech"),
    *("sprich", "hablar", "conocer", "parler", "spreekt", "falar"),
)
_TALK: Final = re.compile(r"interview|gespräch|entretien|entrevista|colloqui|gesprek|\bmeet", re.IGNORECASE)
_AND: Final = re.compile(r", (?:and |und |et |y |e |en )?|;? (?:and|und|et|y|e|en|&) |; ")
_POLITE: Final = re.compile(r"^(?:Mr|Mrs|Ms|Mx|Herrn?|Frau|Mme|Sr|Sra)\.? ")
_TITLE: Final = re.compile(r"^(?:Dr|Prof|Mr|Mrs|Ms|Mx|Herr|Frau|Mme|Sr|Sra)\.? ")
_RECRUITS: Final = re.compile(
    r"\b(?:recruit|talent|sourc|human resources|hr\b|people (?:partner|operations|team|&|and)"
    r"|personal(?:refer(?:ent|at)|abteilung|leit|wesen)"
    r"|rh\b|rrhh|recrut|ressources humaines|recursos humanos|risorse umane|selezione|selección"
    r"|werving|staffing|headhunt)",
    re.IGNORECASE,
)
_MANAGES: Final = re.compile(r"\bhiring manager\b", re.IGNORECASE)
_I_MANAGE: Final = re.compile(r"\bI(?:'m| am) the hiring manager\b|\bas (?:the|your) hiring manager\b", re.IGNORECASE)
_LINK: Final = re.compile(
    r"\s+(?:at|from|bei|von|chez|bij|presso|via|di|da|de|@)\s+(?=[A-Z0-9À-Þ])|\s*[|(@,/]\s*|\s+-\s+"
)
_NO_NAME: Final = TAILS | GENERIC | STOPS | DEPARTMENTS | ORG_WORDS | LEGAL | NOT_PEOPLE | (HEADS - NAME_JOINS)
_SIGNED: Final = 6


@lru_cache(maxsize=4096)
def greeting_end(text: str) -> int:
    """Where a closing formula ends that a short text holds ("Best regards"), 0 if there is none."""
    found = GREETING.search(text)
    return found.end() if found else 0


def people_of(mail: Mail, seen: View, company: str | None) -> tuple[Person, ...]:
    """The writer first (address from the header only), then interviewers the text names; empty when nobody is plain."""
    mine = {_folded(one.name) for one in mail.headers.to if one.name}
    writer = _writer(mail, seen)
    found = [writer] if writer and not _other(writer.name or "", company, mine) else []
    for name, part in (*_met(seen), *_beside(mail, seen)):
        if name not in [person.name for person in found] and not _other(name, company, mine):
            found.append(Person(name, None, part))
    return tuple(found[:5])


def _other(name: str, company: str | None, mine: set[str]) -> bool:
    """Whether a name is the candidate's own or the company's."""
    return _folded(name) in mine or (
        company is not None and bool(_folded(company)) and _folded(name) in _folded(company)
    )


def _writer(mail: Mail, seen: View) -> Person | None:
    sender = mail.headers.sender
    closing = _closing_lines(mail, seen)
    signed = _signature(closing)
    if sender is None:
        return Person(signed, None, _part(signed, seen, closing)) if signed else None
    local, _, domain = sender.address.partition("@")
    shown = person_name(sender.name) or _first_name(sender.name, local)
    name = shown if shown and (_made_of(shown, local) or _signs(shown, closing)) else signed
    if name is None:
        return None
    reachable = not is_no_reply(sender.address) and (_belongs(name, local) or (name == shown and is_relay(domain)))
    return Person(name, sender.address if reachable else None, _part(name, seen, closing))


def person_name(shown: str) -> str | None:
    """The person in a display name ("Jane Doe via X", "Doe, Jane", "Jane Doe at X"), or None."""
    if turned := re.fullmatch(r"([^\W\d_][\w'-]{1,30}), ([^\W\d_][\w'-]{1,30})", shown):
        return f"{turned[2]} {turned[1]}" if is_person(f"{turned[2]} {turned[1]}") else None
    if is_person(shown):
        return shown
    name = _LINK.split(shown, maxsplit=1)[0].strip()
    return name if is_person(name) else None


def _first_name(shown: str, local: str) -> str | None:
    """A first name alone counts when the address begins with it."""
    name = _LINK.split(shown, maxsplit=1)[0].strip()
    plain = _FIRST.fullmatch(name) is not None and name.lower() not in _NO_NAME and not is_role_word(name.lower())
    return name if plain and re.split(r"[^a-z]", local.lower())[0] == _folded(name) else None


@lru_cache(maxsize=4096)
def is_person(name: str) -> bool:
    """Whether a name has the shape of a person's, and no word of a team, company, place or role in it."""
    if len(name) > 60 or " " not in name or not name[0].isupper() or not _NAME.fullmatch(name):
        return False
    words = re.findall(r"[\w'-]+", _TITLE.sub("", name).lower())
    if all(word in PLACES for word in words):
        return False
    return not any(word in _NO_NAME or word in RELAY_BRANDS or is_role_word(word) for word in words)


@lru_cache(maxsize=4096)
def person_shaped(name: str) -> bool:
    """Whether a name could be a person's: its shape, and no word in it that only organisations have."""
    if _NAME.fullmatch(name) is None:
        return False
    return not any(word in _ORGANISED or is_org_word(word) for word in name.lower().split())


_ORGANISED: Final = TAILS | LEGAL


def _belongs(name: str, local: str) -> bool:
    """Whether the local part of an address is made of the name: jane.doe, jane, jdoe, doe."""
    plain = re.sub(r"[^a-z]", "", local.lower())
    words = [_folded(word) for word in _TITLE.sub("", name).split() if len(word) > 1]
    if not plain or not words:
        return False
    whole = "".join(words)
    return plain in (
        whole,
        words[0],
        words[-1],
        words[0][0] + words[-1],
        words[0] + words[-1][0],
        words[-1] + words[0],
        words[0] + words[-1],
    )


def _made_of(name: str, local: str) -> bool:
    """Whether the address holds more of the name than its first word: jane.doe, jdoe, doe."""
    words = _TITLE.sub("", name).split()
    return len(words) > 1 and _belongs(name, local) and re.sub(r"[^a-z]", "", local.lower()) != _folded(words[0])


def _signs(name: str, closing: Sequence[str]) -> bool:
    first = _TITLE.sub("", name).split()[0]
    return any(line in (name, first) or line.startswith((f"{name},", f"{first},")) for line in closing)


def _closing_lines(mail: Mail, seen: View) -> list[str]:
    at = max(mail.text.find("\n-- \n"), mail.text.find("\n--\n"))
    below = mail.text[at + 4 : at + 400].split("\n")[:5] if at >= 0 else []
    return [line.strip(" ,.-") for line in (*seen.sentences[-_SIGNED:], *below)]


def _signature(closing: Sequence[str]) -> str | None:
    """The full name that stands below the closing formula, or as the last line but for a title."""
    for at, line in enumerate(closing):
        name = line.split(",")[0].strip()
        if at == 0 or len(closing[at - 1]) >= 60 or not is_person(name) or name == closing[0]:
            continue
        if closing[at - 1].lower() in WISHES or greeting_end(closing[at - 1]):
            return name
    return next((titled for line in closing[-3:] if (titled := _titled(line))), None)


def _titled(line: str) -> str | None:
    """The name in a line like "Jane Doe | Recruiter | X"."""
    name, _, rest = line.partition(" | ") if " | " in line else line.partition(", ")
    return name if rest and is_person(name) and _RECRUITS.search(rest) else None


def _part(name: str, seen: View, closing: Sequence[str]) -> str | None:
    if any("ring manager" in sentence.lower() and _I_MANAGE.search(sentence) for sentence in seen.sentences):
        return "hiring_manager"
    first = _TITLE.sub("", name).split()[0]
    at = next((index for index, line in enumerate(closing) if line.startswith(first) and len(line) < 60), None)
    title = " | ".join(line for line in closing[at : at + 3] if len(line) < 80) if at is not None else ""
    if _MANAGES.search(title):
        return "hiring_manager"
    return "recruiter" if _RECRUITS.search(title) else None


def _met(seen: View) -> Iterator[tuple[str, str]]:
    """The names of those whom the mail says the candidate met or will meet, each with its part."""
    for sentence in seen.sentences:
        for found in _MEETING.finditer(sentence[:600]) if any(map(sentence.__contains__, _MEETS)) else ():
            part = "hiring_manager" if found["manager"] else "interviewer"
            names = (_POLITE.sub("", one.partition(" (")[0]) for one in _AND.split(found["name"]))
            yield from ((name, part) for name in names if is_person(name))


def _beside(mail: Mail, seen: View) -> Iterator[tuple[str, str]]:
    """The writer's colleagues who were sent a mail about a talk too, and whom its text names."""
    house = mail.headers.sender.address.rpartition("@")[2].casefold() if mail.headers.sender else ""
    shown = (one.name for one in mail.headers.cc if one.address.casefold().endswith(f"@{house}"))
    names = [name for name in map(person_name, shown) if name]
    if names and any(map(_TALK.search, seen.sentences)):
        yield from ((name, "interviewer") for name in names if any(name in sentence for sentence in seen.sentences))


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)
