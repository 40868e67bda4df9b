"""The company a mail is about, where it says so plainly. A relay or a guess is never it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from classifiers.facts import COMPANY_HEAD, COMPANY_TAIL, LEGAL_FORM, NOT_A_COMPANY, REQUISITION, ROLE_WORDS, VIA
from classifiers.features import View
from classifiers.mail import Mail
from classifiers.people import is_person
from classifiers.senders import RELAY_BRANDS, is_free, is_relay

_CAPITAL: Final = r"(?:[A-ZÀ-Þ0-9][\w&'’+.]*(?:-[\w&'’+.]+)*(?<![.'’])(?:\.(?=[a-z]{2,4}\b)[a-z]{2,4})?)"
_LINK: Final = r"(?:of|the|and|&|\+|/|de|du|des|del|della|di|da|do|dos|la|le|les|et|und|y|e|en|van|der|den|von|'s)"
_NAME: Final = rf"(?P<name>{_CAPITAL}(?:[ ,]{{1,2}}{_CAPITAL}|(?: {_LINK}){{1,2}} {_CAPITAL}){{0,5}}(?:,? (?:Inc|Ltd|Co|Corp|LLC|GmbH|AG|KG|S\.A\.|S\.L\.|S\.p\.A\.|S\.r\.l\.|B\.V\.)\.?)?)"
_ROLEISH: Final = r"(?:position|role|job|opening|vacancy|post|opportunity|internship|placement)s?"
_IN_TEXT: Final = tuple(
    re.compile(pattern + _NAME)
    for pattern in (
        rf"\b{_ROLEISH} (?:here )?(?:at|with|within) (?:the )?",
        r"\b(?:[Aa]pplication|[Aa]pplying|[Aa]pplied|[Aa]pply|[Ii]nterview(?:ed|ing)?|CV|résumé|resume)(?: (?:to work|for a (?:job|position|role)|in person))? (?:to|at|with) (?:the )?",
        r"\binterest(?:ed)? in (?:joining |working (?:at|for|with) |a career (?:at|with) |(?:employment|opportunities|careers?|a role|a position) (?:at|with) )(?:the )?",
        r"\b(?:career|careers|working|work|employment|life|here|candidate experience|team|opportunities|openings|interviewing|process) (?:at|with) (?:the )?",
        r"\bjoin(?:ing)? (?:us at |the team at )?",
        r"\b(?:[Ww]elcome to|[Oo]n behalf of|[Ww]e at|all of us at|everyone at|the team at|your interview with) (?:the )?",
        r"\b(?:Bewerbung|beworben|Stelle|Position|Praktikum|Gespräch|Vorstellungsgespräch|Karriere|Interesse an einer (?:Mitarbeit|Tätigkeit)) bei (?:der |dem |den )?",
        r"\b(?:candidature|postulé|poste|entretien|recrutement|carrière|stage|rejoindre)(?: au sein de| chez| auprès de| à) (?:la |l['’]|le )?",
        r"\b(?:presso|lavorare in|lavorare per|candidatura (?:a|in)) (?:la |il |l['’])?",
        r"\b(?:gesolliciteerd|sollicitatie|functie|vacature|gesprek|werken|baan) bij (?:de |het )?",
        r"\b(?:candidatura|proceso de selección|puesto|vacante|trabajar|entrevista|oferta) (?:en|con) (?:el |la )?",
        r"\b(?:candidatura|vaga|processo seletivo|entrevista|trabalhar|posição) (?:à|na|no|da|do|com a|com o) ",
    )
)
_BARE_INTEREST: Final = re.compile(r"\b(?:[Ii]nterest in|[Ii]nteresse an|[Ii]ntérêt pour|[Ii]nterés en|[Ii]nteresse (?:per|na|no|pela|pelo)|[Ii]nteresse in) (?:the |der |dem |la |le )?" + _NAME)
_CLOSING: Final = re.compile(
    rf"^(?:[Tt]he |[Yy]our |[Ii]hr |[Ll]['’]équipe |[Ee]l equipo de |[Ii]l team (?:di )?|[Hh]et team van |[Aa] equip[ea] d[ao] )?{_NAME}$"
)
_WEIGHTS: Final = {"text": 3, "subject": 3, "display": 3, "interest": 2, "closing": 3, "plain-display": 1}
_ENOUGH: Final = 3
_CLOSING_LINES: Final = 6


def company_of(mail: Mail, seen: View) -> str | None:
    """The company's name as written in the mail, or None when it is not said plainly or said in two ways."""
    domain = _own_domain(mail)
    points: dict[str, int] = {}
    shown: dict[str, str] = {}
    for name, source in _candidates(mail, seen):
        key = _key(name)
        points[key] = points.get(key, 0) + _WEIGHTS[source] + (2 if domain and _matches(key, domain) and key not in shown else 0)
        shown[key] = _better(shown.get(key), name)
    return _best(points, shown)


def _best(points: dict[str, int], shown: dict[str, str]) -> str | None:
    for key in sorted(points, key=len):
        for longer in [other for other in points if other != key and other.startswith(key) and len(key) >= 4]:
            points[longer] += points[key]
    ranked = sorted(points, key=lambda key: (-points[key], -len(key)))
    if not ranked or points[ranked[0]] < _ENOUGH:
        return None
    rivals = [key for key in ranked[1:] if points[key] >= points[ranked[0]] and not ranked[0].startswith(key)]
    return None if rivals else shown[ranked[0]]


def _candidates(mail: Mail, seen: View) -> Iterator[tuple[str, str]]:
    yield from ((name, source) for raw, source in _raw_candidates(mail, seen) if (name := cleaned(raw)))


def _raw_candidates(mail: Mail, seen: View) -> Iterator[tuple[str, str]]:
    yield from _of_display(mail)
    for part, source in [(mail.headers.subject or "", "subject"), *((one, "text") for one in seen.sentences)]:
        yield from ((found["name"], source) for pattern in _IN_TEXT if (found := pattern.search(part)))
        if found := _BARE_INTEREST.search(part):
            yield found["name"], "interest"
    for line in seen.sentences[-_CLOSING_LINES:]:
        closing = _CLOSING.match(line.strip(" ,.!"))
        if closing and COMPANY_TAIL.search(closing["name"]):
            yield closing["name"], "closing"


def _of_display(mail: Mail) -> Iterator[tuple[str, str]]:
    name = mail.headers.sender.name if mail.headers.sender else ""
    if at := re.search(r"\s(?:at|from|@|bei|chez|bij|presso)\s+(?P<name>[A-ZÀ-Þ0-9].+)$", name):
        yield at["name"], "display"
        return
    bare = VIA.sub("", name).strip()
    short = COMPANY_TAIL.sub("", COMPANY_HEAD.sub("", bare))
    if short != bare:
        yield bare, "display"
    elif bare:
        # A display name alone may be a person; it counts only with another voice: its domain, its legal form, the text.
        said = not is_person(bare) and len(bare) > 2 and (bare in mail.text or bare in (mail.headers.subject or ""))
        yield bare, "display" if said or LEGAL_FORM.search(bare) else "plain-display"


def cleaned(name: str) -> str | None:
    """A name without "Hiring Team", "Careers at", "via ..."; None when what is left is no company's name."""
    name = REQUISITION.sub("", VIA.sub("", name)).strip(" ,;:|-–\"'’.!")
    for _ in range(3):
        name = COMPANY_TAIL.sub("", COMPANY_HEAD.sub("", name)).strip(" ,;:|-–\"'’")
    name = re.sub(r"['’]s$", "", name)
    words = re.findall(r"[\w'’+-]+", name.lower())
    if not words or len(name) > 60 or not any(char.isalpha() for char in name):
        return None
    if all(word in NOT_A_COMPANY or word in RELAY_BRANDS for word in words) or words[0] in RELAY_BRANDS or words[-1] in ROLE_WORDS:
        return None
    return name if words[0] not in {"our", "your", "this", "my"} else None


def _own_domain(mail: Mail) -> str | None:
    sender = mail.headers.sender
    domain = sender.address.rpartition("@")[2] if sender else ""
    if not domain or is_relay(domain) or is_free(domain):
        return None
    parts = [part for part in domain.split(".")[:-1] if part not in ("co", "com", "mail", "email", "www", "careers", "jobs")]
    return parts[-1].replace("-", "") if parts else None


def _matches(key: str, domain: str) -> bool:
    return len(key) >= 3 and (domain.startswith(key[:24]) or (len(domain) >= 4 and key.startswith(domain)))


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", LEGAL_FORM.sub("", name)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^the ", "", plain)) or name.lower()


def _better(held: str | None, name: str) -> str:
    """Of two spellings the one with capitals, then the longer one (with its legal form)."""
    if held is None:
        return name
    return max((held, name), key=lambda one: (not one.isupper() and not one.islower(), len(one)))
