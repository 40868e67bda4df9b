"""A search for work played without any machine: one application, the person, a clock, and Drafts as a list.

What the daemon does after each turn is done here with the core alone: plan, change the jobs, lay what may be laid.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from support.cases import case
from support.corevalues import DANA, ME, seen

from classifiers.values import Address
from daemon.core.cadence import day_start, month_start, placeable, shut
from daemon.core.causes import Outlook
from daemon.core.entry import Event
from daemon.core.job import TO_SELF, Move, State, Step, moved
from daemon.core.plan import plan
from daemon.core.replan import after, changes
from daemon.core.silence import silent_at

KIM = Address("Kim Berger", "kim.berger@acme.example")
NOREPLY = Address("", "no-reply@acme.example")
SENDERS = (DANA, KIM, NOREPLY)
LABELS = ("rejection", "interview", "acknowledgement", "assessment", "offer", "outreach", "other", "job_alert")
OPENERS = {"interview", "assessment", "offer"}


@dataclass(frozen=True)
class Laid:
    """A draft as it was laid: its job, when, and what was known then."""

    job: object
    at: object
    of: object
    news: int
    openings: int


@dataclass
class Search:
    """`rules` are the settings, `now` is the clock's time. `laid` is all that was ever laid."""

    rules: object
    now: object
    of: object = field(default_factory=case)
    laid: list = field(default_factory=list)
    off: dict = field(default_factory=dict)
    news: int = 0
    openings: int = 0
    paused: object = None

    # --- what happens ---

    def mail(self, label, sender, ago, facts):
        """A mail of the employer's arrives that was written some hours ago."""
        self.news, self.openings = self.news + 1, self.openings + (label in OPENERS)
        number = len(self.of.theirs) + 1
        at = self.now - timedelta(hours=ago)
        one = seen(sender, label=label, received=at, facts=facts, message_id=f"<{number}@acme.example>")
        self._know(replace(one, id=number, identity=b"%d" % number, first_seen=self.now))

    def own(self, to):
        """The person writes to somebody there."""
        head = Address("Sam Rivera", ME.address)
        self._know(seen(head, label="other", received=self.now, own=True, to=(to,), message_id=None))

    def _know(self, one):
        self.of = replace(self.of, mails=tuple(sorted((*self.of.mails, one), key=lambda mail: mail.received)))

    def correct(self, number, label):
        """The person says what a mail is."""
        self.news, self.openings = self.news + 1, self.openings + (label in OPENERS)
        mails = [
            replace(one, verdict=replace(one.verdict, label=label)) if one.id == number else one
            for one in self.of.mails
        ]
        self.of = replace(self.of, mails=tuple(mails))

    def phone(self):
        """They said no by phone; or that is taken back."""
        told = [event for event in self.of.events if event.by != "you"]
        self.openings += len(told) < len(self.of.events)  # they may have come back on the day of what was taken back
        if len(told) == len(self.of.events):
            told.append(Event("rejected", self.now, by="you"))
        self.of = replace(self.of, events=tuple(told))

    def mark(self, **marks):
        """The person marks the application: keen, skipped."""
        self.of = replace(self.of, application=replace(self.of.application, **marks))

    def person(self, move):
        """The person does something about one draft: cancels, sends or deletes it."""
        for job in self.of.jobs:
            if (job.state, move) in _PERSONS:
                self._put(replace(job, state=moved(job.state, move)))
                if move is Move.SEND and job.step not in TO_SELF:
                    self.own(Address("", job.recipient))
                else:
                    self._refused(job, move)
                return

    def _refused(self, job, move):
        if move in {Move.CANCEL, Move.DELETE}:
            known = next((one for one in self.laid if one.job.id == job.id), None)
            self.off[job.id] = known or Laid(job, self.now, self.of, self.news, self.openings)
        if move is Move.CANCEL:
            self.of = replace(self.of, called_off=self.of.called_off | {job.id})

    def _put(self, job):
        self.of = replace(self.of, jobs=tuple(job if one.id == job.id else one for one in self.of.jobs))

    # --- what the daemon does ---

    def work(self):
        """Plan anew, and lay what may be laid."""
        self.settle()
        self.replan()
        for job in sorted(self.of.jobs, key=lambda one: one.id):
            if job.state is State.PLANNED and job.due <= self.now:
                self._lay(job)
                self.replan()

    def settle(self):
        silent = silent_at(self.of, self.rules)
        events = tuple(event for event in self.of.events if event.by != "time")
        if silent is not None and silent <= self.now:
            events += (Event("silent", silent, by="time"),)
        self.of = replace(self.of, events=events)

    def replan(self):
        wanted = plan(self.of, self.outlook())
        self.of = replace(self.of, jobs=after(self.of, changes(self.of, wanted, self.now)))

    def outlook(self):
        return Outlook(self.rules, ME, self.now, b"k" * 32, frozenset({"en"}))

    def _lay(self, job):
        not_now = self._not_now(job)
        if not_now is not None:
            self._put(replace(job, due=not_now.again or job.due, why=not_now.why))
            return
        self._put(replace(job, state=State.PLACED, placed_at=self.now))
        self.laid.append(Laid(job, self.now, self.of, self.news, self.openings))

    def _not_now(self, job):
        if job.step in TO_SELF:
            return shut(self.now, self.rules.working, self.paused)
        month = self.count(month_start(self.now, self.rules.working))
        today = self.count(day_start(self.now, self.rules.working))
        return placeable(self.now, today, month, self.rules, self.paused)

    def count(self, since):
        return sum(one.at >= since and one.job.step not in TO_SELF for one in self.laid)

    def waits(self):
        """When the planned drafts are due."""
        return [job.due for job in self.of.jobs if job.state is State.PLANNED]


_PERSONS = {
    (State.PLANNED, Move.CANCEL), (State.HELD, Move.CANCEL), (State.PLACED, Move.SEND), (State.PLACED, Move.DELETE),
}  # fmt: skip
FROM_REJECTION = {Step.THANK_YOU, Step.FEEDBACK_REQUEST, Step.LINKEDIN_NOTE, Step.FOLLOW_UP}
