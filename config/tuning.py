"""Setting one value outside config.toml: from what was typed to what tuned.toml holds, checked as a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from config.faults import ConfigError
from config.keys import Key
from config.layers import Tree, flat, placed
from config.loader import Loaded, load
from config.writer import Tuned


def typed(key: Key, text: str) -> object:
    """A value as it was typed: TOML, or plain text where text or a list of words is wanted. The schema checks it."""
    found = _toml(text)
    if key.shape == "text":
        return found if isinstance(found, str) else text
    if key.shape == "list" and not isinstance(found, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text if found is None else found


def _toml(text: str) -> object:
    try:
        tree = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return None
    return tree["value"] if len(tree) == 1 else None


def rehearsed(loaded: Loaded, tuned: Mapping[str, Tuned]) -> Loaded:
    """The settings as they would be with these tuned values. Raises ConfigError with every fault."""
    tree: Tree = {}
    for key, one in tuned.items():
        placed(tree, key, one.value)
    return load(loaded.path, loaded.state_dir, tuned=tree)


def without_tuned(loaded: Callable[[], Loaded], bare: Callable[[], Loaded]) -> Loaded:
    """The settings; without what is tuned where that is what is wrong, so that it can be mended. Raises ConfigError."""
    try:
        return loaded()
    except ConfigError as error:
        if not any(fault.layer == "tuned" for fault in error.faults):
            raise
        return bare()


def line_of(path: Path, key: str) -> int | None:
    """The line of a file of TOML on which a key begins to be set, counted from 1; None where that cannot be told."""
    texts = path.read_text("utf-8-sig").splitlines()
    for number in range(1, len(texts) + 1):
        if _says("\n".join(texts[:number]), key):
            return next((one for one in range(number, 0, -1) if _begins(texts[one - 1], key)), number)
    return None


def _says(text: str, key: str) -> bool:
    try:
        return any(one == key or one.startswith(f"{key}.") for one in flat(tomllib.loads(text)))
    except ValueError:
        return False


def _begins(line: str, key: str) -> bool:
    """Whether a line names the key, or the inline table that it stands in, to the left of its equals sign."""
    name, equals, _ = line.partition("=")
    return bool(equals) and name.strip().rpartition(".")[2] in key.split(".")
