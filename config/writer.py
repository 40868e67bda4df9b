"""What Highroad writes of settings: a new config.toml, once, and tuned.toml, as a whole. Both are 0600."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import tomli_w

from config.explain import unknown_key
from config.faults import ConfigError, faulty
from config.layers import Tree, flat, parse_tree, placed, read_tree
from config.loader import settings_of
from config.outline import Line, lines
from config.schema import SecretKind, Security

_HEAD: Final = """\
# Highroad's settings. They are yours: once this file exists, Highroad never changes it.
# A line like `#key = value` is a default: take away the # and change the value to set it yourself.
# What is not set here may be tuned by `highroad tune`. `highroad config check` says whether all is well.
# Durations: "0s", "90m", "36h", "3 days", "2 weeks", "3 months", "1 working day".

"""
_TUNED_HEAD: Final = (
    "# Written by `highroad tune` and `highroad config set`. What config.toml says stands above this.\n\n"
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What `init` asked for. What is empty stays at its default; `extra` holds any other key (account.host form)."""

    name: str
    address: str
    host: str
    password: tuple[SecretKind, str] | None
    port: int = 993
    security: Security = "tls"
    user: str = ""
    timezone: str = ""
    signature: str = ""
    aliases: Sequence[str] = ()
    account: str = ""
    ca_file: str = ""
    auth: Literal["password", "oauth2"] = "password"
    token_command: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)

    def values(self) -> dict[str, object]:
        """The values to set, by key: me.name, account.host."""
        always: dict[str, object] = {"me.name": self.name, "me.address": self.address, "account.host": self.host}
        always |= {"account.port": self.port, "account.security": self.security}
        maybe: dict[str, object] = {
            "me.timezone": self.timezone,
            "me.signature": self.signature,
            "me.aliases": self.aliases,
        }
        maybe |= {"account.name": self.account, "account.ca_file": self.ca_file, "account.user": self.user}
        maybe |= {"account.token_command": self.token_command}
        maybe |= {"account.auth": self.auth} if self.auth != "password" else {}
        maybe |= {"account.password": dict([self.password])} if self.password else {}
        return {**always, **{key: value for key, value in maybe.items() if value}, **self.extra}


def config_text(answers: Answers) -> str:
    """The config.toml for these answers, every other default standing in it as a comment.

    Raises ConfigError with every fault when the answers cannot be settings.
    """
    values = answers.values()
    known = {line.dotted for line in lines() if line.kind == "setting"}
    if unknown := [key for key in values if key not in known]:
        raise faulty(None, [unknown_key(key) for key in unknown])
    text = _HEAD + "\n".join(_written(line, values) for line in lines()) + "\n"
    settings_of(parse_tree(text))
    return text


def _written(line: Line, values: Mapping[str, object]) -> str:
    if line.kind != "setting":
        return line.text
    if line.dotted in values:
        return f"{line.key} = {toml(values[line.dotted])}"
    return line.text if line.text.startswith("#") else f"#{line.text}"


def toml(value: object) -> str:
    """A value as TOML on one line. Raises TypeError for what TOML does not know."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return tomli_w.dumps({"k": value}).removeprefix("k = ").rstrip("\n")


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet, 0600, its folder 0700. Raises ConfigError; then nothing is left behind."""
    _folder(path)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise ConfigError(
            f"{path} exists already and is yours, so it was not touched; change it in an editor, or name another file.",
            path=path,
        ) from None
    except OSError as error:
        raise _not_written(path, error) from None
    _fill(handle, text, path, path)


def _folder(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(path, error) from None


def _fill(handle: int, text: str, temporary: Path, path: Path) -> None:
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _not_written(path, error) from None


def _not_written(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"{path} could not be written ({error.strerror}); nothing was changed. Mend that and try again.",
        path=path,
    )


@dataclass(frozen=True, slots=True)
class Tuned:
    """A tuned value, and the sentence that says what it was measured on; "" where the person set it."""

    value: Any
    measured_on: str = ""


def read_tuned(path: Path) -> dict[str, Tuned]:
    """What tuned.toml holds, by dotted key; nothing where there is none. Raises ConfigError."""
    try:
        tree = read_tree(path)
    except FileNotFoundError:
        return {}
    measured = tree.pop("measured_on", {})
    said = measured if isinstance(measured, dict) else {}
    return {key: Tuned(value, str(said.get(key, ""))) for key, value in flat(tree).items()}


def write_tuned(path: Path, tuned: Mapping[str, Tuned]) -> None:
    """Replace tuned.toml as a whole, atomically, 0600; keys are dotted (classifier.act). Raises ConfigError."""
    tree: Tree = {}
    for key, one in tuned.items():
        placed(tree, key, one.value)
    measured = {key: one.measured_on for key, one in tuned.items() if one.measured_on}
    document: dict[str, Any] = {**tree, **({"measured_on": measured} if measured else {})}
    _replace(path, _TUNED_HEAD + tomli_w.dumps(document))


def _replace(path: Path, text: str) -> None:
    _folder(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from None
    temporary = Path(name)
    _fill(handle, text, temporary, path)
    try:
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _not_written(path, error) from None
