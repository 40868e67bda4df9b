"""Who takes part: the employers, each with its people, and Sam. All of them are invented; no name comes twice."""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import cycle, product
from pathlib import Path

ME = ("Sam Rivera", "sam@example.org")
HERE = Path(__file__).parent
TONGUES = ("en", "de", "en", "fr", "es", "it", "nl", "pt", "de_du")
"""What the employers write in, in turn; de_du is German that says du."""
PARTS = ("rec", "mgr", "int1", "int2")
ATS = ("hirelane.example", "staffboard.example", "applyhub.example", "jobtide.example", "talentrail.example")
_STARTS = (
    "Bel", "Cor", "Dar", "Fen", "Gal", "Hal", "Jor", "Kel", "Lum", "Mar", "Nor", "Pel", "Quen", "Ras", "Sol", "Tar",
    "Ul", "Ven", "Wex", "Yar", "Zel", "Bran", "Crest", "Drum", "Elder", "Frost", "Glen", "Hest",
)  # fmt: skip
_ENDS = (
    "bridge", "dale", "field", "gate", "haven", "mere", "mont", "quist", "rath", "stein", "tide", "vara", "wick",
    "berg",
)  # fmt: skip
_KINDS = {
    "en": ("Analytics", "Systems", "Energy", "Foods", "Ltd", "Software", "Optics"),
    "de": ("GmbH", "AG", "Technik GmbH", "Energie AG", "Software GmbH", "Logistik"),
    "fr": ("Conseil", "Logiciels", "Énergies", "SAS", "Optique"),
    "es": ("Sistemas", "Energía", "Alimentos", "Soluciones", "Seguros"),
    "it": ("Sistemi", "Energia", "Alimentari", "S.p.A.", "Tecnologie"),
    "nl": ("Systemen", "B.V.", "Energie", "Techniek", "Verzekeringen"),
    "pt": ("Sistemas", "Energia", "Alimentos", "Tecnologia", "Seguros"),
}


@dataclass(frozen=True)
class Person:
    """Somebody at an employer: name, address, and what they do there."""

    name: str
    address: str
    title: str


@dataclass(frozen=True)
class Firm:
    """An employer: what it writes in, its name, the one word that no other employer's name holds, and its people."""

    tongue: str
    name: str
    root: str
    domain: str
    ats: str
    people: dict[str, Person]

    @property
    def language(self) -> str:
        return self.tongue[:2]


@cache
def words(tongue: str) -> dict:
    """letters/<tongue>.toml"""
    return tomllib.loads((HERE / "letters" / f"{tongue}.toml").read_text(encoding="utf-8"))


class Casting:
    """Makes employers, never two alike."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        roots = [start + end for start, end in product(_STARTS, _ENDS)]
        dice.shuffle(roots)
        self._roots = iter(roots)
        self._tongues = cycle(TONGUES)
        self._taken: set[str] = set()

    def firm(self, tongue: str | None = None) -> Firm:
        tongue = tongue or next(self._tongues)
        root = next(self._roots)
        domain = f"{root.lower()}.example"
        kind = self._dice.choice(_KINDS[tongue[:2]])
        people = {part: self._person(tongue, part, domain) for part in PARTS}
        return Firm(tongue, f"{root} {kind}", root, domain, self._dice.choice(ATS), people)

    def role(self, tongue: str, other_than: str = "") -> str:
        return self._dice.choice([role for role in words(tongue)["roles"] if role != other_than])

    def _person(self, tongue: str, part: str, domain: str) -> Person:
        told = words(tongue)
        while True:
            given = self._dice.choice(told["women" if part in {"rec", "int1"} else "men"])
            name = f"{given} {self._dice.choice(told['surnames'])}"
            if name not in self._taken:
                break
        self._taken.add(name)
        return Person(name, f"{_local(name)}@{domain}", told["titles"][part])


def _local(name: str) -> str:
    plain = name.lower().replace("ß", "ss").translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue"})
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", ".", plain).strip(".")
