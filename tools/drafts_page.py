"""Writes docs/drafts.md: every letter in every language for three invented people. Called by tools.make_docs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from templates.facts import Facts, Met, Moment
from templates.render import LETTERS, NOTES, Letter, Renderer
from tools.page import kept

PAGE = Path("docs/drafts.md")
WIDTH = 76
HEAD = """\
# What the drafts say

<!-- made by `make docs` from templates/; do not edit -->

Every letter in every language, for three invented searches of Sam Rivera:

- **Dana Whitfield**, a recruiter known by her first and whole name, after interviews. The thread is formal where the
  language has two ways to say you; the employer asked Sam to apply again, and Sam noted what they talked about.
- **A team's address**, whose name nobody knows, after an application. There was no interview, so neither a follow-up
  nor a LinkedIn note would come.
- **Dana Whitfield and Wei Chen**, two interviewers in a familiar thread, after a rejection by phone.

Letters to others answer a mail, and so have its subject. In English there are two wordings, which stay the same for
one application: the first and the third search show one each.
"""


@dataclass(frozen=True, slots=True)
class Search:
    """What differs by language: language's own name, employer, role, topic of the talk."""

    called: str
    company: str
    role: str
    topic: str


SEARCHES = {
    "en": Search("English", "Heron Optics", "Quality Analyst", "how lenses are calibrated"),
    "de": Search("Deutsch", "Reiher Optik", "Data Analyst", "die Kalibrierung von Linsen"),
    "fr": Search("Français", "Héron Optique", "analyste qualité", "la calibration des lentilles"),
    "es": Search("Español", "Garza Óptica", "analista de calidad", "la calibración de lentes"),
    "it": Search("Italiano", "Airone Ottica", "analista qualità", "la calibrazione delle lenti"),
    "nl": Search("Nederlands", "Reiger Optiek", "data-analist", "het ijken van lenzen"),
    "pt": Search("Português", "Garça Óptica", "analista de qualidade", "a calibração de lentes"),
}
DANA = Met("Dana", "Dana Whitfield", "recruiter")
WEI = Met(None, "Wei Chen", "interviewer")
TIMELINE = (
    Moment(date(2026, 2, 2), "applied"),
    Moment(date(2026, 2, 20), "interview"),
    Moment(date(2026, 3, 9), "rejected"),
)


def page() -> str:
    """The page as it should be."""
    renderer = Renderer()
    parts = [HEAD, *(part for language in SEARCHES for part in _language(renderer, language))]
    return "\n".join(parts)


def _language(renderer: Renderer, language: str) -> Iterator[str]:
    yield f"## {SEARCHES[language].called}\n"
    for name in LETTERS:
        yield f"### {name} ({language})\n"
        for who, facts in people(SEARCHES[language]).items():
            if facts.interview or name not in {"follow_up", "linkedin_note"}:
                letter = _shown(renderer.letter(language, name, facts))
                yield f"{'About' if name in NOTES else 'To'} {who}:\n\n```text\n{letter}```\n"


def people(search: Search) -> dict[str, Facts]:
    """The facts of the three searches, in one language."""
    known = Facts(
        company=search.company, role=search.role, applied_on=date(2026, 2, 2), signature="Sam Rivera", me_first="Sam"
    )
    met = replace(known, interview=True, interview_on=date(2026, 3, 4), timeline=TIMELINE)
    return {
        "Dana Whitfield": replace(
            met, recipients=(DANA,), people=(DANA,), personal=search.topic, notes=(search.topic,), invites_future=True,
            reason="other_candidate",
        ),
        "the team's address": replace(known, timeline=(TIMELINE[0], TIMELINE[-1]), reason="position_filled"),
        "Dana Whitfield and Wei Chen": replace(
            met, recipients=(DANA, WEI), people=(DANA, WEI), formal=False, by_phone=True, variant=1
        ),
    }  # fmt: skip


def _shown(letter: Letter) -> str:
    subject = f"Subject: {letter.subject}\n\n" if letter.subject else ""
    lines = (textwrap.fill(line, WIDTH, break_on_hyphens=False) for line in letter.body.split("\n"))
    return subject + "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    return kept(PAGE, page(), arguments, "what templates/ say")
