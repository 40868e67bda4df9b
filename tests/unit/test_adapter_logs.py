"""The log as it is written: one line an event, for people, for programs and for systemd's journal; nobody's words."""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.journald import JournalSocket, fields
from support.realmind import ROOT

from daemon.adapters import logs
from daemon.adapters.logs import Json, Once, Text, clean, entry, handler_for, leads_to_journal
from daemon.core.chronicle import EVENTS, FIELDS
from daemon.logbook import tell


def record(message, level=logging.INFO, name="highroad", error=None, **facts):
    trace = (type(error), error, error.__traceback__) if error else None
    one = logging.LogRecord(name, level, "", 0, "%s", (message,), trace)
    vars(one).update(facts)
    return one


@pytest.fixture
def own_logging():
    """Whatever is set up is taken down again."""
    root, ours = logging.getLogger(), logging.getLogger("highroad")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    hooks = threading.excepthook, sys.unraisablehook, logging.raiseExceptions
    yield
    logging.captureWarnings(capture=False)
    for each in [one for one in root.handlers if one not in handlers]:
        each.close()
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])
    threading.excepthook, sys.unraisablehook, logging.raiseExceptions = hooks


@pytest.fixture
def journal(tmp_path):
    listening = JournalSocket(tmp_path / "journal")
    yield listening
    listening.close()


FACTS = {"event": "draft_placed", "account": "main", "mail": "m0123456789", "job": 12, "step": "thank_you"}


def test_a_line_for_people_says_when_how_loud_whose_what_and_by_which_names_to_look_it_up():
    line = Text().format(record("The draft lies in Drafts.", **FACTS))
    assert line[20:] == "INFO main: The draft lies in Drafts. (job 12, mail m0123456789)"
    assert len(line[:19]) == 19 and "\n" not in line


def test_a_line_for_programs_is_one_object():
    told = json.loads(Json().format(record("The draft lies in Drafts.", **FACTS)))
    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "info", "message": "The draft lies in Drafts.", **FACTS}


def test_an_entry_of_the_journal_has_fields_to_ask_for():
    found = fields(entry(record("It rests.", logging.WARNING, event="needs_you", account="main", mail="m0123456789")))
    assert found == {
        "MESSAGE": "main: It rests. (mail m0123456789)", "PRIORITY": "4", "SYSLOG_IDENTIFIER": "highroad",
        "HIGHROAD_EVENT": "needs_you", "HIGHROAD_ACCOUNT": "main", "HIGHROAD_MAIL": "m0123456789",
    }  # fmt: skip


NASTY = "one\ntwo\r\nHIGHROAD_EVENT=forged\x1b[31m\x00 \u2028 \u202e \x85 \ud800 end"


@pytest.mark.parametrize("written", [Text().format, Json().format])
def test_nothing_breaks_a_line_or_steers_a_terminal(written):
    line = written(record(NASTY, event="note", account=NASTY))
    assert line.splitlines() == [line] and line.isprintable()
    line.encode()


def test_nothing_becomes_a_field_of_the_journal_that_is_none():
    found = fields(entry(record(NASTY, event="note", account=NASTY)))
    assert found["HIGHROAD_EVENT"] == "note" and "forged" in found["MESSAGE"]
    assert set(found) == {"MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "HIGHROAD_EVENT", "HIGHROAD_ACCOUNT"}


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("It said “[AUTHENTICATIONFAILED] wrong words here”.", "It said “[AUTHENTICATIONFAILED] ...”."),
        ("It said “whatever was in the mail”.", "It said “...”."),
        ("It said “cut off in the middle", "It said “...”"),
        ("“INBOX” was read.", "“INBOX” was read."),
        ("“Letters from Ann” was read.", "“...” was read."),
        ("From sam.rivera+x@mail.example: to <ann@x.example>", "From (an address): to <(an address)>"),
    ],
)
def test_of_others_words_and_addresses_nothing_is_written(said, written):
    assert clean(said) == written


def test_what_is_no_field_is_not_written():
    line = Json().format(record("x", subject="Words", to="ann", company="Acme", account="main"))
    assert set(json.loads(line)) == {"time", "level", "event", "message", "account"}


def test_of_a_library_only_who_and_where_is_told():
    try:
        raise ValueError("what it was given")
    except ValueError as error:
        line = Text().format(record("Task failed with <words>", logging.ERROR, "asyncio", error))
    assert "asyncio complained (ValueError at" in line and "test_adapter_logs:" in line
    assert "words" not in line and "given" not in line


def test_the_same_complaint_is_heard_once_an_hour_and_other_things_each_time():
    heard = Once()
    first, again, later = record("x", event="library"), record("x", event="library"), record("x", event="library")
    again.created, later.created = first.created + 3599, first.created + 3601
    assert [heard.filter(one) for one in (first, again, later)] == [True, False, True]
    assert all(heard.filter(record("x", event="works")) for _ in range(3))
    assert heard.filter(record("x", event="library", account="other"))


def test_standard_error_is_the_journal_where_systemd_says_so(tmp_path):
    with (tmp_path / "stream").open("w") as file:
        told = os.fstat(file.fileno())
        here = {"JOURNAL_STREAM": f"{told.st_dev}:{told.st_ino}"}
        assert leads_to_journal(here, file.fileno())
        assert not leads_to_journal({"JOURNAL_STREAM": f"{told.st_dev}:{told.st_ino + 1}"}, file.fileno())
        assert not leads_to_journal({}, file.fileno())
    assert not leads_to_journal(here, 1000)


def test_what_is_told_reaches_the_journal(journal, monkeypatch, own_logging):
    monkeypatch.setattr(logs, "leads_to_journal", lambda: True)
    monkeypatch.setattr(logs, "JOURNAL", journal.path)
    logs.start("auto", "info")
    tell("news_read", "Too quiet.")
    tell("draft_sent", "It was sent.", account="main", job=3)
    found = journal.entry()
    assert (found["MESSAGE"], found["HIGHROAD_JOB"]) == ("main: It was sent. (job 3)", "3")


def test_what_is_too_large_for_a_datagram_goes_as_a_file(journal, monkeypatch):
    monkeypatch.setattr(logs, "_MOST", 4_000_000)
    handler = handler_for("text")
    sending = logs.Journal(journal.path, handler)
    sending.handle(record("x" * 300_000))
    sending.close()
    assert len(journal.entry()["MESSAGE"]) == 300_000


def test_where_the_journal_is_away_the_line_goes_to_standard_error(tmp_path, capsys):
    sending = logs.Journal(tmp_path / "nobody", handler_for("text"))
    sending.handle(record("Still said."))
    sending.close()
    assert "INFO Still said." in capsys.readouterr().err


@pytest.mark.parametrize(("level", "heard"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_the_level_is_the_least_that_is_written(level, heard, capsys, own_logging):
    logs.start("json", level)
    for event in ("news_read", "works", "needs_you", "ended"):
        tell(event, "x")
    assert len(capsys.readouterr().err.splitlines()) == heard


def test_what_would_be_a_traceback_is_a_line(capsys, own_logging):
    logs.start("text")

    def broken():
        raise ValueError("with words")

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    told = capsys.readouterr().err
    assert "ERROR ValueError at" in told and "words" not in told and len(told.splitlines()) == 1


def test_a_log_that_cannot_be_written_ends_nothing():
    told = "import sys; sys.path.insert(0, sys.argv[1])\nfrom daemon.adapters import logs\n"
    told += "from daemon.logbook import tell\nlogs.start('text')\nfor _ in range(3): tell('works', 'x')\nprint('alive')"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", told, str(ROOT)], stdout=subprocess.PIPE, stderr=full, check=False)
    assert (done.returncode, done.stdout) == (0, b"alive\n")


def test_only_what_is_described_can_be_told():
    with pytest.raises(KeyError):
        tell("an_event_of_no_name", "x")
    with pytest.raises(KeyError):
        tell("works", "x", subject="words")


def test_every_event_that_is_described_is_told_somewhere():
    source = "".join(path.read_text() for path in (ROOT / "daemon").rglob("*.py") if path.name != "chronicle.py")
    assert [event for event in EVENTS if f'"{event}"' not in source] == []


def test_no_field_says_who_or_what_about():
    assert not {"to", "from", "sender", "address", "subject", "company", "name", "body", "user"} & set(FIELDS)
    assert all(kind.meaning.endswith(".") for kind in EVENTS.values())
