"""What is tried again, after how long, and what is not."""

import traceback
from datetime import timedelta

import pytest
from support.clock import FakeClock

from daemon.core.backoff import FIRST_PAUSE, LONGEST_PAUSE, THROTTLED_PAUSE
from daemon.core.errors import HighroadError, JournalFault, NeedsOperator, Refused, Throttled, Transient
from daemon.supervise import fault_sentence, keep


class Work:
    """Raises the given failures one after another, each after `lasting` seconds, and is done then."""

    def __init__(self, clock, *failures, lasting=()):
        self.clock, self.failures, self.lasting, self.calls = clock, list(failures), list(lasting), 0

    async def __call__(self):
        self.calls += 1
        if self.lasting:
            self.clock.advance(seconds=self.lasting.pop(0))
        if self.failures:
            raise self.failures.pop(0)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def said():
    return []


async def kept(work, said):
    async def ask():
        said.append(("asked", None))

    clock = work.clock
    await keep(work, clock, lambda problem, waits: said.append((problem, waits)), ask, clock.sleep)


def near(pause):
    return pytest.approx(pause, rel=0.2501)


async def test_work_that_ends_is_done(clock, said):
    work = Work(clock)
    await kept(work, said)
    assert (work.calls, said, clock.slept) == (1, [], [])


async def test_pauses_grow_to_the_longest_and_stay_there(clock, said):
    work = Work(clock, *[Transient("The server is down.")] * 12)
    await kept(work, said)
    wanted = [min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(12)]
    assert clock.slept == [near(pause) for pause in wanted]
    assert wanted[-1] == LONGEST_PAUSE
    assert said == [("The server is down.", False)] * 12


async def test_pauses_are_uneven(clock, said):
    await kept(Work(clock, *[Transient("x")] * 40), said)
    even = [min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(40)]
    assert len({round(slept / pause, 3) for slept, pause in zip(clock.slept, even, strict=True)}) > 20


async def test_a_server_that_asks_for_a_pause_gets_it(clock, said):
    await kept(Work(clock, Throttled("Too much.", 300.0), Throttled("Too much."), Transient("x")), said)
    told, untold, mishap = clock.slept
    assert 300 <= told <= 375
    assert untold >= THROTTLED_PAUSE * 0.75
    assert mishap == near(5)


async def test_after_sound_work_the_pause_is_short_again(clock, said):
    work = Work(clock, *[Transient("x")] * 5, lasting=[0, 0, 0, 3600, 0])
    await kept(work, said)
    assert clock.slept == [near(pause) for pause in (5, 10, 20, 5, 10)]


async def test_work_that_fails_soon_is_not_sound(clock, said):
    await kept(Work(clock, *[Transient("x")] * 3, lasting=[299, 299, 299]), said)
    assert clock.slept == [near(pause) for pause in (5, 10, 20)]


@pytest.mark.parametrize("kind", [NeedsOperator, Refused])
async def test_what_only_the_person_can_mend_is_said_and_asked_about_before_it_is_tried_again(clock, said, kind):
    work = Work(clock, Transient("down"), kind("The password is wrong."), Transient("down"))
    await kept(work, said)
    assert work.calls == 4
    assert said[1:3] == [("The password is wrong.", True), ("asked", None)]
    assert clock.slept == [near(5), near(5)]


async def test_without_its_journal_it_does_not_go_on(clock, said):
    work = Work(clock, JournalFault("The disk is full."))
    with pytest.raises(JournalFault):
        await kept(work, said)
    assert (work.calls, said, clock.slept) == (1, [], [])


async def test_a_fault_of_our_own_is_said_without_values_and_tried_again(clock, said):
    work = Work(clock, ValueError("Dear Sam, we regret"), KeyError("sam@example.org"))
    await kept(work, said)
    assert work.calls == 3
    assert [waits for _, waits in said] == [False, False]
    assert "ValueError at" in said[0][0] and "Please report this line." in said[0][0]
    assert not any(value in problem for problem, _ in said for value in ("Sam", "regret", "sam@"))


async def test_any_other_sentence_of_ours_is_said_as_it_is(clock, said):
    await kept(Work(clock, HighroadError("This is a sentence.")), said)
    assert said == [("This is a sentence.", False)]


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, GeneratorExit])
async def test_the_end_of_the_process_is_not_held_up(clock, said, end):
    with pytest.raises(end):
        await kept(Work(clock, end()), said)
    assert said == []


def test_a_fault_names_the_place_where_it_arose():
    try:
        timedelta(days="Dear Sam")
    except TypeError as error:
        sentence = fault_sentence(error)
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
    assert f"TypeError at {__name__}:{line}" in sentence
    assert "Dear" not in sentence
    assert "unknown place" in fault_sentence(ValueError("x"))
