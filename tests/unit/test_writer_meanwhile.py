"""What another process does while the writer or the outbox looks at the mailbox: nothing breaks or goes astray."""

import contextlib
from datetime import timedelta

import pytest
from support.corevalues import MONDAY
from support.faultybox import Server, message
from support.minds import mail
from support.rooms import room

from daemon.adapters.journal.forgetting import Forgetting
from daemon.core.job import Move, State, Step


@pytest.fixture
async def one(tmp_path):
    made = room(tmp_path)
    with contextlib.closing(made.journal):
        made.server = Server(made.clock)
        made.server.lay(mail(1, x_company="Acme", x_role="Baker"), "INBOX")
        await made.read(made.server.connection())
        (made.job,) = [job for job in made.jobs() if job.step is Step.THANK_YOU]
        made.clock.at = max(made.clock.at, made.job.due)
        yield made


def meanwhile(one, act):
    """A connection on which that happens once while Drafts is read."""
    box, todo = one.server.connection(), [act]
    drafts = box.drafts

    async def drafts_(*args):
        found = await drafts(*args)
        if todo:
            todo.pop()()
        return found

    box.drafts = drafts_
    return box


def merge(one):
    into = one.journal.applications.add("main", "Acme", None, MONDAY)
    one.journal.applications.merge(into, 1, one.clock.at)
    return into


async def test_another_recipient_learnt_while_one_looks_gets_no_draft_made_for_the_first(one):
    def learn():
        other = {"recipient": "kim@acme.example", "message_id": "<kim@example.org>"}
        one.journal.jobs.move(one.job, Move.RESCHEDULE, one.clock.at, **other)

    assert await one.writer.work(meanwhile(one, learn)) == [] and not one.server.there["Drafts"].mails
    (done,) = await one.writer.work(one.server.connection())  # planned anew by the facts, which say the first one
    (raw,) = one.server.there["Drafts"].mails.values()
    assert message(raw)["Message-ID"] == done.message_id == one.job.message_id


async def test_applications_made_one_while_one_looks_get_their_draft_the_next_time(one):
    assert await one.writer.work(meanwhile(one, lambda: merge(one))) == []
    (done,) = await one.writer.work(one.server.connection())
    assert (done.id, done.state, done.application) == (one.job.id, State.PLACED, 2)


async def test_what_was_made_one_before_its_turn_came_is_laid(one, monkeypatch):
    due = one.writer._due()
    merge(one)
    monkeypatch.setattr(one.writer, "_due", lambda: due)
    (done,) = await one.writer.work(one.server.connection())
    assert (done.state, done.application) == (State.PLACED, 2)


async def test_what_is_forgotten_while_one_looks_is_not_laid(one):
    assert await one.writer.work(meanwhile(one, lambda: Forgetting(one.journal.store).forget([1], []))) == []
    assert not one.server.there["Drafts"].mails and one.journal.jobs.all() == []


@pytest.mark.parametrize("how", ["merged", "forgotten"])
async def test_a_draft_found_sent_whose_application_went_meanwhile_breaks_nothing(one, how, monkeypatch):
    (done,) = await one.writer.work(one.server.connection())
    one.server.lay(one.server.take(done.uid, "Drafts"), "Sent")
    one.clock.at += timedelta(minutes=10)
    keep = one.outbox._fates

    def fates(*args):
        found = keep(*args)
        merge(one) if how == "merged" else Forgetting(one.journal.store).forget([1], [])
        return found

    monkeypatch.setattr(one.outbox, "_fates", fates)
    await one.outbox.look(one.server.connection())
    assert [job.state for job in one.journal.jobs.all() if job.id == done.id] == [State.SENT] * (how == "merged")
