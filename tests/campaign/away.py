"""The server goes away while the daemon listens, and comes back: what that costs, and whether anything was missed.

    PYTHONPATH=.:tests python -m campaign.away [--minutes 5]

Two parts: kicked in IDLE (`doveadm kick`), then stopped for so long, with mails in between. Ends with 1 if one is lost.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from campaign.letters import private
from support.cli import Home
from support.dovecot import Dovecot
from support.proxy import RecordingProxy
from support.realmind import mind_server
from support.service import Service


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m campaign.away", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long the server is away")
    seconds = parser.parse_args().minutes * 60
    with mind_server(), Dovecot() as dovecot, RecordingProxy(dovecot.host, dovecot.port) as proxy, _folder() as folder:
        return _played(dovecot, proxy, Path(folder), seconds)


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="hr-away-")


def _played(dovecot: Dovecot, proxy: RecordingProxy, folder: Path, seconds: float) -> int:
    user = dovecot.user()
    home = Home(folder, proxy.port, user, dovecot.password)
    home.config.write_text(home.config.read_text().replace("[cadence]", 'poll_every = "6h"\n[cadence]', 1))
    home.lend_model()
    with Service(home) as service:
        _until(lambda: "IDLE" in proxy.verbs())
        dovecot.kick(user)
        dovecot.deliver(user, private(1)[1])
        kicked = _until(lambda: _journalled(home) == 1)
        listened = proxy.verbs().count("IDLE")
        _until(lambda: proxy.verbs().count("IDLE") > listened or listened > 1)
        time.sleep(70)  # until the children have left
        before, tried = service.cpu_seconds(), proxy.connections
        dovecot.stop()
        for number in (2, 3):
            dovecot.deliver(user, private(number)[1])
        time.sleep(seconds)
        used = service.cpu_seconds() - before
        dovecot.start()
        found = _until(lambda: _journalled(home) == 3, seconds + 120)
        code = service.stop()
    print("| what | figure |\n| --- | ---: |")
    print(f"| kicked in IDLE: until a mail that came then was journalled | {kicked:.1f} s |")
    print(f"| server away | {seconds:.0f} s |")
    print(f"| CPU of the daemon meanwhile | {used:.2f} s, {100 * used / seconds:.3f} % of a core |")
    print(f"| server back: until both mails that came meanwhile were journalled | {found:.1f} s |")
    print(f"| connections made in all, and before it went away | {proxy.connections}, {tried} |")
    print(f"| journalled of 3 mails; exit code of the daemon | {_journalled(home)}; {code} |")
    return int(_journalled(home) != 3 or code != 0)


def _journalled(home: Home) -> int:
    """How many messages the journal has, of whatever kind."""
    with closing(sqlite3.connect(home.state / "journal.db")) as db:
        tables = ("messages", "strangers", "unreadable")
        return sum(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def _until(true: Callable[[], bool], most: float = 120) -> float:
    """Wait until it is so, so many s at most; how long it took."""
    began = time.monotonic()
    while not true() and time.monotonic() - began < most:
        time.sleep(0.05)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
