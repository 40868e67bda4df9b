"""`highroad init`: the few questions, the log-in tried, config.toml written with every default as a comment."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, get_args

import typer

from config.layers import parse_tree
from config.loader import settings_of
from config.oauth_providers import OAuthProvider, oauth_at
from config.places import new_config_path
from config.providers import Provider, provider_for
from config.schema import SECRET_KINDS, SecretKind, Security
from config.writer import Answers, config_text, write_new
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import open_journal
from daemon.commands.context import Context
from daemon.connect import Connector
from daemon.core.errors import NeedsOperator, WrongUse

_PORTS: Final = {"tls": 993, "starttls": 143, "plain": 143}


@dataclass(frozen=True, slots=True)
class Given:
    """What the flags said; empty is for asking."""

    name: str = ""
    address: str = ""
    host: str = ""
    port: int = 0
    security: str = ""
    user: str = ""
    ca_file: str = ""
    password: str = ""
    client_id: str = ""


def init(context: Context, given: Given, *, check: bool, dry_run: bool) -> int:
    """Write config.toml. Raises ConfigError for answers that cannot be settings and for a file that exists already."""
    path = new_config_path(context.config, os.environ)
    answers = _answers(given)
    text = config_text(answers)
    if check and answers.auth == "password":
        _try_log_in(text, path.parent)
    if dry_run:
        print(text, end="")
        return 0
    write_new(path, text)
    first = "" if answers.auth == "password" else "`highroad login main` logs in at your provider, "
    print(f"Written: {path}\nNext: {first}`highroad doctor` looks at everything, `highroad once` reads and plans.")
    return 0


def _answers(given: Given) -> Answers:
    name = given.name or _asked("Your name, as a draft shows it")
    address = given.address or _asked("Your address")
    provider = provider_for(address)
    _advise(provider)
    host = given.host or (provider.host if provider else _asked("Your IMAP server"))
    security = _security(given, provider)
    answers = Answers(name, address, host, None, _port(given, provider, security), security)
    answers = replace(answers, user=given.user, ca_file=given.ca_file)
    oauth = oauth_at(host) if provider is not None and provider.password == "oauth2 only" else None  # noqa: S105
    if oauth is None:
        return replace(answers, password=_password(given))
    return replace(answers, auth="oauth2", extra={"account.oauth": _oauth(given, oauth)})


def _oauth(given: Given, provider: OAuthProvider) -> dict[str, str]:
    """What stands under `oauth`: no client is built in, so that nobody else's rules change over one's head."""
    if not given.client_id:
        print(provider.register, file=sys.stderr)
    return {"provider": provider.name, "client_id": given.client_id or _asked("Your client id there")}


def _advise(provider: Provider | None) -> None:
    """Say what kind of password this provider wants. Raises NeedsOperator where no log-in of ours can work."""
    if provider is None:
        return
    print(f"{provider.name}: {provider.advice}", file=sys.stderr)
    if not provider.host:
        raise NeedsOperator(f"{provider.name} offers no IMAP, so Highroad cannot read mail there.")


def _asked(question: str, default: str | None = None) -> str:
    """The answer to a question. Raises WrongUse where nobody can be asked."""
    if not sys.stdin.isatty():
        raise WrongUse(f"Nobody can be asked here ({question}?). Give it as a flag; `highroad init --help` names them.")
    return str(typer.prompt(question, default=default)).strip()


def _security(given: Given, provider: Provider | None) -> Security:
    wanted = given.security or (provider.security if provider else "tls")
    found = next((one for one in get_args(Security) if one == wanted), None)
    if found is None:
        raise WrongUse(f"--security {wanted!r} is none of {', '.join(get_args(Security))}.")
    return found  # type: ignore[no-any-return]  # get_args knows no types


def _port(given: Given, provider: Provider | None, security: Security) -> int:
    if given.port:
        return given.port
    return provider.port if provider and not given.security else _PORTS[security]


def _password(given: Given) -> tuple[SecretKind, str]:
    """Where the password is found, as "kind:value". Raises WrongUse for what is neither, without repeating it."""
    text = given.password or _asked(
        "Where is your password found? command:..., file:..., env:..., credential:... or keyring:...",
        "command:pass show mail",
    )
    kind, colon, value = text.partition(":")
    found = next((one for one in SECRET_KINDS if one == kind.strip()), None)
    if found is None or not colon or not value.strip():
        raise WrongUse(
            "The password itself never goes into the settings. Say where it is found, e.g. "
            '--password "command:pass show mail/sam", "file:~/.config/highroad/secret", "env:HIGHROAD_PASSWORD", '
            '"credential:imap" or "keyring:highroad".'
        )
    return found, value.strip()


def _try_log_in(text: str, folder: Path) -> None:
    """Log in once with these settings. Raises what the log-in raises; nothing has been written then."""
    account = settings_of(parse_tree(text), folder).account[0]
    with tempfile.TemporaryDirectory(prefix="highroad-init-") as name, closing(open_journal(Path(name))) as journal:
        asyncio.run(_log_in(Connector(account, journal, SystemClock())))
    print(f"Logged in at {account.host}:{account.port} as {account.user}.", file=sys.stderr)


async def _log_in(connector: Connector) -> None:
    mailbox = await connector.reading()
    await mailbox.close()
