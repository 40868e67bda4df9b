"""Access tokens for whoever logs in: the kept one while it is good, refreshed in time by a process of its own.

Loaded for accounts with auth = "oauth2" alone, and light: what speaks HTTP is loaded in the other process.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from daemon.adapters.oauth.store import TokenStore, usable
from daemon.adapters.oauth.values import Client, digest
from daemon.core.errors import HighroadError, NeedsOperator, Throttled, Transient

_REFRESH_SECONDS: Final = 75.0
"""For the whole process, waiting for another refresher included; one exchange takes wire.SECONDS at most."""
_COMMAND_SECONDS: Final = 60.0
_FOR_THE_PERSON: Final = frozenset({77, 78})
"""EX_NOPERM and EX_CONFIG of sysexits.h: a token command that ends so says that trying again is of no use."""


class Tokens:
    """The access tokens of an account that logged in by `highroad login`. Its methods block: not for the event loop."""

    def __init__(self, state_dir: Path, client: Client) -> None:
        self._state_dir, self._client = state_dir, client
        self._store = TokenStore(state_dir, client.account)

    def access(self, *, fresh: bool = False) -> str:
        """An access token that should be good; with `fresh` another one than the one that is kept.

        Raises NeedsOperator when only a new log-in helps, Transient or Throttled when there is none just now.
        """
        grant, now = usable(self._store, self._client), time.time()
        if not (fresh or grant.due(now)):
            return grant.access
        if not grant.refresh and not fresh and not grant.ended(now):
            return grant.access
        try:
            self._refresh(digest(grant.access) if fresh else "")
        except Transient:
            if fresh or grant.ended(time.time()):
                raise
            return grant.access  # the provider is away, and the token is good for some minutes yet
        return usable(self._store, self._client).access

    def _refresh(self, seen: str) -> None:
        asked = {"state_dir": str(self._state_dir), "client": self._client.to_json(), "seen": seen}
        command = [sys.executable, "-P", "-m", "daemon.adapters.oauth.refresh"]
        try:
            # A session of its own: whatever ends this process, the other one keeps what the provider gives it.
            done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, check=False,
                                  timeout=_REFRESH_SECONDS, start_new_session=True)  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            raise self._broken() from None
        try:
            found = json.loads(done.stdout)
        except ValueError:
            raise self._broken() from None
        if found:
            raise _failure(found)

    def _broken(self) -> Transient:
        return Transient(
            f'The log-in of account "{self._client.account}" could not be renewed: the process that does it broke off. '
            "It is tried again."
        )


def _failure(found: dict[str, Any]) -> HighroadError:
    if found["kind"] == "throttled":
        return Throttled(found["said"], found["seconds"])
    return Transient(found["said"]) if found["kind"] == "transient" else NeedsOperator(found["said"])


def token_from(command: str, account: str) -> str:
    """The access token that a command prints as its first line; run without a shell.

    Raises NeedsOperator for a command that cannot be run or says so itself (exit code 77 or 78), else Transient: what
    it needs may be away just now. Nothing that it prints is repeated.
    """
    try:
        done = subprocess.run(
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Transient(f"{_command(account)} gave no answer within {_COMMAND_SECONDS:.0f} s.") from None
    except OSError as error:
        raise NeedsOperator(f"{_command(account)} could not be run ({error.strerror}). Correct it.") from None
    if done.returncode in _FOR_THE_PERSON:
        raise NeedsOperator(f"{_command(account)} ended with code {done.returncode}. Run it yourself to see why.")
    if done.returncode:
        raise Transient(f"{_command(account)} ended with code {done.returncode}. It is tried again; run it to see why.")
    found = done.stdout.split(b"\n", 1)[0].strip()
    if not re.fullmatch(rb"[\x21-\x7e]+", found):
        raise Transient(
            f"{_command(account)} printed no token as its first line. It is tried again; run it to see why."
        )
    return found.decode("ascii")


def _command(account: str) -> str:
    return f'The token_command of account "{account}"'


def token_life(state_dir: Path, client: Client) -> tuple[float, bool]:
    """Until when the kept token is good, in s since the epoch, and whether it can be renewed.

    Raises NeedsOperator where there is none, or none that is of use.
    """
    grant = usable(TokenStore(state_dir, client.account), client)
    return grant.expires, bool(grant.refresh)


def grant_id(state_dir: Path, account: str) -> str:
    """What stays the same from one log-in of the person to the next; empty without one, and where it is damaged."""
    try:
        grant = TokenStore(state_dir, account).load()
    except NeedsOperator:
        return ""
    return grant.id if grant is not None else ""
