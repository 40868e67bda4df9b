"""A mailbox on a real Dovecot put back from its backup, UID lists and indexes and all: UIDs are given a second time."""

import pytest
from support.minds import mail
from support.rounds import counted, deliver, read, reading, subjects

from daemon.core.errors import Transient
from daemon.intake import Synced


def numbers(one):
    return sorted(int(subject.rsplit(" ", 1)[1]) for subject in subjects(one))


@pytest.mark.parametrize("came", [0, 1, 2, 5])
async def test_what_came_after_the_restore_is_read_and_nothing_twice(server, house, dovecot, came):
    """Before: 4 mails and 2 after the backup. Fewer, as many and more have come since."""
    one = house()
    await deliver(server, 1, 2, 3, 4)
    with dovecot.backup(server.user) as backup:
        await deliver(server, 5, 6)
        assert await read(one, server) == Synced(read=6)
        dovecot.restore(server.user, backup)
    await deliver(server, *range(11, 11 + came))
    assert await read(one, server) == Synced(read=came, known=4)
    assert numbers(one) == [*range(1, 7), *range(11, 11 + came)]
    assert counted(one) == (4 + came, 4 + came, 0)
    assert await read(one, server) == Synced()


async def test_a_restore_under_a_connection_is_found_with_the_next_one(server, house, dovecot):
    one = house()
    await deliver(server, 1, 2)
    with dovecot.backup(server.user) as backup:
        await deliver(server, 3)
        async with reading(server) as mailbox:
            await one.read(mailbox)
            dovecot.restore(server.user, backup)
            await server.deliver(mail(4))
            with pytest.raises(Transient):  # whoever puts a mailbox back cuts its connections
                await one.read(mailbox)
    async with reading(server) as mailbox:
        gap = await one.reader.verify(mailbox, "INBOX")
    assert (gap.found, gap.renumbered) == (1, True)
    assert numbers(one) == [1, 2, 3, 4]
