"""`highroad config explain`: what a setting is for, what it may be, and where it is set now."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from config.check import is_secret
from config.faults import ConfigError, numberless
from config.keys import Key, entries, entry
from config.remarks import text_of
from config.writer import toml
from daemon.commands.config_words import file_of, place_of, unknown
from daemon.commands.context import Context, emit

if TYPE_CHECKING:
    from config.loader import Loaded

_WIDTH = 76


def explain(context: Context, name: str, *, as_json: bool) -> int:
    """A setting, or the settings of a table, or without a name all. Needs no settings. Raises WrongUse."""
    key = entry(name) if name else None
    loaded = _loaded(context)
    if key is not None:
        rows, lines = [_row(key, loaded)], _lines(key, loaded)
    else:
        keys = _below(numberless(name))
        rows, lines = [_row(one, loaded) for one in keys], _table(numberless(name), keys)
    if as_json:
        emit(rows)
    else:
        print("\n".join(lines))
    return 0


def _loaded(context: Context) -> Loaded | None:
    try:
        return context.load()
    except ConfigError:
        return None


def _below(table: str) -> Sequence[Key]:
    keys = [key for key in entries() if not table or key.name.startswith(f"{table}.")]
    if not keys:
        raise unknown(table)
    return keys


def _now(key: Key, loaded: Loaded) -> list[str]:
    """The keys of the settings that it stands under now, one an account."""
    return [one for one in loaded.values if entry(one) == key and not (is_secret(one) and not loaded.values[one])]


def _row(key: Key, loaded: Loaded | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": key.name, "text": key.text, "kind": key.kind, "choices": list(key.choices), "ways": dict(key.parts),
        "default": key.default or None, "example": key.example, "needed": key.needed, "tunable": key.tunable,
        "effect": key.effect,
    }  # fmt: skip
    return row | {"now": [_standing(one, loaded) for one in _now(key, loaded)] if loaded else None}


def _standing(one: str, loaded: Loaded) -> dict[str, Any]:
    file = file_of(loaded, loaded.origins[one])
    value = None if is_secret(one) else loaded.values[one]
    return {"key": one, "value": value, "layer": loaded.origins[one], "file": str(file) if file else None}


def _table(name: str, keys: Sequence[Key]) -> Iterator[str]:
    if text := text_of(name):
        yield from (*textwrap.wrap(text, _WIDTH), "")
    for key in keys:
        yield key.name
        yield from textwrap.wrap(key.text, _WIDTH, initial_indent="    ", subsequent_indent="    ")


def _lines(key: Key, loaded: Loaded | None) -> Iterator[str]:
    table = key.name.rpartition(".")[0]
    yield from (key.name, *textwrap.wrap(key.text, _WIDTH, initial_indent="    ", subsequent_indent="    "))
    yield from (f"      {way}: {text}" for way, text in key.parts.items())
    yield ""
    if about := text_of(table):
        yield from _field("Belongs to", f"[{table}]: {about}")
    yield from _field("What it is", key.kind + _choices(key))
    yield from _field("Default", key.default or ("none: config.toml has to say it" if key.needed else "none"))
    yield from _field("Example", f"{key.example}    below {_header(key)}")
    yield from _field("A change", key.effect)
    for place in _places(key, loaded):
        yield from _field("Now", place)


def _choices(key: Key) -> str:
    return f": {', '.join(key.choices)}" if key.choices else ""


def _header(key: Key) -> str:
    """The table below which the example stands in config.toml."""
    example, table = key.example.partition(" = ")[0], key.name
    table = table.removesuffix(f".{example}")
    return f"[[{table}]]" if table == "account" else f"[{table}]"


def _field(title: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent=f"  {title + ':':<12} ", subsequent_indent=" " * 15)


def _places(key: Key, loaded: Loaded | None) -> Iterator[str]:
    if loaded is None:
        yield "there are no settings that can be read; `highroad config check` says why"
        return
    for one in _now(key, loaded):
        value = "..." if is_secret(one) else toml(loaded.values[one])
        yield f"{one} = {value} ({_said(loaded, one)})"


def _said(loaded: Loaded, one: str) -> str:
    measured = loaded.measured_on.get(one) if loaded.origins[one] == "tuned" else None
    return place_of(loaded, one) + (f", measured on {measured}" if measured else "")
