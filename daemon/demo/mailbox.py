"""The mailbox of Sam Rivera, who looks for work: about 70 mails of our own invention, always as old as they should be.

The texts lie in mails/*.eml with the age of each (or how much later it arrives) instead of its date;
mails/expected.toml says what each of them is.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from classifiers.values import Label

FOLDERS: Final = ("INBOX", "Drafts", "Sent", "Trash", "Archive")
CANDIDATE: Final = ("Sam Rivera", "sam@example.org")
AUTHSERV: Final = "mail.example.org"
"""Whose Authentication-Results the demo's mails carry (RFC 8601, 2.5)."""

_HEADER: Final = re.compile(rb"^X-Demo-(Age|Later|Charset): (.+?)\r?\n", re.MULTILINE)
_AGE: Final = re.compile(r"(\d+) (day|hour|minute)s?")
_TOKEN: Final = re.compile(rb"@\{(date|received|on|day|attachment)((?: [+-]?\d+[dh]?)*)\}")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampleMail:
    """One mail as the server holds it (CRLF line ends), and the truth about it.

    `label` is None in Sent, which nobody classifies. `expect_draft`: a draft in answer is due by the default rules,
    caps aside. `note` says in a few words what is special. An `internaldate` to come is when it will arrive.
    """

    name: str
    folder: str
    internaldate: datetime
    raw: bytes
    label: Label | None
    expect_draft: bool
    note: str


def load(now: datetime) -> list[SampleMail]:
    """All mails, the oldest first, dated against `now` (aware)."""
    place = files("daemon.demo").joinpath("mails")
    truth = tomllib.loads(place.joinpath("expected.toml").read_text(encoding="utf-8"))
    mails = [_mail(place.joinpath(name), facts, now) for name, facts in truth.items()]
    return sorted(mails, key=lambda mail: (mail.internaldate, mail.name))


def _mail(path: Traversable, facts: Mapping[str, Any], now: datetime) -> SampleMail:
    stored = path.read_bytes()
    told = {key.decode(): value.decode() for key, value in _HEADER.findall(stored)}
    away = age(told["Later"]) if "Later" in told else -age(told["Age"])
    date = (now + away).replace(microsecond=0)
    raw = _TOKEN.sub(lambda token: _filled(token, date), _HEADER.sub(b"", stored))
    if "Charset" in told:
        raw = raw.decode().encode(told["Charset"])
    truth = facts.get("label"), facts["draft"], facts["note"]
    return SampleMail(path.name, facts["folder"], date + timedelta(seconds=6), _crlf(raw), *truth)


def age(text: str) -> timedelta:
    """The duration that a text like 3 days 4 hours names."""
    return timedelta(**{f"{unit}s": int(number) for number, unit in _AGE.findall(text)})


def _crlf(raw: bytes) -> bytes:
    return re.sub(rb"\r?\n", b"\r\n", raw)


def _filled(token: re.Match[bytes], date: datetime) -> bytes:
    """What stands for @{name +3d -2h}: a date in the form that `name` asks for, that much after the mail's own."""
    name, arguments = token[1].decode(), token[2].decode().split()
    if name == "attachment":
        return b"\n".join(_lines(int(arguments[0])))
    shift = sum((_shift(argument) for argument in arguments), timedelta())
    return _FORMS[name](date + shift).encode()


def _shift(argument: str) -> timedelta:
    number = int(argument[:-1])
    return timedelta(days=number) if argument.endswith("d") else timedelta(hours=number)


def _received(date: datetime) -> str:
    return format_datetime(date + timedelta(seconds=4))


def _day(date: datetime) -> str:
    """Monday 3 March; what falls on a weekend becomes Monday, as nobody is invited on a Sunday."""
    shifted = date + timedelta(days=max(0, 7 - date.weekday()) if date.weekday() > 4 else 0)
    return f"{_DAYS[shifted.weekday()]} {shifted.day} {_MONTHS[shifted.month - 1]}"


def _on(date: datetime) -> str:
    return f"{_DAYS[date.weekday()][:3]}, {date.day} {_MONTHS[date.month - 1][:3]} {date.year} at {date:%H:%M}"


_FORMS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "date": format_datetime,
    "received": _received,
    "day": _day,
    "on": _on,
}


def _lines(kibibytes: int) -> Iterator[bytes]:
    """Base64 lines of that many KiB that do not compress, the same ones every time."""
    octets = base64.b64encode(hashlib.shake_256(b"Highroad").digest(kibibytes * 1024))
    return (octets[start : start + 76] for start in range(0, len(octets), 76))
