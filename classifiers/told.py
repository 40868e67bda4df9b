"""What a mail tells its reader beside the decision: du or Sie, specific feedback, that they have withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from classifiers.features import View
from classifiers.frames import lines_of

_LANGUAGES: Final = ("de", "fr", "es", "it", "nl", "pt")
_CHARS: Final = 6_000
_CLEARLY: Final = 4
_LONGEST: Final = 600
_ADVICE: Final = 5
_CONFIRMS: Final = re.compile(r"\b(?:confirm|conferm|bestätig|bevestig)")
_SHOWN: Final = 300


def informal_of(seen: View, language: str | None) -> bool | None:
    """Whether it says du, tu, je rather than Sie, vous, u; None where it does neither or both, and in English."""
    if language not in _LANGUAGES:
        return None
    text = "\n".join(seen.sentences)[:_CHARS]
    near, far = (len(_joined("address", f"{name} {language}").findall(text)) for name in ("informal", "formal"))
    if near == far or min(near, far) * _CLEARLY > max(near, far):
        return None
    return near > far


def advice_of(seen: View, language: str | None) -> tuple[str, ...]:
    """The sentences of specific feedback to the candidate, at most 5, each of at most 300 characters."""
    if language not in ("en", *_LANGUAGES):
        return ()
    found = (sentence for sentence, low in _holding(seen, f"cues {language}") if _advises(low, language))
    return tuple(dict.fromkeys(map(_cut, found)))[:_ADVICE]


def withdrawn(seen: View, language: str | None, *, confirmed: bool = False) -> bool:
    """Whether it tells that the candidate has withdrawn; `confirmed`: in a sentence that says "I confirm"."""
    if language not in ("en", *_LANGUAGES):
        return False
    said = (low for _, low in _holding(seen, "cues withdrawn"))
    said = (low for low in said if _joined("advice", f"withdrawn {language}").search(low))
    said = (low for low in said if not confirmed or _CONFIRMS.search(low))
    return any(_joined("advice", "withdrawn empty").search(low) is None for low in said)


def _advises(low: str, language: str) -> bool:
    told = _joined("advice", f"advice {language}").search(low) is not None
    return told and _joined("advice", f"empty {language}").search(low) is None


def _holding(seen: View, section: str) -> Iterator[tuple[str, str]]:
    """The sentences with one of a section's cues, as written and in lower case."""
    lows = _lows(seen)
    whole = "\n".join(lows)
    held = [cue for cue in _cues(section) if cue in whole]
    for sentence, low in zip(seen.sentences, lows, strict=True) if held else ():
        if any(map(low.__contains__, held)):
            yield sentence, low


def _lows(seen: View) -> list[str]:
    if "told" not in seen.memo:
        seen.memo["told"] = [sentence[:_LONGEST].lower() for sentence in seen.sentences]
    found: list[str] = seen.memo["told"]
    return found


def _cut(sentence: str) -> str:
    """A sentence, or as many of its whole words as there is room for."""
    if len(sentence) <= _SHOWN:
        return sentence
    return f"{sentence[: _SHOWN - 3].rpartition(' ')[0] or sentence[: _SHOWN - 3]}..."


@cache
def _joined(table: str, section: str) -> re.Pattern[str]:
    return re.compile("|".join(lines_of(table, section)))


@cache
def _cues(section: str) -> tuple[str, ...]:
    return tuple(word for line in lines_of("advice", section) for word in line.split())
