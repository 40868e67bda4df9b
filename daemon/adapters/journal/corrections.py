"""The person's corrections: what stands, what stood before, and the texts that are kept to learn from."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from daemon.adapters.journal.codec import known_moment, moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.ports import Lesson


@dataclass(frozen=True, slots=True)
class Said:
    """One correction. `label` is a label or not_rejection; `folder` the learning folder that said so, None for you.

    `identity` and `account` are None while a mail named by its `message_id` was not found. `ended` and `how` (undone
    or replaced by a later one) are None while it stands. `back` is when its mail was seen again in a watched folder,
    `problem` why there is no text to learn from, `kept` whether there is.
    """

    id: int
    identity: bytes | None
    account: str | None
    message_id: str | None
    label: str
    folder: str | None
    at: datetime
    ended: datetime | None
    how: str | None
    back: datetime | None
    problem: str | None
    kept: bool


class Corrections:
    """The table corrections. Of a mail one correction stands at most; a later one replaces it and takes its text on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lessons(self) -> list[Lesson]:
        """What there is to learn from: the corrections that stand and have their text, the oldest first."""
        rows = self._store.rows(f"SELECT id, label, text FROM corrections WHERE {_TAUGHT} ORDER BY id")  # noqa: S608
        return [Lesson(row["id"], row["label"], bytes(row["text"])) for row in rows]

    def fingerprint(self) -> str:
        """32 hexadecimal digits that tell one set of lessons from another: by mail, label and order."""
        rows = self._store.rows(f"SELECT identity, label FROM corrections WHERE {_TAUGHT} ORDER BY id")  # noqa: S608
        parts = [f"{bytes(row['identity']).hex()} {row['label']}\n" for row in rows]
        return _digest("".join(parts))

    def add(self, said: Said, text: bytes | None = None) -> int:
        """Journal a correction in place of the one that stands for its mail, whose text it takes on; its id."""
        with self._store.transaction() as con:
            before = self._standing(con, said)
            text = text if text is not None or before is None else before["text"]
            if before is not None:
                con.execute(_END, (stamp(said.at), "replaced", before["id"]))
            values = (said.identity, said.account, said.message_id, said.label, said.folder, stamp(said.at), text)
            return int(con.execute(_ADD, values).lastrowid or 0)

    def _standing(self, con: sqlite3.Connection, said: Said) -> sqlite3.Row | None:
        found: sqlite3.Row | None = con.execute(_STANDING, (said.identity, said.message_id)).fetchone()
        return found

    def of(self, identity: bytes) -> list[Said]:
        """All corrections of one mail, the oldest first; the one that has not ended stands."""
        return self._said("identity = ?", (identity,))

    def standing(self, identity: bytes) -> Said | None:
        """The correction that stands for one mail."""
        return next(iter(self._said("identity = ? AND ended IS NULL", (identity,))), None)

    def sought_as(self, message_id: str) -> Said | None:
        """The correction of a mail of that Message-ID that was not found yet."""
        return next(iter(self._said("message_id = ? AND identity IS NULL AND ended IS NULL", (message_id,))), None)

    def waiting(self) -> list[Said]:
        """The corrections that stand and have no text yet: of mails of the log, and of mails still looked for."""
        return self._said("ended IS NULL AND text IS NULL", ())

    def back_again(self, account: str) -> list[Said]:
        """The corrections by folder of an account whose mails were seen again in a watched folder since."""
        return self._said("ended IS NULL AND folder NOT NULL AND back NOT NULL AND account = ?", (account,))

    def count(self) -> int:
        """How many corrections stand."""
        return int(self._store.rows("SELECT count(*) FROM corrections WHERE ended IS NULL")[0][0])

    def keep(self, number: int, text: bytes) -> None:
        """Keep a mail's first octets, for as long as its correction stands."""
        with self._store.transaction() as con:
            con.execute(
                "UPDATE corrections SET text = ?, problem = NULL WHERE id = ? AND ended IS NULL", (text, number)
            )

    def say(self, number: int, problem: str) -> None:
        """Write down why there is nothing to learn from a correction."""
        with self._store.transaction() as con:
            con.execute("UPDATE corrections SET problem = ?1 WHERE id = ?2 AND problem IS NOT ?1", (problem, number))

    def end(self, said: Said, now: datetime, how: Literal["undone", "replaced"] = "undone") -> None:
        """Undo a correction, or replace one by what was found, and erase what was kept of its mail."""
        with self._store.transaction() as con:
            con.execute(_END, (stamp(now), how, said.id))

    def seen_again(self, identity: bytes, now: datetime) -> None:
        """A mail that a learning folder had came up anew in a watched folder."""
        with self._store.transaction() as con:
            sql = "UPDATE corrections SET back = ? WHERE identity = ? AND ended IS NULL AND folder NOT NULL"
            con.execute(sql, (stamp(now), identity))

    def _said(self, where: str, args: tuple[object, ...]) -> list[Said]:
        sql = f"SELECT {_COLUMNS}, text NOT NULL AS kept FROM corrections WHERE {where} ORDER BY id"  # noqa: S608
        return [_said_of(row) for row in self._store.rows(sql, args)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


NO_LESSONS: Final = _digest("")
"""The fingerprint where there is nothing to learn from."""


def spoken(label: str, at: datetime, **known: object) -> Said:
    """A correction to be journalled: `identity` and `account`, or `message_id`; `folder` if a folder said it."""
    empty: dict[str, object] = dict.fromkeys(("identity", "account", "message_id", "folder"))
    rest = {"ended": None, "how": None, "back": None, "problem": None, "kept": False}
    return Said(id=0, label=label, at=at, **{**empty, **known}, **rest)  # type: ignore[arg-type]


_TAUGHT = "ended IS NULL AND text NOT NULL AND identity NOT NULL"
_COLUMNS = "id, identity, account, message_id, label, folder, at, ended, how, back, problem"
_ADD = """
INSERT INTO corrections (identity, account, message_id, label, folder, at, text) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_STANDING = """
SELECT id, text FROM corrections WHERE ended IS NULL AND identity IS ? AND (identity NOT NULL OR message_id = ?)
"""
_END = "UPDATE corrections SET ended = ?, how = ?, text = NULL, message_id = NULL, back = NULL WHERE id = ?"


def _said_of(row: sqlite3.Row) -> Said:
    parts = {key: row[key] for key in row.keys()}  # noqa: SIM118  (a Row iterates over values)
    parts["identity"] = None if parts["identity"] is None else bytes(parts["identity"])
    parts["at"], parts["ended"], parts["back"] = (
        known_moment(parts["at"]),
        moment(parts["ended"]),
        moment(parts["back"]),
    )
    return Said(**(parts | {"kept": bool(parts["kept"])}))
