"""The role a mail is about, where it says so plainly, without company, requisition number or the rest of the sentence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from classifiers.facts import GENDERS, REQUISITION, ROLE_WORDS
from classifiers.features import View
from classifiers.mail import Mail

_WORD: Final = r"(?:[A-ZÀ-Þ0-9][\w.+#&/'’()*:-]*|\([^()\n]{1,25}\)|of|and|for|in|the|&|-|–|/|de|du|des|d['’][\w]+|del|la|di|da|do|e|et|y|und|für|im|zum|zur|der|van|met|en|à|au|per|back-end|front-end|on)"
_TITLE: Final = rf"(?P<role>[A-ZÀ-Þ0-9][\w.+#&/'’()*-]*,?(?:[ ,]{{1,2}}{_WORD},?){{0,8}})"
_LOWER: Final = r"(?P<role>[\w][\w.+#&/'’()*-]*,?(?: [\w.+#&/'’()*–-]+,?){0,7}?)"
_NOUN: Final = r"(?:position|role|job|opening|vacancy|post|opportunity|opportunities|seat|internship|requisition|vacancies|contract|placement)"
# Explicit: the words around say that it is a role. The others need a word of a role's title in them.
_EXPLICIT: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:position|role|post|job|vacancy|opening|title|internship|opportunity) (?:of|as) (?:an? |our |the )?{_TITLE}",
        rf"\b(?:for|in|about|regarding|to|as|with|filled|fill|on|concerning) (?:the|our|this|a|an)(?: open| new| vacant| advertised)? {_TITLE} {_NOUN}\b",
        rf"\b(?:[Tt]he|[Oo]ur|[Tt]his|[Yy]our|[Oo]pen|[Aa]n?) {_TITLE} {_NOUN}\b",
        rf"^(?:[Pp]osition|[Rr]ole|[Jj]ob(?: [Tt]itle)?|[Vv]acancy|[Pp]ost|[Tt]itle|[Ss]telle|[Pp]oste|[Pp]uesto|[Vv]acante|[Pp]osizione|[Rr]uolo|[Ff]unctie|[Vv]acature|[Vv]aga|[Cc]argo|[Ff]unção)(?: [Tt]itle| applied for)?\s*[:–-]\s*{_TITLE}",
        rf"\b(?:Stelle|Position|Tätigkeit|Ausbildung|Stellenangebot|Praktikum) (?:als|des|der|zum|zur|einer?s?) {_TITLE}",
        rf"\b(?:[Pp]oste|[Ff]onctions?|[Oo]ffre|[Mm]ission|[Ss]tage|[Aa]lternance) (?:de|d['’]|du) ?{_TITLE}",
        rf"\b(?:[Pp]uesto|[Vv]acante|[Pp]osición|[Pp]laza|[Cc]argo|[Oo]ferta) (?:de|como|para) {_TITLE}",
        rf"\b(?:[Pp]osizione|[Rr]uolo|[Pp]osto) (?:di|come|da) {_TITLE}",
        rf"\b(?:[Ff]unctie|[Rr]ol|[Pp]ositie|[Vv]acature)(?: (?:van|als|voor))? {_TITLE}",
        rf"\b(?:[Vv]aga|[Pp]osição|[Ff]unção|[Cc]argo|[Ll]ugar) (?:de|para|como) {_TITLE}",
    )
)
_LIKELY: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:[Aa]ppl(?:y|ied|ying|ication)|[Ii]nterview(?:ed|ing)?|[Cc]andidacy|[Cc]andidature|[Ss]ubmission|[Rr]esume|CV|[Ii]nterest(?:ed)?) (?:for|as|in|to|on|re)(?: (?:an?|the|our|become an?))? {_TITLE}",
        rf"\b(?:[Bb]ewerbung|beworben|Vorstellungsgespräch|Interview|Unterlagen)(?: (?:als|auf|für|um|zum|zur))(?: (?:die|den|das|eine?n?|Stelle|die Stelle))* {_TITLE}",
        rf"\b(?:[Cc]andidature|postulé|[Ee]ntretien)(?: (?:au poste de|pour le poste de|pour|en tant que|comme|de)) {_TITLE}",
        rf"\b(?:[Cc]andidatura|[Ss]olicitud|[Cc]olloquio|[Ee]ntrevista|[Pp]rocesso seletivo|[Pp]roceso de selección)(?: (?:como|a|para|per|de|di|al puesto de)) {_TITLE}",
        rf"\b(?:[Ss]ollicitatie|gesolliciteerd|[Gg]esprek)(?: (?:als|op|naar|voor|van))(?: de functie(?: van)?)? {_TITLE}",
        rf"^(?:(?:[Rr][Ee]|[Ff][Ww][Dd]?|AW|WG|TR|RV)\s*:\s*)*{_TITLE}(?: (?:at|with|bei|chez|bij|presso) |\s*[:|–-]\s|$)",
        rf"(?:[:|–-])\s+{_TITLE}$",
    )
)
_INSIDE: Final = re.compile(rf"\b(?:the|our|an?|as|as an?|for|this) {_LOWER} (?:position|role|vacancy|opening|post|job)\b")
_CUT: Final = re.compile(
    r"\s+(?:at|with|within|here|bei|chez|bij|presso|na|no|em|join|based|located|has|have|is|was|were|will|and (?:for|we|are|have|your|the|our)|in our|on our|in the|for the|for your"
    r"|that|which|who|to|as|due|because|but|from|via|requires?|starting|position|role|job|vacancy|opening|opportunity|team at)\b.*$"
)
_CITY_TAIL: Final = re.compile(r",\s+[A-ZÀ-Þ]\w+(?:\s[A-ZÀ-Þ]\w+)?$")
_NOT_IN_ROLE: Final = frozenset(
    "application applications interview invitation update status your you we our dear candidate applicant decision feedback thank thanks re fwd confirmation"
    " received receipt regarding about following next steps offer news result outcome reminder test assessment challenge call meeting rejection unfortunately".split()
)


def role_of(mail: Mail, seen: View, company: str | None) -> str | None:
    """The title of the role as written, or None when none or several are named."""
    found = Counter[str]()
    shown: dict[str, str] = {}
    for raw, explicit in _raw(mail, seen):
        role = cleaned(raw, company, explicit=explicit)
        if role:
            found[role.lower()] += 2 if explicit else 1
            shown.setdefault(role.lower(), role)
    return _one(found, shown)


def _one(found: Counter[str], shown: dict[str, str]) -> str | None:
    """The best title; shorter ones that are part of it agree with it, others at the same weight contradict it."""
    if not found:
        return None
    best = max(found, key=lambda role: (found[role], len(role)))
    rivals = [role for role in found if role not in best and best not in role and found[role] >= found[best]]
    return None if rivals else shown[best]


def _raw(mail: Mail, seen: View) -> Iterator[tuple[str, bool]]:
    subject = mail.headers.subject or ""
    for part in (subject, *seen.sentences):
        matches = [found["role"] for pattern in _EXPLICIT for found in pattern.finditer(part)]
        yield from ((role, True) for role in matches)
        if not matches:
            yield from ((found["role"], False) for pattern in _LIKELY[: 5 if part is not subject else None] if (found := pattern.search(part)))
            yield from ((found["role"], False) for found in _INSIDE.finditer(part))


def cleaned(raw: str, company: str | None, *, explicit: bool) -> str | None:
    """A title without requisition number, gender marks, company or tail of the sentence; None if it is no title."""
    role = GENDERS.sub("", REQUISITION.sub(" ", _CUT.sub("", raw)))
    if company:
        role = re.sub(rf"[\s,@|–-]*\b(?:at |with |in |by |of )?(?:the )?{re.escape(company)}\b.*$", "", role)
        role = re.sub(rf"^{re.escape(company)}\s*[:|–-]\s*", "", role)
    role = re.sub(r"\(\s*\)|\s*\([^)]*$", "", role)
    role = re.sub(r"\s+(?:of|and|for|in|the|&|-|–|/|de|du|di|da|e|et|y|und|für|en|on|à|der|im)$", "", " ".join(role.split()).strip(" ,;:|–-#./&"))
    return role.strip(" ,;:|–-#./&") if _is_title(role, explicit=explicit) else None


def _is_title(role: str, *, explicit: bool) -> bool:
    words = re.findall(r"[^\W\d_][\w'’-]*", role.lower())
    if not 1 <= len(words) <= 9 or len(role) > 70 or _NOT_IN_ROLE.intersection(words) or ". " in role:
        return False
    named = any(word in ROLE_WORDS or word.rstrip("s") in ROLE_WORDS for word in words)
    return named or (explicit and len(words) >= 2 and role[0].isupper() and not any(word in {"at", "you", "this"} for word in words))
