"""The real room: a nursery with the real model, its limits, and what is left of it when it is over."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from support.nurseries import children_of
from support.realmind import CACHE
from support.realmodel import real_model

from classifiers.values import Reading
from daemon.adapters.sandbox.children import Limits, command_of, environment, launched
from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.core.errors import Poison

MAIL = b"From: Anna <anna@x.example>\r\nSubject: Hello\r\n\r\nThe position has been filled. We wish you luck.\r\n"
OTHER = b"From: Ben <ben@y.example>\r\nSubject: Your parcel\r\n\r\nYour parcel was sent today and comes on Friday.\r\n"
pytestmark = pytest.mark.timeout(300)


HERE = {"PYTHONPATH": os.pathsep.join(sys.path)}
"""The tree under test may not be installed."""


async def start(cache, limits):
    return await launched(command_of(cache, limits), environment() | HERE)


@pytest.fixture(scope="module", autouse=True)
def model():
    real_model()


async def test_many_mails_and_one_are_judged_alike_and_only_one_always_has_its_facts():
    mind = Sandbox(CACHE, Limits(), start=start)
    full = [await mind.read(raw) for raw in (MAIL, OTHER)]
    many = await mind.read_many([MAIL, OTHER, b"\0", MAIL])
    await mind.rest()
    assert many[0] == many[3] == full[0]
    assert isinstance(many[2], Poison)
    assert isinstance(many[1], Reading)
    assert (many[1].headers, many[1].verdict.scores) == (full[1].headers, full[1].verdict.scores)
    assert full[1].verdict.language == "en"
    assert many[1].verdict.language is None


async def test_a_mail_that_needs_too_much_memory_is_poison_alone(tmp_path):
    """A worker whose memory ends at a mail's word: the others of its group come through."""
    bomb = tmp_path / "bomb.py"
    bomb.write_text(
        "import sys\n"
        "from classifiers import worker\n"
        "plain = worker.read_mail\n"
        "def read_mail(raw):\n"
        "    held = bytearray(2**33) if b'bomb' in raw else b''\n"
        "    return plain(raw)\n"
        "worker.read_mail = read_mail\n"
        "sys.exit(worker.main(sys.argv[1:]))\n"
    )

    async def start_bomb(cache, limits):
        python, *options = command_of(cache, limits)
        wanted = options[options.index("--cache") :]
        return await launched((python, str(bomb), *wanted), environment() | HERE)

    mind = Sandbox(CACHE, Limits(memory_mib=1024), start=start_bomb)
    outcomes = await mind.read_many([MAIL] * 5 + [MAIL + b"bomb"] + [MAIL] * 5)
    await mind.rest()
    poisoned = outcomes.pop(5)
    assert str(poisoned) == "The mail needs more memory than its reader may use."
    assert all(isinstance(one, Reading) for one in outcomes)


async def test_readers_are_slim_and_one_that_the_kernel_ended_is_replaced_and_buried():
    mind = Sandbox(CACHE, Limits(), start=start)
    await mind.read(MAIL)
    nursery = mind._nursery.process.pid
    (reader,) = children_of(nursery)
    # Neither holds what only loading or training needs.
    assert not any("sklearn" in maps(pid) for pid in (nursery, reader))
    os.kill(reader, signal.SIGXCPU)  # as the kernel does at the limit of CPU
    assert all(isinstance(one, Reading) for one in await mind.read_many([MAIL] * 3))
    assert reader not in children_of(nursery)
    await mind.rest()


async def test_a_nursery_without_a_house_ends_even_before_it_is_ready():
    nursery = await start(CACHE, Limits())
    pid = nursery.process.pid
    nursery._control.close()
    assert await asyncio.wait_for(nursery.process.wait(), 60) == 0
    assert not exists(pid)
    await nursery.stop()


def maps(pid):
    return Path(f"/proc/{pid}/maps").read_text()


def exists(pid):
    return Path(f"/proc/{pid}").exists()
