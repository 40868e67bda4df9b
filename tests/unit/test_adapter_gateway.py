"""No word to a server can end its line and begin another command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.adapters.imap.gateway import ForbiddenWord, clean, clean_uids
from daemon.core.errors import NeedsOperator

words = st.text(st.characters(exclude_characters="\r\n\0"))


@given(words)
def test_any_other_word_passes_as_it_is(word):
    assert clean(word, "folder name") == word


@given(words, st.sampled_from("\r\n\0"), words)
def test_a_line_break_or_nul_anywhere_is_refused_without_showing_the_word(before, mark, after):
    with pytest.raises(ForbiddenWord) as caught:
        clean(before + mark + after, "password")
    assert str(caught.value) == "The password holds a line break or NUL and was not sent to the server. Correct it."


def test_it_is_for_the_person_to_mend():
    assert issubclass(ForbiddenWord, NeedsOperator)


@given(st.lists(st.integers(1, 2**32 - 1)))
def test_uids_pass_as_they_are(uids):
    assert clean_uids(uids) == uids


@given(st.lists(st.integers(1, 2**32 - 1)), st.integers(max_value=0) | st.integers(2**32) | st.booleans() | st.text())
def test_what_is_no_uid_is_refused(uids, other):
    with pytest.raises(ForbiddenWord, match="whole number from 1 to 4294967295"):
        clean_uids([*uids, other])
