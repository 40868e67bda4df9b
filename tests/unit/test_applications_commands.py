"""What the person says of applications counts at once; a dry run writes nothing, and what cannot be is a sentence."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from support.realmind import ROOT
from support.searches import NOW, Search, ago
from typer.testing import CliRunner

from daemon.cli import app
from daemon.commands import applying, sorting
from daemon.commands.acting import Manner
from daemon.commands.applications import applications
from daemon.commands.look import show
from daemon.commands.recorders import NoAccount
from daemon.core.errors import Transient, WrongUse
from daemon.core.job import Move, State, Step

DANA = "Dana Whitfield <dana.whitfield@acme.example>"
TO = "dana.whitfield@acme.example"
SAID, DRY, JSON = Manner(), Manner(dry_run=True), Manner(as_json=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    one = Search(tmp_path_factory.mktemp("made"))
    one.mail("interview", "Acme", "Data Engineer", days=9, sender=DANA)
    one.mail("rejection", "Acme", "Data Engineer", days=1, sender=DANA)
    one.mail("acknowledgement", "Acme Robotics", "Engineer", days=5)
    one.mail("acknowledgement", "Borealis\u202e", None, days=4, sender="Kim Lee <kim.lee@borealis.example>")
    return one


@pytest.fixture
def search(made, tmp_path):
    """a1 at Acme: an interview, then a rejection by Dana; a2 at Acme Robotics and a3 at Borealis: applied for."""
    return made.copied(tmp_path)


def row(capsys):
    return json.loads(capsys.readouterr().out)


def test_all_applications_are_told_with_where_they_stand(search, capsys):
    applications(search.context, as_json=True)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [(one["id"], one["company"], one["role"], one["stage"], one["mails"]) for one in rows]
    assert told == [
        (1, "Acme", "Data Engineer", "rejected", 2),
        (2, "Acme Robotics", "Engineer", "applied", 1),
        (3, "Borealis\u202e", None, "applied", 1),
    ]
    assert rows[0]["next"]["step"] in {"thank_you", "linkedin_note"} and rows[1]["next"] is None
    assert rows[0]["last"] == ago(1).isoformat() and (rows[0]["keen"], rows[0]["skipped"]) == (False, None)
    applications(search.context, as_json=False)
    said = capsys.readouterr().out
    assert "a1" in said and "Borealis" in said and "\u202e" not in said


def test_without_any_application_that_is_said(tmp_path, capsys):
    search = Search(tmp_path)
    search.mail("job_alert", "Acme", None)
    applications(search.context, as_json=False)
    assert capsys.readouterr().out == "There are no applications yet.\n"


@pytest.mark.parametrize("name", ["1", "a1", "A1", " a01 ", "acme", "ACME GmbH"])
def test_an_application_is_named_by_number_or_company(search, capsys, name):
    show(search.context, f"a{1}" if name == "1" else name, as_json=True)
    assert row(capsys)["id"] == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a99", "There is no application number 99; `highroad applications` shows all of them."),
        ("nobody", 'No application is at a company called "nobody"'),
        ("", 'No application is at a company called ""'),
        ("%", "No application is at a company"),
        ("ac\u001bme\n" + "x" * 99, "No application is at a company"),
        ("me", r'"me" can be one of several applications: a1 \(Acme, Data Engineer\), a2 \(Acme Robotics, Engineer\)'),
    ],
)
def test_a_name_that_is_none_or_several_is_a_sentence(search, name, sentence):
    with pytest.raises(WrongUse, match=sentence) as told:
        applying.keen(search.context, name, SAID, off=False)
    assert str(told.value).isprintable() and len(str(told.value)) < 300


def test_show_tells_the_story_the_people_the_notes_and_the_drafts(search, capsys):
    applying.note(search.context, "a1", "event sourcing", SAID, private=False)
    capsys.readouterr()
    show(search.context, "a1", as_json=True)
    told = row(capsys)
    assert [one["what"] for one in told["timeline"]] == ["interview", "rejected"]
    assert [one["mail"] for one in told["timeline"]] == told["mails"] == [1, 2]
    assert told["people"][0]["address"] == TO and told["notes"][0]["text"] == "event sourcing"
    assert {one["step"] for one in told["plan"]} >= {"thank_you", "reflection"} and told["earlier"] == []
    show(search.context, "a1", as_json=False)
    said = capsys.readouterr().out
    assert (
        "a1: rejected" in said and "Dana Whitfield <dana.whitfield@acme.example>" in said and "What happened:" in said
    )


def test_before_an_interview_the_notes_and_feedback_of_earlier_ones_are_there(search, capsys):
    applying.note(search.context, "a1", "ask about on-call", SAID, private=True)
    with search.journal() as journal:
        journal.feedback.add(1, 2, ago(0.5), "More depth in SQL.\n\u202eAnd in Spark.")
    capsys.readouterr()
    search.mail("interview", "Acme Robotics", "Engineer", days=0)
    show(search.context, "a2", as_json=True)
    earlier = row(capsys)["earlier"]
    assert [(one["what"], one["application"]) for one in earlier] == [("note", 1), ("feedback", 1)]
    show(search.context, "a2", as_json=False)
    said = capsys.readouterr().out
    assert "From earlier interviews" in said and "Acme, note: ask about on-call" in said and "\u202e" not in said


def test_an_application_of_an_account_that_is_gone_is_still_shown_but_not_planned(search, capsys):
    config = search.context.config
    config.write_text(config.read_text().replace('name = "main"', 'name = "new"'))
    show(search.context, "a1", as_json=True)
    assert row(capsys)["people"] == []
    with pytest.raises(NoAccount, match=r'a1 is of account "main", which config.toml does not name any more'):
        applying.keen(search.context, "a1", SAID, off=False)
    with search.journal() as journal:
        assert not journal.applications.get(1).keen


# Notes.


def test_a_note_is_kept_on_one_line(search, capsys):
    applying.note(search.context, "acme", "  event sourcing,\n over\ttea \u2615\ufe0f ", JSON, private=False)
    assert row(capsys)["notes"][1:] == ["Its lines were joined to one."]
    with search.journal() as journal:
        assert [one.text for one in journal.notes.of(1)] == ["event sourcing, over tea \u2615\ufe0f"]


def test_what_a_note_is_used_for_is_said(search, capsys):
    for text, private, said in (
        ("event sourcing", False, "and a letter may say it."),
        ("event sourcing", True, "and no letter."),
        ("on-call " * 60, False, "and this is neither."),
    ):
        applying.note(search.context, "acme", text, SAID, private=private)
        assert capsys.readouterr().out.endswith(f"{said}\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The note says nothing"),
        (" \n", "The note says nothing"),
        ("?!", "The note says nothing"),
        ("x" * 1001, "The note has 1001 characters; 1000 is the most"),
        ("a\x1b[2Jb", r"a character that cannot be seen \(U\+001B\)"),
        ("a\u202eb", r"a character that cannot be seen \(U\+202E\)"),
        ("a\x00b", r"U\+0000"),
    ],
)
def test_what_is_no_note_is_a_sentence(search, text, sentence):
    with pytest.raises(WrongUse, match=sentence):
        applying.note(search.context, "acme", text, SAID, private=False)


# Keen, skip, reject, cancel.


def test_a_dry_run_says_the_same_and_writes_nothing(search, capsys):
    before = search.jobs(1)
    for dry in (True, False):
        applying.skip(search.context, "a1", replace(SAID, dry_run=dry), off=False)
        said = capsys.readouterr().out
        assert ("A dry run: nothing of this was written." in said) is dry
        assert "The thank you is taken back: You said to skip this application" in said
        assert (search.jobs(1) == before) is dry


def test_what_is_skipped_is_planned_no_more_until_it_is_taken_back(search, capsys):
    applying.skip(search.context, "a1", JSON, off=False)
    cancelled = row(capsys)["cancelled"]
    assert cancelled and not [job for job in search.jobs(1) if job[1] == "planned"]
    search.mail("rejection", "Acme", "Data Engineer", days=0, sender=DANA)
    assert not [job for job in search.jobs(1) if job[1] == "planned"]
    applying.skip(search.context, "a1", JSON, off=True)
    assert row(capsys)["planned"] and ("thank_you", "planned", TO) in search.jobs(1)


def test_keen_is_what_keeping_in_touch_waits_for(search, capsys):
    applying.keen(search.context, "a1", JSON, off=False)
    assert row(capsys)["company"] == "Acme"
    with search.journal() as journal:
        assert journal.applications.get(1).keen
    applying.keen(search.context, "a1", SAID, off=True)
    assert "a1 (Acme, Data Engineer) is no employer that you care for any more." in capsys.readouterr().out


def test_a_second_rejection_by_phone_leaves_the_first_one_where_they_came_back_between(search):
    applying.reject(search.context, "a3", ago(3).date().isoformat(), SAID, off=False)
    search.mail("interview", "Borealis", None, days=1, sender="Kim Lee <kim.lee@borealis.example>")
    said = []
    for off in (False, True):
        applying.reject(search.context, "a3", "", SAID, off=off)
        with search.journal() as journal:
            said.append([event.at.date() for event in journal.events.of(3) if event.by == "you"])
    first, second = (ago(days).date() for days in (3, 0))
    assert said == [[first, second], [first]]


def test_a_rejection_by_phone_counts_and_can_be_taken_back(search, capsys):
    applying.reject(search.context, "a3", "", JSON, off=False)
    told = row(capsys)
    assert told["notes"][0].startswith("a3 (Borealis?) was rejected on")
    applying.reject(search.context, "a3", ago(3).date().isoformat(), SAID, off=False)
    with search.journal() as journal:
        said = [event for event in journal.events.of(3) if event.kind == "rejected"]
        assert [(event.by, event.at.date()) for event in said] == [("you", ago(3).date())]
    applying.reject(search.context, "a3", "", SAID, off=True)
    with search.journal() as journal:
        assert [event.kind for event in journal.events.of(3)] == ["applied"]
    with pytest.raises(WrongUse, match="there is nothing to take back"):
        applying.reject(search.context, "a3", "", SAID, off=True)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ((NOW + timedelta(days=2)).date().isoformat(), "is still to come"),
        ((NOW - timedelta(days=300)).date().isoformat(), "is before the first mail of a3"),
        ("yesterday", "'yesterday' is not a day"),
        ("2026-13-01", "is not a day"),
        ("9999999-01-01", "is not a day"),
    ],
)
def test_a_day_that_cannot_be_is_a_sentence(search, day, sentence):
    with pytest.raises(WrongUse, match=sentence):
        applying.reject(search.context, "a3", day, SAID, off=False)


def job_of(search, step, application=1):
    with search.journal() as journal:
        return next(job for job in journal.jobs.of_application(application) if job.step is step)


def test_what_is_called_off_stays_so_with_all_that_it_would_have_said(search, capsys):
    job = job_of(search, Step.THANK_YOU)
    applying.cancel(search.context, job.id, JSON)
    assert "is called off" in row(capsys)["notes"][0]
    search.mail("rejection", "Acme", "Data Engineer", days=0, sender=DANA)
    states = {step: state for step, state, _ in search.jobs(1)}
    assert states["thank_you"] == "cancelled" and states["feedback_request"] != "planned"
    with pytest.raises(applying.TooLate, match=r"is cancelled already\. You called it off."):
        applying.cancel(search.context, job.id, SAID)


def test_what_cannot_be_called_off_says_why(search):
    with pytest.raises(WrongUse, match="The plan has no number 999"):
        applying.cancel(search.context, 999, SAID)
    job = job_of(search, Step.THANK_YOU)
    with search.journal() as journal:
        joined = [one for one in journal.jobs.of_application(1) if one.state is State.JOINED]
        job = journal.jobs.move(job, Move.INTEND, NOW, uidvalidity=1, uidnext=1)
    for one in joined:
        with pytest.raises(WrongUse, match="has no draft of its own"):
            applying.cancel(search.context, one.id, SAID)
    with pytest.raises(Transient, match="being laid at this moment"):
        applying.cancel(search.context, job.id, SAID)
    with search.journal() as journal:
        journal.jobs.move(job, Move.LAID, NOW, uid=1, placed_at=NOW)
    with pytest.raises(applying.TooLate, match=r"lies in your Drafts already\. Delete it there"):
        applying.cancel(search.context, job.id, SAID)


def test_an_application_whose_mails_are_all_gone_can_still_be_spoken_of(search, capsys):
    with search.journal() as journal:
        number = journal.applications.add("main", "Cirrus", None, ago(9))
    for act in (applying.keen, applying.skip):
        act(search.context, "cirrus", SAID, off=False)
    applying.reject(search.context, "cirrus", "", SAID, off=False)
    show(search.context, f"a{number}", as_json=False)
    assert "a4: rejected, keen, skipped" in capsys.readouterr().out


# Merge and split.


def test_two_become_one_and_what_was_asked_about_is_clear_then(search, capsys):
    search.mail("acknowledgement", "Acme", "Analyst", days=3)
    asked = search.mail("rejection", "Acme", None, days=0, sender=DANA)
    assert search.application_of(asked) is None
    sorting.merge(search.context, "a1", "4", DRY)
    assert search.application_of(asked) is None
    sorting.merge(search.context, "a1", "4", JSON)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["notes"][:2] == [
        "a4 (Acme, Analyst) is part of a1 (Acme, Data Engineer) now.",
        f"Mail {asked} belongs to a1, which is clear now.",
    ]
    with search.journal() as journal:
        assert len(journal.messages.of_application(1)) == 4 and journal.applications.get(4) is None


def test_what_cannot_become_one_is_a_sentence(search):
    with pytest.raises(WrongUse, match="Both are a1"):
        sorting.merge(search.context, "a1", "1", SAID)
    with search.journal() as journal:
        other = journal.applications.add("other", "Acme", None, NOW)
    with pytest.raises(WrongUse, match=r'a1 .* is of account "main", a4 .* of "other"'):
        sorting.merge(search.context, "a1", f"a{other}", SAID)


def test_a_mail_becomes_an_application_of_its_own_and_both_are_planned_anew(search, capsys):
    sorting.split(search.context, 2, JSON)
    told = row(capsys)
    assert told["application"] == search.application_of(2) == 4 and search.application_of(1) == 1
    assert told["notes"][0] == "Mail 2 is a4 (Acme, Data Engineer) now, no more of a1 (Acme, Data Engineer)."
    assert ("thank_you", "planned", TO) not in search.jobs(1)
    assert ("thank_you", "planned", TO) in search.jobs(4)
    answer = search.mail("assessment", None, None, days=0, in_reply_to=("<2@mail.example>",))
    assert search.application_of(answer) == 4


def test_a_mail_that_is_apart_already_is_a_sentence(search):
    alert = search.mail("job_alert", "Acme", None)
    for mail, sentence in (
        (99, "no mail number 99"),
        (3, "is the only one of a2"),
        (alert, "belongs to no application"),
    ):
        with pytest.raises(WrongUse, match=sentence):
            sorting.split(search.context, mail, SAID)


# The doors.


@pytest.mark.parametrize(
    "words",
    [
        ["applications"], ["show", "a1"], ["show", "1"], ["note", "a1", "hello"], ["note", "a1", "hello", "--private"],
        ["keen", "a1"], ["keen", "a1", "--off"], ["skip", "a1"], ["skip", "a1", "--off"],
        ["reject", "a1", "--on", ago(0).date().isoformat()], ["cancel", "1"], ["merge", "a1", "a2"], ["split", "2"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_has_its_door(search, words):
    places = ["--config", str(search.context.config), "--state-dir", str(search.state)]
    dry = [] if words[0] in {"applications", "show"} else ["--dry-run"]
    done = CliRunner().invoke(app, [*places, *words, *dry, "--json"])
    assert done.exit_code == 0 and done.exception is None
    assert all(isinstance(json.loads(line), dict) for line in done.stdout.splitlines())


def test_what_does_not_match_mails_does_not_load_what_matches_them():
    told = "import sys, daemon.planner, daemon.commands.applying, daemon.commands.sorting, daemon.commands.applications"
    command = [sys.executable, "-P", "-c", f"{told}; print('rapidfuzz' in sys.modules, 'jinja2' in sys.modules)"]
    done = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("False False", "")
