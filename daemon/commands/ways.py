"""Which way of logging in an account's provider wants, which one the settings have, and how its token stands."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from config.oauth_providers import Flow, OAuthProvider, oauth_at, oauth_provider
from config.providers import PasswordKind, Provider, provider_at, provider_for
from config.schema import Account
from daemon.adapters.oauth.tokens import token_life
from daemon.commands.finding import Finding
from daemon.connect import client_of
from daemon.core.errors import HighroadError

_WANTS: Final[dict[PasswordKind, str]] = {
    "plain password": "takes the password of the mailbox",
    "app password": "takes an app password, and not your own",
    "oauth2 only": "takes no password, only OAuth 2.0",
    "bridge": "is read through its bridge on this machine, with the bridge's password",
    "no imap": "offers no IMAP",
}
_FLOWS: Final[dict[Flow, str]] = {"device": "a code typed in any browser", "browser": "a browser (or --paste)"}


def way(account: Account) -> Finding:
    """What the provider wants against what the settings have."""
    what = f'account "{account.name}", way of logging in'
    provider, oauth = provider_at(account.host) or provider_for(account.address), oauth_at(account.host)
    wants = (
        f"{provider.name} {_WANTS[provider.password]}"
        if provider
        else f"{account.host} is no provider that is known here"
    )
    if account.auth == "oauth2":
        return Finding(what, ok=True, seen=f"{wants}; set here is OAuth 2.0, {_by(account)}")
    if provider is not None and provider.password in {"oauth2 only", "no imap"}:
        return Finding(
            what, ok=False, seen=f"{wants}, and a password is set here", do=_instead(account, provider, oauth)
        )
    other = f'; OAuth 2.0 would be by {_flows(oauth)}, provider = "{oauth.name}"' if oauth and oauth.flows else ""
    return Finding(what, ok=True, seen=f"{wants}{other}; set here is a password")


def _by(account: Account) -> str:
    provider = oauth_provider(account.oauth.provider)
    return f"by {_flows(provider)}" if provider and not account.token_command else "its tokens by token_command"


def _flows(provider: OAuthProvider) -> str:
    return " or ".join(_FLOWS[flow] for flow in provider.flows)


def _instead(account: Account, provider: Provider, oauth: OAuthProvider | None) -> str:
    if oauth is None:
        return provider.advice
    settings = f'auth = "oauth2" and oauth = {{ provider = "{oauth.name}", client_id = "..." }}'
    return f"{provider.advice} Set {settings}, then say `highroad login {account.name}`. {oauth.register}"


async def token(account: Account, state_dir: Path) -> Finding:
    """Whether a token is there, until when, and whether it renews itself."""
    what = f'account "{account.name}", token'
    try:
        expires, renewable = token_life(state_dir, await client_of(account))
    except HighroadError as error:
        return Finding(what, ok=False, seen=str(error))
    until = f"good until {datetime.fromtimestamp(expires, UTC):%Y-%m-%d %H:%M} UTC"
    if renewable:
        return Finding(what, ok=True, seen=f"there, {until}, and renews itself")
    do = f"Say `highroad login {account.name}` before that; the provider gave nothing to renew it with."
    return Finding(what, ok=time.time() < expires, seen=f"there, {until}, and does not renew itself", do=do)
