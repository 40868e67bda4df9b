"""Trees of TOML: read, laid over each other, and spread out into dotted keys. Nothing here knows what a key means."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeGuard

from config.duration import shown
from config.faults import ConfigError, Fault, dotted, faulty

Tree = dict[str, Any]

LIMIT_BYTES: Final = 1_048_576
_EXAMPLE: Final = 'name = "Sam Rivera"'
_PART: Final = re.compile(r"([A-Za-z0-9_-]+)(?:\[([0-9]{1,3})\])?")
_LINE: Final = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")


def read_tree(path: Path) -> Tree:
    """A TOML file as a tree; a byte order mark is dropped. Raises ConfigError, FileNotFoundError if there is none."""
    return parse_tree(_decoded(_octets(path), path), path)


def _octets(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            octets = file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror}); make it a file that you can read.", path=path
        ) from None
    if len(octets) > LIMIT_BYTES:
        raise ConfigError(f"{path} is larger than 1 MiB, which no settings are; name another file.", path=path)
    return octets


def _decoded(octets: bytes, path: Path) -> str:
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        fault = Fault(f"line {line}", "is not UTF-8; save the file as UTF-8 in your editor", _EXAMPLE)
        raise faulty(path, [fault]) from None


def parse_tree(text: str, path: Path | None = None) -> Tree:
    """TOML text as a tree. Raises ConfigError that names the line; the line's text, maybe secret, is not repeated."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        fault = Fault("file", "is nested too deeply to be read", _EXAMPLE)
    except ValueError as error:  # TOMLDecodeError, and numbers of thousands of digits
        fault = _syntax(str(error))
    raise faulty(path, [fault]) from None


def _syntax(message: str) -> Fault:
    found = _LINE.search(message)
    key = f"line {found[1]}, column {found[2]}" if found else "end of the file"
    what = re.sub(r" \(at .*\)\Z", "", message, flags=re.DOTALL)[:120]
    problem = f"is not TOML ({shown(what)}); text stands in quotes, tables in [brackets], a list in [ , ]"
    return Fault(key, problem, _EXAMPLE)


def merged(below: Tree, above: Tree) -> Tree:
    """`above` laid over `below`: tables merge key by key, anything else (lists too) is replaced. Both stay the same."""
    out = copy.deepcopy(below)
    for key, value in above.items():
        under = out.get(key)
        if isinstance(under, dict) and isinstance(value, dict):
            out[key] = merged(under, value)
        else:
            out[key] = copy.deepcopy(value)
    return out


def is_tables(value: object) -> TypeGuard[list[Tree]]:
    """Whether a value is a list of tables, as [[account]] makes one."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def leaves(tree: Mapping[str, Any], at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value that is not a table, with the path to it. A list of plain values is one value."""
    for key, value in tree.items():
        here = (*at, str(key))
        if isinstance(value, dict) and value:
            yield from leaves(value, here)
        elif is_tables(value):
            for index, item in enumerate(value):
                yield from leaves(item, (*here, index))
        else:
            yield here, value


def flat(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The leaves by their dotted keys."""
    return {dotted(path): value for path, value in leaves(tree)}


def placed(tree: Tree, key: str, value: object) -> None:
    """Set account[0].host or cadence.hours in a tree. Raises ValueError, a sentence, if there is no such place."""
    *way, last = _parts(key)
    here: object = tree
    for part in way:
        here = _step_into(here, part, key)
    if isinstance(here, dict) and isinstance(last, str):
        here[last] = copy.deepcopy(value)
        return
    raise ValueError(f"{shown(key)} is not a setting that holds a value")


def _parts(key: str) -> list[str | int]:
    parts: list[str | int] = []
    for piece in key.split("."):
        match = _PART.fullmatch(piece)
        if match is None:
            raise ValueError(f"{shown(key)} is not a key; keys look like cadence.hours or account[0].host")
        parts += [match[1]] if match[2] is None else [match[1], int(match[2])]
    return parts


def _step_into(here: object, part: str | int, key: str) -> object:
    if isinstance(part, str) and isinstance(here, dict):
        return here.setdefault(part, {})
    if isinstance(part, int) and isinstance(here, list) and part < len(here):
        return here[part]
    raise ValueError(f"{shown(key)} leads to a table or an entry that is not there; the first entry is [0]")
