"""What the log hears of a duty: levels that let a person sleep."""

from datetime import timedelta

import pytest
from support.clock import MONDAY

from daemon import news as module
from daemon.news import News

DOWN, WRONG = "The server is down.", "Wrong password."


@pytest.fixture
def said(monkeypatch):
    told = []
    monkeypatch.setattr(module, "tell", lambda event, sentence, **_facts: told.append((event, sentence)))
    return told


class Duty:
    def __init__(self):
        self.news, self.now = News("main"), MONDAY

    def hear(self, problem=None, *, waits=False, minutes=1):
        self.now += timedelta(minutes=minutes)
        self.news.hear("reading", problem, self.now, waits=waits)


def test_that_it_works_is_said_once(said):
    duty = Duty()
    for _ in range(5):
        duty.hear()
    assert said == [("works", "reading works.")]


def test_a_trouble_that_passes_is_said_with_its_end_and_wakes_nobody(said):
    duty = Duty()
    for problem in (DOWN, DOWN, DOWN, None, None):
        duty.hear(problem)
    assert said == [("trouble", f"reading: {DOWN}"), ("works", "reading works again.")]


def test_a_trouble_that_lasts_is_a_warning_after_an_hour_and_then_once_a_day(said):
    duty = Duty()
    for _ in range(3 * 24 * 60):
        duty.hear(DOWN)
    assert [event for event, _ in said] == ["trouble", *["trouble_lasts"] * 3]
    duty.hear()
    assert said[-1] == ("works", "reading works again.")


def test_what_waits_for_the_person_is_a_warning_at_once_and_then_once_a_day(said):
    duty = Duty()
    for _ in range(2 * 24 + 1):
        duty.hear(WRONG, waits=True, minutes=60)
    assert said == [("needs_you", f"reading: {WRONG}")] * 3


def test_another_problem_is_said_when_it_comes(said):
    duty = Duty()
    duty.hear(WRONG, waits=True)
    duty.hear("No such folder.", waits=True)
    assert [sentence for _, sentence in said] == [f"reading: {WRONG}", "reading: No such folder."]


def test_what_comes_and_goes_within_an_hour_is_said_once(said):
    duty = Duty()
    for _ in range(20):
        duty.hear(DOWN)
        duty.hear()
    assert said == [("trouble", f"reading: {DOWN}"), ("works", "reading works again.")]
    duty.hear(minutes=90)
    duty.hear(DOWN)
    assert said[2:] == [("trouble", f"reading: {DOWN}")]
