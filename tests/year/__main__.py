"""A played year: one search of 120 applications in seven languages, day by day, and every draft against what was due.

    PYTHONPATH=.:tests python -m year [--applications 120] [--seed 1] [--faults N]

The daemon's own passes on a real Dovecot with a simulated clock, a real reader of mails and a real journal. Prints a
table, and ends with 1 unless every column of faults is zero.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from support.dovecot import Dovecot, why_not  # noqa: E402  (after the threads are settled)
from year.days import at, works  # noqa: E402
from year.play import Play  # noqa: E402
from year.scenario import Story  # noqa: E402
from year.stage import Stage, set_up  # noqa: E402
from year.stories import STORIES  # noqa: E402

FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
AWAY = (at(date(2026, 7, 20)), at(date(2026, 8, 3), 0))
SEASONS = {
    "any": (date(2026, 1, 5), date(2026, 9, 18)),
    "early": (date(2026, 1, 5), date(2026, 3, 13)),
    "away": (date(2026, 7, 7), date(2026, 7, 13)),
    "before": (date(2025, 11, 3), date(2025, 11, 14)),
}


def chosen(applications: int) -> list[Story]:
    """So many stories, each way at least once where there is room, then by share."""
    shares = [story for story in STORIES for _ in range(story.share)]
    scale = max(1.0, applications / sum(story.share * story.applications for story in STORIES))
    wanted = [story for story in STORIES for _ in range(max(1, round(story.share * min(scale, 1e6))))]
    if applications < len(shares):
        step = len(shares) / applications
        wanted = [shares[int(number * step)] for number in range(applications)]
    return wanted


def cast(play: Play, stories: list[Story], dice: random.Random) -> None:
    """Each story on a day of its season."""
    dice.shuffle(stories)
    for story in stories:
        begin, end = SEASONS[story.season]
        day = begin + timedelta(days=dice.randint(0, (end - begin).days))
        while not works(day):
            day += timedelta(days=1)
        play.cast(story, at(day, dice.randint(8, 20), dice.randint(0, 59)))


async def perform(stage: Stage, applications: int, seed: int) -> Play:
    dice = random.Random(seed)
    play = Play(stage, dice, AWAY)
    cast(play, chosen(applications), dice)
    play.noise(at(FIRST), at(LAST), 1.2)
    try:
        await play.run(FIRST, LAST)
    finally:
        await stage.house.mind.leave()
    return play


def report(play: Play, seconds: float, most: int) -> int:
    """Print all; how many faults there were."""
    ledger, upkeep = play.ledger, play.upkeep
    applications = sum(tale.story.applications for tale in play.tales)
    tongues = len({tale.firm.language for tale in play.tales})
    print(f"{applications} applications in {tongues} languages, {play.stage.read} mails, {play.stage.passes} passes.\n")
    print(ledger.table())
    print(f"\nDigests: {len(ledger.digests)}. What Sam set right: {dict(upkeep.counts) or 'nothing'}.")
    faults = [*ledger.faults, *play.stage.failures]
    for line, times in list(Counter([*faults, *upkeep.notes]).items())[:most]:
        print(f"  {line}" + (f" ({times} times)" if times > 1 else ""))
    print(f"{len(faults)} faults; {seconds:.0f} s.")
    return len(faults)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m year", description=__doc__.split("\n")[0])
    parser.add_argument("--applications", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=60, help="tell of so many of them at most")
    asked = parser.parse_args()
    if why := why_not():
        print(why, file=sys.stderr)
        return 2
    with Dovecot() as server, tempfile.TemporaryDirectory(prefix="hr-year-") as folder:
        with set_up(server, Path(folder), at(date(2025, 11, 1))) as stage:
            began = time.monotonic()
            play = asyncio.run(perform(stage, asked.applications, asked.seed))
        return int(report(play, time.monotonic() - began, asked.faults) > 0)


if __name__ == "__main__":
    sys.exit(main())
