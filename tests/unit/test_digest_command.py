"""`highroad digest`: a preview from a journal with everything in it, its HTML in a file, when the next one is due."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from support.corevalues import DANA, job, seen, verdict
from support.rows import entry
from support.settings import loaded_settings

from classifiers.values import LABELS, Address, Because, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.commands.context import Context, NoJournal
from daemon.commands.digest import digest
from daemon.core.entry import Note
from daemon.core.errors import WrongUse
from daemon.core.job import Move, Step

NOW = datetime.now(UTC).replace(microsecond=0)
WEAK = dict.fromkeys(LABELS, 0.01) | {"rejection": 0.71, "other": 0.23}


def ago(**parts):
    return NOW - timedelta(**parts)


@pytest.fixture
def told(tmp_path):
    """A journal with a bit of everything; the context to look at it."""
    loaded = loaded_settings(tmp_path, "[learn]\nfolders = true\n")
    journal = open_journal(loaded.state_dir)
    _fill(journal)
    journal.close()
    return Context(tmp_path / "config.toml", loaded.state_dir)


def _mail(journal, number, label, application, at, own=False, band="act", **facts):
    sender = Address("Sam Rivera", "sam@example.org") if own else DANA
    read = seen(sender, label=label, facts=facts, message_id=f"<{number}@acme.example>", subject=f"Mail {number}")
    one = entry(number, reading=Reading(read.headers, read.verdict), received=at, first_seen=at, band=band)
    found = journal.messages.add(one)
    if application:
        journal.messages.assign(found, application)
        kind = {"interview": "interview", "rejection": "rejected", "acknowledgement": "applied"}.get(label)
        journal.events.tell(application, found, kind, at)
    return found


def _fill(journal):
    acme = journal.applications.add("main", "Acme", "Engineer", ago(days=50))
    nordlicht = journal.applications.add("main", "Nordlicht", "Data Engineer", ago(days=9))
    _mail(journal, 1, "interview", acme, ago(days=40), company="Acme", role="Engineer")
    no = _mail(journal, 2, "rejection", acme, ago(days=3), company="Acme", role="Engineer", after_interview=True)
    at = NOW + timedelta(days=2)
    _mail(journal, 3, "interview", nordlicht, ago(days=1), company="Nordlicht", interview_at=at, interview_timed=True)
    _mail(journal, 4, "rejection", None, ago(days=1), own=True, company="Nobody")
    unsure = verdict("other", because=(Because("We went ahead with others.", 0.8),))
    object.__setattr__(unsure, "scores", WEAK)
    headers = seen(message_id="<5@acme.example>", subject="Your <b>application</b>").headers
    journal.messages.add(entry(5, reading=Reading(headers, unsure), received=ago(days=1), band="review"))
    journal.notes.add(acme, Note(ago(days=39), "They asked about Kafka."))
    journal.notes.add(acme, Note(ago(days=39), "Nobody shall read this.", private=True))
    journal.feedback.add(acme, no, ago(days=2), "More depth in design.")
    letter = job(application=acme, message=no, company="Acme", due=ago(days=2), event=ago(days=3))
    laid = journal.jobs.get(journal.jobs.add(letter))
    for move, changes in ((Move.INTEND, {}), (Move.LAID, {"placed_at": ago(days=2), "uid": 1})):
        laid = journal.jobs.move(laid, move, ago(days=2), **changes)


def run(context, capsys, **options):
    filled = {"preview": False, "html": None, "force": False, "as_json": False}
    assert digest(context, **(filled | options)) == 0
    return capsys.readouterr().out


def test_the_preview_tells_what_the_journal_holds(told, capsys):
    text = " ".join(run(told, capsys, preview=True).split())
    for said in (
        "Rejection: Acme, Engineer,", "Interview: Nordlicht", "A thank-you to Dana Whitfield (Acme), laid on",
        "mail 5, 71% sure.", "We went ahead with others.", "Move the mail to Highroad/Rejection",
        "Nordlicht, Data Engineer:", "They asked about Kafka.", "More depth in design.", "1 private note",
        "2 applications out", "Prepare for the interview with Nordlicht", "Read and send the thank-you",
    ):  # fmt: skip
        assert said in text, said
    assert "Nobody" not in text


def test_the_preview_writes_nothing(told, capsys):
    def kept():
        journal = open_journal(told.state_dir)
        rows = [
            tuple(row) for table in ("meta", "jobs", "moves") for row in journal.store.rows(f"SELECT * FROM {table}")
        ]
        journal.close()
        return rows

    before = kept()
    run(told, capsys, preview=True)
    assert kept() == before


def test_the_html_goes_into_a_file_of_ones_own(told, tmp_path, capsys):
    path = tmp_path / "digest.html"
    assert str(path) in run(told, capsys, html=path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Your &lt;b&gt;application&lt;/b&gt;" in path.read_text() and "<b>" not in path.read_text()
    with pytest.raises(WrongUse, match="is there already"):
        run(told, capsys, html=path)
    assert "What came" in run(told, capsys, html=path, force=True, preview=True)
    with pytest.raises(WrongUse, match="cannot be written"):
        run(told, capsys, html=tmp_path / "nowhere" / "digest.html")


def test_a_program_reads_the_same(told, capsys):
    row = json.loads(run(told, capsys, preview=True, as_json=True))
    assert row["worth_saying"] is True
    assert row["momentum"]["applications"] == 2
    assert [one["company"] for one in row["interviews"]] == ["Nordlicht"]
    assert row["questions"][0]["because"] == ["We went ahead with others."]


def test_it_tells_when_the_last_one_was_and_when_the_next_is_due(told, capsys):
    text = run(told, capsys)
    assert "There was none yet." in text and "The next one is due: " in text
    journal = open_journal(told.state_dir)
    due = {"due": ago(days=1), "event": ago(days=1), "message_id": "<d@example.org>"}
    one = journal.jobs.get(journal.jobs.add(job(application=0, message=0, step=Step.DIGEST, account="", **due)))
    journal.jobs.move(one, Move.INTEND, NOW)
    journal.jobs.move(one, Move.DECLINE, NOW, why="The server is away.")
    journal.close()
    assert "One waits: The server is away." in run(told, capsys)
    row = json.loads(run(told, capsys, as_json=True))
    assert row["last"] is None and row["problem"] == "The server is away." and row["next"] > NOW.isoformat()
    (told.config).write_text(told.config.read_text() + "\n[digest]\nenabled = false\n")
    assert "switched off" in run(told, capsys)


def test_a_search_that_has_not_begun_has_nothing_to_tell(tmp_path, capsys):
    loaded = loaded_settings(tmp_path)
    context = Context(tmp_path / "config.toml", loaded.state_dir)
    with pytest.raises(NoJournal):
        digest(context, preview=True, html=None, force=False, as_json=False)
    open_journal(loaded.state_dir).close()
    assert "none would be made" in run(context, capsys, preview=True)
