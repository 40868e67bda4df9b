"""`highroad classify` as a person runs it: without settings, without a server, over mails that may break its reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.cli import Home
from support.realmind import ROOT, mind_server

pytestmark = pytest.mark.slow

REJECTION = b"""From: Torvik Hiring Team <no-reply@torvik.example>
To: sam@example.org
Subject: Your application
Message-ID: <one@torvik.example>

Dear Sam,

Thank you for applying to the Data Engineer position at Torvik. Unfortunately, we have decided to move forward with
other candidates, and we will not be taking your application further.

The Torvik Hiring Team
"""
DEADLY = """
import os, sys
def hook(event, arguments):
    if event == "import" and arguments[0] == "encodings.koi8_r":
        os.abort()
sys.addaudithook(hook)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with a trained model and three sources of mail, whose settings are never looked at."""
    with mind_server():
        pass
    home = Home(tmp_path_factory.mktemp("classify"), 1, "nobody", "none")
    home.lend_model()
    (home.folder / "a.eml").write_bytes(REJECTION)
    lines = ['{"subject": "Lunch?", "body": "Are you free at noon today?"}', "{broken", '{"body": "See you tomorrow."}']
    (home.folder / "b.jsonl").write_text("\n".join(lines))
    return home


def classify(home, *arguments, stdin=b"", settings=False, env=()):
    """`highroad classify` without any settings, from the folder of the mails."""
    named = ["--config", str(home.config)] if settings else []
    command = [sys.executable, "-m", "daemon", *named, "--state-dir", str(home.state), "classify", *arguments]
    environ = {"PATH": os.environ["PATH"], "HOME": str(home.folder), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, env=environ | dict(env), cwd=home.folder, input=stdin, capture_output=True, timeout=400, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done


def test_a_mail_is_told_in_json_without_any_settings(home):
    done = classify(home, "--json", "a.eml")
    (row,) = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, row["source"], row["message_id"]) == (0, "a.eml", "<one@torvik.example>")
    assert (row["label"], row["company"], row["role"]) == ("rejection", "Torvik", "Data Engineer")
    assert row["because"] and row["answerable"] is False and row["language"] == "en" and row["error"] is None
    assert abs(sum(row["scores"].values()) - 1) < 1e-4


def test_sources_come_in_order_and_a_broken_line_is_named(home):
    done = classify(home, "--json", "b.jsonl", "-", "gone.eml", stdin=REJECTION)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["source"] for row in rows] == ["b.jsonl:1", "b.jsonl:2", "b.jsonl:3", "-", "gone.eml"]
    assert [row["error"] is None for row in rows] == [True, False, True, True, False]
    assert rows[1]["label"] is None and "JSON" in rows[1]["error"]
    assert done.returncode == 1


def test_people_read_what_it_is_and_why(home):
    shown = classify(home, "a.eml").stdout.decode()
    assert shown.startswith("a.eml\n  rejection ")
    assert "Data Engineer, Torvik" in shown and "move forward with other candidates" in shown


def test_what_a_file_is_called_cannot_steer_the_terminal(home):
    name = "\x1b[2Jevil.eml"
    (home.folder / name).write_bytes(REJECTION)
    assert b"\x1b" not in classify(home, name).stdout


def test_the_limits_of_the_bands_come_from_the_settings_when_there_are_some(home):
    before = home.config.read_text()
    home.config.write_text(before + "\n[classifier]\nact = 1.0\nreview = 1.0\n")
    try:
        done = classify(home, "--json", "a.eml", settings=True)
    finally:
        home.config.write_text(before)
    assert json.loads(done.stdout)["band"] == "ignore"
    assert json.loads(classify(home, "--json", "a.eml").stdout)["band"] == "act"


def test_a_name_that_looks_like_an_option_is_a_name(home):
    (home.folder / "--act").write_bytes(REJECTION)
    assert json.loads(classify(home, "--json", "--", "--act").stdout)["source"] == "--act"


def test_more_mails_than_are_judged_at_once_keep_their_order(home):
    rows = [json.dumps({"subject": f"Lunch {number}?", "body": "Are you free at noon?"}) for number in range(40)]
    (home.folder / "many.jsonl").write_text("\n".join(rows))
    told = [json.loads(line)["source"] for line in classify(home, "--json", "many.jsonl").stdout.splitlines()]
    assert told == [f"many.jsonl:{number}" for number in range(1, 41)]


def test_a_reader_that_dies_is_said_with_the_mail_it_died_of(home, tmp_path):
    # The codec of that mail's charset is loaded when the mail is parsed, and not before.
    (tmp_path / "sitecustomize.py").write_text(DEADLY)
    deadly = REJECTION.replace(b"Message-ID", b"Content-Type: text/plain; charset=koi8-r\nMessage-ID").replace(
        b"Dear", b"D\xc5\xc5r"
    )
    (home.folder / "deadly.eml").write_bytes(deadly)
    path = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    done = classify(home, "--json", "a.eml", "b.jsonl", "deadly.eml", "a.eml", env=path)
    sources = ["a.eml", "b.jsonl:1", "b.jsonl:2", "b.jsonl:3"]
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == sources
    assert done.returncode == 1 and b"deadly.eml" in done.stderr
