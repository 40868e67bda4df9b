"""Writing it all down: the password, the model, the log-in of OAuth, and config.toml last. All of it, or nothing."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from config.writer import Answers, config_text, write_new
from daemon.adapters.oauth.store import FOLDER as TOKENS
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person
from daemon.commands.beginning.secret import Secret
from daemon.commands.beginning.stage import ENDING, Stage
from daemon.model_note import cache_dir

_SERVICE = "highroad"


def place_of(secret: Secret | None, stage: Stage, given: Given, person: Person) -> Secret | None:
    """Where the password will be found from now on; a typed one gets a place, which is only named here."""
    if secret is None or not secret.typed:
        return secret
    if _keyring_wanted(given, person):
        return replace(secret, kind="keyring", value=_SERVICE)
    return replace(secret, kind="file", value=str(_free(stage.config.absolute().parent / "secret")))


def _keyring_wanted(given: Given, person: Person) -> bool:
    if given.keep_password or find_spec("keyring") is None:
        return given.keep_password == "keyring"  # noqa: S105  (a kind of place)
    return person.agrees(
        "Shall the password be kept in the desktop's keyring, instead of a file that only you can read? (A service "
        "that runs while you are logged out cannot open it.)",
        default=False,
    )


def _free(path: Path) -> Path:
    """A name that no file has: whatever is there may still be needed."""
    others = (path.with_name(f"{path.name}-{number}") for number in range(2, 100))
    return next(one for one in (path, *others) if not one.exists())


def text_of(answers: Answers, secret: Secret | None) -> str:
    """The config.toml. Raises ConfigError with every fault."""
    return config_text(replace(answers, password=(secret.kind, secret.value)) if secret else answers)


def keep(stage: Stage, state: Path, text: str, secret: Secret | None, user: str) -> None:
    """Write it all; what was written is taken back when something fails. Raises ConfigError, NeedsOperator, OSError.

    Ctrl-C waits until it is through: it takes no longer than the disk does.
    """
    with _undisturbed(), ExitStack() as unless_done:
        if secret is not None and secret.typed:
            _keep_password(secret, user, unless_done)
        _move(cache_dir(stage.state), cache_dir(state), unless_done)
        _move(stage.state / TOKENS, state / TOKENS, unless_done)
        write_new(stage.config, text)
        unless_done.pop_all()


@contextmanager
def _undisturbed() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, *ENDING))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _keep_password(secret: Secret, user: str, unless_done: ExitStack) -> None:
    if secret.kind == "keyring":
        from daemon.adapters.secrets import forget_in_keyring, keep_in_keyring

        keep_in_keyring(secret.value, user, secret.typed)
        unless_done.callback(forget_in_keyring, secret.value, user)
        return
    path = Path(secret.value)
    write_new(path, secret.typed + "\n")
    unless_done.callback(path.unlink, missing_ok=True)


def _move(source: Path, target: Path, unless_done: ExitStack) -> None:
    """A folder of the stage into the state directory (0700), file by file what is not there yet."""
    if not source.is_dir():
        return
    if not target.parent.exists():
        target.parent.mkdir(mode=0o700, parents=True)
        unless_done.callback(shutil.rmtree, target.parent, ignore_errors=True)
    if not target.exists():
        unless_done.callback(shutil.rmtree, target, ignore_errors=True)
    target.mkdir(mode=0o700, exist_ok=True)
    folder = os.open(target, os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    unless_done.callback(os.close, folder)
    for one in source.iterdir():
        if one.is_file():
            _copy(one, folder, unless_done)


def _copy(source: Path, folder: int, unless_done: ExitStack) -> None:
    """Into an open folder, under a name that nothing has there: root may do this where somebody else lays links."""
    try:
        handle = os.open(source.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except FileExistsError:
        return
    unless_done.callback(os.unlink, source.name, dir_fd=folder)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        shutil.copyfileobj(read, written)
