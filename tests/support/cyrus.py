"""A real Cyrus IMAP 3 on loopback, as a child in the foreground: own configuration, own temporary directory, any user.

tools/ensure_cyrus.sh unpacks its packages into a cache folder. Works as root (Cyrus runs as nobody then) and as an
ordinary user. Mail is delivered by APPEND over a session of its own, since a Cyrus's spool is nobody else's to write.
"""

from __future__ import annotations

import contextlib
import imaplib
import itertools
import os
import pwd
import re
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from support.saslauthd import Saslauthd
from support.served import HOST, PASSWORD, Child, Served, certify, quoted

HOW = "sh tools/ensure_cyrus.sh"
_HERE = Path(__file__).parent
_FOLDERS = ("mail", "conf", *(f"conf/{name}" for name in ("socket", "proc", "lock", "log", "user", "quota", "db")))
_USES = "".join(f"xlist-{name.lower()}: {name}\n" for name in ("Drafts", "Sent", "Trash")) + "specialusealways: yes"


def why_not() -> str | None:
    """Why no Cyrus can be started here, as a half-sentence; None when one can."""
    return None if _unpacked() else f"no Cyrus is unpacked in {_cache()}"


def version() -> str:
    """Of the Cyrus that is unpacked, e.g. "3.6.1"."""
    return re.match(r"cyrus-(?:\d+:)?([\d.]+)", _unpacked().name)[1]


def _cache() -> Path:
    """As in tools/ensure_cyrus.sh."""
    if named := os.environ.get("HIGHROAD_TEST_CACHE"):
        return Path(named)
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path("/var/cache/highroad-tests") if os.geteuid() == 0 else home / "highroad-tests"


@cache
def _unpacked() -> Path | None:
    """The newest that is unpacked; None when there is none."""
    found = [each.parents[4] for each in _cache().glob("cyrus-*/usr/lib/cyrus/bin/imapd")]
    return max(found, key=lambda folder: folder.stat().st_ctime, default=None)


def _environment(root: Path) -> dict[str, str]:
    """Libraries and SASL mechanisms from what was unpacked, then those of the machine."""
    libraries = sorted({str(each.parent) for each in root.rglob("*.so*") if each.parent.name != "sasl2"})
    mechanisms = [*root.glob("usr/lib/*/sasl2"), *Path("/usr/lib").glob("*/sasl2")]
    joined = {"LD_LIBRARY_PATH": libraries, "SASL_PATH": map(str, mechanisms)}
    return {"PATH": os.environ.get("PATH", ""), **{name: ":".join(values) for name, values in joined.items()}}


@dataclass
class Cyrus(Served):
    """A context manager. `extra` is appended to imapd.conf; a setting must not come twice there.

    With `alt` Drafts stands beside INBOX, as "Drafts"; without, below it: "INBOX/Drafts", or "INBOX.Drafts" with
    `dots`. Without `uses` no folder is marked (RFC 6154). Without `plaintext` no password goes in clear.
    """

    extra: str = ""
    alt: bool = True
    dots: bool = False
    uses: bool = True
    plaintext: bool = True
    host: str = HOST
    password: str = PASSWORD
    port: int = 0
    tls_port: int = 0
    directory: Path = Path()
    _process: Child | None = None
    _numbers: itertools.count = field(default_factory=itertools.count)
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __enter__(self) -> Cyrus:
        with contextlib.ExitStack() as stack:
            # A Unix socket's path has room for about 100 octets: hence not in pytest's own long temporary directories.
            self.directory = Path(tempfile.mkdtemp(prefix="hr-cy-"))
            stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
            self._furnish()
            stack.callback(Saslauthd(self.directory / "saslauthd", self.password).close)
            stack.callback(self.stop)
            self._first_start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc) -> None:
        self._stack.close()

    # --- the server ---

    @property
    def log(self) -> str:
        """What the master has said so far; the rest of Cyrus speaks to syslog alone."""
        path = self.directory / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def pid(self) -> int | None:
        """The master process; None while stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start (again, on the same ports) and wait until it greets."""
        files = [part for name in ("-C imapd.conf", "-M cyrus.conf", "-p pid") for part in self._option(*name.split())]
        with (self.directory / "log").open("ab") as out:
            # The master signals its whole process group when it ends: a session of its own keeps that from ours.
            self._process = Child(
                [str(_unpacked() / "usr/lib/cyrus/bin/master"), "-D", *files],
                stdout=out, stderr=out, cwd=self.directory, env=_environment(_unpacked()), **_as_owner(),
            )  # fmt: skip
        self._await_greeting(30)

    def _option(self, letter: str, name: str) -> tuple[str, str]:
        return letter, str(self.directory / name)

    def _furnish(self) -> None:
        self.directory.chmod(0o755)
        certify(self.directory)
        for name in _FOLDERS:
            (self.directory / name).mkdir()
        if os.geteuid() == 0:
            for path in (self.directory, *self.directory.rglob("*")):
                shutil.chown(path, "nobody")

    def _configure(self) -> None:
        values = {
            "DIR": self.directory,
            "HOST": self.host,
            "PORT": self.port,
            "TLS_PORT": self.tls_port,
            "ADMIN": "admin",
        }
        values |= {"BIN": _unpacked() / "usr/lib/cyrus/bin", "OWNER": _owner(), "EXTRA": self.extra}
        values |= {"ALTNAMESPACE": _yes(self.alt), "UNIXHIERARCHYSEP": _yes(not self.dots)}
        values |= {"PLAINTEXT": _yes(self.plaintext), "USES": _USES if self.uses else ""}
        for template, name in (("cyrus.conf.in", "cyrus.conf"), ("cyrus-imapd.conf.in", "imapd.conf")):
            text = (_HERE / template).read_text()
            filled = re.sub("@([A-Z_]+)@", lambda found: str(values[found[1]]), text)
            (self.directory / name).write_text(filled)

    # --- its users' mail ---

    def deliver(
        self, user: str, message: bytes, folder: str = "INBOX", flags: str = "", internaldate: datetime | None = None
    ) -> None:
        """APPEND a message to a folder, which is made if it is not there; `flags` are as in "\\Seen"."""
        at = time.time() if internaldate is None else internaldate
        with self.session(user) as connection:
            self._append(connection, folder, flags, imaplib.Time2Internaldate(at), message)

    def fill(self, user: str, mails) -> None:
        """Deliver sample mails, each into its folder and time, over one session."""
        with self.session(user) as connection:
            for mail in mails:
                flags = "" if mail.folder == "INBOX" else "\\Seen"
                self._append(connection, mail.folder, flags, imaplib.Time2Internaldate(mail.internaldate), mail.raw)

    @staticmethod
    def _append(connection: imaplib.IMAP4, folder: str, flags: str, at: str, message: bytes) -> None:
        status, said = connection.append(quoted(folder), flags, at, message)
        if b"TRYCREATE" in said[0]:
            connection.create(quoted(folder))
            status, said = connection.append(quoted(folder), flags, at, message)
        assert status == "OK", said


def _owner() -> str:
    """Whose the server is: ours; nobody's when we are root, since Cyrus runs as no root."""
    return pwd.getpwuid(os.geteuid()).pw_name if os.geteuid() else "nobody"


def _as_owner() -> dict[str, object]:
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _yes(true: bool) -> str:
    return "yes" if true else "no"
