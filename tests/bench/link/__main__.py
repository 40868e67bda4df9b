"""`make bench-link`: Highroad on its connection, beside mbsync and a plain loop, all in one run on this machine.

Prints Markdown tables. Nothing here is a verdict.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from importlib import import_module

SECTIONS = ("scan", "latency", "arrival", "idle", "memory")


def main() -> None:
    asked = _arguments()
    print(f"Measured on {datetime.now(UTC).date()} on {_machine()} with `make bench-link`.\n", flush=True)
    for name in asked.only:
        for table in import_module(f"bench.link.{name}").tables(asked.mails):
            print(table, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-link", description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000, help="how large the mailbox of the first scan is")
    parser.add_argument("--only", type=_sections, default=SECTIONS, help=f"some of {','.join(SECTIONS)}")
    return parser.parse_args()


def _sections(text: str) -> list[str]:
    wanted = text.split(",")
    if unknown := [name for name in wanted if name not in SECTIONS]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(SECTIONS)}")
    return wanted


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"


if __name__ == "__main__":
    main()
