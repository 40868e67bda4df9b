"""The read-only side: EXAMINE, UID SEARCH and UID FETCH with BODY.PEEK. There is no other verb in this file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from daemon.adapters.imap.gateway import clean_message_id, clean_uids
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.session import Session
from daemon.core.ports import PREFIX_BYTES, FolderState, RawMail

_BODY: Final = f"BODY.PEEK[]<0.{PREFIX_BYTES}>"
_FETCH_SECONDS: Final = 300.0
_CHUNK: Final = 500
"""So many UIDs a command at most: servers bound the length of a line (RFC 7162, 4 names 8192 octets)."""

_SEARCHED: Final = 50_000
"""So many messages a SEARCH at most: its answer is one line, and imaplib takes lines of a million octets."""


class Reading:
    """core.ports.Mailbox over one Session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._exists = 0
        self._woken = asyncio.Event()

    @classmethod
    async def open(cls, login: Login, password: str) -> Reading:
        """Connect and log in. Raises Refused, NeedsOperator or Transient."""
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
        """See core.ports.Mailbox."""
        self._woken.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        return False

    def wake(self) -> None:
        """See core.ports.Mailbox."""
        self._woken.set()

    async def uids(self, since: date | None = None) -> list[int]:
        """See core.ports.Mailbox."""
        wanted: list[Any] = ["SINCE", since] if since else ["ALL"]
        found: set[int] = set()
        for part in _parts(self._exists):
            criteria = [*part, *wanted]
            found |= set(await self.session.call("searching", lambda client, c=criteria: client.search(c)))  # type: ignore[misc]
        return sorted(found)

    async def having(self, message_id: str) -> list[int]:
        """See core.ports.Mailbox."""
        criteria = ["HEADER", "MESSAGE-ID", clean_message_id(message_id)]
        found = await self.session.call("looking for a mail", lambda client: client.search(criteria))
        return sorted(clean_uids([int(uid) for uid in found]))

    async def sizes(self, uids: Sequence[int]) -> Mapping[int, int]:
        """See core.ports.Mailbox."""
        found = await self._fetch(uids, ["RFC822.SIZE"], "asking for sizes")
        return {uid: int(item[b"RFC822.SIZE"]) for uid, item in found.items() if b"RFC822.SIZE" in item}

    async def fetch(self, uids: Sequence[int]) -> list[RawMail]:
        """See core.ports.Mailbox."""
        found = await self._fetch(uids, ["RFC822.SIZE", "INTERNALDATE", _BODY], "fetching mail")
        # NIL is the body of a mail that was deleted a moment ago (Dovecot); an empty one is "".
        return [_raw(uid, item) for uid, item in sorted(found.items()) if item.get(b"BODY[]<0>") is not None]

    async def _fetch(self, uids: Sequence[int], items: list[str], what: str) -> dict[int, dict[bytes, Any]]:
        wanted = clean_uids(list(uids))
        found: dict[int, dict[bytes, Any]] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            found |= await self.session.call(what, lambda client, c=chunk: client.fetch(c, items), _FETCH_SECONDS)  # type: ignore[misc]
        return found

    async def close(self) -> None:
        """See core.ports.Mailbox."""
        await self.session.close()


def _parts(exists: int) -> list[list[str]]:
    """Search keys that together name every message, by number: one empty part unless there are very many."""
    firsts = range(1, exists + 1, _SEARCHED)
    if len(firsts) < 2:
        return [[]]
    return [[f"{first}:{'*' if first + _SEARCHED > exists else first + _SEARCHED - 1}"] for first in firsts]


def _raw(uid: int, item: dict[bytes, Any]) -> RawMail:
    body = bytes(item[b"BODY[]<0>"])
    internaldate = item.get(b"INTERNALDATE") or datetime.now(UTC)
    return RawMail(uid, int(item.get(b"RFC822.SIZE", len(body))), internaldate, body)
