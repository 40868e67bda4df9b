"""The company behind a copyright mark and before its legal form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from classifiers.company_voices import Heard
from classifiers.mail import Mail
from classifiers.names import key, name_at
from classifiers.pieces import Piece, capital, piece
from classifiers.wordlists import LEADS_TO_FORM, NAME_JOINS, STOPS

_PLAIN_FORMS: Final = frozenset(
    ("GmbH", "AG", "KG", "Inc", "Ltd", "LLC", "LLP", "PLC",
     "B.V", "S.p.A", "S.r.l", "S.L", "S.A", "N.V", "BV", "NV", "SARL", "Lda", "KGaA")
)  # fmt: skip


def marked(mail: Mail, known: frozenset[str]) -> Iterator[Heard]:
    """The name behind ©. `known` are keys that the address suggests."""
    mark = mail.text.find("©")
    if mark < 0:
        return
    line = piece(mail.text[mark + 1 : mark + 90].split("\n")[0])
    begin = next((at for at, word in enumerate(line.words) if not word.isdigit() and word not in "-,"), len(line.words))
    if span := name_at(line, begin, known):
        yield Heard(line.cut(*span), "mark", 2)


def formed(body: Sequence[Piece]) -> Iterator[Heard]:
    """A name with its legal form stands in the text: if there is only one, it is a company's and likely the one."""
    found: dict[str, str] = {}
    for sentence in body:
        for at, word in enumerate(sentence.words) if not _PLAIN_FORMS.isdisjoint(sentence.words) else ():
            if at and word in _PLAIN_FORMS and (raw := _back(sentence, at)):
                found.setdefault(key(raw), raw)
    yield from (Heard(raw, "formed", 3 if len(found) == 1 else 1) for raw in found.values())


def _back(sentence: Piece, at: int) -> str | None:
    """The run of capitals that ends with a legal form."""
    begin = at
    while (
        begin > 0 and at - begin < 6 and (capital(sentence.words[begin - 1]) or sentence.low[begin - 1] in NAME_JOINS)
    ):
        begin -= 1
    while begin < at and (sentence.low[begin] in LEADS_TO_FORM | STOPS or not capital(sentence.words[begin])):
        begin += 1
    return sentence.cut(begin, at + 1) if begin < at else None
