"""A real SMTP server of aiosmtpd on 127.0.0.1 that keeps what is handed in, with the faults that a test names."""

from __future__ import annotations

import contextlib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from support.served import HOST, certify, free_ports

USER, PASSWORD = "sam@example.org", "correct horse pl4nted battery"


@dataclass
class Sink:
    """What came, and how it answers: `replies` are answers by verb (MAIL, RCPT, DATA) instead of its own, one a use.

    `hang_up` cuts the connection at that verb, before or ("SENT") after the message has come.
    """

    port: int
    ca_file: Path
    came: list[Envelope] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    hang_up: str = ""
    logins: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0

    def _reply(self, verb: str, server: SMTP) -> str | None:
        if self.hang_up == verb:
            server.transport.abort()
        waiting = self.replies.get(verb)
        return waiting.pop(0) if waiting else None

    async def handle_EHLO(self, server, session, _envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, _session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self._reply("MAIL", server) or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802
        if reply := self._reply("RCPT", server):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if reply := self._reply("DATA", server):
            return reply
        self.came.append(envelope)
        return self._reply("SENT", server) or "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        pair = data.login.decode(), data.password.decode()
        assert isinstance(data, LoginPassword)
        self.logins.append(pair)
        waiting = self.replies.get("AUTH")
        said = waiting.pop(0) if waiting else None
        return AuthResult(success=not said and pair == (USER, PASSWORD), handled=False, message=said)


@contextmanager
def sink(directory: Path, security="tls", **changes):
    """One server for the length of a test; `security` as in the settings."""
    certify(directory)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(directory / "cert.pem", directory / "key.pem")
    found = Sink(free_ports()[0], directory / "cert.pem", **changes)
    secure = {"tls": {"ssl_context": context}, "starttls": {"tls_context": context, "require_starttls": True}}
    wanted = {"authenticator": found.authenticate, "auth_require_tls": security == "starttls"}
    controller = Controller(found, hostname=HOST, port=found.port, **secure.get(security, {}), **wanted)
    controller.start()
    try:
        yield found
    finally:
        with contextlib.suppress(RuntimeError):
            controller.stop()
