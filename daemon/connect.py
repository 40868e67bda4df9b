"""Opening connections for an account: its secret, its log-in, and the count of refusals that outlives this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

from config.schema import Account
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Placing
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.thread import OwnThread
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.refusals import LIMIT, Refusal
from daemon.adapters.secrets import Source, secret_from
from daemon.core.errors import NeedsOperator, Refused
from daemon.core.ports import Clock

T = TypeVar("T")


class Connector:
    """Connections of one account. After LIMIT refusals of one secret nothing is tried with it: providers lock out."""

    def __init__(self, account: Account, journal: Journal, clock: Clock) -> None:
        self.account = account
        self._journal, self._clock = journal, clock
        self._opening = asyncio.Lock()
        self._login = Login(account.name, account.host, account.port, account.security, account.user, account.ca_file)

    async def reading(self) -> Reading:
        """A read-only session. Raises Refused, NeedsOperator or Transient."""
        return await self._open(lambda secret: Reading.open(self._login, secret))

    async def placing(self) -> Placing:
        """A session that lays drafts. Raises Refused, NeedsOperator or Transient."""
        account = self.account
        return await self._open(lambda secret: Placing.open(self._login, secret, account.drafts, account.sent))

    async def refusal(self) -> Refusal | None:
        """How often the secret of today was refused; None for never."""
        return self._journal.refusals.of(self.account.name, self._key(await self._secret()))

    async def _open(self, opened: Callable[[str], Awaitable[T]]) -> T:
        # One after another: two that were let through together would be one refusal too many.
        async with self._opening:
            return await self._open_alone(opened)

    async def _open_alone(self, opened: Callable[[str], Awaitable[T]]) -> T:
        secret = await self._secret()
        key = self._key(secret)
        self._refuse_exhausted(key)
        try:
            connection = await opened(secret)
        except Refused as error:
            self._journal.refusals.add(self.account.name, key, str(error), self._clock.now())
            raise
        self._journal.refusals.clear(self.account.name)
        return connection

    def _refuse_exhausted(self, key: bytes) -> None:
        refusal = self._journal.refusals.of(self.account.name, key)
        if refusal is not None and refusal.count >= LIMIT:
            raise NeedsOperator(
                f'The log-in of account "{self.account.name}" was refused {refusal.count} times and rests: '
                "providers lock people out. Change the password or the settings, or say `highroad doctor --retry`. "
                f"The last answer: {refusal.said}"
            )

    async def _secret(self) -> str:
        account = self.account
        if account.auth == "oauth2":
            raise NeedsOperator(
                f'Account "{account.name}" has auth = "oauth2", which this version cannot do yet. Where the provider '
                'allows it, use an app password and auth = "password".'
            )
        if account.password is None or account.password.kind is None:
            raise NeedsOperator(
                f'Account "{account.name}" has no password. Say where it is found, e.g. '
                'password = { command = "pass show mail/sam" }'
            )
        source = Source(account.password.kind, account.password.value, account.user)
        thread = OwnThread(f"secret-{account.name}")  # not the loop's own: a hanging command must not hold up the exit
        try:
            return await thread.run(lambda: secret_from(source, account.name))
        finally:
            thread.end()

    def _key(self, secret: str) -> bytes:
        account = self.account
        parts = [account.name, account.host, account.port, account.security, account.user, secret]
        return self._journal.keyed(json.dumps(parts).encode())
