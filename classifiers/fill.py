"""Invented names, places, roles and dates for the corpus's slots, chosen by a seed that the caller derives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from random import Random
from typing import Final

SLOTS: Final = frozenset(
    [
        "me",
        "me_full",
        "company",
        "company_domain",
        "role",
        "recruiter",
        "recruiter_first",
        "person",
        "person_first",
        "city",
        "date",
        "time",
        "req",
    ]
)
LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_DATES: Final = {
    "en": ("{d} {m}", "{m} {d}", "{m} {d}, {y}", "{d} {m} {y}", "{d}/{n}/{y}", "{y}-{n:02}-{d:02}"),
    "de": ("{d}. {m}", "{d}. {m} {y}", "{d:02}.{n:02}.{y}", "{d}.{n}."),
    "fr": ("{d} {m}", "{d} {m} {y}", "{d:02}/{n:02}/{y}"),
    "es": ("{d} de {m}", "{d} de {m} de {y}", "{d:02}/{n:02}/{y}"),
    "it": ("{d} {m}", "{d} {m} {y}", "{d:02}/{n:02}/{y}"),
    "nl": ("{d} {m}", "{d} {m} {y}", "{d}-{n}-{y}"),
    "pt": ("{d} de {m}", "{d} de {m} de {y}", "{d:02}/{n:02}/{y}"),
}
_TIMES: Final = {
    "en": ("{h}:{q:02}", "{t}:{q:02} pm", "{t} pm", "{h}:00"),
    "de": ("{h}:{q:02} Uhr", "{h} Uhr"),
    "fr": ("{h}h{q:02}", "{h} h", "{h}:{q:02}"),
    "es": ("{h}:{q:02}", "{h}:{q:02} h"),
    "it": ("{h}:{q:02}", "{h}.{q:02}"),
    "nl": ("{h}.{q:02} uur", "{h}:{q:02} uur"),
    "pt": ("{h}h{q:02}", "{h}:{q:02}"),
}
_REQUISITIONS: Final = ("R-{n}", "REQ{n}", "#{n}", "JR{n}", "{n}", "2025-{n}", "VAC-{n}", "ID {n}")


def filled(language: str, seed: str) -> Mapping[str, str]:
    """A value for every slot, the same for the same language and seed."""
    pick = Random(seed)  # noqa: S311 - repeatable variety, not secrecy
    company = pick.choice(_lines("companies.txt"))
    me, recruiter, person = pick.choice(_lines("me.txt")), *pick.sample(_lines("people.txt"), 2)
    return {
        "company": company,
        "company_domain": f"{_slug(company)[:24]}.example",
        "role": pick.choice(_roles(language)),
        "city": pick.choice(_lines("cities.txt")),
        "req": pick.choice(_REQUISITIONS).format(n=pick.randint(1000, 99999)),
        **_when(language, pick),
        **_called("me", me, full="me_full"),
        **_called("recruiter", recruiter),
        **_called("person", person),
    }


def _called(slot: str, name: str, full: str = "") -> dict[str, str]:
    first = name.removeprefix("Dr. ").split()[0]
    return {slot: first, full: name} if full else {slot: name, f"{slot}_first": first}


def _when(language: str, pick: Random) -> dict[str, str]:
    day, month, hour = pick.randint(1, 28), pick.randint(1, 12), pick.randint(9, 17)
    year, quarter = pick.randint(2021, 2027), pick.choice((0, 15, 30, 45))
    date = pick.choice(_DATES[language]).format(d=day, n=month, y=year, m=_MONTHS[language].split()[month - 1])
    return {"date": date, "time": pick.choice(_TIMES[language]).format(h=hour, t=(hour - 1) % 12 + 1, q=quarter)}


def slug(value: str) -> str:
    """A value as it may stand in an address: lower-case ASCII letters and digits, dots for spaces."""
    return ".".join(_slug(part) for part in value.split() if _slug(part))


def _slug(value: str) -> str:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "", plain)


def _roles(language: str) -> tuple[str, ...]:
    return _lines(f"roles.{language}.txt")


@cache
def _lines(name: str) -> tuple[str, ...]:
    text = resources.files("classifiers").joinpath("fills", name).read_text("utf-8")
    return tuple(line for line in text.splitlines() if line)
