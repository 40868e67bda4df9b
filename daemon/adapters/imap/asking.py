"""EXAMINE, UID SEARCH and UID FETCH as bytes and back: short lines out, and nothing but what was asked for in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from imapclient import imap_utf7
from imapclient.datetime_util import format_criteria_date

from daemon.adapters.imap.fetched import Fetched, read_fetch
from daemon.adapters.imap.gateway import clean_uids
from daemon.adapters.imap.wire import Answered, Client
from daemon.core.uidset import UidSet

_NUMBERS: Final = ("EXISTS", "UIDVALIDITY", "UIDNEXT", "HIGHESTMODSEQ")
_LINE: Final = 7_000
"""Servers bound the length of a line (RFC 7162, 4 names 8192 octets)."""


def examine(client: Client, folder: str) -> dict[str, int]:
    """EXAMINE: the numbers the server tells of the folder, 0 left out for all but EXISTS.

    With CONDSTORE (RFC 7162, 3.1.8) where that is offered: Dovecot tells HIGHESTMODSEQ only who asked for it.
    """
    name = quoted(folder)
    try:
        client.wire.select(f"{name} (CONDSTORE)" if "CONDSTORE" in client.offered() else name, readonly=True)
    except Answered as error:
        if error.kind != "BAD":
            raise
        client.wire.select(name, readonly=True)
    told = {key: client.wire.response(key)[1][-1] for key in _NUMBERS}
    numbers = {key: int(number) for key, number in told.items() if number}
    return {"EXISTS": 0} | {key: number for key, number in numbers.items() if number > 0}


def quoted(folder: str) -> str:
    """A folder's name as it is sent: in modified UTF-7 (RFC 3501, 5.1.3), between quotes."""
    name = imap_utf7.encode(folder).decode("ascii").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}"'


def uid_sets(uids: Sequence[int], most: int) -> Iterator[str]:
    """The UIDs in ascending order as sequence-sets ("1:100,105"), each of `most` UIDs and a bounded length."""
    wanted = sorted(set(clean_uids(list(uids))))
    for start in range(0, len(wanted), most):
        yield from _lines(str(UidSet.from_iterable(wanted[start : start + most])))


def _lines(text: str) -> Iterator[str]:
    while len(text) > _LINE:
        end = text.rindex(",", 0, _LINE)
        yield text[:end]
        text = text[end + 1 :]
    yield text


def fetch(client: Client, uids: str, items: str) -> Fetched:
    """UID FETCH: what the server told of each UID, those that were not asked for among them."""
    client.wire.response("FETCH")  # what was told before, unasked
    _, data = client.wire.uid("FETCH", uids, items)
    return read_fetch(data)


def search(client: Client, *criteria: str) -> set[int]:
    """UID SEARCH. Some servers answer in several lines; MODSEQ (RFC 7162, 3.1.5) is passed over."""
    client.wire.response("SEARCH")
    _, data = client.wire.uid("SEARCH", *criteria)
    numbers = (int(word) for line in data if line for word in line.partition(b"(")[0].split())
    return set(clean_uids(list(numbers)))


def since_key(since: date) -> tuple[str, str]:
    """The search key for mails that came on or after a day (RFC 9051, 6.4.4)."""
    return "SINCE", format_criteria_date(since).decode("ascii")
