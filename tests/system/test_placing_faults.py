"""Placing on a real Dovecot in a changing world: folders are renumbered, moved, full, closed; clocks and disks fail."""

import contextlib
import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from support.clock import FakeClock
from support.corevalues import BERLIN, policy, working
from support.crashing import CONFIG
from support.dovecot import Dovecot
from support.dovecot_acts import WITH_ACL, with_quota
from support.fulldisk import full_beyond
from support.mailservers import dovecot_box
from support.minds import ScriptedMind, mail
from support.person import Person
from support.rooms import ALWAYS
from support.rounds import in_doubt, lay, person, planned, read

from config.loader import load
from daemon.adapters.journal.journal import open_journal
from daemon.app import House, once
from daemon.core.errors import JournalFault, NeedsOperator
from daemon.core.job import State

# --- other numbers, other folders ---


@pytest.mark.parametrize("answer", ["before", "after"])
async def test_a_new_uidvalidity_of_drafts_during_a_doubt_leaves_one_draft(answer, server, house, dovecot):
    one = house()
    job = await in_doubt(one, server, answer)
    dovecot.new_uidvalidity(server.user, "Drafts")
    await lay(one, server)
    await lay(one, server)
    assert one.journal.jobs.get(job.id).state == State.PLACED
    assert len(await server.messages("Drafts")) == 1


async def test_a_new_uidvalidity_after_the_draft_was_deleted_asks_instead_of_laying_again(server, house, dovecot):
    one = house()
    job = await in_doubt(one, server, "after")
    Person(server).deletes()
    dovecot.new_uidvalidity(server.user, "Drafts")
    await lay(one, server)
    assert one.journal.jobs.get(job.id).state == State.UNSURE
    assert await server.messages("Drafts") == []


@pytest.mark.parametrize("answer", [None, "before", "after"])
async def test_a_new_uidvalidity_of_the_inbox_lays_nothing_twice(answer, server, house, dovecot):
    one = house()
    job = await in_doubt(one, server, answer) if answer else await planned(one, server)
    dovecot.new_uidvalidity(server.user)
    await read(one, server)
    await lay(one, server)
    await read(one, server)
    await lay(one, server)
    assert one.journal.jobs.get(job.id).state == State.PLACED
    assert len(one.jobs()) == len(await server.messages("Drafts")) == 1


@pytest.mark.parametrize("answer", ["before", "after"])
async def test_drafts_renamed_during_a_doubt_is_looked_through_under_its_new_name(answer, server, house, dovecot):
    one = house()
    job = await in_doubt(one, server, answer)
    dovecot.rename_folder(server.user, "Drafts", "Older drafts")
    await lay(one, server)
    await lay(one, server)
    assert one.journal.jobs.get(job.id).state == State.PLACED
    assert len(await server.messages("Older drafts")) + len(await server.messages("Drafts")) == 1


async def test_drafts_restored_from_before_the_draft_asks(server, house, dovecot):
    one = house()
    await server.deliver(mail(8), "Drafts")
    with dovecot.backup(server.user) as backup:
        await server.deliver(mail(9), "Drafts")
        job = await in_doubt(one, server, "after")
        dovecot.restore(server.user, backup)
    await lay(one, server)
    assert one.journal.jobs.get(job.id).state == State.UNSURE
    assert len(await server.messages("Drafts")) == 1


# --- refusals ---


async def refused_then_taken(one, server, jobs, mend):
    """Both drafts wait and it is said in the same words; when it is mended both are laid, once."""
    assert await lay(one, server) == []
    said = one.writer.declined()
    assert all(one.journal.jobs.get(job.id).state == State.PLANNED for job in jobs)
    assert not one.writer.has_work()
    one.clock.advance(minutes=31)
    assert one.writer.has_work()
    assert await lay(one, server) == []
    assert one.writer.declined() == said
    mend()
    one.clock.advance(minutes=31)
    assert len(await lay(one, server)) == len(jobs)
    assert one.writer.declined() is None
    assert await lay(one, server) == []
    assert len(await server.messages("Drafts")) == len(jobs)
    return said


async def test_a_full_mailbox_is_said_once_and_its_drafts_come_when_there_is_room(house):
    with Dovecot(with_quota(40)) as dovecot:
        async with dovecot_box(dovecot) as server:
            one = house()
            jobs = [await planned(one, server, number, **person(number)) for number in (1, 2)]
            dovecot.deliver(server.user, b"Subject: large\r\n\r\n" + b"x" * 60_000 + b"\r\n", "Archive")
            said = await refused_then_taken(one, server, jobs, lambda: server.expunge_now(1, "Archive"))
    assert "[OVERQUOTA]" in said
    assert "secs" not in said


async def test_drafts_that_may_not_be_written_to_are_said_once(house):
    with Dovecot(WITH_ACL) as dovecot:
        async with dovecot_box(dovecot) as server:
            one = house()
            jobs = [await planned(one, server, number, **person(number)) for number in (1, 2)]
            dovecot.rights(server.user, "Drafts", "lr")
            said = await refused_then_taken(one, server, jobs, lambda: dovecot.rights(server.user, "Drafts", None))
    assert "[NOPERM]" in said


async def test_drafts_on_a_disk_that_takes_nothing_are_said_once(server, house, dovecot):
    one = house()
    jobs = [await planned(one, server, number, **person(number)) for number in (1, 2)]
    await server.deliver(mail(9), "Drafts")
    server.expunge_now(1, "Drafts")
    held = dovecot.read_only(server.user)
    held.__enter__()
    await refused_then_taken(one, server, jobs, lambda: held.__exit__(None, None, None))


async def test_one_letter_that_cannot_be_written_holds_up_no_other(server, house, monkeypatch):
    one = house()
    jobs = [await planned(one, server, number, **person(number)) for number in (1, 2)]
    compose = one.composer.compose

    def fails(job, entry, at):
        if job.id == jobs[0].id:
            raise NeedsOperator("The draft cannot be written.")
        return compose(job, entry, at)

    monkeypatch.setattr(one.composer, "compose", fails)
    assert [laid.id for laid in await lay(one, server)] == [jobs[1].id]
    assert one.writer.declined() == "The draft cannot be written."
    monkeypatch.undo()
    one.clock.advance(minutes=31)
    assert [laid.id for laid in await lay(one, server)] == [jobs[0].id]


# --- the clock ---

LEAPS = [timedelta(days=-1), timedelta(days=1), timedelta(hours=-1), timedelta(hours=1)]


@pytest.mark.parametrize("leap", LEAPS)
@pytest.mark.parametrize("when", ["before", "after", "laid"])
async def test_a_clock_that_is_set_leaves_one_draft(leap, when, server, house):
    one = house()
    if when == "laid":
        await planned(one, server)
        await lay(one, server)
    else:
        await in_doubt(one, server, when)
    one.clock.leap(seconds=leap.total_seconds())
    for _ in range(3):
        await read(one, server)
        await lay(one, server)
        one.clock.advance(days=1)
    assert len(await server.messages("Drafts")) == 1
    assert [job.state for job in one.jobs()] == [State.PLACED]


NIGHTS = {"spring": datetime(2026, 3, 28, 22, 30, tzinfo=UTC), "autumn": datetime(2026, 10, 24, 21, 30, tzinfo=UTC)}


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("hours", [ALWAYS, working(BERLIN, 120, 180, range(7)), working(BERLIN, 130, 140, range(7))])
async def test_the_night_on_which_the_clocks_change_loses_and_doubles_nothing(night, hours, server, house):
    """Working hours within the hour that there is twice, or not at all."""
    one = house(rules=policy(hours=hours), clock=FakeClock(NIGHTS[night]))
    await server.deliver(mail(1, at=NIGHTS[night]), at=NIGHTS[night])
    await read(one, server)
    for _ in range(24 * 6 * 4):
        if one.writer.has_work():
            await lay(one, server)
        one.clock.advance(minutes=10)
    assert [job.state for job in one.jobs()] == [State.PLACED]
    assert len(await server.messages("Drafts")) == 1


# --- the journal ---


@pytest.mark.parametrize("step", [3 * 4120, pytest.param(1373, marks=pytest.mark.long)])
async def test_a_disk_that_is_full_at_any_write_of_a_placing_leaves_one_draft(step, server, house, dovecot):
    """The write-ahead log grows by frames of 4120 octets."""
    octets, failures, failed = random.randrange(4120), 0, True
    while failed:
        here, one = dataclasses.replace(server, user=dovecot.user()), house(f"full{octets}")
        job = await planned(one, here)
        one.journal.store.fold()
        try:
            with full_beyond(octets):
                await lay(one, here)
            failed = False
        except JournalFault:
            failed = True
        assert one.journal.store.faults() == []
        await lay(one, here)
        assert one.journal.jobs.get(job.id).state == State.PLACED
        assert len(await here.messages("Drafts")) == 1, octets
        one.journal.close()
        octets, failures = octets + step, failures + failed
    assert failures > 2


# --- connections ---


async def test_placing_has_a_connection_of_its_own_and_only_when_there_is_something_to_place(
    server, tmp_path, monkeypatch
):
    monkeypatch.setenv("HIGHROAD_TEST_PASSWORD", server.password)
    (tmp_path / "config.toml").write_text(CONFIG.format(port=server.proxy.port, user=server.user))
    loaded = load(tmp_path / "config.toml", tmp_path / "state")
    with contextlib.closing(open_journal(tmp_path / "state")) as journal:
        house = House(loaded, journal, ScriptedMind(), FakeClock())
        assert [outcome.failure for outcome in await once(house)] == [None]
        assert server.proxy.connections == 1
        await server.deliver(mail(1))
        (outcome,) = await once(house)
        assert (outcome.failure, len(outcome.placed)) == (None, 1)
        assert server.proxy.connections == 3
        assert [outcome.placed for outcome in await once(house)] == [[]]
    by = {number: {(c.verb, c.text) for c in server.proxy.commands if c.connection == number} for number in (2, 3, 5)}
    assert server.proxy.connections == 5  # the last one looks at what became of the draft
    assert "APPEND" not in {verb for verb, _ in (*by[2], *by[5])}
    assert "APPEND" in {verb for verb, _ in by[3]}
    assert not any("INBOX" in text for _, text in by[3])
