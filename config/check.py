"""What `highroad config check` says of settings that are without fault: pure text, and a shape for JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from config.loader import Loaded
from config.outline import place_of
from config.schema import Settings
from config.writer import toml

_SECRET: Final = re.compile(r"(^|\.)((password|client_secret)(\.[a-z]+)?|token_command)\Z")
_TITLES: Final = {
    "config": "Set in config.toml:",
    "tuned": "Tuned, and not set in config.toml:",
    "command line": "Set on the command line:",
}


def report(loaded: Loaded) -> list[str]:
    """The lines for a person: where the settings are, what is set and where."""
    out = [f"Settings: {loaded.path}", f"State:    {loaded.state_dir}"]
    for layer, title in _TITLES.items():
        set_here = [_line(loaded, key) for key in in_order(loaded) if loaded.origins[key] == layer]
        out += ["", title, *set_here] if set_here else []
    resting = sum(origin == "default" for origin in loaded.origins.values())
    out += ["", f"Every other setting ({resting}) stands at its default."]
    return [*out, "", "No fault was found."]


def report_json(loaded: Loaded) -> dict[str, object]:
    """The same for a program: ok, config, state_dir, values [{key, value, layer}], faults (empty).

    `value` is the TOML value; where a secret comes from is null.
    """
    return {
        "ok": True,
        "config": str(loaded.path),
        "state_dir": str(loaded.state_dir),
        "values": list(_values(loaded)),
        "faults": [],
    }


def _values(loaded: Loaded) -> Iterator[dict[str, Any]]:
    for key in in_order(loaded):
        value = loaded.values[key]
        shown = None if is_secret(key) else value
        yield {"key": key, "value": shown, "layer": loaded.origins[key]}


def is_secret(key: str) -> bool:
    """Whether a value says where a secret is found, which is nobody's business: a command may hold one itself."""
    return _SECRET.search(key) is not None


def in_order(loaded: Loaded) -> list[str]:
    """The keys as default.toml has them, one account after the other."""
    return sorted(loaded.values, key=_rank)


def _rank(key: str) -> tuple[int, int, int]:
    table = list(Settings.model_fields).index(re.split(r"[.\[]", key, maxsplit=1)[0])
    entry = re.search(r"\[([0-9]+)\]", key)
    return table, int(entry[1]) if entry else 0, place_of(key)


def _line(loaded: Loaded, key: str) -> str:
    shown = "..." if is_secret(key) else toml(loaded.values[key])
    measured = loaded.measured_on.get(key) if loaded.origins[key] == "tuned" else None
    return f"  {key} = {shown}" + (f"  (measured on {measured})" if measured else "")
