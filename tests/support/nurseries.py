"""A Sandbox over a real nursery whose readers misbehave as the mails tell them to (worker_stand_in.py)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from support import worker_stand_in

from daemon.adapters.sandbox.children import Limits, launched
from daemon.adapters.sandbox.sandbox import Sandbox

QUICK = Limits(mail_seconds=20, idle_seconds=30, start_seconds=20)
READY = {"ready": {"key": "k1", "corpus": 4}}


class StandIn:
    """Starts tests/support/worker_stand_in.py instead of the worker, and counts its readers."""

    def __init__(self, folder):
        self.counter = folder / "readers"
        self.greeting = [READY]
        self.said = []
        self.nurseries = []

    async def start(self, _cache, _limits):
        command = (sys.executable, "-S", worker_stand_in.__file__, str(self.counter), json.dumps(self.greeting))
        self.nurseries.append(await launched(command, {"PYTHONPATH": os.pathsep.join(sys.path)}))
        return self.nurseries[-1]

    def sandbox(self, limits=QUICK):
        return Sandbox(Path("cache"), limits, self.said.append, self.start)

    @property
    def starts(self):
        """How many readers there were."""
        return len(self.counter.read_text()) if self.counter.exists() else 0

    @property
    def running(self):
        return [nursery for nursery in self.nurseries if nursery.process.returncode is None]

    @property
    def readers(self):
        """The process ids of the readers that live, or are not buried yet."""
        return [pid for nursery in self.running for pid in children_of(nursery.process.pid)]


def children_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def standing_in(tmp_path):
    """To be made a fixture: nothing of it may be left running by a test."""
    stand_in = StandIn(tmp_path)
    yield stand_in
    left = stand_in.running
    for nursery in left:
        await nursery.stop()
    assert not left


def mail(do, arg=None):
    return repr({"do": do, "arg": arg}).encode()
