"""Passwords from where the person keeps them: a command, a file, a variable, a systemd credential, the keyring."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daemon.core.errors import NeedsOperator

_COMMAND_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where a password is found: kind is command, file, env, credential or keyring; user is for the keyring."""

    kind: str
    value: str
    user: str = ""


def secret_from(source: Source, account: str) -> str:
    """The password of an account.

    Raises NeedsOperator, saying where it looked and never what it found. A line break at the end is not part of it.
    """
    kind, value = source.kind, source.value
    read = _keyring(value, source.user, account) if kind == "keyring" else _SOURCES[kind](value, account)
    found = read.rstrip("\r\n")
    if not found:
        raise NeedsOperator(f'The password of account "{account}" is empty: its {kind} ({value}) gave nothing.')
    return found


def _command(value: str, account: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(value), stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NeedsOperator(
            f'The password command of account "{account}" could not be run ({_kind(error)}): {value}'
        ) from error
    if done.returncode:
        raise NeedsOperator(f'The password command of account "{account}" ended with code {done.returncode}: {value}')
    return _text(done.stdout.split(b"\n", 1)[0], account, f"command {value}")


def _kind(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer within {_COMMAND_SECONDS:.0f} s"
    return getattr(error, "strerror", None) or "its quotes do not match"


def _file(value: str, account: str) -> str:
    path = Path(value).expanduser()
    try:
        mode = path.stat().st_mode
        found = path.read_bytes()
    except OSError as error:
        raise NeedsOperator(
            f'The password file of account "{account}" cannot be read ({path}: {error.strerror}).'
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise NeedsOperator(
            f'The password file of account "{account}" is readable by others. Put that right: chmod 600 {path}'
        )
    return _text(found, account, f"file {path}")


def _env(value: str, account: str) -> str:
    if value not in os.environ:
        raise NeedsOperator(f'The variable {value} with the password of account "{account}" is not set.')
    return os.environ[value]


def _credential(value: str, account: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        raise NeedsOperator(
            f'Account "{account}" takes its password from the systemd credential {value}, but systemd handed none: '
            "it works only in the service, with LoadCredential= in the unit."
        )
    try:
        return _text((Path(folder) / value).read_bytes(), account, f"credential {value}")
    except OSError as error:
        raise NeedsOperator(
            f'The systemd credential {value} of account "{account}" cannot be read ({error.strerror}).'
        ) from error


def _keyring(service: str, user: str, account: str) -> str:
    """The keyring entry of that service and user, by the keyring library (an extra of the installation)."""
    try:
        import keyring  # noqa: PLC0415  (an optional extra)
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError as error:
        raise NeedsOperator(
            f'Account "{account}" takes its password from the keyring; install that extra first: "highroad[keyring]"'
        ) from error
    try:
        found: str | None = keyring.get_password(service, user)
    except KeyringError as error:
        raise NeedsOperator(
            f'The keyring with the password of account "{account}" did not open ({type(error).__name__}). '
            "Unlock it; where nobody is logged in there is none: use { command }, { file } or { credential } there."
        ) from error
    if found is None:
        raise NeedsOperator(
            f'The keyring holds no password for account "{account}". Put it there: keyring set {service} {user}'
        )
    return found


def _text(found: bytes, account: str, where: str) -> str:
    try:
        return found.decode()
    except UnicodeDecodeError as error:
        raise NeedsOperator(f'The password of account "{account}" from {where} is not UTF-8 text.') from error


_SOURCES: Final[Mapping[str, Callable[[str, str], str]]] = {
    "command": _command,
    "file": _file,
    "env": _env,
    "credential": _credential,
}
