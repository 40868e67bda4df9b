"""Guesses the language of a mail by its function words; unsure is None."""

from __future__ import annotations

import re
from typing import Final

from classifiers.wordset import word_set

_FUNCTION_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": word_set(
        "the and to of you your for we are is have with that this not our be on will from at as it if us been"
    ),
    "de": word_set(
        "der die das und wir sie ihre ihr ihnen für nicht mit ist uns haben ihrer ein eine einen zu auf von"
        " im dass sich  auch es bei ich  den dem des leider"
    ),
    "fr": word_set(
        "le la les et vous votre nous pour de des du une un est que pas dans avec sur au aux ce cette qui ne"
        " vos avons  je en notre"
    ),
    "es": word_set(
        "el la los las y que de para su con por una un en no te tu hemos nos se del al este usted le ha lo"
        " como más está"
    ),
    "it": word_set(
        "il la le e di che per un una con non è del della per lei ti tua tuo sua suo abbiamo ci al alla sono"
        " nel si gli  i dei grazie  più"
    ),
    "nl": word_set(
        "de het een en van je jouw u uw wij we voor niet met is dat op te zijn hebben ons onze aan bij er"
        " naar om ook  als deze"
    ),
    "pt": word_set(
        "o a os as e de que para sua seu com por uma um em não nos do da dos das ao você nossa se é mais pela"
        " pelo no na  obrigado  foi"
    ),
}
_LANGUAGES: Final = {
    word: tuple(code for code, known in _FUNCTION_WORDS.items() if word in known)
    for word in frozenset().union(*_FUNCTION_WORDS.values())
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_LEAST_WORDS: Final = 4
_LEAST_HITS: Final = 2
_MARGIN: Final = 1.25


def language_of(text: str) -> str | None:
    """The two-letter code of the language most of the function words belong to, or None when it is not plain."""
    found = _WORD.findall(text[:3000].lower())
    if len(found) < _LEAST_WORDS:
        return None
    counts = dict.fromkeys(_FUNCTION_WORDS, 0)
    for word in filter(_LANGUAGES.__contains__, found):
        for code in _LANGUAGES[word]:
            counts[code] += 1
    (best, code), (second, _), *_ = sorted(((count, code) for code, count in counts.items()), reverse=True)
    return code if best >= _LEAST_HITS and best >= _MARGIN * second and best * 12 >= len(found) else None
