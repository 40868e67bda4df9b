"""`highroad templates preview`: the letters of an application as they would be laid, and nothing is written."""

import contextlib
import json

import pytest
from support.clock import MONDAY
from support.corevalues import verdict
from support.crashing import CONFIG
from support.rows import entry, planned

from classifiers.values import Headers, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.commands.context import Context
from daemon.commands.previewing import preview
from daemon.core.entry import Note
from daemon.core.errors import NeedsOperator, WrongUse
from daemon.core.job import Step


@pytest.fixture
def context(tmp_path):
    """An application at Acme whose rejection came after an interview, with a note and a planned thank-you."""
    (tmp_path / "config.toml").write_text(CONFIG.format(port=1, user="sam"))
    with contextlib.closing(open_journal(tmp_path / "state")) as journal:
        job = planned(journal, company="Acme", recipient_name="Dana Whitfield")
        told = verdict(company="Acme", role="Data Engineer", after_interview=True)
        journal.messages.assign(
            journal.messages.add(entry(2, reading=Reading(Headers(message_id="<2@acme.example>"), told))),
            job.application,
        )
        journal.notes.add(job.application, Note(MONDAY, "we talked about event sourcing"))
        journal.feedback.add(job.application, job.message, MONDAY, "Your examples lacked figures.")
    return Context(tmp_path / "config.toml", tmp_path / "state")


def rows(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_is_planned_is_shown_as_it_would_be_laid(context, capsys):
    assert preview(context, "acme", None, as_json=True) == 0
    (row,) = rows(capsys)
    assert (row["letter"], row["to"], row["problem"]) == ("thank_you", ["dana.whitfield@acme.example"], None)
    assert row["body"].startswith(("Dear Dana,", "Hi Dana,"))
    assert "event sourcing" in row["body"]
    assert preview(context, "a1", None, as_json=False) == 0
    assert "=== thank_you to dana.whitfield@acme.example\n\n" in capsys.readouterr().out


@pytest.mark.parametrize("letter", ["thank_you_and_feedback", *(step.value for step in Step if step != "digest")])
def test_any_letter_can_be_seen_though_it_is_not_planned(context, capsys, letter):
    assert preview(context, "1", letter, as_json=True) == 0
    (row,) = rows(capsys)
    assert row["letter"] == letter
    assert ("Your examples lacked figures." in row["body"]) == (letter == "reflection")
    assert (row["subject"] is None) == (letter not in {"reflection", "linkedin_note"})
    assert preview(context, "1", letter, as_json=False) == 0
    assert f"=== {letter} to " in capsys.readouterr().out


def test_a_broken_letter_of_ones_own_is_named(context, capsys):
    path = context.config.parent / "templates" / "en" / "thank_you.txt.j2"
    path.parent.mkdir(parents=True)
    path.write_text("Hello,\n\n{{ compny }}")
    assert preview(context, "1", None, as_json=False) == 1
    assert f"{path}, line 3: 'compny' is undefined" in capsys.readouterr().out


def test_where_nothing_is_planned_that_is_said(context, capsys):
    with contextlib.closing(open_journal(context.state_dir)) as journal:
        journal.applications.add("main", "Heron", None, MONDAY)
        journal.applications.add("gone", "Reiger", None, MONDAY)
    assert preview(context, "heron", None, as_json=False) == 0
    told = capsys.readouterr().out
    assert told.startswith("Nothing is planned for a2 (Heron)") and told.count("\n") == 1
    with pytest.raises(NeedsOperator, match='account "gone"'):
        preview(context, "reiger", "thank_you", as_json=False)


def test_a_letter_that_there_is_not_is_wrong_use(context):
    with pytest.raises(WrongUse, match='no letter "thanks"'):
        preview(context, "1", "thanks", as_json=False)
