"""A rejection by keywords: the phrases of keywords.txt, as a careful person would put them into a mail filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bench.classifier.sets import Row

HERE = Path(__file__).with_name("keywords.txt")
CURLY = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}


class Judge:
    """Judges by keywords; it has learnt nothing."""

    def __init__(self, _folder: Path) -> None:
        _patterns()

    def __call__(self, rows: Sequence[Row]) -> list[tuple[float, bool]]:
        return [(float(found), found) for found in (refuses(row.words) for row in rows)]


def refuses(text: str) -> bool:
    """Whether a mail's subject and body hold a refusal that no condition takes back."""
    plain = _plain(text)
    deciding = [one for one in _sentences(plain) if not _found("unless", one)]
    job = _found("job", plain)
    if job and any(_found("weak", one) for one in deciding):
        return True
    return any(_found("refusal", one) for one in deciding) and (job or not _found("elsewhere", plain))


def _plain(text: str) -> str:
    own = (line for line in text.split("\n") if not line.lstrip().startswith(">"))
    return "\n".join(own).translate(CURLY).casefold()


def _sentences(plain: str) -> list[str]:
    return re.split(r"[.!?:](?=\s)|\n\s*\n", plain)


def _found(section: str, text: str) -> bool:
    return _patterns()[section].search(" ".join(text.split())) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    sections: dict[str, list[str]] = {}
    for line in HERE.read_text("utf-8").splitlines():
        if line.startswith("["):
            phrases = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            phrases.append(_phrase(line))
    return {name: re.compile(rf"\b(?:{'|'.join(phrases)})\b") for name, phrases in sections.items()}


def _phrase(line: str) -> str:
    return r" (?:\S+ ){0,5}?".join(line.split(" ... "))
