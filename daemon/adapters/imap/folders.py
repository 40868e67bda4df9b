"""What folders there are, and whose: LIST with SPECIAL-USE, NAMESPACE, and names in modified UTF-7."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from imapclient import imap_utf7
from imapclient.response_parser import parse_response

from daemon.adapters.imap.fetched import records
from daemon.adapters.imap.wire import Answered, Client

_CLOSED: Final = frozenset({b"\\noselect", b"\\nonexistent"})
_USES: Final = frozenset({b"\\drafts", b"\\sent", b"\\trash"})
Entry = tuple[tuple[bytes, ...], str]


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace (RFC 2342): what its folders' names begin with, what stands between levels, whether it is ours."""

    prefix: str
    separator: str
    personal: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """All selectable folders, as (attributes, name), and the namespaces they lie in (none where none are told)."""

    entries: tuple[Entry, ...]
    places: tuple[Place, ...] = ()

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def place_of(self, name: str) -> Place:
        """The namespace of a folder: that with the longest prefix; INBOX is always the person's own."""
        if name.upper() == "INBOX":
            return Place("", "")
        return max((place for place in self.places if _within(name, place)), key=_length, default=Place("", ""))


def _within(name: str, place: Place) -> bool:
    """Whether a name lies in a namespace. What is below INBOX is so however INBOX is written (RFC 9051, 5.1)."""
    head = name[: len(place.prefix)]
    return head == place.prefix or (place.prefix.upper().startswith("INBOX") and head.upper() == place.prefix.upper())


def _length(place: Place) -> int:
    return len(place.prefix)


def list_all(client: Client) -> Listing:
    """All selectable folders; a name that is no modified UTF-7 (RFC 3501, 5.1.3) hides no other.

    Where the server knows special uses (RFC 6154) and LIST says nothing of them, it is asked for them once more.
    """
    listed = _listed(client, '""', '"*"')
    if "SPECIAL-USE" in client.offered() and not any(_USES & _low(flags) for flags, _ in listed):
        listed = _with_uses(client, listed)
    kept = tuple((flags, name) for flags, name in listed if not _CLOSED & _low(flags))
    return Listing(kept, namespaces(client))


def _with_uses(client: Client, listed: list[Entry]) -> list[Entry]:
    try:
        told = {name: flags for flags, name in _listed(client, '""', '"*"', "RETURN", "(SPECIAL-USE)")}
    except Answered:  # it has no LIST-EXTENDED (RFC 5258), and no more to say
        return listed
    return [((*flags, *told.get(name, ())), name) for flags, name in listed]


def _low(flags: tuple[bytes, ...]) -> set[bytes]:
    return {flag.lower() for flag in flags}


def _listed(client: Client, *words: str) -> list[Entry]:
    wire = client.wire
    wire.response("LIST")  # what was told before is old
    wire.xatom("LIST", *words)
    entries = (_entry(record) for record in records(wire.response("LIST")[1]))
    return [entry for entry in entries if entry is not None]


def _entry(record: list[Any]) -> Entry | None:
    """Attributes and name; extended data (RFC 5258, 5) is passed over. None for what cannot be read."""
    try:
        flags, _, name, *_ = parse_response(record)
        return flags, _decoded(str(name).encode() if isinstance(name, int) else name)
    except (ValueError, TypeError, imaplib.IMAP4.error):
        return None


def _decoded(name: bytes) -> str:
    """A name from modified UTF-7. Raises ValueError for what is none: UTF8=ACCEPT is not enabled."""
    return str(imap_utf7.decode(bytes(name)))


def namespaces(client: Client) -> tuple[Place, ...]:
    """The server's namespaces; none where it does not tell."""
    if "NAMESPACE" not in client.offered():
        return ()
    try:
        personal, others, shared = parse_response(client.wire.namespace()[1])
        places = [*_places(personal, personal=True), *_places(others), *_places(shared)]
    except (ValueError, TypeError, imaplib.IMAP4.error):
        return ()
    return tuple(places)


def _places(told: tuple[Any, ...] | None, *, personal: bool = False) -> Iterator[Place]:
    for prefix, separator, *_ in told or ():
        yield Place(_decoded(prefix), separator.decode("ascii") if separator else "", personal)
