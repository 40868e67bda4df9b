"""What can be wrong with the settings, said in sentences. All faults of a file come at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Layer = Literal["default", "tuned", "config", "command line"]
"""Where a value comes from, the later ones above the earlier ones."""

_BARE: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")
_WHERE: Final[Mapping[str, str]] = {"tuned": " (in tuned.toml)", "command line": " (on the command line)"}


def dotted(parts: Sequence[str | int]) -> str:
    """A key as people write it: account[0].password. Odd names are quoted, so that nothing of them is obeyed."""
    out = ""
    for part in parts:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            out += ("." if out else "") + (part if _BARE.fullmatch(part) else json.dumps(part[:60]))
    return out


def numberless(key: str) -> str:
    """A dotted key without the numbers of its entries: account.password."""
    return re.sub(r"\[[0-9]+\]", "", key)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the dotted key, what is wrong with it, and a line of TOML as an example of right."""

    key: str
    problem: str
    example: str = ""
    layer: Layer = "config"

    def __str__(self) -> str:
        example = f"\n      right: {self.example}" if self.example else ""
        return f"{self.key}{_WHERE.get(self.layer, '')}: {self.problem}{example}"


class ConfigError(Exception):
    """The settings cannot be used (EX_CONFIG). `str()` is the whole report; `faults` holds its parts, maybe none."""

    exit_code = 78

    def __init__(self, message: str, faults: Sequence[Fault] = (), path: Path | None = None) -> None:
        super().__init__(message)
        self.faults = tuple(faults)
        self.path = path

    def lines(self) -> list[str]:
        """The report, line by line."""
        return str(self).splitlines()

    def to_json(self) -> dict[str, object]:
        """The report as `highroad config check --json` prints it."""
        return {
            "ok": False,
            "config": str(self.path) if self.path else None,
            "message": self.lines()[0],
            "faults": [
                {"key": one.key, "problem": one.problem, "example": one.example, "layer": one.layer}
                for one in self.faults
            ],
        }


class ConfigMissing(ConfigError):
    """There is no config.toml at any of the places where it is looked for; `looked` names them."""

    def __init__(self, looked: Sequence[Path]) -> None:
        places = " nor at ".join(str(path) for path in looked)
        super().__init__(
            f"No settings were found at {places}; `highroad init` asks a few questions and makes them.",
            path=looked[0] if looked else None,
        )
        self.looked = tuple(looked)


def faulty(path: Path | None, faults: Sequence[Fault]) -> ConfigError:
    """The error that reports these faults of a file, or of settings that came from no file."""
    where = str(path) if path else "The settings"
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    body = "\n".join(f"  {fault}" for fault in faults)
    return ConfigError(f"{where}: {count}; nothing was started.\n{body}", faults, path)
