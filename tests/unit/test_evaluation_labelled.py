"""Labelled mails: rows and folders, and everything that can be wrong with them, named by line."""

import json

import pytest

from classifiers.labelled import Fault, Labelled, candidates, passed_over
from classifiers.values import LABELS

MAIL = b"From: Mira Oduya <mira@torvik.example>\nSubject: Lunch\n\nAre you free at noon?\n"
GOOD = {"label": "other", "subject": "Lunch", "from": "Mira <mira@torvik.example>", "body": "Are you free at noon?"}


def rows(tmp_path, *lines, name="set.jsonl"):
    """What is read of lines of a labelled set: objects, or text as it stands."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines))
    return [one.read() for one in candidates([str(path)])]


def read(*paths):
    return [one.read() for one in candidates(map(str, paths))]


def test_a_row_is_a_mail_with_its_truth(tmp_path):
    more = {"lang": "EN", "kind": "real", "source": "ours", "ambiguous": True, "company": "Torvik", "role": None}
    (one,) = rows(tmp_path, GOOD | more | {"after_interview": "yes", "invites_future": False, "id": 7})
    assert (one.label, one.mail.headers.subject, one.mail.headers.sender.address) == (
        "other", "Lunch", "mira@torvik.example",
    )  # fmt: skip
    assert (one.language, one.kind, one.origin, one.ambiguous) == ("en", "real", "ours", True)
    assert one.truths == {"company": "Torvik", "role": None, "after_interview": True, "invites_future": False}
    assert one.source == f"{tmp_path}/set.jsonl:1"


@pytest.mark.parametrize("absent", [{}, {"subject": None, "from": None}, {"subject": "", "from": ""}])
def test_a_subject_or_sender_that_is_missing_is_missing_and_not_empty(tmp_path, absent):
    (one,) = rows(tmp_path, {"label": "other", "body": "Are you free at noon?"} | absent)
    assert (one.mail.headers.subject, one.mail.headers.sender, one.truths) == (None, None, {})


def test_a_body_that_begins_with_a_tag_is_html(tmp_path):
    (one,) = rows(tmp_path, {"label": "other", "body": "<p>Are you <b>free</b>?</p>"})
    assert one.mail.html and one.mail.text == "Are you free?"


def test_a_mail_without_text_is_read_by_its_subject(tmp_path):
    (one,) = rows(tmp_path, {"label": "other", "subject": "Lunch?", "body": ""})
    assert isinstance(one, Labelled)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{broken", "no JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[" * 100_000, "no JSON"),
        (b'["label"]', "no object"),
        (GOOD | {"label": "reject"}, 'did you mean "rejection"?'),
        (GOOD | {"label": "zzz"}, "it is one of rejection, interview"),
        (GOOD | {"label": 3}, '"label" is no text'),
        ({"body": "Hello"}, 'no "label"'),
        ({"label": "other", "subject": "Lunch"}, 'no "body"'),
        (GOOD | {"body": None}, 'no "body"'),
        (GOOD | {"body": ["a"]}, '"body" is no text'),
        ({"label": "other", "body": " "}, "all empty"),
        (GOOD | {"ambiguous": "perhaps"}, '"ambiguous" is neither true nor false'),
        (GOOD | {"ambiguous": 1}, '"ambiguous" is neither true nor false'),
        (GOOD | {"company": 5}, '"company" is no text'),
        (GOOD | {"reason": "too tall"}, 'reason "too tall" is none of ours'),
        (GOOD | {"label": "rejection\x1b[2J"}, "rejection?[2J"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_place(tmp_path, line, says):
    first, fault, last = rows(tmp_path, GOOD, line, GOOD)
    assert isinstance(first, Labelled) and isinstance(last, Labelled)
    assert isinstance(fault, Fault) and str(fault).startswith(f"{tmp_path}/set.jsonl:2: ") and says in str(fault)
    assert "\x1b" not in str(fault)


def test_folders_named_after_labels_label_their_mails(tmp_path):
    for name in ("rejection/a.eml", "Job Alert/b.eml", "other/deep/c.eml", "interview/cur/d:2,S"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(MAIL)
    (tmp_path / "interview" / "new").mkdir()
    (tmp_path / "offer.mbox").write_bytes(
        b"From x Thu Jan  1 00:00:00 2026\n" + MAIL + b"\nFrom x Thu Jan  1 00:00:01 2026\n" + MAIL
    )
    found = [(one.label, one.source.removeprefix(f"{tmp_path}/")) for one in read(tmp_path)]
    assert found == [
        ("job_alert", "Job Alert/b.eml"), ("interview", "interview/cur/d:2,S"), ("offer", "offer.mbox:1"),
        ("offer", "offer.mbox:2"), ("other", "other/deep/c.eml"), ("rejection", "rejection/a.eml"),
    ]  # fmt: skip


def test_a_path_that_is_itself_named_after_a_label_labels_what_is_in_it(tmp_path, monkeypatch):
    folder = tmp_path / "rejection"
    folder.mkdir()
    (folder / "a.eml").write_bytes(MAIL)
    monkeypatch.chdir(folder)
    for path in (folder, folder / "a.eml", "."):
        assert [one.label for one in read(path)] == ["rejection"]


def test_what_is_passed_over_in_a_folder_is_known(tmp_path):
    for name in ("other/a.eml", "other/b.txt", "other/.hidden", "c.pdf", "other/set.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(json.dumps(GOOD).encode() if name.endswith("jsonl") else MAIL)
    sources = [one.source for one in read(tmp_path)]
    assert passed_over([str(tmp_path)], sources) == [f"{tmp_path}/c.pdf", f"{tmp_path}/other/b.txt"]
    assert passed_over([str(tmp_path / "other" / "a.eml")], sources) == []


def test_a_folder_further_up_does_not_label(tmp_path):
    (tmp_path / "other" / "mails").mkdir(parents=True)
    (tmp_path / "other" / "mails" / "a.eml").write_bytes(MAIL)
    (fault,) = read(tmp_path / "other" / "mails")
    assert isinstance(fault, Fault) and "no folder named after a label" in fault.what


def test_a_mail_that_cannot_be_read_and_a_path_that_is_not_there_are_named(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.eml").write_bytes(b"\n")
    empty, gone, stdin = read(tmp_path, tmp_path / "gone", "-")
    assert "empty" in empty.what and empty.source.endswith("a.eml")
    assert "There is no" in gone.what and "standard input" in stdin.what


@pytest.mark.parametrize("content", [b"", b"\n\r\n"])
def test_a_set_without_a_line_is_named(tmp_path, content):
    (tmp_path / "set.jsonl").write_bytes(content)
    (fault,) = read(tmp_path / "set.jsonl")
    assert str(fault) == f"{tmp_path}/set.jsonl: There is nothing in it: neither a line nor a mail."


def test_rows_in_a_folder_take_its_label_and_must_not_contradict_it(tmp_path):
    bare = {key: value for key, value in GOOD.items() if key != "label"}
    taken, own, against = rows(tmp_path, bare, GOOD | {"label": "offer"}, GOOD, name="offer/set.jsonl")
    assert (taken.label, own.label) == ("offer", "offer")
    assert "The line says other" in against.what


@pytest.mark.parametrize("label", LABELS)
def test_every_label_is_a_label_here(tmp_path, label):
    (one,) = rows(tmp_path, GOOD | {"label": label})
    assert one.label == label
