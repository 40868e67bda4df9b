"""Opening the journal for the process that works with it: sound, and with what is doubtful held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from daemon.adapters.journal.journal import AFTER_RESTORE, Journal, open_journal
from daemon.adapters.journal.mending import mend
from daemon.adapters.journal.restoring import sweep
from daemon.adapters.journal.spare import keep_spare
from daemon.adapters.journal.suspicion import suspecting, trust_again

Say = Callable[..., None]
"""Called with the name of what happened, a sentence for the person, and `count`, of drafts (see logbook.Tell)."""


@contextmanager
def opened(state_dir: Path, now: datetime, say: Say) -> Iterator[Journal]:
    """The journal of a state directory, for the process that holds its lock; what was done to it is said.

    A damaged one is set aside and made anew (see mending), drafts that were due in one that was put in the place of
    another are held. Raises JournalFault and what `mend` raises.
    """
    mended = mend(state_dir, now)
    if mended is not None:
        say("journal_damaged", mended.sentence, count=mended.held)
    sweep(state_dir)
    with suspecting(state_dir), closing(open_journal(state_dir)) as journal:
        keep_spare(state_dir, journal.store.key)
        if held := journal.after_restore(now):
            say("journal_restored", AFTER_RESTORE.format(held), count=held)
        yield journal
    trust_again(state_dir)
