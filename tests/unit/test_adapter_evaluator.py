"""The way to the child that judges labelled mails, and what is said of one that ends."""

import sys

import pytest

from daemon.adapters.evaluator import EvaluatorEnded, reported
from daemon.core.ports import Lesson

LESSONS = [Lesson(number, "rejection", b"Subject: x\n\n" + b"word " * 100_000) for number in range(1, 4)]


@pytest.fixture
def child(monkeypatch, tmp_path):
    """Runs a script of ours in the child's stead; gives what is reported and what is said meanwhile."""

    def run(script, corrected=(), **env):
        (tmp_path / "classifiers").mkdir(exist_ok=True)
        # A package, and no mere folder: that would give way to the real one, wherever it stands on the path.
        (tmp_path / "classifiers" / "__init__.py").touch()
        (tmp_path / "classifiers" / "evaluation.py").write_text(script)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        lines = []
        return reported("evaluation", tmp_path, ["--", "a"], corrected, lines.append), lines

    return run


def test_the_report_is_handed_on_and_sentences_are_said(child):
    script = 'print(\'{"say": "Working."}\\n{"next": "a:1"}\\n{"report": {"mails": 1}}\')'
    assert child(script) == ({"mails": 1}, ["Working."])


def test_a_fault_is_said_in_its_own_words(child):
    with pytest.raises(EvaluatorEnded, match=r"^It is broken\.$"):
        child('print(\'{"fault": "It is broken."}\')')


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("import os; os.abort()", "by SIGABRT before the first"),
        ("import sys; sys.exit(5)", "with code 5 before the first"),
        ('import os; print(\'{"next": "a:7"}\', flush=True); os.abort()', "by SIGABRT at a:7, or just before it"),
        ('print(\'{"next": "a:8"}\\n{"repo\', end="")', "with code 0 at a:8"),
        ("raise ValueError", "with code 1 before the first"),
    ],
)
def test_how_it_ended_and_where_is_said(child, script, says):
    with pytest.raises(EvaluatorEnded, match=says):
        child(script)


def test_corrections_reach_it_whole(child):
    script = (
        "import json, sys\n"
        "seen = []\n"
        "while line := sys.stdin.buffer.readline():\n"
        "    head = json.loads(line)\n"
        "    seen.append([head['id'], head['label'], len(sys.stdin.buffer.read(head['bytes']))])\n"
        "print(json.dumps({'report': {'seen': seen}}))"
    )
    report, _ = child(script, LESSONS)
    assert report["seen"] == [[one.id, one.label, len(one.octets)] for one in LESSONS]


def test_one_that_has_much_to_say_before_it_has_read_the_corrections_is_heard(child):
    script = (
        "import sys\n"
        'for _ in range(5000): print(\'{"say": "Correction 1 cannot be learnt from."}\', flush=True)\n'
        "read = len(sys.stdin.buffer.read())\n"
        'print(\'{"report": {"read": %d}}\' % read)'
    )
    report, said = child(script, LESSONS)
    assert len(said) == 5000 and report["read"] > 3 * 500_000


def test_one_that_ends_before_it_has_read_the_corrections_is_no_broken_pipe(child):
    with pytest.raises(EvaluatorEnded, match="with code 4"):
        child("import sys; sys.exit(4)", LESSONS)


def test_no_secret_of_the_environment_reaches_it(child):
    report, _ = child("import json, os; print(json.dumps({'report': dict(os.environ)}))", HIGHROAD_PASSWORD="s3cret")
    assert "PATH" in report and "HIGHROAD_PASSWORD" not in report


def test_it_is_this_very_python(child):
    report, _ = child("import json, sys; print(json.dumps({'report': {'python': sys.executable}}))")
    assert report["python"] == sys.executable
