"""What `classify` reads: every kind of source, in order, lazily, and what is wrong with a line or a path."""

from __future__ import annotations

import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.octets import PREFIX_BYTES
from classifiers.sources import Waiting, found, waiting


def eml(subject: str, body: str = "Hello.") -> bytes:
    return f"From: Mira <mira@torvik.example>\nSubject: {subject}\n\n{body}\n".encode()


def subjects(*paths: object, stdin: bytes = b"") -> list[str | None]:
    return [one.mail.headers.subject if one.mail else None for one in found(map(str, paths), io.BytesIO(stdin))]


def test_a_mail_file_is_one_source(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(eml("one"))
    (only,) = found([str(path)], io.BytesIO())
    assert (only.source, only.mail.headers.subject, only.error) == (str(path), "one", None)


def test_a_dash_is_one_mail_on_standard_input():
    (only,) = found(["-"], io.BytesIO(eml("from a pipe")))
    assert (only.source, only.mail.headers.subject) == ("-", "from a pipe")


def test_the_paths_are_read_in_the_order_given(tmp_path):
    for name in "ba":
        (tmp_path / f"{name}.eml").write_bytes(eml(name))
    assert subjects(tmp_path / "b.eml", "-", tmp_path / "a.eml", stdin=eml("pipe")) == ["b", "pipe", "a"]


def test_a_path_that_is_not_there_is_an_error_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.eml").write_bytes(eml("a"))
    gone, there = found([str(tmp_path / "no.eml"), str(tmp_path / "a.eml")], io.BytesIO())
    assert gone.mail is None and str(tmp_path / "no.eml") in gone.error
    assert there.mail.headers.subject == "a"


@pytest.mark.parametrize("path", ["with\0nul", "x" * 5000])
def test_a_path_that_cannot_be_is_an_error(path):
    (only,) = found([path], io.BytesIO())
    assert only.mail is None and only.error


def test_an_mbox_is_numbered(tmp_path):
    box = b"From mira Mon Mar  3 10:00:00 2025\n" + eml("one", "x\n>From here on it is quoted")
    box += b"\nFrom mira Mon Mar  3 10:01:00 2025\n" + eml("two", "From the start of a paragraph:\nno new mail")
    (tmp_path / "box.mbox").write_bytes(box)
    one, two = found([str(tmp_path / "box.mbox")], io.BytesIO())
    assert (one.source, two.source) == (f"{tmp_path}/box.mbox:1", f"{tmp_path}/box.mbox:2")
    assert (one.mail.headers.subject, two.mail.headers.subject) == ("one", "two")
    assert "\nFrom here on" in one.mail.text and "From the start" in two.mail.text


def test_an_mbox_needs_no_suffix(tmp_path):
    (tmp_path / "INBOX").write_bytes(b"From mira Mon Mar  3 10:00:00 2025\n" + eml("one"))
    (tmp_path / "INBOX.msf").write_bytes(b"an index")
    assert subjects(tmp_path) == ["one"]


def test_a_long_line_in_an_mbox_begins_no_mail(tmp_path):
    body = "\n" + "x" * (2**16 - 1) + "From here still the same line"
    (tmp_path / "box.mbox").write_bytes(b"From a\n" + eml("one", body))
    assert subjects(tmp_path / "box.mbox") == ["one"]


def test_a_maildir_and_its_folders_are_read(tmp_path):
    for folder in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "cur/2.host:2,S").write_bytes(eml("seen"))
    (tmp_path / "new/1.host").write_bytes(eml("fresh"))
    (tmp_path / "tmp/3.host").write_bytes(eml("half written"))
    (tmp_path / ".Sent/cur/4.host:2,").write_bytes(eml("sent"))
    assert subjects(tmp_path) == ["sent", "seen", "fresh"]


def test_a_folder_is_read_recursively_and_sorted(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("b.eml", "a.eml", "sub/c.EML"):
        (tmp_path / name).write_bytes(eml(name))
    (tmp_path / "notes.txt").write_text("no mail")
    assert subjects(tmp_path) == ["a.eml", "b.eml", "sub/c.EML"]


def test_a_folder_that_points_into_itself_ends(tmp_path):
    (tmp_path / "a.eml").write_bytes(eml("a"))
    (tmp_path / "again").symlink_to(tmp_path)
    assert subjects(tmp_path) == ["a"]


def test_a_folder_without_mail_is_an_error(tmp_path):
    (only,) = found([str(tmp_path)], io.BytesIO())
    assert only.mail is None and str(tmp_path) in only.error


def test_a_pipe_in_a_folder_is_passed_over(tmp_path):
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "a.eml").write_bytes(eml("a"))
    assert subjects(tmp_path) == ["a"]


def rows(tmp_path, *lines: bytes):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return list(found([str(path)], io.BytesIO()))


def test_a_row_has_what_it_has_and_nothing_else(tmp_path):
    full = {"subject": "S", "from": "Mira <mira@torvik.example>", "body": "Hello.", "label": "rejection", "id": 7}
    one, two = rows(tmp_path, json.dumps(full).encode(), b'{"body": "Only this."}')
    assert (one.mail.headers.subject, one.mail.headers.sender.address, one.label) == (
        "S",
        "mira@torvik.example",
        "rejection",
    )
    assert (two.mail.headers.subject, two.mail.headers.sender, two.label) == (None, None, None)
    assert (two.mail.text, two.source) == ("Only this.", f"{tmp_path}/rows.jsonl:2")


def test_a_body_that_begins_with_a_tag_is_html(tmp_path):
    (only,) = rows(tmp_path, b'{"body": "<p>Hello <b>there</b></p>"}')
    assert only.mail.html and only.mail.text == "Hello there"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"{no json", "JSON"),
        (b'["a list"]', "object"),
        (b'"text"', "object"),
        (b'{"body": 5}', "'body'"),
        (b'{"subject": ["a"], "body": "x"}', "'subject'"),
        (b'{"body": "x", "label": 3}', "'label'"),
        (b"{}", "nothing to read"),
        (b'{"subject": "", "from": null}', "nothing to read"),
        (b'{"body": "\xff"}', "JSON"),
        (b"[" * 100_000, "JSON"),
    ],
)
def test_a_broken_row_is_named_by_its_line(tmp_path, line, named):
    good, broken, after = rows(tmp_path, b'{"body": "one"}', line, b'{"body": "three"}')
    assert (good.error, after.error) == (None, None)
    assert broken.mail is None and named in broken.error and broken.source.endswith("rows.jsonl:2")


def test_empty_lines_count_but_are_no_rows(tmp_path):
    assert [one.source[-1] for one in rows(tmp_path, b'{"body": "one"}', b"", b'{"body": "three"}')] == ["1", "3"]


def test_an_empty_mail_is_an_error(tmp_path):
    (tmp_path / "empty.eml").touch()
    (only,) = found([str(tmp_path / "empty.eml")], io.BytesIO())
    assert only.mail is None and "empty" in only.error


def test_a_huge_mail_is_read_by_its_beginning(tmp_path):
    path = tmp_path / "huge.eml"
    path.write_bytes(eml("huge", "word " * PREFIX_BYTES))
    (only,) = waiting([str(path)], io.BytesIO())
    assert len(only.raw) == PREFIX_BYTES and only.read().mail.headers.subject == "huge"


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    (tmp_path / "a.eml").write_bytes(eml("a"))
    sources = waiting([str(tmp_path / "a.eml"), str(tmp_path / "b.eml")], io.BytesIO())
    assert next(sources).source.endswith("a.eml")
    (tmp_path / "b.eml").write_bytes(eml("b"))
    assert next(sources).read().mail.headers.subject == "b"


@given(st.binary(max_size=300), st.booleans())
def test_any_octets_are_a_mail_or_an_error(raw, row):
    one = Waiting("here", raw, row=row).read()
    assert (one.mail is None) == (one.error is not None)
