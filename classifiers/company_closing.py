"""The company in the last lines of a mail: "The X Recruiting Team", "Jane Doe / Recruiter / X", "Jane (X)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from classifiers.company_marks import marked
from classifiers.company_voices import Heard
from classifiers.mail import Mail
from classifiers.names import company_name, name_at, trimmed
from classifiers.people import greeting_end, person_shaped
from classifiers.pieces import Piece, capital, piece
from classifiers.wordlists import (
    ADDRESS_WORDS,
    AND,
    ARTICLES,
    DEPARTMENTS,
    GENERIC,
    HEADS,
    PLACES,
    PLAIN_WORDS,
    ROLES,
    STOPS,
    STRONG_TAILS,
    TAILS,
    WISHES,
    is_role_word,
)

_LINES: Final = 7
_LINE_WORDS: Final = 12
_FEW: Final = 3
_WISHES: Final = ("Best", "Kind", "Mit ", "Vielen", "Thank", "With ", "Cordial", "Bien ", "Un ", "Met ", "Com ")
_SPLIT: Final = re.compile(r"\s+[-|:·/•]\s+|\s*[|@•]\s*|\s*[(),\[\]]\s*|:\s+")
_FIRST: Final = re.compile(r"[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]{1,14}(?:-[A-ZÀ-Þ][a-zà-ÿ]+)?")
_LEADS: Final = frozenset(
    ("the", "your", "das", "dein", "ihr", "l'", "el", "il", "het", "o", "a", "team", "équipe", "equipo", "equipe")
)
_CREWS: Final = frozenset(
    ("team", "teams", "crew", "gang", "family", "équipe", "equipe", "equipo", "equipa", "family", "redaktion", "folks")
)
_TITLES: Final = re.compile(
    r"recruit|hiring|talent|manager|direct|partner|team|personal|bewerb|recrut|selec|selez|werving|hr\b|founder|owner|head"
)
_AS_PERSON: Final = {"title": 3, "beside": 3, "department": 2, "person": 2, "first": 2}
_AS_SINGLE: Final = {"title": 3, "beside": 3, "department": 2, "person": 3, "first": 2}
_OPENS: Final = ("", "greeting", "crew")
_HONORIFICS: Final = frozenset(
    ("mr", "mrs", "ms", "mx", "miss", "dr", "prof", "herr", "frau", "mme", "mlle", "sr", "sra", "dott", "dhr")
)
_SIGNED: Final = ("greeting", "person", "beside", "first", "title", "department", "place")
_SEPARATORS: Final = frozenset("|-:·/•@,()[]\u2013")
_FROM: Final = re.compile(r"^([A-ZÀ-Þ][\w-]+) (?:von|from|at|bei|chez|bij|for|für) (?=[A-ZÀ-Þ0-9])")
_KISSES: Final = re.compile(r"(?:\s+(?:x{1,3}|:\)|;\)|:-\)))+$")
_DEPARTMENT: Final = TAILS | GENERIC | DEPARTMENTS | HEADS | AND | {"&", "-", "'s"}
_NUMBER: Final = re.compile(r"\d{3,}|\+\d|^\d+\s|\s\d+[a-z]?$")


def closed(mail: Mail, body: Sequence[Piece], known: frozenset[str]) -> Iterator[Heard]:
    """The names in the closing lines, the signature and behind ©. `known` are keys that the address suggests."""
    lines = [*body[-_LINES:], *_signature(mail)]
    before, last = "", len(lines) - 1
    for at, line in enumerate(lines):
        prose = len(line.words) > _LINE_WORDS // 2 and line.words[-1] == "." and not line.text.startswith(_WISHES)
        if prose or not 0 < len(line.words) <= _LINE_WORDS or line.words[-1] in "?:" or ": " in line.text:
            before = ""  # a sentence, or a label with its value
            continue
        read = list(_line(line, before, last=at >= last - 1, known=known))
        before = read[-1][0] if read and all(kind for kind, _ in read) else ""
        if before:
            yield from (heard for _, heard in read if heard)
    yield from marked(mail, known)


def _line(line: Piece, before: str, *, last: bool, known: frozenset[str]) -> Iterator[tuple[str, Heard | None]]:
    """What each part of a line is; an empty kind means that the line is a sentence, not a signature's."""
    for at, (text, whole) in enumerate(_parts(line)):
        beside = before if at and last and before in ("person", "first") else ""
        kind, heard = _read(text, line, before if not beside else "beside", last=last, whole=whole, known=known)
        yield kind, heard
        before = kind


def _signature(mail: Mail) -> list[Piece]:
    at = max(mail.text.find("\n-- \n"), mail.text.find("\n--\n"))
    return [piece(line) for line in mail.text[at + 4 : at + 500].split("\n")[:_LINES]] if at >= 0 else []


def _parts(line: Piece) -> Iterator[tuple[str, bool]]:
    """The parts of a line between commas, bars and brackets, and whether it is all of the line."""
    if _SEPARATORS.isdisjoint(line.text) and not _FROM.match(line.text):
        yield _KISSES.sub("", line.text) if line.text[-1] in "x)" else line.text, True
        return
    text = _FROM.sub(r"\1, ", _KISSES.sub("", line.text.lstrip("-\u2013 ")))
    found = [part for part in _SPLIT.split(text) if part.strip(" .")]
    yield from ((part.strip(), len(found) == 1) for part in found)


def _read(
    text: str, line: Piece, before: str, *, last: bool, whole: bool, known: frozenset[str]
) -> tuple[str, Heard | None]:
    """What a part of a closing line is, seen from what stood before it; and the company's name, if it is one."""
    plain = text.rstrip(" .!")
    if plain != text and text.count(" ") > _FEW and not text.startswith(_WISHES):
        return "", None
    if wish := plain.lower() in WISHES or greeting_end(plain):
        rest = "" if wish is True else plain[wish:].strip()
        if not rest[:1].isupper():
            return "greeting", None
        plain, before, whole = rest, "greeting", False  # "Groetjes Tuincentrum X"
    found = line if whole and plain == line.text else piece(plain)
    if crew := _crew(found, known):
        return "crew", crew
    kind = _kind(found, plain)
    return (kind, None) if kind is not None else _named(found, plain, before, last=last, known=known)


def _kind(found: Piece, plain: str) -> str | None:
    """What a part is that is no name: empty for a part of a sentence; None where it may be a name."""
    if not any(map(capital, found.words)):
        return "title" if 0 < len(found.words) <= 5 and _TITLES.search(plain) else ""
    if _NUMBER.search(plain) or found.low[-1] in ADDRESS_WORDS or all(low in PLACES for low in found.low):
        return "place"
    if found.low[0].strip(".") in _HONORIFICS:
        return "person"
    if all(low in _DEPARTMENT or low in STOPS for low in found.low):
        return "title" if found.low[-1] in ROLES else "department"
    return None


def _crew(found: Piece, known: frozenset[str]) -> Heard | None:
    """Like "The X Team", "Jane and the X crew", "Team X"."""
    lead = _lead(found)
    span = name_at(found, lead + 1, known) if lead is not None else None
    if lead is None or span is None:
        return None
    begin, end, said = trimmed(found, *span, known)
    rest = found.low[end:]
    crewed = bool(rest) and all(low in TAILS or low in _CREWS or low in AND for low in rest)
    headed = not rest and lead <= 1 and found.low[lead] in _CREWS
    if not headed and not (crewed and (said or STRONG_TAILS.intersection(rest) or _CREWS.intersection(rest))):
        return None
    return Heard(found.cut(begin, end), "closing", 3 if crewed or end - begin > 1 or len(found.words) == 2 else 2)


def _lead(found: Piece) -> int | None:
    """Where "the", "your" or "team" stands before the name of a crew."""
    lead = next((at for at, low in enumerate(found.low[:4]) if low in _LEADS), None)
    if lead is None or len(found.words) - lead < 2 or (lead and not capital(found.words[0])):
        return None
    return lead + 1 if found.low[lead + 1] in _CREWS and len(found.words) - lead > 2 else lead


def _named(found: Piece, plain: str, before: str, *, last: bool, known: frozenset[str]) -> tuple[str, Heard | None]:
    span = _spanned(found, known)
    if span is None or span[1] != len(found.words):
        aside = before in ("person", "first", "beside") and len(found.words) <= 5
        return ("title" if _titled(found) or (aside and capital(found.words[0])) else ""), None
    begin, end, said = trimmed(found, *span, known)
    raw = found.cut(begin, end)
    if company_name(raw) is None:
        return ("title" if _titled(found) else "department"), None
    tailed = said and end < span[1]
    if not tailed and found.low[begin] not in ARTICLES and person_shaped(raw):
        return ("name" if before == "title" else "person"), _said(raw, _AS_PERSON.get(before, 0))
    if end - begin == 1 and (not tailed or not AND.isdisjoint(found.low[end:])) and found.low[begin] not in known:
        return _single(raw, before, tailed=tailed)
    return "name", _said(raw, _strength(found, (begin, end), before, tailed=tailed, last=last))


def _single(raw: str, before: str, *, tailed: bool) -> tuple[str, Heard | None]:
    """A single word: a first name ("Jane and team") unless what stands before it says otherwise."""
    if tailed:
        return "first", None
    if raw.lower() in PLAIN_WORDS:
        return "", None
    first = _FIRST.fullmatch(raw) is not None or len(raw) < 3
    return ("first" if before in _OPENS else "name"), _said(raw, _AS_SINGLE.get(before, 1) if first else 3)


def _spanned(found: Piece, known: frozenset[str]) -> tuple[int, int] | None:
    """The name that begins a part, with the words of a department behind it even in lower case."""
    span = name_at(found, 0, known)
    if span is None:
        return None
    rest = found.low[span[1] :]
    lowered = rest and all(low in TAILS or is_role_word(low) for low in rest)
    return (span[0], len(found.words)) if lowered else span


def _said(raw: str, strength: int) -> Heard | None:
    return Heard(raw, "closing", strength) if strength else None


def _titled(found: Piece) -> bool:
    return len(found.words) <= 6 and capital(found.words[0]) and any(map(is_role_word, found.low))


def _strength(found: Piece, span: tuple[int, int], before: str, *, tailed: bool, last: bool) -> int:
    """How plainly a closing line of several words shows that what it holds is the company's name."""
    if tailed:
        crewed = not _CREWS.isdisjoint(found.low[span[1] :])
        return 3 if crewed or not person_shaped(found.cut(*span)) else 2
    return 3 if last or before in _SIGNED else 2
