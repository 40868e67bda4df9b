"""The life of a reading connection: whatever happens in whatever order, it goes on, rests enough and misses no poll."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import watch as core
from daemon.core.backoff import FIRST_PAUSE, LONGEST_PAUSE, LONGEST_THROTTLED, LONGEST_TOLD, Backoff
from daemon.core.watch import (
    MOVES,
    Ask,
    Begun,
    Heard,
    Listen,
    Lost,
    Moment,
    Open,
    Opened,
    Refused,
    Rest,
    Rested,
    State,
    Sync,
    Synced,
    Tend,
    Tended,
    Watch,
    step,
)

POLL = 300.0


def at(seconds, leapt=0.0):
    return Moment(1_000_000.0 + seconds + leapt, 50.0 + seconds)


class Told:
    """A watch, and a clock that is moved by hand."""

    def __init__(self, *folders, poll=POLL):
        self.watch, self.now, self.leapt = Watch(folders or ("INBOX",), poll), 0.0, 0.0
        self.action = None

    def tell(self, event, after=0.0):
        self.now += after
        self.watch, self.action = step(self.watch, event, at(self.now, self.leapt))
        return self.action

    def up_to_listening(self):
        self.tell(Begun())
        self.tell(Opened())
        while isinstance(self.action, Sync):
            self.tell(Synced(news=True))
        return self.tell(Tended())


@pytest.fixture
def told():
    return Told()


def test_a_watch_connects_reads_all_folders_tends_and_listens_to_the_first(told):
    told = Told("INBOX", "Jobs", "Junk")
    assert told.tell(Begun()) == Open()
    asked = [told.tell(Opened()), told.tell(Synced(news=False)), told.tell(Synced(news=True))]
    assert asked == [Sync(name, verify=True) for name in ("Jobs", "Junk", "INBOX")]
    assert told.tell(Synced(news=False)) == Tend()
    assert told.tell(Tended()) == Listen("INBOX", POLL, 0.0)


def test_what_the_server_tells_of_is_read_from_the_one_folder_that_is_listened_to():
    told = Told("INBOX", "Jobs")
    told.up_to_listening()
    assert told.tell(Heard(told=True), after=10) == Sync("INBOX", verify=False)
    assert told.tell(Synced(news=True)) == Listen("INBOX", POLL - 10, 0.0)


def test_a_server_that_tells_all_the_time_does_not_put_off_the_poll():
    told = Told("INBOX", "Jobs")
    told.up_to_listening()
    for _ in range(3):
        told.tell(Heard(told=True), after=99)
        told.tell(Synced(news=True))
    assert told.tell(Heard(told=True), after=99) == Sync("Jobs", verify=False)


def test_when_the_time_is_up_all_folders_are_polled():
    told = Told("INBOX", "Jobs")
    told.up_to_listening()
    assert told.tell(Heard(told=False), after=POLL) == Sync("Jobs", verify=False)


def test_once_a_day_every_uid_is_compared(told):
    told.up_to_listening()
    days = []
    for _ in range(3 * 288 + 2):
        days.append(told.tell(Heard(told=False), after=POLL).verify)
        told.tell(Synced(news=False))
        told.tell(Tended())
    assert sum(days) == 3


def test_a_server_that_tells_of_news_and_has_none_is_listened_to_less_and_less(told):
    told.up_to_listening()
    deaf = []
    for _ in range(12):
        told.tell(Heard(told=True), after=0.001)
        deaf.append(told.tell(Synced(news=False)).deaf)
    assert deaf[:5] == [0.0, 1.0, 2.0, 4.0, 8.0]
    assert deaf == sorted(deaf) and deaf[-1] == 60.0
    told.tell(Heard(told=True))
    assert told.tell(Synced(news=True)).deaf == 0.0


@pytest.mark.parametrize("leap", [86_400, -86_400, 3600 * 5])
def test_a_clock_that_is_set_neither_hurries_nor_stops_the_poll_for_long(told, leap):
    told.up_to_listening()
    told.leapt = leap
    told.tell(Heard(told=True), after=POLL - 1)
    listening = told.tell(Synced(news=True))
    if isinstance(listening, Tend):  # it was set forward: the poll is early
        listening = told.tell(Tended())
    assert 0 < listening.seconds <= POLL


def test_after_a_sleep_of_the_machine_the_poll_is_due(told):
    told.up_to_listening()
    told.leapt = 7200
    assert told.tell(Heard(told=False)) == Sync("INBOX", verify=False)
    told.leapt += 90_000
    told.tell(Synced(news=False))
    told.tell(Tended())
    assert told.tell(Heard(told=False)) == Sync("INBOX", verify=True)


def test_lost_again_and_again_it_rests_longer_and_longer(told):
    told.tell(Begun())
    rests = []
    for _ in range(12):
        rests.append(told.tell(Lost(dice=0.5)).seconds)
        assert told.tell(Rested()) == Open()
    assert rests[:4] == [FIRST_PAUSE, 10, 20, 40]
    assert rests[-1] == LONGEST_PAUSE


def test_a_connection_that_held_for_long_is_missed_only_shortly(told):
    told.tell(Begun())
    for _ in range(6):
        told.tell(Lost(dice=0.5))
        told.tell(Rested())
    told.tell(Opened())
    assert told.tell(Lost(dice=0.5), after=30).seconds == LONGEST_PAUSE
    told.tell(Rested())
    told.tell(Opened())
    assert told.tell(Lost(dice=0.5), after=301).seconds == FIRST_PAUSE


def test_a_server_that_says_how_long_is_left_alone_for_so_long(told):
    told.tell(Begun())
    assert told.tell(Lost(dice=0.0, complaint=True, seconds=300.0)) == Rest(300.0)
    told.tell(Rested())
    assert told.tell(Lost(dice=0.0, complaint=True, seconds=1e9)) == Rest(LONGEST_TOLD)


def test_what_only_the_person_can_mend_is_asked_about_and_then_tried_afresh(told):
    told.tell(Begun())
    assert told.tell(Refused()) == Ask()
    assert told.tell(Rested()) == Open()
    assert told.watch.backoff == Backoff()


EVENTS = st.one_of(
    st.just(Opened()),
    st.builds(Synced, st.booleans()),
    st.just(Tended()),
    st.builds(Heard, st.booleans()),
    st.builds(Lost, st.floats(0, 1, exclude_max=True), st.booleans(), st.none() | st.floats(0, 1e12)),
    st.just(Refused()),
    st.just(Rested()),
)
ANSWERS = {Open: (Opened, Lost, Refused), Sync: (Synced, Lost, Refused), Tend: (Tended, Lost, Refused),
           Listen: (Heard, Lost, Refused), Rest: (Rested,), Ask: (Rested,)}  # fmt: skip


@given(st.lists(st.tuples(EVENTS, st.floats(0, 1e5), st.floats(-1e5, 1e5)), max_size=60))
def test_whatever_happens_in_whatever_order_there_is_a_next_step_and_it_is_bounded(story):
    told = Told("INBOX", "Jobs")
    told.tell(Begun())
    for event, after, leap in story:
        if not isinstance(event, ANSWERS[type(told.action)]):
            continue
        told.leapt += leap
        action = told.tell(event, after)
        if isinstance(action, Rest):
            assert FIRST_PAUSE * 0.75 <= action.seconds <= max(LONGEST_TOLD, LONGEST_THROTTLED) * 1.25
        if isinstance(action, Listen):
            assert 0 <= action.seconds <= POLL and 0 <= action.deaf <= 60 and action.folder == "INBOX"


@given(st.lists(st.booleans(), max_size=40))
def test_between_two_times_of_listening_the_folder_was_read(heard):
    told = Told("INBOX", "Jobs", poll=10.0)
    told.up_to_listening()
    for told_of in heard:
        told.tell(Heard(told_of), after=3)
        read = []
        while isinstance(told.action, Sync):
            read.append(told.action.folder)
            told.tell(Synced(news=False))
        assert read[-1] == "INBOX"
        assert isinstance(told.action, Listen | Tend)
        if isinstance(told.action, Tend):
            assert read == ["Jobs", "INBOX"]
            told.tell(Tended())


def test_what_cannot_happen_is_refused(told):
    with pytest.raises(KeyError):
        told.tell(Tended())


def test_every_state_can_be_reached_and_left():
    assert set(MOVES.values()) | {State.AWAY} == set(State)
    assert {before for before, _ in MOVES} == set(State)
    assert {happening for _, happening in MOVES} == set(core.Happening.__args__)


def test_both_clocks_count_and_the_one_that_saw_more_wins():
    start = at(0)
    assert at(10).since(start) == 10
    assert at(10, leapt=100).since(start) == 110
    assert at(10, leapt=-100).since(start) == 10
    assert replace(at(0), wall=at(0).wall - 5).since(start) == 0
