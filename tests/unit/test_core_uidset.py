"""Sets of UIDs against plain sets."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.uidset import UidSet

uids = st.sets(st.integers(1, 60) | st.integers(1, 2**32 - 1), max_size=60)


@given(uids)
def test_it_holds_what_went_in(numbers):
    found = UidSet.from_iterable(numbers)
    assert set(found) == numbers
    assert list(found) == sorted(numbers)
    assert len(found) == len(numbers)
    assert all(number in found for number in numbers)


@given(uids, st.integers(-5, 70))
def test_it_knows_what_is_not_in_it(numbers, other):
    assert (other in UidSet.from_iterable(numbers)) == (other in numbers)


@given(uids)
def test_it_reads_what_it_writes(numbers):
    found = UidSet.from_iterable(numbers)
    assert UidSet.parse(str(found)) == found


@given(uids, uids)
def test_union_and_difference_are_those_of_sets(one, other):
    left, right = UidSet.from_iterable(one), UidSet.from_iterable(other)
    assert set(left | right) == set(left | other) == one | other
    assert set(left - right) == set(left - other) == one - other
    assert left | right == UidSet.from_iterable(one | other)


@given(st.text("0123456789:,*x ", max_size=12))
def test_any_text_is_read_or_refused(text):
    try:
        found = UidSet.parse(text)
    except ValueError:
        return
    assert UidSet.parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "written"), [("", ""), ("5", "5"), ("105,1:100", "1:100,105"), ("9:7,8,10", "7:10"), ("1,2,3", "1:3")]
)
def test_sequence_sets_are_written_in_their_shortest_form(text, written):
    assert str(UidSet.parse(text)) == written


@pytest.mark.parametrize("text", ["0", "*", "1:*", "1,", ",", "1:2:3", "-1", "4294967296", "\u0661", "01", " 1"])
def test_what_is_no_set_of_uids_is_refused(text):
    with pytest.raises(ValueError):
        UidSet.parse(text)


@pytest.mark.parametrize("ranges", [((2, 1),), ((0, 1),), ((1, 2), (3, 4)), ((5, 6), (1, 2))])
def test_ranges_out_of_order_are_refused(ranges):
    with pytest.raises(ValueError):
        UidSet(ranges)


def test_twenty_thousand_uids_are_quick():
    odd = range(1, 40_000, 2)
    began = time.process_time()
    found = UidSet.from_iterable(odd)
    assert len(UidSet.parse(str(found)) - range(1, 20_000)) == 10_000
    assert len(found | range(2, 40_000, 2)) == 39_999
    assert sum(number in found for number in range(1, 40_001)) == 20_000
    assert time.process_time() - began < 2
