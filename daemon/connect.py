"""Opening connections for an account: its secret, its log-in, and the count of refusals that outlives this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from config.oauth_providers import TENANT, oauth_provider
from config.schema import Account, Settings
from config.schema import Secret as Place
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Placing
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.thread import OwnThread
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.refusals import LIMIT, Refusal
from daemon.adapters.secrets import Source, secret_from
from daemon.core.errors import HighroadError, NeedsOperator, Refused
from daemon.core.ports import Clock
from daemon.core.quoting import quoted
from daemon.core.secret import Secret

if TYPE_CHECKING:
    from daemon.adapters.oauth.values import Client

T = TypeVar("T")


class Connector:
    """Connections of one account. After LIMIT refusals of one secret nothing is tried with it: providers lock out."""

    def __init__(self, account: Account, journal: Journal, clock: Clock) -> None:
        self.account = account
        self._journal, self._clock = journal, clock
        self._opening = asyncio.Lock()
        self._login = Login(
            account.name, account.host, account.port, account.security, account.user, account.ca_file, auth=account.auth
        )

    async def reading(self) -> Reading:
        """A read-only session. Raises Refused, NeedsOperator or Transient."""
        return await self._open(lambda secret: Reading.open(self._login, secret))

    async def placing(self) -> Placing:
        """A session that lays drafts. Raises Refused, NeedsOperator or Transient."""
        account = self.account
        return await self._open(lambda secret: Placing.open(self._login, secret, account.drafts, account.sent))

    async def refusal(self) -> Refusal | None:
        """How often the secret of today was refused; None for never."""
        return self._journal.refusals.of(self.account.name, await self.identity())

    async def identity(self) -> bytes:
        """What refusals are counted by: it changes with the settings and the secret, and with each `highroad login`.

        Not with each access token: where tokens are renewed by themselves, the grant that they come from counts.
        """
        if self.account.auth == "oauth2":
            return self._key(self._grant())
        with await self._secret() as secret:
            return self._key(secret.text)

    async def _open(self, opened: Callable[[str], Awaitable[T]]) -> T:
        # One after another: two that were let through together would be one refusal too many.
        async with self._opening:
            if self.account.auth == "oauth2":
                return await self._open_by_token(opened)
            with await self._secret() as secret:
                return await self._open_by(self._key(secret.text), lambda: opened(secret.text))

    async def _open_by(self, key: bytes, opened: Callable[[], Awaitable[T]]) -> T:
        self._refuse_exhausted(key)
        try:
            connection = await opened()
        except HighroadError as error:
            forget_frames(error)
            if isinstance(error, Refused):
                self._journal.refusals.add(self.account.name, key, str(error), self._clock.now())
            raise
        self._journal.refusals.clear(self.account.name)
        return connection

    async def _open_by_token(self, opened: Callable[[str], Awaitable[T]]) -> T:
        """A token that is refused may have ended early: a fresh one is tried before that counts."""

        async def twice() -> T:
            try:
                return await opened(token.text)
            except Refused:
                if self.account.token_command:  # what a command prints is as fresh as it gets
                    raise
            with await self._token(fresh=True) as fresh:
                return await opened(fresh.text)

        key = self._key(self._grant())
        self._refuse_exhausted(key)  # before anything is asked of the provider or of a command
        with await self._token() as token:
            return await self._open_by(key, twice)

    async def _token(self, *, fresh: bool = False) -> Secret:
        """An access token; with `fresh` another one than before."""
        from daemon.adapters.oauth.tokens import Tokens, token_from  # noqa: PLC0415  (only where there is OAuth)

        account = self.account
        if account.token_command:
            return await _apart(account, lambda: Secret(token_from(account.token_command, account.name)))
        client = await client_of(account)
        tokens = Tokens(self._journal.store.path.parent, client)
        return await _apart(account, lambda: Secret(tokens.access(fresh=fresh)))

    def _grant(self) -> str:
        from daemon.adapters.oauth.tokens import grant_id  # noqa: PLC0415  (only where there is OAuth)

        account = self.account
        known = [account.token_command, account.oauth.provider, account.oauth.client_id, account.oauth.token_endpoint]
        return json.dumps([*known, grant_id(self._journal.store.path.parent, account.name)])

    def _refuse_exhausted(self, key: bytes) -> None:
        refusal = self._journal.refusals.of(self.account.name, key)
        if refusal is not None and refusal.count >= LIMIT:
            raise NeedsOperator(
                f'The log-in of account "{self.account.name}" was refused {refusal.count} times and rests: '
                f"providers lock people out. {_mending(self.account)}, or say `highroad doctor --retry`. "
                f"The last answer: {quoted(refusal.said)}"
            )

    async def _secret(self) -> Secret:
        account = self.account
        if account.password is None or account.password.kind is None:
            raise NeedsOperator(
                f'Account "{account.name}" has no password. Say where it is found, e.g. '
                'password = { command = "pass show mail/sam" }'
            )
        return await _found(account, account.password)

    def _key(self, secret: str) -> bytes:
        account = self.account
        parts = [account.name, account.host, account.port, account.security, account.user, secret]
        return self._journal.keyed(json.dumps(parts).encode())


def _mending(account: Account) -> str:
    if account.auth == "password":
        return "Change the password or the settings"
    return "Look at its token_command" if account.token_command else f"Say `highroad login {account.name}`"


async def client_of(account: Account) -> Client:
    """The OAuth client of an account, its secret fetched. Raises NeedsOperator where the settings name none."""
    from daemon.adapters.oauth.values import Client  # noqa: PLC0415  (only where there is OAuth)

    oauth, provider = account.oauth, oauth_provider(account.oauth.provider)
    if provider is None:
        raise NeedsOperator(
            f'Account "{account.name}" has auth = "oauth2" and names no provider. Set in config.toml '
            'oauth = { provider = "...", client_id = "..." }; docs/providers.md says how.'
        )
    secret = (await _found(account, oauth.client_secret)).text if oauth.client_secret.kind else ""
    token = oauth.token_endpoint or _filled(account, provider.token)
    return Client(
        account.name,
        provider.title if provider.token else urlsplit(token).hostname or "",
        token,
        oauth.client_id,
        authorization=oauth.authorization_endpoint or _filled(account, provider.authorization),
        device=oauth.device_endpoint or _filled(account, provider.device),
        scope=oauth.scope or provider.scope,
        extra=provider.extra,
        loopback=provider.loopback,
        redirect=oauth.redirect,
        secret=secret,
    )


def _filled(account: Account, endpoint: str) -> str:
    return endpoint.replace("{tenant}", account.oauth.tenant or TENANT)


async def _found(account: Account, place: Place) -> Secret:
    source = Source(place.kind or "", place.value, account.user)
    return await _apart(account, lambda: secret_from(source, account.name))


def forget_frames(error: BaseException | None) -> None:
    """Let go of the frames of a failure and of its causes: while it is told and kept, they would hold the secret."""
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def variables(settings: Settings) -> set[str]:
    """The names of the variables that hold secrets, by these settings."""
    accounts = settings.account
    places = [*(one.password for one in accounts), *(one.oauth.client_secret for one in accounts)]
    places.append(settings.digest.smtp.password)
    return {place.value for place in places if place is not None and place.kind == "env"}


async def _apart(account: Account, call: Callable[[], Secret]) -> Secret:
    """Made in a thread that nothing waits for: a hanging command must not hold up the exit."""
    thread = OwnThread(f"secret-{account.name}")
    try:
        return await thread.run(call)
    finally:
        thread.end()
