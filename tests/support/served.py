"""What every real IMAP server in the tests can do for a test: its users, looks at their mail, folders made and renamed.

All of it goes through imaplib, which shares no code with what is tested.
"""

from __future__ import annotations

import contextlib
import hashlib
import imaplib
import itertools
import os
import re
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from imapclient import imap_utf7

HOST = "127.0.0.1"
ELSEWHERE = "127.0.0.2"
"""Loopback too, but not where our connections come from: Dovecot takes those between one address and itself as safe."""
PASSWORD = "correct-horse-pl4nted"


_LAST_WILL = 'cat >/dev/null; kill -s TERM -- "-$0"; sleep 1; kill -s KILL -- "-$0"; rm -rf "$1"'


class Child:
    """A server's process in a session of its own, that ends when it is told to or when whoever started it is gone."""

    def __init__(self, command: list[str], **how: object) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **how)
        self.pid = self._process.pid
        will = ["sh", "-c", _LAST_WILL, str(self.pid), str(how["cwd"])]
        # Its standard input ends with this process, however that ends; a fork that lives on holds it open too.
        self._guard = subprocess.Popen(
            will, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def end(self, *signals: signal.Signals) -> None:
        """Send each signal to the whole session until it is gone, and wait. The last of them should be SIGKILL."""
        for each in signals:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, each)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self._guard.kill()
        self._guard.communicate()


class Served:
    """Needs of its host: `host`, `port`, `password`, `directory`, `_numbers`, `deliver`."""

    def user(self) -> str:
        """A user name that nobody has had yet, with an empty mailbox."""
        return f"user{next(self._numbers)}"

    @property
    def ca_file(self) -> Path:
        """The self-signed certificate, valid for 127.0.0.1, 127.0.0.2 and localhost."""
        return self.directory / "cert.pem"

    # --- starting and stopping; the host has `_configure`, `start`, `log` and `_process`, a Child or None ---

    def stop(self) -> None:
        """Stop the server and wait until it is gone; its connections are cut. Twice is once."""
        process, self._process = self._process, None
        if process is not None:  # the whole session at once: a master by itself may leave who idles idling on
            process.end(signal.SIGTERM, signal.SIGKILL)

    def _first_start(self, attempts: int = 5) -> None:
        """Another process may take a port between our finding it free and the server's binding it: then other ports."""
        for left in reversed(range(attempts)):
            self.port, self.tls_port = free_ports()
            self._configure()
            try:
                self.start()
                break
            except RuntimeError:
                self.stop()
                if not left:
                    raise

    def _await_greeting(self, seconds: float) -> None:
        """Wait until it greets. Raises RuntimeError with its log."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.running:
            try:
                with socket.create_connection((self.host, self.port), timeout=5) as connection:
                    if connection.recv(4) == b"* OK":
                        return
            except OSError:
                time.sleep(0.02)
        words = self.directory / "stderr"
        raise RuntimeError(
            f"{type(self).__name__} did not start:\n{words.read_text() if words.exists() else ''}{self.log}"
        )

    # --- its users and their mail ---

    @contextlib.contextmanager
    def session(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A logged-in connection, independent of what is tested; by STARTTLS where no password goes in clear."""
        with imaplib.IMAP4(self.host, self.port, timeout=30) as connection:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # imaplib writes in small pieces
            if "LOGINDISABLED" in connection.capabilities:
                connection.starttls(ssl.create_default_context(cafile=self.ca_file))
            connection.login(user, self.password)
            yield connection

    # --- looking ---

    def snapshot(self, user: str, folder: str = "INBOX") -> dict[int, tuple[frozenset[str], str]]:
        """{uid: (flags, sha256 of the content)} of a folder, read-only; empty for a folder that does not exist."""
        parts = "(UID FLAGS BODY.PEEK[])"
        found = {}
        for head, body in self._fetched(user, folder, parts):
            flags = re.search(rb"FLAGS \(([^)]*)\)", head)[1].decode().split()
            uid = int(re.search(rb"UID (\d+)", head)[1])
            found[uid] = (frozenset(flags), hashlib.sha256(body).hexdigest())
        return found

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The raw messages of a folder by ascending UID; empty for a folder that does not exist."""
        return [body for _, body in self._fetched(user, folder, "(BODY.PEEK[])")]

    def uidvalidity(self, user: str, folder: str = "INBOX") -> int:
        """What the folder announces, asked over a connection of its own."""
        return self._status(user, folder, "UIDVALIDITY")

    def uidnext(self, user: str, folder: str = "INBOX") -> int:
        """What the folder announces, asked over a connection of its own."""
        return self._status(user, folder, "UIDNEXT")

    # --- laying and arranging ---

    def fill(self, user: str, mails) -> None:
        """Deliver sample mails (`daemon.demo.mailbox.load`, `support.mailbox.mixed`), each into its folder and time."""
        for mail in mails:
            self.deliver(user, mail.raw, mail.folder, "" if mail.folder == "INBOX" else "\\Seen", mail.internaldate)

    def create_folder(self, user: str, folder: str) -> None:
        self._ok(user, "create", folder)

    def delete_folder(self, user: str, folder: str) -> None:
        self._ok(user, "delete", folder)

    def rename_folder(self, user: str, old: str, new: str) -> None:
        self._ok(user, "rename", old, new)

    # --- how ---

    def _fetched(self, user: str, folder: str, parts: str) -> list[tuple[bytes, bytes]]:
        with self.session(user) as connection:
            status, _ = connection.select(quoted(folder), readonly=True)
            if status != "OK":
                return []
            _, answer = connection.uid("FETCH", "1:*", parts)
        return [item for item in answer if isinstance(item, tuple)]

    def _status(self, user: str, folder: str, what: str) -> int:
        with self.session(user) as connection:
            status, said = connection.status(quoted(folder), f"({what})")
        assert status == "OK", said
        return int(said[0].rpartition(what.encode() + b" ")[2].rstrip(b")"))

    def _ok(self, user: str, verb: str, *folders: str) -> None:
        with self.session(user) as connection:
            status, said = getattr(connection, verb)(*map(quoted, folders))
        assert status == "OK", said


def quoted(folder: str) -> str:
    """A folder's name as it is sent: modified UTF-7 in quotes."""
    escaped = imap_utf7.encode(folder).decode().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def certify(directory: Path) -> None:
    """key.pem and a self-signed cert.pem, for two days."""
    extensions = (
        "subjectAltName=IP:127.0.0.1,IP:127.0.0.2,DNS:localhost",
        "keyUsage=critical,digitalSignature,keyCertSign",
    )
    added = itertools.chain.from_iterable(("-addext", each) for each in extensions)
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-keyout", str(directory / "key.pem"), "-out", str(directory / "cert.pem")]
    subprocess.run(["openssl", *new, "-subj", "/CN=localhost", *added, *files], capture_output=True, check=True)


def free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on now."""
    with socket.socket() as one, socket.socket() as other:
        one.bind((HOST, 0))
        other.bind((HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]
