"""The units that Highroad brings along: found, fitted to this installation, quoted as systemd wants, known again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

UNIT: Final = "highroad.service"
Kept = Literal["absent", "ours", "edited"]
_SEAL: Final = "# Written by `highroad systemd install`; it knows by this number whether somebody changed it: "
_HERE: Final = Path(__file__).parent


def unit_text(name: str) -> str:
    """A unit as it is shipped: "highroad.service" or "user/highroad.service". Raises FileNotFoundError."""
    packed, clone = _HERE / "systemd" / name, _HERE.parent / "systemd" / name
    return (packed if packed.exists() else clone).read_text(encoding="utf-8")


def fitted(text: str, command: Sequence[str], environment: Mapping[str, str]) -> str:
    """A unit that starts this command, with these variables besides, sealed so that changes are seen."""
    lines = [f"ExecStart={command_line(command)}"]
    lines += [f"Environment={quoted(f'{name}={value}', '%')}" for name, value in environment.items()]
    filled = re.sub(r"^ExecStart=.*$", lambda _found: "\n".join(lines), text, count=1, flags=re.MULTILINE)
    return f"{_SEAL}{_sum(filled)}\n{filled}"


def command_line(words: Sequence[str]) -> str:
    """Words for ExecStart=. In the program's own path no variable is looked for, in its arguments there is."""
    program, *rest = words
    return " ".join([quoted(program, "%"), *(quoted(word, "%$") for word in rest)])


def quoted(word: str, doubled: str) -> str:
    """One word as systemd.syntax(7) has it: what it would expand (% and $) is doubled, odd characters are escaped."""
    for sign in doubled:
        word = word.replace(sign, sign * 2)
    plain = re.fullmatch(r"[A-Za-z0-9_@%$+=:,./-]+", word)
    return word if plain else '"' + "".join(map(_escaped, word)) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    return sign if sign.isprintable() else "".join(f"\\x{octet:02x}" for octet in sign.encode())


def known(path: Path) -> Kept:
    """What lies there: nothing, a unit that was written by us and left as it was, or one that somebody changed."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "absent"
    first, _, rest = text.partition("\n")
    return "ours" if first == _SEAL + _sum(rest) else "edited"


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
