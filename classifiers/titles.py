"""Titles of roles: where one ends in a sentence, and what is left without requisition number, (m/f/d) and place."""

from __future__ import annotations

import re
from typing import Final

from classifiers.frames import Table
from classifiers.pieces import Piece, capital
from classifiers.wordlists import (
    ACADEMIC, CONTRACT, DEPARTMENTS, GENERIC, PLACES, ROLE_PARTS, ROLES, STOPS, TAILS, is_role_word,
)  # fmt: skip

_LONGEST: Final = 9
_NUMBERED: Final = re.compile(
    r"(?:req|jr|job|ref|id|vac|pos|r|nr|no|az)?[-_./]?(?:[a-z]{0,4}[-_./]?)\d{3,}[\d./_-]*[a-z]?|[a-z]{1,4}-?\d{3,}|\d{2,}[/-]\d+", re.IGNORECASE
)
_GENDER: Final = re.compile(
    r"\s*[(\[]\s*(?:[mwfdxhvign](?:\s?[/|,*.]\s?(?:[mwfdxhvign]|div\.?|divers|gn|alle))+|all(?:e)? genders?|gn|m/w|w/m|h/f|f/h|hombre/mujer|all gender|mensch)\s*[)\]]"
    r"|(?<=\w)\s+(?:[mwfdxhv]\s?/\s?[mwfdxhv](?:\s?/\s?[dxwi])?)(?!\w)|(?<=[a-zäöü])(?:[*:_]|\*)innen?\b",
    re.IGNORECASE,
)
_PUNCTUATION: Final = frozenset(".;:!?|\"…•·=<>[]{}*")
_REFERENCES: Final = frozenset("ref reference req requisition id job no nr number vacancy kennziffer réf référence referencia referência rif riferimento vacaturenummer code código codice n #".split())
_KEEP_IN: Final = ACADEMIC
_SKIPPED: Final = frozenset("position role post job title vacancy opening stelle poste puesto posición plaza vacante oferta posizione ruolo functie vaga posição função cargo named titled called entitled ausbildungsplatz ausbildung vorstellungsgespräch gespräch interview colloquio entretien entrevista sollicitatiegesprek kennismakingsgesprek gesprek kennenlerngespräch bewerbung application candidatura candidature sollicitatie einladung invitación invito invitation offer offre emploi contract contrat contratto contrato opportunità opportunité oportunidad oportunidade selezione selección seleção recrutement emploi posto trabalho leerwerkplek stageplaats angebot proposta aanstelling opdracht assessment rejection decision status update confirmation absage eingangsbestätigung hiring".split())


def without_gender(text: str) -> str:
    """A text without (m/f/d) and its like."""
    return _GENDER.sub("", text) if not _MAY_BE_GENDERED.isdisjoint(text) else text


_MAY_BE_GENDERED: Final = frozenset("([/*:_")


def title_at(found: Piece, at: int, table: Table) -> tuple[int, int] | None:
    """Where the title that begins at a word begins and ends, or None. Leading articles and "open" are passed over."""
    begin = at
    while begin < len(found.words) and begin < at + 5 and _is_filler(found, begin, table):
        begin += 1
    if begin >= len(found.words):
        return None
    quoted = found.words[begin] == '"'
    begin += quoted
    end = _title_end(found, begin, table, quoted=quoted)
    return (begin, end) if end > begin else None


def _is_filler(found: Piece, at: int, table: Table) -> bool:
    word, low = found.words[at], found.low[at]
    if low in table.filler or low in _SKIPPED:
        # "Initial Teacher", "Post Doc": with a capital it may be the title's own first word.
        return not capital(word) or low in _SKIPPED or low in ("the", "a", "an", "our")
    return word in ":-" or (low in table.joins and low not in ("in", "for") and not capital(word))


def _title_end(found: Piece, begin: int, table: Table, *, quoted: bool) -> int:
    end, cased = begin, capital(found.words[begin]) if begin < len(found.words) else False
    while end < min(len(found.words), begin + _LONGEST + 3 * quoted):
        step = _quoted_step(found, end) if quoted else _step(found, begin, end, table, cased=cased)
        if step == 0:
            break
        end += step
    while end > begin and (found.low[end - 1] in table.joins or found.words[end - 1] in "-,&/(+'") and found.words[end - 1] != ")":
        end -= 1
    return end


def _quoted_step(found: Piece, at: int) -> int:
    return int(found.words[at] not in "\"\n")


def _step(found: Piece, begin: int, at: int, table: Table, *, cased: bool) -> int:
    """How many words of a title stand here: 0 at its end."""
    word, low = found.words[at], found.low[at]
    if word in _PUNCTUATION or _NUMBERED.fullmatch(word) or (low in _REFERENCES and _is_reference(found, at)):
        return 0
    if word == "(":
        return _bracket(found, at)
    if word in "-,":
        return _tail(found, at, table) if at > begin else 0
    if word in "/&+":
        return int(at > begin and at + 1 < len(found.words) and (word != "/" or found.touches(at)))
    if low == "in":
        return int(at > begin and _academic(found, begin, at))
    if low in table.joins and at > begin and low not in ("in",):
        return _join(found, at, table, cased=cased)
    if low in table.ends and not (capital(word) and low in ROLE_PARTS):
        return 0
    if word == "." or (low in STOPS and at > begin) or (low in CONTRACT and at > begin and low not in ROLE_PARTS):
        return 0
    if not cased or capital(word) or is_role_word(low) or word.isdigit():
        return 1
    return int(table.flowing and _flows(found, begin, at, table))


def _flows(found: Piece, begin: int, at: int, table: Table) -> bool:
    """Whether a lower-case word still belongs to a title ("Técnico de soporte", "Ingegnere meccanico") and is no verb."""
    low = found.low[at]
    if low.endswith(_VERBS) or not low[0].isalpha():
        return False
    if found.low[at - 1] in table.joins:
        return True
    if at - 2 >= begin and found.low[at - 2] not in table.joins and not capital(found.words[at - 1]):
        return False
    # An adjective: the sentence must not go on behind it as if it were the verb.
    after = found.words[at + 1] if at + 1 < len(found.words) else "."
    return not after[0].isalpha() or after.lower() in table.ends or after.lower() in table.joins or found.low[at - 2 : at - 1] != () and found.low[at - 2] in table.joins


_VERBS: Final = ("ó", "rà", "rá", "rão", "remos", "amos", "aron", "ieron", "erons", "ons", "ez", "eremo", "iamo", "ará", "ait", "aient", "ava", "avam", "ou", "aste")


def _is_reference(found: Piece, at: int) -> bool:
    rest = [word for word in found.words[at + 1 : at + 4] if word not in ".:#-"]
    return bool(rest) and any(char.isdigit() for char in rest[0])


def _academic(found: Piece, begin: int, at: int) -> bool:
    after = found.words[at + 1] if at + 1 < len(found.words) else ""
    if after in ("Test", "Residence", "Training", "Charge", "Chief"):
        return True
    return after[:1].isupper() and after.lower() not in PLACES and any(low in _KEEP_IN for low in found.low[begin:at]) and found.low[at - 1] in _IN_AFTER


_IN_AFTER: Final = frozenset("lecturer professor fellow researcher postdoc chair reader instructor fellowship phd doctorate degree".split())


def _join(found: Piece, at: int, table: Table, *, cased: bool) -> int:
    after = found.words[at + 1] if at + 1 < len(found.words) else ""
    low = found.low[at]
    if not after or after in _PUNCTUATION:
        return 0
    if low in ("and", "und", "et", "e", "y", "en", "für", "im", "der", "des", "la", "le", "los", "las", "el", "l'", "for", "the", "het", "voor", "à", "aux"):
        chained = low in ("la", "le", "los", "las", "el", "l'", "the", "het") and found.low[at - 1] in ("de", "di", "da", "van", "of", "à")
        if low in ("for", "the", "voor") and not chained:
            return 0
        if low in ("à", "aux"):
            return int(not capital(after))
        if low == "en" and table.flowing and not capital(after):
            return int(after.lower() not in STOPS and after.lower() not in table.ends)
        return int((capital(after) and after.lower() not in table.ends and after.lower() not in STOPS) or chained)
    if low in ("of", "to"):
        return int(low == "of" and (capital(after) or not cased))
    return int(after.lower() not in STOPS and not (low in ("da", "do", "das", "en") and capital(after) and cased))


def _bracket(found: Piece, at: int) -> int:
    """A short bracket that tells a speciality belongs to the title; a place, a contract or a number ends it."""
    close = next((end for end in range(at + 1, min(at + 6, len(found.words))) if found.words[end] == ")"), None)
    if close is None or close == at + 1:
        return 0
    inside = found.low[at + 1 : close]
    return 0 if _is_outside(" ".join(inside)) or not capital(found.words[at + 1]) else close + 1 - at


def _tail(found: Piece, at: int, table: Table) -> int:
    """What stands behind a comma or dash belongs to the title only when it names a field of work."""
    end = at + 1
    while end < min(len(found.words), at + 4) and capital(found.words[end]) and found.low[end] not in STOPS:
        end += 1
    inside = [low for low in found.low[at + 1 : end] if low not in "&/"]
    closed = end == len(found.words) or found.words[end] in _PUNCTUATION or found.words[end] in ",(-" or found.low[end] in table.ends
    fields = bool(inside) and all(low in DEPARTMENTS or is_role_word(low) or low in ROLE_PARTS for low in inside)
    return end - at if fields and closed else 0


def title_before(found: Piece, noun: int, table: Table) -> tuple[int, int] | None:
    """The title that stands before "position" or "role", or None."""
    begin = noun
    while begin > 0 and noun - begin < _LONGEST and _stands_before(found, begin - 1, table):
        begin -= 1
    while begin < noun and (found.words[begin] in "-,/&+)." or (found.low[begin] in table.filler and not capital(found.words[begin])) or found.low[begin] in table.joins):
        begin += 1
    first = next((at for at in range(begin, noun) if capital(found.words[at])), None)
    named = any(is_role_word(low) for low in found.low[begin : (first or begin)])
    if first is not None and not named:
        begin = first
    while begin < noun and found.low[begin] in table.filler:
        begin += 1
    end = noun
    while end > begin and found.words[end - 1] in "-,/&+(":
        end -= 1
    return (begin, end) if end > begin else None


def _stands_before(found: Piece, at: int, table: Table) -> bool:
    word, low = found.words[at], found.low[at]
    if word in _PUNCTUATION or low in STOPS:
        return False
    if low in ("the", "our", "a", "an", "this", "your", "for", "to", "as", "with", "at", "from", "by", "on", "that", "is", "was", "in", "about", "regarding", "re"):
        return low == "in" and at > 0 and found.low[at - 1] in _IN_AFTER
    if low in ("of", "and", "&", "-", ",", "/", "(", ")", "+"):
        return True
    return low not in table.ends or capital(word)


def title(raw: str, company: str | None, strength: int) -> str | None:
    """A title as it is shown, or None when it is none: it names an occupation, or its frame said plainly that it is one."""
    name = " ".join(raw.split()).strip(" ,;:|-\"'./&+*")
    if company:
        name = _without(name, company)
    name = _DANGLING.sub("", _from_occupation(name))
    name = _BRACKETED.sub(lambda found: "" if _is_outside(found[1].lower()) else found[0], name)
    if name.count("(") != name.count(")"):
        name = name.split("(")[0].strip(" ,-") if name.count("(") > name.count(")") else name.replace(")", "")
    words = _TITLE_WORD.findall(name.lower())
    if not 1 <= len(words) <= 9 or len(name) > 80 or any(word in _NEVER for word in words):
        return None
    if name.islower() and not _plain_lower(words, strength):
        return None
    named = any(is_role_word(word.strip("()")) or any(is_role_word(part) for part in _WITHIN.split(word)) for word in words)
    if named:
        return None if all(word in _BARE for word in words) else name
    plain = strength >= 3 and len(words) >= 2 and all(word[:1].isupper() or not word[:1].isalpha() or word.lower() in _SMALL for word in name.split())
    return name if plain and not all(word in _NO_TITLE for word in words) else None


def _without(name: str, company: str) -> str:
    """The title without the company before or after it ("Acme: Nurse", "Nurse at Acme")."""
    if name.startswith(company) and not name[len(company) : len(company) + 1].isalnum():
        name = name[len(company) :].removeprefix("'s")
    elif name.endswith(company) and not name[: -len(company)][-1:].isalnum():
        name = name[: -len(company)].rstrip(" ,@|-")
        name = name.removesuffix(" at").removesuffix(" with").removesuffix(" bei").removesuffix(" chez")
    return name.strip(" ,-|:")


_DANGLING: Final = re.compile(r"(?:\s+(?:de|du|des|del|di|da|do|of|and|for|in|at|with|en|et|e|y|und|für|im|van|voor|à|l'|d'|-|/|&))+$")
_TITLE_WORD: Final = re.compile(r"[^\W\d_][\w'*/()-]*")
_WITHIN: Final = re.compile(r"[-/]")
_BRACKETED: Final = re.compile(r"\s*\(([^()]{0,60})\)")


def _is_outside(inside: str) -> bool:
    """Whether what stands in brackets is a number, a place or a kind of contract, not a part of the title."""
    return any(low in PLACES or low in CONTRACT or any(map(str.isdigit, low)) or low in _REFERENCES for low in re.split(r"[\s,;:]+", inside))


def _from_occupation(name: str) -> str:
    """A Romance title without what leads to it: "relativo alla posizione di Impiegata" is "Impiegata"."""
    words = name.split()
    first = next((at for at, word in enumerate(words) if is_role_word(word.lower().strip(",()"))), 0)
    if first and words[first][0].islower() and first + 1 < len(words) and words[first + 1][0].isupper() and is_role_word(words[first + 1].lower()):
        first += 1
    lead = [word.lower() for word in words[:first]]
    if lead and (set(lead) & _LEADING or words[0][0].islower() and words[first][0].isupper()):
        return " ".join(words[first:])
    return name


_LEADING: Final = frozenset("de di da do del della d' - prueba técnica búsqueda desafio técnico résultat resultado benoeming entscheidung carta mission propos of".split()) - {"of"}
def _plain_lower(words: list[str], strength: int) -> bool:
    """A title without any capital is believed only as two to four words of which the last, or the first, is an occupation."""
    if strength < 2 or not 2 <= len(words) <= 4 or any(word in STOPS or word in _NO_LEAD for word in words):
        return False
    return is_role_word(words[-1]) and words[-1] in ROLES or (words[0] in ROLES and words[1] in ("de", "di", "del", "da", "do", "d'"))


_NO_LEAD: Final = frozenset("hiring every paid other another new son sa ses his her our your good great strong right best first second ideal more most many several student summer current existing".split())
_SMALL: Final = frozenset("of and for in the & - / de du des del di da do e y et".split())
_NEVER: Final = frozenset("we you your our application unfortunately thank thanks dear regards interview invitation update candidate applicant you're he she unsere wir sie ihre nous vous notre votre bewerbung candidature sollicitatie candidatura".split())
_BARE: Final = frozenset("lead manager staff head partner team member senior junior expert crew master hand fellow owner assistant officer executive associate worker chief specialist president student commercial agent part capo chef responsable".split()) - frozenset(
    "owner assistant officer executive student commercial agent".split()
)
_NO_TITLE: Final = GENERIC | STOPS | TAILS | PLACES | CONTRACT
