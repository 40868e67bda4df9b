"""The first scan of a mailbox, beside mbsync and a plain loop: time, CPU, octets; nothing in between, on loopback."""

from __future__ import annotations

from bench.link.contestants import contestants, empty
from bench.link.meter import during
from bench.link.server import EXTRA, Octets, filled
from bench.link.show import Table, ratio
from support.dovecot import Dovecot

HEAD = (
    "",
    "wall s",
    "ratio",
    "CPU s",
    "ratio",
    "cores",
    "Dovecot CPU s",
    "MB received",
    "ratio",
    "kB sent",
    "CPU by process",
)


def tables(count: int) -> list[Table]:
    """One run of each, one after the other; ratios are to the first row of mbsync (else to ours)."""
    with Dovecot(extra=EXTRA) as server:
        box = filled(server, count)
        found = []
        for one in contestants():
            counted = Octets(box)
            with empty() as folder:
                used, served = during(
                    server.pid, lambda one=one, folder=folder: one.run(box, server.port, folder, False)
                )
            found.append((one.name, used, served, counted.got()))
    base = next((each for each in found if each[0].startswith("mbsync")), found[0])
    rows = [_cells(each, base) for each in found]
    title = f"First scan of {count:,} mails, {box.octets / 1e6:,.0f} MB, over loopback"
    return [Table(title, HEAD, rows, _notes(base[0]))]


def _cells(found, base) -> list[str]:
    name, used, served, (sent, got, _) = found
    parts = ", ".join(f"{part} {seconds:.1f}" for part, seconds in used.parts.items() if len(used.parts) > 1)
    times = [f"{used.wall:.1f}", ratio(used.wall, base[1].wall), f"{used.cpu:.1f}", ratio(used.cpu, base[1].cpu)]
    octets = [f"{got / 1e6:.1f}", ratio(got, base[3][1]), f"{sent / 1e3:.1f}"]
    return [name, *times, f"{used.cores:.2f}", f"{served:.1f}", *octets, parts or "-"]


def _notes(base: str) -> list[str]:
    return [
        f"Ratios are to `{base}` in the same run. Highroad's time is that of the whole process: start, log-in,",
        "fetching, parsing, classifying and journalling every mail; its journal is empty and its model trained before.",
        "mbsync writes every mail into an empty Maildir. Octets are what Dovecot counted after log-in. All mail was in",
        "the page cache.",
    ]
