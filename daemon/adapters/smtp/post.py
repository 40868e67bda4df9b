"""Sending the digest (RFC 5321, RFC 6409). The only module that speaks SMTP, and it can reach one address only."""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeVar

import aiosmtplib
from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPTimeoutError

from daemon.adapters.smtp.errors import Unclear
from daemon.adapters.smtp.selfmail import SelfMail
from daemon.core.draft import one_line
from daemon.core.errors import HighroadError, NeedsOperator, Refused, Transient
from daemon.core.quoting import quoted

T = TypeVar("T")
_ME: Final = "[127.0.0.1]"
"""What we call ourselves (RFC 5321, 4.1.3): the name of this machine is nobody's business."""
_SAID_MAX: Final = 200
_LINGER: Final = 0.1
"""So long (s) a connection gets to be closed before the loop may end: nothing else follows a knock."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
"""As AUTH sends user and password (RFC 4616): some servers repeat the line that they did not like."""
_LATER: Final = "The digest is sent later."
_NEVER_MIND: Final = "Look at [digest] smtp in config.toml."


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in s: for a connection, an answer, and the one to the final dot (RFC 5321, 4.5.3.2)."""

    connect: float = 20.0
    answer: float = 60.0
    end: float = 600.0


@dataclass(frozen=True, slots=True)
class Server:
    """Where the digest is handed in. `user` is empty where no log-in is wanted."""

    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    user: str = ""
    ca_file: str = ""

    @property
    def where(self) -> str:
        """The server in a sentence."""
        return f"{self.host}:{self.port}"


class Post:
    """Hands the person's own mail in at one server; a connection for each."""

    def __init__(self, server: Server, patience: Patience = Patience()) -> None:
        self._server, self._patience = server, patience

    async def send(self, mail: SelfMail, password: str = "") -> None:
        """Send it, or raise, in sentences that hold no secret.

        Transient: it was certainly not sent, and may be later. NeedsOperator (Refused for the password): only the
        person can mend it. Unclear: it may have been sent.
        """
        async with self._connected(password) as client:
            await self._said(client.mail(mail.address), password)
            await self._said(client.rcpt(mail.address), password)
            await self._handed_in(client, mail, password)

    async def knock(self, password: str = "") -> None:
        """Connect and log in, and hand in nothing. Raises what `send` raises."""
        try:
            async with self._connected(password):
                pass
        finally:
            await asyncio.sleep(_LINGER)

    @asynccontextmanager
    async def _connected(self, password: str) -> AsyncIterator[aiosmtplib.SMTP]:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, local_hostname=_ME, timeout=self._patience.answer,
            use_tls=server.security == "tls", start_tls=server.security == "starttls",
            tls_context=None if server.security == "plain" else _context(server),
        )  # fmt: skip
        try:
            await self._said(client.connect(timeout=self._patience.connect), password)
            if server.user:
                await self._said(_log_in(client, server, password), password)
            yield client
            await _goodbye(client, self._patience)
        finally:
            client.close()

    async def _said(self, command: Awaitable[T], password: str) -> T:
        """One command and its answer; what goes wrong here goes wrong before anything was handed in."""
        try:
            return await command
        except (SMTPException, OSError, ValueError, UnicodeError) as error:
            self._explain(error, password)

    async def _handed_in(self, client: aiosmtplib.SMTP, mail: SelfMail, password: str) -> None:
        try:
            await client.data(mail.octets, timeout=self._patience.end)
        except SMTPResponseException as error:
            self._explain(error, password)
        except (SMTPException, OSError) as error:
            raise Unclear(
                f"The connection to {self._server.where} was cut while the digest was handed in: it may have arrived. "
                "It is not sent again; the next one tells what is still open."
            ) from error

    def _explain(self, error: Exception, password: str) -> NoReturn:
        where, causes = self._server.where, list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise NeedsOperator(
                    f"{where} shows a certificate that is not trusted ({cause.verify_message}). Nothing was sent. "
                    "If it is your own server, save its certificate and name the file as ca_file of [digest] smtp."
                ) from error
        if isinstance(error, SMTPResponseException):
            raise _answered(where, error, password) from error
        if isinstance(error, SMTPTimeoutError):
            raise Transient(f"{where} does not answer. {_LATER}") from error
        if isinstance(error, OSError):
            raise Transient(f"{where} cannot be reached, or hung up ({_reason(causes)}). {_LATER}") from error
        raise NeedsOperator(f"{where} cannot be used: {quoted(_shown(str(error), password))}. {_NEVER_MIND}") from error


def _context(server: Server) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=server.ca_file or None)
    except OSError as error:
        raise NeedsOperator(
            f"The ca_file of [digest] smtp cannot be used ({server.ca_file}: {error.strerror or error}). "
            "It must be a PEM file with the certificate to trust."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _log_in(client: aiosmtplib.SMTP, server: Server, password: str) -> None:
    """One try by one mechanism: a library that tries them all in turn is what providers lock people out for."""
    if client.is_ehlo_or_helo_needed:
        await client.ehlo()
    offered = client.supported_auth_methods
    if "plain" in offered:
        await client.auth_plain(server.user, password)
    elif "login" in offered:
        await client.auth_login(server.user, password)
    elif "cram-md5" in offered:
        await client.auth_crammd5(server.user, password)
    else:
        raise SMTPException("it offers no log-in with a password")


async def _goodbye(client: aiosmtplib.SMTP, patience: Patience) -> None:
    """It was handed in; how the farewell goes is of no matter."""
    try:
        await client.quit(timeout=patience.connect)
    except (SMTPException, OSError):
        return


def _answered(where: str, error: SMTPResponseException, password: str) -> HighroadError:
    """What an answer means: 4yz may pass, 5yz does not (RFC 5321, 4.2.1); a refused log-in counts (RFC 4954, 6)."""
    said = quoted(_shown(error.message, password))
    if 400 <= error.code < 500:
        return Transient(f"{where} would not take the digest now ({error.code}, {said}). {_LATER}")
    if isinstance(error, SMTPAuthenticationError):
        return Refused(f"{where} refused user or password of [digest] smtp ({error.code}, {said}).")
    return NeedsOperator(f"{where} would not take the digest ({error.code}, {said}). {_NEVER_MIND}")


def _shown(said: str, password: str) -> str:
    """What a server said, on one line, without what it may have repeated of a secret."""
    for secret in (password, base64.b64encode(password.encode()).decode()) if password else ():
        said = said.replace(secret, "***")
    said = _TOKEN.sub("***", said)
    return one_line(said)[:_SAID_MAX].strip().rstrip(".")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__
    return found


def _reason(causes: list[BaseException]) -> str:
    """Why, in the system's own words where there are some."""
    deepest = causes[-1]
    if strerror := getattr(deepest, "strerror", None):
        return one_line(str(strerror))[:_SAID_MAX]
    said = one_line(str(getattr(deepest, "message", None) or deepest))[:_SAID_MAX]
    return quoted(said) if said else type(deepest).__name__
