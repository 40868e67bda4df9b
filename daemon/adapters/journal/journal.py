"""The journal as the shells see it: one store, one object a table family."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Final

from daemon.adapters.journal.alarms import Alarms
from daemon.adapters.journal.applications import Applications
from daemon.adapters.journal.candidates import Candidates
from daemon.adapters.journal.corrections import Corrections
from daemon.adapters.journal.digests import Digests
from daemon.adapters.journal.events import Events
from daemon.adapters.journal.feedback import Feedbacks
from daemon.adapters.journal.folders import Folders
from daemon.adapters.journal.glances import Glances
from daemon.adapters.journal.jobs import Jobs
from daemon.adapters.journal.learning import Learning
from daemon.adapters.journal.lives import Lives
from daemon.adapters.journal.messages import Messages
from daemon.adapters.journal.notes import Notes
from daemon.adapters.journal.notices import Notices
from daemon.adapters.journal.outboxes import Outboxes
from daemon.adapters.journal.own_mails import OwnMails
from daemon.adapters.journal.pauses import Pauses
from daemon.adapters.journal.refusals import Refusals
from daemon.adapters.journal.standing import Standing
from daemon.adapters.journal.store import FILE_NAME, Store, open_store
from daemon.core.job import Job

AFTER_RESTORE: Final = (
    "This is not the journal that was here last. Drafts that were due already are held, not laid: {}; "
    "`highroad review` asks about them."
)


class Journal:
    """All that Highroad remembers. What happens inside one `transaction` happens together or not at all."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.folders = Folders(store)
        self.messages = Messages(store)
        self.applications = Applications(store)
        self.candidates = Candidates(store)
        self.events = Events(store)
        self.notes = Notes(store)
        self.notices = Notices(store)
        self.own_mails = OwnMails(store)
        self.feedback = Feedbacks(store)
        self.jobs = Jobs(store)
        self.lives = Lives(store)
        self.digests = Digests(store)
        self.alarms = Alarms(store)
        self.glances = Glances(store)
        self.outboxes = Outboxes(store)
        self.pauses = Pauses(store)
        self.refusals = Refusals(store)
        self.standing = Standing(store)
        self.corrections = Corrections(store)
        self.learning = Learning(store)

    def transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        """See Store.transaction."""
        return self.store.transaction()

    def keyed(self, data: bytes) -> bytes:
        """See Store.keyed."""
        return self.store.keyed(data)

    def after_restore(self, now: datetime) -> int:
        """If this journal was put in the place of a newer one, hold what is due: how many drafts are asked about.

        For the process that holds the state directory's lock, once, before it lays anything.
        """
        return 0 if self.store.history.is_ours() else len(self.begin_anew(now))

    def begin_anew(self, now: datetime) -> list[Job]:
        """Take this journal for a restored one, whatever the state directory remembers; the drafts that are held.

        One that holds nothing stands in the place of a lost one, which may have told what the person called off.
        """
        with self.transaction():
            if not self.store.rows("SELECT 1 FROM messages LIMIT 1"):
                self.jobs.lose(now)
            held = self.jobs.hold(now)
            self.store.history.begin_anew(now)
        return held

    def close(self) -> None:
        """See Store.close."""
        self.store.close()


def open_journal(state_dir: Path) -> Journal:
    """Open a state directory's journal, made or migrated as needed. Raises JournalFault (see store.open_store)."""
    return Journal(open_store(state_dir))


def open_existing(state_dir: Path) -> Journal | None:
    """Open the journal if there is one; None before the first run."""
    return open_journal(state_dir) if (state_dir / FILE_NAME).exists() else None
