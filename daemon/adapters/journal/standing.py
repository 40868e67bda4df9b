"""By which settings the daemon works: kept by it for `highroad config diff`, with hashes where values are personal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from daemon.adapters.journal.codec import note_of
from daemon.adapters.journal.store import Store

_KEY: Final = "settings"


class Standing:
    """One row of the table meta."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def values(self) -> Mapping[str, str]:
        """What each setting says, by its place (see config.changes.in_force); empty before the first run."""
        rows = self._store.rows("SELECT value FROM meta WHERE key = ?", (_KEY,))
        return note_of(bytes(rows[0]["value"])) if rows else {}

    def keep(self, values: Mapping[str, str]) -> None:
        """These are in force. What is kept already is not written again."""
        if self.values() != values:
            with self._store.transaction() as con:
                con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEY, json.dumps(values).encode()))
