"""Names of companies, roles and openings in the form they are compared in; what decorates them tells nothing apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from daemon.core import wordlists
from daemon.core.names import folded, squeezed
from daemon.core.trust import domain

_LONGEST: Final = 300


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FORM: Final = _set("""
    inc llc llp ltd limited plc corp corporation co gmbh mbh ag se kg ohg ug sa sas sarl srl spa bv nv oy ab aps
    holding group company the und and
""")
"""Forms of a company."""
_DESK: Final = _set("careers recruiting recruitment recruiter talent acquisition hr jobs team hiring karriere")
"""What a company's name ends in where its recruiters write."""
_FILLING: Final = _set("""
    and or of the for in a an und oder der die das fur im als et ou de des du la le les pour en y o el los para il i gli
    e da do dos das per con na no van het een voor bij at to with mit innen
""")
"""Words of a role's title that tell nothing."""
_DECORATION: Final = re.compile(
    r"\((?:[mwfdxiaht]|all|gn|div|any)(?:\s*[/|,*]\s*(?:[mwfdxiaht]|all|gn|div|any|genders?))*\s*\)"
    r"|\b[mwf]\s*/\s*[mwf]\s*/\s*[dx]\b|\ball genders\b",
    re.IGNORECASE,
)
_LEVEL: Final = {
    word: level
    for level, words in {
        "trainee": "intern internship trainee apprentice apprenticeship praktikum praktikant praktikantin azubi "
        "ausbildung stage stagiaire alternance alternant alternante becario becaria practicas tirocinio tirocinante "
        "estagio estagiario estagiaria stagiair werkstudent werkstudentin student",
        "junior": "junior jr entry graduate absolvent absolventin debutant debutante starter",
        "senior": "senior sr snr confirme confirmee experimente experimentee expert",
        "lead": "lead principal staff teamlead leiter leiterin leitung teamleiter teamleiterin responsable jefe jefa "
        "lider",
        "head": "head director directeur directrice direktor direktorin director directora diretor diretora direttore "
        "direttrice vp chief",
        "1": "i 1", "2": "ii 2", "3": "iii 3", "4": "iv 4",
    }.items()
    for word in words.split()
}  # fmt: skip
"""Words of a title that tell how senior its role is: two different ones are never the same opening."""
_SECOND_LEVEL: Final = _set("co com org net ac gov edu")


@lru_cache(maxsize=4096)
def company_key(company: str | None) -> str:
    """A company's name for comparing: folded, without punctuation, legal form and "Careers"; "" if unknown."""
    words = _words(company or "")
    named = [word for word in words if word not in _FORM] or words
    while len(named) > 1 and named[-1] in _DESK:
        named = named[:-1]
    return " ".join(named)


@lru_cache(maxsize=4096)
def role_key(role: str | None) -> str:
    """A role for comparing: folded, without punctuation and (m/f/d); "" if unknown."""
    return " ".join(_words(_DECORATION.sub(" ", role or "")))


@lru_cache(maxsize=4096)
def role_parts(role: str | None) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words of a role's title that tell what is done there, in order, and how senior it is."""
    words = [word for word in role_key(role).split() if word not in _FILLING or word in _LEVEL]
    told = tuple(dict.fromkeys(word for word in words if word not in _LEVEL))
    return told, frozenset(_LEVEL[word] for word in words if word in _LEVEL)


def requisition_key(requisition: str | None) -> str:
    """The number of an opening for comparing: its letters and digits; "" if unknown."""
    return squeezed((requisition or "")[:_LONGEST])


@lru_cache(maxsize=4096)
def house_of(address: str) -> str | None:
    """What an employer's own domain is called ("acme" of jobs@mail.acme.example).

    None for the domains of mail providers and of applicant tracking systems, which tell nothing of the employer.
    """
    host = domain(address)
    labels = host.split(".")[:-1]
    if host in wordlists.SHARED_DOMAINS or set(labels) & wordlists.ATS:
        return None
    named = [squeezed(label) for label in labels if label not in _SECOND_LEVEL]
    return named[-1] if named and named[-1] else None


def _words(text: str) -> list[str]:
    """The words of a name. Marks of direction, soft hyphens and the like are no part of it."""
    shown = "".join(char for char in text[:_LONGEST] if unicodedata.category(char) != "Cf")
    return re.findall(r"[^\W_]+|[+#]+", folded(shown))
