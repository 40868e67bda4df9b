"""Explicit credential refusals, counted across restarts and commands: providers lock people out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daemon.adapters.journal.codec import stamp
from daemon.adapters.journal.store import Store

LIMIT: Final = 2
"""After so many refusals of one secret nothing is tried with it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """How often a secret was refused, and what the server said last."""

    count: int
    said: str


class Refusals:
    """The table refusals. `secret` is Store.keyed over everything that makes the log-in what it is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account: str, secret: bytes) -> Refusal | None:
        """How often this very secret was refused; None for never."""
        sql = "SELECT count, said FROM refusals WHERE account = ? AND secret = ?"
        rows = self._store.rows(sql, (account, secret))
        return Refusal(rows[0]["count"], rows[0]["said"]) if rows else None

    def any(self, account: str) -> bool:
        """Whether anything is held against an account."""
        return bool(self._store.rows("SELECT 1 FROM refusals WHERE account = ? LIMIT 1", (account,)))

    def add(self, account: str, secret: bytes, said: str, now: datetime) -> None:
        """One more refusal."""
        with self._store.transaction() as con:
            con.execute(_ADD, (account, secret, stamp(now), said))

    def clear(self, account: str) -> None:
        """Forget an account's refusals: a log-in worked, or the person says to try again."""
        if self._store.rows("SELECT 1 FROM refusals WHERE account = ?", (account,)):
            with self._store.transaction() as con:
                con.execute("DELETE FROM refusals WHERE account = ?", (account,))


_ADD = """
INSERT INTO refusals (account, secret, count, last, said) VALUES (?, ?, 1, ?, ?)
ON CONFLICT (account, secret) DO UPDATE SET count = count + 1, last = excluded.last, said = excluded.said
"""
