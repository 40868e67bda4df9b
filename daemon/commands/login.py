"""`highroad login`: the person's log-in at an OAuth provider, in plain words, kept, and tried at the mail server."""

from __future__ import annotations

import asyncio
import secrets
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from config.loader import Loaded
from config.oauth_providers import oauth_provider
from config.schema import Account
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.oauth.code import Request
from daemon.adapters.oauth.device import awaited, invited
from daemon.adapters.oauth.loopback import SECONDS, Loopback
from daemon.adapters.oauth.store import TokenStore
from daemon.adapters.oauth.values import Client, Grant
from daemon.commands.context import Context, emit
from daemon.connect import Connector, client_of
from daemon.core.errors import HighroadError, Refused, WrongUse

_PASTE_PORT: Final = 51_999
"""Nobody listens there: the browser shows an error, and its address line what is to be pasted."""

_OPEN_HERE: Final = """Open this address in a browser on this machine:

  {url}

Waiting for it to come back, for {minutes} minutes at most. No browser here? Ctrl-C, then: {other}"""
_OPEN_ANYWHERE: Final = """Open this address in any browser:

  {url}

When you have agreed there, the browser goes to an address that begins with {redirect} and may show an error:
that is as it should be. Copy that whole address from the browser's address line, paste it here, and press Enter:"""


@dataclass(frozen=True, slots=True)
class Teller:
    """Says each step: a sentence for people, or one JSON object a line."""

    as_json: bool

    def __call__(self, event: str, sentence: str, **facts: object) -> None:
        """Say it."""
        if self.as_json:
            emit([{"event": event, **facts}])
        else:
            print(sentence)
        sys.stdout.flush()  # somebody waits to read it while we wait for them


def login(context: Context, name: str, *, paste: bool, device: bool, as_json: bool) -> int:
    """Log in, keep the tokens, try them at the mail server. Raises WrongUse, NeedsOperator, Transient."""
    loaded = context.load()
    return log_in(loaded, _account(loaded, name), Teller(as_json), paste=paste, device=device)


def log_in(loaded: Loaded, account: Account, say: Teller, *, paste: bool, device: bool) -> int:
    """The same for an account of these settings."""
    client = asyncio.run(client_of(account))
    grant = _grant(account, client, say, paste=paste, device=device)
    store = TokenStore(loaded.state_dir, account.name)
    with store.locked():
        store.save(grant)
    _tell_kept(grant, say)
    return _tried(loaded, account, say)


def _account(loaded: Loaded, name: str) -> Account:
    account = loaded.settings.account_named(name)
    if account is None:
        names = ", ".join(one.name for one in loaded.settings.account)
        raise WrongUse(f"There is no account {name!r} in {loaded.path}; it has {names}.")
    if account.auth != "oauth2":
        raise WrongUse(
            f'Account "{name}" logs in with a password, so there is nothing to do here. `highroad doctor` says '
            'which way its provider wants; for OAuth set auth = "oauth2".'
        )
    if account.token_command:
        raise WrongUse(f'Account "{name}" gets its tokens from its token_command; log in with that program.')
    return account


def _grant(account: Account, client: Client, say: Teller, *, paste: bool, device: bool) -> Grant:
    """The person's grant, by the way they asked for or by the provider's usual one."""
    provider = oauth_provider(account.oauth.provider)
    flows = [flow for flow in (provider.flows if provider else ()) if _has(client, flow)]
    if device and "device" not in flows:
        facts = " ".join(provider.facts) if provider else ""
        raise WrongUse(f"{client.provider} offers no device code for mail; leave out --device. {facts}")
    if device or (flows and flows[0] == "device" and not paste):
        return _by_device(client, say)
    if "browser" not in flows:
        raise WrongUse(f"{client.provider} offers no log-in by browser here; leave out --paste.")
    if paste or not _can_listen(client):
        return _by_paste(account, client, say)
    return _by_browser(account, client, say)


def _has(client: Client, flow: str) -> bool:
    return bool(client.device if flow == "device" else client.authorization)


def _can_listen(client: Client) -> bool:
    return not client.redirect or client.redirect.startswith("http://")


def _by_device(client: Client, say: Teller) -> Grant:
    invitation = invited(client)
    minutes = round(invitation.seconds / 60)
    sentence = f"Open {invitation.address} in any browser, also on your phone, and type this code: {invitation.code}"
    direct = f"\nOr open {invitation.direct}" if invitation.direct else ""
    waiting = f"\nWaiting for you there, for {minutes} minutes at most. Ctrl-C gives up."
    say("device", sentence + direct + waiting, url=invitation.address, code=invitation.code, direct=invitation.direct)
    return awaited(client, invitation, secrets.token_hex(8), time.time, time.sleep)


def _by_browser(account: Account, client: Client, say: Teller) -> Grant:
    with Loopback(client.redirect, client.loopback) as listener:
        request = Request(client, listener.redirect, _hint(account))
        other = f"highroad login {shlex.quote(account.name)} --paste"
        sentence = _OPEN_HERE.format(url=request.address, minutes=round(SECONDS / 60), other=other)
        say("browser", sentence, url=request.address, redirect=request.redirect)
        code = listener.code(request.code_in)
    return request.grant(code, secrets.token_hex(8), time.time())


def _by_paste(account: Account, client: Client, say: Teller) -> Grant:
    request = Request(client, client.redirect or f"http://{client.loopback}:{_PASTE_PORT}/", _hint(account))
    sentence = _OPEN_ANYWHERE.format(url=request.address, redirect=request.redirect)
    say("paste", sentence, url=request.address, redirect=request.redirect)
    return request.grant(_pasted(request.code_in), secrets.token_hex(8), time.time())


def _pasted(accept: Callable[[str], str | None]) -> str:
    line = sys.stdin.readline()
    if not line.strip():
        raise WrongUse("Nothing was pasted, and nothing was changed.")
    try:
        code = accept(line)
    except ValueError:
        code = None
    if code is None:
        raise WrongUse(
            "That is not the address that this log-in ends at: it must hold code=... and the state of this very try. "
            "Copy the whole address; nothing was changed."
        )
    return code


def _hint(account: Account) -> str:
    return account.user if "@" in account.user else ""


def _tell_kept(grant: Grant, say: Teller) -> None:
    until = datetime.fromtimestamp(grant.expires, UTC)
    if grant.refresh:
        sentence = "Thank you. The log-in is kept and renews itself."
    else:
        sentence = f"Thank you. The provider gave no way to renew it: it is good until {until:%Y-%m-%d %H:%M} UTC only."
    say("kept", sentence, until=until.isoformat(timespec="seconds"), renewable=bool(grant.refresh))


def _tried(loaded: Loaded, account: Account, say: Teller) -> int:
    """Log in at the mail server; the refusals of before are forgiven, which a running daemon notices by itself."""
    where = f"{account.host}:{account.port}"
    with closing(open_journal(loaded.state_dir)) as journal:
        journal.refusals.clear(account.name)
        try:
            asyncio.run(_knock(Connector(account, journal, SystemClock())))
        except HighroadError as error:
            say("failed", f"The mail server was tried with it: {error}{_doubt(account, error)}", said=str(error))
            return error.exit_code
    say("done", f"Logged in at {where} as {account.user}.", server=where, user=account.user)
    return 0


def _doubt(account: Account, error: HighroadError) -> str:
    refused = isinstance(error, Refused)
    return (
        f" Was it {account.user} that you logged in as, with every permission given, and is IMAP allowed there?"
        if refused
        else ""
    )


async def _knock(connector: Connector) -> None:
    mailbox = await connector.reading()
    await mailbox.close()
