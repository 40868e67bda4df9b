"""What speaks for a company's name, and which name has enough of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from classifiers.company_domain import agrees
from classifiers.names import key
from classifiers.people import person_shaped
from classifiers.pieces import Piece

_ENOUGH: Final = 3


class Heard(NamedTuple):
    """A name as written, the kind of place that says it, and how plainly: 3 suffices alone, 1 is a mere aside."""

    name: str
    place: str
    strength: int


@dataclass(slots=True)
class Voices:
    """What speaks for one name: how often it is written how, and how plainly each kind of place says it."""

    written: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)

    def points(self) -> int:
        """The plainest voice of each kind of place, added up."""
        return sum(self.said.values())


def best_name(
    heard: Iterable[Heard], own: frozenset[str], relayed: frozenset[str], body: Sequence[Piece]
) -> str | None:
    """The one name that enough speaks for; None when none has enough or two have the same.

    `own` and `relayed` are what the sender's address suggests.
    """
    voices: dict[str, Voices] = {}
    for name, place, strength in heard:
        held = voices.setdefault(key(name), Voices())
        held.written[name] = held.written.get(name, 0) + 1
        held.said[place] = max(held.said.get(place, 0), strength)
    _vouch(voices, own, relayed)
    _doubt(voices, own)
    _mention(voices, body)
    return _best(voices, own)


def _vouch(voices: dict[str, Voices], own: frozenset[str], relayed: frozenset[str]) -> None:
    for name, held in voices.items():
        if any(agrees(name, hint) for hint in own):
            held.said["domain"] = 2
        elif any(agrees(name, hint) for hint in relayed):
            held.said["domain"] = 1


def _doubt(voices: dict[str, Voices], own: frozenset[str]) -> None:
    """What only sender and closing show is not enough where the sender's own domain says something else."""
    for held in voices.values():
        if own and held.said.keys() in ({"display"}, {"closing"}):
            held.said = dict.fromkeys(held.said, 1)
    if any(max(held.said.get("text", 0), held.said.get("subject", 0)) >= _ENOUGH for held in voices.values()):
        for held in voices.values():
            if held.said.keys() <= {"display", "domain"}:
                held.said = dict.fromkeys(held.said, 1)


def _mention(voices: dict[str, Voices], body: Sequence[Piece]) -> None:
    """A name that only subject or sender show gains when a sentence has it too; the greeting is no sentence."""
    for held in voices.values():
        if held.said.keys() & {"display", "subject"} and not held.said.keys() & {"text", "aside", "closing"}:
            plain = [
                name for name in held.written if not person_shaped(name) and (" " in name or "subject" in held.said)
            ]
            if plain and any(name in one.text for one in body[1:] if len(one.words) > 4 for name in plain):
                held.said["mention"] = 1


def _best(voices: dict[str, Voices], own: frozenset[str]) -> str | None:
    _merge_beginnings(voices, own)
    ranked = sorted(voices.values(), key=Voices.points, reverse=True)
    if not ranked or ranked[0].points() < _ENOUGH:
        return None
    if len(ranked) > 1 and ranked[1].points() >= ranked[0].points():
        return None
    written = ranked[0].written
    return max(written, key=lambda name: (written[name], not name.isupper(), len(name)))


def _merge_beginnings(voices: dict[str, Voices], own: frozenset[str]) -> None:
    """Two names of which one begins with the other are one: the better attested spelling takes over both's voices.

    A spelling that is the sender's domain, letter for letter, is the better one.
    """
    for short in sorted(voices, key=len):
        for long in [one for one in voices if one != short and one.startswith(short) and len(short) >= 3]:
            one, other = voices[short], voices[long]
            winner, loser = (one, other) if one.points() > other.points() and long not in own else (other, one)
            for place, strength in loser.said.items():
                winner.said[place] = max(winner.said.get(place, 0), strength)
            loser.said.clear()
