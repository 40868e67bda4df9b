"""Writes docs/providers.md from the tables of config.providers and config.oauth_providers, so that it cannot lie.

`make docs` calls it; alone: python -m tools.provider_page, or with --check only compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from config.oauth_providers import OAUTH_PROVIDERS, OAuthProvider, oauth_at
from config.providers import PROVIDERS, Provider
from tools.page import kept

PAGE = Path("docs/providers.md")
WAYS = {
    "plain password": "password",
    "app password": "app password",
    "oauth2 only": "OAuth 2.0 only",
    "bridge": "its bridge",
    "no imap": "none: no IMAP",
}
FLOWS = {"device": "device code", "browser": "browser, or --paste"}
SECRETS = {"needed": "yes", "none": "no", "maybe": "if it has one"}
OWN = (
    ("Dovecot", "password", "Nothing special. With its passdb oauth2 also OAuth 2.0, provider custom."),
    ("Cyrus", "password", "Nothing special; folders may lie below INBOX, which is found out by itself."),
    ("Mailcow", "app password", "Make one at Mailcow, Mailbox settings, App passwords, with IMAP allowed."),
    (
        "Google Workspace",
        "app password or OAuth 2.0",
        "Host imap.gmail.com; the administrator may allow one, both, none.",
    ),
    (
        "Microsoft 365",
        "OAuth 2.0 only",
        "Host outlook.office365.com; the administrator must allow IMAP and the client.",
    ),
    ("Exchange on one's own machines", "password", "IMAP is a service that the administrator has to start."),
    ("Proton Mail with one's own domain", "its bridge", "Host 127.0.0.1, port 1143, starttls, and Bridge's ca_file."),
)
HEAD = """# Providers: which way of logging in works

As known in 2026; providers change their rules, so check with yours. Made by `make docs` from `config/providers.py`,
`config/oauth_providers.py` and `tools/provider_page.py`: do not edit it here. `highroad doctor` says the same of your
own accounts, `highroad init` fills in the host.

An **app password** is a second password for one program. Where a provider has them, it is the simplest way and the one
that lasts: use it, and read no further.
"""
OWN_HEAD = """## Servers of your own, and domains of your own"""
OAUTH_HEAD = """## OAuth 2.0

Highroad has no client of its own at any provider: a client id that everybody shares is one that a provider can end for
everybody, and a name on a consent page that you did not choose. You register one (free of charge, some minutes), or use
one that you trust. Then, in config.toml, without a `password`:

```toml
auth = "oauth2"
oauth = { provider = "microsoft", client_id = "..." }
```

and once, at a terminal: `highroad login main`. It says which address to open and which code to type, keeps what it gets
in the state directory (`oauth/`, readable by you alone), tries it at the mail server, and a running daemon goes on
with it by itself. On a server without a browser: `--device` where the provider has it, else `--paste`. When a provider
ends a log-in, `status` says so, and `highroad login` mends it. Leave `oauth/` out of what you copy to other machines.

If another program of yours gets tokens already, name it instead: `token_command = "..."` prints an access token as its
first line. Ending with code 77 or 78 it says that only you can help; after any other failure it is tried again."""


def page() -> str:
    """The whole page."""
    return "\n".join([*_passwords(), *_own(), *_oauth()]) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _passwords() -> Iterator[str]:
    yield HEAD
    yield _row("provider", "log in with", "server", "what to do", "OAuth 2.0")
    yield "|---|---|---|---|---|"
    for provider in PROVIDERS:
        yield _row(provider.name, WAYS[provider.password], _server(provider), provider.advice, _also(provider))
    yield ""


def _server(provider: Provider) -> str:
    return f"`{provider.host}:{provider.port}` {provider.security}" if provider.host else "-"


def _also(provider: Provider) -> str:
    oauth = oauth_at(provider.host)
    return f"`{oauth.name}`" if oauth and oauth.flows else "no"


def _own() -> Iterator[str]:
    yield from (OWN_HEAD, "", _row("server", "log in with", "what to do"), "|---|---|---|")
    yield from (_row(*row) for row in OWN)
    yield ""


def _oauth() -> Iterator[str]:
    yield from (OAUTH_HEAD, "")
    yield _row("provider", "for", "by", "client secret", "scope")
    yield "|---|---|---|---|---|"
    for one in OAUTH_PROVIDERS:
        flows = "; ".join(FLOWS[flow] for flow in one.flows) or "no way"
        scope = f"`{one.scope}`" if one.scope else "-"
        yield _row(f"`{one.name}`", one.title, flows, SECRETS[one.secret], scope)
    for one in OAUTH_PROVIDERS:
        yield from _facts(one)


def _facts(provider: OAuthProvider) -> Iterator[str]:
    yield from ("", f"### {provider.title}: `{provider.name}`", "", f"Your client: {provider.register}", "")
    yield from (f"- {fact}" for fact in provider.facts)


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    return kept(PAGE, page(), arguments, "what the tables of providers say")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
