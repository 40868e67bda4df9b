"""The company a mail is about: what frames, subject, sender and closing say, weighed. Unsure is None."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from classifiers.company_agency import is_agency, on_behalf
from classifiers.company_closing import closed
from classifiers.company_domain import hints
from classifiers.company_marks import formed
from classifiers.company_sender import displayed
from classifiers.company_sentences import acting, lower_case
from classifiers.company_voices import Heard, best_name
from classifiers.frames import Hit
from classifiers.mail import Mail
from classifiers.names import company_name, key, name_at, trimmed
from classifiers.people import person_shaped
from classifiers.pieces import Piece, capital, piece
from classifiers.wordlists import (
    ABOUT_APPLYING,
    APPLYING,
    ARTICLES,
    AT,
    DEPARTMENTS,
    IN,
    LEGAL,
    MEETING,
    NOT_TEAMS,
    ORG_WORDS,
    TAILS,
    WITH,
    is_org_word,
    is_role_word,
)

_SPLIT: Final = re.compile(r"\s+[-|:·/]\s+|\s*[|@]\s*|\s*[(),\[\]]\s*|:\s+")
_PREFIX: Final = re.compile(r"^(?:(?:re|aw|fwd?|wg|antw|sv|tr|rv|res)\s*:\s*)+", re.IGNORECASE)
_YOUR: Final = frozenset(("your", "ihre", "deine", "votre", "tu", "la", "uw", "je", "sua", "a"))
_TEAMS: Final = TAILS - NOT_TEAMS
_AMONG: Final = frozenset(("den", "the", "les", "los", "gli"))
_KINDS: Final = (ORG_WORDS | LEGAL) - TAILS - DEPARTMENTS


def company_of(
    mail: Mail, subject: Piece | None, body: Sequence[Piece], found: Sequence[tuple[Piece, Hit]]
) -> str | None:
    """The company's name as written, or None. `found` are the frames of subject and body."""
    own, relayed = hints(mail)
    mine = {key(one.name) for one in mail.headers.to if one.name}
    heard = []
    for raw, place, strength in _heard(mail, subject, body, found, own | relayed):
        name = company_name(raw)
        if name and key(name) not in mine:
            heard.append(Heard(name, place, strength))
    best = best_name(heard, own, relayed, body)
    return None if best and _only_the_agency(best, heard, body) else best


def _only_the_agency(name: str, heard: Sequence[Heard], body: Sequence[Piece]) -> bool:
    """Whether a name is the writer's own, who seeks people for a client that stays unnamed."""
    low = key(name)
    places = {one.place for one in heard if one.strength > 1 and key(one.name) == low}
    return (
        "text" not in places
        and "subject" not in places
        and (is_agency(name) or (on_behalf(body) and not name.endswith("LLP")))
    )


def _heard(
    mail: Mail, subject: Piece | None, body: Sequence[Piece], found: Sequence[tuple[Piece, Hit]], known: frozenset[str]
) -> Iterator[Heard]:
    yield from displayed(mail, known)
    yield from _framed(subject, found, known)
    yield from closed(mail, body, known)
    if subject:
        yield from _subject_parts(subject, known)
        yield from _subject_start(subject, known)
    yield from _known_in_text((*body, subject) if subject else body, known)
    yield from acting(body)
    yield from lower_case(subject, found, body)
    yield from formed(body)


def _framed(subject: Piece | None, found: Sequence[tuple[Piece, Hit]], known: frozenset[str]) -> Iterator[Heard]:
    for sentence, hit in found:
        span = name_at(sentence, hit.at, known) if hit.kind == "company" else None
        if span is None:
            continue
        begin, end, said = trimmed(sentence, *span, known)
        raw = sentence.cut(begin, end)
        if hit.after_title and end - begin == 1 and sentence.low[begin - 1] in _AMONG:
            continue  # "Erzieherin bei den Kleinsten"
        sure = key(raw) in known or (
            hit.after_title and not person_shaped(raw) and not APPLYING.isdisjoint(sentence.low)
        )
        strength = hit.strength if sure else min(hit.strength, _trusted(sentence, begin, raw, hit.strength))
        place = "subject" if sentence is subject else "text" if strength > 1 else "aside"
        yield Heard(raw, place, min(3, strength + int(said)))


def _trusted(sentence: Piece, begin: int, raw: str, strength: int) -> int:
    """How far a name behind a frame is believed: what stands behind "with" may be a person, behind "in" a place."""
    before = sentence.low[begin - 1] if begin else ""
    if begin > 1 and sentence.low[begin - 2] in _TEAMS and (before in AT or not person_shaped(raw)):
        return strength
    met = before in WITH and (before != "with" or not MEETING.isdisjoint(sentence.low))
    if person_shaped(raw) or (met and raw.isalpha()):
        return 1 if strength < 3 or met else 3
    if before in ARTICLES and begin > 1 and sentence.low[begin - 2] == "in":
        return 2  # "interest in the Summer Programme": what has a name of its own is not always a company
    interested = begin > 1 and sentence.low[begin - 2] == "interest"
    single = " " not in raw and not raw.isupper() and not interested
    return 2 if single and before in IN else 3


def _subject_parts(subject: Piece, known: frozenset[str]) -> Iterator[Heard]:
    """Parts of a subject that are nothing but a name: "X - Application update", "Data Engineer | X"."""
    parts = [part.strip() for part in _SPLIT.split(_PREFIX.sub("", subject.text))]
    titled = any(map(is_role_word, subject.low))
    for part in parts if len(parts) > 1 else ():
        found = piece(part)
        if not 0 < len(found.words) <= 6 or any(map(is_role_word, found.low)):
            continue
        span = name_at(found, 0, known)
        if span and span[1] == len(found.words):
            begin, end, said = trimmed(found, *span, known)
            raw = found.cut(begin, end)
            organised = end - begin > 1 and (is_org_word(found.low[end - 1]) or found.low[end - 1].strip(".") in LEGAL)
            plain = 3 if titled or part == parts[0] else 2
            yield Heard(raw, "subject", plain if organised else 2 if said or key(raw) in known else 1)


def _subject_start(subject: Piece, known: frozenset[str]) -> Iterator[Heard]:
    """A name the subject begins with: "X application decision", "X: Bewerbung eingegangen"."""
    span = name_at(subject, 0, known)
    if (
        span is None
        or span[0] != 0
        or span[1] >= len(subject.words) - 1
        or any(map(is_role_word, subject.low[: span[1]]))
    ):
        return
    at = span[1] + int(subject.words[span[1]] in ":-|")
    at += int(subject.low[at] in _YOUR)
    if subject.low[at : at + 1] and subject.low[at] in ABOUT_APPLYING:
        begin, end, said = trimmed(subject, *span, known)
        yield Heard(subject.cut(begin, end), "subject", 3 if said or end > 1 else 2)


def _known_in_text(pieces: Sequence[Piece], known: frozenset[str]) -> Iterator[Heard]:
    """Runs of capitals that read like the sender's domain: two places agree."""
    first = {hint[:3] for hint in known if len(hint) >= 3}
    for sentence in pieces if first else ():
        for at, low in enumerate(sentence.low):
            if low[:3] in first and capital(sentence.words[at]) and (raw := _reading(sentence, at, known)):
                yield Heard(raw, "aside", 1)


def _reading(sentence: Piece, at: int, known: frozenset[str]) -> str | None:
    """The longest run of up to six words from here whose key is known."""
    best = None
    for end in range(at + 1, min(at + 6, len(sentence.words)) + 1):
        if sentence.words[end - 1] in ".,;:!?":
            break
        if capital(sentence.words[end - 1]):
            raw = sentence.cut(at, end)
            fits = key(raw) in known or key(raw).replace("and", "") in known
            goes_on = best is not None and sentence.low[end - 1] in _KINDS and raw.startswith(best)
            best = raw if fits or goes_on else best
    return best
