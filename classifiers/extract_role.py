"""The role a mail is about, where it says so plainly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from classifiers.frames import Hit, Table
from classifiers.pieces import Piece, capital, piece
from classifiers.title_text import JOB, title
from classifiers.titles import title_at, title_before
from classifiers.wordlists import (
    ABOUT_ONE_JOB,
    JOB_WORDS,
    is_role_word,
)

_ENOUGH: Final = 2
_HEAD, _LINE = 5, 8
_AS: Final = frozenset(("as", "als", "comme", "como", "come", "da"))
_SPLIT: Final = re.compile(r"\s+[-|:·/]\s+|\s*[|@]\s*|:\s+|\s+(?:at|with|bei|chez|bij|presso)\s+(?=[A-ZÀ-Þ0-9])")
_NUMBER: Final = re.compile(r"^[\[(]?[A-Z]{0,6}-?\d[\d-]*[\])]?\s+(?=[A-ZÀ-Þ])")
_PREFIX: Final = re.compile(r"^(?:(?:re|aw|fwd?|wg|antw|sv|tr|rv|res|i)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """A title some place tells: as written, how plainly (1 to 3), and where its span ends in which piece."""

    raw: str
    strength: int
    where: Piece
    end: int
    flowing: bool = False


def told(subject: Piece | None, found: Sequence[tuple[Piece, Hit]], body: Sequence[Piece], table: Table) -> list[Told]:
    """Every title that a frame or a noun of subject and body tells."""
    heard = [*_framed(found, table), *lines(body, table)]
    for sentence in (*((subject,) if subject else ()), *body):
        heard += _before_nouns(sentence, table)
    return heard + list(_subject_parts(subject, table))


def role_of(heard: Sequence[Told], company: str | None) -> str | None:
    """The title, or None when none is plain or several contradict each other."""
    points: dict[str, int] = {}
    shown: dict[str, str] = {}
    for one in heard:
        name = title(one.raw, company, one.strength, flowing=one.flowing)
        if name and not (company and _key(name) in _key(company)):
            low = _key(name)
            points[low] = points.get(low, 0) + one.strength
            shown.setdefault(low, name)
    return _one(points, shown)


def _key(name: str) -> str:
    return re.sub(r"[^\w+#]+", " ", name.lower()).strip()


def _one(points: dict[str, int], shown: dict[str, str]) -> str | None:
    """The best attested title; one that is part of another speaks for it too, others contradict it."""
    if not points:
        return None
    total = {
        low: sum(points[other] for other in points if low == other or f" {other} " in f" {low} ") for low in points
    }
    best = max(total, key=lambda low: (total[low], points[low], -len(low)))
    rivals = [
        low
        for low in points
        if f" {low} " not in f" {best} " and f" {best} " not in f" {low} " and points[low] >= points[best]
    ]
    if rivals or total[best] < _ENOUGH:
        return None
    return shown[best]


def _framed(found: Sequence[tuple[Piece, Hit]], table: Table) -> Iterator[Told]:
    for sentence, hit in found:
        span = title_at(sentence, hit.at, table) if hit.kind == "role" else None
        if span:
            strength = max(hit.strength, _as_a_job(sentence, hit))
            yield Told(sentence.cut(*span), strength, sentence, span[1], table.flowing)


def _as_a_job(sentence: Piece, hit: Hit) -> int:
    """How plain a mere "as" is: plainer in a sentence that speaks of a job."""
    small = hit.strength == 1 and sentence.low[hit.begin] in _AS
    return 2 if small and not JOB_WORDS.isdisjoint(sentence.low) else 0


def lines(body: Sequence[Piece], table: Table) -> Iterator[Told]:
    """Titles that stand at the head of a mail on a line of their own, or in quotation marks."""
    for at, line in enumerate(body):
        if at < _HEAD and at < len(body) - 3 and 0 < len(line.words) <= _LINE and line.words[-1] not in ".!?,":
            yield from _whole_line(line, table)
        yield from _hyphened(line, table)
        for mark, word in enumerate(line.words) if '"' in line.text else ():
            if word == '"' and mark + 1 < len(line.words) and capital(line.words[mark + 1]):
                span = title_at(line, mark + 1, table)
                if span and any(map(is_role_word, line.low[span[0] : span[1]])) and span[1] - span[0] <= _LINE:
                    yield Told(line.cut(*span), 2, line, span[1], table.flowing)


def _hyphened(line: Piece, table: Table) -> Iterator[Told]:
    """Compounds that say of what: "die Bootsbauer-Stelle", "de vormgever-plek"."""
    for at, low in enumerate(line.low) if "-" in line.text else ():
        if "-" in low and (found := JOB.search(low)) and is_role_word(low[: found.start()]):
            yield Told(line.words[at], 2, line, at + 1, table.flowing)


def _whole_line(line: Piece, table: Table) -> Iterator[Told]:
    begin = int(line.low[0] in ("re", "betreff", "objet", "asunto", "oggetto", "betreft", "assunto"))
    begin += int(begin < len(line.words) and line.words[begin] == ":")
    span = title_at(line, begin, table) if begin < len(line.words) and capital(line.words[begin]) else None
    if span and span[0] == begin and _ends(line, span[1], table):
        yield Told(line.cut(*span), 2, line, span[1], table.flowing)


def _before_nouns(sentence: Piece, table: Table) -> Iterator[Told]:
    if not table.nouns or (table.nouns.isdisjoint(sentence.low) and ABOUT_ONE_JOB.isdisjoint(sentence.low)):
        return
    for at, low in enumerate(sentence.low):
        strength = 3 if low in table.nouns else 2 if low in ABOUT_ONE_JOB else 0
        if strength and at > 0 and (span := title_before(sentence, at, table)):
            yield Told(sentence.cut(*span), strength, sentence, at + 1, table.flowing)


def _subject_parts(subject: Piece | None, table: Table) -> Iterator[Told]:
    """Parts of a subject that are titles from end to end: "Data Engineer - Acme", "Application received: Nurse"."""
    if subject is None:
        return
    whole = _PREFIX.sub("", subject.text)
    parts = _SPLIT.split(whole)
    for part in dict.fromkeys((*(() if " / " in whole else (whole,)), *parts)):
        found = piece(_NUMBER.sub("", part))
        if not found.words or not any(is_role_word(low) for low in found.low):
            continue
        if not capital(found.words[0]) and len(found.words) > 5:
            continue
        span = title_at(found, 0, table)
        if span and _ends(found, span[1], table):
            yield Told(found.cut(*span), 2, found, span[1], table.flowing)


def _ends(found: Piece, at: int, table: Table) -> bool:
    """Whether a title that ends before a word is a title there: the part ends, or what follows belongs to no title."""
    return at >= len(found.words) or found.words[at] in "(-|:,@/#[?!." or found.low[at] in table.ends
