"""What makes a mail the same mail."""

from hypothesis import given
from hypothesis import strategies as st

from daemon.core.identity import identity, raw_fields, raw_header

HEADER = b"Message-ID: <a@acme.example>\r\nFrom: Dana <d@acme.example>\r\nDate: Mon, 2 Mar 2026\r\nSubject: Hello\r\n"


def test_the_same_mail_elsewhere_has_the_same_identity():
    moved = b"Received: by elsewhere\r\n" + HEADER.replace(b"Subject: Hello", b"SUBJECT:\r\n  Hello ").replace(
        b"\r\n", b"\n"
    )
    assert identity("main", HEADER, 1) == identity("main", moved, 99)


def test_another_sender_date_subject_or_account_is_another_mail():
    changed = [HEADER.replace(old, new) for old, new in ((b"Dana", b"Eve"), (b"2 Mar", b"3 Mar"), (b"Hello", b"Bye"))]
    made = {identity("main", header, 1) for header in (HEADER, *changed)} | {identity("other", HEADER, 1)}
    assert len(made) == 5


def test_a_second_field_of_the_same_name_changes_nothing():
    assert identity("main", HEADER + b"Subject: other\r\n", 1) == identity("main", HEADER, 1)


def test_without_a_valid_message_id_the_whole_header_and_the_size_count():
    for message_id in (b"", b"<a b@c>", b"=?utf-8?q?<a@c>?=", b"<a@c> x", b"<" + b"a" * 900 + b"@c>"):
        header = HEADER.replace(b"<a@acme.example>", message_id)
        made = {identity("main", header, 1), identity("main", header, 2), identity("main", header + b"X: y\r\n", 1)}
        assert len(made) == 3


def test_encoded_words_are_compared_as_they_stand():
    encoded = HEADER.replace(b"Hello", b"=?utf-8?q?Hello?=")
    assert identity("main", encoded, 1) != identity("main", HEADER, 1)


def test_parts_cannot_be_shifted_into_each_other():
    one = b"Message-ID: <a@b.example>\nFrom: ab\nDate: c\nSubject: d\n"
    assert identity("main", one, 1) != identity("main", one.replace(b"ab\nDate: c", b"a\nDate: bc"), 1)


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(0, 2**40), st.text(max_size=9))
def test_any_octets_have_an_identity(one, other, size, account):
    assert identity(account, one, size) == identity(account, one, size)
    assert (identity(account, one, size) == identity(account, other, size)) >= (one == other)
    assert all(name == name.lower() and b"\n" not in value for name, value in raw_fields(one))


def test_a_header_ends_at_the_first_blank_line():
    assert raw_header(b"A: 1\r\nB: 2\r\n\r\nbody\r\n\r\n") == b"A: 1\r\nB: 2\r\n"
    assert raw_header(b"A: 1\nB: 2\n\nbody") == b"A: 1\nB: 2\n"
    assert raw_header(b"\r\n\nA: 1\r\n\r\nbody") == b"A: 1\r\n"
    assert raw_header(b"A: 1\r\nB: \0") == b"A: 1\r\nB: \0"
    assert raw_header(b"") == b""


@given(st.binary(max_size=300))
def test_a_header_is_a_part_of_the_mail_without_blank_lines(octets):
    header = raw_header(octets)
    assert header in octets
    assert b"\n\n" not in header
    assert b"\n\r\n" not in header


def test_fields_are_unfolded_and_junk_lines_are_left_out():
    header = b"From nobody Mon\n one\nA : x\r\n\ty\nnonsense\n more\n:empty\nB:\0z\n"
    assert list(raw_fields(header)) == [(b"a", b"x y"), (b"b", b"\0z")]
