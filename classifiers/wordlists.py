"""The lists of words by which names, titles and places are told apart (frames/words.txt)."""

from __future__ import annotations

from typing import Final

from classifiers.frames import word_lists

_LISTS: Final = word_lists()
TAILS: Final = _LISTS["tails"]
HEADS: Final = _LISTS["heads"]
LINKS: Final = _LISTS["links"]
STRONG_TAILS: Final = _LISTS["strong tails"]
NAME_JOINS: Final = _LISTS["name joins"]
LEGAL: Final = _LISTS["legal"]
STOPS: Final = _LISTS["stops"]
GENERIC: Final = _LISTS["generic"]
DEPARTMENTS: Final = _LISTS["departments"]
CONTRACT: Final = _LISTS["contract"]
PLACES: Final = _LISTS["places"]
ACADEMIC: Final = _LISTS["academic"]
ROLES: Final = _LISTS["roles"]
ORG_WORDS: Final = _LISTS["org words"]
ROLE_PARTS: Final = _LISTS["role parts"]
_SUFFIXES: Final = (
    "entwickler", "entwicklerin", "ingenieur", "ingenieurin", "leiter", "leiterin", "mitarbeiter", "mitarbeiterin", "berater", "beraterin",
    "techniker", "technikerin", "mechaniker", "kaufmann", "kauffrau", "fachkraft", "assistent", "assistentin", "referent", "referentin",
    "bearbeiter", "bearbeiterin", "administrator", "administratorin", "manager", "managerin", "fahrer", "lehrer", "pfleger", "student",
    "gestalter", "designer", "designerin", "helfer", "angestellte", "praktikant", "medewerker", "ontwikkelaar", "leider", "adviseur",
    "beheerder", "vormgever", "kundige", "analist", "analyst", "engineer", "developer", "er/in", "in/er", "monteur",
)  # fmt: skip


def is_role_word(low: str) -> bool:
    """Whether a lower-case word names an occupation."""
    if low in ROLES or low.rstrip("s") in ROLES:
        return True
    if len(low) > 7 and low.endswith(_SUFFIXES):
        return True
    base = low.replace("·", "/").replace("(a)", "/a").partition("/")[0].removesuffix("in")
    return base != low and base in ROLES
