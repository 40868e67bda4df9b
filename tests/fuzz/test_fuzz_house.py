"""Reader, journal and writer among arrivals, moves, restores, cuts, kills, set clocks and a person at their Drafts.

Whatever happens in whatever order: each mail is journalled once, the cursor is never past one that is not, no draft
comes twice or beside the person's own answer, caps hold; and once all is quiet nothing is left behind.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.clock import FakeClock
from support.corevalues import BERLIN, policy
from support.faultybox import FOLDERS, Fault, Killed, Server, message, own_answer, rewritten
from support.minds import ScriptedMind, mail
from support.rooms import ALWAYS, room

from daemon import batches
from daemon.core.errors import JournalFault, Transient
from daemon.core.identity import identity, raw_header
from daemon.core.uidset import UidSet

pytestmark = pytest.mark.slow

PER_DAY = 2
RULES = policy(feedback=False, per_day=PER_DAY, hours=ALWAYS)
KINDS = st.sampled_from(("rejection", "rejection", "rejection", "acknowledgement", "other", "unreadable"))
PICK = st.integers(0, 1_000)
CALLS = st.integers(1, 12)
FAULTS = st.one_of(st.none(), st.builds(Fault, CALLS, st.sampled_from(("cut", "killed")), st.booleans()))
COMMITS = st.one_of(st.none(), st.none(), st.none(), st.integers(1, 4))
SETTLED = ("placed", "edited", "sent", "deleted", "answered", "unsure", "skipped", "joined", "cancelled")
ROUNDS = 60
IN_MEMORY = Path("/dev/shm")
"""Nothing is lost there when a process dies, and nothing waits for a disk."""


class House(RuleBasedStateMachine):
    """`stale`: the folder's UIDs are others' since the last whole pass, and the cursor cannot know yet."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="hr-fuzz-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(batches, "FIRST_MAILS", 2)
        self.patch.setattr(batches, "BATCH_MAILS", 2)
        self.clock, self.mind = FakeClock(), ScriptedMind()
        self.server = Server(self.clock)
        self.loop = asyncio.Runner()
        self.numbers, self.stale = 0, False
        self.room = None
        self.begin()

    def teardown(self):
        try:
            self.quiet()
            self.each_mail_is_journalled_once()
            self.no_draft_comes_twice_or_beside_an_answer()
            self.caps_hold()
        finally:
            self.patch.undo()
            self.room.journal.close()
            self.loop.close()
            shutil.rmtree(self.folder)

    # the house

    def begin(self):
        """Start, as after a kill: all that is known is what the journal holds."""
        if self.room is not None:
            self.room.journal.close()
        self.room = room(self.folder, clock=self.clock, mind=self.mind, rules=RULES)

    def attempt(self, work, fault=None, commit=None):
        """One duty on a new connection; whether it came to its end."""
        self.server.fault = fault
        self.break_commit(commit)
        try:
            self.loop.run(work(self.server.connection()))
        except (Transient, JournalFault):
            return False
        except Killed:
            self.begin()
            return False
        finally:
            self.server.fault = None
            self.room.journal.store.__dict__.pop("_commit", None)
        return True

    def break_commit(self, count):
        """The disk is full at the `count`-th commit from now."""
        store, left = self.room.journal.store, [count]

        def commit():
            left[0] -= 1
            if left[0] == 0:
                raise JournalFault("The disk is full.")
            type(store)._commit(store)

        if count:
            store._commit = commit

    @rule(fault=FAULTS, commit=COMMITS)
    def read(self, fault, commit):
        if self.attempt(self.room.read, fault, commit):
            self.stale = False
            self.all_is_journalled()

    @rule(fault=FAULTS, commit=COMMITS)
    def lay(self, fault, commit):
        if self.room.writer.has_work():
            self.attempt(self.room.writer.work, fault, commit)

    @rule(fault=FAULTS, commit=COMMITS)
    def look(self, fault, commit):
        """What the person did to drafts is noticed; what was deleted is nowhere in Drafts or Sent."""
        before = {job.id for job in self.jobs("deleted")}
        if self.attempt(self.room.outbox.look, fault, commit):
            there = [
                message(raw)["Message-ID"]
                for name in ("Drafts", "Sent")
                for raw in self.server.there[name].mails.values()
            ]
            assert not [job for job in self.jobs("deleted") if job.id not in before and job.message_id in there]

    @rule()
    def restart(self):
        self.begin()

    # time

    @rule(hours=st.sampled_from((1, 13, 26)))
    def wait(self, hours):
        self.clock.advance(hours=hours)

    @rule(hours=st.sampled_from((-25, -24, -1, 1, 24, 25)))
    def set_clock(self, hours):
        self.clock.leap(hours=hours)

    # the server

    @initialize(kinds=st.lists(KINDS, max_size=4))
    def had_mail(self, kinds):
        for kind in kinds:
            self.deliver(kind)

    @rule(kind=KINDS)
    def deliver(self, kind):
        self.numbers += 1
        sender = f"Dana Whitfield <dana@firm{self.numbers}.example>"
        named = {"message_id": f"<mail-{self.numbers}@firm{self.numbers}.example>", "x_company": f"Firm {self.numbers}"}
        self.server.lay(mail(self.numbers, kind, sender=sender, at=self.server.now(), **named), "INBOX")

    @rule(folder=st.sampled_from(("INBOX", "Drafts")))
    def renumber(self, folder):
        self.server.renumber(folder)
        self.lost_track(folder)

    @rule(folder=st.sampled_from(("INBOX", "Drafts")))
    def back_up(self, folder):
        self.server.back_up(folder)

    @rule(between=st.lists(KINDS, max_size=2), kinds=st.lists(KINDS, max_size=4))
    def restore_unseen(self, between, kinds):
        """What came after the backup was read, is gone, and other mail has its UIDs."""
        self.back_up("INBOX")
        for kind in between:
            self.deliver(kind)
        self.read(None, None)
        self.restore("INBOX", kinds)

    @rule(folder=st.sampled_from(("INBOX", "Drafts")), kinds=st.lists(KINDS, max_size=4))
    def restore(self, folder, kinds):
        """Other mail comes before anybody looks: it gets the UIDs of what was there."""
        if folder in self.server.kept:
            self.server.restore(folder)
            self.lost_track(folder)
            for kind in kinds:
                self.deliver(kind)

    def lost_track(self, folder):
        """What was taken out of Drafts before it was numbered anew leaves no trace that anybody could find."""
        if folder == "INBOX":
            self.stale = True
        else:
            self.forgive({answered for answered in self.appended() if not self.server.answers(answered, *FOLDERS)})

    def forgive(self, answered):
        gone = [raw for raw in self.server.appended if message(raw)["In-Reply-To"] in answered]
        self.server.appended = [raw for raw in self.server.appended if raw not in gone]

    # the person

    @rule(pick=PICK)
    def delete_mail(self, pick):
        if uid := self.picked("INBOX", pick):
            self.server.take(uid, "INBOX")

    @rule(pick=PICK, there=st.booleans())
    def move_mail(self, pick, there):
        source, target = ("INBOX", "Archive") if there else ("Archive", "INBOX")
        if uid := self.picked(source, pick):
            self.server.lay(self.server.take(uid, source), target)

    @rule(pick=PICK)
    def copy_mail(self, pick):
        if uid := self.picked("INBOX", pick):
            self.server.lay(self.server.there["INBOX"].mails[uid], "INBOX")

    @rule(pick=PICK)
    def delete_draft(self, pick):
        if uid := self.picked("Drafts", pick):
            self.server.take(uid, "Drafts")

    @rule(pick=PICK)
    def trash_draft(self, pick):
        if uid := self.picked("Drafts", pick):
            self.server.lay(self.server.take(uid, "Drafts"), "Trash")

    @rule(pick=PICK, place=st.sampled_from(("Drafts", "Sent")))
    def edit_or_send_draft(self, pick, place):
        if uid := self.picked("Drafts", pick):
            self.numbers += 1
            self.server.lay(rewritten(self.server.take(uid, "Drafts"), self.numbers), place)

    @rule(pick=PICK, place=st.sampled_from(("Drafts", "Sent")))
    def answer(self, pick, place):
        uid = self.picked("INBOX", pick)
        if uid and (read := message(self.server.there["INBOX"].mails[uid]))["X-Truth"] == "rejection":
            self.numbers += 1
            self.server.lay(own_answer(read["Message-ID"], read["From"], self.numbers), place)

    def picked(self, folder, pick):
        uids = sorted(self.server.there[folder].mails)
        return uids[pick % len(uids)] if uids else None

    # what must hold

    def appended(self):
        """How often a draft was laid, by the mail that it answers."""
        return Counter(message(raw)["In-Reply-To"] for raw in self.server.appended)

    def jobs(self, *states):
        return [job for job in self.room.jobs() if job.state in states]

    def key(self, raw):
        journal = self.room.journal
        return journal.keyed(identity("main", raw_header(raw), len(raw)))

    @invariant()
    def each_mail_is_journalled_once(self):
        entries = Counter(entry.reading.headers.message_id for entry in self.room.journal.messages.log())
        assert not [one for one, count in entries.items() if count > 1]

    @invariant()
    def no_draft_comes_twice_or_beside_an_answer(self):
        assert not [one for one, count in self.appended().items() if count > 1]
        assert not self.server.wrong

    @invariant()
    def caps_hold(self):
        counted = {job.message_id for job in self.jobs("placing", "placed")}
        there = {raw for name in FOLDERS for raw in self.server.there[name].mails.values()} & set(self.server.appended)
        ours = [raw for raw in there if message(raw)["Message-ID"] in counted]
        days = Counter(self.server.dates[raw].astimezone(BERLIN).date() for raw in ours)
        assert all(count <= PER_DAY for count in days.values())

    @precondition(lambda self: not self.stale)
    @invariant()
    def the_cursor_is_not_past_a_mail_that_is_not_journalled(self):
        cursor = self.room.journal.folders.cursor("main", "INBOX")
        here = self.server.there["INBOX"]
        if cursor is None or cursor.uidvalidity != here.uidvalidity:
            return
        read = UidSet.parse(cursor.read)
        keys = {uid: self.key(raw) for uid, raw in here.mails.items() if uid in read}
        assert set(keys.values()) == self.room.journal.messages.known_of(list(keys.values()), "1.0")

    def all_is_journalled(self):
        keys = {self.key(raw) for raw in self.server.there["INBOX"].mails.values()}
        assert keys == self.room.journal.messages.known_of(list(keys), "1.0")

    def quiet(self):
        """No more faults: every duty comes to its end, all is journalled, and every draft that was due is there."""
        for _ in range(ROUNDS):
            assert self.attempt(self.room.read)
            assert not self.room.writer.has_work() or self.attempt(self.room.writer.work)
            if not self.jobs("planned", "placing"):
                break
            self.clock.advance(hours=13)
        self.all_is_journalled()
        assert all(job.state in SETTLED for job in self.room.jobs())
        rejected = [entry for entry in self.room.journal.messages.log() if entry.reading.verdict.label == "rejection"]
        assert {entry.id for entry in rejected} == {job.message for job in self.room.journal.jobs.all()}
        assert all(job.message_id in self.server.ever for job in self.jobs("placed"))


quick = settings(max_examples=40, stateful_step_count=30, suppress_health_check=[HealthCheck.too_slow])
House.TestCase.settings = quick
test_house = House.TestCase
