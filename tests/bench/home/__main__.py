"""`make bench-home`: what Highroad costs a small server: time to ready, memory idle, memory while it reads.

All in one run on this machine, as ratios to the least that one might run instead. Prints Markdown tables; nothing
here is a verdict.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime

from bench.home.memory import weighed
from bench.home.ready import started
from bench.link.server import EXTRA, filled
from support.dovecot import Dovecot
from support.realmodel import real_model


def main() -> None:
    asked = _arguments()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    print(f"Measured on {datetime.now(UTC).date()} on {machine} with `make bench-home`.\n", flush=True)
    real_model()
    with Dovecot(extra=EXTRA) as server:
        box = filled(server, asked.mails)
        print(started(box, asked.runs), flush=True)
        print(weighed(box), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-home", description=__doc__)
    parser.add_argument("--mails", type=int, default=1_000, help="how many mails lie in the mailbox")
    parser.add_argument("--runs", type=int, default=7, help="how often the service is started; medians are shown")
    return parser.parse_args()


if __name__ == "__main__":
    main()
