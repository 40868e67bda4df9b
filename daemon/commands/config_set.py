"""`highroad config set`: one value into tuned.toml, if all settings together can be used with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from config.faults import ConfigError, Fault
from config.loader import Loaded, load
from config.places import TUNED_NAME
from config.tuning import rehearsed, typed, without_tuned
from config.writer import Tuned, read_tuned, toml, write_tuned
from daemon.commands.config_words import SOON, is_running, key_named, place_of
from daemon.commands.context import Context, emit
from daemon.core.errors import HighroadError, NeedsOperator, WrongUse
from daemon.policy import policy_of

if TYPE_CHECKING:
    from config.keys import Key


class Pinned(HighroadError):
    """config.toml says what the person wants of a key, and stands above whatever is tuned."""


def set_value(context: Context, name: str, text: str | None, *, dry_run: bool, as_json: bool) -> int:
    """Tune a key, or with None let it be as it is without. Raises WrongUse, Pinned and ConfigError; then nothing is
    changed.
    """
    key = _tunable(name)
    loaded = without_tuned(context.load, lambda: load(context.config, context.state_dir, tuned={}))
    if loaded.pinned(key.name):
        raise Pinned(f"{key.name} is set in {_where(loaded, key)}. That file is yours: change it there.")
    file = loaded.state_dir / TUNED_NAME
    tuned = read_tuned(file)
    before = tuned.pop(key.name, None)
    if text is not None:
        tuned[key.name] = Tuned(typed(key, text))
    after = _rehearsed(loaded, tuned)
    if not dry_run and tuned.get(key.name) != before:
        write_tuned(file, tuned)
    was = before.value if before else loaded.values[key.name]
    _tell(_row(key, was, after, dry_run=dry_run), as_json=as_json)
    return 0


def _tunable(name: str) -> Key:
    key = key_named(name)
    if not key.tunable:
        what = "an account is" if key.name.startswith("account.") else "a secret is found"
        raise WrongUse(f"{key.name} says {_what(what)}; that is for config.toml alone, e.g. {key.example}")
    return key


def _what(what: str) -> str:
    return f"what {what}" if what.startswith("an") else f"where {what}"


def _where(loaded: Loaded, key: Key) -> str:
    pinned = next(one for one in loaded.values if one == key.name or key.name.startswith(f"{one}."))
    return place_of(loaded, pinned)


def _rehearsed(loaded: Loaded, tuned: dict[str, Tuned]) -> Loaded:
    """All settings with this value. Raises WrongUse where they cannot be used with it."""
    try:
        after = rehearsed(loaded, tuned)
        policy_of(after.settings)
    except ConfigError as error:
        raise WrongUse("\n".join(["Nothing was changed.", *map(_plainly, error.faults)])) from error
    except NeedsOperator as error:
        raise WrongUse(f"Nothing was changed. {error}") from error
    return after


def _plainly(fault: Fault) -> str:
    """A fault, without the file that it would have been in."""
    return f"  {replace(fault, layer='config')}"


def _row(key: Key, was: object, after: Loaded, *, dry_run: bool) -> dict[str, Any]:
    return {
        "key": key.name,
        "was": was,
        "now": after.values[key.name],
        "layer": after.origins[key.name],
        "file": str(after.state_dir / TUNED_NAME),
        "dry_run": dry_run,
        "daemon": is_running(after.state_dir),
    }


def _tell(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit([row])
        return
    print("\n".join(_lines(row)))


def _lines(row: dict[str, Any]) -> list[str]:
    was, now = toml(row["was"]), toml(row["now"])
    where = f"in {row['file']}" if row["layer"] == "tuned" else "the default"
    if was == now:
        return [f"{row['key']} is {now} already ({where})."]
    if row["dry_run"]:
        return [f"{row['key']} would be {now} ({where}; it is {was}). A dry run: nothing was written."]
    return [f"{row['key']} is {now} now ({where}; it was {was}).", *([SOON] if row["daemon"] else [])]
