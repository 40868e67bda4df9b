"""What default.toml says of each setting, by key: the one source of what a setting is for. No schema is loaded for it.

The remark right above a setting or a table is about it. A line `#   name: text` in it, maybe followed by an example, is
about that part of the setting's value; in a remark that stands alone, about that setting of every table below its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from config.faults import numberless
from config.outline import EXAMPLE, Line, examples, lines

_PART: Final = re.compile(r"#   ([a-z_]+): (.+)")
_EVERY: Final = "*"


def text_of(key: str) -> str:
    """What a setting or a table is for, in sentences; "" for what there is no word about."""
    said = _said()
    name = numberless(key)
    table, _, last = name.rpartition(".")
    text = said.get(name) or said.get(f"{table.rpartition('.')[0]}.{_EVERY}.{last}", "")
    text = text.partition(EXAMPLE)[0]
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") or not text else ".")


def example_of(key: str) -> str:
    """A line of TOML as an example of right; a part of a table by its dotted key, as TOML allows it."""
    name = numberless(key)
    table, _, part = name.rpartition(".")
    example = _said().get(name, "").partition(EXAMPLE)[2]
    return examples().get(name) or f"{table.rpartition('.')[2]}.{part} = {example}"


def parts_of(key: str) -> dict[str, str]:
    """What each part of a setting's value is for, where the value is a table."""
    start = f"{numberless(key)}."
    return {one.removeprefix(start): text_of(one) for one in _said() if _is_part(one, start)}


def _is_part(key: str, start: str) -> bool:
    return key.startswith(start) and key.count(".") == start.count(".") and start.count(".") > 1


@cache
def settings() -> tuple[str, ...]:
    """The dotted keys in the order of default.toml, without numbers; a value that is a table by its parts."""
    return tuple(one for line in lines() if line.kind == "setting" for one in _spread(line.dotted))


def _spread(key: str) -> list[str]:
    parts = parts_of(key)
    own = not parts or key.endswith(".password")
    return [key] if own else [f"{key}.{part}" for part in parts]


@cache
def _said() -> dict[str, str]:
    found: dict[str, str] = {}
    block: list[str] = []
    for line in lines():
        if line.kind == "remark" and line.text:
            block.append(line.text)
            continue
        found |= _told(block, line)
        block = []
    return found


def _told(block: list[str], about: Line) -> Iterator[tuple[str, str]]:
    """What a block of remarks says, by key; `about` is the line that ends it: a setting, a header or a blank one."""
    alone = about.kind == "remark"
    key = f"{about.section}.{_EVERY}" if alone else about.dotted if about.key else about.section
    parts = [part for text in block if (part := _PART.fullmatch(text))]
    prose = [text.removeprefix("# ") for text in block if not _PART.fullmatch(text)]
    if prose and not alone:
        yield key, " ".join(prose)
    yield from ((f"{key}.{part[1]}", part[2]) for part in parts)
