"""One account's reader and writer around a journal, with a clock that tests set and a Mind that they script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from support.clock import FakeClock
from support.corevalues import ME, policy, working
from support.minds import ScriptedMind

from config.loader import default_classifier
from daemon.adapters.journal.journal import Journal, open_journal
from daemon.composer import Composer
from daemon.core.addressee import Me
from daemon.core.cadence import Policy
from daemon.corrector import Corrector
from daemon.learner import Learner, Wanted
from daemon.outbox import Outbox
from daemon.reader import Reader, Synced
from daemon.recorder import Recorder
from daemon.writer import Writer
from templates.render import Renderer

ALWAYS = working(start=0, end=1440, weekdays=range(7))
ANY_AGE = timedelta(days=30_000)
SHELVES = Wanted(("INBOX",), "Highroad/Rejection", "Highroad/Not a rejection")


@dataclass
class Room:
    """What daemon.app puts together for one account, with the world's parts replaced."""

    journal: Journal
    clock: FakeClock
    mind: ScriptedMind
    reader: Reader
    writer: Writer
    outbox: Outbox
    composer: Composer
    recorder: Recorder
    corrector: Corrector
    learner: Learner
    said: list[str]

    async def read(self, mailbox, folder="INBOX", since=ANY_AGE, *, again=False) -> Synced:
        return await self.reader.sync(mailbox, folder, since, again=again)

    def jobs(self):
        """The jobs that are or were planned, in order: neither skipped nor joined."""
        return [job for job in self.journal.jobs.all() if job.recipient and job.state not in ("skipped", "joined")]

    def moves(self, job) -> list[str]:
        """The names of the moves a job has made."""
        rows = self.journal.store.rows("SELECT move FROM moves WHERE job = ? ORDER BY id", (job.id,))
        return [row["move"] for row in rows]


def listener(said: list[str]):
    """daemon.logbook.Tell that keeps the sentences."""
    return lambda _event, sentence, **_fields: said.append(sentence)


def room(
    state_dir: Path, *, me: Me = ME, rules: Policy | None = None, version="1.0", clock=None, mind=None, wanted=None
) -> Room:
    """The caller closes `.journal`."""
    rules = rules or policy(hours=ALWAYS)
    journal, clock, mind = open_journal(state_dir), clock or FakeClock(), mind or ScriptedMind()
    words = Renderer()
    recorder = Recorder("main", journal, rules, me, default_classifier(), words.languages())
    composer = Composer(words, me, "Sam Rivera", recorder.planner.case)
    reader = Reader(journal, mind, clock, recorder, version)
    corrector, said = Corrector(journal, lambda _account: recorder), []
    learner = Learner("main", journal, mind, clock, corrector, wanted or SHELVES, listener(said))
    writer = Writer("main", journal, clock, rules, composer, recorder.planner)
    outbox = Outbox("main", journal, recorder.planner, me, clock)
    return Room(journal, clock, mind, reader, writer, outbox, composer, recorder, corrector, learner, said)
