"""Connecting, TLS and logging in, with every refusal told apart from every mishap."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import imapclient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from daemon.adapters.imap.gateway import clean
from daemon.core.errors import NeedsOperator, Refused, Transient

CONNECT_SECONDS: Final = 20.0
READ_SECONDS: Final = 60.0

_PASSING: Final = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]|try again|too many|temporar", re.I)
_REFUSED_CODE: Final = re.compile(r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|WEBALERT)", re.I)
"""Response codes of RFC 5530, and Google's [WEBALERT]."""
_REFUSING: Final = re.compile(rf"{_REFUSED_CODE.pattern}|authenticat|credential|password|log ?in|username", re.I)
"""The codes, then the words of servers that send none."""
_BAD: Final = re.compile(r"\w+ command error: BAD ")
"""How imaplib passes on a BAD."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where and how to log in. The secret is fetched when it is needed and never shown."""

    account: str
    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    user: str
    ca_file: str = ""
    secret: Callable[[], str] = field(default=lambda: "", repr=False, compare=False)

    @property
    def where(self) -> str:
        """The server in a sentence."""
        return f"{self.host}:{self.port}"


def open_client(login: Login, password: str) -> imapclient.IMAPClient:
    """A logged-in client. Raises Refused, NeedsOperator or Transient, each a sentence; the socket is closed then."""
    client = _connect(login)
    try:
        _secure(client, login)
        _authenticate(client, login, password)
    except BaseException:
        with contextlib.suppress(OSError):  # a TLS handshake that failed has closed the socket already
            client.shutdown()
        raise
    client.normalise_times = False  # INTERNALDATE stays aware
    return client


def _connect(login: Login) -> imapclient.IMAPClient:
    timeout = imapclient.SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    tls = login.security == "tls"
    try:
        context = _context(login) if tls else None
        client = imapclient.IMAPClient(
            clean(login.host, "host"), login.port, ssl=tls, ssl_context=context, timeout=timeout
        )
        # It writes a command in pieces; each would wait for the acknowledgement of the one before, 40 ms on Linux.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except ssl.SSLCertVerificationError as error:
        raise NeedsOperator(_certificate(login, error)) from error
    except (OSError, imaplib.IMAP4.error, EOFError) as error:
        raise Transient(_unreachable(login, error)) from error
    return client


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


def _unreachable(login: Login, error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return f'{login.where} does not speak TLS at once ({error.reason or error}): is security = "starttls" meant?'
    said = getattr(error, "strerror", None) or str(error) or "it hung up"
    return f"{login.where} cannot be reached ({said}). It is tried again; check host and port if this stays."


def _secure(client: imapclient.IMAPClient, login: Login) -> None:
    """STARTTLS where asked for, with no way back to plain (RFC 9051, 11.1)."""
    if login.security != "starttls":
        return
    if not _has(client, login, "STARTTLS"):
        raise NeedsOperator(f'{login.where} offers no STARTTLS, so nothing was sent. Try security = "tls", port 993.')
    try:
        client.starttls(_context(login))
    except ssl.SSLCertVerificationError as error:
        raise NeedsOperator(_certificate(login, error)) from error
    except (IMAPClientError, OSError, EOFError) as error:
        raise Transient(f"{login.where} broke off while TLS was set up ({error}). It is tried again.") from error


def _has(client: imapclient.IMAPClient, login: Login, capability: str) -> bool:
    try:
        return bool(client.has_capability(capability))
    except (IMAPClientError, OSError, EOFError) as error:
        raise Transient(_unreachable(login, error)) from error


def _authenticate(client: imapclient.IMAPClient, login: Login, password: str) -> None:
    if _has(client, login, "LOGINDISABLED"):
        raise NeedsOperator(
            f'{login.where} allows no password on this connection (LOGINDISABLED). Set security = "tls" or "starttls".'
        )
    try:
        _log_in(client, login, clean(password, "password"))
        client.capabilities()
    except LoginError as error:
        raise _why_not(login, error) from error
    except (IMAPClientError, OSError, EOFError) as error:
        raise Transient(_unreachable(login, error)) from error


def _log_in(client: imapclient.IMAPClient, login: Login, password: str) -> None:
    """LOGIN; for other letters than ASCII, which it does not take, AUTHENTICATE PLAIN (RFC 4616, UTF-8)."""
    user = clean(login.user, "user name")
    if (user + password).isascii():
        client.login(user, password)
    elif _has(client, login, "AUTH=PLAIN"):
        client.plain_login(user, password)
    else:
        raise NeedsOperator(
            f"{login.where} takes only ASCII letters, digits and signs at log-in, and user or password of account "
            f'"{login.account}" hold others. Choose a password without them.'
        )


def _why_not(login: Login, error: LoginError) -> Refused | Transient:
    """LoginError covers all that can happen at log-in: only an explicit NO about the credentials is a refusal.

    A BAD is one only with a response code that says so: it may as well mean that the server was in trouble.
    """
    said = _one_line(_said(error))
    cut = isinstance(error.__context__, IMAPClientAbortError)
    bad = _BAD.match(said) is not None
    if cut or _PASSING.search(said) or not (_REFUSED_CODE if bad else _REFUSING).search(said):
        return Transient(f'{login.where} did not take the log-in of account "{login.account}" just now ({said}).')
    return Refused(
        f'{login.where} refused user or password of account "{login.account}": {said}. '
        "Many providers want an app password instead of your own; `highroad doctor` says which."
    )


def _said(error: LoginError) -> str:
    """What the server said; imaplib passes it on as octets."""
    cause = error.__context__
    first = cause.args[0] if cause is not None and cause.args else str(error)
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def _one_line(text: str) -> str:
    """What a server said, fit for a sentence: controls gone, bounded."""
    return re.sub(r"[\x00-\x20\x7f-\x9f]+", " ", text).strip(" .")[:200] or "without a word"
