"""default.toml as text: its lines by section and key. Examples of right, and the file `init` writes, come from here.

The file keeps to this form: `key = value`, maybe followed by two spaces and `# e.g. value`; `#key = value` for a
setting without a default; `# text` for a person; section headers alone on their lines.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from config.faults import numberless

_HEADER: Final = re.compile(r"\[\[?([a-z_.]+)\]?\]")
_SETTING: Final = re.compile(r"(#?)([a-z_]+) = (.+)")
EXAMPLE: Final = "  # e.g. "
"""What comes before the example of a value, behind it or behind what is said of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of default.toml. `key` is empty for headers, remarks and blanks; `value` is TOML without remark."""

    kind: Literal["header", "setting", "remark"]
    text: str
    section: str
    key: str = ""
    value: str = ""
    example: str = ""

    @property
    def dotted(self) -> str:
        """The key with its section: cadence.hours, account.host."""
        return f"{self.section}.{self.key}"


def default_text() -> str:
    """default.toml as it stands."""
    return Path(__file__).with_name("default.toml").read_text(encoding="utf-8")


@cache
def lines() -> tuple[Line, ...]:
    """The lines of default.toml from its first section on."""
    return tuple(_lines(default_text().splitlines()))


def _lines(texts: list[str]) -> Iterator[Line]:
    section = ""
    start = next(n for n, text in enumerate(texts) if _HEADER.fullmatch(text))
    for text in texts[start:]:
        if header := _HEADER.fullmatch(text):
            section = header[1]
            yield Line("header", text, section)
        elif setting := _SETTING.fullmatch(text):
            yield _setting(text, section, setting)
        else:
            yield Line("remark", text, section)


def _setting(text: str, section: str, match: re.Match[str]) -> Line:
    value, _, example = match[3].partition(EXAMPLE)
    return Line("setting", text, section, match[2], value, example or value)


@cache
def examples() -> dict[str, str]:
    """A line of TOML as an example of right, by dotted key (account.host, without a number)."""
    return {line.dotted: f"{line.key} = {line.example}" for line in lines() if line.kind == "setting"}


def _nearest(key: str, known: Container[str]) -> str:
    """The known key that stands for a dotted key: itself without numbers, or the closest table above it, or ""."""
    name = numberless(key)
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def example_for(key: str) -> str:
    """An example for a dotted key (account[0].oauth.provider), or for the nearest table above it; "" without one."""
    headers = {line.section: line.text for line in lines() if line.kind == "header"}
    known = headers | examples()
    return known.get(_nearest(key, known), "")


def place_of(key: str) -> int:
    """How far down default.toml a key stands, counted in settings."""
    return list(examples()).index(_nearest(key, examples()))
