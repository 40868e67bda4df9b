"""What `highroad doctor` says of who can read and write settings, state, tokens, secrets and the last backup."""

from __future__ import annotations

import shlex
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.loader import Loaded
from config.schema import Secret as Place
from daemon.adapters.journal.journal import Journal
from daemon.adapters.secrets import wrong_with
from daemon.commands.finding import Finding

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_MEDDLING: Final = stat.S_IWGRP | stat.S_IRWXO
"""A group may read the settings, as that of the system service does; nobody else, and none may write them."""
_KEPT: Final = ("journal*", "*.toml", "*.db", "*.backup", "*.key", "oauth/*.json", "oauth/*.new")


def rights(loaded: Loaded, journal: Journal) -> Iterator[Finding]:
    """One finding for each file or folder that others can get at, or one that says that all is well."""
    found = [*_secrets(loaded), *_settings(loaded.path), *_state(loaded.state_dir), *_backup(journal)]
    yield from found or [Finding("rights", ok=True, seen="nobody else can read settings, state, tokens or secrets")]


def _secrets(loaded: Loaded) -> Iterator[Finding]:
    for what, place in _places(loaded):
        if place is not None and place.kind == "file":
            path = Path(place.value).expanduser()
            seen = _wrong_with(path)
            if seen:
                yield Finding(what, ok=False, seen=f"{path} {seen}")


def _wrong_with(path: Path) -> str:
    """What is wrong with a secret's file; one that is not there is the log-in's to say."""
    try:
        return wrong_with(path.stat(), path)
    except OSError:
        return ""


def _places(loaded: Loaded) -> Iterator[tuple[str, Place | None]]:
    for account in loaded.settings.account:
        yield f'account "{account.name}", password file', account.password
        yield f'account "{account.name}", client secret file', account.oauth.client_secret
    yield "digest, password file", loaded.settings.digest.smtp.password


def _settings(path: Path) -> Iterator[Finding]:
    seen = "anybody can read where you have mail" if _mode(path) & stat.S_IRWXO else "a group can change the settings"
    yield from _unless_right("settings file", path, _MEDDLING, seen, "chmod g-w,o-rwx {}")
    if _mode(path.absolute().parent) & stat.S_IWOTH and not _mode(path.absolute().parent) & stat.S_ISVTX:
        folder = path.absolute().parent
        yield Finding(
            "settings folder", ok=False, seen=f"{folder}: anybody could put another config.toml there",
            do=f"chmod o-w {shlex.quote(str(folder))}",
        )  # fmt: skip


def _state(folder: Path) -> Iterator[Finding]:
    yield from _unless_right("state folder", folder, _OTHERS, "others can look into the journal", "chmod 700 {}")
    for path in sorted({path for pattern in _KEPT for path in folder.glob(pattern) if path.is_file()}):
        what = "token file" if path.parent.name == "oauth" else "state file"
        yield from _unless_right(what, path, _OTHERS, "others can read it", "chmod 600 {}")


def _backup(journal: Journal) -> Iterator[Finding]:
    """The file that `highroad backup` wrote last, wherever it lies."""
    notice = journal.notices.of("backup")
    if notice is not None:
        yield from _unless_right("backup", Path(notice.text), _OTHERS, "others can read it", "chmod 600 {}")


def _unless_right(what: str, path: Path, wrong: int, seen: str, mend: str) -> Iterator[Finding]:
    if _mode(path) & wrong:
        yield Finding(what, ok=False, seen=f"{path}: {seen}", do=mend.format(shlex.quote(str(path))))


def _mode(path: Path) -> int:
    """The rights of a file, of a link's target; 0 where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
