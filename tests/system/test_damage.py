"""A damaged journal on a real mailbox: set aside, saved, read again; no draft comes twice, no word is undone."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from support import damages
from support.clock import MONDAY, FakeClock
from support.corevalues import policy
from support.minds import mail
from support.rooms import ALWAYS, room
from support.rounds import lay, own_answer, person, read
from typer.testing import CliRunner

from daemon.adapters.journal.faults import JournalDamaged
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.mark import FILE_NAME as MARK
from daemon.adapters.journal.opening import opened
from daemon.adapters.journal.spare import FILE_NAME as KEY
from daemon.cli import app
from daemon.core.entry import Note
from daemon.core.errors import HighroadError
from daemon.core.job import Move, State

YESTERDAY, TODAY = MONDAY + timedelta(hours=23), MONDAY + timedelta(hours=26)
LEFT, SENT, EDITED, DELETED, TRASHED, CANCELLED, SKIPPED, LATER, OFF_LATER = range(1, 10)
"""What became of the mail of that number: OFF_LATER was called off before it was due, LATER is not due yet."""
RULES = policy(hours=ALWAYS, per_day=100, per_company=100)
COMMANDS = (["log"], ["plan"], ["status"], ["review", "--json"], ["applications"], ["show", "2"], ["feedback"])
SECRET = b"From: dana@firm1.example\r\nMessage-ID: <x@y.example>\r\n\r\nOf interest to learn from."


@dataclass
class World:
    """A mailbox with what the person did in it, and the state directory as it was in the end."""

    server: object
    clean: Path
    unclean: Path
    drafts: dict


@pytest.fixture
async def world(server, tmp_path):
    one = room(tmp_path / "state", rules=RULES)
    with contextlib.closing(one.journal):
        await _lived(one, server, tmp_path)
    (tmp_path / "state" / KEY).write_bytes(one.journal.store.key)
    return World(server, tmp_path / "state", tmp_path / "unclean", await server.snapshot("Drafts"))


async def _lived(one, server, tmp_path):
    for number in (LEFT, SENT, EDITED, DELETED, TRASHED, CANCELLED, SKIPPED):
        await server.deliver(mail(number, at=MONDAY, **person(number)), at=MONDAY)
    for number in (LATER, OFF_LATER):
        at = MONDAY + timedelta(hours=22)
        await server.deliver(mail(number, at=at, **person(number)), at=at)
    for number in range(20, 60):
        await server.deliver(mail(number, "other", at=MONDAY), at=MONDAY)
    one.clock.at = YESTERDAY
    await read(one, server)
    with contextlib.closing(open_journal(tmp_path / "state")) as journal:
        journal.store.fold()
    _said(one)
    one.clock.at = TODAY
    assert len(await lay(one, server)) == 5
    await _dealt_with(one, server)
    shutil.copytree(tmp_path / "state", tmp_path / "unclean")


def _said(one):
    """What the person told Highroad."""
    jobs = {number_of(job): job for job in one.jobs()}
    for number in (CANCELLED, OFF_LATER):
        one.journal.jobs.move(jobs[number], Move.CANCEL, YESTERDAY, why="You said not to lay it.")
    one.journal.applications.skip(jobs[SKIPPED].application, YESTERDAY)
    one.recorder.planner.replan(jobs[SKIPPED].application, YESTERDAY)
    one.journal.applications.keen(jobs[LEFT].application, wanted=True)
    one.journal.notes.add(jobs[LEFT].application, Note(YESTERDAY, "They build bridges.", private=True))
    entry = one.journal.messages.get(jobs[LEFT].message)
    with one.journal.transaction() as con:
        con.execute("INSERT INTO corrections (identity, account, label, at, text) VALUES (?, 'main', ?, ?, ?)",
                    (entry.identity, "rejection", YESTERDAY.isoformat(timespec="seconds"), SECRET))  # fmt: skip


async def _dealt_with(one, server):
    found = {}
    for uid, raw in zip(sorted(await server.snapshot("Drafts")), await server.messages("Drafts"), strict=True):
        number = next(
            one for one in range(1, 10) if f"<person{one}@".encode() in raw or f"person{one}@firm" in str(raw)
        )
        found[number] = (uid, raw)
    await server.deliver(own_answer(found[SENT][1]), "Sent", TODAY)
    await server.deliver(own_answer(found[EDITED][1]), "Drafts", TODAY)
    await server.deliver(found[TRASHED][1], "Trash", TODAY)
    for number in (SENT, EDITED, DELETED, TRASHED):
        await server.expunge(found[number][0], "Drafts")


def number_of(job):
    return int("".join(filter(str.isdigit, job.recipient.partition("@")[0])))


def command(state, words):
    """What a person gets to see: sentences, whatever the journal is like."""
    done = CliRunner().invoke(app, ["--state-dir", str(state), "--config", str(state / "none.toml"), *words])
    known = (SystemExit, HighroadError, type(None))
    assert isinstance(done.exception, known), (words, done.exception)
    return done


async def one_pass(world, state):
    """What `highroad once` does, started again where it ends with a damaged journal; what it said, and the journal."""
    said = []
    for _ in range(4):
        try:
            with opened(state, TODAY, lambda _event, sentence, **_fields: said.append(sentence)):
                one = room(state, rules=RULES, clock=FakeClock(TODAY))
                with contextlib.closing(one.journal):
                    return said, await _worked(one, world)
        except JournalDamaged:
            continue
    pytest.fail(f"it never came through: {said}")


async def _worked(one, world):
    await read(one, world.server)
    assert await lay(one, world.server) == []
    assert await world.server.snapshot("Drafts") == world.drafts
    log = {entry.reading.headers.message_id for entry in one.journal.messages.log()}
    assert log >= {f"<mail-{number}@acme.example>" for number in range(1, 10)}
    states = {number_of(job): job.state for job in one.journal.jobs.all() if job.recipient and job.step == "thank_you"}
    assert one.journal.store.faults() == []
    return states, one.journal.applications.all(), _notes(one.journal), one.journal.corrections.lessons()


def _notes(journal):
    return [note.text for one in journal.applications.all() for note in journal.notes.of(one.id)]


def check(found, *, whole, gone=True):
    """Nothing that the person took back waits to be laid; with `whole` all they said is there.

    Without its log the journal is as it was before, as after a restore: what they said since is not `gone` then.
    """
    states, applications, notes, lessons = found
    for number in (CANCELLED, SKIPPED, DELETED, *((OFF_LATER,) if gone else ())):
        assert states.get(number) != State.PLANNED, number
    if whole:
        assert (states[CANCELLED], states[OFF_LATER], states[DELETED]) == (
            State.CANCELLED,
            State.CANCELLED,
            State.PLACED,
        )
        assert states[LATER] == State.PLANNED
        assert [one.keen for one in applications].count(True) == 1
        assert [one.skipped for one in applications].count(YESTERDAY) == 1
        assert notes == ["They build bridges."]
        assert [lesson.octets for lesson in lessons] == [SECRET]


async def tried(world, state, damage, dice, *, whole, before=None, gone=True):
    """One damage, and all that must hold after it."""
    shutil.copytree(before or world.clean, state)
    damage(state / "journal.db", dice)
    damaged = (state / "journal.db").read_bytes()
    for words in dice.sample(COMMANDS, 2):
        command(state, words)
    said, found = await one_pass(world, state)
    check(found, whole=whole, gone=gone)
    aside = list(state.glob("journal.damaged-*.db"))
    assert len(aside) == sum("was damaged" in line for line in said) <= 1
    assert not aside or aside[0].read_bytes() == damaged or before or (state / MARK).exists()
    for words in dice.sample(COMMANDS, 2):
        assert command(state, words).exit_code in {0, 1}, words
    assert (await one_pass(world, state))[0] == [], "once is enough"
    return said


FEW = {
    "WHOLE": ("the first page is noise",),
    "PARTS": ("mails are zeros", "facts of mails"),
    "LOGS": ("its file is gone, its log is there",),
}


async def all_of(world, at, kinds):
    """Every damage of these, named with what failed after it."""
    failed = {}
    for kind, name in kinds:
        before = world.unclean if kind == "LOGS" else None
        damage = getattr(damages, kind)[name]
        try:
            gone = name != "its log is gone"
            await tried(world, at, damage, random.Random(7), whole=kind == "WHOLE", before=before, gone=gone)
        except (AssertionError, pytest.fail.Exception) as error:
            failed[name] = str(error)
        shutil.rmtree(at)
    return failed


async def test_after_a_damage_nothing_is_laid_twice_and_no_word_of_theirs_is_undone(world, tmp_path):
    kinds = [(kind, name) for kind, names in FEW.items() for name in names]
    assert await all_of(world, tmp_path / "at", kinds) == {}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["WHOLE", "PARTS", "LOGS"])
async def test_the_same_after_every_damage_of_the_table(world, tmp_path, kind):
    """WHOLE: all that the person said is still there; PARTS: what is lost the mailbox tells; LOGS: never closed."""
    assert await all_of(world, tmp_path / "at", [(kind, name) for name in getattr(damages, kind)]) == {}


@pytest.mark.long
@pytest.mark.parametrize("kind", ["PARTS", "LOGS", "WHOLE"])
async def test_many_damages_at_random(world, tmp_path, kind):
    """`make damage`: HIGHROAD_DAMAGE_TRIALS of each kind, one or two at once, by dice with the number of the trial."""
    failed, table = {}, getattr(damages, kind)
    for trial in range(int(os.environ.get("HIGHROAD_DAMAGE_TRIALS", "40"))):
        dice, at = random.Random(trial), tmp_path / "at"
        names = dice.sample(sorted(table), dice.randint(1, 2))

        def several(path, dice, names=names):
            for name in names:
                with contextlib.suppress(OSError, ValueError, TypeError, damages.sqlite3.Error):
                    table[name](path, dice)

        try:
            before, gone = world.unclean if kind == "LOGS" else None, "its log is gone" not in names
            await tried(world, at, several, dice, whole=False, before=before, gone=gone)
        except (AssertionError, pytest.fail.Exception) as error:
            failed[f"{trial}: {names}"] = str(error)
        shutil.rmtree(at)
    assert failed == {}
