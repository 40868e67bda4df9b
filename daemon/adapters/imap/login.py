"""Connecting and TLS: how a connection comes to the point where somebody can log in."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from daemon.adapters.imap.authenticate import as_told, authenticate, mishap, words_of
from daemon.adapters.imap.gateway import clean
from daemon.adapters.imap.line import SILENCE_SECONDS, Line
from daemon.adapters.imap.said import asks_to_wait
from daemon.adapters.imap.wire import Client
from daemon.core.errors import NeedsOperator, Transient

CONNECT_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Login:
    """Where and how to log in. The secret is fetched when it is needed and never shown.

    With auth = "oauth2" it is an access token (RFC 6750) instead of a password.
    """

    account: str
    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    user: str
    ca_file: str = ""
    secret: Callable[[], str] = field(default=lambda: "", repr=False, compare=False)
    auth: Literal["password", "oauth2"] = "password"

    @property
    def where(self) -> str:
        """The server in a sentence."""
        return f"{self.host}:{self.port}"

    @property
    def secret_name(self) -> str:
        """What the secret is, in a sentence."""
        return "access token" if self.auth == "oauth2" else "password"


def open_client(login: Login, secret: str, line: Line | None = None) -> Client:
    """A logged-in client. Raises Refused, NeedsOperator, Throttled or Transient; the socket is closed then.

    `line` is there for who wants to cut the connection while it is made.
    """
    line = line or Line()
    try:
        client = _connect(login, line)
        _secure(client, login)
        authenticate(client, login, secret)
    except BaseException:
        line.close()
        raise
    line.silence = SILENCE_SECONDS
    return client


def _connect(login: Login, line: Line) -> Client:
    host = clean(login.host, "host")
    context = _context(login) if login.security == "tls" else None
    try:
        line.connect(host, login.port, CONNECT_SECONDS)
        if context is not None:
            line.secure(context, host)
        return Client(line, host, login.port)
    except ssl.SSLCertVerificationError as error:
        raise NeedsOperator(_certificate(login, error)) from error
    except ssl.SSLError as error:
        raise Transient(
            f'{login.where} does not speak TLS at once ({error.reason or error}): is security = "starttls" meant?'
        ) from error
    except (OSError, imaplib.IMAP4.error, EOFError, UnicodeError) as error:
        raise mishap(login, "before it greets us", error) from error


def _context(login: Login) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=login.ca_file or None)
    except OSError as error:
        raise NeedsOperator(
            f'The ca_file of account "{login.account}" cannot be used ({login.ca_file}: {error.strerror or error}). '
            "It must be a PEM file with the certificate to trust."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _certificate(login: Login, error: ssl.SSLCertVerificationError) -> str:
    return (
        f"{login.where} shows a certificate that is not trusted ({error.verify_message}). If it is your own server, "
        f'save its certificate and name the file as ca_file of account "{login.account}".'
    )


def _secure(client: Client, login: Login) -> None:
    """STARTTLS where asked for, with no way back to plain (RFC 9051, 11.1)."""
    if login.security != "starttls":
        return
    if "STARTTLS" not in client.wire.capabilities:
        raise NeedsOperator(f'{login.where} offers no STARTTLS, so nothing was sent. Try security = "tls", port 993.')
    context = _context(login)
    try:
        client.starttls(context)
    except ssl.SSLCertVerificationError as error:
        raise NeedsOperator(_certificate(login, error)) from error
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise _broken_off(login, error) from error


def _broken_off(login: Login, error: BaseException) -> Transient:
    said = words_of(error)
    if asks_to_wait(said):
        return mishap(login, "before TLS is set up", error)
    return Transient(f"{login.where} broke off while TLS was set up ({as_told(error, said)}). It is tried again.")
