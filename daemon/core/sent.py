"""What the header of a message in Drafts, Sent or Trash tells: whose answer it is, to what, to whom, since when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from classifiers.values import Address, Headers
from daemon.core.addressee import Me
from daemon.core.draft import bare_subject, one_line
from daemon.core.forward import passed_on
from daemon.core.identity import identity, raw_fields
from daemon.core.ports import FoundHeader
from daemon.core.reach import answers_nobody, writable
from daemon.core.trust import unquoted

_ID: Final = re.compile(rb"<[^<>\s]{1,250}>")
_ADDRESS: Final = re.compile(r"[^\s<>,;:()\[\]\\\"@]{1,64}@[^\s<>,;:()\[\]\\\"@]{1,255}")
_VALUE_MAX: Final = 100_000
_SUBJECT_MAX: Final = 2_000
_MOST: Final = 100
_PLAUSIBLE_YEAR: Final = 1995
_CHARSETS: Final = frozenset({"ascii", "us-ascii", "utf-8", "utf8", "iso-8859-1", "iso-8859-15", "windows-1252"})
Fields = dict[bytes, list[bytes]]


@dataclass(frozen=True, slots=True)
class Told:
    """One message as it is compared: its ids and what it answers with "<" and ">", its readers in lower case.

    `at` is INTERNALDATE, `dated` its Date, each aware or None. `subject` is bare and folded. `forwarded`: it passes
    something on, which is no answer to whoever wrote that.
    """

    uid: int
    own_ids: frozenset[str]
    answered: frozenset[str]
    recipients: frozenset[str]
    subject: str
    at: datetime | None = None
    dated: datetime | None = None
    forwarded: bool = False

    @property
    def written(self) -> datetime | None:
        """When it was written, as core.story.written_at tells it of a mail; None where the server tells nothing."""
        plausible = self.dated is not None and self.dated.year >= _PLAUSIBLE_YEAR
        return min(self.at, self.dated) if self.at and self.dated and plausible else self.at


def told(found: FoundHeader) -> Told:
    """What one message tells. Total: any octets will do."""
    fields = _fields(found)
    subject = _decoded(_first(fields, b"subject"))
    return Told(
        found.uid,
        _ids(fields.get(b"message-id", [])),
        _ids([*fields.get(b"in-reply-to", []), *fields.get(b"references", [])]),
        _recipients([*fields.get(b"to", []), *fields.get(b"cc", [])]),
        subject_key(subject),
        found.at,
        _date(fields),
        passed_on(one_line(subject)),
    )


def told_of(at: datetime, headers: Headers) -> Told:
    """What an own mail tells that the journal keeps."""
    own = frozenset({headers.message_id} if headers.message_id else ())
    answered = frozenset((*headers.in_reply_to, *headers.references))
    readers = frozenset(item.address.casefold() for item in (*headers.to, *headers.cc))
    subject = headers.subject or ""
    return Told(0, own, answered, readers, subject_key(subject), at, headers.date, passed_on(subject))


def headers_of(found: FoundHeader) -> Headers:
    """The header facts of an own mail for the journal."""
    fields = _fields(found)
    own = tuple(sorted(_ids(fields.get(b"message-id", [])[:1])))
    return Headers(
        message_id=own[0] if own else None,
        in_reply_to=_ordered(fields, b"in-reply-to"),
        references=_ordered(fields, b"references"),
        date=_date(fields),
        sender=next(iter(_addresses(fields.get(b"from", []))), None),
        to=_addresses(fields.get(b"to", [])),
        cc=_addresses(fields.get(b"cc", [])),
        subject=one_line(_decoded(_first(fields, b"subject"))) or None,
    )


def identity_of(account: str, found: FoundHeader) -> bytes:
    """The canonical octets of an own mail, for the journal to hash: those of the same mail read in another folder."""
    return identity(account, found.header, 0)


def thread_of(headers: Headers) -> tuple[str, ...]:
    """The ids that tell which thread an own mail belongs to; none for what only passes something on."""
    if passed_on(headers.subject):
        return ()
    own = (headers.message_id,) if headers.message_id else ()
    return (*own, *headers.in_reply_to, *reversed(headers.references))[:_MOST]


def readers_of(headers: Headers, me: Me) -> tuple[str, ...]:
    """Whom an own mail goes to, as far as somebody reads it there; the person is none of them."""
    named = dict.fromkeys(item.address.casefold() for item in (*headers.to, *headers.cc))
    others = (one for one in named if writable(one) and not answers_nobody(one) and me.own_address(one) is None)
    return tuple(others)[:_MOST]


def subject_key(subject: str) -> str:
    """A subject for comparing: bare, in lower case."""
    return bare_subject(subject).casefold()


def _fields(found: FoundHeader) -> Fields:
    fields: Fields = {}
    for name, value in raw_fields(found.header):
        fields.setdefault(name, []).append(value[:_VALUE_MAX])
    return fields


def _first(fields: Fields, name: bytes) -> bytes:
    return fields.get(name, [b""])[0]


def _ids(values: Iterable[bytes]) -> frozenset[str]:
    return frozenset(item.decode("latin-1") for value in values for item in _ID.findall(value))


def _ordered(fields: Fields, name: bytes) -> tuple[str, ...]:
    found = (item.decode("latin-1") for value in fields.get(name, []) for item in _ID.findall(value))
    return tuple(dict.fromkeys(found))[:_MOST]


def _recipients(values: Iterable[bytes]) -> frozenset[str]:
    # What stands in quotes and comments is a display name, even when it looks like an address.
    bare = (unquoted(value.decode("latin-1")) for value in values)
    return frozenset(address.casefold() for text in bare for address in _ADDRESS.findall(text))


def _addresses(values: Sequence[bytes]) -> tuple[Address, ...]:
    """The addresses of some fields with their names, as far as they are surely no part of a name."""
    sure = _recipients(values)
    pairs = getaddresses([value.decode("latin-1") for value in values])
    found = (Address(one_line(_decoded(name.encode("latin-1", "replace"))), address) for name, address in pairs)
    return tuple(item for item in found if item.address.casefold() in sure)[:_MOST]


def _date(fields: Fields) -> datetime | None:
    try:
        found = parsedate_to_datetime(_first(fields, b"date").decode("latin-1"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _decoded(value: bytes) -> str:
    text = value[:_SUBJECT_MAX].decode("utf-8", "replace")
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return text
    return "".join(part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts)


def _in_charset(part: bytes, charset: str | None) -> str:
    # Other codecs than these are slow or strange on hostile input; no subject of ours needs them.
    known = charset is not None and charset.lower() in _CHARSETS
    return part.decode(charset if known and charset else "utf-8", "replace")
