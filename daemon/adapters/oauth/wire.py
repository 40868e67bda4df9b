"""The only place that speaks HTTP: one POST of a form, its JSON answer. Nothing else, nowhere else.

HTTPS only (plain HTTP to this very machine alone), certificates checked against the system's own, no redirect followed,
no proxy, no cookie, an answer of bounded size, and a deadline for the whole that shuts the socket.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from daemon.core.errors import NeedsOperator, Transient

SECONDS: Final = 25.0
"""For one exchange, from the look-up of the name to the last octet of the answer."""
MOST: Final = 32_768
"""Octets of an answer; more is refused. A store reserves twice that (JSON may write a letter in six octets)."""
_MOST_WAIT: Final = 86_400.0
_SECRET: Final = frozenset({"refresh_token", "client_secret", "code", "code_verifier", "device_code"})
_SHOWN: Final = frozenset({"error", "error_description", "token_type"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer: the HTTP status, the JSON object (empty if it was none), Retry-After in s if it said so."""

    status: int
    said: Mapping[str, Any] = field(repr=False)
    wait: float | None = None

    def text(self, key: str) -> str:
        """A text of the answer; empty if it is not there or no text."""
        found = self.said.get(key)
        return found if isinstance(found, str) else ""

    def number(self, key: str) -> float | None:
        """A number of the answer, also one written as text; None if it is none, or not a sensible one."""
        found = self.said.get(key)
        try:
            value = float(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else -1.0
        except ValueError:
            return None
        return value if 0 <= value < 1e10 else None


def post(address: str, form: Mapping[str, str], seconds: float = SECONDS) -> Answer:
    """Send a form and read the answer. Raises Transient when there is none, NeedsOperator for an unsafe address.

    No exception carries anything of the form or of the answer.
    """
    parts = _checked(address)
    failure = ""
    try:
        answer = _exchange(parts, urlencode(form).encode("ascii"), seconds)
        return Answer(answer.status, _unechoed(answer.said, form), answer.wait)
    except ssl.SSLCertVerificationError as error:
        failure = f"shows a certificate that is not trusted ({error.verify_message})"
    except TimeoutError:
        failure = f"gave no whole answer within {seconds:.0f} s"
    except OSError as error:
        failure = f"cannot be reached ({error.strerror or 'it hung up'})"
    except http.client.HTTPException as error:
        failure = f"did not answer in HTTP ({type(error).__name__})"
    raise Transient(f"{parts.hostname} {failure}. It is tried again; look at the network if this stays.")


def _unechoed(said: Mapping[str, Any], form: Mapping[str, str]) -> Mapping[str, Any]:
    """What was said, without the words of a refusal that repeat something of ours: they are shown to the person."""
    secrets = [value for key, value in form.items() if key in _SECRET and value]
    return {
        key: value for key, value in said.items() if key not in _SHOWN or not any(one in str(value) for one in secrets)
    }


def _checked(address: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))):
        return parts
    raise NeedsOperator("An OAuth endpoint is not an https:// address, so nothing was sent. Correct it in config.toml.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _exchange(parts: SplitResult, body: bytes, seconds: float) -> Answer:
    connection = _connection(parts, seconds)
    try:
        connection.connect()
        with _deadline(connection.sock, seconds) as late:
            try:
                answer = _asked(connection, parts, body)
            except (OSError, http.client.HTTPException):
                if not late.is_set():
                    raise
        if late.is_set():  # a socket that is shut looks like the end of an answer
            raise TimeoutError
        return answer
    finally:
        connection.close()


def _connection(parts: SplitResult, seconds: float) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=seconds)
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return http.client.HTTPSConnection(host, parts.port, timeout=seconds, context=context)


@contextmanager
def _deadline(sock: socket.socket, seconds: float) -> Iterator[threading.Event]:
    """Shut the socket when the time is up, however slowly it drips; the event says that this is why it ended."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _asked(connection: http.client.HTTPConnection, parts: SplitResult, body: bytes) -> Answer:
    target = parts.path or "/"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
        "User-Agent": "highroad",
        "Connection": "close",
    }
    connection.request("POST", f"{target}?{parts.query}" if parts.query else target, body, headers)
    response = connection.getresponse()
    text = response.read(MOST + 1)
    return Answer(response.status, _object(text), _seconds(response))


def _object(text: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer; empty for an error page, for anything else, and for what is too long."""
    if len(text) > MOST:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(response: http.client.HTTPResponse) -> float | None:
    """Retry-After (RFC 9110, 10.2.3): seconds, or a date counted from the server's own Date."""
    said = response.getheader("Retry-After", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return min(float(said), _MOST_WAIT)
    with suppress(ValueError, TypeError):
        gap = parsedate_to_datetime(said) - parsedate_to_datetime(response.getheader("Date", ""))
        return min(max(gap.total_seconds(), 0.0), _MOST_WAIT)
    return None
