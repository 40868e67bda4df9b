"""Mails that mean harm, by what they try."""

from __future__ import annotations

import base64


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
