"""What is taken from, or made harmless in, the raw octets of a mail before any library decodes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_PARAMETER: Final = re.compile(rb"""(charset[ \t\r\n]*=[ \t\r\n]*["']?[ \t\r\n]*)([^\s";,]*)""", re.IGNORECASE)
_CONTINUED: Final = re.compile(rb"\*(?:\d{1,4}\*?)?(?=[ \t\r\n]*=)")
_ENCODED_WORD: Final = re.compile(rb"(=\?)([^?\s]{1,60})(?=\?[bq]\?)", re.IGNORECASE)
_MIME_FIELD: Final = re.compile(rb"(?im)^content-[a-z-]+:.*(?:(?:\r\n|\r|\n)[ \t].*)*")
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_MESSAGE_ID: Final = re.compile(
    r"<[!#-'*+,\-./0-9:;=?A-Z\[\]^_`a-z{|}~]{1,200}@[!#-'*+,\-./0-9:;=?A-Z\[\]^_`a-z{|}~]{1,200}>"
)
_BRACKETED: Final = re.compile(r"<[^<>]{1,260}>")
_MESSAGE_ID_MAX: Final = 252
_REFERENCES_MAX: Final = 100


def harmless(raw: bytes) -> bytes:
    """The octets with every charset that is not on the list called utf-8, and MIME fields without encoded words.

    Some codecs take quadratic time (idna), and RFC 2231 continuations (3.) or encoded words can hide their name.
    """
    raw = _MIME_FIELD.sub(lambda found: _plain_field(found.group()), raw)
    raw = _PARAMETER.sub(lambda found: found[1] + _charset(found[2]), raw)
    return _ENCODED_WORD.sub(lambda found: found[1] + _charset(found[2]), raw)


def _plain_field(field: bytes) -> bytes:
    return _CONTINUED.sub(b"-x", field.replace(b"=?", b"=_"))


def _charset(name: bytes) -> bytes:
    plain = name.split(b"*")[0].strip(b"'").decode("ascii", "replace").lower()
    return name if plain in _SAFE_CHARSETS else b"utf-8"


def raw_fields(raw: bytes) -> dict[str, list[str]]:
    """The unfolded header fields (RFC 5322, 2.2.3) by lower-case name in order of appearance, as latin-1 text."""
    fields: dict[str, list[str]] = {}
    for line in _unfolded(raw):
        name, colon, value = line.partition(":")
        if colon and name.strip() and " " not in name.strip():
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    return fields


def _unfolded(raw: bytes) -> Iterator[str]:
    kept = ""
    for line in _LINE_END.split(raw):
        if not line:
            break
        text = line.decode("latin-1")
        if text[0] in " \t":
            kept += text
            continue
        yield kept
        kept = text
    yield kept


def message_ids(value: str) -> tuple[str, ...]:
    """The well-formed message ids of a raw In-Reply-To or References value (RFC 5322, 3.6.4), at most 100."""
    ids = [found for found in _BRACKETED.findall(value) if _is_message_id(found)]
    return tuple(ids) if len(ids) <= _REFERENCES_MAX else (ids[0], *ids[1 - _REFERENCES_MAX :])


def message_id(value: str) -> str | None:
    """The message id of a raw Message-ID value, or None when it is anything but one well-formed id."""
    return value if _is_message_id(value) else None


def _is_message_id(value: str) -> bool:
    return len(value) <= _MESSAGE_ID_MAX and _MESSAGE_ID.fullmatch(value) is not None
