"""Octets to a Mail: the header's facts, cleaned, and the visible text. The only module that knows mail-parser."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.errors import MessageParseError
from email.message import Message
from email.policy import compat32
from functools import lru_cache
from typing import Final

import mailparser
from mailparser import MailParser
from mailparser.exceptions import MailParserError
from mailparser.utils import get_addresses

from classifiers.htmltext import html_to_text
from classifiers.octets import (
    PREFIX_BYTES,
    calendar_text,
    condensed,
    harmless,
    message_id,
    message_ids,
    numbered_boundaries,
    plain_lines,
    raw_fields,
    restored,
    thinned,
)
from classifiers.senders import claimed
from classifiers.values import Address, Headers

_TEXT_MAX: Final = 100_000
_VALUE_MAX: Final = 2_000
_ADDRESSES_MAX: Final = 100
_ADDRESS: Final = re.compile(r"[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^\s<>@,;:\"()\[\]\\\x00-\x1f\x7f]{1,255}")
# mail-parser leaves an encoded word as it stands (=?) when what it decodes to is unsafe.
_NO_NAME: Final = re.compile(r"\S@\S|[\r\n]|://|=\?")
_ENVELOPE: Final = re.compile(rb"\A>?From [^\n]*\n")
_ANGLED: Final = re.compile(r"<([^<>\s]{3,320})>")
_STUB_CHARS: Final = 200
_SHOWN: Final = frozenset(("plain", "html"))
_LOOKS_HTML: Final = re.compile(
    r"\s*<(?:!doctype|html|head|body|div|table|p|span|center|style|font|br|meta|a|h\d|b|i|td|tr)\b", re.I
)

_BREAKS: Final = (MailParserError, ValueError, LookupError, TypeError, AttributeError, AssertionError, IndexError)

# mail-parser reports every oddity of a mail on the log with parts of its content.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


class _Parser(MailParser):  # type: ignore[misc]
    """mail-parser without the two tables of everything that it makes of each mail for its own JSON."""

    def _make_mail(self, complete: bool = True) -> dict[str, object]:
        return {}


class MailError(ValueError):
    """The octets cannot be read as a mail at all; the message is a sentence without any of its content."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as read: header facts, visible text (lines), and whether it was HTML or carried a calendar part.

    `sent` is the date with the sender's own offset from UTC, `event` the text of the calendar part (RFC 5545).
    """

    headers: Headers
    text: str
    html: bool = False
    calendar: bool = False
    sent: datetime | None = None
    event: str = ""


def read_mail(prefix: bytes) -> Mail:
    """Read the first octets of a message (RFC 5322; more than PREFIX_BYTES are ignored, truncated MIME is normal).

    Raises MailError when there is nothing to read or its parts nest too deeply.
    """
    prefix = prefix[:PREFIX_BYTES]
    if not prefix.strip(b"\0\r\n\t "):
        raise MailError("The mail is empty: there is nothing to read in it.")
    raw = _without_envelope(plain_lines(prefix))
    needed, addresses = thinned(raw)
    if needed is raw:  # nobody knows where such a header ends, and what looks like a boundary may be text
        parsed, bodies = _parsed(harmless(raw), []), list[bytes]()
    else:
        skeleton, bodies = condensed(needed)
        parsed = _parsed(numbered_boundaries(harmless(skeleton)), bodies)
    text, is_html = _visible(parsed)
    calendar = next((part for part in parsed.message.walk() if part.get_content_type() == "text/calendar"), None)
    event = calendar_text(calendar, bodies) if calendar is not None else ""
    headers = _headers(parsed, raw_fields(raw), addresses)
    return Mail(headers, text, is_html, calendar is not None, _sent(parsed), event)


def _without_envelope(raw: bytes) -> bytes:
    # The "From " line of an mbox is no header field (RFC 4155), and blank lines before the header would end it.
    return _ENVELOPE.sub(b"", raw.lstrip(b"\n"))


def _parsed(raw: bytes, bodies: Sequence[bytes]) -> MailParser:
    try:
        return _Parser(_whole(message_from_bytes(raw), bodies))
    except (MailParserError, RecursionError) as error:
        raise MailError("The mail's parts nest too deeply to be read.") from error
    except MessageParseError:  # a name in broken base64, in a header of no usual form: no word of it is decoded
        return _parsed(raw.replace(b"=?", b"=??"), bodies)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, IndexError) as error:
        # Broken MIME that trips the library: its header may still be fine, and its body is taken as it stands.
        return _header_only(restored(raw.decode("ascii", "surrogateescape"), bodies), error)


def _whole(message: Message, bodies: Sequence[bytes]) -> Message:
    """The message with the bodies of its texts put back; nobody looks at what is in other parts."""
    for part in message.walk() if bodies else ():
        if part.get_content_subtype() in _SHOWN and not part.is_multipart():
            held = part._payload  # type: ignore[attr-defined]  # noqa: SLF001 - get_payload() would decode it
            part.set_payload(restored(held, bodies))
    return message


def _header_only(text: str, error: Exception) -> MailParser:
    raw = text.encode("ascii", "surrogateescape")
    head, _, body = raw.partition(b"\n\n")
    kept = [
        line
        for line in re.split(rb"\n(?![ \t])", head)
        if not line.lower().startswith((b"content-", b"mime-", b"received"))
    ]
    try:
        return _Parser.from_bytes(b"\n".join(kept) + b"\n\n" + body)
    except _BREAKS:
        raise MailError("The mail's structure is broken beyond reading.") from error


def _visible(parsed: MailParser) -> tuple[str, bool]:
    plain = clean_text("\n\n".join(parsed.text_plain))
    if _LOOKS_HTML.match(plain) and "</" in plain:
        return clean_text(html_to_text(plain)), True
    if len(plain) >= _STUB_CHARS:
        return plain, False
    html = clean_text(html_to_text("\n".join(parsed.text_html))) if parsed.text_html else ""
    # Many senders put a stub ("please view as HTML") in the plain part.
    if html and (not plain or len(html) > 3 * len(plain)):
        return html, True
    return plain, False


def clean_text(text: str) -> str:
    """Text with one kind of line end, without controls and invisible characters, cut at 100,000 characters."""
    text = text[:_TEXT_MAX].replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", text.replace("\u00a0", " ")).strip()


_CONTROLS: Final = dict.fromkeys([*range(32), 127], " ")
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def _headers(parsed: MailParser, raw: dict[str, list[str]], addresses: dict[str, bytes]) -> Headers:
    def people(name: str) -> tuple[Address, ...]:
        return _mailboxes(addresses[name]) if name in addresses else _addresses(getattr(parsed, name))

    senders = people("from") or _lone_address(_first(raw, "from"))
    sender = senders[0] if senders else None
    return Headers(
        message_id=message_id(_first(raw, "message-id")),
        in_reply_to=message_ids(_first(raw, "in-reply-to")),
        references=message_ids(_first(raw, "references")),
        date=_date(parsed),
        sender=sender,
        reply_to=people("reply-to"),
        to=people("to"),
        cc=people("cc"),
        delivered_to=_delivered(raw),
        subject=_subject(parsed.subject),
        auto_submitted=_keyword(raw, "auto-submitted"),
        precedence=_keyword(raw, "precedence"),
        list_id=one_line(_first(raw, "list-id")) or None,
        list_unsubscribe="list-unsubscribe" in raw,
        authentication_results=tuple(one_line(item) for item in raw.get("authentication-results", ())[:20]),
        claims=claimed(sender, _pairs(addresses["from"]) if "from" in addresses else parsed.from_),
    )


def _first(raw: dict[str, list[str]], name: str) -> str:
    return raw.get(name, [""])[0]


def _keyword(raw: dict[str, list[str]], name: str) -> str | None:
    return re.split(r"[;(]", one_line(_first(raw, name)))[0].strip().lower() or None


def _delivered(raw: dict[str, list[str]]) -> tuple[str, ...]:
    values = [*raw.get("delivered-to", ()), *raw.get("x-original-to", ())]
    found = (_address(value.strip().strip("<>")) for value in values)
    return tuple(dict.fromkeys(item for item in found if item))[:_ADDRESSES_MAX]


def _subject(value: str | list[str]) -> str | None:
    return one_line(value[0] if isinstance(value, list) and value else str(value or "")) or None


def _date(parsed: MailParser) -> datetime | None:
    date: datetime | None = parsed.date
    if date is None:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date


def _sent(parsed: MailParser) -> datetime | None:
    """The date as the sender's clock showed it."""
    date = _date(parsed)
    try:
        return date and date.astimezone(timezone(timedelta(hours=float(parsed.timezone))))
    except (TypeError, ValueError, OverflowError):
        return date


@lru_cache(maxsize=2_000)
def _mailboxes(field: bytes) -> tuple[Address, ...]:
    """The mailboxes of an address field; remembered: it is nearly always the same person who is written to."""
    return _addresses(_pairs(field))


@lru_cache(maxsize=2_000)
def _pairs(field: bytes) -> tuple[tuple[str, str], ...]:
    """The display names and addresses of an address field; remembered, as `_mailboxes` is."""
    name, value = compat32.header_source_parse([harmless(field).decode("ascii", "surrogateescape")])
    read = compat32.header_fetch_parse(name, value)
    try:
        pairs = get_addresses(read, decode_names=True)
    except MessageParseError:  # a name in broken base64; the address stands all the same
        pairs = get_addresses(read, decode_names=False)
    except _BREAKS as error:
        raise MailError("The mail's addresses are broken beyond reading.") from error
    return tuple(("" if name == address else name, address) for name, address in pairs if address)


def _addresses(pairs: Sequence[tuple[str, str]]) -> tuple[Address, ...]:
    found = []
    for name, address in pairs[:_ADDRESSES_MAX]:
        if valid := _address(address):
            found.append(Address(_display_name(name), valid))
    return tuple(found)


def _lone_address(value: str) -> tuple[Address, ...]:
    """The mailbox of a From that breaks RFC 5322 (an unquoted colon in the name), if it holds exactly one."""
    found = _ANGLED.findall(value)
    address = _address(found[0]) if len(found) == 1 else None
    return (Address("", address),) if address else ()


def _address(value: str) -> str | None:
    if not _ADDRESS.fullmatch(value) or one_line(value) != value:
        return None
    local, _, domain = value.rpartition("@")
    return f"{local}@{domain.lower()}"


def _display_name(name: str) -> str:
    return "" if _NO_NAME.search(name) else one_line(name).strip("\"' ")


def one_line(value: str) -> str:
    """The value on one line: controls and breaks become spaces, invisible and direction marks go, 2,000 characters."""
    value = value[:_VALUE_MAX]
    if value.isascii():
        value = value.translate(_CONTROLS)
    elif not value.isprintable():
        value = "".join(_seen(char) for char in value)
    return " ".join(value.split())


def _seen(char: str) -> str:
    kind = unicodedata.category(char)
    return " " if kind in ("Cc", "Zl", "Zp") else "" if kind in ("Cf", "Cs", "Co") else char


def mail_of(subject: str | None, sender: str | None, body: str) -> Mail:
    """A Mail from the bare fields of a labelled row: None is absent; a body that begins with a tag is HTML."""
    is_html = _LOOKS_HTML.match(body) is not None
    text = html_to_text(body) if is_html else body
    address = _addresses(mailparser.parse_from_string(f"From: {one_line(sender)}\n\n").from_) if sender else ()
    headers = Headers(subject=one_line(subject) if subject else None, sender=address[0] if address else None)
    return Mail(headers, clean_text(text), is_html)
