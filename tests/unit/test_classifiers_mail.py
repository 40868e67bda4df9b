from datetime import UTC, datetime

import pytest

from classifiers.mail import MailError, mail_of, one_line, read_mail
from classifiers.octets import PREFIX_BYTES
from classifiers.values import Address


def mail(head: str, body: str = "Hello."):
    return read_mail(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body.encode())


def test_a_plain_mail_is_read():
    read = mail(
        "From: Anna Lindberg <anna@Tideway.example>\nTo: Sam <sam@example.org>\nSubject: Your application\n"
        "Date: Tue, 1 Jul 2003 10:52:37 +0200\nMessage-ID: <a.1@tideway.example>"
    )
    assert read.headers.sender == Address("Anna Lindberg", "anna@tideway.example")
    assert read.headers.to == (Address("Sam", "sam@example.org"),)
    assert read.headers.subject == "Your application"
    assert read.headers.date == datetime(2003, 7, 1, 8, 52, 37, tzinfo=UTC)
    assert read.headers.message_id == "<a.1@tideway.example>"
    assert (read.text, read.html, read.calendar) == ("Hello.", False, False)


def test_a_mail_without_date_sender_and_message_id_is_read():
    read = mail("X-Nothing: here")
    assert (read.headers.date, read.headers.sender, read.headers.message_id) == (None, None, None)
    assert read.headers.subject is None
    assert read.text == "Hello."


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"\0\0\0", b" \n "])
def test_an_empty_mail_is_refused_with_a_sentence(raw):
    with pytest.raises(MailError, match=r"^The mail is empty.*\.$"):
        read_mail(raw)


def test_text_without_any_header_is_read():
    assert read_mail(b"hello there, no header at all").text == "hello there, no header at all"


def test_the_envelope_line_of_an_mbox_is_no_header():
    read = read_mail(b"From anna@x.example Thu Jan  1 00:00:00 2026\nFrom: Bo <bo@x.example>\n\nhi")
    assert read.headers.sender == Address("Bo", "bo@x.example")


@pytest.mark.parametrize(
    "value",
    [
        "=?utf-8?q?<a=0D=0ADELETE=20INBOX@x.example>?=",
        "<a b@x.example>",
        "<a@b@x.example>",
        "<a<b@x.example>",
        '<"a"@x.example>',
        "<a\x01@x.example>",
        "<ä@x.example>",
        f"<{'a' * 260}@x.example>",
        "a@x.example",
        "<a@x.example> <b@x.example>",
        "<a\\@x.example>",
    ],
)
def test_a_message_id_that_is_not_strictly_formed_is_left_out(value):
    assert mail(f"Message-ID: {value}").headers.message_id is None


def test_a_folded_message_id_is_unfolded_and_only_the_first_counts():
    assert mail("Message-ID:\n <one@x.example>\nMessage-ID: <two@x.example>").headers.message_id == "<one@x.example>"


def test_bad_ids_among_the_references_are_skipped():
    read = mail("References: <a@x.example> <b c@x.example>\n <d@x.example>\nIn-Reply-To: <d@x.example>")
    assert read.headers.references == ("<a@x.example>", "<d@x.example>")
    assert read.headers.in_reply_to == ("<d@x.example>",)


def test_line_breaks_in_a_decoded_subject_become_spaces():
    assert mail("Subject: =?utf-8?q?one=0D=0Atwo=00three?=").headers.subject == "one two three"


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?Anna=0D=0ABcc?=",
        '"anna@other.example"',
        "=?utf-8?q?a=40b=2Eexample?=",
        "=?utf-8?q?a=40b=2Eexample=0D=0A?= =?utf-8?q?c?=",
        "Anna: all",
    ],
)
def test_a_display_name_with_a_line_break_or_an_address_is_dropped_and_the_address_stays(name):
    assert mail(f"From: {name} <anna@x.example>").headers.sender == Address("", "anna@x.example")


def test_a_broken_sender_with_two_addresses_is_nobody():
    assert mail("From: Anna: all <anna@x.example> <bo@x.example>").headers.sender is None


def test_marks_of_writing_direction_are_taken_out_of_names():
    assert one_line("Anna\u202e Lind\u2066berg\u200f") == "Anna Lindberg"


def test_the_first_subject_and_sender_count():
    read = mail("Subject: one\nSubject: two\nFrom: a@x.example\nFrom: b@x.example")
    assert (read.headers.subject, read.headers.sender.address) == ("one", "a@x.example")


def test_list_and_automatic_headers_are_read():
    read = mail(
        "Auto-Submitted: Auto-Replied (vacation)\nPrecedence: Bulk\nList-Id: Jobs <jobs.x.example>\n"
        "List-Unsubscribe: <https://x.example>\nDelivered-To: <Sam@Example.org>\nX-Original-To: sam+jobs@example.org"
    ).headers
    assert (read.auto_submitted, read.precedence) == ("auto-replied", "bulk")
    assert (read.list_id, read.list_unsubscribe) == ("Jobs <jobs.x.example>", True)
    assert read.delivered_to == ("Sam@example.org", "sam+jobs@example.org")


def test_every_authentication_result_is_kept_in_order():
    read = mail("Authentication-Results: mx.example; dmarc=pass\nAuthentication-Results: evil.example;\n spf=pass")
    assert read.headers.authentication_results == ("mx.example; dmarc=pass", "evil.example; spf=pass")


def multipart(*parts: tuple[str, str]) -> bytes:
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    return f'Content-Type: multipart/alternative; boundary="b"\n\n{body}--b--\n'.encode()


def test_the_plain_part_is_preferred():
    read = read_mail(multipart(("text/plain", "Plain words."), ("text/html", "<p>HTML words.</p>")))
    assert (read.text, read.html) == ("Plain words.", False)


def test_a_stub_in_the_plain_part_gives_way_to_the_html():
    long = "<p>We have decided to go on with another candidate.</p>" * 5
    read = read_mail(multipart(("text/plain", "View in a browser."), ("text/html", long)))
    assert read.html
    assert "another candidate" in read.text


def test_a_calendar_part_is_noticed():
    assert read_mail(multipart(("text/plain", "Invitation"), ("text/calendar", "BEGIN:VCALENDAR"))).calendar


def test_truncated_mime_keeps_what_there_is():
    raw = multipart(("text/plain", "The first words of a long mail"), ("text/html", "<p>never"))
    assert read_mail(raw[: raw.index(b"long") + 4]).text == "The first words of a long"


def test_what_lies_beyond_the_prefix_is_not_read():
    read = read_mail(b"Subject: x\n\n" + b"a" * PREFIX_BYTES + b"secret")
    assert "secret" not in read.text


@pytest.mark.parametrize(
    "field",
    [
        "text/plain; charset=idna",
        "text/plain; charset*0=id; charset*1=na",
        "text/plain; charset*=us-ascii'en'idna",
        "=?utf-8?q?text/plain;_charset=3Didna?=",
        'text/plain; charset=" punycode"',
        "text/plain; charset=no-such-thing",
    ],
)
def test_a_charset_that_is_not_on_the_list_is_read_as_utf_8(field):
    assert mail(f"Content-Type: {field}", "grün " * 20_000).text.startswith("grün grün")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_hidden_charset_of_a_part_is_found_with_every_line_end(end):
    raw = multipart(("text/plain; charset*0=id; charset*1=na", "grün " * 20_000)).decode().replace("\n", end)
    assert read_mail(raw.encode()).text.startswith("grün grün")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_is_read_does_not_depend_on_line_ends_or_on_fields_nobody_needs(end):
    lines = ["Subject: Your\n application", "From: Bo\n <bo@x.example>", "To: Ann <ann@x.example>", "Cc: c@x.example"]
    noise = ["Received: from (((", "DKIM-Signature: v=1;\n b=x", "X-Long: " + "y" * 5_000]
    read = read_mail("\n".join([*noise, *lines, *noise, "", "Hello"]).replace("\n", end).encode())
    assert read == read_mail("\n".join([*lines, "", "Hello"]).encode())
    assert read.headers.to == (Address("Ann", "ann@x.example"),)


def test_a_header_that_ends_in_a_line_which_is_no_field_is_read_as_far_as_it_goes():
    read = mail("Subject: one\nFrom: a@x.example\nno field here\nTo: b@x.example")
    assert (read.headers.subject, read.headers.sender.address, read.headers.to) == ("one", "a@x.example", ())


def test_an_unsafe_charset_in_an_address_is_not_used():
    assert mail("From: =?idna?q?Anna?= <a@x.example>").headers.sender == Address("Anna", "a@x.example")


def test_two_thousand_nested_parts_are_refused_with_a_sentence():
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(2000))
    with pytest.raises(MailError, match=r"^The mail's parts nest too deeply"):
        read_mail(nested.encode())


def test_absent_fields_of_a_labelled_row_stay_absent():
    bare = mail_of(None, None, "Hello")
    assert (bare.headers.subject, bare.headers.sender) == (None, None)
    full = mail_of("Hi", "Bo <bo@x.example>", "<p>Hello</p>")
    assert (full.headers.sender, full.text, full.html) == (Address("Bo", "bo@x.example"), "Hello", True)
