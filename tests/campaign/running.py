"""Many trials at once: some processes, each with some lanes, each lane with a proxy of its own."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from campaign.trials import Placings, Readings, Result, Server, count_drafts, furnish, hasten
from support.faultproxy import Fault, FaultProxy

LANES = 6
What = Literal["placing", "reading"]
_TRIALS = {"placing": Placings, "reading": Readings}
Task = tuple[Fault, str]
"""A fault, and the user whose mailbox it is tried on."""


@dataclass(frozen=True)
class Order:
    """What one process is to try."""

    server: Server
    what: What
    tasks: Sequence[Task]
    templates: Path
    scratch: Path
    patient: bool


@contextlib.contextmanager
def workshop(scratch: Path | None = None) -> Iterator[tuple[Path, Path]]:
    """A folder with the journals that trials start from, and one to work in."""
    with tempfile.TemporaryDirectory(prefix="hr-campaign-", dir=scratch) as made:
        folder = Path(made)
        (folder / "templates").mkdir()
        (folder / "scratch").mkdir()
        furnish(folder / "templates")
        yield folder / "templates", folder / "scratch"


def perform(order: Order) -> list[Result]:
    """All trials of one order, in this process."""
    if not order.patient:
        hasten()
    return asyncio.run(lanes(order))


async def lanes(order: Order, count: int = LANES) -> list[Result]:
    """All trials of one order, `count` at once, in this event loop."""
    tasks: SimpleQueue[Task] = SimpleQueue()
    for task in order.tasks:
        tasks.put(task)
    done = await asyncio.gather(*(_lane(order, tasks) for _ in range(min(count, len(order.tasks)))))
    return [result for results in done for result in results]


async def _lane(order: Order, tasks: SimpleQueue[Task]) -> list[Result]:
    results = []
    with FaultProxy(order.server.host, order.server.port) as proxy:
        trial = _TRIALS[order.what](order.server, proxy, order.templates, order.scratch)
        while not tasks.empty():
            results.append(await trial(*tasks.get()))
    return results


def perform_all(order: Order, processes: int) -> list[Result]:
    """The same in several processes, each with its share; the shares are mixed, so that they take equally long."""
    if processes < 2:
        return perform(order)
    shares = [_share(order, number, processes) for number in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return [result for results in pool.map(perform, shares, 1) for result in results]


def _share(order: Order, number: int, of: int) -> Order:
    return replace(order, tasks=order.tasks[number::of])


def recounted(server: Server, message_id: str, result: Result) -> Result:
    """The same with the drafts counted again: a server may still have been at it when we looked."""
    return replace(result, found=count_drafts(server, result.user, message_id))


async def undisturbed(
    server: Server, what: What, user: str, templates: Path, scratch: Path
) -> dict[str, dict[str, int]]:
    """How many octets pass each way in a pass that nothing disturbs: in all, and before the mark."""
    with FaultProxy(server.host, server.port) as proxy:
        result = await _TRIALS[what](server, proxy, templates, scratch)(None, user)
        if result.lost or result.doubled or result.stuck:
            raise RuntimeError(f"the undisturbed pass failed already: {result}")
        link = proxy.links[0]
        return {"all": dict(link.passed), "mark": dict(link.marked or link.passed)}
