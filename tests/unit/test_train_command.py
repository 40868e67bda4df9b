"""What `highroad train` explains; the training is a stand-in here."""

import json

import pytest

from daemon.adapters.journal.journal import open_journal
from daemon.commands import train as command
from daemon.commands.context import Context
from daemon.commands.train import train
from daemon.core.errors import Transient
from daemon.model_note import remembered

WHY = "Of 2 corrected mails it judges 2 as you said, and nothing is lost."
MODEL = {"key": "ab", "corpus": 12, "trained": "2026-01-02T03:04:05+00:00", "corrections": 3, "learnt": "0a"}


def report(**more):
    counted = {"false_alarms": 1, "at_act": 40, "at_review": 49, "label_right": 90}
    figures = {
        "corpus": {"mails": 12, "labels": {"other": 5, "rejection": 7}, "languages": {"en": 12}},
        "trained": "2026-01-02T03:04:05+00:00", "trained_base": False, "set_aside": 1, "seconds": 12.3, "peak_mib": 301,
        "validation": {"mails": 100, "before": counted, "after": counted | {"at_act": 41}},
    }  # fmt: skip
    answer = {"promoted": True, "why": WHY, "corrections": 3, "unreadable": [7], "model": MODEL}
    return answer | {"figures": figures | more}


@pytest.fixture
def asked(monkeypatch):
    """What the stand-in was asked for; `answer` is what it reports."""
    asked = {"answer": report()}

    class StandIn:
        def __init__(self, cache):
            asked["cache"] = cache

        async def report(self, lessons, fingerprint, _say, options):
            asked.update(lessons=lessons, fingerprint=fingerprint, options=options)
            if isinstance(asked["answer"], Exception):
                raise asked["answer"]
            return asked["answer"]

    monkeypatch.setattr(command, "Trainer", StandIn)
    return asked


def run(tmp_path, *, again=False, dry_run=False, as_json=False):
    return train(Context(None, tmp_path), again=again, dry_run=dry_run, as_json=as_json)


def test_it_explains_what_was_learnt_from_and_what_came_of_it(tmp_path, asked, capsys):
    assert run(tmp_path) == 0
    told = capsys.readouterr().out
    for part in (
        "Corpus: 12 mails; the model of it was trained at 2026-01-02T03:04:05+00:00, still up to date.",
        "by label: rejection 7, other 5",
        "by language: en 12",
        "Corrections: 3 learnt from, 1 set aside (contradicted by a later one), 1 set aside (not readable)",
        WHY,
        "This took 12 s and 301 MiB of memory at most.",
        f"The model is kept in {asked['cache']}.",
    ):
        assert part in told
    rows = [line.split() for line in told.splitlines()]
    assert ["of", "100", "mails", "for", "checking", "without", "with"] in rows
    assert ["rejections", "it", "is", "sure", "of", "40", "41"] in rows


def test_without_a_journal_there_are_no_corrections(tmp_path, asked):
    run(tmp_path)
    assert (asked["lessons"], asked["fingerprint"], asked["options"]) == ((), command._NOTHING, [])
    assert asked["cache"] == tmp_path / "model"


def test_an_empty_journal_names_no_corrections_as_having_no_journal_does(tmp_path, asked):
    tmp_path.chmod(0o700)
    open_journal(tmp_path).close()
    run(tmp_path)
    assert asked["fingerprint"] == command._NOTHING


def test_the_note_beside_the_model_says_what_is_used_now(tmp_path, asked):
    run(tmp_path)
    assert remembered(tmp_path / "model") == MODEL


def test_a_dry_run_says_that_nothing_was_kept_and_notes_nothing(tmp_path, asked, capsys):
    run(tmp_path, dry_run=True)
    assert "Nothing was kept: this was a dry run." in capsys.readouterr().out
    assert asked["options"] == ["--dry-run"]
    assert remembered(tmp_path / "model") is None


def test_again_is_handed_on(tmp_path, asked):
    run(tmp_path, again=True)
    assert asked["options"] == ["--again"]


def test_a_program_gets_the_whole_report_as_one_object(tmp_path, asked, capsys):
    run(tmp_path, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found == asked["answer"] | {"kept": str(tmp_path / "model")}


def test_without_corrections_there_is_no_table(tmp_path, asked, capsys):
    asked["answer"]["figures"].pop("validation")
    run(tmp_path)
    assert "mails for checking" not in capsys.readouterr().out


def test_a_training_that_breaks_off_is_said(tmp_path, asked):
    asked["answer"] = Transient("It broke off.")
    with pytest.raises(Transient, match="It broke off"):
        run(tmp_path)
    assert remembered(tmp_path / "model") is None
