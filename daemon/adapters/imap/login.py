"""Connecting, TLS and logging in, with every refusal told apart from every mishap."""

from __future__ import annotations

import imaplib
import re
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
_REFUSING: Final = re.compile(
    r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|WEBALERT)|authenticat|credential|password|log ?in|username",
    re.I,
)
"""Response codes of RFC 5530 (and Google's [WEBALERT]), then the words of servers that send none."""


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
        client.shutdown()
        raise
    client.normalise_times = False  # INTERNALDATE stays aware
    return client


def _connect(login: Login) -> imapclient.IMAPClient:
    timeout = imapclient.SocketTimeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    tls = login.security == "tls"
    try:
        context = _context(login) if tls else None
        return imapclient.IMAPClient(
            clean(login.host, "host"), login.port, ssl=tls, ssl_context=context, timeout=timeout
        )
    except ssl.SSLCertVerificationError as error:
        raise NeedsOperator(_certificate(login, error)) from error
    except (OSError, imaplib.IMAP4.error, EOFError) as error:
        raise Transient(_unreachable(login, error)) from error


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
        client.login(clean(login.user, "user name"), clean(password, "password"))
        client.capabilities()
    except LoginError as error:
        raise _why_not(login, error) from error
    except (IMAPClientError, OSError, EOFError) as error:
        raise Transient(_unreachable(login, error)) from error


def _why_not(login: Login, error: LoginError) -> Refused | Transient:
    """LoginError covers all that can happen at log-in: only an explicit NO about the credentials is a refusal."""
    said = _one_line(str(error))
    cut = isinstance(error.__context__, IMAPClientAbortError)
    if cut or _PASSING.search(said) or not _REFUSING.search(said):
        return Transient(f'{login.where} did not take the log-in of account "{login.account}" just now ({said}).')
    return Refused(
        f'{login.where} refused user or password of account "{login.account}": {said}. '
        "Many providers want an app password instead of your own; `highroad doctor` says which."
    )


def _one_line(text: str) -> str:
    """What a server said, fit for a sentence: a bytes literal unwrapped, controls gone, bounded."""
    text = re.sub(r"^b(['\"])(.*)\1$", r"\2", text, flags=re.S)
    return re.sub(r"[\x00-\x20\x7f]+", " ", text).strip(" .")[:200] or "without a word"
