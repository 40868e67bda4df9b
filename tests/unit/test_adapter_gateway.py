"""No word to a server can end its line and begin another command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.proxy import Reader

from daemon.adapters.imap.gateway import ForbiddenWord, Gate, clean, clean_message_id, clean_uids
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


# --- the gate at the wire ---

line_words = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
literals = st.binary(max_size=60).map(lambda octets: octets.replace(b"\0", b"x"))
evil = st.sampled_from(["\r\nx DELETE INBOX\r\n", "\n", "\r", "\0", "ü", "{3+}\r\nabc", "{3}\r\nabc", "\r\n"])


def plain(words):
    """A line that announces nothing at its end."""
    return (words.rstrip("}") + "\r\n").encode()


def passed(gate, data):
    try:
        return gate.send(data)
    except ForbiddenWord:
        return None


@given(st.lists(line_words), st.data())
def test_whole_lines_pass_as_they_are_however_they_are_put_together(lines, data):
    """Pieces are held back until the line is whole, so that a refusal later in it leaves nothing half said."""
    gate, out = Gate(), []
    for words in map(plain, lines):
        at = data.draw(st.integers(0, len(words) - 2))
        first, second = gate.send(words[:at]), gate.send(words[at:])
        assert first == b""
        out.append(second)
    assert out == list(map(plain, lines))


@given(line_words, literals, st.integers(0, 60), line_words)
def test_a_literal_passes_once_the_server_asked_for_it(words, literal, at, after):
    gate = Gate()
    announced = f"{words} {{{len(literal)}}}\r\n".encode()
    assert gate.send(announced) == announced
    assert passed(gate, literal) is None
    gate.go_on()
    assert gate.send(literal[:at]) + gate.send(literal[at:]) == literal
    assert gate.send(plain(after)) == plain(after)


@given(line_words, st.sampled_from("\r\n\0ü"), line_words)
def test_a_line_with_anything_else_in_it_is_not_sent(before, mark, after):
    gate = Gate()
    with pytest.raises(ForbiddenWord, match="was not sent"):
        gate.send((before + mark + after + "\r\n").encode())
    assert gate.send(b"a1 NOOP\r\n") == b"a1 NOOP\r\n"  # and nothing of it is left behind


@given(line_words)
def test_a_literal_is_never_sent_unasked(words):
    with pytest.raises(ForbiddenWord, match="unasked"):
        Gate().send(f"{words} {{3+}}\r\n".encode())


def test_a_message_with_nul_is_not_sent():
    gate = Gate()
    gate.send(b"a1 APPEND Drafts {3}\r\n")
    gate.go_on()
    with pytest.raises(ForbiddenWord, match="NUL"):
        gate.send(b"a\0b")


@given(st.lists(st.tuples(line_words, st.none() | evil, line_words), max_size=6))
def test_whatever_the_callers_do_a_server_reads_one_command_for_each_send_at_most(attempts):
    """The one promise: a word never becomes a command. Read back by the proxy's own parser."""
    gate, wire, sends = Gate(), b"", 0
    for before, mark, after in attempts:
        out = passed(gate, f"a1 X {before}{mark or ''}{after}".rstrip("}").encode() + b"\r\n")
        assert (out is None) == (mark is not None)
        if out:
            wire, sends = wire + out, sends + 1
    commands = [command for _, command in Reader(1).feed(wire) if command is not None]
    assert len(commands) == sends
    assert {command.verb for command in commands} <= {"X"}


@pytest.mark.parametrize("after", ["{2}\r\n", "{2+}\r\n", "\r\n"])
def test_a_word_that_looks_like_a_literal_opens_no_way_in(after):
    gate = Gate()
    out = passed(gate, f'a1 EXAMINE "x {after}a2 DELETE INBOX\r\n'.encode())
    assert out is None


def test_a_command_that_the_server_ends_early_leaves_nothing_behind():
    gate = Gate()
    gate.send(b"a1 APPEND Drafts {300}\r\n")
    gate.give_up()
    assert gate.send(b"a2 NOOP\r\n") == b"a2 NOOP\r\n"


# --- message ids ---


@given(st.text(max_size=40))
def test_a_message_id_is_between_angles_and_without_what_imap_could_read_otherwise(word):
    try:
        assert clean_message_id(word) == word
    except ForbiddenWord:
        return
    assert word.startswith("<") and word.endswith(">") and "@" in word
    assert not set(word) & set(' "\\{}%*()\r\n\0') and word.isascii()
