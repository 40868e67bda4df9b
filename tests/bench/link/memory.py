"""The largest memory of a first scan, and whether it grows with the mailbox."""

from __future__ import annotations

from bench.link.contestants import empty, highroad
from bench.link.server import EXTRA, filled
from bench.link.show import Table, ratio
from support.dovecot import Dovecot
from support.realmodel import real_model

SMALLER = 10
HEAD = ("mails", "MB", "peak PSS MiB, all processes", "ratio", "peak RSS MiB, sum", "peak RSS MiB by process", "wall s")


def tables(count: int) -> list[Table]:
    """A tenth of the mails first, then all."""
    real_model()
    found = [_scanned(each) for each in (max(1, count // SMALLER), count)]
    base = found[0][1].pss
    rows = [_cells(box, used, base) for box, used in found]
    return [Table("Peak memory of a first scan", HEAD, rows, NOTES)]


def _scanned(count: int):
    with Dovecot(extra=EXTRA) as server, empty() as folder:
        box = filled(server, count)
        return box, highroad(box, server.port, folder, True)


def _cells(box, used, base: float) -> list[str]:
    parts = ", ".join(f"{name} {peak:.0f}" for name, peak in used.peaks.items())
    sums = [f"{used.pss:.0f}", ratio(used.pss, base), f"{used.rss:.0f}"]
    return [f"{box.count:,}", f"{box.octets / 1e6:,.0f}", *sums, parts, f"{used.wall:.1f}"]


NOTES = [
    "Looked at twice a second. PSS counts what processes share once; the sum of RSS counts it in each of them. By",
    "process: the largest single one of that name.",
]
