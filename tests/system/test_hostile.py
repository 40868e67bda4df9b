"""Mail that means harm, through the whole house: a real Dovecot, the real program, the real reader of mails."""

from __future__ import annotations

import base64
import re
import time

import pytest
from support.cli import Home
from support.proxy import RecordingProxy
from support.realmind import mind_server


def _mail(headers: str, body: bytes = b"Hello Sam,\r\n\r\nsee you on Thursday.\r\n") -> bytes:
    return headers.replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n" + body


def _encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def _nested(depth: int) -> bytes:
    parts = [f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth)]
    return "".join(parts).encode() + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


HEAD = "From: Mallory <mallory@evil.example>\nTo: sam@example.org\nSubject: hello\n"
REJECTION = (
    b"Dear Sam,\r\n\r\nUnfortunately we have decided to move forward with other candidates for the position of Data "
    b"Engineer, and we will not be taking your application further.\r\n\r\nImke Baart\r\n"
)
MAILS = {
    "injection in Message-ID": _mail(
        f"From: Imke Baart <imke.baart@heron.example>\nTo: sam@example.org\nSubject: Your application\n"
        f"Message-ID: {_encoded('<a@b>' + chr(13) + chr(10) + 'a999 DELETE Archive' + chr(13) + chr(10))}\n",
        REJECTION,
    ),
    "injection in Subject and From": _mail(
        f"From: {_encoded('Imke' + chr(13) + chr(10) + 'Bcc: all@evil.example')} <imke@kestrel.example>\n"
        f"To: sam@example.org\nSubject: {_encoded('Hi' + chr(13) + chr(10) + 'Bcc: all@evil.example')}\n"
        "Message-ID: <inj@kestrel.example>\n",
        REJECTION,
    ),
    "injection in References": _mail(
        "From: Ida Holm <ida.holm@crane.example>\nTo: sam@example.org\nSubject: Your application\n"
        'Message-ID: <r"} UID STORE 1:* +FLAGS (\\Deleted)@crane.example>\nReferences: <x> a1 EXPUNGE\n',
        REJECTION,
    ),
    "idna bomb": _mail(HEAD + "Content-Type: text/plain; charset=idna\n", b"a" * 900_000 + b"\r\n"),
    "idna bomb in the subject": _mail(HEAD.replace("hello", "=?idna?q?" + "a" * 60_000 + "?=")),
    "nesting": _mail(HEAD + "MIME-Version: 1.0\n").rstrip(b"\r\n") + b"\r\n" + _nested(2_000),
    "unknown charset": _mail(HEAD + "Content-Type: text/plain; charset=x-martian\n", b"gr\xfc\xdfe\r\n"),
    "charset that decompresses": _mail(
        HEAD + "Content-Type: text/plain; charset=zlib\n", b"x\x9cK\xcb\xcf\x07\x00\x02\x82\x01E"
    ),
    "NULs": _mail(HEAD, b"a\0b\0c\r\n"),
    "no headers": b"\r\njust a body\r\n",
    "no body": _mail(HEAD, b""),
    "nothing but a line break": b"\r\n",
    "no Date, From or Message-ID": _mail("Subject: hm\n"),
    "binary": bytes(range(1, 256)).replace(b"\n", b"").replace(b"\r", b"") * 200 + b"\r\n",
    "a million addresses": _mail("From: " + "a@b.example, " * 20_000 + "c@d.example\nSubject: many\n"),
    "an endless header": _mail("X-Long: " + "y" * 400_000 + "\n" + HEAD),
    "broken MIME": _mail(HEAD + 'Content-Type: multipart/mixed; boundary="\n', b"--\r\n--"),
    "broken base64": _mail(HEAD + "Content-Transfer-Encoding: base64\n", b"@@@@===\r\n"),
    "a long HTML tangle": _mail(HEAD + "Content-Type: text/html\n", b"<div>" * 50_000),
    "50 MB": _mail(HEAD, REJECTION + b"x" * 76 + b"\r\n" + (b"y" * 76 + b"\r\n") * 640_000),
}


class Aftermath:
    """What one run over all of these left behind."""

    def __init__(self, dovecot, folder) -> None:
        self.dovecot, self.user = dovecot, dovecot.user()
        dovecot.deliver(self.user, b"Subject: keep me\r\n\r\nprecious\r\n", folder="Archive")
        for raw in MAILS.values():
            dovecot.deliver(self.user, raw)
        self.before = dovecot.snapshot(self.user)
        with RecordingProxy(dovecot.host, dovecot.port) as proxy:
            self.home = Home(folder, proxy.port, self.user, dovecot.password)
            self.home.lend_model()
            began = time.monotonic()
            self.done = self.home.run("once", "--json", timeout=300)
            self.seconds = time.monotonic() - began
            self.commands = list(proxy.commands)


@pytest.fixture(scope="module")
def aftermath(dovecot, tmp_path_factory):
    with mind_server():
        pass
    return Aftermath(dovecot, tmp_path_factory.mktemp("hostile"))


@pytest.mark.timeout(360)
def test_every_one_of_them_is_taken_account_of(aftermath):
    assert aftermath.done.returncode == 0, aftermath.done.stderr
    assert "Traceback" not in aftermath.done.stderr
    folder = aftermath.home.rows("status")[0]["accounts"][0]["folders"][0]
    assert folder["seen"] == folder["server_messages"] == len(MAILS)
    assert folder["problem"] is None


def test_the_folder_that_the_injection_aims_at_survives(aftermath):
    assert aftermath.dovecot.messages(aftermath.user, "Archive") == [b"Subject: keep me\r\n\r\nprecious\r\n"]
    assert aftermath.dovecot.snapshot(aftermath.user) == aftermath.before


def test_no_command_holds_anything_that_a_sender_wrote(aftermath):
    said = " ".join(f"{command.verb} {command.text}" for command in aftermath.commands if command.verb != "LOGIN")
    assert not re.search(r"DELETE|EXPUNGE|STORE|evil|heron|kestrel|crane", said)


def test_the_injection_mails_are_handled_as_the_rejections_they_are(aftermath):
    rejections = [row for row in aftermath.home.rows("log") if row["label"] == "rejection" and row["band"] == "act"]
    senders = {row["from"] for row in rejections}
    assert {"imke.baart@heron.example", "imke@kestrel.example", "ida.holm@crane.example"} <= senders
    assert {row["from"]: row["message_id"] for row in rejections}["imke.baart@heron.example"] is None


def test_no_draft_has_a_header_that_a_sender_smuggled_in(aftermath):
    for raw in aftermath.dovecot.messages(aftermath.user, "Drafts"):
        head = raw.split(b"\r\n\r\n")[0].lower()
        assert b"bcc" not in {line.split(b":")[0].strip() for line in head.split(b"\r\n")}
        assert head.count(b"\r\nto:") == 1
        assert b"\r\nbcc:" not in head


def test_the_large_ones_are_read_by_their_first_256_kib(aftermath):
    fetched = [command.text for command in aftermath.commands if command.verb == "UID FETCH" and "BODY" in command.text]
    assert fetched and all("BODY.PEEK[]<0.262144>" in text or "HEADER.FIELDS" in text for text in fetched)
