"""What the service uses while nothing happens: memory, and CPU, with 1 and with 50 accounts; its children gone."""

from __future__ import annotations

import time
from pathlib import Path

from bench.link.contestants import empty
from bench.link.meter import process, pss
from bench.link.server import EXTRA, Box, filled
from bench.link.service import bare_idle, service
from bench.link.show import Table, ratio
from support.dovecot import Dovecot
from support.realmodel import real_model

ACCOUNTS = (1, 50)
MAILS = 1_000
"""Read before, over all accounts: what reading leaves behind belongs to the figure."""
SECONDS = 120.0
HEAD = ("", "RSS MiB", "ratio", "PSS MiB", "ratio", "CPU of one core", "context switches a minute", "threads")


def tables(count: int) -> list[Table]:
    """The bare listener first; all ratios are to it."""
    real_model()
    with Dovecot(extra=EXTRA) as server:
        with bare_idle(filled(server, 1)) as bare:
            found = [("a bare imapclient in IDLE, 1 account", *_idle(bare.pid))]
        for accounts in ACCOUNTS:
            boxes = [filled(server, max(1, min(count, MAILS) // accounts)) for _ in range(accounts)]
            found.append((f"highroad run, {accounts} account{'s' if accounts > 1 else ''}", *_ours(boxes)))
    base = found[0]
    rows = [_cells(*each, base=base) for each in found]
    return [Table(f"Idle for {SECONDS:.0f} s after {min(count, MAILS):,} mails", HEAD, rows, NOTES)]


def _ours(boxes: list[Box]) -> tuple[float, ...]:
    with empty() as folder, service(folder, boxes) as running:
        running.until_read()
        running.until_alone()
        return _idle(running.pid)


def _idle(pid: int) -> tuple[float, ...]:
    """RSS and PSS in MiB, share of a core, context switches a minute, threads."""
    time.sleep(3)
    spent, switches = _spent(pid), _switches(pid)
    time.sleep(SECONDS)
    share, often = (_spent(pid) - spent) / SECONDS, (_switches(pid) - switches) * 60 / SECONDS
    return process(pid).rss, pss(pid), share, often, len(_tasks(pid))


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").iterdir())


def _spent(pid: int) -> float:
    """Seconds on a core, by the scheduler's own clock: /proc/PID/stat counts whole ticks."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in _tasks(pid)) / 1e9


def _switches(pid: int) -> int:
    lines = (line for task in _tasks(pid) for line in (task / "status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)


def _cells(name, rss, share_of_memory, cpu, often, threads, *, base) -> list[str]:
    memory = [f"{rss:.1f}", ratio(rss, base[1]), f"{share_of_memory:.1f}", ratio(share_of_memory, base[2])]
    return [name, *memory, f"{cpu:.3%}", f"{often:.0f}", str(threads)]


NOTES = [
    "All mails were read before, and the children that read them have left. The default settings: IDLE, a poll every 5",
    "minutes; one connection an account.",
]
