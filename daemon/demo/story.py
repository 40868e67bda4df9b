"""The demo as a story: what came and what it was, three weeks by a clock that is turned, and what lies there then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from daemon import app
from daemon.core.job import Job, State, Step
from daemon.demo import sam, tables, visit
from daemon.demo.clock import TurnedClock
from daemon.demo.mailbox import CANDIDATE, SampleMail, load
from daemon.demo.server import DemoServer, serve
from daemon.demo.stage import house
from daemon.house import House

_DAYS: Final = 21
_HOURS: Final = (10, 15, 19)
"""When Highroad looks on each of the days; Sam deals with the drafts after the first look."""
_GERMAN: Final = "a.petersen@morgenrot-logistik.example"


@dataclass(slots=True)
class Play:
    """The stage while the story is told: where it is printed, the server, the house, the clock, the mails to come.

    `laid` are the drafts as they were laid, by their jobs.
    """

    out: Console
    server: DemoServer
    house: House
    clock: TurnedClock
    to_come: list[SampleMail]
    laid: dict[int, bytes] = field(default_factory=dict)

    async def look(self) -> list[app.Outcome]:
        """Let what has come by now arrive, and let Highroad do one pass. Raises what the daemon raises."""
        arrived = [mail for mail in self.to_come if mail.internaldate <= self.clock.now()]
        for mail in arrived:
            self.to_come.remove(mail)
            await self.server.put(mail.folder, mail.raw, mail.internaldate)
        outcomes = await app.once(self.house, learn=False)
        for outcome in outcomes:
            if outcome.failure:
                raise outcome.failure
        await self._remember()
        return outcomes

    async def _remember(self) -> None:
        ids = {job.message_id: job.id for job in self.jobs() if job.state is State.PLACED and job.id not in self.laid}
        for raw in await self.server.messages("Drafts") if ids else ():
            number = ids.get(str(sam.parsed(raw)["Message-ID"]))
            if number is not None:
                self.laid[number] = raw

    def jobs(self) -> list[Job]:
        """All jobs as they are now."""
        return self.house.journal.jobs.all()


async def play(out: Console, begins: datetime | None = None, stays_on: int | None = None) -> None:
    """Play the whole story once. Raises what the daemon raises; the server is gone at the end either way.

    It begins now if no (aware) time is given. With a port (0: a free one) the server stays there until Ctrl-C.
    """
    clock = TurnedClock((begins or datetime.now(UTC)).replace(microsecond=0))
    mails = load(clock.now())
    here = [mail for mail in mails if mail.internaldate <= clock.now()]
    _opening(out, here)
    to_come = [mail for mail in mails if mail not in here]
    async with serve(here, stays_on or 0) as server:
        async with _raised(out, server, clock, to_come) as stage:
            await _weeks(stage)
            _drafts(stage)
            _digest(stage)
            await _closing(stage, mails)
        if stays_on is not None:
            await visit.stay(out, server)


def _opening(out: Console, mails: Sequence[SampleMail]) -> None:
    name, address = CANDIDATE
    inbox = sum(mail.folder == "INBOX" for mail in mails)
    out.print(Rule("Highroad"))
    out.print(
        f"{name} <{address}> is looking for work. {inbox} mails lie in the inbox of an embedded IMAP server on this "
        "machine, all of them invented. Highroad reads them now as it would read yours; then the clock is turned, and "
        "three weeks take a moment.\n",
        markup=False,
    )


@asynccontextmanager
async def _raised(
    out: Console, server: DemoServer, clock: TurnedClock, to_come: list[SampleMail]
) -> AsyncIterator[Play]:
    """The stage after the first pass; it is struck when the caller has done with it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("Reading", total=None)

        def move(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=f"Reading {what}")

        with house(
            server, clock, move, lambda _event, line, /, **_facts: progress.console.print(line, markup=False)
        ) as opened:
            stage = Play(out, server, opened, clock, to_come)
            outcomes = await stage.look()
            progress.stop()
            _came(stage, outcomes[0])
            yield stage


def _came(stage: Play, outcome: app.Outcome) -> None:
    entries, out = stage.house.journal.messages.log(), stage.out
    out.print(Rule("What came", align="left"))
    for line in tables.counted(entries, outcome.synced.read, outcome.synced.unreadable):
        out.print(line, markup=False)
    out.print()
    out.print(tables.because([entry for entry in entries if entry.band == "act"]))
    unsure = [entry for entry in entries if entry.band == "review"]
    if unsure:
        out.print("\nUnsure, so it asks and plans nothing:\n", markup=False)
        out.print(tables.because(unsure))
    _part(out, "What it plans, and when", tables.planned(stage.jobs()))
    _part(out, "What is deliberately left alone", tables.alone(stage.jobs(), entries))


def _part(out: Console, title: str, table: Table) -> None:
    out.print()
    out.print(Rule(title, align="left"))
    out.print(table)


async def _weeks(stage: Play) -> None:
    """Three weeks of looks, told as a diary: what was laid, what Sam did, what Highroad noticed of it."""
    stage.out.print()
    stage.out.print(Rule("Three weeks", align="left"))
    for moment in _moments(stage.clock.now()):
        stage.clock.turn(moment)
        before, feedback = {job.id: job.state for job in stage.jobs()}, len(stage.house.journal.feedback.all())
        await stage.look()
        for line in _happened(stage, before):
            _say(stage, line)
        if len(stage.house.journal.feedback.all()) > feedback:
            _say(stage, "An employer answered with feedback: it is kept for the worksheet and `highroad feedback`.")
        if moment.hour == _HOURS[0]:
            for done in await sam.attend(stage.server, moment):
                _say(stage, f"Sam {done.deed} the draft to {done.to}.")


def _moments(now: datetime) -> Iterator[datetime]:
    days = (now.date() + timedelta(days=number) for number in range(_DAYS + 1))
    moments = (datetime.combine(day, time(hour), UTC) for day in days for hour in _HOURS)
    return (moment for moment in moments if moment > now)


def _happened(stage: Play, before: dict[int, State]) -> Iterator[str]:
    for job in stage.jobs():
        if job.state is not before.get(job.id) and job.state in tables.DIARY:
            yield tables.diary(job)


def _say(stage: Play, line: str) -> None:
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_row(Text(f"{stage.clock.now():%a %d %b %H:%M}"), Text(line))
    stage.out.print(row)


def _drafts(stage: Play) -> None:
    """The first draft of each kind in full, as it was laid."""
    stage.out.print()
    stage.out.print(Rule("Some of the drafts, as they lay there", align="left"))
    for job in _first_of_each(job for job in stage.jobs() if job.id in stage.laid):
        stage.out.print(tables.draft(sam.parsed(stage.laid[job.id])))


def _first_of_each(jobs: Iterable[Job]) -> list[Job]:
    """One of each kind, and one in another language."""
    found: dict[object, Job] = {}
    for job in jobs:
        kind = (job.step, job.also) if job.recipient != _GERMAN else _GERMAN
        if job.step is not Step.DIGEST:
            found.setdefault(kind, job)
    return list(found.values())


def _digest(stage: Play) -> None:
    """The first digest, as it was laid."""
    job = next(job for job in stage.jobs() if job.step is Step.DIGEST and job.id in stage.laid)
    stage.out.print()
    stage.out.print(Rule("The first digest", align="left"))
    stage.out.print(tables.draft(sam.parsed(stage.laid[job.id])))


async def _closing(stage: Play, mails: Sequence[SampleMail]) -> None:
    came = [mail.raw for mail in mails if mail.folder == "INBOX"]
    untouched = await stage.server.messages("INBOX") == came
    drafts, out = await stage.server.messages("Drafts"), stage.out
    out.print()
    out.print(Rule("The end", align="left"))
    out.print(f"The inbox is {'byte for byte what came' if untouched else 'NOT what came: please report this'}.")
    out.print(
        f"{len(drafts)} drafts wait in Drafts. Highroad sent nothing: Sam reads them, changes them, sends them, or not."
    )
    out.print("Your own mailbox: `highroad init`, then `highroad doctor`.", markup=False)
