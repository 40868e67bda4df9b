"""What the service weighs: while it reads a mailbox for the first time, and afterwards, when nothing happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench.link.contestants import NAMES, empty
from bench.link.meter import family, named, pss
from bench.link.server import Box
from bench.link.service import Service, bare_idle, service
from bench.link.show import Table, ratio

EVERY = 0.2
SETTLE = 3.0
HEAD = ("", "RSS MiB", "ratio", "PSS MiB, all processes", "ratio", "by process")


@dataclass
class Weight:
    """MiB: of all processes together, and the largest of each name."""

    rss: float = 0.0
    pss: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)

    def larger(self, other: Weight) -> None:
        """Keep the peaks of both."""
        self.rss, self.pss = max(self.rss, other.rss), max(self.pss, other.pss)
        self.parts = {
            name: max(self.parts.get(name, 0.0), size) for name, size in {**self.parts, **other.parts}.items()
        }


def weighed(box: Box) -> Table:
    """The bare listener first; all ratios are to it."""
    with bare_idle(box) as bare:
        time.sleep(SETTLE)
        base = now(bare.pid)
    with empty() as folder, service(folder, [box]) as running:
        reading = _while_it_reads(running)
        running.until_alone()
        time.sleep(SETTLE)
        idle = now(running.pid)
    rows = [
        _cells("a bare imapclient in IDLE", base, base),
        _cells("`highroad run`, idle afterwards", idle, base),
        _cells("`highroad run`, peak while reading", reading, base),
    ]
    return Table(f"Memory, a mailbox of {box.count:,} mails ({box.octets / 1e6:,.0f} MB)", HEAD, rows, NOTES)


def _while_it_reads(running: Service) -> Weight:
    peak = Weight()

    def looked() -> bool:
        peak.larger(now(running.pid))
        return running.journalled() >= running.mails

    running.until(looked, f"Reading {running.mails} mails", pause=EVERY)
    return peak


def now(pid: int) -> Weight:
    """What a process and all that descends from it weigh at this moment."""
    weight = Weight()
    for one in family(pid):
        name = named(one.pid, {**NAMES, "bare_idle": "imapclient"})
        weight.rss += one.rss
        weight.pss += pss(one.pid)
        weight.parts[name] = max(weight.parts.get(name, 0.0), one.rss)
    return weight


def _cells(name: str, weight: Weight, base: Weight) -> list[str]:
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(weight.parts.items()) if size >= 1)
    return [
        name, f"{weight.rss:.1f}", ratio(weight.rss, base.rss), f"{weight.pss:.1f}", ratio(weight.pss, base.pss), parts
    ]  # fmt: skip


NOTES = [
    f"RSS is summed over all processes, looked at every {EVERY} s; PSS counts once what they share. By process: the",
    "largest RSS of one of that name. The children that read mail leave when there was nothing to read for a while.",
]
