"""Journals of every released version come over whole, whatever happens on the way; newer ones are left untouched."""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import stat
from datetime import UTC, datetime

import pytest
from support import released_journals as released
from support.upgrade_child import Upgrades
from typer.testing import CliRunner

from daemon.adapters.journal import store
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.mark import Mark
from daemon.adapters.journal.opening import opened
from daemon.cli import app
from daemon.core.errors import JournalFault
from daemon.core.job import Move, State, Step

TODAY = len(store._migrations())
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
NOT_SAID_AGAIN = {"company_key"}
"""What later versions reckon anew."""


@pytest.fixture(params=released.VERSIONS)
def version(request):
    return request.param


def placed(version, state):
    state.mkdir()
    released.load(version, state / "journal.db")
    if version >= 4:
        Mark(state).remember("01" * 16, 9)
    return state


@pytest.fixture
def state(version, tmp_path):
    return placed(version, tmp_path / "state")


@pytest.fixture
def journal(state):
    with contextlib.closing(open_journal(state)) as one:
        yield one


def kept(rows):
    return [{name: value for name, value in row.items() if name not in NOT_SAID_AGAIN} for row in rows]


def content(path):
    """All rows by table, with what no two upgrades have in common left out."""
    with contextlib.closing(sqlite3.connect(path)) as con:
        con.row_factory = sqlite3.Row
        tables = [row[0] for row in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        found = {table: [dict(row) for row in con.execute(f"SELECT * FROM {table}")] for table in tables}
        con.execute("PRAGMA journal_mode = DELETE")
    for row in found.get("history", ()):
        row["line"] = len(row["line"])
    return found


def test_the_fixtures_are_of_the_versions_that_there_are():
    assert tuple(range(1, TODAY + 1)) == released.VERSIONS, "a new version wants a fixture: support.released_journals"


def test_every_row_is_there_with_every_value_that_it_had(version, journal):
    assert journal.store.rows("PRAGMA user_version")[0][0] == TODAY
    assert journal.store.faults() == []
    for table, row in released.rows(version):
        said = {name: value for name, value in row.items() if name not in NOT_SAID_AGAIN}
        where = " AND ".join(f"{name} IS ?" for name in said)
        found = journal.store.rows(f"SELECT count(*) FROM {table} WHERE {where}", tuple(said.values()))
        assert found[0][0] == 1, (table, said)


def test_mails_and_what_the_person_said_of_them_mean_what_they_meant(version, journal):
    entries = journal.messages.log()
    assert [entry.reading.verdict.label for entry in entries] == [
        "acknowledgement", "rejection", "rejection", "interview",
    ]  # fmt: skip
    assert [entry.decided_by for entry in entries] == ["model"] * 3 + ["you"]
    assert entries[2].reading.headers.subject == "Your application at Globex — Größe 3"
    assert {entry.application for entry in entries} == {5, 9}
    assert journal.messages.known(released._identity(101), "1")
    assert [mail.reason for mail in journal.messages.unreadable()] == ["It took too long."]
    assert journal.keyed(b"x") == released_key(b"x")
    assert journal.applications.in_thread("main", ["<mail-3@globex.example>"]) == [9]
    assert journal.own_mails.addresses("main") >= {"dana@acme.example"}
    if version >= 2:
        assert [(lesson.id, lesson.label, lesson.octets) for lesson in journal.corrections.lessons()] == [
            (1, "interview", b"Subject: Talk\r\n\r\n")
        ]
        assert journal.corrections.sought_as("<sought@acme.example>").label == "rejection"
        assert journal.corrections.count() == 2


def released_key(data):
    return store.hmac.new(released.KEY, data, "sha256").digest()


def test_drafts_are_where_they_were_and_go_on_from_there(journal):
    jobs = {job.id: job for job in journal.jobs.all()}
    assert [str(job.state) for job in jobs.values()] == [
        "placed", "joined", "cancelled", "planned", "skipped", "placing",
    ]  # fmt: skip
    assert (jobs[1].also, jobs[1].uid, jobs[1].occasion) == ((Step.FEEDBACK_REQUEST,), 1, "1")
    assert jobs[4].due.isoformat() == "2026-03-06T10:00:00+00:00"
    assert {job.event.day for job in jobs.values()} == {2, 3}
    assert [journal.jobs.last_move(jobs[number]) for number in (1, 3, 4)] == [Move.LAID, Move.CANCEL, None]
    assert journal.after_restore(jobs[4].due) == 0, "an upgrade is no restore"
    assert journal.jobs.move(jobs[1], Move.SEND, jobs[4].due).state is State.SENT


def test_folders_refusals_and_events_go_on(version, journal):
    (cursor,) = journal.folders.cursors()
    assert (cursor.read, cursor.skipped, cursor.uidnext) == ("11:14,20,30", "1:10", 31)
    assert journal.refusals.of("main", released._identity(200)).count == 2
    assert [event.kind for event in journal.events.of(5)] == ["applied", "rejected"]
    if version == TODAY:
        assert journal.applications.get(5).keen and journal.applications.get(9).skipped
        assert [note.text for note in journal.notes.of(5)] == ["We spoke of Rust — gut."]
        assert journal.pauses.until().month == 4


def shown(state, *arguments):
    done = CliRunner().invoke(app, ["--state-dir", str(state), "--config", str(state / "none.toml"), *arguments])
    assert not isinstance(done.exception, Exception) or isinstance(done.exception, SystemExit), done.exception
    return done.stdout


@pytest.mark.slow
def test_the_commands_show_what_was_there(state):
    rows = [json.loads(line) for line in shown(state, "log", "--json").splitlines()]
    assert [row["company"] for row in rows] == ["Acme", "Acme", "Globex", "Globex"]
    plan = [json.loads(line) for line in shown(state, "plan", "--json").splitlines()]
    assert [row["state"] for row in plan] == ["placed", "joined", "cancelled", "planned", "skipped", "placing"]
    (status,) = (json.loads(line) for line in shown(state, "status", "--json").splitlines())
    assert status["drafts"]["placed"] == 1
    assert status["accounts"][0]["folders"][0]["seen"] == 6
    applications = shown(state, "applications")
    assert "Acme" in applications and "Globex" in applications
    assert "Größe 2" in shown(state, "show", "2")


def test_before_an_upgrade_a_copy_is_kept_that_has_all_of_it(version, state):
    before = content(state / "journal.db")
    open_journal(state).close()
    copies = list(state.glob("journal.before-*"))
    assert [path.name for path in copies] == ([f"journal.before-{version + 1:03}.db"] if version < TODAY else [])
    for copy in copies:
        assert content(copy) == before
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


@pytest.fixture(scope="module")
def upgrades():
    with Upgrades() as one:
        yield one


@pytest.mark.parametrize("stride", [pytest.param(53, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.long)])
def test_an_upgrade_that_is_killed_at_any_step_comes_out_the_same(stride, version, tmp_path, upgrades):
    wanted = placed(version, tmp_path / "wanted")
    before, steps = content(wanted / "journal.db"), upgrades.go(wanted)["steps"]
    after = content(wanted / "journal.db")
    for kill in range(random.randint(1, stride), steps + 1, stride):
        state = placed(version, tmp_path / f"at{kill}")
        assert upgrades.go(state, kill)["status"] == signal.SIGKILL
        with opened(state, NOW, lambda *_, **__: None) as journal:
            assert journal.store.faults() == []
            assert journal.jobs.restored() is None
        found = content(state / "journal.db")
        assert {**found, "meta": [], "history": []} == {**after, "meta": [], "history": []}, kill
        assert bytes(found["meta"][0]["value"]) == released.KEY
        names = {path.name for path in state.iterdir()}
        assert not {name for name in names if "-before" in name or name.count(".") > 2}, "left over"
        if version < TODAY:
            assert content(state / f"journal.before-{version + 1:03}.db") == before, kill
        shutil.rmtree(state)


# --- a journal of a later version ---


def newer(state, number=99, *, in_log=False):
    """A journal that a later Highroad has written; with `in_log` only its log says so."""
    path = placed(TODAY, state) / "journal.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("PRAGMA wal_autocheckpoint = 0")
        con.execute(f"PRAGMA user_version = {number}")
        con.execute("CREATE TABLE later (a TEXT) STRICT")
        if in_log:
            names = ("journal.db", "journal.db-wal")
            files = {name: (state / name).read_bytes() for name in names}
    for name, octets in files.items() if in_log else ():
        (state / name).write_bytes(octets)
    return state


def told(folder):
    """Names, octets and times of all files."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def by_opening(state):
    with opened(state, NOW, lambda *_, **__: None):
        pass


@pytest.mark.parametrize("in_log", [False, True])
@pytest.mark.parametrize("way", [lambda state: open_journal(state).close(), by_opening])
def test_a_journal_of_a_later_version_is_refused_and_not_an_octet_of_it_changes(tmp_path, way, in_log):
    state = newer(tmp_path / "state", in_log=in_log)
    os.utime(state / "journal.db", ns=(1, 1))
    before = told(state)
    with pytest.raises(JournalFault, match=r"was written by a newer Highroad .*Install the newer") as caught:
        way(state)
    assert caught.value.exit_code == 78
    assert told(state) == before


@pytest.mark.parametrize("command", [["log"], ["plan"], ["status"], ["backup", "x.db"], ["review"]])
def test_the_commands_refuse_it_with_a_sentence(tmp_path, command):
    state = newer(tmp_path / "state", TODAY + 1)
    before = told(state)
    done = CliRunner().invoke(app, ["--state-dir", str(state), "--config", str(state / "none.toml"), *command])
    assert isinstance(done.exception, JournalFault), done.exception
    assert told(state) == before
