"""The first scan over a long way: 40 ms of round trip added. What matters is how often somebody waits for an answer."""

from __future__ import annotations

from bench.link.contestants import contestants, empty
from bench.link.relay import Relay
from bench.link.server import EXTRA, filled
from bench.link.show import Table, ratio
from support.dovecot import Dovecot

ROUND_TRIP = 0.040
MOST = 2_000
"""The relay is Python: at more mails it is the relay that is measured."""
HEAD = ("", "wall s", "ratio", "wall s without", "added s", "turns", "command lines", "turns a 1,000 mails")


def tables(count: int) -> list[Table]:
    """Each with and without the delay, both through the relay."""
    count = min(count, MOST)
    with Dovecot(extra=EXTRA) as server:
        box = filled(server, count)
        found = []
        for one in contestants():
            walls = []
            for delay in (0.0, ROUND_TRIP / 2):
                with empty() as folder, Relay(server.host, server.port, delay) as relay:
                    walls.append(one.run(box, relay.port, folder, False).wall)
            found.append((one.name, *walls, relay.counted))
    base = next((each[2] for each in found if each[0].startswith("mbsync")), found[0][2])
    rows = [_cells(*each, base=base, count=count) for each in found]
    title = f"First scan of {count:,} mails, {box.octets / 1e6:,.0f} MB, with {ROUND_TRIP * 1000:.0f} ms of round trip"
    return [Table(title, HEAD, rows, NOTES)]


def _cells(name, without, wall, counted, *, base, count) -> list[str]:
    times = [f"{wall:.1f}", ratio(wall, base), f"{without:.1f}", f"{wall - without:.1f}"]
    return [name, *times, f"{counted.turns:,}", f"{counted.lines:,}", f"{counted.turns / count * 1000:.0f}"]


NOTES = [
    "All through a relay on this machine that holds back every octet; without: the same relay, holding back nothing.",
    "A turn is the client speaking after the server has: one round trip that somebody waited for. The relay bounds",
    "what is under way (4 MiB) and nothing else: no loss, no slow start.",
]
