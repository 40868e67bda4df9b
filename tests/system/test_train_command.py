"""`highroad train` as a person runs it: with the corpus as it is, without settings, with and without corrections."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from support.realmind import CACHE, ROOT, mind_server

from classifiers.model_cache import key_of
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.corrections import spoken
from daemon.adapters.journal.journal import open_journal

pytestmark = pytest.mark.slow

MAIL = """From: {sender} <lea@quarz.example>
Subject: {role}

Hi {name},

the team sat together yesterday and talked for long about the {role} chair. In the end the key goes to somebody who came
over from the harbour last week. It was lovely to have you here, your drawings still hang in our kitchen. Keep building
wonderful things.

{sender}
"""
SAID = [
    ("offer", MAIL.format(name="Sam", role="Boat Builder", sender="Lea")),
    ("rejection", MAIL.format(name="Ana", role="Sail Maker", sender="Lea")),
    ("rejection", MAIL.format(name="Kim", role="Rigger", sender="Tom")),
    ("other", ""),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder whose state directory holds the base model and a journal with corrections."""
    with mind_server():
        pass
    home = tmp_path_factory.mktemp("train")
    (home / "state").mkdir(mode=0o700)
    (home / "state" / "model").mkdir(mode=0o700)
    shutil.copy(CACHE / f"model-{key_of()}.skops", home / "state" / "model")
    journal = open_journal(home / "state")
    for number, (word, mail) in enumerate(SAID):
        said = spoken(word, SystemClock().now(), identity=bytes([number]) * 16, account="main")
        journal.corrections.add(said, mail.encode())
    journal.close()
    return home


def highroad(home, *arguments):
    command = [sys.executable, "-m", "daemon", "--state-dir", str(home / "state"), *arguments]
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, timeout=500, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def trained(home):
    return highroad(home, "train", "--json")


def test_training_explains_itself_to_a_program(home, trained):
    assert trained.returncode == 0, trained.stderr
    report = json.loads(trained.stdout)
    figures = report["figures"]
    assert not figures["trained_base"]
    assert figures["corpus"]["mails"] == sum(figures["corpus"]["labels"].values()) >= 3000
    assert len(figures["corpus"]["languages"]) == 7
    assert (report["corrections"], figures["set_aside"], report["unreadable"]) == (2, 1, [4])
    assert figures["gain"]["after"]["right"] == figures["gain"]["different"] == 1
    assert report["promoted"] == (figures["lost"] == [])


def test_training_says_meanwhile_what_it_does_with_the_corrections(trained):
    assert "Correction 4 cannot be learnt from: The mail is empty" in trained.stderr
    assert "1 (offer) and 3 (rejection) contradict each other" in trained.stderr


def test_training_stays_within_its_memory(trained):
    assert json.loads(trained.stdout)["figures"]["peak_mib"] < 400


def test_the_model_that_is_used_now_is_noted_beside_it(home, trained):
    report = json.loads(trained.stdout)
    note = json.loads((home / "state" / "model" / "model.json").read_text())
    assert note["promoted"] == report["promoted"]
    assert note["why"] == report["why"]
    assert note["corrections"] == (2 if report["promoted"] else 0)


def test_classify_uses_what_was_learnt_if_it_was_found_better(home, trained):
    (home / "a.eml").write_text(MAIL.format(name="Li", role="Carpenter", sender="Ida"))
    found = json.loads(highroad(home, "classify", "--json", "a.eml").stdout)
    if json.loads(trained.stdout)["promoted"]:
        assert found["label"] == "rejection"
    else:
        assert found["band"] != "act"
