"""`highroad export`, `forget`, `pause` and `feedback` as functions over a journal: what they write, erase, refuse."""

import contextlib
import csv
import io
import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from support.clock import MONDAY
from support.corevalues import verdict
from support.crashing import CONFIG
from support.rows import entry, planned

from classifiers.values import Headers, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.commands.context import Context, NoJournal
from daemon.commands.export import ExportFault, export
from daemon.commands.feedback import feedback
from daemon.commands.forget import What, forget
from daemon.commands.pause import pause
from daemon.core.entry import Note
from daemon.core.errors import Transient, WrongUse
from daemon.core.job import Move

SECRET = "the-harbour-project-4711"


@pytest.fixture
def context(tmp_path):
    (tmp_path / "config.toml").write_text(CONFIG.format(port=1, user="sam"))
    return Context(tmp_path / "config.toml", tmp_path / "state")


@contextlib.contextmanager
def opened(context):
    with contextlib.closing(open_journal(context.state_dir)) as journal:
        yield journal


@pytest.fixture
def filled(context):
    """A rejection of Acme with a note, feedback and a planned draft, and one of a company with a hostile name."""
    with opened(context) as journal:
        job = planned(journal, 1, company="Acme")
        journal.messages.assign(job.message, job.application)
        journal.notes.add(job.application, Note(MONDAY, SECRET))
        journal.feedback.add(job.application, job.message, MONDAY, "Your examples lacked figures.")
        evil = verdict(company='=HYPERLINK("https://x.example","Acme")')
        reading = Reading(Headers(message_id="<2@evil.example>", subject="+cmd|' /C calc'!A0"), evil)
        number = journal.messages.add(entry(2, reading=reading))
        journal.messages.assign(number, journal.applications.add("main", evil.company, None, MONDAY))
    return context


def said(act, *args, **kwargs):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = act(*args, **kwargs)
    assert code == 0
    return out.getvalue()


def table(context, what):
    text = said(export, context, "csv", what, None, force=False)
    return list(csv.DictReader(io.StringIO(text)))


def test_applications_go_into_a_spreadsheet_and_no_name_is_a_formula_there(filled):
    rows = table(filled, "applications")
    assert [row["company"] for row in rows] == ["Acme", """'=HYPERLINK("https://x.example","Acme")"""]


def test_rejections_and_planned_steps_are_tables_too(filled):
    assert table(filled, "rejections")[1]["subject"].startswith("'+cmd")
    assert [row["step"] for row in table(filled, "plan")] == ["thank_you"]


def test_json_holds_all_three_tables(filled):
    found = json.loads(said(export, filled, "json", "applications", None, force=False))
    assert {name: len(rows) for name, rows in found.items()} == {"applications": 2, "rejections": 2, "plan": 1}


def test_a_calendar_has_the_planned_steps_and_can_be_read_again(filled):
    text = said(export, filled, "ics", "plan", None, force=False)
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Highroad: thank you, Acme"]
    assert events[0].decoded("DTSTART") == MONDAY


def test_what_was_laid_is_in_no_calendar(filled):
    with opened(filled) as journal:
        journal.jobs.move(journal.jobs.all()[0], Move.CANCEL, MONDAY)
    assert not Calendar.from_ical(said(export, filled, "ics", "plan", None, force=False)).walk("VEVENT")


def test_an_exported_file_is_for_its_owner_alone_and_writes_over_nothing(filled, tmp_path):
    target = tmp_path / "mine.csv"
    said(export, filled, "csv", "plan", target, force=False)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    before = target.read_bytes()
    with pytest.raises(WrongUse, match="is there already"):
        export(filled, "json", "plan", target, force=False)
    assert target.read_bytes() == before
    said(export, filled, "json", "plan", target, force=True)
    assert target.read_bytes() != before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".mine")] == []


def test_a_format_or_a_place_that_cannot_be_is_refused_in_a_sentence(filled, tmp_path):
    with pytest.raises(WrongUse, match="--format xls: use one of csv, json, ics"):
        export(filled, "xls", "plan", None, force=False)
    with pytest.raises(WrongUse, match="--what jobs: use one of applications"):
        export(filled, "csv", "jobs", None, force=False)
    with pytest.raises(ExportFault, match="could not be written"):
        export(filled, "csv", "plan", tmp_path / "none" / "x.csv", force=False)


def test_what_is_forgotten_is_in_no_octet_of_the_journal(filled):
    told = said(forget, filled, What("acme"), dry_run=False, as_json=False)
    assert told.startswith("1 application with 1 mail forgotten.")
    held = b"".join(path.read_bytes() for path in filled.state_dir.iterdir() if path.name.startswith("journal.db"))
    assert SECRET.encode() not in held and b"lacked figures" not in held and b"<1@acme.example>" not in held


def test_what_is_forgotten_does_not_come_back_at_a_rescan(filled):
    said(forget, filled, What("1"), dry_run=False, as_json=False)
    with opened(filled) as journal:
        assert journal.messages.known(entry(1).identity, "any version")
        assert [one.id for one in journal.messages.log()] == [2]
        assert journal.jobs.all() == []


@pytest.mark.parametrize("name", ["journal.before-005.db", "journal.replaced-1.db", "journal.damaged-1.db-wal"])
def test_an_earlier_journal_that_still_holds_it_is_named(filled, name):
    (filled.state_dir / name).write_bytes(b"")
    told = said(forget, filled, What("1"), dry_run=False, as_json=False)
    assert f"still hold it: {name}. So do your backups." in told


def test_a_dry_run_says_the_same_and_forgets_nothing(filled):
    told = said(forget, filled, What("a1"), dry_run=True, as_json=False)
    assert "would be forgotten; nothing was" in told
    with opened(filled) as journal:
        assert len(journal.messages.log()) == 2


def test_forgetting_by_a_day_takes_what_had_its_last_mail_before_it(filled):
    with opened(filled) as journal:
        late = replace(entry(3), received=MONDAY + timedelta(days=40))
        number = journal.messages.add(late)
        journal.messages.assign(number, 1)
    day = (MONDAY + timedelta(days=10)).date().isoformat()
    row = json.loads(said(forget, filled, What(before=day), dry_run=False, as_json=True))
    assert (row["applications"], row["mails"]) == (1, 1)
    with opened(filled) as journal:
        assert [one.id for one in journal.messages.log()] == [1, 3]


def test_a_draft_that_lies_in_the_mailbox_is_named_since_nobody_takes_it_away(filled):
    with opened(filled) as journal:
        job = journal.jobs.move(journal.jobs.all()[0], Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        with pytest.raises(Transient, match="being laid at this moment"):
            forget(filled, What("1"), dry_run=False, as_json=False)
        journal.jobs.move(job, Move.LAID, MONDAY, placed_at=MONDAY)
    told = said(forget, filled, What("1"), dry_run=False, as_json=False)
    assert f"A draft to {job.recipient} lies in Drafts of account main: delete it." in told


def test_copies_of_earlier_journals_are_named_since_they_hold_it_still(filled):
    (filled.state_dir / "journal.before-005.db").write_bytes(b"")
    assert "journal.before-005.db" in said(forget, filled, What("1"), dry_run=False, as_json=False)


@pytest.mark.parametrize(
    "what", [What(), What("1", "2026-01-01"), What(before="yesterday"), What("77"), What("nobody")]
)
def test_forgetting_something_unclear_is_refused_and_forgets_nothing(filled, what):
    with pytest.raises(WrongUse):
        forget(filled, what, dry_run=False, as_json=False)
    with opened(filled) as journal:
        assert len(journal.messages.log()) == 2


def test_a_pause_is_set_shown_and_ended(filled):
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert f"before {day}" in said(pause, filled, day, off=False, as_json=False)
    assert json.loads(said(pause, filled, "", off=False, as_json=True))["until"].startswith(day[:7])
    assert said(pause, filled, "", off=True, as_json=False).startswith("There is no pause")


def test_the_end_of_a_pause_is_told_by_the_clock_of_the_person(filled):
    settings = filled.config.read_text()
    zoned = [line for line in settings.splitlines() if not line.startswith("timezone")]
    zoned.insert(zoned.index("[me]") + 1, 'timezone = "Pacific/Kiritimati"')
    filled.config.write_text("\n".join(zoned))
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert f"before {day} 00:00." in said(pause, filled, day, off=False, as_json=False)


@pytest.mark.parametrize("day", ["2001-01-01", "soon", "2026-02-30", "99999-01-01"])
def test_a_pause_until_no_day_to_come_is_refused(filled, day):
    with pytest.raises(WrongUse):
        pause(filled, day, off=False, as_json=False)


def test_a_pause_that_is_over_counts_no_more(filled):
    with opened(filled) as journal:
        journal.pauses.set(MONDAY)
    assert said(pause, filled, "", off=False, as_json=False).startswith("There is no pause")


def test_feedback_is_gathered_with_its_application(filled):
    assert "Acme" in said(feedback, filled, as_json=False)
    row = json.loads(said(feedback, filled, as_json=True))
    assert (row["application"], row["feedback"]) == (1, ["Your examples lacked figures."])


def test_without_a_journal_each_of_them_says_so(context):
    for act in (
        lambda: export(context, "csv", "plan", None, force=False),
        lambda: forget(context, What("1"), dry_run=False, as_json=False),
        lambda: feedback(context, as_json=False),
    ):
        with pytest.raises(NoJournal, match="There is no journal"):
            act()
