"""The adapter of the child that trains, with stand-ins for it: what goes in, what comes out, how it may end."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest
from support.realmind import ROOT
from support.waiting import until

from daemon.adapters.trainer import Bounds, Trainer
from daemon.core.errors import Transient
from daemon.core.ports import Learnt, Lesson

TOLD = (
    '{"learnt": {"promoted": true, "why": "It is better.", "corrections": 2, "unreadable": [4], "figures": {"a": 1}}}'
)
LESSONS = [Lesson(3, "other", b"one\r\n"), Lesson(4, "not_rejection", b"")]


@pytest.fixture
def trainer(tmp_path, monkeypatch):
    """A trainer whose child runs some lines of code."""

    def of(code, **bounds):
        (tmp_path / "stand_in.py").write_text(f"import json, os, sys, time\n{code}\n")
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
        return Trainer(tmp_path / "model", Bounds(**bounds), "stand_in")

    return of


def silent(_line):
    """Nobody listens."""


async def test_what_the_child_reports_is_what_was_learnt(trainer):
    said = []
    code = f"print('{{\"say\": \"Busy ...\"}}', flush=True)\nsys.stdin.read()\nprint('''{TOLD}''')"
    found = await trainer(code).learn(LESSONS, "0a", said.append)
    assert found == Learnt(True, "It is better.", 2, (4,))
    assert said == ["Busy ..."]


async def test_corrections_are_handed_over_framed_and_in_order(trainer, tmp_path):
    code = f"open({str(tmp_path / 'in')!r}, 'wb').write(sys.stdin.buffer.read())\nprint('''{TOLD}''')"
    await trainer(code).learn(LESSONS, "0a", silent)
    first, second = b'{"id": 3, "label": "other", "bytes": 5}\n', b'{"id": 4, "label": "not_rejection", "bytes": 0}\n'
    assert (tmp_path / "in").read_bytes() == first + b"one\r\n" + second


async def test_the_child_is_told_where_what_for_and_its_limits(trainer, tmp_path):
    code = "print(json.dumps({'learnt': {'argv': sys.argv[1:]}}))"
    found = await trainer(code, memory_mib=777, nice=3).report([], "0a", silent, ["--again"])
    told = ["--cache", str(tmp_path / "model"), "--for", "0a", "--memory", "777", "--nice", "3", "--again"]
    assert found["argv"] == told


async def test_no_secret_of_the_environment_reaches_the_child(trainer, monkeypatch):
    monkeypatch.setenv("HIGHROAD_PASSWORD", "swordfish")
    found = await trainer("print(json.dumps({'learnt': {'env': dict(os.environ)}}))").report([], "0a", silent)
    assert "swordfish" not in found["env"].values()


async def test_much_that_goes_both_ways_at_once_does_not_lock_up(trainer):
    code = f"""
for at in range(3000):
    print(json.dumps({{"say": "x" * 200}}), flush=True)
    sys.stdin.buffer.read(500)
sys.stdin.read()
print('''{TOLD}''')
"""
    many = [Lesson(at, "other", b"y" * 100_000) for at in range(30)]
    assert (await trainer(code).learn(many, "0a", silent)).promoted


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("os.kill(os.getpid(), 9)", "it was ended by SIGKILL"),
        ("sys.exit(3)", "it ended with code 3"),
        ("print('{\"say\": \"half a li', end='')", "it ended with code 0"),
        ("print('nonsense')", "it ended with code 0"),
        ("print('[1]')", "it ended with code 0"),
        ("print('{\"learnt\": 7}')", "it ended with code 0"),
        ('print(\'{"learnt": {"promoted": true}}\')', "its answer made no sense"),
        ('print(\'{"fault": "Correction 7 is cut off."}\')\nsys.exit(3)', "Correction 7 is cut off."),
    ],
)
async def test_a_child_that_does_not_come_to_an_end_may_work_later(trainer, code, part):
    with pytest.raises(Transient, match=part):
        await trainer(code).learn(LESSONS, "0a", silent)


async def test_a_child_that_cannot_be_started_may_work_later(trainer, monkeypatch):
    monkeypatch.setattr("daemon.adapters.trainer.sys.executable", "/nowhere/python")
    with pytest.raises(Transient, match="it did not start"):
        await trainer("").learn(LESSONS, "0a", silent)


HANGS = "open({!r}, 'w').write(str(os.getpid()))\nos.rename({!r}, {!r})\ntime.sleep(600)"


def hanging(path: Path) -> str:
    new = path.with_suffix(".new")
    return HANGS.format(str(new), str(new), str(path))


def is_gone(path: Path) -> bool:
    try:
        os.kill(int(path.read_text()), 0)
    except ProcessLookupError:
        return True
    return False


async def test_a_child_that_takes_too_long_is_ended(trainer, tmp_path):
    with pytest.raises(Transient, match="it took more than 4 s"):
        await trainer(hanging(tmp_path / "pid"), seconds=4).learn(LESSONS, "0a", silent)
    assert is_gone(tmp_path / "pid")


async def test_a_child_that_nobody_waits_for_is_ended(trainer, tmp_path):
    task = asyncio.ensure_future(trainer(hanging(tmp_path / "pid")).learn(LESSONS, "0a", silent))
    await until((tmp_path / "pid").exists, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_gone(tmp_path / "pid")


async def test_a_child_that_reads_nothing_is_no_trouble(trainer):
    many = [Lesson(at, "other", b"y" * 100_000) for at in range(30)]
    found = await trainer(f"os.close(0)\nprint('''{TOLD}''')").report(many, "0a", silent)
    assert found == json.loads(TOLD)["learnt"]
