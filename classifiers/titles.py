"""Titles of roles: where one begins and ends in a sentence."""

from __future__ import annotations

import re
from typing import Final

from classifiers.frames import Table
from classifiers.pieces import Piece, capital
from classifiers.title_text import is_outside
from classifiers.wordlists import (
    ACADEMIC,
    BEFORE_A_FIELD,
    CONTRACT,
    DEPARTMENTS,
    PLACES,
    REFERENCES,
    ROLE_PARTS,
    SKIPPED,
    STOPS,
    VERB_ENDINGS,
    is_role_word,
)
from classifiers.wordset import word_set

_LONGEST: Final = 9
_NUMBERED: Final = re.compile(
    r"(?:req|jr|job|ref|id|vac|pos|r|nr|no|az)?[-_./]?(?:[a-z]{0,4}[-_./]?)\d{3,}[\d./_-]*[a-z]?|[a-z]{1,4}-?\d{3,}|\d{2,}[/-]\d+",
    re.IGNORECASE,
)
_MARKS: Final = frozenset("(-,/&+")
_PUNCTUATION: Final = frozenset('.;:!?|"…•·=<>[]{}*')
_BEFORE_TITLES: Final = word_set(
    "the our a an this your for to as with at from by on that is was in about regarding re",
)


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
    if low in table.filler or low in SKIPPED:
        # "Initial Teacher", "Post Doc": with a capital it may be the title's own first word.
        return not capital(word) or low in SKIPPED or low in ("the", "a", "an", "our")
    if word in "#[" or (at < len(found.words) - 1 and _NUMBERED.fullmatch(word)):
        return True  # "R-7720 Process Operator"
    if low in REFERENCES and _is_reference(found, at):
        return True
    return word in ":-" or (low in table.joins and low not in ("in", "for") and not capital(word))


def _title_end(found: Piece, begin: int, table: Table, *, quoted: bool) -> int:
    end, cased = begin, capital(found.words[begin]) if begin < len(found.words) else False
    while end < min(len(found.words), begin + _LONGEST + 3 * quoted):
        step = _quoted_step(found, end) if quoted else _step(found, begin, end, table, cased=cased)
        if step == 0:
            break
        end += step
    while (
        end > begin
        and (found.low[end - 1] in table.joins or found.words[end - 1] in "-,&/(+'")
        and found.words[end - 1] != ")"
    ):
        end -= 1
    return end


def _quoted_step(found: Piece, at: int) -> int:
    return int(found.words[at] not in '"\n')


def _step(found: Piece, begin: int, at: int, table: Table, *, cased: bool) -> int:
    """How many words of a title stand here: 0 at its end."""
    word, low = found.words[at], found.low[at]
    if word in _PUNCTUATION or _NUMBERED.fullmatch(word) or (low in REFERENCES and _is_reference(found, at)):
        return 0
    if word in _MARKS:
        return _marked(found, begin, at, table)
    if low in table.joins and at > begin:
        return int(_academic(found, begin, at)) if low == "in" else _join(found, at, table, cased=cased)
    return int(not _stops(found, begin, at, table) and _goes_on(found, begin, at, table, cased=cased))


def _marked(found: Piece, begin: int, at: int, table: Table) -> int:
    """The same for brackets, commas, dashes and slashes."""
    word = found.words[at]
    if word == "(":
        return _bracket(found, at)
    if at == begin:
        return 0
    if word in "-,":
        return _tail(found, at, table)
    return int(at + 1 < len(found.words) and (word != "/" or found.touches(at)))


def _stops(found: Piece, begin: int, at: int, table: Table) -> bool:
    """Whether a word belongs to the sentence around a title, not to the title."""
    word, low = found.words[at], found.low[at]
    following = found.words[at + 1] if at + 1 < len(found.words) else "."
    if capital(word) and (
        low in ROLE_PARTS or (capital(following) and is_role_word(following.lower()) and low not in STOPS)
    ):
        return False  # "Process Operator", "Senior Campaign Manager"
    return low == "in" or low in table.ends or (at > begin and (low in STOPS or low in CONTRACT))


def _goes_on(found: Piece, begin: int, at: int, table: Table, *, cased: bool) -> bool:
    word = found.words[at]
    if not cased or capital(word) or word.isdigit() or is_role_word(found.low[at]):
        return True
    return table.flowing and _flows(found, begin, at, table)


def _flows(found: Piece, begin: int, at: int, table: Table) -> bool:
    """Whether a lower-case word still belongs to a title ("Técnico de soporte", "Ingegnere meccanico")."""
    low = found.low[at]
    if low.endswith(VERB_ENDINGS) or not low[0].isalpha():
        return False
    if found.low[at - 1] in table.joins:
        return True
    if at - 2 >= begin and found.low[at - 2] not in table.joins and not capital(found.words[at - 1]):
        return False
    # An adjective: the sentence must not go on behind it as if it were the verb.
    after = found.words[at + 1] if at + 1 < len(found.words) else "."
    return (
        not after[0].isalpha()
        or after.lower() in table.ends
        or after.lower() in table.joins
        or (found.low[at - 2 : at - 1] != () and found.low[at - 2] in table.joins)
    )


def _is_reference(found: Piece, at: int) -> bool:
    rest = [word for word in found.words[at + 1 : at + 4] if word not in ".:#-"]
    return bool(rest) and any(char.isdigit() for char in rest[0])


def _academic(found: Piece, begin: int, at: int) -> bool:
    after = found.words[at + 1] if at + 1 < len(found.words) else ""
    if after in ("Test", "Residence", "Training", "Charge", "Chief"):
        return True
    return (
        after[:1].isupper()
        and after.lower() not in PLACES
        and any(low in ACADEMIC for low in found.low[begin:at])
        and found.low[at - 1] in BEFORE_A_FIELD
    )


def _join(found: Piece, at: int, table: Table, *, cased: bool) -> int:
    """Whether a small word goes on with a title ("Head of", "Técnico de", "Health and Safety")."""
    after = found.words[at + 1] if at + 1 < len(found.words) else ""
    low, small = found.low[at], after.lower()
    if not after or after in _PUNCTUATION or small.partition("'")[0] in STOPS:
        return 0
    if low in _ARTICLES and found.low[at - 1] in _BEFORE_ARTICLE:
        return 1
    if low in ("for", "the", "voor", "to"):
        return 0
    if low in ("à", "aux"):
        return int(not capital(after))
    return int(_chains(low, after, table, cased=cased))


def _chains(low: str, after: str, table: Table, *, cased: bool) -> bool:
    ended = after.lower() in table.ends
    if low == "of":
        return capital(after) or not cased
    if low == "en" and table.flowing and not capital(after):
        return not ended
    if low in _NAMES_FOLLOW:
        return capital(after) and not ended
    return not (low in ("da", "do", "das") and capital(after) and cased)


_ARTICLES: Final = frozenset(("la", "le", "los", "las", "el", "l'", "the", "het"))
_BEFORE_ARTICLE: Final = frozenset(("de", "di", "da", "van", "of", "à"))
_NAMES_FOLLOW: Final = _ARTICLES | {"and", "und", "et", "e", "y", "en", "für", "im", "der", "des"}


def _bracket(found: Piece, at: int) -> int:
    """A short bracket that tells a speciality belongs to the title; a place, a contract or a number ends it."""
    close = next((end for end in range(at + 1, min(at + 6, len(found.words))) if found.words[end] == ")"), None)
    if close is None or close == at + 1:
        return 0
    inside = found.low[at + 1 : close]
    return 0 if is_outside(" ".join(inside)) or not capital(found.words[at + 1]) else close + 1 - at


def _tail(found: Piece, at: int, table: Table) -> int:
    """What stands behind a comma or dash belongs to the title only when it names a field of work."""
    end = at + 1
    while end < min(len(found.words), at + 4) and capital(found.words[end]) and found.low[end] not in STOPS:
        end += 1
    inside = [low for low in found.low[at + 1 : end] if low not in "&/"]
    closed = (
        end == len(found.words)
        or found.words[end] in _PUNCTUATION
        or found.words[end] in ",(-"
        or found.low[end] in table.ends
    )
    fields = bool(inside) and all(low in DEPARTMENTS or is_role_word(low) or low in ROLE_PARTS for low in inside)
    return end - at if fields and closed else 0


def title_before(found: Piece, noun: int, table: Table) -> tuple[int, int] | None:
    """The title that stands before "position" or "role", or None."""
    if found.words[noun - 1] == '"':
        return _quoted_before(found, noun - 1)
    begin, end = _begins_before(found, noun, table), noun
    first = next((at for at in range(begin, noun) if capital(found.words[at])), None)
    if first is not None and not any(is_role_word(low) for low in found.low[begin:first]):
        begin = first
    while begin < noun and found.low[begin] in table.filler:
        begin += 1
    while end > begin and found.words[end - 1] in "-,/&+(":
        end -= 1
    return (begin, end) if end > begin else None


def _begins_before(found: Piece, noun: int, table: Table) -> int:
    """Where the words begin that may be a title's before a noun, without what only joins or fills."""
    begin = noun
    while begin > 0 and noun - begin < _LONGEST and _stands_before(found, begin - 1, table):
        begin -= 1
    while begin < noun and (
        found.words[begin] in "-,/&+)."
        or (found.low[begin] in table.filler and not capital(found.words[begin]))
        or found.low[begin] in table.joins
    ):
        begin += 1
    return begin


def _quoted_before(found: Piece, close: int) -> tuple[int, int] | None:
    """What stands in the quotation marks that close at a word."""
    least = max(0, close - _LONGEST - 1)
    begin = next((at + 1 for at in range(close - 1, least - 1, -1) if found.words[at] == '"'), close)
    return (begin, close) if begin < close else None


def _stands_before(found: Piece, at: int, table: Table) -> bool:
    word, low = found.words[at], found.low[at]
    if word in _PUNCTUATION or low in STOPS:
        return False
    if low in _BEFORE_TITLES:
        return low == "in" and at > 0 and found.low[at - 1] in BEFORE_A_FIELD
    if low in ("of", "and", "&", "-", ",", "/", "(", ")", "+"):
        return True
    return low not in table.ends or capital(word)
