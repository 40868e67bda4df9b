r"""The placing side: it looks into Drafts, Sent and Trash, and its only write is APPEND to Drafts with \Draft \Seen."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

from daemon.adapters.imap.gateway import clean, clean_message_id, clean_uids
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.session import SaidNo, Session
from daemon.adapters.imap.special import all_mail, chosen, drafts_folder
from daemon.core.errors import NeedsOperator, Throttled
from daemon.core.ports import FolderState, FoundHeader
from daemon.core.quoting import quoted

_FIELDS: Final = "MESSAGE-ID IN-REPLY-TO REFERENCES FROM TO CC DATE SUBJECT"
_ITEMS: Final = ["INTERNALDATE", f"BODY.PEEK[HEADER.FIELDS ({_FIELDS})]"]
_LOOK_BACK: Final = 2_000
"""So many headers of Sent or Trash are looked at, the newest."""
_FOLDERS: Final = 300
"""So many folders are looked into at most."""
_TIMING: Final = re.compile(r" \(\d[\d.+ ]* secs\)| ?\[\d{4}-\d\d-\d\d [\d:]{8}\]")
"""What servers add to an answer, never twice the same; the rest of it is said once."""
_APPENDUID: Final = re.compile(rb"\[APPENDUID (\d+) ([1-9]\d*)\]", re.I)


class Declined(NeedsOperator):
    """The server refused the APPEND in so many words: the draft is certainly not there."""


class Placing:
    """core.ports.DraftBox over one Session."""

    def __init__(self, session: Session, drafts: str, sent: str | None, trash: str | None) -> None:
        self.session = session
        self.folder = drafts
        self._sent = sent
        self._trash = trash

    @classmethod
    async def open(cls, login: Login, password: str, drafts: str = "auto", sent: str = "auto") -> Placing:
        """Connect, log in and find the folders. Raises Refused, NeedsOperator or Transient."""
        session = await Session.open(login, password)
        try:
            listing = await session.listing()
            folder = drafts_folder(listing, drafts, login.account)
            outbox = chosen(listing, "sent", sent, login.account)
        except BaseException:
            await session.close()
            raise
        return cls(session, folder, outbox, chosen(listing, "trash", "auto", login.account))

    async def state(self) -> FolderState:
        """See core.ports.DraftBox. STATUS stands in where EXAMINE does not tell UIDNEXT."""
        state = await self._state(self.folder)
        if state.uidnext is None:
            raise NeedsOperator(
                f"{self.session.login.where} does not tell the UIDNEXT of {quoted(self.folder)}: after a mishap "
                "a draft could be laid twice there, so none is."
            )
        return state

    async def _state(self, folder: str) -> FolderState:
        state = await self.session.examine(folder)
        if state.uidnext is not None:
            return state
        told = await self.session.call(
            f"asking {quoted(folder)} for UIDNEXT", lambda client: client.folder_status(folder, ["UIDNEXT"])
        )
        uidnext = int(told[b"UIDNEXT"]) if b"UIDNEXT" in told else None
        return FolderState(state.exists, state.uidvalidity, uidnext)

    async def append(self, message: bytes, at: datetime) -> int | None:
        """See core.ports.DraftBox. Raises Declined when the server says no, Transient when that stays open."""
        folder = clean(self.folder, "folder name")
        flags = (rb"\Draft", rb"\Seen")
        try:
            said = await self.session.call("laying a draft", lambda client: client.append(folder, message, flags, at))
        except SaidNo as error:
            said = _TIMING.sub("", str(error))
            raise Declined(
                f"{said} The draft was not laid. It is tried again; make room or mend the folder."
            ) from error
        found = _APPENDUID.search(said) if isinstance(said, bytes) else None
        return int(found[2]) if found else None

    async def drafts(self, first_uid: int = 1) -> list[FoundHeader]:
        """See core.ports.DraftBox."""
        return await self._headers(await self._from(self.folder, first_uid))

    async def sent_since(self, since: date) -> list[FoundHeader]:
        """See core.ports.DraftBox."""
        return await self._since(self._sent, since)

    async def trashed_since(self, since: date) -> list[FoundHeader]:
        """See core.ports.DraftBox."""
        return await self._since(self._trash, since)

    async def sent_state(self) -> FolderState | None:
        """See core.ports.DraftBox."""
        return await self._state(self._sent) if self._sent else None

    async def sent(self, first_uid: int) -> list[FoundHeader]:
        """See core.ports.DraftBox: the newest of them, where there are very many."""
        uids = await self._from(self._sent, first_uid) if self._sent else []
        return await self._headers(uids[-_LOOK_BACK:])

    async def elsewhere(self, message_id: str, since: date, *, archive: bool = True) -> bool:
        """See core.ports.DraftBox. Asked after a doubt only: it opens one folder after the other."""
        criteria: list[Any] = ["SINCE", since, "HEADER", "MESSAGE-ID", clean_message_id(message_id)]
        self.session.look_anew()
        for folder in (await self._others(archive=archive))[:_FOLDERS]:
            try:
                await self.session.examine(folder)
                if await self.session.call(f"looking into {quoted(folder)}", lambda client: client.search(criteria)):
                    return True
            except (SaidNo, NeedsOperator) as error:  # gone meanwhile, or another person's and closed to us
                if isinstance(error, Throttled):  # it was not looked into
                    raise
        return False

    async def _others(self, *, archive: bool) -> list[str]:
        listing = await self.session.listing()
        looked_at = {self.folder, self._sent, self._trash, None if archive else all_mail(listing)}
        return [name for _, name in listing if name not in looked_at]

    async def _from(self, folder: str, first_uid: int) -> list[int]:
        await self.session.examine(folder)
        criteria: list[Any] = ["UID", f"{first_uid}:*"]
        found = await self.session.call(f"looking into {quoted(folder)}", lambda client: client.search(criteria))
        # n:* names the last message even when its UID is below n (RFC 9051, 6.4.4)
        return sorted(uid for uid in found if uid >= first_uid)

    async def _since(self, folder: str | None, since: date) -> list[FoundHeader]:
        if folder is None:
            return []
        await self.session.examine(folder)
        found = await self.session.call(
            f"looking into {quoted(folder)}", lambda client: client.search(["SINCE", since])
        )
        return await self._headers(sorted(found)[-_LOOK_BACK:])

    async def _headers(self, uids: list[int]) -> list[FoundHeader]:
        found: dict[int, dict[bytes, Any]] = {}
        for start in range(0, len(uids), 500):
            chunk = clean_uids([int(uid) for uid in uids[start : start + 500]])
            found |= await self.session.call("reading headers", lambda client, c=chunk: client.fetch(c, _ITEMS))  # type: ignore[misc]
        # An untagged FETCH of flags, by number and without UID, tells of no header: it is none that was asked for.
        told = ((uid, _header(item), _at(item)) for uid, item in sorted(found.items()))
        return [FoundHeader(uid, header, at) for uid, header, at in told if header is not None]

    async def close(self) -> None:
        """See core.ports.DraftBox."""
        await self.session.close()


def _header(item: dict[bytes, Any]) -> bytes | None:
    """The one BODY[...] of an answer, however the server spells the section back; None (or NIL) for what is gone."""
    found: bytes | None = next((value for key, value in item.items() if key.startswith(b"BODY[")), None)
    return found


def _at(item: dict[bytes, Any]) -> datetime | None:
    at = item.get(b"INTERNALDATE")
    return at if isinstance(at, datetime) and at.tzinfo else None
