"""The corpus as whole mails, as a server hands them out: headers of every hop, HTML beside or instead of the text."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formataddr
from hashlib import sha256
from html import escape
from pathlib import Path

from classifiers.corpus import Sample, load
from classifiers.values import Address

SOMEONE = Address("", "someone@hiring.example")
NEEDED = frozenset(b"From To Subject Date Message-ID MIME-Version Content-Type Content-Transfer-Encoding".split())
BEGIN = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
STYLE = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:22px;color:#333333"
HEAD = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>@media (max-width:600px){.w{width:100%!important}}
body{margin:0;padding:0}a{color:#1155cc}</style></head><body><div style="display:none">&nbsp;</div>
<table role="presentation" width="600" class="w" cellpadding="0" cellspacing="0"><tr><td style="padding:24px">"""
FOOT = """<p style="font-size:11px;color:#999999">Mirabel House, 4 Quay Lane &middot;
<a href="https://mail.relay.example/unsubscribe?u=3Fa91">Unsubscribe</a></p></td></tr></table></body></html>"""


def emls(count: int) -> list[bytes]:
    """`count` mails (or all, if the corpus has fewer), each unlike the others, spread evenly over the corpus."""
    samples = load()
    step = max(1, len(samples) // count)
    return [eml(sample, number) for number, sample in enumerate(samples[::step][:count])]


def bare(raw: bytes) -> bytes:
    """A mail without what servers add: From, To, Subject, Date, Message-ID and the MIME fields are left."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    kept = [field for field in fields if field.partition(b":")[0] in NEEDED]
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


def written(mails: list[bytes], folder: Path) -> Path:
    """The folder, now with a file for each mail."""
    for number, raw in enumerate(mails):
        (folder / f"{number:05}.eml").write_bytes(raw)
    return folder


def eml(sample: Sample, number: int) -> bytes:
    """One mail as octets; the same sample and number give the same."""
    mark = sha256(f"{number}\0{sample.mail.text}".encode()).hexdigest()
    kind, body = _both(sample, mark) if number % 2 else _one(*(_plain, _plain, _plain, _html)[number % 8 // 2](sample))
    lines = [*_headers(sample, number, mark), *kind]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _headers(sample: Sample, number: int, mark: str) -> Iterator[str]:
    headers, date = sample.mail.headers, BEGIN + timedelta(minutes=7 * number)
    sender = headers.sender or SOMEONE
    domain = sender.address.partition("@")[2]
    yield "Return-Path: <bounce-" + mark[:12] + f"@{domain}>"
    yield "Delivered-To: sam.porter@inbox.example"
    yield from _received(domain, date, mark)
    yield from _signed(domain, mark)
    yield "From: " + formataddr((sender.name, sender.address))
    yield "To: Sam Porter <sam.porter@inbox.example>"
    yield from (f"Reply-To: {formataddr((one.name, one.address))}" for one in headers.reply_to)
    yield from ([_subject(headers.subject)] if headers.subject else [])
    yield f"Date: {format_datetime(date)}"
    yield f"Message-ID: <{mark[:24]}@{domain}>"
    yield from ([f"In-Reply-To: {headers.in_reply_to[0]}"] if headers.in_reply_to else [])
    yield from ([f"List-Id: {headers.list_id}"] if headers.list_id else [])
    yield from (["List-Unsubscribe: <https://relay.example/u>"] if headers.list_unsubscribe else [])
    yield "MIME-Version: 1.0"


def _subject(subject: str) -> str:
    if subject.isascii():
        return f"Subject: {subject}"
    return "Subject: " + "\r\n ".join(
        f"=?utf-8?b?{base64.b64encode(subject[at : at + 20].encode()).decode()}?=" for at in range(0, len(subject), 20)
    )


def _received(domain: str, date: datetime, mark: str) -> Iterator[str]:
    for hop, (host, by) in enumerate((("mx.inbox.example", "store"), (f"out.{domain}", "mx"), ("app-17", "out"))):
        stamp = format_datetime(date + timedelta(seconds=3 - hop))
        yield (
            f"Received: from {host} ({host} [203.0.113.{hop + 9}])\r\n\tby {by}.inbox.example with ESMTPS id"
            f" {mark[hop : hop + 12]}\r\n\t(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)\r\n"
            f"\tfor <sam.porter@inbox.example>; {stamp}"
        )


def _signed(domain: str, mark: str) -> Iterator[str]:
    folded = "\r\n\t".join([mark + mark[:8]] * 4)
    yield (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\r\n"
        f"\th=from:to:subject:date:message-id:mime-version:content-type; bh={mark[:43]}=;\r\n\tb={folded}=="
    )
    yield (
        f"Authentication-Results: mx.inbox.example;\r\n\tdkim=pass header.i=@{domain} header.s=s1;\r\n"
        f"\tspf=pass smtp.mailfrom=bounce@{domain};\r\n\tdmarc=pass (p=REJECT) header.from={domain}"
    )


def _plain(sample: Sample) -> tuple[str, str]:
    return "text/plain", sample.mail.text


def _html(sample: Sample) -> tuple[str, str]:
    blocks = (f'<p style="{STYLE}">{_lines(block)}</p>\n' for block in sample.mail.text.split("\n\n"))
    return "text/html", HEAD + "".join(blocks) + FOOT


def _one(kind: str, text: str) -> tuple[list[str], bytes]:
    fields = [f"Content-Type: {kind}; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"]
    return fields, quopri.encodestring(text.encode())


def _both(sample: Sample, mark: str) -> tuple[list[str], bytes]:
    edge = mark[:28].encode()
    parts = (_one(*_plain(sample)), _one(*_html(sample)))
    body = (b"--" + edge + b"\n" + "\n".join(fields).encode() + b"\n\n" + text + b"\n" for fields, text in parts)
    return [f'Content-Type: multipart/alternative; boundary="{mark[:28]}"'], b"".join(body) + b"--" + edge + b"--\n"


def _lines(block: str) -> str:
    return "<br>\n".join(escape(line) for line in block.split("\n"))
