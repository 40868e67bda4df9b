"""Rounds of reading and laying as tests speak of them: one room (support.rooms), one mailbox on a server."""

from __future__ import annotations

import contextlib
import email
from email import policy as email_policy

import pytest
from support.minds import mail

from daemon.adapters.imap.placing import Placing
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import Transient
from daemon.core.job import State


@contextlib.asynccontextmanager
async def reading(server):
    mailbox = await Reading.open(server.login, server.password)
    try:
        yield mailbox
    finally:
        await mailbox.close()


@contextlib.asynccontextmanager
async def placing(server):
    box = await Placing.open(server.login, server.password)
    try:
        yield box
    finally:
        await box.close()


async def read(one, server, folder="INBOX", **how):
    async with reading(server) as mailbox:
        return await one.read(mailbox, folder, **how)


async def deliver(server, *numbers, truth="rejection", **how):
    for number in numbers:
        await server.deliver(mail(number, truth, **how))


def subjects(one):
    return [entry.reading.headers.subject for entry in one.journal.messages.log()]


def counted(one, folder="INBOX"):
    """What `status` tells of a folder: messages on the server, seen, older than the first scan."""
    cursor = one.journal.folders.cursor("main", folder)
    return cursor.server_messages, cursor.seen, cursor.older


async def planned(one, server, number=1, **how):
    """A rejection was read, and the clock stands where its draft is due."""
    await server.deliver(mail(number, **how))
    await read(one, server)
    job = one.jobs()[-1]
    assert job.state == State.PLANNED
    one.clock.at = max(one.clock.at, job.due)
    return job


async def lay(one, server):
    async with placing(server) as box:
        return await one.writer.work(box)


def person(number):
    return {"sender": f"Person{number} Miller <person{number}@firm{number}.example>", "x_company": f"Firm {number}"}


def own_answer(raw, **headers):
    """The person's own message: what lies in Drafts, edited, as a client saves or sends it under a new Message-ID."""
    message = email.message_from_bytes(raw, policy=email_policy.SMTP)
    for name, value in {"Message-ID": "<edited@client.example>", **headers}.items():
        del message[name]
        if value is not None:
            message[name] = value
    return message.as_bytes()


def composed(one, job):
    """What the draft of a job is now."""
    entry = one.journal.messages.get(job.message)
    return one.composer.compose(job, entry, one.clock.now())


async def in_doubt(one, server, answer):
    """A planned job whose APPEND was cut: before it reached the server, or after the server did it."""
    job = await planned(one, server)
    server.proxy.on_command = lambda command: answer if command.verb == "APPEND" else None
    with pytest.raises(Transient):
        await lay(one, server)
    server.proxy.on_command = lambda _command: None
    return job
