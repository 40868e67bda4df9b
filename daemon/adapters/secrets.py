"""Passwords from where the person keeps them: a command, a file, a variable, a systemd credential, the keyring."""

from __future__ import annotations

import os
import pwd
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from daemon.core.errors import NeedsOperator
from daemon.core.quoting import quoted
from daemon.core.secret import Secret

_COMMAND_SECONDS: Final = 60.0
_MOST_OCTETS: Final = 65_536
_OPEN_FOLDER: Final = "lies where anybody could put another in its place. Put that right: chmod o-w {}"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a password is found: kind is command, file, env, credential or keyring; user is for the keyring."""

    kind: str
    value: str
    user: str = ""


_withdrawn: Final[dict[str, Secret]] = {}


def withdraw(names: Iterable[str]) -> None:
    """Take variables that hold secrets out of the environment, so that no process we start inherits them.

    Here they are found all the same. What the kernel shows of our own start (/proc/PID/environ) stays as it was.
    """
    for name in names:
        if name in os.environ:
            _withdrawn[name] = Secret(os.environ.pop(name))


def secret_from(source: Source, account: str) -> Secret:
    """The password of an account.

    Raises NeedsOperator, saying where it looked and never what it found. A line break at the end is not part of it.
    """
    kind, value = source.kind, source.value
    read = _keyring(value, source.user, account) if kind == "keyring" else _SOURCES[kind](value, account)
    found = read.rstrip("\r\n")
    if not found:
        raise NeedsOperator(f'The password of account "{account}" is empty: its {kind} ({quoted(value)}) gave nothing.')
    return Secret(found)


def _command(value: str, account: str) -> str:
    try:
        done = subprocess.run(
            shlex.split(value), stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise NeedsOperator(
            f'The password command of account "{account}" could not be run ({_kind(error)}): {quoted(value)}'
        ) from error
    if done.returncode:
        ended = f'The password command of account "{account}" ended with code {done.returncode}'
        raise NeedsOperator(f"{ended}: {quoted(value)}")
    return _text(done.stdout.split(b"\n", 1)[0], account, f"command {quoted(value)}")


def _kind(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer within {_COMMAND_SECONDS:.0f} s"
    return getattr(error, "strerror", None) or "its quotes do not match"


def _file(value: str, account: str) -> str:
    """A file that nobody else can read or put another in the place of; of a link its target is judged."""
    path, whose = Path(value).expanduser(), f'The password file of account "{account}"'
    try:
        with _opened(path) as file:
            wrong = wrong_with(os.fstat(file.fileno()), path)
            found = b"" if wrong else file.read(_MOST_OCTETS)
    except OSError as error:
        raise NeedsOperator(f"{whose} cannot be read ({path}: {error.strerror}).") from error
    if wrong:
        raise NeedsOperator(f"{whose} {wrong}")
    return _text(found, account, f"file {path}")


def _opened(path: Path) -> BinaryIO:
    """Without waiting for whoever writes into a pipe of that name."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")


def wrong_with(told: os.stat_result, path: Path) -> str:
    """Why a secret must not lie in that file, as the end of a sentence, with what mends it; empty if it may.

    Raises OSError where its folders cannot be looked at.
    """
    if not stat.S_ISREG(told.st_mode):
        return f"is no file: {path}"
    if stat.S_IMODE(told.st_mode) & 0o077:
        return f"is readable by others. Put that right: chmod 600 {shlex.quote(str(path))}"
    if told.st_uid not in {os.geteuid(), 0}:
        return f"belongs to somebody else. Put that right: chown {_own_name()} {shlex.quote(str(path))}"
    folder = next((one for one in (path.absolute().parent, path.resolve().parent) if _open_to_all(one)), None)
    return _OPEN_FOLDER.format(shlex.quote(str(folder))) if folder else ""


def _own_name() -> str:
    """Who this is, as chown takes it; in a container a number need not have a name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _open_to_all(folder: Path) -> bool:
    """Whether anybody could put another file there in its place; a sticky folder lets only the owner (/tmp)."""
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX


def _env(value: str, account: str) -> str:
    if value in os.environ:
        return os.environ[value]
    if value not in _withdrawn:
        raise NeedsOperator(f'The variable {value} with the password of account "{account}" is not set.')
    return _withdrawn[value].text


def _credential(value: str, account: str) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if folder is None:
        raise NeedsOperator(
            f'Account "{account}" takes its password from the systemd credential {value}, but systemd handed none: '
            "it works only in the service, with LoadCredential= in the unit."
        )
    try:
        return _text((Path(folder) / value).read_bytes()[:_MOST_OCTETS], account, f"credential {value}")
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


def keep_in_keyring(service: str, user: str, secret: str) -> None:
    """Put a password into the keyring. Raises NeedsOperator where there is none, or it does not open."""
    try:
        import keyring  # noqa: PLC0415  (an optional extra)
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError as error:
        raise NeedsOperator('The keyring is an extra; install it first: "highroad[keyring]"') from error
    try:
        keyring.set_password(service, user, secret)
    except KeyringError as error:
        raise NeedsOperator(
            f"The keyring did not take the password ({type(error).__name__}). Unlock it, or keep it in a file."
        ) from error


def forget_in_keyring(service: str, user: str) -> None:
    """Take a password out of the keyring that was put there a moment ago."""
    import keyring  # noqa: PLC0415  (an optional extra)

    keyring.delete_password(service, user)


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
