"""The year as it is played: stories begin, mails come, the program looks, Sam reads what lies in Drafts and acts."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from year.cast import Casting, Firm
from year.days import ZONE, at, later, works
from year.ledger import Due, Ledger, Placed
from year.letters import Pen
from year.post import Post
from year.scenario import Act, Story
from year.stage import Refused, Stage
from year.upkeep import Upkeep

Looks = Callable[[date], Sequence[tuple[int, int]]]


def looks(day: date) -> Sequence[tuple[int, int]]:
    """When the program makes a pass: in the working hours, at noon of other days, and now and then late at night."""
    night = [(22, 30)] if day.weekday() in {2, 4} else []
    return [*([(9, 4), (13, 11), (17, 2)] if works(day) else [(12, 20)]), *night]


@dataclass
class Tale:
    """One story with its people, as far as it has been played. `done` are the acts that have happened."""

    number: int
    story: Story
    firm: Firm
    roles: tuple[str, str]
    keys: dict[str, datetime] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    dues: list[Due] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.number} {self.story.name} ({self.firm.tongue}, {self.firm.name})"


class Play:
    """The agenda, and all that is on it."""

    def __init__(
        self, stage: Stage, dice: random.Random, away: tuple[datetime, datetime] | None = None, when: Looks = looks
    ) -> None:
        self.stage, self.dice, self._looks = stage, dice, when
        self.tales: list[Tale] = []
        self.ledger = Ledger({}, away)
        self.casting, self.pen = Casting(dice), Pen(dice)
        self.post = Post(self.pen, dice)
        self.upkeep = Upkeep(stage, self.post)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self._answers: dict[str, Tale] = {}

    # --- before it begins ---

    def cast(self, story: Story, begin: datetime, tongue: str | None = None) -> Tale:
        """Put a story on the agenda."""
        firm = self.casting.firm(tongue or story.tongue)
        first = self.casting.role(firm.tongue)
        tale = Tale(len(self.tales) + 1, story, firm, (first, self.casting.role(firm.tongue, first)))
        roles = {"role": tale.roles[0], "role2": tale.roles[1]}
        tale.dues = [Due(one, firm, tale.keys, roles, tale.name) for one in story.expects]
        self.tales.append(tale)
        self.ledger.roots[firm.root] = firm.name
        self.ledger.dues += tale.dues
        self._happened(tale, "start", begin)
        return tale

    def noise(self, begin: datetime, end: datetime, a_day: float) -> None:
        """Mail that is about nothing."""
        moment = begin
        while moment < end:
            self.on(moment, lambda now=moment: self.stage.deliver(self.pen.noise(now)))
            moment += timedelta(days=self.dice.expovariate(a_day))

    def on(self, moment: datetime, act: Callable[[], None]) -> None:
        """Put something on the agenda."""
        heappush(self._agenda, (moment, next(self._numbers), act))

    # --- while it goes on ---

    async def run(self, first: date, last: date) -> None:
        """From the morning of one day to the night of another."""
        if away := self.ledger.away:
            self.on(away[0], lambda: self._type("Sam", "pause", "--until", f"{away[1]:%Y-%m-%d}"))
        day = first
        while day <= last:
            for hour, minute in self._looks(day):
                await self._until(at(day, hour, minute))
            day += timedelta(days=1)
        self.ledger.close(at(last, 22, 30))

    async def _until(self, moment: datetime) -> None:
        """All that is on the agenda before that moment, then a pass and a look into Drafts."""
        while self._agenda and self._agenda[0][0] <= moment:
            due, _, act = heappop(self._agenda)
            self.stage.time.at = max(due, self.stage.time.at)
            act()
        self.stage.time.at = moment
        if await self.stage.once():
            self.upkeep.after_reading()
        self._look()

    def _look(self) -> None:
        """What has come into Drafts."""
        found = self.stage.sam.found()
        plan = {row["message_id"]: row for row in self.stage.plan()} if found else {}
        for message_id, raw in found:
            row = plan[message_id]
            placed = Placed(self.stage.time.at, raw, row["step"], "feedback_request" in row["also"])
            if placed.step == "digest":
                self.ledger.digests.append(placed)
                self.on(self._soon(20), lambda gone=message_id: self.stage.sam.delete(gone))
            else:
                self._met(message_id, placed, row)

    def _met(self, message_id: str, placed: Placed, row: dict) -> None:
        tale = self._whose(placed, row)
        due = self.ledger.enter(placed, tale.name if tale else "nobody's", tale.dues if tale else [])
        if due is not None and tale is not None:
            self._deal_with(tale, due, message_id)

    def _whose(self, placed: Placed, row: dict) -> Tale | None:
        """The story of a draft: by whom it goes to; a note to self by the mail that it rests on."""
        domains = {address.rpartition("@")[2] for address in placed.to}
        by_domain = next((tale for tale in self.tales if tale.firm.domain in domains), None)
        return by_domain or self._answers.get(row["answers"] or "") or self.post.tale_of(row["answers"])

    # --- what happens ---

    def _happened(self, tale: Tale, key: str, moment: datetime) -> None:
        """A moment of a story has a time: what follows from it goes onto the agenda."""
        tale.keys[key] = moment
        for number, act in enumerate(tale.story.acts):
            if act.after == key and number not in tale.done:
                self.on(self._moment(act, moment), lambda n=number, base=moment: self._act(tale, n, base))

    def _moment(self, act: Act, base: datetime) -> datetime:
        """When an act happens: people write in the daytime of weekdays if it is not the same day, machines any time."""
        moment = base + timedelta(days=act.days)
        if act.by in {"ats", "hr"} or act.days < 1:
            return moment
        day = moment.astimezone(ZONE).date()
        while not works(day):
            day += timedelta(days=1)
        return max(moment, at(day, self.dice.randint(8, 17), self.dice.randint(0, 59)))

    def _act(self, tale: Tale, number: int, base: datetime) -> None:
        act = tale.story.acts[number]
        if number in tale.done or tale.keys[act.after] != base:  # moved meanwhile, and on the agenda again
            return
        tale.done.add(number)
        now = self.stage.time.at
        if act.meets is not None:
            meeting = later(now + timedelta(days=act.meets - 1), "1 working day")
            meeting = meeting.replace(hour=self.dice.choice((10, 11, 14, 15)), minute=0, second=0, microsecond=0)
        if act.by != "me":
            self.stage.deliver(self.post.employers(tale, act, now, meeting if act.meets is not None else None))
        elif act.kind.startswith("own_"):
            self.stage.sam.write(self.post.own(tale, act, now), now)
        else:
            self._tell(tale, act)
        if act.meets is not None:
            self._happened(tale, "interview", meeting)
        self._happened(tale, act.key, now)

    def _tell(self, tale: Tale, act: Act) -> None:
        """Sam types a command."""
        application = self.upkeep.application(tale)
        more = [act.text] if act.text else []
        private = ["--private"] if act.key == "private" else []
        self._type(tale.name, act.kind, str(application), *more, *private)

    def _type(self, whose: str, *arguments: str) -> None:
        try:
            self.stage.highroad(*arguments)
        except Refused as refused:
            self.ledger.faults.append(f"command: {whose}: {refused}")

    # --- what Sam does with a draft ---

    def _deal_with(self, tale: Tale, due: Due, message_id: str) -> None:
        then = due.expect.then
        if then == "any":
            then = self.dice.choice(("send", "send", "edit_send", "edit"))
        _DEALS[then](self, tale, due, message_id)

    def _soon(self, hours: float) -> datetime:
        return self.stage.time.at + timedelta(hours=hours * self.dice.uniform(0.3, 1))

    def _send(self, tale: Tale, due: Due, message_id: str, hours: float = 6, line: str = "") -> None:
        self.on(self._soon(hours), lambda: self._sent(tale, due, message_id, line))

    def _sent(self, tale: Tale, due: Due, message_id: str, line: str) -> None:
        new = self.stage.sam.send(message_id, self.stage.time.at, line)
        if new is None:
            self.ledger.faults.append(f"draft: {tale.name}: it was gone when Sam wanted to send it")
            return
        self.post.sent(tale, new, due.placed.message["Subject"])
        if f"{due.expect.step} sent" not in tale.keys:
            self._happened(tale, f"{due.expect.step} sent", self.stage.time.at)

    def _edit_send(self, tale: Tale, due: Due, message_id: str) -> None:
        self._send(tale, due, message_id, 8, "P. S. 2026")

    def _edit(self, tale: Tale, due: Due, message_id: str) -> None:
        def edited() -> None:
            new = self.stage.sam.edit(message_id, self.stage.time.at, "P. S. 2026")
            if new:
                self._send(tale, due, new, 60)

        self.on(self._soon(6), edited)

    def _delete(self, tale: Tale, due: Due, message_id: str) -> None:
        self.on(self._soon(10), lambda: self.stage.sam.delete(message_id))

    def _ignore(self, tale: Tale, due: Due, message_id: str) -> None:
        """It lies there."""


_DEALS = {
    "send": Play._send, "edit_send": Play._edit_send, "edit": Play._edit, "delete": Play._delete,
    "ignore": Play._ignore,
}  # fmt: skip
