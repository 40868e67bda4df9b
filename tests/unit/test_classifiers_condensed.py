"""What is taken out before the email package looks at a mail, and put back after it: the mail reads the same."""

import random

import pytest
from support.mixedmails import mixed

from classifiers import mail as mail_module
from classifiers.mail import MailError, read_mail
from classifiers.octets import condensed, restored

LONG = b"This is a line of some text that goes on for a while.\n" * 20
HEAD = b"From: Ann <ann@x.example>\nSubject: Hello\nMIME-Version: 1.0\n"


def whole(raw):
    """The mail as read, or what is said of it."""
    try:
        return read_mail(raw)
    except MailError as error:
        return str(error)


@pytest.fixture
def line_by_line(monkeypatch):
    """read_mail without the short cut."""

    def read(raw):
        with monkeypatch.context() as patched:
            patched.setattr(mail_module, "condensed", lambda octets: (octets, []))
            return whole(raw)

    return read


def changed(raw, dice):
    """A mail that was harmed on its way."""
    at, line = dice.randrange(len(raw)), raw[slice(*(raw.find(b"\r\n--"), raw.find(b"\r\n--") + 20))]
    kinds = [b"text/plain", b"message/rfc822", b"multipart/mixed", b"TEXT/HTML", b"text/html; name=a.html"]
    return dice.choice(
        [
            raw[:at],
            raw[:at] + dice.choice([b"\r\n--\r\n", b"\r\n-- \r\n", b"\n\n--x\n\n", b"\r\n\r\n"]) + raw[at:],
            raw.replace(b"text/html", dice.choice(kinds)),
            raw.replace(b"multipart/alternative", dice.choice([b"multipart/digest", b"message/rfc822"])),
            raw.replace(line, line + dice.choice([b" ", b"--", b"x"]), 2),
            raw.replace(b"\r\n\r\n", b"\r\nX-Odd\r\n\r\n", 2),
        ]
    )


def test_usual_mails_read_the_same_with_and_without_the_short_cut(line_by_line):
    for raw in mixed(30, seed=4):
        assert whole(raw) == line_by_line(raw)


def test_harmed_mails_read_the_same_with_and_without_the_short_cut(line_by_line):
    dice = random.Random(5)
    for raw in mixed(30, seed=5):
        # What looks like a parameter in a text is only left alone by the short cut: out with it.
        harmed = changed(raw[:40_000].replace(b"charset=3D", b"chars=3D"), dice)
        assert whole(harmed) == line_by_line(harmed)


def test_long_bodies_leave_a_mark_and_come_back():
    parts = (
        b"--edge\nContent-Type: text/plain\n\n" + LONG + b"--edge\nContent-Type: text/html\n\n<p>short</p>\n--edge--\n"
    )
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=edge\n\n" + parts
    skeleton, bodies = condensed(raw)
    assert len(skeleton) < len(raw) - len(LONG) + 20
    assert bodies == [LONG[:-1]]
    assert restored(skeleton.decode(), bodies).encode() == raw


def test_a_mail_of_one_part_is_all_header_and_one_body():
    skeleton, bodies = condensed(HEAD + b"\n" + LONG)
    assert bodies == [LONG]
    assert skeleton.startswith(HEAD)
    assert len(skeleton) < len(HEAD) + 20


@pytest.mark.parametrize(
    "inside",
    [
        b"--edge\nContent-Type: message/rfc822\n\nSubject: Inner\n\n" + LONG + b"--edge--\n",
        b"--edge\nContent-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: Inner\n\n"
        + LONG
        + b"--x--\n--edge--\n",
        b"--edge\n\n<hr-body-0>\n" + LONG + b"--edge--\n",
        b"--edge\n\nshort\n--edge--\n",
        b"\n--" * 500 + b"\n\n" + LONG,
    ],
)
def test_where_more_than_a_text_may_be_meant_nothing_is_taken_out(inside):
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=edge\n\n" + inside
    assert condensed(raw) == (raw, [])


def test_a_mark_that_a_sender_wrote_is_only_text():
    text = b"<hr-body-0> and <hr-body-1>\n" + LONG
    assert read_mail(HEAD + b"\n" + text).text.startswith("<hr-body-0> and <hr-body-1>")
