"""Placing on a real Dovecot while the person is at the same mailbox, and with a journal older than what they did."""

import dataclasses
import random
import shutil

import pytest
from support.clock import FakeClock
from support.minds import mail
from support.person import ACTS, Person, everywhere
from support.rounds import in_doubt, lay, planned, read

from daemon.core.errors import Transient
from daemon.core.job import Move, State

SETTLED = {State.PLACED, State.ANSWERED, State.UNSURE}


@pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("act", ACTS)
async def test_whatever_the_person_does_with_it_at_any_moment_it_is_not_laid_again(act, stride, server, house, dovecot):
    """The answer to the APPEND was lost; at each (each fifth) command of the round that looks, the person acts."""
    point, reached = random.randint(1, stride) - stride, True
    while reached:
        point, reached = point + stride, False
        here, one = dataclasses.replace(server, user=dovecot.user()), house(f"state{point}")
        await planned(one, here)
        here.proxy.on_command = lambda command: "after" if command.verb == "APPEND" else None
        with pytest.raises(Transient):
            await lay(one, here)
        seen, then = [], []

        def acts(command, here=here, point=point, seen=seen, then=then):
            seen.append(command.verb)
            if len(seen) == point:
                then.append(getattr(Person(here), act)())

        here.proxy.on_command = acts
        await lay(one, here)
        reached = len(seen) >= point
        here.proxy.on_command = lambda _command: None
        for finish in then:
            finish()
        (job,) = one.jobs()
        assert job.state in SETTLED, (point, seen)
        one.clock.advance(days=1)
        await lay(one, here)
        held = await everywhere(here)
        expected = 1 if act != "deletes" or not reached else 0
        assert sum(held.values()) == expected, (point, seen, held)
        one.journal.close()
    assert point > 8


@pytest.mark.parametrize("act", ACTS)
async def test_what_the_person_does_before_the_answer_has_come_hinders_nothing(act, server, house):
    """The server does not tell the UID, and the draft is gone when it is looked for."""
    one = house()
    job = await planned(one, server)

    def acts(data):
        if b"APPENDUID" not in data:
            return data
        getattr(Person(server), act)()()
        return data.replace(b"[APPENDUID ", b"[X-WAS ")

    server.proxy.rewrite = acts
    await lay(one, server)
    assert one.journal.jobs.get(job.id).state == State.PLACED
    await lay(one, server)
    assert sum((await everywhere(server)).values()) == (act != "deletes")


# --- a journal of yesterday ---

YESTERDAY = ["stays", *ACTS]


@pytest.mark.parametrize("act", YESTERDAY)
@pytest.mark.parametrize("doubt", [False, True])
async def test_a_journal_of_yesterday_lays_nothing_that_was_laid_since(act, doubt, server, house, tmp_path):
    one = house("today")
    job = await (in_doubt(one, server, "before") if doubt else planned(one, server))
    one.journal.store.fold()
    kept = tmp_path / "yesterday.db"
    shutil.copy(one.journal.store.path, kept)
    await lay(one, server)
    await server.deliver(mail(7, "other"))
    await read(one, server)
    one.journal.close()
    if act != "stays":
        getattr(Person(server), act)()()
    shutil.copy(kept, tmp_path / "today" / "journal.db")
    two = house("today", clock=FakeClock(one.clock.now()))
    assert len(await server.messages("INBOX")) == 2
    await read(two, server)
    await lay(two, server)
    if two.journal.jobs.get(job.id).state == State.HELD:  # the person is asked, and says yes
        two.journal.jobs.move(two.journal.jobs.get(job.id), Move.RELEASE, two.clock.now())
    await lay(two, server)
    assert two.journal.jobs.get(job.id).state in SETTLED or act == "deletes"
    held = await everywhere(server)
    assert sum(held.values()) == 1 or act == "deletes"
    assert sum(held.values()) <= 1
