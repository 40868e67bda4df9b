"""The keys that have no effect yet. A key that gets its meaning leaves this table; nothing else has to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from config.faults import Layer, numberless

_LATER_STEP: Final = "no draft of this step is planned yet"
NOT_YET: Final[Mapping[str, str]] = {
    "cadence.linkedin_note": _LATER_STEP,
    "cadence.reflection": _LATER_STEP,
    "cadence.follow_up": _LATER_STEP,
    "cadence.keep_in_touch": _LATER_STEP,
    "cadence.status_check": _LATER_STEP,
    "digest": "no digest is written yet",
}
"""By key (accounts without their number), a key standing for all below it: what happens instead."""


def lacking(key: str) -> str | None:
    """What happens instead of what a dotted key (account[0].idle) asks for; None where it has its effect."""
    name = numberless(key)
    while name:
        if name in NOT_YET:
            return NOT_YET[name]
        name = name.rpartition(".")[0]
    return None


def notes(values: Mapping[str, Any], origins: Mapping[str, Layer]) -> tuple[str, ...]:
    """A sentence for every key that somebody set and that has no effect yet, in the order of the values."""
    set_keys = [key for key in values if origins.get(key, "default") != "default"]
    found = [(key, lacking(key)) for key in set_keys]
    return tuple(f"{key} has no effect yet: {instead}." for key, instead in found if instead)
