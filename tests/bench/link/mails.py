"""A mailbox as people have it: newsletters, receipts, letters, some large attachments, and mail about jobs in between.

Texts are those of the corpus, dressed as senders dress them. The same `count` and `number` give the same octets.
"""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256, shake_256
from html import escape
from random import Random

from support.emls import eml

from classifiers.corpus import Sample, load

SPAN = timedelta(days=80)
"""All mails are this old at most: within the first scan's 90 days."""
JOB_SHARE = 0.08
KIB = 1024
EDGE = "=_edge"
CELL = "padding:0 24px 16px 24px;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:24px;color:#3a3f45"
OPENING = """<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><style>@media only screen and (max-width:640px)
{.w{width:100%!important}.h{display:none!important}.p{padding-left:16px!important}}body{margin:0;padding:0;width:100%}
table,td{border-collapse:collapse;mso-table-lspace:0pt;mso-table-rspace:0pt}img{border:0;outline:none}</style></head>
<body><div style="display:none;max-height:0;overflow:hidden">In this edition&zwnj;&nbsp;&zwnj;&nbsp;&zwnj;</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center">
<table role="presentation" class="w" width="640" cellpadding="0" cellspacing="0" border="0">"""
ARTICLE = """<tr><td class="p" style="{cell}"><a href="{link}" target="_blank"
style="text-decoration:none;color:#0b57d0">
<img src="https://pictures.relay.example/{mark}/640x320.png" width="592" height="296" alt="" style="display:block"></a>
<h2 style="margin:16px 0 8px 0;font-size:19px;line-height:26px;font-weight:600">{title}</h2>
<p style="margin:0 0 12px 0">{text}</p><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td style="background-color:#0b57d0;border-radius:4px;padding:8px 16px"><a href="{link}" target="_blank"
style="color:#ffffff;font-size:14px;text-decoration:none">Read on</a></td></tr></table></td></tr>
<tr><td class="h" height="1" style="font-size:1px;line-height:1px;background-color:#e4e7eb">&nbsp;</td></tr>
"""
CLOSING = """<tr><td class="p" style="padding:24px;font-size:11px;color:#8a9099">You get this since you asked for it.
<a href="https://relay.example/u/{mark}">Unsubscribe</a></td></tr></table></td></tr></table></body></html>"""


@dataclass(frozen=True)
class Mail:
    """One mail as the server gets it."""

    raw: bytes
    at: datetime


@dataclass(frozen=True)
class Kind:
    """A sort of mail: its share of what is not about a job, its median size and largest in octets, how it is made."""

    share: float
    median: int
    largest: int
    write: Callable[[Draw, int], tuple[str, bytes]]


class Draw:
    """The random choices of one mail, and the texts to choose from."""

    def __init__(self, number: int, texts: list[Sample]) -> None:
        self.rng, self.texts = Random(f"link {number}"), texts
        self.mark = sha256(f"link {number}".encode()).hexdigest()

    def sample(self) -> Sample:
        return self.rng.choice(self.texts)

    def size(self, kind: Kind) -> int:
        return min(int(self.rng.lognormvariate(0, 0.75) * kind.median), kind.largest)


def newsletter(draw: Draw, size: int) -> tuple[str, bytes]:
    """HTML of many articles, with a text beside it in two of three."""
    blocks = list(_articles(draw, size))
    page = OPENING + "".join(html for _, html in blocks) + CLOSING.format(mark=draw.mark[:24])
    if draw.rng.random() < 1 / 3:
        return _part("text/html", page)
    return _multipart(
        "alternative", [_part("text/plain", "\n\n".join(text for text, _ in blocks)), _part("text/html", page)]
    )


def notice(draw: Draw, size: int) -> tuple[str, bytes]:
    """What shops and services send: HTML of some few blocks."""
    return newsletter(draw, size)


def letter(draw: Draw, size: int) -> tuple[str, bytes]:
    """Plain text from a person, with what it answers quoted below."""
    text = draw.sample().mail.text
    while len(text) < size:
        text += "\n\nOn Tuesday Robin Hale wrote:\n" + "\n".join(
            f"> {line}" for line in draw.sample().mail.text.split("\n")
        )
    return _part("text/plain", text)


def attachment(draw: Draw, size: int) -> tuple[str, bytes]:
    """A letter with a file that does not compress."""
    start = draw.rng.randrange(len(_noise()) // 2)
    noise = _noise()[start : start + size * 3 // 4]
    head = 'Content-Type: application/pdf; name="scan.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
    head += 'Content-Disposition: attachment; filename="scan.pdf"\r\n'
    return _multipart("mixed", [letter(draw, 800), (head, base64.encodebytes(noise).replace(b"\n", b"\r\n"))])


KINDS = {
    "newsletter": Kind(0.45, 17 * KIB, 100 * KIB, newsletter),
    "notice": Kind(0.30, 8 * KIB, 60 * KIB, notice),
    "letter": Kind(0.228, 3 * KIB, 40 * KIB, letter),
    "scan": Kind(0.018, 200 * KIB, 900 * KIB, attachment),
    "large": Kind(0.004, 2000 * KIB, 5000 * KIB, attachment),
}


def mailbox(count: int, now: datetime | None = None) -> Iterator[Mail]:
    """`count` mails, the oldest first; `now` (aware) is when the last one came, by default today."""
    jobs, texts = _samples()
    begin = (now or datetime.now(UTC)) - SPAN
    for number in range(count):
        yield Mail(one(number, jobs, texts), begin + SPAN * (number + 1) / count)


@cache
def _samples() -> tuple[list[Sample], list[Sample]]:
    """The corpus: what is about a job, and the rest."""
    known = load()
    return [one for one in known if one.label != "other"], [one for one in known if one.label == "other"]


def one(number: int, jobs: list[Sample], texts: list[Sample]) -> bytes:
    """The mail of a number."""
    draw = Draw(number, texts)
    if draw.rng.random() < JOB_SHARE:
        return eml(draw.rng.choice(jobs), number)
    kind = draw.rng.choices(list(KINDS.values()), [kind.share for kind in KINDS.values()])[0]
    fields, body = kind.write(draw, draw.size(kind))
    return _headers(draw, number, fields) + body


def _headers(draw: Draw, number: int, fields: str) -> bytes:
    """The header block of the corpus mail whose sender and subject this one takes, with other content fields."""
    raw = eml(draw.sample(), number).partition(b"\r\n\r\n")[0]
    kept, skipping = [], False
    for line in raw.split(b"\r\n"):
        skipping = (line.startswith((b" ", b"\t")) and skipping) or line.lower().startswith(b"content-")
        kept += [] if skipping else [line]
    return b"\r\n".join(kept) + b"\r\n" + fields.encode() + b"\r\n"


def _articles(draw: Draw, size: int) -> Iterator[tuple[str, str]]:
    """(text, HTML) until there is enough of it."""
    made = 0
    while made < size:
        text = " ".join(draw.sample().mail.text.split())[:420]
        title, _, _ = text.partition(". ")
        link = f"https://relay.example/c/{draw.rng.randbytes(60).hex()}"
        html = ARTICLE.format(cell=CELL, link=link, mark=draw.mark[:16], title=escape(title[:60]), text=escape(text))
        made += len(html) + 300
        yield f"{title[:60]}\n\n{text}\n{link}", html


def _part(kind: str, text: str) -> tuple[str, bytes]:
    fields = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    return fields, quopri.encodestring(text.encode()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    body = b"".join(f"--{EDGE}-{kind}\r\n{head}\r\n".encode() + content + b"\r\n" for head, content in parts)
    return f'Content-Type: multipart/{kind}; boundary="{EDGE}-{kind}"\r\n', body + f"--{EDGE}-{kind}--\r\n".encode()


@cache
def _noise() -> bytes:
    """Octets that do not compress, enough for the largest attachment twice."""
    return shake_256(b"Highroad").digest(2 * 5000 * KIB)
