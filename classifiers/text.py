"""Text for deciding: normalised, cut into sentences, with what identifies people masked."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import Final

from classifiers.history import new_text, without_footer
from classifiers.mail import Mail
from classifiers.wordset import word_set

_SENTENCES_MAX: Final = 120
_DECIDING_CHARS: Final = 12_000
_PLAINER: Final = (("`", "'"), ("\t", " "))
# Single quotes and accents used as such, double quotes and guillemets, dashes.
_CURLY: Final = (
    *((char, "'") for char in "\u2019\u2018\u201a\u00b4"),
    *((char, '"') for char in "\u201c\u201d\u201e\u00ab\u00bb"),
    *((char, "-") for char in "\u2013\u2014"),
    ("…", "..."),
)
_ABBREVIATIONS: Final = word_set(
    "mr mrs ms mx dr prof st inc ltd co corp llc plc e.g i.e eg ie etc approx dept no nr vs a.m p.m jan feb mar apr"
    " jun jul aug sep sept oct nov dec"
    " z.b bzw ca ggf hr fr u.a d.h inkl evtl tel str sr sra srta lic d m mme mlle sig dott ing dhr mevr bijv o.a geb"
    " gem ref pos ext min max"
)
# The mark that ends a sentence is a part of what is found: a pattern that begins with a letter is found far quicker.
_STOP: Final = re.compile(r"[.!?…][\"')\]]*\s+(?=\S)")
_BULLET: Final = re.compile(r"\s*(?:[-*•·\u2013▪►●○]|\d{1,2}[.)])\s+")
_WRAP_AT: Final = 45
_LONG: Final = 500
_SPACES: Final = re.compile(r" {2,}|[\u2000-\u200a\u202f\u3000][ \u2000-\u200a\u202f\u3000]*")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+|\[(?:url|link|http\S*)\]|<(?:url|link)>", re.IGNORECASE)
_EMAIL: Final = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b|\[e-?mail\]")
_NUMBER: Final = re.compile(r"\d[\d.,:/%-]*")
_PLACEHOLDER: Final = re.compile(r"\{\{?[^{}\n]{1,40}\}?\}|\[[^\[\]\n]{2,40}\]|<<[^<>\n]{1,40}>>")
# An elided article or pronoun (l', d', dell') is a word of its own; a short English ending ('s, n't, 'll) is not.
_WORD: Final = re.compile(r"[^\W\d_]+(?:'(?=[^\W\d_]{3})|'[^\W\d_]{1,2}(?![^\W\d_]))?|[?!]|\d+")
_SHORT: Final = 40


def folded(text: str) -> str:
    """Curly quotes and dashes made plain, runs of spaces made one; line breaks stay."""
    for char, plain in _PLAINER if text.isascii() else (*_PLAINER, *_CURLY):
        text = text.replace(char, plain)
    return _SPACES.sub(" ", text) if "  " in text or not text.isascii() else text


def deciding_text(mail: Mail) -> str:
    """What of a mail's text decides: without quoted history and footers, at most 12,000 characters."""
    fresh = without_footer(new_text(mail.text, mail.headers.subject))
    return folded(fresh)[:_DECIDING_CHARS].strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, at most 120; a bullet, a heading and a cut-off end count as sentences."""
    found = [part for block in _blocks(text) for part in _split(block)]
    found = [part for part in found if any(char.isalnum() for char in part)]
    if len(found) <= _SENTENCES_MAX:
        return found
    return found[: _SENTENCES_MAX - 20] + found[-20:]


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    previous = ""
    for line in (raw.strip() for raw in text.split("\n")):
        if blocks and _continues(previous, line):
            blocks[-1] += " " + line
        elif line:
            blocks.append(_without_bullet(line))
        previous = line
    return blocks


def _without_bullet(line: str) -> str:
    bullet = _BULLET.match(line)
    return line[bullet.end() :] if bullet else line


def _continues(previous: str, line: str) -> bool:
    """Whether a line goes on with the sentence of the one above: hard-wrapped text, no list, no greeting."""
    if not previous or not line or _BULLET.match(line) or previous[-1] in ".!?:":
        return False
    return len(previous) >= _WRAP_AT or (line[0].islower() and previous[-1] != ",")


def _split(block: str) -> list[str]:
    parts: list[str] = []
    begin = 0
    for stop in _STOP.finditer(block):
        end = stop.start() + 1
        if not (block[end - 1] == "." and _is_abbreviation(block[begin:end])):
            parts.append(block[begin:end].strip())
            begin = stop.end()
    parts.append(block[begin:].strip())
    return [piece for part in parts for piece in _shortened(part)]


def _is_abbreviation(part: str) -> bool:
    """Whether a part that ends with a full stop ends with an abbreviation."""
    word = part[:-1].rpartition(" ")[2].lstrip("(\"'").lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def _shortened(part: str) -> list[str]:
    if len(part) <= _LONG:
        return [part]
    return (
        [piece for piece in re.split(r"(?<=[;,:|])\s", part) if piece]
        if len(part) > 4 * _LONG
        else re.split(r"(?<=;)\s", part)
    )


def masked(text: str) -> str:
    """Lower case, with links, addresses and numbers replaced by placeholders that carry no identity."""
    text = folded(text)
    if any(mark in text for mark in ("://", "www.", "WWW.", "[", "<")):
        text = _URL.sub(" xurl ", text)
    if "@" in text or "[" in text:
        text = _EMAIL.sub(" xmail ", text)
    if any(mark in text for mark in "{[<"):
        text = _PLACEHOLDER.sub(" xname ", text)
    return _NUMBER.sub(" xnum ", text).lower()


def words(text: str) -> list[str]:
    """The words of masked text, with ? and ! as words of their own."""
    return _WORD.findall(text)


def masked_words(text: str) -> list[str]:
    """The words of text once it is masked, as `words(masked(text))` has them, interned."""
    # Only a placeholder reaches over a space; all else is masked piece by piece, and most pieces have been seen before.
    if "[" in text or "{" in text or "<" in text:
        return [*_cut(text)]
    pieces = text.split()
    short = len(text) <= _SHORT or max(map(len, pieces), default=0) <= _SHORT
    return [*chain.from_iterable(map(_short_words if short else _piece_words, pieces))]


def _piece_words(piece: str) -> tuple[str, ...]:
    return _short_words(piece) if len(piece) <= _SHORT else _cut(piece)


def _cut(text: str) -> tuple[str, ...]:
    plain = text.strip(".,;:")
    # Interned: a corpus of mails holds the same few thousand words over and over.
    if plain.isascii() and plain.isalpha() and "www" not in text.lower():
        return (intern(plain.lower()),)
    return tuple(map(intern, words(masked(text))))


_short_words = lru_cache(maxsize=30_000)(_cut)
