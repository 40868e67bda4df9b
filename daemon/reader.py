"""The reading shell: what the server holds and the journal has not seen is fetched, read and written down."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from daemon.adapters.journal.folders import BEHIND
from daemon.adapters.journal.journal import Journal
from daemon.core.alarm import paced
from daemon.core.anchors import told
from daemon.core.entry import Cursor
from daemon.core.ports import Clock, FolderState, Mailbox, Mind, Progress, RawMail
from daemon.core.quoting import quoted
from daemon.core.uidset import UidSet
from daemon.gap import Gap, done, first_new, keyed, missed, went_back
from daemon.intake import Intake, Pass, Renumbered, Synced
from daemon.logbook import Tell, inbox, tell
from daemon.recorder import Recorder

__all__ = ["Gap", "Reader", "Synced"]

_REACH: Final = timedelta(days=90)
_FEW: Final = 2
"""With fewer anchors than that, more are looked for."""
_RENUMBERED: Final = (
    "In the folder {} the server gives the numbers of earlier messages to others, as after a restore from a backup. "
    "All of it is looked through again, and nothing is taken in twice."
)

_NOT_READ: Final = "The server holds mail there that was not read yet."


class Reader:
    """Reads one account. Every message is classified: there is no filter before the classifier (promise 3)."""

    def __init__(
        self,
        journal: Journal,
        mind: Mind,
        clock: Clock,
        recorder: Recorder,
        version: str,
        progress: Progress = lambda _done, _total, _what: None,
        say: Tell = tell,
    ) -> None:
        self._account = recorder.account
        self._journal, self._mind, self._clock = journal, mind, clock
        self._recorder, self._version, self._progress, self._say = recorder, version, progress, say
        self._looked: dict[str, weakref.ref[Mailbox]] = {}

    async def sync(self, mailbox: Mailbox, folder: str, since: timedelta, *, again: bool = False) -> Synced:
        """Bring the journal up to what the folder holds. `since` bounds a first scan and one after a new UIDVALIDITY.

        `again` takes in what an earlier first scan left out, as far back as `since`. Raises what the ports raise; what
        was journalled until then stays, and the next pass goes on from there.
        """
        pass_ = await self._pass(mailbox, folder, Wish(since, again=again))
        if pass_ is None:
            return Synced()
        if pass_.missing:
            self._tell("mail_missed", folder, f"{quoted(folder)}: {_gap(pass_).words}")
        return pass_.synced

    async def verify(self, mailbox: Mailbox, folder: str, since: timedelta = _REACH) -> Gap:
        """Hold the server's whole list of UIDs against the journal's, and read at once what is missing.

        What this proves: the cursor has moved past every UID that the server holds; and it moves in one transaction
        with the rows of the mails. Of a mail that is not about a job the journal keeps a keyed hash without a place, so
        a cursor that was damaged from outside cannot be told from a true one. Raises what the ports raise.
        """
        self._looked.pop(folder, None)
        pass_ = await self._pass(mailbox, folder, Wish(since, whole=True))
        if pass_ is None:
            raise AssertionError  # pragma: no cover  (a whole pass does not end at a glance)
        gap = _gap(pass_)
        self._journal.folders.verified(self._account, folder, self._clock.now(), gap.found, len(gap.left))
        return gap

    def _tell(self, event: str, folder: str, sentence: str) -> None:
        self._say(event, sentence, account=self._account, folder=inbox(folder))

    async def _pass(self, mailbox: Mailbox, folder: str, wish: Wish) -> Pass | None:
        """One pass; None where a glance shows that nothing is to be done."""
        known = self._journal.folders.cursor(self._account, folder)
        try:
            return await self._attempt(mailbox, folder, wish, known)
        except Renumbered:
            self._tell("folder_renumbered", folder, _RENUMBERED.format(quoted(folder)))
            pass_ = await self._attempt(mailbox, folder, replace(wish, whole=True), None)
            return pass_ and replace(pass_, renumbered=True)

    async def _attempt(self, mailbox: Mailbox, folder: str, wish: Wish, known: Cursor | None) -> Pass | None:
        state = await mailbox.examine(folder)
        look = self._look(mailbox, folder, state, known)
        retry = self._retry(folder, state.uidvalidity)
        if not (wish.again or wish.whole or retry) and await self._is_unchanged(mailbox, look):
            return None
        self._expect(look)
        pass_ = await self._plan(mailbox, look, wish, retry)
        intake = Intake(self._journal, self._mind, self._clock, self._recorder, self._version, self._progress)
        await intake.run(mailbox, pass_)
        self._end(pass_)
        self._tell_read(folder, pass_)
        self._looked[folder] = weakref.ref(mailbox)
        return pass_

    def _tell_read(self, folder: str, pass_: Pass) -> None:
        """Let the log hear how many were read, and of how many there is more to hear."""
        done_ = pass_.synced
        if done_.read or done_.unreadable:
            event = "folder_read" if pass_.first is None else "news_read"
            told_ = f"{quoted(folder)}: read {done_.read}, of these about a job {done_.kept}."
            counts = {"count": done_.read, "about_a_job": done_.kept, "unreadable": done_.unreadable}
            tell(event, told_, account=self._account, folder=inbox(folder), **counts)

    def _look(self, mailbox: Mailbox, folder: str, state: FolderState, known: Cursor | None) -> Look:
        """What EXAMINE says beside what is known. A new UIDVALIDITY makes all UIDs new (RFC 9051, 2.3.1.1)."""
        if known is None or known.uidvalidity != state.uidvalidity:
            return Look(Cursor(self._account, folder, state.uidvalidity), state, {}, closely=False)
        if went_back(known, state):
            raise Renumbered
        anchors, seen = self._journal.folders.anchors(self._account, folder), self._looked.get(folder)
        first = seen is None or seen() is not mailbox
        return Look(known, state, anchors, closely=first or known.missing > 0 or _modseq_went_back(known, state))

    async def _is_unchanged(self, mailbox: Mailbox, look: Look) -> bool:
        """Whether a glance shows that nothing is to be done; on a new connection the anchors are looked at too."""
        if not _unchanged(look.cursor, look.state):
            return False
        if look.closely:
            if not look.anchors and look.cursor.seen:
                return False  # a journal from before there were anchors: the pass finds some
            found = {mail.uid: self._key(mail) for mail in await mailbox.fetch(sorted(look.anchors))}
            self._compare(look, found)
        moved = replace(look.cursor, last_sync=self._clock.now(), highestmodseq=look.state.highestmodseq)
        self._journal.folders.save(moved)
        self._looked[look.cursor.folder] = weakref.ref(mailbox)
        return True

    def _compare(self, look: Look, found: Mapping[int, bytes]) -> None:
        """Raise Renumbered where an anchor is another message now, or where all are gone and a restore is likely."""
        word = told(look.anchors, found)
        if word == "other" or (word == "nothing" and _modseq_went_back(look.cursor, look.state)):
            raise Renumbered

    def _key(self, mail: RawMail) -> bytes:
        return keyed(self._journal, self._account, mail)

    def _retry(self, folder: str, uidvalidity: int) -> frozenset[int]:
        """UIDs of mails that an older version could not read: each version tries once."""
        here = (self._account, folder, uidvalidity)
        places = (mail.place for mail in self._journal.messages.unreadable() if mail.version != self._version)
        return frozenset(place.uid for place in places if (place.account, place.folder, place.uidvalidity) == here)

    async def _plan(self, mailbox: Mailbox, look: Look, wish: Wish, retry: frozenset[int]) -> Pass:
        cursor, there = look.cursor, await mailbox.uids()
        first, missing = None if wish.again else first_new(cursor), missed(cursor, there)
        if cursor.last_sync is None or wish.again:
            recent = await mailbox.uids((self._clock.now() - wish.since).date())
            cursor = replace(cursor, skipped=str(UidSet.from_iterable(set(there) - set(recent))))
        todo = sorted({*done(cursor).missing_of(there), *(retry & set(there))})
        anchors = {uid: look.anchors[uid] for uid in sorted(look.anchors.keys() & set(there))}
        return Pass(cursor, look.state, there, todo, anchors, _probe(look, there, anchors), first, missing)

    def _end(self, pass_: Pass) -> None:
        cursor = pass_.ended(self._clock.now())
        with self._journal.transaction():
            self._journal.folders.save(cursor)
            self._journal.folders.anchor(cursor.account, cursor.folder, pass_.anchors)
            if cursor.seen + cursor.older == cursor.server_messages:
                self._journal.folders.complete(cursor.account, cursor.folder)
            self._settle(pass_, cursor)
        pass_.cursor = cursor

    def _expect(self, look: Look) -> None:
        """There is something to read: since when that is so stands in the journal until something of it was read."""
        if look.cursor.last_sync is not None and _grew(look.cursor, look.state):
            key = f"{BEHIND}{self._account}/{look.cursor.folder}"
            self._journal.notices.set(key, _NOT_READ, self._clock.now())

    def _settle(self, pass_: Pass, cursor: Cursor) -> None:
        """Nothing is left, or something new was read: then what is left is waited for anew."""
        done_, alarms = pass_.synced, self._journal.alarms
        moved = bool(done_.read or done_.known or done_.unreadable)
        if moved and pass_.first is not None:
            pace = alarms.pace(self._account, cursor.folder)
            alarms.keep_pace(self._account, cursor.folder, paced(pace, self._clock.now()))
        if moved or cursor.seen + cursor.older == cursor.server_messages:
            self._journal.notices.clear(f"{BEHIND}{self._account}/{cursor.folder}")


@dataclass(frozen=True, slots=True)
class Wish:
    """How far a pass goes: back to `since` where the folder is new, or `again`; through the `whole` list, unasked."""

    since: timedelta
    again: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a folder, and what EXAMINE says of it; `closely`: its anchors are to be looked at."""

    cursor: Cursor
    state: FolderState
    anchors: Mapping[int, bytes]
    closely: bool


def _gap(pass_: Pass) -> Gap:
    cursor = pass_.cursor
    left = done(cursor).missing_of(pass_.missing)
    anew = pass_.synced.read if pass_.renumbered else 0
    return Gap(
        cursor.folder, cursor.server_messages, cursor.seen, cursor.older, pass_.missing, left, anew,
        renumbered=pass_.renumbered,
    )  # fmt: skip


def _probe(look: Look, there: Sequence[int], anchors: Mapping[int, bytes]) -> list[int]:
    """Which messages to look at on the way: the newest anchor, or closely all, and the newest ones where few are left.

    Raises Renumbered where all anchors are gone and a restore is likely.
    """
    if not look.closely:
        return list(anchors)[-1:]
    if look.anchors and not anchors and _modseq_went_back(look.cursor, look.state):
        raise Renumbered
    if len(anchors) >= _FEW:
        return list(anchors)
    unread = set(UidSet.parse(look.cursor.read).missing_of(there))
    return sorted({*anchors, *[uid for uid in there if uid not in unread][-_FEW:]})


def _modseq_went_back(known: Cursor, state: FolderState) -> bool:
    """HIGHESTMODSEQ never falls (RFC 7162, 3.1.2.1), unless the mailbox was put back or its index was made anew."""
    told_both = state.highestmodseq is not None and known.highestmodseq is not None
    return told_both and (state.highestmodseq or 0) < (known.highestmodseq or 0)


def _grew(cursor: Cursor, state: FolderState) -> bool:
    """Whether the server has taken in what the last pass did not see, or holds more than was read."""
    came = None not in {state.uidnext, cursor.uidnext} and (state.uidnext or 0) > (cursor.uidnext or 0)
    return came or state.exists > cursor.seen + cursor.older


def _unchanged(cursor: Cursor, state: FolderState) -> bool:
    """Whether EXAMINE alone shows that nothing is to be done."""
    return (
        cursor.last_sync is not None
        and cursor.server_messages == state.exists
        and _nothing_came(cursor, state)
        and cursor.seen + cursor.older == cursor.server_messages
        and not cursor.missing
    )


def _nothing_came(cursor: Cursor, state: FolderState) -> bool:
    """Whether UIDNEXT stands where it stood; where the server does not tell it, HIGHESTMODSEQ says the same."""
    if state.uidnext is not None:
        return cursor.uidnext == state.uidnext
    return state.highestmodseq is not None and cursor.highestmodseq == state.highestmodseq
