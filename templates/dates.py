"""Days as each language writes them in a sentence: without a year, since a letter speaks of the last months."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

_MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    language: tuple(names.split())
    for language, names in {
        "en": "January February March April May June July August September October November December",
        "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "nl": "januari februari maart april mei juni juli augustus september oktober november december",
        "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    }.items()
}
_WRITTEN: Final[Mapping[str, Callable[[int, str], str]]] = {
    "en": lambda number, month: f"{number} {month}",
    "de": lambda number, month: f"{number}. {month}",
    "fr": lambda number, month: f"le {'1er' if number == 1 else number} {month}",
    "es": lambda number, month: f"el {number} de {month}",
    "it": lambda number, month: f"l'{number} {month}" if number in {8, 11} else f"il {_ordinal(number)} {month}",
    "nl": lambda number, month: f"{number} {month}",
    "pt": lambda number, month: f"{_ordinal(number)} de {month}",
}


def day(value: date, language: str) -> str:
    """The day in words, e.g. "4 March", "4. März", "le 4 mars", "el 4 de marzo", "l'8 marzo", "1º de março".

    French, Spanish and Italian have their article with it, the others none. A language without names of months has ISO
    8601 (own templates may be in any).
    """
    if language not in _WRITTEN:
        return value.isoformat()
    return _WRITTEN[language](value.day, _MONTHS[language][value.month - 1])


def _ordinal(number: int) -> str:
    return "1º" if number == 1 else str(number)
