"""The person's own mails to applications' people, as seen in Sent: header facts only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from classifiers.values import Headers
from daemon.adapters.journal.codec import headers_of, known_moment, stamp, written
from daemon.adapters.journal.store import Store

_MOST: Final = 100


class OwnMails:
    """The table own_mails, and by what an own mail is known to belong to an application."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, account: str, application: int, identity: bytes, at: datetime, headers: Headers) -> bool:
        """Journal an own mail under an application; whether it was not there yet. `identity` is its keyed hash.

        Answers to it belong to the application too.
        """
        values = (identity, account, application, headers.message_id, stamp(at), written(headers))
        with self._store.transaction() as con:
            if headers.message_id:
                con.execute("INSERT OR IGNORE INTO thread_ids VALUES (?, ?)", (headers.message_id, application))
            return con.execute(_ADD, values).rowcount == 1

    def of(self, application: int) -> list[tuple[datetime, Headers]]:
        """An application's own mails with when they were sent, oldest first."""
        sql = "SELECT at, headers FROM own_mails WHERE application = ? ORDER BY at, id"
        rows = self._store.rows(sql, (application,))
        return [(known_moment(row["at"]), headers_of(row["headers"])) for row in rows]

    def addresses(self, account: str) -> set[str]:
        """Every address, in lower case, that a mail of one of the account's applications names."""
        return {row["address"] for row in self._store.rows(_ADDRESSES, (account,))}

    def applications_of(self, account: str, message_ids: Iterable[str], addresses: Iterable[str]) -> list[int]:
        """The applications that an own mail belongs to: by the thread it is in, else by whom it goes to.

        `message_ids` is what it answers, and its own; `addresses` are its recipients, none of them the person's own.
        """
        by_thread = self._found(_BY_THREAD, account, message_ids)
        return by_thread or self._found(_BY_ADDRESS, account, (address.lower() for address in addresses))

    def _found(self, sql: str, account: str, keys: Iterable[str]) -> list[int]:
        wanted = json.dumps(list(dict.fromkeys(keys))[:_MOST])
        return [row["id"] for row in self._store.rows(sql, (wanted, account))]


_ADD = """
INSERT OR IGNORE INTO own_mails (identity, account, application, message_id, at, headers) VALUES (?, ?, ?, ?, ?, ?)
"""
_ADDRESSES = """
SELECT DISTINCT p.address FROM addresses p JOIN messages m ON m.id = p.message
WHERE m.account = ? AND m.application NOT NULL
"""
_BY_THREAD = """
SELECT DISTINCT a.id FROM json_each(?) k CROSS JOIN thread_ids t ON t.message_id = k.value
CROSS JOIN applications a ON a.id = t.application WHERE a.account = ? ORDER BY a.id
"""
_BY_ADDRESS = """
SELECT DISTINCT m.application AS id FROM json_each(?) k CROSS JOIN addresses p ON p.address = k.value
CROSS JOIN messages m ON m.id = p.message WHERE m.account = ? AND m.application NOT NULL ORDER BY m.application
"""
