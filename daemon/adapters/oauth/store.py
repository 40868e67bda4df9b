"""Tokens on disk: one file an account, 0600 in a folder 0700, replaced as a whole and durable before it is used.

A refresh token may be good for one use. So the room for the answer is taken on disk before the provider is asked
(a full disk is noticed while nothing is lost yet), the answer is fsynced there, and only then put in its place. What an
exchange that was cut off leaves behind tells the next one how far it came.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from daemon.adapters.oauth.values import Client, Grant, log_in_again
from daemon.core.errors import NeedsOperator, Transient

FOLDER: Final = "oauth"
_ROOM: Final = 65_536
"""Octets taken beforehand; an answer of the provider is smaller than that (see wire.MOST)."""


class TokenStore:
    """The grant of one account. `load` reads it at any time; whoever changes it holds `locked`."""

    def __init__(self, state_dir: Path, account: str) -> None:
        self.account = account
        self._folder = state_dir / FOLDER
        name = quote(account, safe=" @+")
        name = name if len(name) <= 100 else hashlib.sha256(account.encode()).hexdigest()
        self.path = self._folder / f"{name}.json"
        self._new = self._folder / f"{name}.new"
        self._lock = self._folder / f"{name}.lock"

    def load(self) -> Grant | None:
        """The grant, None where nobody logged in. Raises NeedsOperator for a file that cannot be used."""
        try:
            return _grant(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        except (ValueError, TypeError, KeyError):
            pass  # raised below, where the file's content is in no traceback
        raise log_in_again(self.account, f'The kept log-in of account "{self.account}" ({self.path}) is damaged.')

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One at a time, across processes; waits for its turn. The kernel lets go of it however the holder ends."""
        file = self._opened_lock()
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def recover(self) -> bool:
        """Put an answer in its place whose keeping was cut off after its fsync; under the lock.

        True when an exchange was cut off before its answer was kept: then nobody knows whether the refresh token that
        is kept is still good.
        """
        try:
            found = self._new.read_bytes()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unusable(error) from error
        with suppress(ValueError, TypeError, KeyError):
            _grant(found)
            self._put()
            return False
        return True

    def reserve(self) -> None:
        """Take the room for an answer, durably; under the lock. Raises Transient while the disk is full."""
        try:
            with self._opened_new() as file:
                os.posix_fallocate(file.fileno(), 0, _ROOM)
                os.fsync(file.fileno())
            self._settle()
        except OSError as error:
            self.give_back()
            raise self._unusable(error) from error

    def give_back(self) -> None:
        """Take the reserved room away: the provider said that the refresh token was not used, or cannot be."""
        with suppress(OSError):
            self._new.unlink(missing_ok=True)

    def save(self, grant: Grant) -> None:
        """Keep a grant, durably, before any of it is used; under the lock."""
        text = json.dumps(grant.to_json()).encode()
        try:
            with self._opened_new() as file:
                file.write(text)
                file.truncate()
                os.fsync(file.fileno())
            self._put()
        except OSError as error:
            raise self._unusable(error) from error

    def _put(self) -> None:
        self._new.replace(self.path)
        self._settle()

    def _opened_new(self) -> BinaryIO:
        self._make_folder()
        handle = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        return os.fdopen(handle, "wb", closefd=True)

    def _opened_lock(self) -> int:
        try:
            self._make_folder()
            return os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unusable(error) from error

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)

    def _settle(self) -> None:
        """Make the names in the folder durable as well."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _unusable(self, error: OSError) -> NeedsOperator | Transient:
        said = f'The log-in of account "{self.account}" cannot be kept in {self._folder} ({error.strerror}).'
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}:
            return Transient(f"{said} Make room there; it is tried again.")
        return NeedsOperator(f"{said} Check who owns it and its rights.")


def _grant(text: bytes) -> Grant:
    """A grant from its file; what room was left over at the end is not part of it. Raises ValueError or TypeError."""
    found = json.loads(text.rstrip(b"\0"))
    grant = Grant(**found)
    texts = (grant.id, grant.client, grant.access, grant.refresh, grant.refused)
    times = (grant.obtained, grant.expires)
    if not all(isinstance(one, str) for one in texts) or not all(isinstance(one, int | float) for one in times):
        raise TypeError
    return grant


def usable(store: TokenStore, client: Client) -> Grant:
    """The grant that is kept, if it is this client's and not over. Raises NeedsOperator, saying to log in."""
    grant = store.load()
    if grant is None:
        raise log_in_again(client.account, f'Nobody has logged in for account "{client.account}" yet.')
    if grant.refused:
        raise NeedsOperator(grant.refused)
    if grant.client != client.mark:
        why = f'The kept log-in of account "{client.account}" is of another client or scope than its settings name.'
        raise log_in_again(client.account, why)
    return grant
