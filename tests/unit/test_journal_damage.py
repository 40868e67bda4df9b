"""A damaged journal is noticed, set aside and made anew; what is no damage is left alone."""

import contextlib
import errno
import os
import random
import shutil
import signal
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support import damages
from support import released_journals as released
from support.backup_child import NOW, Children
from support.clock import MONDAY
from support.fulldisk import full_beyond
from support.rows import entry, planned

from daemon.adapters.journal import mending, suspicion
from daemon.adapters.journal.copies import back_up
from daemon.adapters.journal.damage import look
from daemon.adapters.journal.faults import JournalDamaged
from daemon.adapters.journal.files import CopyFault
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.opening import opened
from daemon.adapters.journal.pages import Pages, log_page_one
from daemon.adapters.journal.salvage import salvage
from daemon.adapters.journal.spare import FILE_NAME as KEY
from daemon.commands.context import Context
from daemon.commands.doctor import _journal
from daemon.commands.look import log, plan
from daemon.core.entry import Note
from daemon.core.errors import HighroadError, JournalFault
from daemon.core.job import Move, State

FUTURE = NOW + timedelta(days=300)


def small(state, mails=3):
    """A journal of a few mails, each with a draft: the first one due long ago, the second called off; and a note."""
    with contextlib.closing(open_journal(state)) as journal, journal.transaction():
        for number in range(1, mails + 1):
            planned(journal, number, due=MONDAY if number == 1 else FUTURE, company="Acme")
        journal.jobs.move(journal.jobs.get(2), Move.CANCEL, MONDAY, why="You said not to lay it.")
        journal.notes.add(1, Note(MONDAY, "They build bridges."))
    return state


@pytest.fixture
def state(tmp_path):
    """The same with many mails."""
    small(tmp_path / "state", 59)
    with contextlib.closing(open_journal(tmp_path / "state")) as journal, journal.transaction():
        for number in range(500):
            journal.messages.add_stranger(random.Random(number).randbytes(32), "other")
    return tmp_path / "state"


def live(state):
    return state / "journal.db"


def spoil(state, name="messages_by_time"):
    damages.filled(b"\0", name)(live(state), random.Random(1))


def aside(state):
    return sorted(path.name for path in state.glob("journal.damaged-*"))


@contextlib.contextmanager
def used(state, now=NOW):
    """The journal as the daemon opens it, and what it said of it."""
    said = []
    with opened(state, now, lambda _event, sentence, **_fields: said.append(sentence)) as journal:
        yield journal, said


def files(state):
    return {path.name: path.read_bytes() for path in state.iterdir() if path.is_file()}


def test_a_sound_journal_is_opened_as_it_is(state):
    with used(state) as (journal, said):
        assert len(journal.messages.log()) == 59
    assert said == [] == aside(state)


def test_it_is_set_aside_octet_by_octet_and_told_with_what_to_do(state):
    spoil(state)
    damaged = live(state).read_bytes()
    with used(state) as (journal, said):
        assert journal.store.faults() == []
        (sentence,) = said
        assert journal.notices.of("journal").text == sentence
        assert journal.notices.of("journal").since == NOW
        assert [str(job.state) for job in journal.jobs.all()[:3]] == ["held", "cancelled", "planned"]
        assert journal.jobs.restored() == NOW == journal.jobs.lost()
        assert [note.text for note in journal.notes.of(1)] == ["They build bridges."]
        assert journal.messages.known(random.Random(3).randbytes(32), "1")
    assert aside(state) == ["journal.damaged-2026-03-04T120000Z.db"]
    assert (state / aside(state)[0]).read_bytes() == damaged
    assert "set aside as" in sentence and aside(state)[0] in sentence
    assert "0 could not be read, 1 page of it cannot be read at all" in sentence
    assert "1 draft that may have been laid before wait: `highroad review` asks" in sentence
    assert "No backup is known of; `highroad restore FILE` would go on from one." in sentence
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()} == {0o600}
    with used(state) as (_, said):
        assert said == []


def test_the_newest_copy_that_is_known_is_named(state, tmp_path):
    (tmp_path / "b.db").touch()
    with contextlib.closing(open_journal(state)) as journal:
        back_up(journal.store, tmp_path / "b.db", replace=True)
        journal.notices.renew("backup", str(tmp_path / "b.db"), MONDAY)
        journal.store.copy_to(state / "journal.before-005.db")
    os.utime(state / "journal.before-005.db", (1, 1))
    spoil(state)
    with used(state) as (_, said):
        assert f"`highroad restore {tmp_path / 'b.db'}` goes on from the newest one known" in said[0]


def test_the_log_of_a_journal_that_was_not_closed_is_salvaged_and_kept_too(state):
    with contextlib.closing(open_journal(state)) as journal:
        journal.notes.add(2, Note(MONDAY, "Said last."))
        for ending in ("", "-wal"):
            shutil.copy(f"{live(state)}{ending}", f"{live(state)}{ending}.kept")
    for ending in ("", "-wal"):
        Path(f"{live(state)}{ending}.kept").replace(f"{live(state)}{ending}")
    spoil(state)
    with used(state) as (journal, _):
        assert [note.text for note in journal.notes.of(2)] == ["Said last."]
    stem = aside(state)[0]
    assert aside(state) == [stem, f"{stem}-wal"]


def test_the_log_of_another_journal_is_left_out(state, tmp_path):
    """SQLite would take every page of it: the file alone is sound, so it is the log that does not belong there."""
    with contextlib.closing(open_journal(tmp_path / "other")) as other:
        for number in range(100):
            other.messages.add_stranger(random.Random(number + 10**6).randbytes(32), "other")
        shutil.copy(tmp_path / "other" / "journal.db-wal", tmp_path / "wal")
    shutil.copy(tmp_path / "wal", f"{live(state)}-wal")
    with used(state) as (journal, said):
        assert len(journal.messages.log()) == 59
        assert journal.store.rows("SELECT count(*) FROM strangers")[0][0] == 500
        assert "Its last changes are lost, all else was saved." in said[0]
        assert journal.jobs.counts() == {"held": 58, "cancelled": 1}, "any of them may have been called off since"
    assert (state / f"{aside(state)[0]}-wal").read_bytes() == (tmp_path / "wal").read_bytes()


def unclosed(state):
    """A journal whose log has what came last, as a kill leaves it; the draft 3 was called off in it."""
    with contextlib.closing(open_journal(state)) as journal:
        journal.jobs.move(journal.jobs.get(3), Move.CANCEL, MONDAY)
        files = {ending: Path(f"{live(state)}{ending}").read_bytes() for ending in ("", "-wal")}
    for ending, octets in files.items():
        Path(f"{live(state)}{ending}").write_bytes(octets)


@pytest.mark.parametrize("name", ["its log is noise", "its log is zeros", "the head of its log"])
@pytest.mark.parametrize("more", [False, True])
def test_where_the_last_changes_are_lost_all_that_is_planned_is_asked_about(state, name, more):
    unclosed(state)
    damages.LOGS[name](live(state), random.Random(1))
    if more:
        spoil(state)
    before = files(state)
    with pytest.raises(JournalDamaged):
        open_journal(state)
    assert {name: octets for name, octets in files(state).items() if name in before} == before
    with used(state) as (journal, said):
        assert said and journal.jobs.counts() == {"held": 58, "cancelled": 1}


def test_a_log_beside_an_empty_file_is_not_thrown_away(state):
    unclosed(state)
    live(state).write_bytes(b"")
    before = files(state)
    with pytest.raises(JournalDamaged, match="it is empty"):
        open_journal(state)
    assert files(state) == before
    with used(state) as (journal, said):
        assert "it is empty" in said[0]
        assert journal.jobs.restored() == journal.jobs.lost() == NOW


@pytest.mark.parametrize("name", ["the key is zeros", "cut to one page", "nothing is left", "a letter"])
def test_the_key_is_kept_a_second_time_so_that_mails_are_known_again(state, name):
    with used(state) as (journal, _):
        key = journal.store.key
    assert (state / KEY).read_bytes() == key
    damages.PARTS[name](live(state), random.Random(1))
    with used(state) as (journal, said):
        assert journal.store.key == key and said
        assert len(journal.messages.log()) == (59 if name == "the key is zeros" else 0)


def test_without_any_key_only_what_does_not_rest_on_it_is_saved(state):
    damages.PARTS["the key is zeros"](live(state), random.Random(1))
    with used(state) as (journal, _):
        assert (journal.messages.log(), journal.jobs.all()) == ([], [])
        assert [note.text for note in journal.notes.of(1)] == ["They build bridges."]
        assert len(journal.applications.all()) == 59


def test_a_mail_whose_facts_are_spoilt_keeps_its_line_and_its_draft_until_it_is_read_again(state):
    with contextlib.closing(sqlite3.connect(live(state), isolation_level=None)) as con:
        con.execute("UPDATE messages SET reading = '{?' WHERE id = 2")
    suspicious(state)
    with used(state) as (journal, _):
        line = journal.messages.get(2)
        assert (line.reading.verdict.label, line.reading.headers.message_id) == ("rejection", "<2@acme.example>")
        assert not journal.messages.known(entry(2).identity, "1"), "so that it is read again"
        number = journal.messages.add(entry(2))
        assert number == 2
        assert journal.messages.get(2).reading.headers.subject == "Your application"
        assert journal.messages.get(2).application == line.application
        assert journal.jobs.of_message(2)[0].state is State.CANCELLED
        assert journal.messages.known(entry(2).identity, "1")


def suspicious(state, times=1):
    (state / suspicion.FILE_NAME).write_bytes(b"!" * times)


@pytest.mark.parametrize("version", released.VERSIONS)
def test_journals_of_every_version_are_salvaged_and_brought_up_to_date(version, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    released.load(version, live(state))
    spoil(state)
    with used(state, NOW + timedelta(days=5)) as (journal, told):
        assert journal.store.faults() == [] and told
        for table, row in released.rows(version):
            if table in {"messages", "applications", "notes", "moves", "strangers", "own_mails", "feedback", "drafts"}:
                said = {name: value for name, value in row.items() if name != "company_key"}
                where = " AND ".join(f"{name} IS ?" for name in said)
                found = journal.store.rows(f"SELECT count(*) FROM {table} WHERE {where}", tuple(said.values()))
                assert found[0][0] == 1, (table, said)
        states = [str(job.state) for job in journal.jobs.all()]
        assert states == ["placed", "joined", "cancelled", "held", "skipped", "placing"]
        assert journal.applications.in_thread("main", ["<mail-3@globex.example>"]) == [9]


# --- noticed in the middle of work ---


def test_what_turns_out_in_use_is_looked_at_row_by_row_at_the_next_start(state):
    with contextlib.closing(sqlite3.connect(live(state), isolation_level=None)) as con:
        con.execute("UPDATE messages SET received = 'once' WHERE id = 2")
    assert look(state) is None, "SQLite finds nothing wrong with it"
    with pytest.raises(JournalDamaged, match="a time cannot be read"), used(state) as (journal, _):
        journal.messages.log()
    with used(state) as (journal, said):
        assert "not all of its rows can be read" in said[0]
        assert len(journal.messages.log()) == 58
        assert not journal.messages.known(entry(2).identity, "1")
    assert not (state / suspicion.FILE_NAME).exists()


def test_what_a_command_comes_upon_is_looked_at_at_the_next_start(state):
    with contextlib.closing(sqlite3.connect(live(state), isolation_level=None)) as con:
        con.execute("UPDATE jobs SET state = 'lost' WHERE id = 5")
    with pytest.raises(JournalDamaged, match="draft 5 of the plan cannot be read"):
        plan(Context(None, state), as_json=True)
    with used(state) as (journal, said):
        assert said and len(journal.jobs.all()) == 58


@pytest.mark.parametrize("key", ["notice/backup", "digest", "paused_until", "alarms", "settings"])
def test_a_note_of_its_own_that_is_spoilt_is_left_out(state, key):
    with contextlib.closing(sqlite3.connect(live(state), isolation_level=None)) as con:
        con.execute("INSERT INTO meta VALUES (?, ?)", (key, b"{?"))
    with pytest.raises(JournalDamaged), used(state) as (journal, _):
        noted(journal)
    with used(state) as (journal, said):
        noted(journal)
        assert said and journal.notices.of("backup") is None


def noted(journal):
    journal.digests.began()
    journal.pauses.until()
    journal.standing.values()
    journal.notices.all()
    journal.alarms.told()


def test_the_log_and_the_doctor_say_it_for_a_while(state, capsys):
    spoil(state)
    with used(state, datetime.now(UTC)) as (journal, said):
        assert said[0] in _journal(journal).seen
    log(Context(None, state), 5, as_json=False)
    assert said[0] in capsys.readouterr().out.replace("\n", " ")
    with contextlib.closing(open_journal(state)) as journal:
        journal.notices.renew("journal", said[0], datetime.now(UTC) - timedelta(days=29))
    log(Context(None, state), 5, as_json=False)
    assert "was damaged" not in capsys.readouterr().out


def overwrite(state, journal):
    """Most pages, while it is open; then it is read."""
    journal.store.rows("PRAGMA cache_size = 0")
    damages.holes(0.9, b"\xee")(live(state), random.Random(3))
    journal.store.rows("PRAGMA shrink_memory")
    journal.messages.log()
    journal.jobs.all()


def test_a_page_that_is_overwritten_while_it_is_used_ends_the_work_and_is_mended_at_the_next_start(state):
    with pytest.raises(JournalDamaged, match="is damaged"), used(state) as (journal, _):
        overwrite(state, journal)
    with used(state) as (journal, said):
        assert said and journal.store.faults() == []


def test_what_fails_again_and_again_is_mended_even_if_nothing_is_found(state):
    for _ in range(2):
        with pytest.raises(JournalDamaged), used(state):
            raise JournalDamaged("x")
        assert aside(state) == []
    with used(state) as (journal, said):
        assert "it could not be used again and again" in said[0]
        assert len(journal.messages.log()) == 59


def test_a_failure_that_does_not_come_again_is_forgotten(state):
    with pytest.raises(JournalDamaged), used(state):
        raise JournalDamaged("x")
    with used(state):
        pass
    assert not (state / suspicion.FILE_NAME).exists()


def test_a_disk_that_spoils_every_journal_is_not_filled_with_them(state):
    for hour in range(3):
        spoil(state)
        with used(state, NOW + timedelta(hours=hour)):
            pass
    spoil(state)
    before = files(state)
    with pytest.raises(JournalFault, match="damaged again, after 3 times within a day") as caught, used(state):
        pass
    assert caught.value.exit_code == 78
    assert {name: octets for name, octets in files(state).items() if name in before} == before
    with used(state, NOW + timedelta(days=2)) as (_, said):
        assert said


# --- what is no damage ---


def unchanged(state, kind, match):
    before = files(state)
    with pytest.raises(kind, match=match) as caught, used(state):
        pass
    assert not isinstance(caught.value, JournalDamaged)
    assert aside(state) == []
    after = files(state)
    assert {name: after[name] for name in before} == before


def test_a_lock_is_no_damage(state, monkeypatch):
    monkeypatch.setattr("daemon.adapters.journal.store._BUSY_SECONDS", 0.05)
    monkeypatch.setattr("daemon.adapters.journal.wal._BUSY_SECONDS", 0.05)
    with contextlib.closing(sqlite3.connect(live(state), isolation_level=None)) as con:
        con.execute("PRAGMA locking_mode = EXCLUSIVE")
        con.execute("BEGIN EXCLUSIVE")
        con.execute("DELETE FROM strangers")
        unchanged(state, JournalFault, "in use by another program")


def test_a_folder_in_its_place_is_no_damage(state):
    live(state).unlink()
    live(state).mkdir()
    with pytest.raises(JournalFault, match=r"journal\.db is a folder .*Move it away") as caught, used(state):
        pass
    assert caught.value.exit_code == 78


def test_a_database_of_another_program_is_no_damage(state):
    live(state).unlink()
    with contextlib.closing(sqlite3.connect(live(state), isolation_level=None)) as con:
        con.execute("PRAGMA application_id = 252006674")
        con.execute("CREATE TABLE theirs (a)")
    unchanged(state, JournalFault, "belongs to another program")


@pytest.mark.parametrize(
    ("name", "says", "match"),
    [
        ("SQLITE_READONLY", "attempt to write a readonly database", "cannot be opened for writing"),
        ("SQLITE_READONLY_DIRECTORY", "attempt to write a readonly database", "cannot be opened for writing"),
        ("SQLITE_CANTOPEN", "unable to open database file", "cannot be opened for writing"),
        ("SQLITE_PERM", "access permission denied", "cannot be opened for writing"),
        ("SQLITE_IOERR_READ", "disk I/O error", "could not be used: disk I/O error"),
        ("SQLITE_IOERR_SHMMAP", "disk I/O error", "could not be used: disk I/O error"),
        ("SQLITE_FULL", "database or disk is full", "is full"),
        ("SQLITE_NOMEM", "out of memory", "could not be used: out of memory"),
        ("SQLITE_PROTOCOL", "locking protocol", "could not be used: locking protocol"),
    ],
)
def test_what_a_disk_or_a_system_refuses_is_no_damage(state, monkeypatch, name, says, match):
    """As sqlite3 says it: a read-only or failing disk cannot be mounted in every test."""

    def refuse(*_args, **_options):
        error = sqlite3.OperationalError(says)
        error.sqlite_errorcode, error.sqlite_errorname = 10, name
        raise error

    monkeypatch.setattr(sqlite3, "connect", refuse)
    unchanged(state, JournalFault, match)


def test_a_full_disk_while_it_is_mended_leaves_all_as_it_was(state):
    spoil(state)
    before = files(state)
    for octets in (0, 50_000, 120_000):
        with full_beyond(octets), pytest.raises(HighroadError) as caught, used(state):
            pass
        assert not isinstance(caught.value, JournalDamaged), octets
        assert "full" in str(caught.value) or "could not be read or written" in str(caught.value)
        assert {name: octets for name, octets in files(state).items() if name in before} == before
        assert aside(state) == []
    with used(state) as (_, said):
        assert said


def test_where_links_are_not_possible_it_is_copied(state, monkeypatch):
    def refuse(self, target):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    spoil(state)
    damaged = live(state).read_bytes()
    with used(state) as (_, said):
        assert said
    assert (state / aside(state)[0]).read_bytes() == damaged


def test_a_disk_that_fails_while_it_is_looked_at_is_a_sentence(state, monkeypatch):
    def refuse(_state):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(mending, "look", refuse)
    with pytest.raises(CopyFault, match="Input/output error"), used(state):
        pass


# --- killed in the middle ---


@pytest.fixture(scope="module")
def children():
    with Children() as children:
        yield children


@pytest.mark.parametrize("stride", [pytest.param(401, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.long)])
def test_mending_that_is_killed_at_any_step_comes_out_the_same(stride, tmp_path, children):
    state = small(tmp_path / "small")
    spoil(state)
    steps = children.go("mend", shutil.copytree(state, tmp_path / "whole"), state)["steps"]
    late = range(steps - 80, steps + 1, 8)  # where files get other names
    for kill in sorted({*range(random.randint(1, stride), steps + 1, stride), *late}):
        at = shutil.copytree(state, tmp_path / f"at{kill}")
        assert children.go("mend", at, state, kill)["status"] == signal.SIGKILL
        with used(at) as (journal, _):
            assert journal.store.faults() == []
            assert [str(job.state) for job in journal.jobs.all()[:3]] == ["held", "cancelled", "planned"], kill
            assert len(journal.messages.log()) == 3
            assert journal.notices.of("journal") is not None
        assert aside(at), "kept whatever happens"
        assert not (at / "restoring").exists()
        shutil.rmtree(at)


# --- reading pages without SQLite ---


def test_what_is_salvaged_of_a_sound_journal_is_all_of_it(state):
    found = salvage(live(state))
    with contextlib.closing(open_journal(state)) as journal:
        for table in ("messages", "applications", "jobs", "moves", "strangers", "notes"):
            rows = [dict(row) for row in journal.store.rows(f"SELECT * FROM {table}")]
            key = lambda row: str(sorted(row.items(), key=str))  # noqa: E731
            assert sorted(found.of(table), key=key) == sorted(rows, key=key), table
    assert (found.lost, found.pages) == (0, 0)


def test_the_log_is_read_as_sqlite_reads_it_up_to_the_last_whole_transaction(state):
    with contextlib.closing(open_journal(state)) as journal:
        journal.store.rows("PRAGMA wal_autocheckpoint = 0")
        for number in range(40):
            journal.messages.add_stranger(random.Random(10**7 + number).randbytes(32), "offer")
        copy = shutil.copytree(state, state.with_name("copy"))
    log = copy / "journal.db-wal"
    for size in range(log.stat().st_size, 0, -30_011):
        os.truncate(log, size)
        mine = Pages(copy / "journal.db")
        with contextlib.closing(sqlite3.connect(f"file:{copy / 'journal.db'}?mode=ro", uri=True)) as con:
            theirs = con.execute("SELECT count(*) FROM strangers WHERE label = 'offer'").fetchone()[0]
        found = salvage(copy / "journal.db")
        assert sum(row["label"] == "offer" for row in found.of("strangers")) == theirs, size
        assert len(mine) >= 10
        (copy / "journal.db-shm").unlink(missing_ok=True)
    assert log_page_one(copy / "journal.db") == b""
