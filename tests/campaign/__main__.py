"""The fault campaign: one draft placed, three mails read, disturbed after every octet; each must be there once.

    PYTHONPATH=.:tests python -m campaign [--every N] [--settle S] [--processes N] [--only dovecot|cyrus]

Prints a table and ends with 1 unless nothing was lost, doubled or left in doubt.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from campaign.running import Order, Task, What, perform_all, recounted, undisturbed, workshop
from campaign.trials import MAILS, Result, Server, spread
from support import cyrus, dovecot
from support.faultproxy import Fault, Kind
from support.minds import mail

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


@dataclass(frozen=True)
class Leg:
    """One part of the campaign: what is disturbed, how, and after each so manieth octet."""

    what: What
    kind: Kind
    every: int


LEGS = {
    "dovecot": (
        Leg("placing", "rst", 1), Leg("placing", "fin", 1),
        Leg("placing", "blackhole", 29), Leg("placing", "dribble", 900),
        Leg("reading", "rst", 2), Leg("reading", "fin", 5),
        Leg("reading", "blackhole", 61), Leg("reading", "dribble", 900),
    ),
    "cyrus": (
        Leg("placing", "rst", 11), Leg("placing", "fin", 13), Leg("placing", "blackhole", 131),
        Leg("reading", "rst", 23), Leg("reading", "fin", 29), Leg("reading", "blackhole", 211),
    ),
}  # fmt: skip


class Campaign:
    """All legs against one server."""

    def __init__(self, server: Server, folders: tuple[Path, Path], every: int, processes: int, seed) -> None:
        self.server, self.every, self.processes = server, every, processes
        self.templates, self.scratch = folders
        self._seed = seed
        self._numbers = iter(range(1, 10**6))

    def run(self, leg: Leg) -> list[Result]:
        """One leg; drafts whose APPEND was cut are counted once more at the end."""
        reader = self._reader()
        user = reader if leg.what == "reading" else self._user()
        octets = asyncio.run(undisturbed(self.server, leg.what, user, self.templates, self.scratch))
        faults = spread(leg.kind, octets["all"], leg.every * self.every)
        tasks: list[Task] = [(fault, reader if leg.what == "reading" else self._user()) for fault in faults]
        patient = leg.kind != "blackhole"
        order = Order(self.server, leg.what, tasks, self.templates, self.scratch, patient)
        done = perform_all(order, self.processes)
        return self._recounted(done, octets["mark"]) if leg.what == "placing" else done

    def _user(self) -> str:
        """Of one length, or the octets would not be the same ones."""
        return f"c{next(self._numbers):06}"

    def _reader(self) -> str:
        user = f"r{next(self._numbers):06}"
        for number in range(1, MAILS + 1):
            self._seed(user, mail(number))
        return user

    def _recounted(self, results: list[Result], mark: dict[str, int]) -> list[Result]:
        time.sleep(1)
        message_id = (self.templates / "message_id.txt").read_text()
        late = lambda fault: fault.after >= mark[fault.direction]  # noqa: E731
        return [recounted(self.server, message_id, r) if late(r.fault) else r for r in results]


HEAD = ("server", "what", "fault", "direction", "trials", "struck", "lost", "doubled", "stuck", "seconds")


def rows(server: Server, leg: Leg, results: list[Result], seconds: float) -> list[tuple[object, ...]]:
    """One row a direction."""
    told = []
    for way in ("to_server", "to_client"):
        of = [result for result in results if result.fault.direction == way]
        sums = Counter({name: sum(getattr(r, name) for r in of) for name in ("struck", "lost", "doubled", "stuck")})
        counts = (len(of), sums["struck"], sums["lost"], sums["doubled"], sums["stuck"])
        told.append((server.name, leg.what, leg.kind, way, *counts, f"{seconds:.0f}" if way == "to_client" else ""))
    return told


def line(row: tuple[object, ...]) -> str:
    widths = (8, 8, 10, 10, 7, 7, 5, 8, 6, 8)
    return "  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


@contextlib.contextmanager
def servers(only: str | None, settle: float):
    """The servers that there are here, each with what delivers to it."""
    with contextlib.ExitStack() as stack:
        found = []
        for name, module, kind in (("dovecot", dovecot, dovecot.Dovecot), ("cyrus", cyrus, cyrus.Cyrus)):
            if only not in {None, name}:
                continue
            if why := module.why_not():
                print(f"{name}: {why}; it is left out", file=sys.stderr)
                continue
            running = stack.enter_context(kind())
            found.append((Server(name, running.host, running.port, running.password, settle), running.deliver))
        yield found


def bad(result: Result) -> bool:
    return result.lost or result.doubled or result.stuck


def told(fault: Fault) -> str:
    return f"{fault.kind} after {fault.after} octets {fault.direction}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="campaign", description=__doc__.split("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="only each so manieth octet (quicker)")
    parser.add_argument("--settle", type=float, default=0.3, help="seconds the writer waits after a doubt")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", choices=("dovecot", "cyrus"))
    asked = parser.parse_args()
    faulty: list[Result] = []
    totals: Counter[str] = Counter()
    print(line(HEAD), flush=True)
    with workshop() as folders, servers(asked.only, asked.settle) as running:
        for server, deliver in running:
            campaign = Campaign(server, folders, asked.every, asked.processes, deliver)
            for leg in LEGS[server.name]:
                began = time.monotonic()
                results = campaign.run(leg)
                for row in rows(server, leg, results, time.monotonic() - began):
                    print(line(row), flush=True)
                faulty += [result for result in results if bad(result)]
                totals += Counter({"trials": len(results), server.name: len(results)})
    for result in faulty[:20]:
        print(f"{told(result.fault)}: user {result.user}, found {result.found}, {result.state}, {result.failure}")
    print(f"{totals['trials']} trials, {len(faulty)} bad: {dict(totals)}")
    return 1 if faulty or not totals["trials"] else 0


if __name__ == "__main__":
    sys.exit(main())
