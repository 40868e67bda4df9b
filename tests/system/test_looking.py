"""The life of drafts on a real Dovecot, as the person's client leads it, and what Highroad sees of it by looking."""

from datetime import timedelta

import pytest
from support.person import ACTS, Person
from support.rounds import lay, own_answer, placing, planned

from daemon.core.job import State

LOOKS = {"CAPABILITY", "NAMESPACE", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}


async def look(one, server, times=1):
    """So many looks, ten minutes apart, which change nothing in the mailbox."""
    for _ in range(times):
        one.clock.advance(minutes=10)
        before = [await server.snapshot(folder) for folder in ("INBOX", "Drafts", "Sent", "Trash")]
        async with placing(server) as box:
            seen = len(server.proxy.commands)
            await one.outbox.look(box)
        assert {command.verb for command in server.proxy.commands[seen:]} <= LOOKS
        assert [await server.snapshot(folder) for folder in ("INBOX", "Drafts", "Sent", "Trash")] == before


async def laid(one, server):
    job = await planned(one, server)
    (done,) = await lay(one, server)
    assert done.id == job.id
    await look(one, server)
    return done


ENDS = {
    "deletes": State.DELETED,
    "trashes": State.DELETED,
    "edits": State.EDITED,
    "sends": State.SENT,
    "edits_and_sends": State.SENT,
    "sends_after_deleting": State.SENT,
    "edits_after_deleting": State.EDITED,
}


@pytest.mark.parametrize("act", ACTS)
async def test_what_the_person_does_with_a_draft_is_seen_and_respected(act, server, house):
    one = house()
    job = await laid(one, server)
    finish = getattr(Person(server), act)()
    await look(one, server)
    finish()
    await look(one, server, 2)
    assert one.journal.jobs.get(job.id).state is ENDS[act]
    one.clock.advance(days=1)
    assert await lay(one, server) == []


async def test_a_word_of_ones_own_in_sent_takes_the_draft_off_the_plan(server, house):
    one = house()
    job = await planned(one, server)
    word = own_answer(b"From: sam@example.org\r\nSubject: Hello\r\n\r\nHi\r\n", To=job.recipient)
    await server.deliver(word, "Sent", job.event + timedelta(hours=1))
    await server.deliver(own_answer(word, To="friend@home.example", **{"Message-ID": "<f@x.example>"}), "Sent", job.due)
    await look(one, server)
    assert one.journal.jobs.get(job.id).state is State.ANSWERED
    assert [headers.message_id for _, headers in one.journal.own_mails.of(job.application)] == [
        "<edited@client.example>"
    ]
