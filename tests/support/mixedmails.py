"""A mailbox as people have it: mostly newsletters, receipts, lists, threads and attachments, and some mail about jobs.

Mails of 3 to 30 kB, one in ten with an attachment that is cut off where reading stops. All words are invented or the
corpus's own; the same number gives the same mail.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

from support.emls import eml

from classifiers.corpus import Sample, load

PREFIX = 262_144
BEGIN = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
SHOPS = ("Fennimore Outfitters", "Halden Books", "Pipistrel Coffee", "Tarn & Tide", "Orla Kitchens", "Quillon Garden")
PEOPLE = ("Mira Castellane", "Jonas Wetterhahn", "Priya Ravensworth", "Luc Amandier", "Ines Valdoro", "Tom Aldersgate")
STYLE = "font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:21px;color:#2b2b2b;padding:0 18px 12px 18px"
JOB_SHARE = 0.12


def mixed(count: int, seed: int = 1) -> list[bytes]:
    """`count` mails of a usual mailbox, cut as they are fetched (256 KiB)."""
    dice = random.Random(seed)
    return [_one(dice, number)[:PREFIX] for number in range(count)]


def jobs(count: int, seed: int = 1) -> list[bytes]:
    """`count` mails about jobs alone, whole as servers hand them out."""
    dice = random.Random(seed)
    return [eml(dice.choice(_samples(about_jobs=True)), number) for number in range(count)]


def _one(dice: random.Random, number: int) -> bytes:
    if dice.random() < JOB_SHARE:
        return eml(dice.choice(_samples(about_jobs=True)), number)
    kinds: Sequence[Callable[[random.Random], tuple[str, bytes]]] = (_newsletter, _receipt, _thread, _listed, _attached)
    kind, body = dice.choices(kinds, (40, 20, 15, 15, 10))[0](dice)
    return "\r\n".join(_head(dice, number, kind)).encode() + b"\r\n\r\n" + body


@cache
def _samples(*, about_jobs: bool) -> list[Sample]:
    return [one for one in load() if (one.label not in ("other", "job_alert")) == about_jobs]


@cache
def _sentences() -> list[str]:
    return [
        line.strip()
        for one in _samples(about_jobs=False)
        for line in one.mail.text.split("\n")
        if len(line.strip()) > 20
    ]


def _head(dice: random.Random, number: int, kind: str) -> Iterator[str]:
    date, name, host = BEGIN + timedelta(minutes=11 * number), dice.choice(SHOPS + PEOPLE), f"m{dice.randrange(90)}"
    domain, mark = f"{host}.relay.example", f"{dice.getrandbits(160):040x}"
    yield f"Return-Path: <bounce+{mark}@{domain}>"
    yield "Delivered-To: sam.porter@inbox.example"
    for hop in range(3):
        yield (
            f"Received: from {host}-{hop}.relay.example ({domain} [203.0.113.{hop + 7}])\r\n\tby mx{hop}.inbox.example"
            f" with ESMTPS id {mark[hop : hop + 12]}\r\n\tfor <sam.porter@inbox.example>; {format_datetime(date)}"
        )
    folded = "\r\n\t".join(f"{dice.getrandbits(256):064x}" for _ in range(5))
    yield f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=k1;\r\n\tb={folded}"
    yield f"Authentication-Results: mx.inbox.example; dkim=pass header.d={domain}; spf=pass; dmarc=pass"
    yield f"From: {name} <{dice.choice(('news', 'hello', 'orders', 'mail'))}@{domain}>"
    yield "To: Sam Porter <sam.porter@inbox.example>"
    yield (
        f"Subject: {dice.choice(_sentences())[:70]}" if dice.random() < 0.8 else "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?="
    )
    yield f"Date: {format_datetime(date)}"
    yield f"Message-ID: <{mark[:24]}@{domain}>"
    yield f"List-Unsubscribe: <https://{domain}/u/{mark}>"
    yield f"X-Report-Abuse: Please report abuse here: https://{domain}/abuse?c={mark}"
    yield "MIME-Version: 1.0"
    yield kind


def _newsletter(dice: random.Random) -> tuple[str, bytes]:
    blocks = [_block(dice) for _ in range(dice.randrange(6, 22))]
    return _both(dice, "\n\n".join(text for text, _ in blocks), _page("".join(html for _, html in blocks)))


def _receipt(dice: random.Random) -> tuple[str, bytes]:
    rows = [
        (dice.choice(_sentences())[:50], f"EUR {dice.randrange(3, 300)}.{dice.randrange(100):02}") for _ in range(9)
    ]
    table = "".join(
        f'<tr><td style="{STYLE}" valign="top">{escape(what)}</td><td align="right" style="{STYLE}"><b>{price}</b></td>'
        f"</tr>\r\n"
        for what, price in rows
    )
    return _part("text/html", _page(f'<table width="100%" cellpadding="0">{table}</table>' + _block(dice)[1]))


def _thread(dice: random.Random) -> tuple[str, bytes]:
    said = "\n\n".join(_paragraph(dice) for _ in range(dice.randrange(1, 4)))
    quoted = "\n".join("> " + _paragraph(dice)[:70] for _ in range(dice.randrange(20, 120)))
    name = dice.choice(PEOPLE)
    return _part("text/plain", f"Hi Sam,\n\n{said}\n\nBest,\n{name}\n\nOn Mon, 5 Jan 2026, {name} wrote:\n{quoted}\n")


def _listed(dice: random.Random) -> tuple[str, bytes]:
    lines = (_paragraph(dice) for _ in range(dice.randrange(8, 30)))
    return _part("text/plain", "\n\n".join(lines) + "\n-- \nlist mailing list\nlist@lists.example\n")


def _attached(dice: random.Random) -> tuple[str, bytes]:
    edge = f"b{dice.getrandbits(100):x}"
    kind, text = _both(dice, _paragraph(dice), _page(_block(dice)[1]))
    held = base64.encodebytes(dice.randbytes(dice.randrange(30_000, 400_000))).replace(b"\n", b"\r\n")
    body = (
        f"--{edge}\r\n{kind}\r\n\r\n".encode() + text + f"\r\n--{edge}\r\nContent-Type: application/pdf;"
        ' name="invoice.pdf"\r\nContent-Disposition: attachment; filename="invoice.pdf"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n".encode() + held + f"\r\n--{edge}--\r\n".encode()
    )  # fmt: skip
    return f'Content-Type: multipart/mixed; boundary="{edge}"', body


def _paragraph(dice: random.Random) -> str:
    said = " ".join(dice.choices(_sentences(), k=dice.randrange(1, 5)))
    return f"{said} Ref {dice.getrandbits(40):x}, {dice.randrange(2000)} of them."


def _block(dice: random.Random) -> tuple[str, str]:
    text, link = _paragraph(dice), f"https://click.relay.example/{dice.getrandbits(300):x}?utm_source=mail"
    html = (
        f'<tr><td align="center" valign="top" style="{STYLE}"><a href="{link}" style="color:#1155cc;'
        f'text-decoration:none" target="_blank"><img src="https://img.relay.example/{dice.getrandbits(64):x}.png" '
        f'width="560" height="{dice.randrange(90, 400)}" alt="" border="0" style="display:block"></a></td></tr>\r\n'
        f'<tr><td style="{STYLE}"><h2 style="margin:0;{STYLE}">{escape(text[:30])}</h2>'
        f'<p style="{STYLE}">{escape(text)}'
        f'&nbsp;<a href="{link}">Read&nbsp;more &raquo;</a></p></td></tr>\r\n'
    )
    return f"{text}\n{link}", html


def _page(inside: str) -> str:
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html;'
        ' charset=utf-8"><style type="text/css">@media only screen and (max-width:600px){.full{width:100%!important}}'
        "#outlook a{padding:0} .ReadMsgBody{width:100%} body{margin:0;padding:0;min-width:100%}</style><!--[if mso]>"
        '<style>td{font-family:Arial}</style><![endif]--></head><body bgcolor="#f4f4f4"><div style="display:none;'
        'max-height:0">A look inside &#847; &zwnj; &nbsp;</div><table width="600" cellpadding="0" cellspacing="0"'
        f' border="0" class="full" align="center">{inside}<tr><td style="{STYLE}">You get this mail because you asked'
        ' for it. <a href="https://relay.example/u">Unsubscribe</a></td></tr></table></body></html>'
    )


def _part(kind: str, text: str) -> tuple[str, bytes]:
    body = _quoted(text.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    return f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", body


def _quoted(octets: bytes) -> bytes:
    return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _both(dice: random.Random, text: str, html: str) -> tuple[str, bytes]:
    edge = f"----=_Part_{dice.getrandbits(60)}.{dice.getrandbits(40)}"
    parts = (_part("text/plain", text), _part("text/html", html))
    body = b"".join(f"--{edge}\r\n{head}\r\n\r\n".encode() + held + b"\r\n" for head, held in parts)
    return f'Content-Type: multipart/alternative; boundary="{edge}"', body + f"--{edge}--\r\n".encode()
