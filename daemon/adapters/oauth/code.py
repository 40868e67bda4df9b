"""The authorization code with PKCE (RFC 6749, 4.1; RFC 7636): the address to open, and the code for a grant."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from daemon.adapters.oauth.answers import grant_of, shown
from daemon.adapters.oauth.values import Client, Grant
from daemon.adapters.oauth.wire import post
from daemon.core.errors import NeedsOperator
from daemon.core.quoting import quoted


@dataclass(frozen=True, slots=True)
class Request:
    """One try of logging in: where the browser comes back to, and the two secrets that tie its end to its beginning."""

    client: Client
    redirect: str
    hint: str = ""
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(64), repr=False)

    @property
    def address(self) -> str:
        """The address for the browser."""
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.redirect,
            "scope": self.client.scope,
            "state": self.state,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
            **({"login_hint": self.hint} if self.hint else {}),
            **dict(self.client.extra),
        }
        joint = "&" if urlsplit(self.client.authorization).query else "?"
        return f"{self.client.authorization}{joint}{urlencode(asked)}"

    def code_in(self, redirected: str) -> str | None:
        """The code of a redirected address; None for one that does not belong to this try.

        Raises NeedsOperator when the provider says in it that there will be none (RFC 6749, 4.1.2.1).
        """
        query = parse_qs(urlsplit(redirected.strip()).query, max_num_fields=50)
        if not hmac.compare_digest(query.get("state", [""])[0].encode(), self.state.encode()):
            return None
        if error := query.get("error", [""])[0]:
            why = shown(": ".join([error, *query.get("error_description", [])]))
            raise NeedsOperator(f"The log-in was not given: the provider ({self.client.provider}) said {quoted(why)}.")
        return query.get("code", [None])[0]

    def grant(self, code: str, identity: str, now: float) -> Grant:
        """Turn the code into a grant. Raises Transient, Throttled or NeedsOperator."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "client_id": self.client.client_id,
            "code_verifier": self.verifier,
        }
        return grant_of(post(self.client.token, form | secret_of(self.client)), self.client, identity, now)


def challenge(verifier: str) -> str:
    """S256 of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def secret_of(client: Client) -> dict[str, str]:
    """The client's secret as part of the form (RFC 6749, 2.3.1), where it has one."""
    return {"client_secret": client.secret} if client.secret else {}
