"""Forgetting: what is erased leaves keyed hashes, so that it does not come back when a folder is read again."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from daemon.adapters.journal.codec import job_of, stamp
from daemon.adapters.journal.store import Store
from daemon.core.errors import JournalBusy, Transient
from daemon.core.job import Job

LABEL: Final = "forgotten"
"""What stands in place of the label of a mail that was forgotten."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was (or would be) forgotten: how many of each, and the drafts that lie in the mailbox and stay there."""

    applications: int
    mails: int
    corrections: int
    lying: tuple[Job, ...]
    erased: bool = True


class Forgetting:
    """Erases applications with all that hangs on them, and what is older than a day."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def before(self, day: datetime) -> tuple[list[int], list[int]]:
        """The applications whose latest mail is older than that, and the mails of no application that are."""
        old = self._store.rows(_OLD_APPLICATIONS, (stamp(day),))
        alone = self._store.rows("SELECT id FROM messages WHERE application IS NULL AND received < ?", (stamp(day),))
        return [row["id"] for row in old], [row["id"] for row in alone]

    def look(self, applications: Collection[int], mails: Collection[int]) -> Forgotten:
        """What forgetting these would erase. Raises Transient while one of their drafts is being laid."""
        chosen = self._chosen(applications, mails)
        jobs = [job_of(row) for row in self._store.rows(_JOBS, (_json(applications),))]
        if any(job.state == "placing" for job in jobs):
            raise Transient("A draft of this application is being laid at this moment. Try again in a minute.")
        lying = tuple(job for job in jobs if job.state in {"placed", "edited", "unsure"})
        said = self._store.rows(_CORRECTIONS.format("SELECT count(*)"), (_json(chosen),))[0][0]
        return Forgotten(len(applications), len(chosen), int(said), lying)

    def forget(self, applications: Collection[int], mails: Collection[int]) -> Forgotten:
        """Erase them at once and whole, then from the file as well. Raises Transient as `look` does."""
        with self._store.transaction() as con:
            found = self.look(applications, mails)
            chosen = _json(self._chosen(applications, mails))
            con.execute(_LEAVE_HASHES, (LABEL, chosen))
            con.execute(_CORRECTIONS.format("DELETE"), (chosen,))
            con.execute("DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?))", (chosen,))
            con.execute("DELETE FROM applications WHERE id IN (SELECT value FROM json_each(?))", (_json(applications),))
            self._store.history.moved()
        return replace(found, erased=self._shrink())

    def _shrink(self) -> bool:
        """Write the file anew without what was erased; whether that could be done while others have it open."""
        with suppress(JournalBusy):
            self._store.rows("VACUUM")
            self._store.fold()
            return True
        return False

    def _chosen(self, applications: Collection[int], mails: Collection[int]) -> list[int]:
        rows = self._store.rows(_MAILS, (_json(applications),))
        return [*(row["id"] for row in rows), *mails]


def older_copies(state_dir: Path) -> Sequence[Path]:
    """The copies of earlier journals in a state directory, which still hold what was forgotten since."""
    names = ("journal.before-*.db", "journal.replaced-*.db", "journal.damaged-*")
    return sorted(path for name in names for path in state_dir.glob(name))


def _json(numbers: Collection[int]) -> str:
    return json.dumps(sorted(numbers))


_MAILS: Final = "SELECT id FROM messages WHERE application IN (SELECT value FROM json_each(?))"
_JOBS: Final = "SELECT * FROM jobs WHERE application IN (SELECT value FROM json_each(?)) ORDER BY id"
_OLD_APPLICATIONS: Final = """
SELECT a.id FROM applications a LEFT JOIN messages m ON m.application = a.id
GROUP BY a.id HAVING max(coalesce(m.received, a.opened)) < ?
"""
_LEAVE_HASHES: Final = """
INSERT OR IGNORE INTO strangers
SELECT identity, ? FROM messages WHERE id IN (SELECT value FROM json_each(?))
"""
_CORRECTIONS: Final = """
{} FROM corrections WHERE identity IN
(SELECT identity FROM messages WHERE id IN (SELECT value FROM json_each(?)))
"""
