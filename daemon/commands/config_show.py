"""`highroad config show`: every setting as it stands, and which file says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from daemon.commands.config_words import file_of, keys_below, unknown
from daemon.commands.context import Context, emit

if TYPE_CHECKING:
    from config.loader import Loaded


def show(context: Context, name: str, *, origin: bool, as_json: bool) -> int:
    """All settings, or those of a table or a key. Raises ConfigError, and WrongUse for a name that nothing has."""
    loaded = context.load()
    rows = list(_rows(loaded, name))
    if not rows and name:
        raise unknown(name)
    if as_json:
        emit(rows)
        return 0
    print("\n".join(_line(row, origin=origin) for row in rows))
    return 0


def _line(row: dict[str, Any], *, origin: bool) -> str:
    text = f"{row['key']} = {_shown(row)}"
    return f"{text:<52}  # {_origin(row)}" if origin else text


def _rows(loaded: Loaded, name: str) -> Iterator[dict[str, Any]]:
    """A row a setting: key, value (None where it says where a secret is found), layer, file, measured_on."""
    from config.check import in_order, is_secret

    wanted = set(keys_below(loaded, name)) if name else set(loaded.values)
    for key in in_order(loaded):
        value, layer, secret = loaded.values[key], loaded.origins[key], is_secret(key)
        if key not in wanted or (secret and not value):
            continue
        file = file_of(loaded, layer)
        yield {
            "key": key,
            "value": None if secret else value,
            "secret": secret,
            "layer": layer,
            "file": str(file) if file else None,
            "measured_on": loaded.measured_on.get(key) if layer == "tuned" else None,
        }


def _shown(row: dict[str, Any]) -> str:
    from config.writer import toml

    return "..." if row["secret"] else toml(row["value"])


def _origin(row: dict[str, Any]) -> str:
    where = row["file"] or row["layer"]
    return f"{where}, measured on {row['measured_on']}" if row["measured_on"] else where
