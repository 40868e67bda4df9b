"""OAuth 2.0 at mail providers as a table of facts: endpoints, scopes, which way of logging in, and what will not work.

As known in 2026; providers change this. docs/providers.md is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Flow = Literal["device", "browser"]
SecretNeed = Literal["needed", "none", "maybe"]
CUSTOM: Final = "custom"
TENANT: Final = "common"
"""The tenant of Microsoft accounts of every kind, where `tenant` is left empty."""


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """One provider of access tokens for IMAP, named in `oauth = { provider = ... }`.

    `{tenant}` in an endpoint is filled in; an empty endpoint is one that the provider does not have. `flows` are the
    ways that work for mail, the usual one first; none where there is no way. `extra` goes into the authorization
    request. `loopback` is the host name of the redirect address that its clients may register (RFC 8252, 7.3).
    `facts` are whole sentences.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    authorization: str
    token: str
    device: str
    scope: str
    flows: tuple[Flow, ...]
    secret: SecretNeed
    register: str
    facts: tuple[str, ...]
    extra: tuple[tuple[str, str], ...] = ()
    loopback: str = "127.0.0.1"


OAUTH_PROVIDERS: Final[tuple[OAuthProvider, ...]] = (
    OAuthProvider(
        "microsoft",
        "Microsoft (Outlook.com, Hotmail, Microsoft 365)",
        ("outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com"),
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        "offline_access https://outlook.office.com/IMAP.AccessAsUser.All",
        ("device", "browser"),
        "none",
        "Register an application at entra.microsoft.com, App registrations: accounts of any directory and personal "
        'ones, "Allow public client flows" on, the delegated permission IMAP.AccessAsUser.All; its redirect address '
        "for the browser is http://localhost, as a mobile and desktop application.",
        (
            "IMAP takes no password and no app password any more, neither for personal accounts nor at work.",
            "Personal accounts: allow IMAP first, at Outlook.com, Settings, Mail, Forwarding and IMAP.",
            (
                'tenant: "consumers" for personal accounts alone, "organizations" for work and school, or the '
                "directory's own id; empty means both kinds."
            ),
            (
                "At work an administrator may have to consent to the application, may have switched IMAP off, or may "
                "forbid the device code by Conditional Access: then use the browser (--paste)."
            ),
            (
                "A refresh token that is not used for 90 days ends; each refresh brings a new one, and the old one "
                "goes on working for a while."
            ),
        ),
        loopback="localhost",
    ),
    OAuthProvider(
        "google",
        "Google (Gmail, Workspace)",
        ("imap.gmail.com", "imap.googlemail.com"),
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "",
        "https://mail.google.com/",
        ("browser",),
        "needed",
        "Make a project at console.cloud.google.com, Google Auth Platform; add the scope https://mail.google.com/ and "
        "a client of the type Desktop app. It comes with a client secret, which Google wants although it is none.",
        (
            "An app password is simpler, and lasts: use it where the account allows one.",
            "The device code does not work: Google allows it for a few scopes only, and mail is none of them.",
            (
                "A project whose publishing status is Testing loses every refresh token after 7 days. Publish it; for "
                "your own mailbox it may stay unverified, and the browser warns of that once."
            ),
            "A new password of the Google account ends the refresh token, and so do six months without use.",
            "Workspace: an administrator can forbid the application, and app passwords as well.",
        ),
        (("access_type", "offline"), ("prompt", "consent")),
    ),
    OAuthProvider(
        "yahoo",
        "Yahoo Mail",
        ("imap.mail.yahoo.com",),
        "https://api.login.yahoo.com/oauth2/request_auth",
        "https://api.login.yahoo.com/oauth2/get_token",
        "",
        "mail-w",
        ("browser",),
        "needed",
        "Yahoo approves applications for mail one by one (senders.yahooinc.com, developer access), and wants an "
        "agreement signed.",
        (
            "An app password is the way that works without that approval.",
            "Redirect addresses must be registered to the letter: name yours as oauth.redirect.",
        ),
    ),
    OAuthProvider(
        "aol",
        "AOL Mail",
        ("imap.aol.com",),
        "https://api.login.aol.com/oauth2/request_auth",
        "https://api.login.aol.com/oauth2/get_token",
        "",
        "mail-w",
        ("browser",),
        "needed",
        "As at Yahoo, which runs it, but with a client of its own.",
        ("An app password is the way that works without Yahoo's approval.",),
    ),
    OAuthProvider(
        "fastmail",
        "Fastmail",
        ("imap.fastmail.com",),
        "https://api.fastmail.com/oauth/authorize",
        "https://api.fastmail.com/oauth/refresh",
        "",
        "https://www.fastmail.com/dev/protocol-imap",
        ("browser",),
        "none",
        "Fastmail registers clients by hand: write to its partnerships team.",
        (
            "An app password is simpler.",
            (
                "Every refresh brings a new refresh token, and an old one that comes again ends the whole grant: copy "
                "the state directory to a second machine and both lose their log-in."
            ),
        ),
    ),
    OAuthProvider(
        "zoho",
        "Zoho Mail",
        ("imap.zoho.com", "imap.zoho.eu", "imappro.zoho.com", "imappro.zoho.eu"),
        "",
        "",
        "",
        "",
        (),
        "needed",
        "None is of use here.",
        (
            "Zoho gives tokens for its own interface, and documents none for IMAP.",
            "Use an application-specific password (accounts.zoho.com, Security), and allow IMAP in the settings.",
        ),
    ),
    OAuthProvider(
        CUSTOM,
        "a server of your own, or another provider",
        (),
        "",
        "",
        "",
        "",
        ("device", "browser"),
        "maybe",
        "Register a public native client there; its redirect address is http://127.0.0.1 with any port.",
        ("Endpoints and scope come from your settings; with a device_endpoint the device code is the usual way.",),
    ),
)
"""In the order in which they are shown."""


def oauth_provider(name: str) -> OAuthProvider | None:
    """A provider by its name in the settings."""
    return next((one for one in OAUTH_PROVIDERS if one.name == name), None)


def oauth_at(host: str) -> OAuthProvider | None:
    """The provider whose tokens an IMAP server takes; None for a server that is not in the table."""
    name = host.strip().lower()
    return next((one for one in OAUTH_PROVIDERS if name in one.hosts), None)
