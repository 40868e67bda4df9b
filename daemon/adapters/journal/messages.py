"""Mails as journalled: those about a job in full, of the others a keyed hash and the label, the unreadable with why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from classifiers.values import Headers, Label
from daemon.adapters.journal.codec import entry_of, known_moment, stamp, written
from daemon.adapters.journal.store import Store
from daemon.core.entry import Entry, Place


@dataclass(frozen=True, slots=True)
class SetAside:
    """A mail that could not be read: where it lies, why, and which version tried last."""

    identity: bytes
    place: Place
    reason: str
    version: str
    first_seen: datetime


class Messages:
    """The tables messages, strangers and unreadable. Identities are keyed hashes (Store.keyed)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, identity: bytes, version: str) -> bool:
        """Whether this mail was journalled before, wherever it lay; unreadable ones only if `version` tried them."""
        return bool(self._store.rows(_KNOWN, (identity, identity, identity, version)))

    def known_of(self, identities: Sequence[bytes], version: str) -> set[bytes]:
        """Those of these mails that are `known`, at most _AT_ONCE asked for at a time."""
        found: set[bytes] = set()
        for start in range(0, len(identities), _AT_ONCE):
            part = identities[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            rows = self._store.rows(_KNOWN_OF.format(marks), (*part, *part, *part, version))
            found |= {bytes(row["identity"]) for row in rows}
        return found

    def add(self, entry: Entry) -> int:
        """Journal a mail about a job; its new id. An older note that it was unreadable goes.

        Where a line stands for it whose facts were lost with a damaged journal, that one is filled, and keeps its id,
        its application and the person's word.
        """
        with self._store.transaction() as con:
            con.execute("DELETE FROM unreadable WHERE identity = ?", (entry.identity,))
            number = self._fill(entry) or int(con.execute(_ADD, _values(entry)).lastrowid or 0)
            con.executemany(_ADD_ADDRESS, [(address, number) for address in addresses_of(entry.reading.headers)])
            return number

    def _fill(self, entry: Entry) -> int | None:
        """Fill the line whose facts were spoilt, if there is one for this mail (see rebuilding); its id."""
        rows = self._store.rows("SELECT id FROM messages WHERE identity = ?", (stand_in(self._store, entry.identity),))
        if rows:
            self._store.rows(_FILL, (*_filled(entry), rows[0]["id"]))
        return rows[0]["id"] if rows else None

    def add_stranger(self, identity: bytes, label: str) -> None:
        """Journal a mail that is not about a job: nothing but this."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM unreadable WHERE identity = ?", (identity,))
            con.execute("INSERT OR IGNORE INTO strangers VALUES (?, ?)", (identity, label))

    def set_aside(self, mail: SetAside) -> None:
        """Journal a mail that could not be read, or that could not be read again."""
        place = mail.place
        values = (mail.identity, place.account, place.folder, place.uidvalidity, place.uid)
        with self._store.transaction() as con:
            con.execute(_SET_ASIDE, (*values, mail.reason, mail.version, stamp(mail.first_seen)))

    def unreadable(self) -> list[SetAside]:
        """All mails that could not be read, oldest first."""
        rows = self._store.rows("SELECT * FROM unreadable ORDER BY first_seen, uid")
        return [
            SetAside(
                bytes(row["identity"]),
                Place(row["account"], row["folder"], row["uidvalidity"], row["uid"]),
                row["reason"],
                row["version"],
                known_moment(row["first_seen"]),
            )
            for row in rows
        ]

    def get(self, number: int) -> Entry | None:
        """The entry of that id."""
        rows = self._store.rows("SELECT * FROM messages WHERE id = ?", (number,))
        return entry_of(rows[0]) if rows else None

    def log(self) -> list[Entry]:
        """Every mail about a job, oldest first."""
        return [entry_of(row) for row in self._store.rows("SELECT * FROM messages ORDER BY received, id")]

    def unsure(self) -> int:
        """How many mails wait for the person to say what they are."""
        sql = "SELECT count(*) FROM messages WHERE band = 'review' AND decided_by = 'model'"
        return int(self._store.rows(sql)[0][0])

    def of_application(self, application: int) -> list[Entry]:
        """The mails of one application, oldest first."""
        sql = "SELECT * FROM messages WHERE application = ? ORDER BY received, id"
        return [entry_of(row) for row in self._store.rows(sql, (application,))]

    def of_identity(self, identity: bytes) -> Entry | None:
        """The entry of that identity; None for a mail that is not about a job, or was never read."""
        rows = self._store.rows("SELECT * FROM messages WHERE identity = ?", (identity,))
        return entry_of(rows[0]) if rows else None

    def of_beginning(self, octets: bytes) -> Entry | None:
        """The entry whose identity begins with these octets, the oldest one should there be several."""
        sql = "SELECT * FROM messages WHERE substr(identity, 1, ?) = ? ORDER BY id LIMIT 1"
        rows = self._store.rows(sql, (len(octets), octets))
        return entry_of(rows[0]) if rows else None

    def of_message_id(self, message_id: str) -> list[Entry]:
        """The entries with that Message-ID, oldest first."""
        rows = self._store.rows("SELECT * FROM messages WHERE message_id = ? ORDER BY received, id", (message_id,))
        return [entry_of(row) for row in rows]

    def decide(self, message: int, label: Label | None) -> None:
        """Let the person's word count for a mail; None gives it back to the model."""
        with self._store.transaction() as con:
            con.execute(_DECIDE if label else _GIVE_BACK, (label, message) if label else (message,))

    def forget(self, entry: Entry) -> None:
        """Of a mail that is not about a job after all keep no more than of any other; its application goes if empty."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM messages WHERE id = ?", (entry.id,))
            con.execute("DELETE FROM thread_ids WHERE message_id = ?", (entry.reading.headers.message_id,))
            con.execute(_EMPTY, (entry.application,))
            label = (entry.model or entry.reading.verdict).label
            con.execute("INSERT OR IGNORE INTO strangers VALUES (?, ?)", (entry.identity, label))

    def drop_stranger(self, identity: bytes) -> None:
        """A mail turns out to be about a job."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM strangers WHERE identity = ?", (identity,))

    def assign(self, message: int, application: int, by: Literal["model", "you"] = "model") -> None:
        """Put a mail under an application; where the person has put it, it stays unless they say otherwise."""
        with self._store.transaction() as con:
            con.execute(_ASSIGN, (application, by, message, by))

    def receipts(self, applications: Sequence[int]) -> dict[int, frozenset[tuple[str, str]]]:
        """Sender and subject of the mails that acknowledged these applications, by their ids."""
        found: dict[int, set[tuple[str, str]]] = {}
        for row in self._store.rows(_RECEIPTS, (json.dumps(list(applications)),)):
            found.setdefault(row["application"], set()).add((row["sender"] or "", row["subject"] or ""))
        return {number: frozenset(pairs) for number, pairs in found.items()}

    def release(self, entry: Entry) -> None:
        """Take a mail out of its application again, with what it stood for there; an application left empty goes."""
        with self._store.transaction() as con:
            con.execute("UPDATE messages SET application = NULL, application_by = 'model' WHERE id = ?", (entry.id,))
            con.execute("DELETE FROM events WHERE message = ? AND by = 'mail'", (entry.id,))
            con.execute("DELETE FROM feedback WHERE message = ?", (entry.id,))  # heard anew where it comes to belong
            own = (entry.reading.headers.message_id, entry.application)
            con.execute("DELETE FROM thread_ids WHERE message_id = ? AND application = ?", own)
            con.execute(_EMPTY, (entry.application,))


_KNOWN = """
SELECT 1 FROM messages WHERE identity = ?
UNION ALL SELECT 1 FROM strangers WHERE identity = ?
UNION ALL SELECT 1 FROM unreadable WHERE identity = ? AND version = ?
LIMIT 1
"""

_AT_ONCE: Final = 500
_KNOWN_OF = """
SELECT identity FROM messages WHERE identity IN ({0})
UNION ALL SELECT identity FROM strangers WHERE identity IN ({0})
UNION ALL SELECT identity FROM unreadable WHERE identity IN ({0}) AND version = ?
"""

_DECIDE = "UPDATE messages SET label = ?, decided_by = 'you' WHERE id = ?"
_GIVE_BACK = """
UPDATE messages SET label = json_extract(reading, '$.verdict.label'), decided_by = 'model' WHERE id = ?
"""
_EMPTY = """
DELETE FROM applications WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE application = ?1)
AND NOT EXISTS (SELECT 1 FROM notes WHERE application = ?1)
AND NOT EXISTS (
    SELECT 1 FROM jobs WHERE application = ?1 AND (placed_at NOT NULL OR state IN ('placing', 'unsure'))
)
AND NOT EXISTS (SELECT 1 FROM events WHERE application = ?1 AND by = 'you')
"""
_ASSIGN = """
UPDATE messages SET application = ?1, application_by = ?2 WHERE id = ?3 AND (application_by = 'model' OR ?4 = 'you')
"""
_RECEIPTS = """
SELECT application, json_extract(reading, '$.headers.sender.address') AS sender,
    json_extract(reading, '$.headers.subject') AS subject
FROM messages WHERE label = 'acknowledgement' AND application IN (SELECT value FROM json_each(?))
"""
_ADD_ADDRESS = "INSERT OR IGNORE INTO addresses VALUES (?, ?)"

_ADD = """
INSERT INTO messages (identity, account, folder, uidvalidity, uid, message_id, received, first_seen, label, band,
                      decided_by, application, reading)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

_FILL = """
UPDATE messages SET identity = ?, account = ?, folder = ?, uidvalidity = ?, uid = ?, message_id = ?, received = ?,
    band = ?, label = CASE decided_by WHEN 'you' THEN label ELSE ? END, reading = ? WHERE id = ?
"""

_SET_ASIDE = """
INSERT INTO unreadable (identity, account, folder, uidvalidity, uid, reason, version, first_seen)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (identity) DO UPDATE SET reason = excluded.reason, version = excluded.version
"""


def stand_in(store: Store, identity: bytes) -> bytes:
    """The identity that a mail's line has whose facts were lost, so that the mail is read again."""
    return store.keyed(b"stands for" + identity)


def addresses_of(headers: Headers) -> set[str]:
    """Whom a mail names as its writer or reader, in lower case."""
    named = (headers.sender, *headers.reply_to, *headers.to, *headers.cc)
    return {one.address.lower() for one in named if one is not None}


def _values(entry: Entry) -> tuple[object, ...]:
    place, reading = entry.place, entry.reading
    return (
        entry.identity, place.account, place.folder, place.uidvalidity, place.uid, reading.headers.message_id,
        stamp(entry.received), stamp(entry.first_seen), reading.verdict.label, entry.band, entry.decided_by,
        entry.application, written(reading),
    )  # fmt: skip


def _filled(entry: Entry) -> tuple[object, ...]:
    identity, account, folder, uidvalidity, uid, message_id, received, *_rest = _values(entry)
    label, text = entry.reading.verdict.label, written(entry.reading)
    return (identity, account, folder, uidvalidity, uid, message_id, received, entry.band, label, text)
