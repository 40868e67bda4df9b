"""Laying drafts into a real Dovecot when something goes wrong: a draft appears once, or it is asked about."""

from datetime import timedelta

import pytest
from support.clock import FakeClock
from support.corevalues import policy, working
from support.minds import mail
from support.rounds import lay, own_answer, placing, planned
from support.scripted import Scripted

from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Placing
from daemon.core.errors import JournalFault, Transient
from daemon.core.job import Move, State
from daemon.writer import SETTLE_SECONDS


async def broken_off(one, server, answer):
    """The connection was cut at the APPEND: before it reached the server, or after the server did it."""
    job = await planned(one, server)
    server.proxy.on_command = lambda command: answer if command.verb == "APPEND" else None
    with pytest.raises(Transient):
        await lay(one, server)
    server.proxy.on_command = lambda _command: None
    job = one.journal.jobs.get(job.id)
    assert job.state == State.PLACING
    assert len(await server.messages("Drafts")) == (answer == "after")
    assert one.writer.has_work()
    return job


async def settled(one, server, state, drafts):
    """One more round; how the one job stands then, and how many drafts there are. A further round changes nothing."""
    await lay(one, server)
    assert SETTLE_SECONDS in one.clock.slept
    (job,) = one.jobs()
    assert job.state == state
    assert len(await server.messages("Drafts")) == drafts
    await lay(one, server)
    assert len(await server.messages("Drafts")) == drafts
    return job


async def test_a_draft_that_arrived_all_the_same_is_found(server, house):
    one = house()
    job = await broken_off(one, server, "after")
    found = await settled(one, server, State.PLACED, 1)
    assert found.uid == next(iter(await server.snapshot("Drafts")))
    assert one.moves(job) == ["intend", "laid"]


async def test_a_draft_that_did_not_arrive_is_laid_again(server, house):
    one = house()
    job = await broken_off(one, server, "before")
    await settled(one, server, State.PLACED, 1)
    assert one.moves(job) == ["intend", "absent", "intend", "laid"]


@pytest.mark.parametrize("answer", ["before", "after"])
async def test_a_restart_settles_what_was_open(server, house, answer):
    one = house()
    await broken_off(one, server, answer)
    one.journal.close()
    two = house(clock=FakeClock(one.clock.now()))
    assert two.writer.has_work()
    await settled(two, server, State.PLACED, 1)


async def test_a_draft_that_arrived_and_was_deleted_is_not_laid_again(server, house):
    one = house()
    await broken_off(one, server, "after")
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    job = await settled(one, server, State.UNSURE, 0)
    assert "not laid again" in job.why
    assert not one.writer.has_work()


async def test_a_draft_of_the_persons_own_that_came_and_went_meanwhile_leaves_doubt(server, house):
    one = house()
    await broken_off(one, server, "before")
    await server.deliver(mail(9), "Drafts")
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.UNSURE, 0)


async def test_drafts_of_the_persons_own_that_stay_leave_none(server, house):
    one = house()
    await broken_off(one, server, "before")
    await server.deliver(mail(9), "Drafts")
    await settled(one, server, State.PLACED, 2)


async def test_a_draft_that_arrived_and_was_sent_as_it_was_is_done(server, house):
    one = house()
    await broken_off(one, server, "after")
    (raw,) = await server.messages("Drafts")
    await server.deliver(raw, "Sent", one.clock.now())
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.PLACED, 0)


async def test_a_draft_that_arrived_and_was_edited_and_sent_is_answered(server, house):
    one = house()
    await broken_off(one, server, "after")
    (raw,) = await server.messages("Drafts")
    await server.deliver(own_answer(raw), "Sent", one.clock.now())
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.ANSWERED, 0)


async def test_a_draft_that_arrived_and_was_thrown_away_stays_away(server, house):
    one = house()
    await broken_off(one, server, "after")
    (raw,) = await server.messages("Drafts")
    await server.deliver(raw, "Trash", one.clock.now())
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.PLACED, 0)


@pytest.mark.parametrize("answer", ["before", "after"])
async def test_drafts_with_a_new_uidvalidity_are_looked_through_from_the_start(server, house, answer):
    one = house()
    for uid in (1, 2):
        await server.deliver(mail(8), "Drafts")
        await server.expunge(uid, "Drafts")
    job = await broken_off(one, server, answer)
    await server.create_anew("Drafts")
    async with placing(server) as box:
        state = await box.state()
    assert state.uidvalidity != job.uidvalidity
    assert state.uidnext <= job.uidnext
    await settled(one, server, State.PLACED, 1)


async def test_a_journal_that_fails_right_after_the_append_finds_the_draft_later(server, house, monkeypatch):
    one = house()
    job = await planned(one, server)
    move = one.journal.jobs.move

    def full(job, move_, *args, **changes):
        if move_ is Move.LAID:
            raise JournalFault("The disk is full.")
        return move(job, move_, *args, **changes)

    monkeypatch.setattr(one.journal.jobs, "move", full)
    with pytest.raises(JournalFault):
        await lay(one, server)
    monkeypatch.undo()
    assert one.journal.jobs.get(job.id).state == State.PLACING
    await settled(one, server, State.PLACED, 1)


@pytest.mark.parametrize("verb", ["EXAMINE", "UID SEARCH"])
async def test_a_connection_lost_before_the_intention_changes_nothing(server, house, verb):
    one = house()
    job = await planned(one, server)
    server.proxy.on_command = lambda command: "before" if command.verb == verb else None
    with pytest.raises(Transient):
        await lay(one, server)
    assert one.journal.jobs.get(job.id) == job
    assert one.moves(job) == []


async def test_the_intention_is_durable_before_the_append(server, house, tmp_path):
    one, seen = house(), []
    job = await planned(one, server)
    other = house()

    def look(command):
        if command.verb == "APPEND":
            seen.append(other.journal.jobs.get(job.id))

    server.proxy.on_command = look
    state = await lay_and_state(one, server)
    (held,) = seen
    assert (held.state, held.uidvalidity, held.uidnext) == (State.PLACING, state.uidvalidity, state.uidnext)


async def lay_and_state(one, server):
    """Drafts as it was before the draft."""
    async with placing(server) as box:
        state = await box.state()
        await one.writer.work(box)
    return state


async def test_a_server_that_declines_is_asked_again_later(server, house):
    one = house()
    job = await planned(one, server)
    with Scripted(APPEND=("{tag} NO [OVERQUOTA] Your mailbox is full",)) as full:
        box = await Placing.open(Login("main", full.host, full.port, "plain", "sam"), "x")
        assert await one.writer.work(box) == []
        await box.close()
    found = one.journal.jobs.get(job.id)
    assert (found.state, found.due) == (State.PLANNED, one.clock.now() + timedelta(minutes=30))
    assert "[OVERQUOTA] Your mailbox is full" in found.why
    assert one.writer.declined() == found.why
    assert one.moves(job) == ["intend", "decline"]
    assert not one.writer.has_work()
    one.clock.advance(minutes=30)
    (laid,) = await lay(one, server)
    assert (laid.id, laid.why) == (job.id, "It was refused at first and tried again.")
    assert one.writer.declined() is None
    assert len(await server.messages("Drafts")) == 1


async def test_what_a_server_declined_is_still_said_outside_working_hours(server, house):
    one = house(rules=policy(hours=working()))
    job = await planned(one, server)
    with Scripted(APPEND=("{tag} NO [OVERQUOTA] Your mailbox is full",)) as full:
        box = await Placing.open(Login("main", full.host, full.port, "plain", "sam"), "x")
        await one.writer.work(box)
        await box.close()
    said = one.writer.declined()
    one.clock.at = one.journal.jobs.get(job.id).due.replace(hour=22)
    assert not one.writer.has_work()
    assert one.writer.declined() == said
    one.clock.at = one.journal.jobs.get(job.id).due
    assert len(await lay(one, server)) == 1
