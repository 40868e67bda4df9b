"""The learning shell: texts of corrected mails are fetched, learning folders are looked into, a model is trained anew.

What was judged before stays as it was judged: of a mail that nobody corrected no text is kept that could be read again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol

from daemon.adapters.imap.gateway import ForbiddenWord
from daemon.adapters.journal.corrections import NO_LESSONS, Said
from daemon.adapters.journal.journal import Journal
from daemon.core.chronicle import mark
from daemon.core.correction import NOT_REJECTION
from daemon.core.entry import Entry, Place
from daemon.core.errors import Poison, Transient
from daemon.core.identity import identity, raw_fields, raw_header
from daemon.core.ports import Clock, Learnt, Mailbox, Mind, RawMail, Shelves, Teacher
from daemon.core.quoting import quoted
from daemon.corrector import Corrector
from daemon.logbook import Tell, tell
from daemon.pulse import Promise

_AT_ONCE: Final = 20
_LOOKED_FOR: Final = timedelta(days=7)
"""So long a corrected mail is looked for whose text could not be fetched; its label counts all the same."""
_AGAIN_AFTER: Final = timedelta(hours=1)
"""So long a training that broke down is not tried again with the same corrections."""
_TRAINING_SECONDS: Final = 1300.0
"""Longer than waiting for the readers to start and the limit of training together (daemon.adapters.trainer)."""
_GONE: Final = "The mail is not where it was, so there is nothing to learn from; what you said of it counts."
_UNREADABLE: Final = "The mail could not be read when it was to be learnt from; what you said of it counts."
_FOUND: Final = "Found the mail that you corrected to {}; its text is kept to learn from."
_ONE_MORE: Final = "{}: one mail more to learn from. Its text is kept until you move it back."
_BACK: Final = "A mail came back from {}: the correction is undone, its text is erased."
_NOT_LEARNT: Final = "A corrected mail could not be read, so nothing is learnt from it: {}"
_NOWHERE: Final = "No mail of this id lies in the watched folders so far."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which folders of an account are watched, and which two teach, as the settings name them (None: none do)."""

    watched: Sequence[str]
    rejection: str | None = None
    not_rejection: str | None = None


class Learner:
    """Learns from one account. Every mail is a transaction of its own: what was not done is done by the next pass."""

    def __init__(
        self,
        account: str,
        journal: Journal,
        mind: Mind,
        clock: Clock,
        corrector: Corrector,
        wanted: Wanted,
        say: Tell = tell,
    ) -> None:
        self._account, self._journal, self._mind, self._clock = account, journal, mind, clock
        self._corrector, self._wanted, self._say = corrector, wanted, say

    def adopt(self, wanted: Wanted) -> None:
        """Look into these folders from now on."""
        self._wanted = wanted

    async def work(self, mailbox: Mailbox, shelves: Shelves) -> None:
        """One pass: texts of corrected mails, learning folders, mails that came back. Raises what the ports raise."""
        await self._fetch_texts(mailbox)
        named = [(await shelves.ready(name), word) for name, word in self._shelves()]
        for folder, word in named:
            await self._look_into(mailbox, folder, word)
        if named:
            self._journal.learning.only(self._account, [folder for folder, _ in named])
            self._unlearn()

    def _shelves(self) -> list[tuple[str, str]]:
        named = ((self._wanted.rejection, "rejection"), (self._wanted.not_rejection, NOT_REJECTION))
        return [(name, word) for name, word in named if name is not None]

    # Corrections that were said by command: their mails are fetched where they lie.

    async def _fetch_texts(self, mailbox: Mailbox) -> None:
        now = self._clock.now()
        for said in self._journal.corrections.waiting():
            if said.at + _LOOKED_FOR >= now and said.account in {None, self._account}:
                await self._fetch_text(mailbox, said)

    async def _fetch_text(self, mailbox: Mailbox, said: Said) -> None:
        entry = self._journal.messages.of_identity(said.identity) if said.identity else None
        found = await self._found(mailbox, said, entry)
        if found is None:
            self._journal.corrections.say(said.id, _NOWHERE if said.identity is None else _GONE)
        elif said.identity is None:
            await self._take_sought(said, *found)
        else:
            self._journal.corrections.keep(said.id, found[1].prefix)

    async def _found(self, mailbox: Mailbox, said: Said, entry: Entry | None) -> tuple[Place, RawMail] | None:
        """The mail of a correction, where it was or by its Message-ID in a watched folder."""
        if entry is not None:
            there = await self._where_it_was(mailbox, entry)
            if there is not None:
                return there
        message_id = entry.reading.headers.message_id if entry else said.message_id
        return await self._by_id(mailbox, said, message_id) if message_id else None

    async def _where_it_was(self, mailbox: Mailbox, entry: Entry) -> tuple[Place, RawMail] | None:
        place = entry.place
        if place.folder not in await mailbox.folders():
            return None
        state = await mailbox.examine(place.folder)
        mails = await mailbox.fetch([place.uid]) if state.uidvalidity == place.uidvalidity else []
        return next(((place, mail) for mail in mails if self._key(mail) == entry.identity), None)

    async def _by_id(self, mailbox: Mailbox, said: Said, message_id: str) -> tuple[Place, RawMail] | None:
        for folder in self._wanted.watched:
            state = await mailbox.examine(folder)
            try:
                uids = await mailbox.having(message_id)
            except ForbiddenWord:  # an id that no server can be asked for, as a mail may have it
                return None
            for mail in await mailbox.fetch(uids[-_AT_ONCE:]):
                place = Place(self._account, folder, state.uidvalidity, mail.uid)
                if self._is_it(mail, said, message_id):
                    return place, mail
        return None

    def _is_it(self, mail: RawMail, said: Said, message_id: str) -> bool:
        """SEARCH finds parts of words: only the very mail counts, or the first of that very Message-ID."""
        if said.identity is not None:
            return self._key(mail) == said.identity
        names = (value for name, value in raw_fields(raw_header(mail.prefix)) if name == b"message-id")
        return next(names, b"") == message_id.encode()

    async def _take_sought(self, said: Said, place: Place, mail: RawMail) -> None:
        """A mail named by its Message-ID was found: it counts as the person said, and the search is over."""
        if await self._take(place, mail, said.label, None, lambda: self._ended(said)):
            self._learnt_from(mail, _FOUND.format(said.label))

    def _ended(self, said: Said) -> bool:
        """The search is over; not if the person took it back, or said something else, while the mail was read."""
        current = self._journal.corrections.sought_as(said.message_id or "")
        if current is None or current.id != said.id:
            return False
        self._journal.corrections.end(said, self._clock.now(), "replaced")
        return True

    # Learning folders.

    async def _look_into(self, mailbox: Mailbox, folder: str, word: str) -> None:
        """What is new in a learning folder is a correction; what left it is none less until it is seen elsewhere."""
        state = await mailbox.examine(folder)
        there = await mailbox.uids()
        held = self._journal.learning.held(self._account, folder)
        known = {each.uid for each in held if each.uidvalidity == state.uidvalidity}
        identities = {each.identity for each in held}
        new = [uid for uid in there if uid not in known]
        for start in range(0, len(new), _AT_ONCE):
            for mail in await mailbox.fetch(new[start : start + _AT_ONCE]):
                place = Place(self._account, folder, state.uidvalidity, mail.uid)
                await self._shelved(place, mail, word, identities)
        gone = [each for each in held if each.uidvalidity != state.uidvalidity or each.uid not in set(there)]
        self._journal.learning.drop(self._account, folder, gone)

    async def _shelved(self, place: Place, mail: RawMail, word: str, identities: set[bytes]) -> None:
        """One mail of a learning folder. A copy, or one that only has a new UID, says nothing new."""
        key = self._key(mail)
        standing = self._journal.corrections.standing(key)
        if key in identities or (standing is not None and standing.label == word):
            if standing is not None and not standing.kept:  # said by command, and moved before its text was fetched
                self._journal.corrections.keep(standing.id, mail.prefix)
            self._put(place, key)
        elif await self._take(place, mail, word, place.folder, lambda: self._put(place, key)):
            self._learnt_from(mail, _ONE_MORE.format(quoted(place.folder)))
        identities.add(key)

    def _put(self, place: Place, key: bytes) -> bool:
        self._journal.learning.put(place, key)
        return True

    def _unlearn(self) -> None:
        """A mail that left its learning folder and came up in a watched one is unlearnt."""
        back = self._journal.corrections.back_again(self._account)
        for said in (one for one in back if one.identity and not self._journal.learning.holds(one.identity)):
            self._corrector.undo(said, self._clock.now())
            self._journal.store.fold()
            self._say("unlearnt", _BACK.format(quoted(said.folder or "")), account=self._account)

    # One mail with the person's word on it.

    async def _take(self, place: Place, mail: RawMail, word: str, folder: str | None, also: Callable[[], bool]) -> bool:
        """Let a word count for a mail, if `also`, in the same transaction, still says so. Whether it is learnt from."""
        now, key = self._clock.now(), self._key(mail)
        entry = self._journal.messages.of_identity(key)
        if entry is None:
            try:
                reading = await self._mind.read(mail.prefix)
            except Poison as error:
                self._say("mail_unreadable", _NOT_LEARNT.format(quoted(str(error))), mail=mark(key))
                also()
                return False
            entry = Entry(key, place, mail.internaldate, now, reading, "ignore")
        with self._journal.transaction():
            if not also():
                return False
            if entry.id:
                self._corrector.correct(entry, word, now, folder, mail.prefix)
            else:
                self._corrector.take(entry, word, mail.prefix, folder)
        return True

    def _learnt_from(self, mail: RawMail, sentence: str) -> None:
        self._say("learnt_from", sentence, account=self._account, mail=mark(self._key(mail)))

    def _key(self, mail: RawMail) -> bytes:
        return self._journal.keyed(identity(self._account, raw_header(mail.prefix), mail.size))


class School:
    """Has the model trained anew when the corrections have changed. One training at a time for the whole house."""

    def __init__(
        self,
        journal: Journal,
        mind: Mind,
        clock: Clock,
        teacher: Teacher,
        note: Note,
        say: Tell = tell,
        promise: Promise = lambda _seconds: None,
    ) -> None:
        self._promise = promise
        self._journal, self._mind, self._clock = journal, mind, clock
        self._teacher, self._note, self._say, self._progress = teacher, note, say, partial(say, "training")
        self._busy = asyncio.Lock()
        self._broke: tuple[str, datetime] | None = None
        self._called = asyncio.Event()

    def call(self) -> None:
        """There may be something to learn: `hours` will see to it."""
        self._called.set()

    async def hours(self) -> None:
        """Attend whenever called, for ever: reading and placing go on meanwhile."""
        while True:
            await self._called.wait()
            self._called.clear()
            self._promise(_TRAINING_SECONDS)
            await self.attend()
            self._promise(None)

    async def attend(self) -> Learnt | None:
        """Train if there is something to learn or to unlearn. What breaks down here stops nothing else."""
        async with self._busy:
            fingerprint = self._journal.corrections.fingerprint()
            if not self._is_news(fingerprint):
                return None
            await self._mind.rest()  # two children at once would need twice the memory
            try:
                learnt = await self._teacher.learn(self._journal.corrections.lessons(), fingerprint, self._progress)
            except Transient as error:
                self._broke = fingerprint, self._clock.now()
                self._say("training_failed", f"Nothing was learnt, the model of before is used on. {error}")
                return None
            await self._learnt(fingerprint, learnt)
            return learnt

    def _is_news(self, fingerprint: str) -> bool:
        note = self._note.read() or {}
        if fingerprint == note.get("learnt") or (fingerprint == NO_LESSONS and not note.get("corrections")):
            return False
        return (
            self._broke is None or self._broke[0] != fingerprint or self._clock.now() >= self._broke[1] + _AGAIN_AFTER
        )

    async def _learnt(self, fingerprint: str, learnt: Learnt) -> None:
        facts = {"promoted": learnt.promoted, "corrections": learnt.corrections, "why": learnt.why}
        self._note.add({"learnt": fingerprint, **facts})
        for number in learnt.unreadable:
            self._journal.corrections.say(number, _UNREADABLE)
        await self._mind.rest()  # the next child loads what was learnt
        self._say("model_promoted" if learnt.promoted else "model_kept", learnt.why, count=learnt.corrections)


class Note(Protocol):
    """What the model last said of itself, beside it (daemon.model_note)."""

    def read(self) -> Mapping[str, Any] | None:
        """The note, None before there is one."""

    def add(self, facts: Mapping[str, Any]) -> None:
        """Add to the note."""
