"""The draft as octets: what any client must be able to read, edit and send."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.corevalues import DANA, ME, MONDAY, job, seen

from classifiers.values import Address, Headers
from daemon.core.draft import bare_subject, compose, letter, message_id_for, reply_subject, sender_for
from daemon.core.job import Step
from templates.layout import Letter

BODY = "Hello Dana,\n\nThank you for your time.\n\nKind regards,\nSam Rivera\n"
REJECTION = seen().headers


def composed(rejection=REJECTION, body=BODY, me=ME, **changes):
    return compose(job(**changes), rejection, Letter(None, body), me, MONDAY)


def read(octets):
    return message_from_bytes(octets, policy=default)


def header_lines(octets):
    return octets.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_the_draft_answers_the_rejection_in_its_thread():
    message = read(composed())
    assert message["To"] == "Dana Whitfield <dana.whitfield@acme.example>"
    assert message["From"] == "Sam Rivera <sam@example.org>"
    assert message["Subject"] == "Re: Your application"
    assert message["In-Reply-To"] == message["References"] == "<one@acme.example>"
    assert message["Message-ID"] == job().message_id
    assert message["Date"] == "Mon, 02 Mar 2026 11:00:00 +0100"
    assert message.get_content().replace("\r\n", "\n") == BODY


def test_the_draft_holds_these_header_fields_and_no_other():
    names = [line.partition(b":")[0].decode() for line in header_lines(composed())]
    assert names == ["Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Content-Type",
                     "Content-Transfer-Encoding", "MIME-Version"]  # fmt: skip


def test_short_ascii_lines_stay_as_they_are():
    octets = composed()
    assert b"Content-Transfer-Encoding: 7bit\r\n" in octets
    assert octets.endswith(BODY.replace("\n", "\r\n").encode())


@pytest.mark.parametrize("body", ["Gr\u00fc\u00dfe aus K\u00f6ln\n", "word " * 60 + "\n", "\u4f60\u597d" * 90 + "\n"])
def test_anything_else_is_quoted_printable_and_never_base64(body):
    octets = composed(body=body)
    assert b"Content-Transfer-Encoding: quoted-printable\r\n" in octets
    assert max(len(line) for line in octets.split(b"\r\n")) <= 78
    assert octets.isascii()
    assert read(octets).get_content().split() == body.split()


def test_the_body_has_one_kind_of_line_end_and_no_controls():
    octets = composed(body="a\rb\r\nc\x00d\x0ce\n\n\n")
    assert octets.endswith(b"a\r\nb\r\nc d e\r\n")


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Your application", "Re: Your application"),
        ("Re: Your application", "Re: Your application"),
        ("RE: AW: Re[2]: SV : Your application", "Re: Your application"),
        ("re:re:Re(3): x", "Re: x"),
        ("[External] Re: Your application", "Re: [External] Your application"),
        ("Fwd: Re: Your application", "Re: Fwd: Your application"),
        ("Research role", "Re: Research role"),
        ("Re:", "Re: your message"),
        (None, "Re: your message"),
        ("x\r\nBcc: eve@evil.example", "Re: x Bcc: eve@evil.example"),
        ("=?utf-8?q?x=0d=0aBcc:eve@evil.example?=", "Re: = ?utf-8?q?x=0d=0aBcc:eve@evil.example?="),
    ],
)
def test_the_subject_has_one_re_and_one_line(subject, answer):
    assert reply_subject(subject) == answer
    octets = composed(replace(REJECTION, subject=subject))
    assert read(octets)["Subject"] == answer
    assert read(octets)["Bcc"] is None


@given(st.text(max_size=300))
def test_answering_an_answer_changes_no_subject(subject):
    answer = reply_subject(subject)
    assert reply_subject(answer) == answer
    assert not re.match(r"Re:\s*re:", answer, re.IGNORECASE)
    assert len(answer) <= 204
    assert bare_subject(answer) == bare_subject(f"AW: {subject}") or bare_subject(subject) == ""


def test_a_mail_without_message_id_starts_no_thread():
    message = read(composed(Headers(subject="x", references=("<a@b.example>",))))
    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_references_are_bounded_to_the_first_and_the_last_ten():
    ids = tuple(f"<{number}@thread.example>" for number in range(40))
    found = read(composed(replace(REJECTION, references=ids)))["References"].split()
    assert found == [ids[0], *ids[-9:], "<one@acme.example>"]


def test_without_references_the_single_in_reply_to_begins_them():
    message = read(composed(replace(REJECTION, in_reply_to=("<mine@example.org>",))))
    assert message["References"] == "<mine@example.org> <one@acme.example>"
    several = replace(REJECTION, in_reply_to=("<a@example.org>", "<b@example.org>"))
    assert read(composed(several))["References"] == "<one@acme.example>"


def test_long_message_ids_are_neither_folded_nor_encoded():
    long = [f"<{letter * 200}@thread.example>" for letter in "abcdefghijkl"]
    lines = header_lines(composed(replace(REJECTION, message_id=long[-1], references=tuple(long[:-1]))))
    assert f"In-Reply-To: {long[-1]}".encode() in lines
    kept = [long[0], *long[2:]]
    at = lines.index(f"References: {kept[0]}".encode())
    assert [line.decode() for line in lines[at + 1 : at + 11]] == [f" {item}" for item in kept[1:]]


@pytest.mark.parametrize(
    "wrong", ["<a b@c.example>", "a@c.example", "<a@c.example>\r\nBcc: <x@y.example>", "<" + "a" * 300 + "@c>"]
)
def test_what_is_no_message_id_is_left_out(wrong):
    octets = composed(replace(REJECTION, references=(wrong,)))
    assert read(octets)["References"] == "<one@acme.example>"
    assert read(composed(replace(REJECTION, message_id=wrong)))["In-Reply-To"] is None


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({"to": (Address("", "sam.rivera@mail.example"),)}, "sam.rivera@mail.example"),
        ({"to": (DANA,), "cc": (Address("", "SAM.Rivera+jobs@mail.example"),)}, "sam.rivera@mail.example"),
        ({"to": (), "delivered_to": ("sam.rivera@mail.example",)}, "sam.rivera@mail.example"),
        ({"to": (Address("", "undisclosed@lists.example"),)}, "sam@example.org"),
    ],
)
def test_it_is_from_the_address_that_was_written_to(headers, sender):
    rejection = replace(REJECTION, **headers)
    assert sender_for(rejection, ME) == sender
    assert read(composed(rejection))["From"].addresses[0].addr_spec == sender


def test_the_date_is_that_of_placing_in_the_persons_timezone():
    me = replace(ME, timezone=ZoneInfo("Asia/Kolkata"))
    assert b"\r\nDate: Mon, 02 Mar 2026 15:30:00 +0530\r\n" in b"\r\n" + composed(me=me)


def test_the_same_draft_has_the_same_message_id_and_another_has_another():
    made = {
        message_id_for(key, identity, step, to, "sam@Example.org")
        for key in (b"k" * 32, b"l" * 32)
        for identity in (b"1", b"2")
        for step in (Step.THANK_YOU, Step.FOLLOW_UP)
        for to in ("a@x.example", "b@x.example")
    }
    assert len(made) == 16
    assert all(
        re.fullmatch(r"<[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}@example\.org>", m)
        for m in made
    )
    again = message_id_for(b"k" * 32, b"1", Step.THANK_YOU, "A@x.example", "sam@example.org")
    assert again in made


def test_a_job_that_says_both_needs_the_letter_that_says_both():
    assert letter(job()) == "thank_you"
    assert letter(job(step=Step.FEEDBACK_REQUEST)) == "feedback_request"
    assert letter(job(also=(Step.FEEDBACK_REQUEST,))) == "thank_you_and_feedback"


@pytest.mark.parametrize(
    "changes", [{"message_id": None}, {"message_id": "<a@b>\r\n"}, {"recipient": None}, {"recipient": "a b@c"}]
)
def test_a_job_without_recipient_or_message_id_is_a_fault_of_the_program(changes):
    with pytest.raises(ValueError, match="a draft needs"):
        composed(**changes)


OTHERS = (("kim.lee@acme.example", "Kim L\u00eb"), ("DANA.whitfield@acme.example", None), ("joe@acme.example", None))


def test_a_draft_to_several_names_each_once():
    message = read(composed(others=OTHERS))
    assert [str(item) for item in message["To"].addresses] == [
        "Dana Whitfield <dana.whitfield@acme.example>", "Kim L\u00eb <kim.lee@acme.example>", "joe@acme.example",
    ]  # fmt: skip
    assert max(len(line) for line in header_lines(composed(others=OTHERS))) <= 78


@given(
    st.lists(
        st.tuples(st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.example", fullmatch=True), st.text(max_size=70)), max_size=3
    )
)
def test_no_name_changes_whom_a_draft_to_several_goes_to(others):
    wanted = dict.fromkeys(["dana.whitfield@acme.example", *(address for address, _ in others)])
    assert [item.addr_spec for item in read(composed(others=tuple(others)))["To"].addresses] == list(wanted)


NOTE = {"step": Step.REFLECTION, "recipient": "sam@example.org", "recipient_name": None}


def test_a_note_to_oneself_answers_nothing_and_goes_to_nobody_else():
    octets = compose(job(**NOTE), REJECTION, Letter("Looking back: B\u00e4cker", BODY), ME, MONDAY)
    message = read(octets)
    assert message["To"] == message["From"] == "Sam Rivera <sam@example.org>"
    assert message["Subject"] == "Looking back: B\u00e4cker"
    assert message["In-Reply-To"] is message["References"] is None


@pytest.mark.parametrize(
    "changes",
    [{"recipient": "dana.whitfield@acme.example"}, {"others": (("joe@acme.example", None),)}, {"recipient": None}],
)
@pytest.mark.parametrize("step", [Step.REFLECTION, Step.LINKEDIN_NOTE, Step.DIGEST])
def test_a_note_to_anybody_else_cannot_be_written(changes, step):
    with pytest.raises(ValueError, match="a note to self goes to the person alone"):
        compose(job(**(NOTE | {"step": step} | changes)), None, Letter("A note", BODY), ME, MONDAY)


def test_what_answers_no_mail_needs_a_subject():
    with pytest.raises(ValueError, match="a subject of its own"):
        compose(job(**NOTE), None, Letter(None, BODY), ME, MONDAY)


def test_the_next_occasion_of_a_step_is_another_draft():
    ids = {message_id_for(b"k", b"1", Step.KEEP_IN_TOUCH, "a@x.example", "sam@x", which) for which in ("1", "2", "3")}
    assert len(ids) == 3
    assert message_id_for(b"k", b"1", Step.KEEP_IN_TOUCH, "a@x.example", "sam@x") in ids


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u0938\u0948\u092e \u0936\u0930\u094d\u092e\u093e",) * 2,
        ("\u0e2a\u0e21\u0e0a\u0e32\u0e22 \u0e43\u0e08\u0e14\u0e35",) * 2,
        ("Jose\u0301 Nun\u0303ez", "Jos\u00e9 Nu\u00f1ez"),
    ],
)
def test_names_keep_the_marks_that_their_script_writes_vowels_with(name, shown):
    message = read(composed(me=replace(ME, name=name), recipient_name=name))
    assert [message[field].addresses[0].display_name for field in ("From", "To")] == [shown, shown]


def letters(name):
    return "".join(char for char in unicodedata.normalize("NFD", name) if char.isalnum())


anything = st.text(max_size=120) | st.text("=?utf-8qbQ_ \r\n:,<>@\"\\'()\x00\u2028\u0085\u00e4\u00fc", max_size=90)
WORDS = '\u00c4, B; "C" (D) <e@f.example> \u00fc' * 5


@given(anything, anything, anything, anything)
@example(WORDS, WORDS, WORDS, WORDS)
@example("\ud800", "\ud800", "\ud800", "\ud800")
@example("00000000000\u00b2\u00b2\u00b2\u00b9\u00b9\u00b9\u00b9\u1a00\U00010000\U00010400\U0001d2cb", "", "", "")
@example("\u00e9" * 60, "", "", "Zo\u00eb \u0141ukasiewicz-\u0160imek " * 3)
@example(
    "Whitfield, D\u00e4na Marguerite-Antoinette, the Third of That Very Long Name, PhD",
    "x" * 500,
    "",
    "Sam, Rivera, \u00fc",
)
def test_no_fact_can_put_a_line_or_a_recipient_into_the_header(name, subject, body, own_name):
    octets = compose(
        job(recipient_name=name),
        replace(REJECTION, subject=subject),
        Letter(None, body),
        replace(ME, name=own_name),
        MONDAY,
    )
    header = octets.partition(b"\r\n\r\n")[0]
    assert octets.isascii()
    assert b"\x00" not in octets
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert b"\r" not in octets.replace(b"\r\n", b"")
    fields = [line for line in header.split(b"\r\n") if not line.startswith(b" ")]
    assert [line.partition(b":")[0] for line in fields].count(b"To") == 1
    assert len(fields) == 10
    message = read(octets)
    assert not message.defects
    assert [item.addr_spec for item in message["To"].addresses] == ["dana.whitfield@acme.example"]
    assert [item.addr_spec for item in message["From"].addresses] == ["sam@example.org"]
    assert message["Subject"] == reply_subject(subject)
    assert letters(message["To"].addresses[0].display_name) in letters(name)
    assert max(len(line) for line in header.split(b"\r\n")) <= 210
    assert message.get_all("Bcc") is None


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=400))
def test_the_body_comes_back_as_it_was_written(body):
    got = read(composed(body=body)).get_content()
    assert " ".join(got.split()) == " ".join(body.split())


def test_a_plain_date_is_needed_and_any_offset_will_do():
    with_offset = datetime.fromisoformat("2026-03-02T10:00:00-03:30")
    assert b"Date: Mon, 02 Mar 2026 14:30:00 +0100" in compose(job(), REJECTION, Letter(None, BODY), ME, with_offset)
