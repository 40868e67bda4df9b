"""From a mail's arrival to its row in the journal, with IDLE, beside a bare client in IDLE on the same mailbox."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from bench.link.contestants import empty
from bench.link.mails import mailbox
from bench.link.server import EXTRA, filled
from bench.link.service import Service, bare_idle, rows, service
from bench.link.show import Table, ratio
from support.dovecot import Dovecot
from support.realmodel import real_model

MAILS = 200
BEFORE = 50
PAUSE = (0.1, 0.7)
HEAD = ("", "median ms", "ratio", "p90 ms", "p99 ms", "ratio", "longest ms")


def tables(count: int) -> list[Table]:
    """`MAILS` mails (fewer if `count` is less), one after the other, each after the one before was journalled."""
    real_model()
    count = min(count, MAILS)
    with Dovecot(extra=EXTRA) as server, empty() as folder:
        box = filled(server, BEFORE)
        with service(folder, [box]) as running, bare_idle(box) as bare:
            heard: list[float] = []
            threading.Thread(target=lambda: heard.extend(float(line) for line in bare.stdout), daemon=True).start()
            running.until_read()
            time.sleep(2)  # until it listens
            sent = _delivered(running, box, count)
    told = [_first_after(heard, at) for at, _ in sent]
    ours = [journalled - at for at, journalled in sent]
    theirs = [one - at for (at, _), one in zip(sent, told, strict=True) if one is not None]
    after = [journalled - one for (_, journalled), one in zip(sent, told, strict=True) if one is not None]
    names = ("delivered -> `* EXISTS` at a bare imapclient in IDLE", "delivered -> in Highroad's journal")
    lines = [(names[0], theirs), (names[1], ours), ("of which after that `* EXISTS`", after)]
    return [Table(f"Arrival to journal, {count} mails", HEAD, [_cells(*line, base=theirs) for line in lines], NOTES)]


def _delivered(running: Service, box, count: int) -> list[tuple[float, float]]:
    """(delivered, seen in the journal) of each, by the monotonic clock."""
    dice, times, journal = Random("arrival"), [], running.opened()
    for mail in list(mailbox(BEFORE + count))[BEFORE:]:
        before = rows(journal)
        box.server.deliver(box.user, mail.raw, internaldate=datetime.now(UTC))
        at = time.monotonic()
        running.until(lambda before=before: rows(journal) > before, "Journalling a new mail", pause=0.001)
        times.append((at, time.monotonic()))
        time.sleep(dice.uniform(*PAUSE))
    return times


def _first_after(heard: Sequence[float], at: float) -> float | None:
    return next((one for one in heard if one >= at), None)


def _cells(name: str, times: Sequence[float], base: Sequence[float]) -> list[str]:
    median, last = statistics.median(times), _quantile(times, 0.99)
    shown = [f"{median * 1000:.0f}", ratio(median, statistics.median(base)), f"{_quantile(times, 0.9) * 1000:.0f}"]
    return [name, *shown, f"{last * 1000:.0f}", ratio(last, _quantile(base, 0.99)), f"{max(times) * 1000:.0f}"]


def _quantile(times: Sequence[float], share: float) -> float:
    """The smallest time that so large a share does not exceed."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


NOTES = [
    "Delivered is the moment at which the file lies in the Maildir. Dovecot itself waits half a second before it tells",
    "of what inotify told it. The child that reads is there already; the journal is looked at every millisecond.",
]
