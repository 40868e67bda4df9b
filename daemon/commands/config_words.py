"""What the commands about settings share: a key that was typed, where a value stands, and what a daemon will do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from config.faults import numberless
from daemon.core.errors import WrongUse

if TYPE_CHECKING:
    from config.faults import Layer
    from config.keys import Key
    from config.loader import Loaded

SOON = "The daemon that is running takes it up within half a minute."


def key_named(name: str) -> Key:
    """The setting of that name. Raises WrongUse that names the nearest one."""
    from config.keys import entry

    found = entry(name)
    if found is None:
        raise unknown(name)
    return found


def unknown(name: str) -> WrongUse:
    """What to say of a name that no setting and no table has."""
    from difflib import get_close_matches

    from config.explain import unknown_key
    from config.remarks import settings

    below = [one for one in settings() if one.startswith(f"{name}.")]
    if below:
        return WrongUse(f"{name} is a table, no setting. `highroad config explain {name}` lists its settings.")
    near, fault = get_close_matches(name, settings(), n=1, cutoff=0.75), unknown_key(name)
    said = f"{fault.key} is no setting; did you mean {near[0]}?" if near else f"{fault.key} {fault.problem}."
    return WrongUse(f"{said.replace('?.', '?')} `highroad config explain` lists all settings.")


def file_of(loaded: Loaded, layer: Layer) -> Path | None:
    """The file that holds the values of a layer; None for those that no file of the person's holds."""
    from config.places import TUNED_NAME

    return {"config": loaded.path, "tuned": loaded.state_dir / TUNED_NAME}.get(layer)


def place_of(loaded: Loaded, key: str) -> str:
    """Where a value stands, in words: the file and the line, or that it is the default."""
    from config.tuning import line_of

    layer = loaded.origins[key]
    file = file_of(loaded, layer)
    if file is None:
        return "the default" if layer == "default" else "the command line"
    line = line_of(file, key)
    return f"{file}, line {line}" if line else str(file)


def keys_below(loaded: Loaded, name: str) -> list[str]:
    """The keys of the settings that a name means: itself, a table, with the number of an account or without."""
    wanted = name.rstrip(".")
    return [key for key in loaded.values if _is_below(key, wanted) or _is_below(numberless(key), wanted)]


def _is_below(key: str, wanted: str) -> bool:
    return key == wanted or key.startswith((f"{wanted}.", f"{wanted}["))


def is_running(state_dir: Path) -> bool:
    """Whether a daemon is at work on a state directory."""
    from daemon.adapters.lock import holder

    return holder(state_dir) is not None
