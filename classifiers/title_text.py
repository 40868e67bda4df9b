"""A role's title as it is shown: without company, requisition number, (m/f/d), place and what leads to it."""

from __future__ import annotations

import re
from typing import Final

from classifiers.wordlists import (
    CONTRACT,
    DESCRIBING,
    GENERIC,
    LEADING,
    LEADING_NOWHERE,
    NEVER_IN_TITLE,
    NO_TITLE_ALONE,
    NOT_DESCRIBING,
    PLACES,
    REFERENCES,
    ROLE_PARTS,
    STOPS,
    TAILS,
    TIMES,
    TITLE_LINKS,
    is_org_word,
    is_role_word,
)

_GENDER: Final = re.compile(
    r"\s*[(\[]\s*(?:[mwfdxhvign](?:\s?[/|,*.]\s?(?:[mwfdxhvign]|div\.?|divers|gn|alle))+"
    r"|alle? genders?|gn|m/w|w/m|h/f|f/h|hombre/mujer|mensch)\s*[)\]]"
    r"|(?<=\w)\s+(?:[mwfdxhv]\s?/\s?[mwfdxhv](?:\s?/\s?[dxwi])?)(?!\w)|(?<=[a-zäöü])(?:[*:_]|\*)innen?\b",
    re.IGNORECASE,
)
_MAY_BE_GENDERED: Final = frozenset("([/*:_")
_DANGLING: Final = re.compile(
    r"(?:\s+(?:de|du|des|del|di|da|do|of|and|for|in|at|with|en|et|e|y|und|für|im|van|voor|à|l'|d'|-|/|&))+$"
)
_NUMBERS: Final = re.compile(r"^[A-Z]{0,6}-?\d[\d-]{2,}[:\s-]+|[\s,#-]+[A-Z]{0,6}-?\d[\d-]{3,}$")
_WORD: Final = re.compile(r"[^\W\d_][\w'*/()-]*")
_BRACKETED: Final = re.compile(r"\s*\(([^()]{0,60})\)")
JOB: Final = re.compile(r"-(?:stellen?|positionen?|jobs?|vakanz|vacature|plek|rolle|funktion|functie)$", re.IGNORECASE)
_ONE: Final = frozenset(("een", "un", "una", "une", "um", "uma", "ein", "eine", "einen", "a", "an"))
_OWNER: Final = re.compile(r"([\w.&-]+)'s (?=[A-Z])")
_SMALL: Final = frozenset(
    ("of", "and", "for", "in", "the", "&", "-", "/", "de", "du", "des", "del", "di", "da", "do", "e", "y", "et")
)
_NO_TITLE: Final = GENERIC | STOPS | TAILS | PLACES | CONTRACT
_WORDS_MAX, _CHARS_MAX = 9, 80


def without_gender(text: str) -> str:
    """A text without (m/f/d) and its like."""
    return _GENDER.sub("", text) if not _MAY_BE_GENDERED.isdisjoint(text) else text


def title(raw: str, company: str | None, strength: int, *, flowing: bool = False) -> str | None:
    """A title as it is shown, or None when it is none.

    It names an occupation, or its frame (of `strength` 3) said plainly that it is one. `flowing` are languages whose
    titles go on in lower case behind the first word.
    """
    if strength < 3 and not any(map(_occupies, _WORD.findall(raw.lower()))):
        return None
    name = _shown(raw, company)
    name = JOB.sub("", _flowing(name) if flowing else _without_verbs(name))
    words = _WORD.findall(name.lower())
    if not 1 <= len(words) <= _WORDS_MAX or len(name) > _CHARS_MAX or not NEVER_IN_TITLE.isdisjoint(words):
        return None
    if name.islower() and not _plain_lower(words, strength):
        return None
    if any(map(_occupies, words)):
        return None if NO_TITLE_ALONE.issuperset(words) else name
    plain = strength >= 3 and len(words) > 1 and _capitalised(name) and not any(map(is_org_word, words[-2:]))
    return name if plain and not _NO_TITLE.issuperset(words) else None


def _shown(raw: str, company: str | None) -> str:
    name = JOB.sub("", " ".join(raw.split()).strip(" ,;:|-\"'./&+*"))
    if (owner := _OWNER.match(name)) and not is_role_word(owner[1].lower()):
        name = name[owner.end() :]
    if company:
        name = _without(name, company)
    name = _DANGLING.sub("", _from_occupation(_NUMBERS.sub("", name)))
    name = _BRACKETED.sub(lambda found: "" if is_outside(found[1].lower()) else found[0], name)
    opened, shut = name.count("("), name.count(")")
    if opened == shut:
        return name
    return name.split("(")[0].strip(" ,-") if opened > shut else name.replace(")", "")


def _without_verbs(name: str) -> str:
    """The title without the lower-case words of the sentence behind it ("Bauleiter kennenlernen", "tutor yet")."""
    words = name.split()
    last = len(words)
    while (
        last > 1
        and words[last - 1].islower()
        and not _occupies(words[last - 1])
        and words[last - 2].lower() not in _SMALL
    ):
        last -= 1
    return " ".join(words[:last]) if last and any(_occupies(word.lower()) for word in words[:last]) else name


def _flowing(name: str) -> str:
    """The same where titles go on in lower case: behind the occupation come "de soporte", an adjective, a field."""
    words = name.split()
    first = next((at for at, word in enumerate(words) if _occupies(word.lower().strip(",()"))), None)
    if first is None:
        return name
    end = first + 1
    while end < len(words) and (step := _flows(words, first, end)):
        end += step
    return " ".join(words[:end]).rstrip(",")


def _flows(words: list[str], first: int, at: int) -> int:
    """How many words go on with a title here: 0 at its end."""
    word, low = words[at], words[at].lower()
    if low in TITLE_LINKS or low.startswith(("d'", "l'")):
        following = words[at + 1] if at + 1 < len(words) else ""
        return int("'" in low) if "'" in low or not following else 2 * (following not in TIMES)
    if not word[0].islower() or _occupies(low.strip("()")) or low in ROLE_PARTS:
        return 1
    describes = len(low) > 2 and (
        low.endswith(DESCRIBING) or (at == len(words) - 1 and not low.endswith(NOT_DESCRIBING))
    )
    after_noun = at == first + 1 or words[at - 2].lower() in TITLE_LINKS
    return int(describes and words[at - 1].lower() not in TITLE_LINKS and after_noun)


def _without(name: str, company: str) -> str:
    """The title without the company before or after it ("Acme: Nurse", "Nurse at Acme")."""
    if name.startswith(company) and not name[len(company) : len(company) + 1].isalnum():
        name = name[len(company) :].removeprefix("'s")
    elif name.endswith(company) and not name[: -len(company)][-1:].isalnum():
        name = name[: -len(company)].rstrip(" ,@|-")
        name = name.removesuffix(" at").removesuffix(" with").removesuffix(" bei").removesuffix(" chez")
    return name.strip(" ,-|:")


def is_outside(inside: str) -> bool:
    """Whether what stands in brackets is a number, a place or a kind of contract, not a part of the title."""
    words = re.split(r"[\s,;:]+", inside)
    return any(low in PLACES or low in CONTRACT or low in REFERENCES or any(map(str.isdigit, low)) for low in words)


def _from_occupation(name: str) -> str:
    """A title without what leads to it: "relativo alla posizione di Impiegata" is "Impiegata"."""
    words = name.split()
    first = next((at for at, word in enumerate(words) if is_role_word(word.lower().strip(",()"))), 0)
    if not first:
        return name
    if articles := [at for at, word in enumerate(words[:first]) if word.lower() in _ONE]:
        return " ".join(words[articles[-1] + 1 :])
    if words[0].lower() in LEADING_NOWHERE and words[0].islower() and len(words) > 2:
        return " ".join(words[1:])
    after = words[first + 1] if first + 1 < len(words) else ""
    if words[first][0].islower() and after[:1].isupper() and is_role_word(after.lower()):
        first += 1  # "técnica Técnico": the small one is an adjective of what leads there
    lowered = words[0][0].islower() and words[first][0].isupper()
    leads = lowered or not LEADING.isdisjoint(word.lower() for word in words[:first])
    return " ".join(words[first:]) if leads else name


def _plain_lower(words: list[str], strength: int) -> bool:
    """A title without any capital is believed as one to four words, the last or the first of them an occupation."""
    if not 1 <= len(words) <= 4 or any(word in LEADING_NOWHERE for word in words):
        return False
    if any(word in STOPS for word in words) or NO_TITLE_ALONE.issuperset(words):
        return False
    if strength < 2:
        return False
    return _occupies(words[-1]) or (_occupies(words[0]) and (len(words) == 1 or strength >= 2))


def _occupies(word: str) -> bool:
    return is_role_word(word.strip("()")) or any(map(is_role_word, word.replace("/", "-").split("-")))


def _capitalised(name: str) -> bool:
    return all(word[:1].isupper() or not word[:1].isalpha() or word.lower() in _SMALL for word in name.split())
