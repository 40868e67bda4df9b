"""What the header of an own mail tells, and what of it is kept."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corevalues import ME, MONDAY

from classifiers.mail import read_mail
from classifiers.values import Address
from daemon.core.identity import identity, raw_header
from daemon.core.ports import FoundHeader
from daemon.core.sent import headers_of, identity_of, readers_of, thread_of, told, told_of

MAIL = (
    b"Message-ID: <mine@example.org>\r\nIn-Reply-To: <one@acme.example>\r\n"
    b"References: <zero@acme.example>\r\n <one@acme.example>\r\n"
    b"From: Sam Rivera <sam@example.org>\r\nTo: =?utf-8?q?D=C3=A4na?= <Dana@acme.example>, noreply@acme.example\r\n"
    b"Cc: sam.rivera@mail.example, \"eve@evil.example\" <kim@acme.example>\r\n"
    b"Date: Mon, 02 Mar 2026 11:00:00 +0100\r\nSubject: =?utf-8?q?Re:_Gr=C3=BC=C3=9Fe?=\r\n"
)  # fmt: skip


def headers(raw=MAIL):
    return headers_of(FoundHeader(3, raw, MONDAY))


def test_the_facts_of_a_header_are_kept():
    got = headers()
    assert got.message_id == "<mine@example.org>"
    assert got.in_reply_to == ("<one@acme.example>",)
    assert got.references == ("<zero@acme.example>", "<one@acme.example>")
    assert got.date == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert got.sender == Address("Sam Rivera", "sam@example.org")
    assert got.to == (Address("Däna", "Dana@acme.example"), Address("", "noreply@acme.example"))
    assert got.cc == (Address("", "sam.rivera@mail.example"), Address("eve@evil.example", "kim@acme.example"))
    assert got.subject == "Re: Grüße"


def test_its_readers_are_those_who_read_and_not_oneself():
    assert readers_of(headers(), ME) == ("dana@acme.example", "kim@acme.example")


def test_its_thread_is_itself_and_what_it_answers_the_nearest_first():
    assert thread_of(headers()) == (
        "<mine@example.org>", "<one@acme.example>", "<one@acme.example>", "<zero@acme.example>",
    )  # fmt: skip


@pytest.mark.parametrize(
    "subject", ["Fwd: x", "FW: x", "WG: x", "TR: x", "RV: x", "ENC: x", "I: x", "Re: Fwd: x", "Fwd : x"]
)
def test_what_is_passed_on_belongs_to_no_thread(subject):
    assert thread_of(headers(MAIL.replace(b"=?utf-8?q?Re:_Gr=C3=BC=C3=9Fe?=", subject.encode()))) == ()
    assert told(FoundHeader(1, b"Subject: " + subject.encode())).forwarded


@pytest.mark.parametrize("subject", ["Re: x", "Interview: Friday", "Transport role", "Encore: x", "Tribute", ""])
def test_other_subjects_pass_nothing_on(subject):
    assert not told(FoundHeader(1, b"Subject: " + subject.encode())).forwarded


@pytest.mark.parametrize("subject", [b"Re: x", b"Fwd: x", b"AW: AW: WG: x", b"[ext] Re: FW: x"])
def test_the_journal_tells_the_same_as_the_mailbox(subject):
    raw = MAIL.replace(b"=?utf-8?q?Re:_Gr=C3=BC=C3=9Fe?=", subject)
    seen = told(FoundHeader(0, raw, MONDAY))
    assert told_of(MONDAY, headers(raw)) == seen
    assert seen.forwarded is (subject != b"Re: x")


def test_it_is_the_same_mail_wherever_it_lies():
    whole = MAIL + b"X-Other: 1\r\n\r\nHello\r\n"
    assert identity_of("main", FoundHeader(3, MAIL)) == identity("main", raw_header(whole), len(whole))
    assert read_mail(whole).headers.message_id == headers().message_id


@given(
    st.binary(max_size=300) | st.builds(lambda value: b"To: " + value + b"\r\nDate: " + value, st.binary(max_size=80))
)
def test_no_octets_break_it(header):
    found = FoundHeader(1, header, MONDAY)
    told(found)
    got = headers_of(found)
    assert readers_of(got, ME) is not None
    assert thread_of(got) is not None
