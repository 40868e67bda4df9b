"""Opening the journal: whose it is, what is refused, what a migration keeps."""

import contextlib
import os
import sqlite3
import stat
import threading

import pytest
from support.clock import MONDAY

from daemon.adapters.journal import store
from daemon.adapters.journal.journal import open_existing, open_journal
from daemon.core.errors import JournalFault

TODAY = len(store._migrations())


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(open_journal(tmp_path / "state")) as journal:
        yield journal


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def value(journal, pragma):
    return journal.store.rows(f"PRAGMA {pragma}")[0][0]


def other(path):
    return contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=0.1))


def migrations(monkeypatch, tmp_path, **scripts):
    """Journals of the future: the migrations as they are, and these after them."""
    folder = tmp_path / "package"
    (folder / "sql").mkdir(parents=True)
    real = store.resources.files("daemon.adapters.journal").joinpath("sql")
    today = {name.removesuffix(".sql"): real.joinpath(name).read_text() for name in store._migrations()}
    for name, script in {**today, **scripts}.items():
        (folder / "sql" / f"{name}.sql").write_text(script)
    monkeypatch.setattr(store.resources, "files", lambda _package: folder)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_folder_and_files_are_the_persons_alone_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        with contextlib.closing(open_journal(tmp_path / "deep" / "state")) as journal:
            journal.folders.say("main", "reading", MONDAY, connected=True)
            files = {path.name: rights(path) for path in (tmp_path / "deep" / "state").iterdir()}
    finally:
        os.umask(before)
    assert rights(tmp_path / "deep" / "state") == 0o700
    assert files == dict.fromkeys(("journal.db", "journal.db-wal", "journal.db-shm", "journal.mark"), 0o600)


def test_sqlite_is_set_to_lose_nothing(journal):
    found = {
        name: value(journal, name)
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
    }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }
    with pytest.raises(JournalFault, match="FOREIGN KEY"), journal.transaction() as con:
        con.execute("INSERT INTO thread_ids VALUES ('<a@b>', 42)")


def test_a_new_journal_says_whose_file_it_is(journal):
    assert value(journal, "application_id") == 0x48524431
    assert value(journal, "user_version") == len(store._migrations())


def test_before_the_first_run_there_is_no_journal_and_looking_makes_none(tmp_path):
    assert open_existing(tmp_path / "state") is None
    assert not (tmp_path / "state").exists()


def test_opening_it_again_changes_nothing_and_keeps_the_key(tmp_path):
    with contextlib.closing(open_journal(tmp_path)) as journal:
        first = journal.keyed(b"one")
    before = (tmp_path / "journal.db").read_bytes()
    with contextlib.closing(open_existing(tmp_path)) as journal:
        assert journal.keyed(b"one") == first
    assert (tmp_path / "journal.db").read_bytes() == before


def test_two_journals_have_different_keys(tmp_path):
    with (
        contextlib.closing(open_journal(tmp_path / "a")) as one,
        contextlib.closing(open_journal(tmp_path / "b")) as two,
    ):
        assert one.keyed(b"the same") != two.keyed(b"the same")
        assert len(one.keyed(b"")) == 32


def test_a_journal_of_a_newer_program_is_refused_and_not_touched(tmp_path):
    open_journal(tmp_path).close()
    path = tmp_path / "journal.db"
    with other(path) as con:
        con.execute("PRAGMA user_version = 42")
    before, at = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(JournalFault, match=rf"newer Highroad \(its version 42, this program knows {TODAY}\)"):
        open_journal(tmp_path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, at)
    assert {each.name for each in tmp_path.iterdir()} == {"journal.db", "journal.mark"}


def test_a_newer_journal_whose_version_is_still_in_the_log_is_refused_too(tmp_path):
    """A newer program was killed right after its migration: the file's header does not know of it yet."""
    open_journal(tmp_path).close()
    path = tmp_path / "journal.db"
    with other(path) as con:
        con.execute("PRAGMA user_version = 42")
        left = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    for name, content in left.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(JournalFault, match="newer Highroad"):
        open_journal(tmp_path)
    with other(path) as con:
        assert con.execute("PRAGMA user_version").fetchone() == (42,)


def test_a_journal_of_the_first_form_comes_over_whole(tmp_path, monkeypatch):
    state = tmp_path / "state"
    with monkeypatch.context() as patch:
        names = store._migrations()[:1]
        patch.setattr(store, "_migrations", lambda: names)
        with contextlib.closing(open_journal(state)) as journal, journal.transaction() as con:
            con.execute("INSERT INTO duties VALUES ('main', 'reading', 1, 'x', '2026-03-02T10:00:00+00:00')")
            con.execute("INSERT INTO applications VALUES (1, 'main', 'Acme GmbH', NULL, '2026-03-02T10:00:00+00:00')")
            journal.messages.add_stranger(b"one", "other")
    with contextlib.closing(open_journal(state)) as journal:
        assert [(duty.duty, duty.problem, duty.waits) for duty in journal.folders.duties()] == [("reading", "x", False)]
        assert [one.id for one in journal.applications.of_keys("main", ["acme"])] == [1]
        journal.folders.say("main", "learning", MONDAY, connected=True)
        assert journal.messages.known(b"one", "1")
        assert journal.corrections.lessons() == [] and journal.store.faults() == []


def test_a_migration_keeps_a_copy_of_what_was(tmp_path, monkeypatch):
    state = tmp_path / "state"
    with contextlib.closing(open_journal(state)) as journal:
        journal.refusals.add("main", b"secret", "no", MONDAY)
    migrations(monkeypatch, tmp_path, **{"900_more": "CREATE TABLE more (a TEXT) STRICT;\n"})
    with contextlib.closing(open_journal(state)) as journal:
        assert value(journal, "user_version") == TODAY + 1
        assert journal.store.rows("SELECT * FROM more") == []
        assert journal.refusals.of("main", b"secret").count == 1
    copy = state / f"journal.before-{TODAY + 1:03}.db"
    assert rights(copy) == 0o600
    with other(copy) as con:
        assert con.execute("PRAGMA user_version").fetchone() == (TODAY,)
        assert con.execute("SELECT count FROM refusals").fetchone() == (1,)


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    state = tmp_path / "state"
    open_journal(state).close()
    before = (state / "journal.db").read_bytes()
    broken = "CREATE TABLE more (a TEXT) STRICT;\nALTER TABLE nobody ADD COLUMN b TEXT;\n"
    migrations(monkeypatch, tmp_path, **{"900_more": broken})
    with pytest.raises(JournalFault, match="no such table: nobody"):
        open_journal(state)
    assert (state / "journal.db").read_bytes() == before
    monkeypatch.undo()
    with contextlib.closing(open_journal(state)) as journal:
        assert journal.store.faults() == []


def test_of_several_migrations_those_before_a_failing_one_stay(tmp_path, monkeypatch):
    state = tmp_path / "state"
    open_journal(state).close()
    scripts = {"900_more": "CREATE TABLE more (a TEXT) STRICT;\n", "901_less": "DROP TABLE nobody;\n"}
    migrations(monkeypatch, tmp_path, **scripts)
    with pytest.raises(JournalFault, match="nobody"):
        open_journal(state)
    with other(state / "journal.db") as con:
        assert con.execute("PRAGMA user_version").fetchone() == (TODAY + 1,)


def test_two_programs_that_open_a_new_journal_at_once_make_one(tmp_path):
    keys, start = [], threading.Barrier(4)

    def go():
        start.wait()
        with contextlib.closing(open_journal(tmp_path)) as journal:
            keys.append(journal.keyed(b"x"))

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 4
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"not a database at all, but a letter to a friend. " * 40, b"\0" * 5000, b"x"])
def test_a_file_that_is_no_journal_is_said_to_be_damaged_and_stays(tmp_path, content):
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    with pytest.raises(JournalFault, match=r"journal\.db is damaged .* Put a backup in its place"):
        open_journal(tmp_path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "journal.db"
    with other(path) as con:
        con.execute("PRAGMA application_id = 252006674")
        con.execute("CREATE TABLE theirs (a)")
    before = path.read_bytes()
    with pytest.raises(JournalFault, match="belongs to another program"):
        open_journal(tmp_path)
    assert path.read_bytes() == before


def test_a_journal_with_a_hole_is_said_to_be_damaged(tmp_path):
    with contextlib.closing(open_journal(tmp_path)) as journal:
        page = value(journal, "page_size")
    path = tmp_path / "journal.db"
    content = path.read_bytes()
    path.write_bytes(content[:page] + b"\xff" * (len(content) - page))
    with (
        pytest.raises(JournalFault, match="damaged"),
        contextlib.closing(open_journal(tmp_path)) as journal,
    ):
        journal.jobs.all()


def test_a_sound_journal_has_no_faults_and_an_unsound_one_names_them(journal):
    assert journal.store.faults() == []
    with other(journal.store.path) as con:
        con.execute("PRAGMA foreign_keys = OFF")
        con.execute("INSERT INTO thread_ids VALUES ('<a@b>', 42)")
    assert journal.store.faults() == ["a row of thread_ids points to a row of applications that is gone"]


def test_a_broken_index_is_found(journal):
    journal.applications.add("main", "Acme", None, MONDAY)
    with journal.transaction() as con:
        con.execute("CREATE INDEX extra ON applications (company)")
    with other(journal.store.path) as con:
        con.execute("PRAGMA writable_schema = ON")
        con.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX extra ON applications (account)' WHERE name = 'extra'"
        )
    journal.close()
    with contextlib.closing(open_existing(journal.store.path.parent)) as again:
        assert any("extra" in fault for fault in again.store.faults())


def test_a_journal_that_another_program_holds_is_said_to_be_in_use(journal):
    journal.store.rows("PRAGMA busy_timeout = 50")
    with other(journal.store.path) as con:
        con.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalFault, match="in use by another program") as caught:
            journal.refusals.add("main", b"s", "no", MONDAY)
        assert caught.value.exit_code == 75
        con.execute("ROLLBACK")
    journal.refusals.add("main", b"s", "no", MONDAY)


def test_a_state_folder_that_is_a_file_is_said(tmp_path):
    (tmp_path / "state").write_text("")
    with pytest.raises(JournalFault, match=r"state folder .*state cannot be used"):
        open_journal(tmp_path / "state")
    (tmp_path / "other" / "journal.db").mkdir(parents=True)
    with pytest.raises(JournalFault, match="Is a directory"):
        open_journal(tmp_path / "other")
