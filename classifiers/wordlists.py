"""The lists of words by which names, titles and places are told apart (frames/words.txt)."""

from __future__ import annotations

from functools import cache
from typing import Final

from classifiers.frames import word_lists

_LISTS: Final = word_lists()
TAILS: Final = _LISTS["tails"]
HEADS: Final = _LISTS["heads"]
LINKS: Final = _LISTS["links"]
STRONG_TAILS: Final = _LISTS["strong tails"]
NAME_JOINS: Final = _LISTS["name joins"]
SOFT_TAILS: Final = _LISTS["soft tails"]
ADDRESS_WORDS: Final = _LISTS["address words"]
ACTING: Final = _LISTS["acting"]
ADDRESSED: Final = _LISTS["addressed"]
AGENCY_WORDS: Final = _LISTS["agency words"]
JOB_WORDS: Final = _LISTS["job words"]
TIMES: Final = _LISTS["times"]
TITLE_LINKS: Final = _LISTS["title links"]
DESCRIBING: Final = tuple(_LISTS["describing endings"])
NOT_DESCRIBING: Final = tuple(_LISTS["not describing"])
VERB_ENDINGS: Final = tuple(_LISTS["verb endings"])
WISHES: Final = _LISTS["wishes"]
LEGAL: Final = _LISTS["legal"]
STOPS: Final = _LISTS["stops"]
GENERIC: Final = _LISTS["generic"]
DEPARTMENTS: Final = _LISTS["departments"]
CONTRACT: Final = _LISTS["contract"]
PLACES: Final = _LISTS["places"]
ACADEMIC: Final = _LISTS["academic"]
ROLES: Final = _LISTS["roles"]
NOT_PEOPLE: Final = _LISTS["not people"]
ORG_WORDS: Final = _LISTS["org words"]
ARTICLES: Final = _LISTS["articles"]
AND: Final = _LISTS["and"]
FOR: Final = _LISTS["for"]
SEATS: Final = _LISTS["seats"]
ABOUT_APPLYING: Final = _LISTS["about applying"]
APPLYING: Final = _LISTS["applying"]
NOT_TEAMS: Final = _LISTS["not teams"]
WITH: Final = _LISTS["with"]
IN: Final = _LISTS["in"]
SECOND_LEVEL: Final = _LISTS["second level"]
HOSTS: Final = _LISTS["hosts"]
LEADS_TO_FORM: Final = _LISTS["leads to a form"]
ABOUT_ONE_JOB: Final = _LISTS["about one job"]
AT: Final = _LISTS["at"]
MEETING: Final = _LISTS["meeting"]
ROLE_PARTS: Final = _LISTS["role parts"]
REFERENCES: Final = _LISTS["references"]
SKIPPED: Final = _LISTS["skipped before a title"]
BEFORE_A_FIELD: Final = _LISTS["before a field"]
LEADING: Final = _LISTS["lead to a title"]
LEADING_NOWHERE: Final = _LISTS["lead to no title"]
NEVER_IN_TITLE: Final = _LISTS["never in a title"]
NO_TITLE_ALONE: Final = _LISTS["no title alone"]
PLAIN_WORDS: Final = _LISTS["plain words"] | STOPS | GENERIC | TAILS | DEPARTMENTS | PLACES | ROLES | CONTRACT
_ORG_SUFFIXES: Final = tuple(_LISTS["org suffixes"])
_SUFFIXES: Final = tuple(_LISTS["role suffixes"])


@cache
def is_org_word(low: str) -> bool:
    """Whether a lower-case word names a kind of organisation ("logistics", "Polizeipräsidium")."""
    return low in ORG_WORDS or (len(low) > 8 and low.endswith(_ORG_SUFFIXES))


@cache
def is_role_word(low: str) -> bool:
    """Whether a lower-case word names an occupation."""
    if low in ROLES or low.rstrip("s") in ROLES:
        return True
    if len(low) > 7 and low.endswith(_SUFFIXES):
        return True
    base = low.replace("·", "/").replace("(a)", "/a").partition("/")[0].removesuffix("in")
    return base != low and base in ROLES
