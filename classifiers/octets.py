"""What is taken from, or made harmless in, the raw octets of a mail before any library decodes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.message import Message
from itertools import islice
from typing import Final

from classifiers.wordset import word_set

PREFIX_BYTES: Final = 262_144
"""How many octets of a mail are read at most."""

_SAFE_CHARSETS: Final = word_set(
    "utf-8 utf8 us-ascii ascii ansi_x3.4-1968 utf-16 utf-16le utf-16be iso-8859-1 iso8859-1 latin1 latin-1 l1"
    " iso-8859-2 "
    "iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-10 iso-8859-13 iso-8859-14 "
    "iso-8859-15 iso-8859-16 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255"
    " windows-1256 "
    "windows-1257 windows-1258 cp1250 cp1251 cp1252 cp850 cp437 koi8-r koi8-u macintosh mac-roman gb2312 gbk gb18030"
    " big5 "
    "euc-jp euc-kr shift_jis iso-2022-jp ks_c_5601-1987 tis-620 windows-874"
)
_PARAMETER: Final = re.compile(rb"""charset[ \t\r\n]*=[ \t\r\n]*["']?[ \t\r\n]*([^\s";,]*)""")
_CONTINUED: Final = re.compile(rb"\*(?:\d{1,4}\*?)?(?=[ \t\r\n]*=)")
_ENCODED_WORD: Final = re.compile(rb"(=\?)([^?\s]{1,60})(?=\?[bq]\?)", re.IGNORECASE)
_MIME_FIELD: Final = re.compile(rb"(?i)\ncontent-[a-z-]+:.*(?:(?:\r\n|\r|\n)[ \t].*)*")
_FIELD: Final = re.compile(rb"(?m)^([!-9;-~]+)(:.*\n(?:[ \t].*\n)*)")
_BOUNDARY: Final = re.compile(rb"""boundary[ \t\n]*=[ \t\n]*"?([\w=.+/:-]{16,70})(?=["\s;]|\Z)""")
_MULTIPART: Final = re.compile(rb"(?m)^content-type:[ \t\n]*multipart/")
_BOUNDARIES_MAX: Final = 8
_ADDRESSES: Final = frozenset((b"from", b"reply-to", b"to", b"cc"))
_PARSED: Final = frozenset((b"subject", b"date", b"mime-version"))
_MESSAGE_ID: Final = re.compile(
    r"<[!#-'*+,\-./0-9:;=?A-Z\[\]^_`a-z{|}~]{1,200}@[!#-'*+,\-./0-9:;=?A-Z\[\]^_`a-z{|}~]{1,200}>"
)
_BRACKETED: Final = re.compile(r"<[^<>]{1,260}>")
_MESSAGE_ID_MAX: Final = 252
_REFERENCES_MAX: Final = 100
_MARK: Final = b"<hr-body-"
_MARKED: Final = re.compile(r"<hr-body-(\d{1,4})>")
_NESTING: Final = (b"multipart/", b"message/")
_EVENT_MAX: Final = 20_000
_SHORT_BODY: Final = 200
_PIECES_MAX: Final = 400


def harmless(raw: bytes) -> bytes:
    """The octets with every charset that is not on the list called utf-8, and MIME fields without encoded words.

    Some codecs take quadratic time (idna), and RFC 2231 continuations (3.) or encoded words can hide their name.
    """
    raw = _MIME_FIELD.sub(lambda found: _plain_field(found.group()), b"\n" + raw)[1:]
    return _ENCODED_WORD.sub(lambda found: found[1] + _charset(found[2]), _known_charsets(raw))


def _plain_field(field: bytes) -> bytes:
    return _CONTINUED.sub(b"-x", field.replace(b"=?", b"=_")) if b"*" in field or b"=?" in field else field


def _known_charsets(raw: bytes) -> bytes:
    kept, at = [], 0
    # Looked for in lower case: a pattern that minds no case takes ten times as long to find its first letter.
    for found in _PARAMETER.finditer(raw.lower()):
        start, end = found.span(1)
        if (name := raw[start:end]) != (known := _charset(name)):
            kept += [raw[at:start], known]
            at = end
    return b"".join([*kept, raw[at:]]) if kept else raw


def _charset(name: bytes) -> bytes:
    plain = name.split(b"*")[0].strip(b"'").decode("ascii", "replace").lower()
    return name if plain in _SAFE_CHARSETS else b"utf-8"


def numbered_boundaries(raw: bytes) -> bytes:
    """The octets with the usual boundaries (RFC 2046, 5.1.1) named by their number; one that stands in a text is left.

    The email package compiles a pattern for each name, which no two mails share, and that takes longer than all else.
    """
    low = raw.lower()
    if not _MULTIPART.search(low, 0, _head_end(raw)):
        return raw
    names = {raw[slice(*found.span(1))] for found in islice(_BOUNDARY.finditer(low), _BOUNDARIES_MAX)}
    for number, name in enumerate(sorted(names)):
        short, lines = b"hr-%d-part" % number, raw.count(b"\n--" + name)
        if lines and short not in raw and raw.count(name) == lines + 1:
            raw = raw.replace(name, short)
    return raw


def condensed(raw: bytes) -> tuple[bytes, list[bytes]]:
    """The octets with each long body that no boundary can stand in replaced by a mark, and those bodies in order.

    The email package looks at every line; of what these parts hold none means anything to it. Wants a header of usual
    form. What is no part's body (a text after "-- ") may be among them, so marks are looked for wherever text is.
    """
    start = _head_end(raw)
    if start >= len(raw) or _MARK in raw:
        return raw, []
    if not any(kind in raw[:start].lower() for kind in _NESTING):
        return b"%s\n%s0>" % (raw[:start], _MARK), [raw[start + 1 :]]
    first, *pieces = raw[start:].split(b"\n--", _PIECES_MAX)
    bodies: list[bytes] = []
    kept = [raw[:start] + first, *(_marked(piece, bodies) for piece in pieces)]
    # A digest's parts are messages without saying so (RFC 2046, 5.1.5), and how the last line ends may matter.
    plain = len(pieces) < _PIECES_MAX and not any(b"digest" in head.lower() for head in kept)
    if not plain or not bodies:
        return raw, []
    if kept[-1].endswith(b">") and bodies[-1].endswith(b"\n"):
        kept[-1], bodies[-1] = kept[-1] + b"\n", bodies[-1][:-1]
    return b"\n--".join(kept), bodies


def _marked(piece: bytes, bodies: list[bytes]) -> bytes:
    """What stands from one line that may be a boundary to the next, with a mark for what follows its blank line."""
    end = piece.find(b"\n\n") + 2
    if end < 2 or len(piece) - end < _SHORT_BODY or any(kind in piece[:end].lower() for kind in _NESTING):
        return piece
    bodies.append(piece[end:])
    return b"%s%s%d>" % (piece[:end], _MARK, len(bodies) - 1)


def restored(text: str, bodies: Sequence[bytes]) -> str:
    """A text with the bodies in the place of their marks, in the form in which the email package holds octets."""
    return _MARKED.sub(lambda found: bodies[int(found[1])].decode("ascii", "surrogateescape"), text)


def calendar_text(part: Message, bodies: Sequence[bytes]) -> str:
    """The text of a calendar part, at most 20,000 characters; "" where there is none that can be decoded."""
    held = part._payload  # type: ignore[attr-defined]  # noqa: SLF001 - get_payload() would decode it
    if not isinstance(held, str):
        return ""
    part.set_payload(restored(held, bodies))
    decoded = part.get_payload(decode=True)
    return decoded[: 2 * _EVENT_MAX].decode("utf-8", "replace")[:_EVENT_MAX] if isinstance(decoded, bytes) else ""


def plain_lines(raw: bytes) -> bytes:
    """The octets with every line ended by a line feed alone, as mail-parser sees them: what is harmless stays so."""
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def raw_fields(raw: bytes) -> dict[str, list[str]]:
    """The unfolded header fields (RFC 5322, 2.2.3) by lower-case name in order of appearance, as latin-1 text.

    This and `thinned` want plain lines.
    """
    fields: dict[str, list[str]] = {}
    head = raw[: _head_end(raw)].replace(b"\n ", b" ").replace(b"\n\t", b"\t").decode("latin-1")
    for line in head.split("\n"):
        name, colon, value = line.partition(":")
        name = name.strip()
        if colon and name and " " not in name:
            fields.setdefault(name.lower(), []).append(value.strip())
    return fields


def _head_end(raw: bytes) -> int:
    """Where the blank line begins that ends the header."""
    if raw.startswith(b"\n"):
        return 0
    return raw.find(b"\n\n") + 1 or len(raw)


def thinned(raw: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The octets without the header fields that mail-parser need not read, and the address fields, taken out of them.

    Of each address field the first counts. A header that is not of the usual form (RFC 5322, 2.2) stays as it is.
    """
    end = _head_end(raw)
    fields = [(name.lower(), name + value) for name, value in _FIELD.findall(raw, 0, end)]
    if sum(len(field) for _, field in fields) != end:
        return raw, {}
    addresses = {name.decode(): field for name, field in reversed(fields) if name in _ADDRESSES}
    kept = [field for name, field in fields if name in _PARSED or name.startswith(b"content-")]
    return b"".join([*kept, raw[end:]]), addresses


def message_ids(value: str) -> tuple[str, ...]:
    """The well-formed message ids of a raw In-Reply-To or References value (RFC 5322, 3.6.4), at most 100."""
    ids = [found for found in _BRACKETED.findall(value) if _is_message_id(found)]
    return tuple(ids) if len(ids) <= _REFERENCES_MAX else (ids[0], *ids[1 - _REFERENCES_MAX :])


def message_id(value: str) -> str | None:
    """The message id of a raw Message-ID value, or None when it is anything but one well-formed id."""
    return value if _is_message_id(value) else None


def _is_message_id(value: str) -> bool:
    return len(value) <= _MESSAGE_ID_MAX and _MESSAGE_ID.fullmatch(value) is not None
