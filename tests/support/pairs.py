"""The hardest pairs: a rejection and its near miss that differ in one sentence, read from hardest_pairs.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from classifiers.mail import mail_of

HERE = Path(__file__).with_name("hardest_pairs.txt")


@dataclass(frozen=True, slots=True)
class Pair:
    """`band` is the least band of the rejection, act or review; or open: the two are not told apart yet."""

    name: str
    band: str
    head: dict[str, str]
    body: str
    no: str
    yet: str

    @property
    def rejection(self):
        return self._mail(self.no)

    @property
    def near_miss(self):
        return self._mail(self.yet)

    def _mail(self, sentence):
        return mail_of(self.head.get("Subject"), self.head.get("From"), self.body.replace("\0", sentence))


def pairs() -> list[Pair]:
    """Every pair, in the order of the file."""
    blocks = re.split(r"^=== ", HERE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return [_pair(*block.split("\n", 1)) for block in blocks]


def _pair(opening: str, text: str) -> Pair:
    name, band = opening.split()
    head, body = text.split("\n\n", 1)
    said = re.compile(r"^NO: (?P<no>.+)\nYET: (?P<yet>.+)$", re.MULTILINE)
    (one,) = said.finditer(body)
    fields = dict(line.split(": ", 1) for line in head.split("\n"))
    return Pair(name, band, fields, said.sub("\0", body).strip(), one["no"], one["yet"])
