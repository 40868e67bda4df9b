"""The room in which mail is read: whatever happens in it, the house gets a reading or a sentence, and goes on."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from support.nurseries import QUICK, READY, mail, standing_in
from support.waiting import until

from daemon.adapters.sandbox import children
from daemon.adapters.sandbox.children import Limits, start_nursery
from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.core.errors import Poison, Transient

stand_in = pytest.fixture(standing_in)


async def subject(mind, do, arg=None):
    return (await mind.read(mail(do, arg))).headers.subject


async def test_one_child_reads_many_mails(stand_in):
    mind = stand_in.sandbox()
    assert not mind.awake
    assert [await subject(mind, "read", f"mail {n}") for n in range(20)] == [f"mail {n}" for n in range(20)]
    assert mind.awake
    await mind.rest()
    assert stand_in.starts == 1
    assert not mind.awake


async def test_mails_at_once_are_read_one_after_another(stand_in):
    mind = stand_in.sandbox()
    found = await asyncio.gather(*(subject(mind, "read", str(n)) for n in range(10)))
    await mind.rest()
    assert found == [str(n) for n in range(10)]
    assert stand_in.starts == 1


async def test_a_mail_as_long_as_any_goes_through(stand_in):
    mind = stand_in.sandbox()
    assert await subject(mind, "read", "x" * 262_000) == "x" * 262_000
    await mind.rest()


async def test_a_mail_that_the_reader_gives_up_on_is_unreadable_and_costs_no_child(stand_in):
    mind = stand_in.sandbox()
    with pytest.raises(Poison, match=r"^Its parts nest too deeply\.$"):
        await mind.read(mail("refuse", "Its parts nest too deeply."))
    assert await subject(mind, "read", "next") == "next"
    await mind.rest()
    assert stand_in.starts == 1


async def test_a_reason_is_bounded(stand_in):
    mind = stand_in.sandbox()
    with pytest.raises(Poison) as caught:
        await mind.read(mail("refuse", "x" * 10_000))
    await mind.rest()
    assert len(str(caught.value)) == 300


@pytest.mark.parametrize(
    ("do", "arg", "why"),
    [
        ("die", "SIGSEGV", "it was ended by SIGSEGV"),
        ("die", "SIGKILL", "it was ended by SIGKILL"),
        ("exit", 7, "it ended with code 7"),
        ("starve", None, "it ended with code 1"),
        ("die", "SIGXCPU", "it was ended by SIGXCPU"),
        ("raw", "this is no JSON", "the reader's answer made no sense"),
        ("raw", "[1, 2]", "the reader's answer made no sense"),
        ("raw", "[" * 200_000, "the reader's answer made no sense"),
        ("raw", '{"id": 1, "at": 0}', "the reader's answer made no sense"),
        ("raw", '{"id": 1, "at": 0, "reading": {"headers": {}, "verdict": {}}}', "the reader's answer made no sense"),
        ("raw", '{"id": 1, "at": 0, "reading": 5}', "the reader's answer made no sense"),
        ("wrong id", None, "the reader answered out of turn"),
        ("wrong place", None, "the reader answered out of turn"),
        ("long", 5 * 2**20, "the reader's answer made no sense"),
    ],
)
async def test_a_mail_that_breaks_its_reader_twice_is_unreadable_and_the_next_goes_on(stand_in, do, arg, why):
    mind = stand_in.sandbox()
    arg = arg.replace('"id": 1', '"id": NUMBER') if isinstance(arg, str) else arg
    with pytest.raises(Poison) as caught:
        await mind.read(mail(do, arg))
    assert str(caught.value) == f"Reading this mail broke its reader twice: {why}."
    assert stand_in.starts == 2
    assert await subject(mind, "read", "next") == "next"
    await mind.rest()
    assert stand_in.starts == 3


async def test_a_mail_that_hangs_is_given_up_in_time(stand_in):
    mind, began = stand_in.sandbox(Limits(mail_seconds=0.5, start_seconds=20)), time.monotonic()
    with pytest.raises(Poison, match="it took more than 0 s"):
        await mind.read(mail("hang"))
    assert time.monotonic() - began < 20
    assert stand_in.readers == []
    await mind.rest()


async def test_a_reader_that_was_killed_between_mails_costs_nothing(stand_in):
    """The kernel may take the child when memory is short: the mail is read by a fresh one."""
    mind = stand_in.sandbox()
    os.kill(int(await subject(mind, "pid")), signal.SIGKILL)
    assert await subject(mind, "read", "next") == "next"
    await mind.rest()
    assert stand_in.starts == 2


async def test_the_child_leaves_when_there_is_nothing_to_read_and_comes_back(stand_in):
    mind = stand_in.sandbox(Limits(mail_seconds=20, idle_seconds=0.05, start_seconds=20))
    await mind.read(mail("read"))
    (nursery,) = stand_in.nurseries
    await asyncio.wait_for(nursery.process.wait(), 10)
    await until(lambda: not mind.awake)
    assert await subject(mind, "read", "back") == "back"
    await mind.rest()
    assert stand_in.starts == 2


async def test_rest_is_quiet_before_anything_and_twice(stand_in):
    mind = stand_in.sandbox()
    await mind.rest()
    await mind.read(mail("read"))
    await mind.rest()
    await mind.rest()
    assert stand_in.running == []


async def test_training_is_told_and_the_model_tells_of_itself(stand_in):
    stand_in.greeting = [{"say": "Training on 400 mails ..."}, {"say": "Done."}, READY]
    mind = stand_in.sandbox()
    assert await mind.ready() == {"key": "k1", "corpus": 4}
    assert stand_in.said == ["Training on 400 mails ...", "Done."]
    assert await subject(mind, "read", "x") == "x"
    await mind.rest()
    assert stand_in.starts == 1


@pytest.mark.parametrize("greeting", [["no JSON"], ["[]"], [{"ready": 5}], [{"ready": None}], [{"ready": ["a"]}], []])
async def test_a_reader_that_cannot_start_is_a_passing_fault_of_no_mail(stand_in, greeting):
    stand_in.greeting = greeting
    mind = stand_in.sandbox(Limits(start_seconds=1))
    with pytest.raises(Transient, match=r"could not be started .* `highroad doctor`"):
        await mind.read(mail("read"))
    assert not mind.awake
    assert stand_in.running == []
    await mind.rest()


async def test_a_program_that_is_not_there_is_a_sentence(monkeypatch):
    monkeypatch.setattr(children.sys, "executable", "/no/such/python")
    mind = Sandbox(Path("cache"), QUICK)
    with pytest.raises(Transient, match="could not be started"):
        await mind.read(b"")
    await mind.rest()


async def test_a_cancelled_reading_leaves_the_room_usable(stand_in):
    mind = stand_in.sandbox()
    await mind.read(mail("read"))
    task = asyncio.create_task(mind.read(mail("hang")))
    await until(lambda: mind._number == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stand_in.readers == []
    assert await subject(mind, "read", "next") == "next"
    await mind.rest()
    assert stand_in.starts == 2


async def test_a_start_that_is_cancelled_is_made_again(stand_in):
    stand_in.greeting = [{"say": "Training ..."}]
    mind = stand_in.sandbox()
    task = asyncio.create_task(mind.ready())
    await until(lambda: stand_in.said)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stand_in.greeting = [READY]
    assert await mind.ready() == READY["ready"]
    await mind.rest()


async def test_a_start_for_a_reading_that_is_cancelled_keeps_nobody_waiting(stand_in):
    stand_in.greeting = [{"say": "Training ..."}]
    mind = stand_in.sandbox()
    task = asyncio.create_task(mind.read(mail("read")))
    await until(lambda: stand_in.said)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not stand_in.running
    await asyncio.wait_for(mind.rest(), 5)
    stand_in.greeting = [READY]
    assert await subject(mind, "read", "next") == "next"
    await mind.rest()


async def test_no_secret_of_ours_reaches_the_child(tmp_path, monkeypatch):
    """start_nursery's own arguments and environment, with an empty program in the place of the worker."""
    monkeypatch.setenv("MY_SECRET", "pl4nted")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    started, real = {}, asyncio.create_subprocess_exec

    async def spy(*command, **how):
        started.update(how, command=command)
        return await real(sys.executable, "-c", "", **how)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", spy)
    nursery = await start_nursery(tmp_path, Limits(cpu_seconds=3, memory_mib=512))
    await nursery.stop()
    assert set(started["env"]) <= {"PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"}
    wanted = ("-P", "-m", "classifiers.worker", "--cache", str(tmp_path), "--cpu", "3", "--memory", "512")
    assert started["command"] == (sys.executable, *wanted)
