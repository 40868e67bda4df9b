"""What a log-in consists of: the client as registered at a provider, and the grant that a person gave it."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from daemon.core.errors import NeedsOperator

_EARLY_SECONDS: Final = 300.0
_EARLY_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Client:
    """A client at a provider, for one account. An empty endpoint is one that the provider does not have.

    `provider` is for sentences. `loopback` is the host of a redirect address with any port, `redirect` one that is
    registered to the letter. `early` is how long before its end a token is refreshed at most, in s.
    """

    account: str
    provider: str
    token: str
    client_id: str
    authorization: str = ""
    device: str = ""
    scope: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    loopback: str = "127.0.0.1"
    redirect: str = ""
    secret: str = field(default="", repr=False)

    @property
    def mark(self) -> str:
        """Tells whose grant is whose: a grant of another client, endpoint or scope is of no use to this one."""
        return digest(f"{self.token}\n{self.client_id}\n{self.scope}")[:16]

    def to_json(self) -> dict[str, Any]:
        """For the refreshing process. Holds the client's secret."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> Self:
        """The opposite of to_json."""
        return cls(**{**found, "extra": tuple((key, value) for key, value in found["extra"])})


@dataclass(frozen=True, slots=True)
class Grant:
    """What the provider gave: tokens and their times, in s since the epoch.

    `id` is drawn at each log-in and outlives every refresh. `refused` is the sentence with which the provider ended
    the grant; after that only a new log-in helps.
    """

    id: str
    client: str
    obtained: float
    expires: float
    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    refused: str = ""

    def due(self, now: float) -> bool:
        """Whether it is time to refresh: 5 minutes before the end, and no later than after 80 % of the life."""
        early = min(_EARLY_SECONDS, _EARLY_SHARE * (self.expires - self.obtained))
        return not self.obtained - _EARLY_SECONDS <= now < self.expires - early

    def ended(self, now: float) -> bool:
        """Whether the access token's time is over."""
        return now >= self.expires

    def to_json(self) -> dict[str, Any]:
        """For the store. Holds the tokens."""
        return asdict(self)


def digest(secret: str) -> str:
    """Tells which token is meant, without carrying it about."""
    return hashlib.sha256(secret.encode()).hexdigest()


def log_in_again(account: str, why: str) -> NeedsOperator:
    """A failure that `highroad login` mends. `why` is a sentence with its full stop."""
    return NeedsOperator(f"{why} To mend it say `highroad login {shlex.quote(account)}`.")
