"""What a letter must be, whatever is known: rules that a machine can hold it to. What is found is told in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from templates import taste
from templates.facts import Facts
from templates.folders import NOTES
from templates.layout import Letter

MOST_WORDS: Final = 150
LINKEDIN_MOST: Final = 200
"""So many characters an invitation's note may have on LinkedIn without paying."""
_MARKS: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|[<>\[\]{}\\]|\b(?:None|True|False|Undefined)\b|\bTODO\b|\bXX+\b")
_SPACED: Final = re.compile(r"  | [.,]|[\t\x0b]|\n\n\n| \n|\n |\.\.|,,|,\.|\.,|\?\.|\.\?|\( | \)")
_SPACED_SIGNS: Final = re.compile(r" [?!;:]")
_DOUBLED: Final = re.compile(r"\b([^\W\d_]+) \1\b", re.IGNORECASE)
_END: Final = re.compile(r"[.?!:\u2026][\"'\u201d\u00bb)]?\Z")
_SMALL_START: Final = re.compile(r"[.?!] [a-zà-öø-ÿ]")
_LOUD: Final = re.compile(r"[!\u2014]")
_FRENCH: Final = "fr"
_SMALL_AFTER_GREETING: Final = frozenset({"de", "it"})


def findings(language: str, name: str, letter: Letter, facts: Facts) -> list[str]:
    """What is wrong with a letter for these facts, each a sentence; nothing found is an empty list."""
    return [*_of_grammar(language, letter), *_of_form(language, name, letter, facts), *_of_known(name, letter, facts)]


def style(language: str, name: str, letter: Letter, facts: Facts) -> list[str]:
    """What we would not say like that: in our own letters a fault, in the person's own a matter of taste."""
    return [*_of_words(language, letter, facts), *_of_terms(language, name, letter, facts)]


def _of_grammar(language: str, letter: Letter) -> Iterator[str]:
    for part in _parts(letter):
        for pattern, what in _rules(language):
            if (found := _found(pattern, part)) and not _may_stand(language, found):
                yield f"{what}: {_around(part, found)}."


def _rules(language: str) -> Iterator[tuple[re.Pattern[str], str]]:
    yield _MARKS, "It holds what is no word"
    yield _SPACED, "There is a space too many or a sign out of place"
    if language != _FRENCH:
        yield _SPACED_SIGNS, "There is a space before a sign"
    yield _DOUBLED, "A word stands twice"
    yield _SMALL_START, "A sentence begins small"
    if language in taste.DANGLING:
        yield taste.DANGLING[language], "A sentence ends where a fact is missing"


def _may_stand(language: str, found: re.Match[str]) -> bool:
    return found.re is _DOUBLED and found[1].lower() in taste.DOUBLED.get(language, ())


@lru_cache(maxsize=8192)
def _found(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """`pattern.search(text)`, remembered: letters are made of few sentences."""
    return pattern.search(text)


def _parts(letter: Letter) -> list[str]:
    return [letter.subject or "", *letter.body.strip("\n").split("\n\n")]


def _of_form(language: str, name: str, letter: Letter, facts: Facts) -> Iterator[str]:
    if name in NOTES:
        return
    parts = letter.body.strip().split("\n\n")
    if "\n" in parts[0] or not parts[0].endswith((",", ":")):
        yield f"It begins with no greeting, but with {parts[0][:60]!r}."
    if not parts[-1].endswith(f"\n{facts.signature}"):
        yield "It does not end with the signature on lines of its own."
    words = len(letter.body.split()) - len(facts.signature.split())
    if words >= MOST_WORDS:
        yield f"It has {words} words; {MOST_WORDS - 1} are the most."
    yield from _of_paragraphs(language, parts[1:-1])


def _of_paragraphs(language: str, parts: list[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        if not _END.search(part):
            yield f"A paragraph does not end like one: {part[-40:]!r}."
        if part[0].islower() and not (number == 0 and language in _SMALL_AFTER_GREETING):
            yield f"A paragraph begins small: {part[:40]!r}."


def _of_known(name: str, letter: Letter, facts: Facts) -> Iterator[str]:
    if name != "linkedin_note":
        return
    for line in letter.body.splitlines():
        if len(line) > LINKEDIN_MOST:
            yield f"A LinkedIn note has {len(line)} characters; {LINKEDIN_MOST} are the most: {line[:60]!r}."
    for one in facts.people:
        if one.full and one.full not in letter.body:
            yield f"It has no note for {one.full}."


def _of_words(language: str, letter: Letter, facts: Facts) -> Iterator[str]:
    for part in _own_words(letter, facts):
        for pattern, what in _tastes(language):
            if found := _found(pattern, part):
                yield f"It holds {what}: {_around(part, found)}."


def _tastes(language: str) -> Iterator[tuple[re.Pattern[str], str]]:
    yield _LOUD, "a sign that a calm letter does without"
    if language in taste.BANNED:
        yield taste.BANNED[language], "a word that begs, flatters or sounds like a machine"
    if language in taste.GENDERED:
        yield taste.GENDERED[language], "a word that tells or guesses a gender"


def _of_terms(language: str, name: str, letter: Letter, facts: Facts) -> Iterator[str]:
    if name in NOTES:
        return
    patterns = taste.FAMILIAR if facts.formal else {} if facts.recipients else taste.FORMAL
    said = "A formal letter speaks as to a friend" if facts.formal else "A familiar letter speaks formally"
    for part in _own_words(letter, facts) if language in patterns else ():
        if found := _found(patterns[language], part):
            yield f"{said}: {_around(part, found)}."


def _own_words(letter: Letter, facts: Facts) -> list[str]:
    """The parts of a letter without what the facts brought into it."""
    text = "\n\n".join(_parts(letter))
    said = (facts.company, facts.role, facts.personal, facts.signature, facts.recipient_full, facts.recipient_first)
    for fact in (*said, *facts.notes, *facts.feedback):
        text = text.replace(fact, "\u2026") if fact else text
    return text.split("\n\n")


def _around(text: str, found: re.Match[str]) -> str:
    return repr(" ".join(text[max(0, found.start() - 25) : found.end() + 25].split(" ")))
