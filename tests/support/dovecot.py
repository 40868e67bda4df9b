"""A real Dovecot 2.3 on loopback, as a child in the foreground: own configuration, own temporary directory, any user.

Works as root (the mail belongs to nobody then) and as an ordinary user. Mail is delivered by writing Maildir files, as
an MDA would; what is read back here goes through imaplib, which shares no code with what is tested.
"""

from __future__ import annotations

import grp
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from imapclient import imap_utf7
from support.dovecot_acts import Acts
from support.served import HOST, PASSWORD, Child, Served, certify

TEMPLATE = Path(__file__).with_name("dovecot.conf.in")
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"))
_FIRST_NAME = 1_700_000_000
"""Maildir names start with a time, and Dovecot gives UIDs in the order of it: a counter from here keeps ours."""
_LETTERS = {"\\Draft": "D", "\\Flagged": "F", "\\Answered": "R", "\\Seen": "S", "\\Deleted": "T"}


def why_not() -> str | None:
    """Why no Dovecot can be started here, as a half-sentence; None when one can."""
    if binary("dovecot") is None:
        return "no Dovecot is installed"
    return None if version().startswith("2.3.") else f"Dovecot {version()} is installed, and these tests speak 2.3"


@cache
def version() -> str:
    """Of the Dovecot that is installed, e.g. "2.3.19.1"."""
    told = subprocess.run([binary("dovecot"), "--version"], capture_output=True, text=True, check=True).stdout
    return told.split()[0]


def binary(name: str) -> str | None:
    """The path of one of Dovecot's programs, which lie where an ordinary user does not look."""
    return shutil.which(name, path=_PATH)


@dataclass
class Dovecot(Acts, Served):
    """A context manager. `extra` (`support.dovecot_settings`) is appended to the configuration, @DIR@ in it filled."""

    extra: str = ""
    host: str = HOST
    password: str = PASSWORD
    port: int = 0
    tls_port: int = 0
    directory: Path = Path()
    _process: Child | None = None
    _numbers: itertools.count = field(default_factory=itertools.count)

    def __enter__(self) -> Dovecot:
        # A Unix socket's path has room for about 100 octets: hence not in pytest's own long temporary directories.
        self.directory = Path(tempfile.mkdtemp(prefix="hr-dc-"))
        try:
            self._furnish()
            self._first_start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end(signal.SIGKILL)  # nobody will miss it: its ordered end takes a second
        shutil.rmtree(self.directory, ignore_errors=True)

    # --- the server ---

    @property
    def log(self) -> str:
        """What Dovecot has logged so far."""
        path = self.directory / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def pid(self) -> int | None:
        """The master process; None while stopped."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start (again, on the same ports) and wait until it greets."""
        with (self.directory / "stderr").open("wb") as out:
            command = [binary("dovecot"), "-F", "-c", str(self.directory / "dovecot.conf")]
            self._process = Child(command, stdout=out, stderr=out, cwd=self.directory)
        self._await_greeting(20)

    def doveadm(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run doveadm against this server's configuration; its output. Raises CalledProcessError."""
        command = [binary("doveadm"), "-c", str(self.directory / "dovecot.conf"), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout.decode()

    def _furnish(self) -> None:
        self.directory.chmod(0o755)  # whoever owns the mail has to pass
        for name in ("mail", "home"):
            (self.directory / name).mkdir()
            self._own(self.directory / name)
        certify(self.directory)

    def _configure(self) -> None:
        values = {"DIR": self.directory, "PASSWORD": self.password, "PORT": self.port, "TLS_PORT": self.tls_port}
        values |= {"HOST": self.host, "UID": _owner()[0], "GID": _owner()[1], "USERS": _service_users()}
        values["SSL"] = f"ssl = yes\nssl_cert = <{self.ca_file}\nssl_key = <{self.directory}/key.pem"
        text = TEMPLATE.read_text().replace("@EXTRA@", self.extra)
        text = re.sub("@([A-Z_]+)@", lambda name: str(values[name[1]]), text)
        (self.directory / "dovecot.conf").write_text(text)

    # --- its users and their mail ---

    def deliver(
        self, user: str, message: bytes, folder: str = "INBOX", flags: str = "", internaldate: datetime | None = None
    ) -> None:
        """Lay a message into a folder as an MDA would; UIDs follow the order of delivery, `flags` are as in "\\Seen".

        Without flags the message is \\Recent until somebody SELECTs the folder. INTERNALDATE is now if not given.
        """
        place = self._maildir(user, folder)
        letters = "".join(sorted(_LETTERS[flag] for flag in flags.split()))
        written = place / "tmp" / f"{self._stamp()}.M1P1.test"
        written.write_bytes(message)
        self._own(written)
        at = time.time() if internaldate is None else internaldate.timestamp()
        os.utime(written, (at, at))
        target = f"cur/{written.name}:2,{letters}" if letters else f"new/{written.name}"
        written.rename(place / target)

    def _maildir(self, user: str, folder: str) -> Path:
        """The Maildir++ directory of a folder, made if it is not there."""
        root = self.directory / "mail" / user
        if "prefix = INBOX." in self.extra:
            folder = folder.removeprefix("INBOX.")
        encoded = imap_utf7.encode(folder).decode().replace("/", ".")
        place = root if folder.upper() == "INBOX" else root / f".{encoded}"
        for each in (root, place, *(place / name for name in ("cur", "new", "tmp"))):
            if not each.exists():
                each.mkdir(mode=0o700)
                self._own(each)
        return place

    def _stamp(self) -> int:
        """The beginning of a Maildir name; whoever takes one later gets a later UID."""
        return _FIRST_NAME + next(self._numbers)

    @staticmethod
    def _own(path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, *_owner())


@cache
def _owner() -> tuple[int, int]:
    """Whose the mail is: ours; nobody's when we are root, since Dovecot reads no mail as root."""
    if os.geteuid():
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _service_users() -> str:
    """An ordinary user can run Dovecot only as that user throughout; root leaves the packaged users."""
    if os.geteuid() == 0:
        return ""
    me, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    return f"default_internal_user = {me}\ndefault_internal_group = {group}\ndefault_login_user = {me}"
