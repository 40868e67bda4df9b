"""Many mails at once: in groups, by two readers, and whatever one of them does, the others come through."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from support.nurseries import QUICK, children_of, mail, standing_in
from support.waiting import until

from daemon.adapters.sandbox import mails
from daemon.adapters.sandbox.children import Limits
from daemon.core.errors import Poison, Transient

stand_in = pytest.fixture(standing_in)
ONE = Limits(mail_seconds=20, idle_seconds=30, start_seconds=20, children=1)
BROKEN = "Reading this mail broke its reader twice: "


def said(outcomes):
    """The subjects of the readings; of a Poison its sentence."""
    return [str(one) if isinstance(one, Poison) else one.headers.subject for one in outcomes]


def plain(count, begin=0):
    return [mail("read", f"mail {number}") for number in range(begin, begin + count)]


def names(count, begin=0):
    return [f"mail {number}" for number in range(begin, begin + count)]


async def test_many_mails_come_back_in_their_order(stand_in):
    mind = stand_in.sandbox()
    assert said(await mind.read_many(plain(200))) == names(200)
    assert await mind.read_many([]) == []
    await mind.rest()
    assert 1 <= stand_in.starts <= 2


async def test_a_backlog_is_read_by_two_readers_that_share_one_nursery(stand_in):
    mind = stand_in.sandbox(Limits(mail_seconds=20, idle_seconds=30, start_seconds=20, children=2))
    readers = set(said(await mind.read_many([mail("pause", 0.02)] * (3 * mails.GROUP_MAILS))))
    assert len(readers) == 2
    assert len(stand_in.nurseries) == 1
    assert readers == set(map(str, stand_in.readers))
    await mind.rest()


async def test_a_single_mail_needs_one_reader_alone(stand_in):
    mind = stand_in.sandbox()
    await mind.read_many(plain(1))
    await mind.read(*plain(1))
    assert len(stand_in.readers) == 1
    await mind.rest()


async def test_a_group_is_bounded_in_octets(stand_in):
    big = mail("read", "x" * 250_000)
    assert len(big) * 6 > mails.GROUP_BYTES
    mind = stand_in.sandbox(ONE)
    assert said(await mind.read_many([big] * 6)) == ["x" * 250_000] * 6
    assert mind._number == 2
    await mind.rest()


@pytest.mark.parametrize(
    ("do", "arg", "why"),
    [
        ("die", "SIGKILL", "it was ended by SIGKILL."),
        ("die", "SIGXCPU", "it was ended by SIGXCPU."),
        ("starve", None, "it ended with code 1."),
        ("raw", "this is no JSON", "the reader's answer made no sense."),
        ("wrong id", None, "the reader answered out of turn."),
        ("wrong place", None, "the reader answered out of turn."),
        ("long", 5 * 2**20, "the reader's answer made no sense."),
    ],
)
async def test_of_forty_mails_only_the_one_that_breaks_its_reader_is_unreadable(stand_in, do, arg, why):
    mind = stand_in.sandbox()
    raws = plain(40)
    raws[21] = mail(do, arg)
    wanted = names(40)
    wanted[21] = BROKEN + why
    assert said(await mind.read_many(raws)) == wanted
    await mind.rest()
    assert len(stand_in.nurseries) == 1


async def test_of_forty_mails_only_the_one_that_hangs_is_given_up(stand_in):
    mind = stand_in.sandbox(Limits(mail_seconds=0.6, start_seconds=20))
    raws, wanted = plain(40), names(40)
    raws[5] = mail("hang")
    wanted[5] = BROKEN + "it took more than 1 s."
    assert said(await mind.read_many(raws)) == wanted
    await until(lambda: len(stand_in.readers) <= 2)
    await mind.rest()


async def test_what_was_answered_before_a_reader_broke_is_not_asked_again(stand_in):
    mind = stand_in.sandbox(ONE)
    raws = [*plain(3), mail("raw", "no JSON"), *plain(2, 3)]
    assert said(await mind.read_many(raws)) == [*names(3), BROKEN + "the reader's answer made no sense.", *names(2, 3)]
    # One group, then alone: the one that broke twice and the two behind it, not the three before.
    assert mind._number == 1 + 2 + 2
    await mind.rest()


async def test_two_poisoned_mails_in_one_group_are_both_found(stand_in):
    mind = stand_in.sandbox(ONE)
    raws = [mail("exit", 3), *plain(4), mail("exit", 4)]
    one, two = BROKEN + "it ended with code 3.", BROKEN + "it ended with code 4."
    assert said(await mind.read_many(raws)) == [one, *names(4), two]
    await mind.rest()


async def test_calls_may_overlap_and_single_mails_come_in_between(stand_in):
    mind = stand_in.sandbox()
    first, second = (
        asyncio.ensure_future(mind.read_many(plain(50))),
        asyncio.ensure_future(mind.read_many(plain(50, 50))),
    )
    assert (await mind.read(mail("read", "alone"))).headers.subject == "alone"
    assert said(await first) == names(50)
    assert said(await second) == names(50, 50)
    await mind.rest()


async def test_only_the_facts_of_many_may_be_left_out(stand_in):
    mind = stand_in.sandbox(Limits(mail_seconds=20, start_seconds=20, lean=0.05))
    one, many = (await mind.read(mail("lean"))).headers.subject, said(await mind.read_many([mail("lean")]))
    assert (one, many) == ("0.0", ["0.05"])
    await mind.rest()


async def test_a_cancelled_call_ends_its_readers_and_leaves_the_rest_of_it_unread(stand_in):
    mind = stand_in.sandbox()
    task = asyncio.create_task(mind.read_many([mail("hang")] * 60))
    await until(lambda: mind._number == mind._limits.children)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stand_in.readers == []
    assert said(await mind.read_many(plain(3))) == names(3)
    await mind.rest()


async def test_a_cancelled_call_does_not_harm_another(stand_in):
    mind = stand_in.sandbox(ONE)
    slow = asyncio.create_task(mind.read_many([mail("pause", 0.2)]))
    await until(lambda: mind._number == 1)
    task = asyncio.create_task(mind.read_many(plain(30)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert said(await slow) == list(map(str, stand_in.readers))
    assert stand_in.starts == 1
    await mind.rest()


async def test_readers_rest_only_after_what_they_are_at(stand_in):
    mind = stand_in.sandbox(ONE)
    task = asyncio.create_task(mind.read_many([mail("pause", 0.2), *plain(40)]))
    await until(lambda: mind._number == 1)
    await mind.rest()
    assert not any(one.process.returncode is None for one in stand_in.nurseries[:1])
    assert said(await task)[1:] == names(40)
    assert len(stand_in.nurseries) == 2
    await mind.rest()


async def test_a_nursery_that_is_killed_is_replaced_with_nothing_lost(stand_in):
    mind = stand_in.sandbox(ONE)
    await mind.read_many(plain(1))
    (nursery,) = stand_in.nurseries
    os.kill(nursery.process.pid, signal.SIGKILL)
    assert said(await mind.read_many(plain(40))) == names(40)
    assert len(stand_in.nurseries) == 2
    await mind.rest()


async def test_a_nursery_that_is_killed_takes_its_readers_with_it(stand_in):
    mind = stand_in.sandbox(ONE)
    reader = int(said(await mind.read_many([mail("pid")]))[0])
    os.kill(stand_in.nurseries[0].process.pid, signal.SIGKILL)
    await until(lambda: not alive(reader))
    await mind.rest()


async def test_when_nothing_can_be_read_every_call_is_told(stand_in):
    stand_in.greeting = ["no JSON"]
    mind = stand_in.sandbox()
    calls = [mind.read_many(plain(40)), mind.read_many(plain(2)), mind.read(*plain(1))]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(one) for one in outcomes] == [Transient] * 3
    stand_in.greeting = QUICK and [{"ready": {}}]
    assert said(await mind.read_many(plain(2))) == names(2)
    await mind.rest()


async def test_readers_do_not_outlive_a_daemon_that_is_killed(tmp_path):
    """The daemon's process is killed while its readers hang: within moments neither they nor the nursery are left."""
    here = Path(__file__).parent.parent
    script = (
        "import asyncio, sys, pathlib\n"
        "from support.nurseries import StandIn, mail\n"
        "async def main():\n"
        "    stand_in = StandIn(pathlib.Path(sys.argv[1]))\n"
        "    mind = stand_in.sandbox()\n"
        "    task = asyncio.ensure_future(mind.read_many([mail('hang')] * 40))\n"
        "    while len(stand_in.readers) < mind._limits.children:\n"
        "        await asyncio.sleep(0.01)\n"
        "    print(stand_in.nurseries[0].process.pid, flush=True)\n"
        "    await task\n"
        "asyncio.run(main())\n"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), *sys.path])}
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path), stdout=asyncio.subprocess.PIPE, env=env
    )
    nursery = int(await asyncio.wait_for(daemon.stdout.readline(), 20))
    family = [nursery, *children_of(nursery)]
    assert len(family) >= 2
    daemon.kill()
    await daemon.wait()
    await until(lambda: not any(map(alive, family)))


def alive(pid):
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
