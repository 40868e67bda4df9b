"""Which troubles are told, when, which way and in what words: the pure reckoning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.alarm import BY_SMTP, PATIENCE, Pace, Trouble, Way, lasting, paced, ripe, subject, way, words

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WAITS = Trouble("operator", NOW - 2 * DAY, "The password is wrong.", "main", "reading")
ALL = [
    WAITS,
    replace(WAITS, what="placing"),
    Trouble("behind", NOW - 2 * DAY, "", "main", "INBOX"),
    Trouble("failing", NOW - 3 * DAY, "", "main", "reading"),
    Trouble("failing", NOW - 3 * DAY, "", "main", "placing"),
    Trouble("settings", NOW - 2 * DAY),
    Trouble("digest", NOW - 2 * DAY),
]


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.kind}-{one.what}")
def test_every_trouble_waits_its_time_and_says_what_happened_and_what_to_do(one):
    (told,) = ripe([one], frozenset(), NOW)
    assert told == one
    early = replace(one, since=NOW - PATIENCE[one.kind] + timedelta(seconds=1))
    assert ripe([early], frozenset(), NOW) == () and early.due > NOW
    assert PATIENCE[one.kind] >= DAY
    said = words(one)
    happened = said.happened.format(since="Monday", account="main", what="INBOX")
    assert "Monday" in happened and "{" not in happened + said.next + said.safe
    assert subject([one]).isascii() and "main" not in subject([one]) + said.title
    assert any(word in said.safe for word in ("lost",))


def test_what_was_told_is_not_told_again_until_it_was_mended():
    told = {WAITS.key: NOW}
    assert ripe([WAITS], told.keys(), NOW + 30 * DAY) == ()
    assert lasting([WAITS], told) == told.keys()
    assert lasting([], told) == frozenset()
    assert lasting([replace(WAITS, since=NOW + DAY)], told) == frozenset()  # mended while nobody looked


def test_what_may_be_mended_is_not_told_and_not_forgotten():
    unsure = replace(WAITS, sure=False)
    assert ripe([unsure], frozenset(), NOW) == ()
    assert lasting([unsure], {WAITS.key: NOW}) == {WAITS.key}


def test_an_account_that_waits_for_the_person_is_not_called_stuck_besides():
    stuck = Trouble("behind", NOW - 9 * DAY, "", "main", "INBOX")
    other = replace(stuck, account="work")
    assert ripe([stuck, WAITS], frozenset(), NOW) == (WAITS,)
    assert ripe([stuck, replace(WAITS, since=NOW)], frozenset(), NOW) == ()
    assert ripe([stuck, other, WAITS], frozenset(), NOW) == (other, WAITS)


def test_two_folders_and_a_server_that_is_away_are_one_trouble_of_an_account():
    stuck = Trouble("behind", NOW - 2 * DAY, "", "main", "INBOX")
    away = Trouble("failing", NOW - 5 * DAY, "", "main", "reading")
    assert ripe([stuck, replace(stuck, what="Junk"), away], frozenset(), NOW) == (away,)
    assert ripe([stuck], frozenset({away.key}), NOW) == ()


def test_a_folder_where_mail_is_rare_may_be_behind_for_longer():
    rare = Trouble("behind", NOW - 2 * DAY, "", "main", "INBOX", gap=3 * DAY)
    assert rare.due == NOW + 7 * DAY
    assert replace(rare, gap=timedelta(minutes=5)).due == NOW - DAY
    assert replace(rare, gap=400 * DAY).due == NOW + 12 * DAY


def test_several_are_told_in_one_note_the_longest_first():
    other = Trouble("settings", NOW - 3 * DAY)
    assert ripe([WAITS, other], frozenset(), NOW) == (other, WAITS)
    assert subject([WAITS, other]) == "Highroad: 2 things need you"


MINE, OTHER = Way("main", True, "well"), Way("work", False, "well")


@pytest.mark.parametrize(
    ("ways", "by_smtp", "smtp", "found"),
    [
        ([OTHER, MINE], False, False, "main"),
        ([OTHER, MINE], False, True, "main"),
        ([OTHER, replace(MINE, health="ill")], False, True, "work"),
        ([replace(OTHER, health="doubtful"), replace(MINE, health="ill")], False, True, "work"),
        ([OTHER, replace(MINE, health="doubtful")], False, True, "work"),
        ([replace(MINE, health="ill")], False, True, BY_SMTP),
        ([replace(MINE, health="ill")], False, False, None),
        ([MINE], True, True, BY_SMTP),
        ([MINE], True, False, "main"),
        ([replace(MINE, health="ill")], True, False, None),
    ],
)
def test_the_way_is_the_digests_unless_that_is_what_is_ill(ways, by_smtp, smtp, found):
    assert way(ways, by_smtp=by_smtp, smtp=smtp) == found


def test_the_pace_follows_what_comes():
    pace = paced(None, NOW)
    assert pace == Pace(NOW)
    for hours in range(1, 30):
        pace = paced(pace, NOW + timedelta(hours=hours))
    assert pace.gap == timedelta(hours=1)
    assert timedelta(hours=1) < paced(pace, NOW + timedelta(hours=53)).gap < timedelta(hours=24)
    assert paced(pace, NOW).gap < timedelta(hours=1)  # the clock was set back


MOMENTS = st.integers(0, 80).map(lambda hours: timedelta(hours=hours))


@given(st.lists(st.tuples(MOMENTS, st.sampled_from(ALL), st.booleans()), max_size=40))
def test_no_history_tells_one_trouble_twice_nor_before_its_time_nor_after_it_was_mended(history):
    """Each step lets time pass, and a trouble begin or end."""
    now, there, told = NOW, dict[str, Trouble](), dict[str, datetime]()
    for passed, one, begins in history:
        now += passed
        if begins:
            there.setdefault(one.kind + one.what, replace(one, since=now))
        else:
            there.pop(one.kind + one.what, None)
        told = {key: told[key] for key in lasting(there.values(), told)}
        for new in ripe(there.values(), told.keys(), now):
            assert new in there.values() and now - new.since >= DAY
            assert new.key not in told
            told[new.key] = now
            assert ripe([new], told.keys(), now + 99 * DAY) == ()
    assert set(told) <= {one.key for one in there.values()}
