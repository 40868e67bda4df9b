"""`highroad evaluate` and `highroad tune` as a person runs them: without settings, without a server."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.realmind import CACHE, ROOT, mind_server

from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.corrections import spoken
from daemon.adapters.journal.journal import open_journal

pytestmark = pytest.mark.slow

REFUSAL = (
    "Unfortunately, we have decided to move forward with other candidates for the Data Engineer position at Torvik."
)
GERMAN = "Leider müssen wir Ihnen mitteilen, dass wir uns für eine andere Bewerberin entschieden haben."
INVITATION = "We would like to invite you to an interview on Monday at 10. Does that suit you?"
RECEIPT = "Thank you for applying. We have received your application and will be in touch soon."
SET = [
    {"label": "rejection", "lang": "en", "subject": "Your application", "body": REFUSAL, "company": "Torvik AG"},
    {"label": "rejection", "lang": "de", "body": GERMAN, "kind": "ours"},
    {"label": "interview", "lang": "en", "body": INVITATION},
    {"label": "acknowledgement", "body": RECEIPT},
    {"label": "other", "subject": "Lunch", "from": "Mira <mira@torvik.example>", "body": "Are you free at noon today?"},
    {"label": "interview", "body": REFUSAL, "ambiguous": True},
]
DEADLY = """
import os, sys
def hook(event, arguments):
    if event == "import" and arguments[0] == "encodings.koi8_r":
        os.abort()
sys.addaudithook(hook)
"""
MAIL = f"From: Torvik <jobs@torvik.example>\nSubject: Your application\n\nDear Sam,\n\n{REFUSAL}\n".encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a trained model and a labelled set."""
    with mind_server():
        pass
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "state").mkdir(mode=0o700)
    (folder / "state" / "model").symlink_to(CACHE)
    (folder / "folder.svg").mkdir()
    (folder / "set.jsonl").write_text("".join(json.dumps(one) + "\n" for one in SET))
    return folder


def highroad(home, *arguments, env=()):
    command = [sys.executable, "-m", "daemon", "--state-dir", str(home / "state"), *arguments]
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, env=environ | dict(env), cwd=home, capture_output=True, text=True, timeout=400, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_a_set_is_evaluated_in_one_object_without_any_settings_and_always_the_same(home):
    first, again = (highroad(home, "evaluate", "--json", "set.jsonl", *more) for more in ((), ("--plot", "set.svg")))
    assert first.stdout == again.stdout and (home / "set.svg").read_bytes().startswith(b"<?xml")
    (line,) = first.stdout.splitlines()
    report = json.loads(line)
    assert (first.returncode, report["mails"], report["ambiguous"], report["faults"]) == (0, 5, 1, [])
    assert report["limits"]["origin"] == "defaults"
    assert report["labels"]["rejection"]["support"] == 2 and report["languages"]["de"]["rejections"] == 1
    assert report["rejection"]["act"]["recall"]["of"] == 2
    assert report["facts"]["company"]["given"]["of"] == 1 and report["facts"]["company"]["wrong"]["hits"] == 0
    assert report["good_news_taken_for_rejection"] == {"count": 0, "of": 1, "mails": []}


def test_people_read_tables(home):
    done = highroad(home, "evaluate", "set.jsonl", "--plot", "set.png")
    assert done.returncode == 0 and (home / "set.png").read_bytes()[1:4] == b"PNG"
    head = "5 labelled mails judged; ambiguous and left out of every figure: 1."
    for words in (head, "precision", "macro F1", "calibration", "taken for", "The picture is in set.png."):
        assert words in done.stdout


def test_every_faulty_line_is_named_and_the_others_are_judged(home):
    lines = [json.dumps(SET[0]), "{broken", json.dumps(SET[2] | {"label": "interwiev"}), '{"label": "other"}']
    (home / "bad.jsonl").write_text("\n".join(lines))
    done = highroad(home, "evaluate", "--json", "bad.jsonl", "gone.jsonl")
    report = json.loads(done.stdout)
    assert (done.returncode, report["mails"]) == (1, 1)
    places = [one.split(": ")[0] for one in report["faults"]]
    assert places == ["bad.jsonl:2", "bad.jsonl:3", "bad.jsonl:4", "gone.jsonl"]
    assert all(fault in done.stderr for fault in report["faults"])


def test_folders_named_after_labels_are_a_labelled_set(home):
    for label, name in (("rejection", "a.eml"), ("interview", "b.eml")):
        (home / "sorted" / label).mkdir(parents=True)
        (home / "sorted" / label / name).write_bytes(MAIL)
    (home / "sorted" / "notes.txt").write_text("to be sorted")
    shown = highroad(home, "evaluate", "sorted", "set.jsonl").stdout
    assert shown.startswith("7 labelled mails judged")
    assert "were passed over (1): sorted/notes.txt." in " ".join(shown.split())
    assert "\nsorted/interview/b.eml: " in shown
    assert "move forward with other candidates" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("evaluate",), 2, "Name labelled mails"),
        (("evaluate", "--mine"), 1, "You have corrected no mail yet"),
        (("evaluate", "set.jsonl", "--plot", "x.pdf"), 2, ".svg or a .png"),
        (("evaluate", "set.jsonl", "--plot", "gone/x.svg"), 2, "There is no folder"),
        (("evaluate", "set.jsonl", "--plot", "folder.svg"), 2, "folder.svg is a folder"),
        (("evaluate", "-"), 1, "not read from standard input"),
        (("tune", "--precision", "99"), 2, "--precision 99 is no share"),
    ],
)
def test_what_cannot_be_done_is_said(home, arguments, code, says):
    done = highroad(home, *arguments)
    assert (done.returncode, says in done.stderr) == (code, True), done.stderr


def test_a_mail_that_breaks_the_child_is_named(home, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(DEADLY)
    (home / "deadly" / "other").mkdir(parents=True)
    (home / "deadly" / "other" / "x.eml").write_bytes(
        b"Content-Type: text/plain; charset=koi8-r\nSubject: x\n\nD\xc5\xc5r\n"
    )
    done = highroad(home, "evaluate", "deadly", env={"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])})
    assert done.returncode == 1 and "at deadly/other/x.eml" in done.stderr and "SIGABRT" in done.stderr


def test_the_persons_own_corrections_are_judged_and_counted_with_what_is_named(home, tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "model").symlink_to(CACHE)
    journal = open_journal(state)
    said = spoken("rejection", SystemClock().now(), identity=b"1" * 16, account="main")
    journal.corrections.add(said, MAIL)
    journal.close()
    report = json.loads(highroad(tmp_path, "evaluate", "--mine", "--json", str(home / "set.jsonl")).stdout)
    assert (report["mails"], report["ambiguous"]) == (6, 1)
    mine = report["sources"]["your corrections"]
    assert (mine["mails"], mine["review"]["recall"]["hits"]) == (1, 1)


def test_limits_are_tuned_on_the_validation_set_and_written(home, tmp_path):
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "model").symlink_to(CACHE)
    wish = ("tune", "--precision", "0.4", "--recall", "0.4", "--json")
    done = highroad(tmp_path, *wish, str(home / "set.jsonl"), "--plot", "limits.svg")
    report = json.loads(done.stdout)
    assert (done.returncode, report["written"]) == (0, ["act", "review"]), report
    assert report["measured_on"]["validation"] > 100 and report["measured_on"]["paths"] == 5
    assert (tmp_path / "limits.svg").stat().st_size > 1000
    again = json.loads(highroad(tmp_path, "evaluate", "--json", str(home / "set.jsonl")).stdout)
    assert again["limits"] == {
        "act": report["act"]["limit"],
        "review": report["review"]["limit"],
        "origin": "tuned limits",
    }
