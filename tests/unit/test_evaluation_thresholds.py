"""How the limits are chosen: from what is measured, and not at all where nothing reaches the wish."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.judged import Judged
from classifiers.thresholds import GRID, NoLimit, chosen_act, chosen_review, trade_off
from classifiers.values import LABELS


def mails(*pairs):
    """Mails by truth and rejection score."""
    rest = len(LABELS) - 1
    return [
        Judged(f"set.jsonl:{number}", truth, "rejection", (score, *((1 - score) / rest,) * rest))
        for number, (truth, score) in enumerate(pairs, start=1)
    ]


SET = 20 * mails(
    ("rejection", 0.99), ("rejection", 0.95), ("rejection", 0.9), ("interview", 0.75), ("rejection", 0.7),
    ("rejection", 0.3), ("other", 0.6), ("other", 0.2), ("acknowledgement", 0.1),
)  # fmt: skip
SCORED = st.lists(st.tuples(st.sampled_from(LABELS), st.floats(0, 1)), min_size=1, max_size=50)


def point(points, limit):
    return next(one for one in points if one.limit == limit)


def test_a_point_counts_what_lies_at_or_above_its_limit():
    at = point(trade_off(SET), 0.7)
    assert (at.precision.hits, at.precision.of, at.recall.hits, at.recall.of, at.good_news) == (80, 100, 80, 100, 20)
    assert point(trade_off(SET), 0.9).recall.hits == 60  # inclusive


def test_act_is_the_lowest_limit_that_reaches_the_wish():
    assert chosen_act(trade_off(SET), 0.99).limit == 0.76
    assert chosen_act(trade_off(SET), 0.8).limit == 0.61


def test_act_is_never_below_the_middle_and_review_never_above():
    sure = 20 * mails(("rejection", 0.99), ("other", 0.01))
    assert (chosen_act(trade_off(sure), 0.99).limit, chosen_review(trade_off(sure), 0.97).limit) == (0.5, 0.5)


def test_review_has_the_best_precision_of_the_limits_that_reach_the_wish():
    assert chosen_review(trade_off(SET), 0.97).limit == 0.3
    near = 20 * mails(("rejection", 0.9), ("rejection", 0.45), ("other", 0.3))
    assert (chosen_review(trade_off(near), 0.97).limit, chosen_review(trade_off(near), 0.5).limit) == (0.45, 0.5)


def test_no_limit_is_chosen_where_none_reaches_the_precision_and_the_best_is_said():
    with pytest.raises(NoLimit, match=r"no limit reaches a precision of 0\.99 .*The best is 0\.500 \(20 of 40\)"):
        chosen_act(trade_off(20 * mails(("rejection", 0.9999), ("interview", 0.9999))), 0.99)


def test_no_limit_is_chosen_where_none_reaches_the_recall():
    with pytest.raises(NoLimit, match=r"a recall of 0\.97 .*The best is 0\.500 \(20 of 40\)"):
        chosen_review(trade_off(20 * mails(("rejection", 0.9), ("rejection", 0.01))), 0.97)


@pytest.mark.parametrize("few", [[], mails(("other", 0.01)), 19 * mails(("rejection", 0.99))])
def test_fewer_than_twenty_mails_are_no_reason_to_choose(few):
    for choose in (chosen_act, chosen_review):
        with pytest.raises(NoLimit, match=r"20 mails .* or more, and there are fewer"):
            choose(trade_off(few), 0.9)


@given(SCORED)
def test_a_higher_limit_never_finds_more(pairs):
    points = trade_off(mails(*pairs))
    for lower, higher in pairwise(points):
        assert higher.recall.hits <= lower.recall.hits and higher.precision.of <= lower.precision.of
        assert higher.good_news <= lower.good_news


@given(SCORED, st.floats(0.5, 1))
def test_what_is_chosen_reaches_the_wish_and_nothing_lower_does(pairs, wish):
    points = trade_off(5 * mails(*pairs))
    try:
        found = chosen_act(points, wish)
    except NoLimit:
        found = None
    enough = [one for one in points if one.limit >= 0.5 and one.precision.of >= 20]
    reached = [one.limit for one in enough if one.precision.value >= wish]
    assert (found.limit if found else None) == min(reached, default=None)


def test_the_limits_go_up():
    assert list(GRID) == sorted(set(GRID)) and GRID[0] > 0 and GRID[-1] < 1
