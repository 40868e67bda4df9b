"""core.ports.Mailbox.wait on servers that go away while it lasts, and on one that has no IDLE."""

import asyncio
import contextlib

import pytest
from support import dovecot_settings as settings
from support.cyrus import Cyrus
from support.dovecot import Dovecot
from support.mailservers import cyrus_box, dovecot_box
from support.minds import mail
from support.waiting import until

from daemon.adapters.imap.reading import Reading
from daemon.core.errors import Transient

LONG = 60.0
SOON = 10.0


@contextlib.asynccontextmanager
async def reading(box):
    mailbox = await Reading.open(box.login, box.password)
    try:
        await mailbox.examine("INBOX")
        yield mailbox
    finally:
        await mailbox.close()


async def seen(mailbox):
    """How many messages there are, as a round of reading finds out."""
    await mailbox.examine("INBOX")
    return len(await mailbox.uids())


@contextlib.asynccontextmanager
async def waiting(box, mailbox):
    """A wait that has begun, as the server sees it; what it comes to is bounded."""
    idles = box.proxy.verbs().count("IDLE")
    task = asyncio.create_task(mailbox.wait(LONG))
    await until(lambda: box.proxy.verbs().count("IDLE") > idles)
    try:
        yield asyncio.wait_for(task, SOON)
    finally:
        task.cancel()


@pytest.mark.dovecot
async def test_who_is_kicked_while_waiting_connects_anew_and_misses_nothing(dovecot):
    async with dovecot_box(dovecot) as box:
        async with reading(box) as mailbox, waiting(box, mailbox) as end:
            dovecot.kick(box.user)
            with pytest.raises(Transient):
                await end
        dovecot.deliver(box.user, mail(1))
        async with reading(box) as mailbox:
            assert await seen(mailbox) == 1


@pytest.mark.parametrize(
    ("kind", "box_of"),
    [
        pytest.param(Dovecot, dovecot_box, marks=pytest.mark.dovecot),
        pytest.param(Cyrus, cyrus_box, marks=pytest.mark.cyrus),
    ],
)
async def test_a_server_that_stops_ends_a_wait_and_what_it_had_is_read_when_it_is_back(kind, box_of):
    with kind() as server:
        async with box_of(server) as box:
            server.deliver(box.user, mail(1))
            async with reading(box) as mailbox, waiting(box, mailbox) as end:
                await asyncio.to_thread(server.stop)
                with pytest.raises(Transient):
                    await end
            with pytest.raises(Transient):
                await Reading.open(box.login, box.password)
            server.start()
            server.deliver(box.user, mail(2))
            async with reading(box) as mailbox:
                assert await seen(mailbox) == 2


@pytest.mark.dovecot
async def test_where_there_is_no_idle_nothing_is_sent_while_waiting():
    with Dovecot(extra=settings.BARE) as server:
        async with dovecot_box(server) as box, reading(box) as mailbox:
            before = len(box.proxy.commands)
            assert await mailbox.wait(0.3) is False
            assert len(box.proxy.commands) == before
            server.deliver(box.user, mail(1))
            assert await seen(mailbox) == 1
            assert "IDLE" not in box.proxy.verbs()
