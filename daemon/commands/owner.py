"""Root on a service of the machine: finds its settings and state, and becomes their owner before anything is opened."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from config.places import CONFIG_NAME, new_config_path
from daemon.commands.context import Context
from daemon.core.errors import HighroadError

CONFIG_DIR: Final = Path("/etc/highroad")
STATE_DIR: Final = Path("/var/lib/highroad")
USER: Final = "highroad"
_AS_ROOT: Final = frozenset({"init", "systemd"})
"""What root does as root: they write where root alone may."""


class NotReadable(HighroadError):
    """The owner of the state directory cannot read this installation."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who owns files: numbers, the groups that come with them, the name and home if there is an account."""

    uid: int
    gid: int
    name: str = ""
    home: str = "/"


def housed(
    context: Context, command: str | None, at_end: Callable[[Callable[[], None]], object] = lambda _call: None
) -> Context:
    """The context that a command works in. For root: the machine's service, and from now on in its owner's name.

    What root has to do as root is handed over to the service `at_end`.
    """
    if os.geteuid():
        return context
    found = _of_the_machine(context)
    if command not in _AS_ROOT:
        become_owner(found.state())
    elif found.config == CONFIG_DIR / CONFIG_NAME:
        at_end(hand_over)
    return found


def hand_over() -> None:
    """Let the service's account have what root made for it: the settings to read, the secrets and the state to own."""
    person = _account()
    if person is None:
        return
    for _, folders, files, folder in os.fwalk(STATE_DIR.resolve()) if STATE_DIR.is_dir() else ():
        for name in (*folders, *files):
            _give(name, folder, person)
    for path in CONFIG_DIR.glob("*"):
        _entrust(path, person)


def _give(name: str, folder: int, person: Person) -> None:
    """By the open folder, not by its path: who owns the folders above could put a link there meanwhile.

    A file that has another name elsewhere was not made here.
    """
    with suppress(FileNotFoundError):
        told = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISDIR(told.st_mode) or told.st_nlink == 1:
            os.chown(name, person.uid, person.gid, dir_fd=folder, follow_symlinks=False)


def _entrust(path: Path, person: Person) -> None:
    """Settings stay root's, so that the service cannot change them; what nobody else may read becomes its own."""
    if path.is_symlink() or not path.is_file():
        return
    if path.name == CONFIG_NAME:
        os.chown(path, 0, person.gid)
        path.chmod(0o640)
    elif not path.stat().st_mode & 0o077:
        os.chown(path, person.uid, person.gid)


def _of_the_machine(context: Context) -> Context:
    """/etc/highroad and /var/lib/highroad, unless root named other places or has settings of root's own."""
    named = context.config or os.environ.get("HIGHROAD_CONFIG") or os.environ.get("CONFIGURATION_DIRECTORY")
    if named or not CONFIG_DIR.is_dir() or new_config_path(None, os.environ).exists():
        return context
    state = context.state_dir or (None if os.environ.get("STATE_DIRECTORY") else STATE_DIR)
    return replace(context, config=CONFIG_DIR / CONFIG_NAME, state_dir=state)


def become_owner(state_dir: Path) -> None:
    """As root, where the directory is another's: become that one, for good. It is made for the service's account.

    Raises NotReadable where that one could not go on.
    """
    person = _owner(state_dir)
    if person is None or person.uid == 0:
        return
    os.setgroups(os.getgrouplist(person.name, person.gid) if person.name else [])
    os.setgid(person.gid)
    os.setuid(person.uid)
    _move_in(person, os.environ)
    if not all(os.access(place, os.R_OK | os.X_OK) for place in (sys.prefix, sys.base_prefix, _HERE)):
        raise NotReadable(
            f"{state_dir} belongs to {person.name or person.uid}, who cannot read this installation of Highroad "
            f"({sys.prefix}). Say it as that person, with an installation that both can read."
        )


_HERE: Final = Path(__file__).parent


def _owner(state_dir: Path) -> Person | None:
    """Who owns the directory; where the machine's own is missing, it is made as systemd would make it."""
    try:
        found = state_dir.stat()
    except FileNotFoundError:
        return _furnished(state_dir) if state_dir == STATE_DIR else None
    return _person(found.st_uid, found.st_gid)


def _furnished(state_dir: Path) -> Person | None:
    person = _account()
    if person is not None:
        state_dir.mkdir(mode=0o700)
        os.chown(state_dir, person.uid, person.gid)
    return person


def _account() -> Person | None:
    """The service's account, if there is one."""
    import pwd

    try:
        found = pwd.getpwnam(USER)
    except KeyError:
        return None
    return _person(found.pw_uid, found.pw_gid)


def _person(uid: int, gid: int) -> Person:
    import pwd

    try:
        account = pwd.getpwuid(uid)
    except KeyError:
        return Person(uid, gid)
    return Person(uid, account.pw_gid, account.pw_name, account.pw_dir)


def _move_in(person: Person, environ: MutableMapping[str, str]) -> None:
    """Root's own places are not this one's."""
    for name in [name for name in environ if name.startswith(("XDG_", "SUDO_"))]:
        del environ[name]
    environ["HOME"] = person.home
    if person.name:
        environ["USER"] = environ["LOGNAME"] = person.name
