"""The read-only side: EXAMINE, UID SEARCH, UID FETCH with BODY.PEEK and IDLE. There is no other verb in this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from daemon.adapters.imap.asking import fetch, search, since_key, uid_sets
from daemon.adapters.imap.fetched import Fetched
from daemon.adapters.imap.gateway import clean_message_id, clean_uids
from daemon.adapters.imap.idle import Waiting
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.session import Session
from daemon.adapters.imap.wire import Client
from daemon.core.ports import PREFIX_BYTES, FolderState, RawMail

_MAIL: Final = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{PREFIX_BYTES}>)"
_FETCH_SECONDS: Final = 300.0
_MAILS: Final = 320
"""So many mails a FETCH at most: with PREFIX_BYTES of each it stays below what Line holds."""
_SIZES: Final = 50_000
_SEARCHED: Final = 50_000
"""So many messages a SEARCH at most: its answer is one line, and a line of a million octets is enough."""
_SLACK_SECONDS: Final = 120.0
"""What a wait may take longer than told: IDLE begins and ends in it, each with a shorter deadline of its own."""


class Reading:
    """core.ports.Mailbox over one Session. `idle` is whether IDLE is used where it is offered."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.idle = True
        self._refused = False
        self._exists = 0

    @classmethod
    async def open(cls, login: Login, password: str) -> Reading:
        """Connect and log in. Raises Refused, NeedsOperator, Throttled or Transient."""
        return cls(await Session.open(login, password))

    async def folders(self) -> list[str]:
        """See core.ports.Mailbox."""
        return await self.session.folders()

    async def examine(self, folder: str) -> FolderState:
        """See core.ports.Mailbox."""
        state = await self.session.examine(folder)
        self._exists = state.exists
        return state

    async def wait(self, seconds: float) -> bool:
        """See core.ports.Mailbox. A server that says no to IDLE is not asked for it again on this connection."""
        self.session.heed()
        return await self.session.call(
            "waiting for news", lambda client: self._news(client, seconds), seconds + _SLACK_SECONDS
        )

    def _news(self, client: Client, seconds: float) -> bool:
        waiting = Waiting(client.wire, seconds, idles=self._idles(client))
        told = waiting.news()
        self._refused |= self._idles(client) and not waiting.idles
        return told

    def _idles(self, client: Client) -> bool:
        return self.idle and not self._refused and "IDLE" in client.offered()

    def wake(self) -> None:
        """See core.ports.Mailbox."""
        self.session.wake()

    async def uids(self, since: date | None = None) -> list[int]:
        """See core.ports.Mailbox."""
        wanted = since_key(since) if since else ("ALL",)
        found: set[int] = set()
        for part in _parts(self._exists):
            found |= await self._search("searching", *part, *wanted)
        return sorted(found)

    async def having(self, message_id: str) -> list[int]:
        """See core.ports.Mailbox."""
        criteria = ("HEADER", "MESSAGE-ID", f'"{clean_message_id(message_id)}"')
        return sorted(await self._search("looking for a mail", *criteria))

    async def _search(self, what: str, *criteria: str) -> set[int]:
        return await self.session.call(what, lambda client: search(client, *criteria))

    async def sizes(self, uids: Sequence[int]) -> Mapping[int, int]:
        """See core.ports.Mailbox."""
        found = await self._fetch(uids, "(UID RFC822.SIZE)", _SIZES, "asking for sizes")
        return {uid: int(item[b"RFC822.SIZE"]) for uid, item in found.items() if b"RFC822.SIZE" in item}

    async def fetch(self, uids: Sequence[int]) -> list[RawMail]:
        """See core.ports.Mailbox."""
        found = await self._fetch(uids, _MAIL, _MAILS, "fetching mail")
        bodies = ((uid, item, _body(item)) for uid, item in sorted(found.items()))
        return [_raw(uid, item, body) for uid, item, body in bodies if body is not None]

    async def _fetch(self, uids: Sequence[int], items: str, most: int, what: str) -> Fetched:
        wanted = frozenset(clean_uids(list(uids)))
        found: Fetched = {}
        for part in uid_sets(uids, most):
            told = await self._ask(part, items, what)
            found |= {uid: item for uid, item in told.items() if uid in wanted}
        return found

    async def _ask(self, part: str, items: str, what: str) -> Fetched:
        return await self.session.call(what, lambda client: fetch(client, part, items), _FETCH_SECONDS)

    async def close(self) -> None:
        """See core.ports.Mailbox."""
        await self.session.close()


def _parts(exists: int) -> list[list[str]]:
    """Search keys that together name every message, by number: one empty part unless there are very many."""
    firsts = range(1, exists + 1, _SEARCHED)
    if len(firsts) < 2:
        return [[]]
    return [[f"{first}:{'*' if first + _SEARCHED > exists else first + _SEARCHED - 1}"] for first in firsts]


def _body(item: dict[bytes, Any]) -> bytes | None:
    """The octets, however the server spells the part back, and even if it knows no parts and sends them all.

    NIL is the body of a mail that was deleted a moment ago (Dovecot); an empty one is "".
    """
    found = next((value for key, value in item.items() if key.startswith(b"BODY[]")), None)
    return found[:PREFIX_BYTES] if isinstance(found, bytes) else None


def _raw(uid: int, item: dict[bytes, Any], body: bytes) -> RawMail:
    internaldate = item.get(b"INTERNALDATE") or datetime.now(UTC)
    return RawMail(uid, int(item.get(b"RFC822.SIZE", len(body))), internaldate, body)
