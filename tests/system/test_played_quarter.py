"""A short played search: each step of the cadence once, in seven languages, against what the scenario table expects.

`python -m year` plays the whole year; here it is some of its stories, on a real Dovecot, with a clock of ours.
"""

from __future__ import annotations

import asyncio
import json
import random
from datetime import date, timedelta

import pytest
from support.dovecot import Dovecot
from year.days import at, works
from year.ledger import COLUMNS, ROWS
from year.play import Play
from year.stage import set_up
from year.stories import STORIES

pytestmark = pytest.mark.slow

TOLD = (
    ("an interview, no, and Sam cares for them", "en"),
    ("an interview with two, then no", "en"),
    ("an interview, and Sam deletes the thanks", "fr"),
    ("an interview, then silence", "de"),
    ("a person confirms, then silence", "nl"),
    ("a person says no", "es"),
    ("an interview, then no by telephone", "de_du"),
    ("an interview with notes, then no", "it"),
    ("an interview, then no, and they tell why", "pt"),
    ("Sam skips it", "en"),
    ("an ATS says no", "de"),
)
FIRST, LAST = date(2026, 1, 5), date(2026, 5, 8)
FAULTS = COLUMNS[2:]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory):
    """The quarter as it was played."""
    with Dovecot() as server, set_up(server, tmp_path_factory.mktemp("quarter"), at(FIRST, 7)) as stage:
        play = Play(stage, random.Random(3), when=_looks)
        asyncio.run(_played(play))
        play.feedback = [json.loads(line) for line in stage.highroad("feedback", "--json").splitlines()]
        yield play


def _looks(day):
    """When the program makes a pass."""
    return ((9, 4), (17, 2)) if works(day) else ((12, 20),)


async def _played(play):
    stories = {story.name: story for story in STORIES}
    for number, (name, tongue) in enumerate(TOLD):
        day = FIRST + timedelta(days=number)
        while not works(day):
            day += timedelta(days=1)
        play.cast(stories[name], at(day, 8, 30 + number), tongue)
    play.noise(at(FIRST), at(LAST), 0.3)
    try:
        await play.run(FIRST, LAST)
    finally:
        await play.stage.house.mind.leave()


def test_no_draft_is_missed_and_none_is_too_much(quarter):
    assert quarter.ledger.faults == []


def test_every_pass_ends_well(quarter):
    assert quarter.stage.failures == []


@pytest.mark.parametrize("row", ROWS)
def test_each_step_was_due_and_laid_as_expected(quarter, row):
    counts = quarter.ledger.counts
    assert counts[row, "expected"] == counts[row, "placed"] > 0
    assert [counts[row, fault] for fault in FAULTS] == [0] * len(FAULTS)


def test_feedback_that_came_back_is_gathered(quarter):
    (told,) = [tale for tale in quarter.tales if tale.story.name.endswith("they tell why")]
    assert any(told.firm.root in str(row["company"]) for row in quarter.feedback)
