"""`highroad config diff`: what differs from the defaults, and what the daemon goes by where that differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from config.changes import FILES, in_force
from config.check import in_order, is_secret
from config.keys import entry
from config.writer import toml
from daemon.commands.config_words import is_running
from daemon.commands.context import Context, emit

if TYPE_CHECKING:
    from config.loader import Loaded

Row = dict[str, Any]


def diff(context: Context, *, as_json: bool) -> int:
    """1 when the daemon that runs goes by other settings than the files say, else 0. Raises ConfigError."""
    loaded = context.load()
    own, daemon = list(_own(loaded)), _daemon(loaded)
    if as_json:
        emit([{"settings": own, "daemon": daemon}])
    else:
        print("\n".join(_lines(own, daemon)))
    return int(bool(daemon))


def _own(loaded: Loaded) -> Iterator[Row]:
    """What some file sets to something else than its default."""
    for key in in_order(loaded):
        layer, found, secret = loaded.origins[key], entry(key), is_secret(key)
        default = found.default if found is not None and not secret else ""
        if layer != "default" and toml(loaded.values[key]) != default:
            value = None if secret else loaded.values[key]
            yield {"key": key, "value": value, "default": default or None, "layer": layer}


def _daemon(loaded: Loaded) -> list[Row] | None:
    """What the daemon goes by where the files say something else; None where no daemon runs, or one that says nothing.

    `daemon` and `files` are TOML; None where it is personal, or not there.
    """
    from daemon.adapters.journal.journal import open_existing

    journal = open_existing(loaded.state_dir) if is_running(loaded.state_dir) else None
    if journal is None:
        return None
    standing, now = journal.standing.values(), in_force(loaded, journal.keyed)
    journal.close()
    places = [place for place in dict.fromkeys([*now, *standing]) if standing and now.get(place) != standing.get(place)]
    return [{"place": place, "daemon": _open(standing.get(place)), "files": _open(now.get(place))} for place in places]


def _open(text: str | None) -> str | None:
    return None if text is None or text.startswith("#") else text


def _lines(own: list[Row], daemon: list[Row] | None) -> Iterator[str]:
    if not own:
        yield "Every setting stands at its default."
    for row in own:
        value = "..." if row["value"] is None else toml(row["value"])
        default = f"default {row['default']}" if row["default"] else "no default"
        yield f"{row['key']} = {value}  ({FILES[row['layer']]}; {default})"
    if daemon:
        yield from ("", "The daemon that is running goes by other settings than the files say:")
        yield from (f"  {one['place']}: {one['daemon'] or '...'} (files: {one['files'] or '...'})" for one in daemon)
        yield "It looks every half minute; `highroad status` says so when it cannot use what it finds."
