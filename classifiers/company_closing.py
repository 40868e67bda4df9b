"""The company in the last lines of a mail ("The X Recruiting Team", "Recruiter, X") and after a copyright mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from classifiers.company_domain import agrees
from classifiers.company_voices import Heard
from classifiers.mail import Mail
from classifiers.names import key, name_at, trimmed
from classifiers.people import GREETING, person_shaped
from classifiers.pieces import Piece, capital, piece
from classifiers.wordlists import (
    GENERIC,
    LEADS_TO_FORM,
    LEGAL,
    NAME_JOINS,
    ORG_WORDS,
    STOPS,
    STRONG_TAILS,
    TAILS,
    is_role_word,
)

_LINES: Final = 7
_LINE_WORDS: Final = 12
_SPLIT: Final = re.compile(r"\s+[-|:·/]\s+|\s*[|@]\s*|\s*[(),\[\]]\s*|:\s+")
_TEAM_LEADS: Final = frozenset(("the", "your", "das", "dein", "ihr", "l'", "el", "il", "het", "a", "team"))
_PLAIN_FORMS: Final = frozenset(
    ("GmbH", "AG", "KG", "Inc", "Ltd", "LLC", "LLP", "PLC",
     "B.V", "S.p.A", "S.r.l", "S.L", "S.A", "N.V", "BV", "NV", "SARL", "Lda", "KGaA")
)  # fmt: skip


def closed(mail: Mail, body: Sequence[Piece], known: frozenset[str]) -> Iterator[Heard]:
    """The names in the closing lines, the signature and behind ©. `known` are keys that the address suggests."""
    lines = [*body[-_LINES:], *_signature(mail)]
    for at, line in enumerate(lines):
        if 0 < len(line.words) <= _LINE_WORDS and any(map(capital, line.words)):
            yield from _team(line, known)
            yield from _parts(line, known)
            yield from _after_person(line, known)
            yield from _alone(lines, at, known)
    yield from _marked(mail, known)


def _signature(mail: Mail) -> list[Piece]:
    at = max(mail.text.find("\n-- \n"), mail.text.find("\n--\n"))
    return [piece(line) for line in mail.text[at + 4 : at + 500].split("\n")[:_LINES]] if at >= 0 else []


def _marked(mail: Mail, known: frozenset[str]) -> Iterator[Heard]:
    mark = mail.text.find("©")
    if mark < 0:
        return
    line = piece(mail.text[mark + 1 : mark + 90].split("\n")[0])
    begin = next((at for at, word in enumerate(line.words) if not word.isdigit() and word not in "-,"), len(line.words))
    if span := name_at(line, begin, known):
        yield Heard(line.cut(*span), "mark", 2)


def _team(line: Piece, known: frozenset[str]) -> Iterator[Heard]:
    """A line like "The X Team", "Team X": a line of its own."""
    if len(line.words) < 2 or line.words[-1] in ".!?" or line.low[0] not in _TEAM_LEADS:
        return
    at = int(line.low[0] != "team")
    span = name_at(line, at, known)
    if span is None:
        return
    begin, end, said = trimmed(line, *span, known)
    rest = line.low[end:]
    if rest and all(low in TAILS or low in ("&", "and") for low in rest) and (said or STRONG_TAILS.intersection(rest)):
        yield Heard(line.cut(begin, end), "closing", 3 if end - begin > 1 or at == 1 else 2)


def _parts(line: Piece, known: frozenset[str]) -> Iterator[Heard]:
    """Lines and parts of lines like "X Talent Acquisition", "Recruiter | X", "X GmbH"."""
    titled = any(low in TAILS or is_role_word(low) for low in line.low)
    for part in _SPLIT.split(line.text):
        found = line if part == line.text else piece(part)
        span = name_at(found, 0, known) if 0 < len(found.words) <= _LINES else None
        if span and span[1] == len(found.words):
            begin, end, said = trimmed(found, *span, known)
            tailed = said and end < span[1]
            behind = titled and not line.text.startswith(part)
            if strength := _part_strength(found, begin, end, tailed=tailed, behind=behind):
                yield Heard(found.cut(begin, end), "closing", strength)


def _part_strength(found: Piece, begin: int, end: int, *, tailed: bool, behind: bool) -> int:
    personal = person_shaped(found.cut(begin, end))
    if tailed and not personal:
        return 3 if end - begin > 1 or found.low[0] in ("the", "das", "l'") else 2
    if tailed or found.low[end - 1].strip(".") in LEGAL:
        return 2
    return 2 if behind and not personal else 0


def _after_person(line: Piece, known: frozenset[str]) -> Iterator[Heard]:
    """Lines like "Jane Doe, X" and "Jane, X"."""
    first, _, rest = line.text.partition(", ")
    named = person_shaped(first) or (first.isalpha() and first.istitle())
    if not rest or not named or len(line.words) > 8 or person_shaped(rest) or GREETING.search(line.text):
        return
    found = piece(rest)
    span = name_at(found, 0, known) if found.words else None
    if span and span[1] == len(found.words):
        begin, end, _ = trimmed(found, *span, known)
        yield Heard(found.cut(begin, end), "closing", 3 if end - begin > 1 else 2)


def _alone(lines: Sequence[Piece], at: int, known: frozenset[str]) -> Iterator[Heard]:
    """One of the last two lines, when it is nothing but a name: plain below a closing formula or a department."""
    line = lines[at]
    if at < len(lines) - 2 or at == 0 or line.words[-1] in "!?" or ", " in line.text or GREETING.search(line.text):
        return
    span = name_at(line, 0, known)
    if span is None or span[0] != 0 or span[1] < len(line.words) - 1:
        return
    begin, end, _ = trimmed(line, *span, known)
    raw = line.cut(begin, end)
    if (end - begin < 2 or person_shaped(raw)) and not any(agrees(key(raw), hint) for hint in known):
        return
    organised = end - begin > 1 and line.low[end - 1] in ORG_WORDS - TAILS - GENERIC
    yield Heard(raw, "closing", 3 if organised or _closes(lines[at - 1]) else 2)


def _closes(before: Piece) -> bool:
    if before.text.rstrip().endswith((",", "!")) or GREETING.search(before.text):
        return True
    return len(before.words) <= 6 and not TAILS.isdisjoint(before.low)


def formed(body: Sequence[Piece]) -> Iterator[Heard]:
    """A name with its legal form stands in the text: if there is only one, it is a company's and likely the one."""
    found: dict[str, str] = {}
    for sentence in body:
        for at, word in enumerate(sentence.words):
            if at and word in _PLAIN_FORMS and (raw := _back(sentence, at)):
                found.setdefault(key(raw), raw)
    yield from (Heard(raw, "formed", 3 if len(found) == 1 else 1) for raw in found.values())


def _back(sentence: Piece, at: int) -> str | None:
    """The run of capitals that ends with a legal form."""
    begin = at
    while (
        begin > 0 and at - begin < 6 and (capital(sentence.words[begin - 1]) or sentence.low[begin - 1] in NAME_JOINS)
    ):
        begin -= 1
    while begin < at and (sentence.low[begin] in LEADS_TO_FORM | STOPS or not capital(sentence.words[begin])):
        begin += 1
    return sentence.cut(begin, at + 1) if begin < at else None
