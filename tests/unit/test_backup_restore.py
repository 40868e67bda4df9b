"""`highroad backup` and `highroad restore`: whole or not at all, checked, and nothing is ever lost by them."""

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.backup_child import Children
from support.clock import MONDAY
from support.rows import planned

from daemon.adapters.journal import store as stores
from daemon.adapters.journal.copies import back_up, look_into
from daemon.adapters.journal.files import CopyFault
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.restoring import prepare
from daemon.adapters.lock import Lock
from daemon.commands.backup import backup
from daemon.commands.context import Context
from daemon.commands.restore import restore
from daemon.core.errors import JournalFault, Transient, WrongUse
from daemon.core.job import Move

ROOT = Path(__file__).parents[2]
FUTURE = datetime.now(UTC) + timedelta(days=300)
INTENDED = {"uidvalidity": 7, "uidnext": 3}


@pytest.fixture
def state(tmp_path):
    """A journal of two drafts, one of them due long ago."""
    with opened(tmp_path / "state") as journal:
        planned(journal, 1, company="Acme")
        planned(journal, 2, due=FUTURE)
    return tmp_path / "state"


@pytest.fixture
def file(tmp_path):
    (tmp_path / "else").mkdir()
    return tmp_path / "else" / "backup.db"


def opened(state):
    return contextlib.closing(open_journal(state))


def saved(state, file, *, replace=False):
    with opened(state) as journal:
        return back_up(journal.store, file, replace=replace)


def restored(state, file, **how):
    assert restore(Context(None, state), file, **({"dry_run": False, "as_json": False} | how)) == 0


def put(state, number):
    with opened(state) as journal:
        planned(journal, number, due=FUTURE)


def states(state):
    with opened(state) as journal:
        return [str(job.state) for job in journal.jobs.all()]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def kept_in(state):
    return sorted(path for path in state.iterdir() if path.name.startswith("journal.replaced-"))


# --- backup ---


def test_a_backup_holds_all_and_is_the_persons_alone_whatever_the_umask(state, file):
    before = os.umask(0)
    try:
        found = saved(state, file)
    finally:
        os.umask(before)
    assert (found.mails, found.applications, dict(found.drafts)) == (2, 2, {"planned": 2})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert look_into(file) == found
    assert names(file.parent) == ["backup.db"]


def test_it_says_what_it_holds_and_what_it_does_not(state, file, capsys):
    assert backup(Context(None, state), file, force=False, as_json=False) == 0
    said = capsys.readouterr().out
    assert f"{file} holds 2 mails about a job, 2 applications, drafts: 2 planned." in said
    assert "Not in it: config.toml and your own templates beside it" in said
    assert backup(Context(None, state), file, force=True, as_json=True) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["mails"], row["drafts"], row["bytes"]) == (2, {"planned": 2}, file.stat().st_size)


def test_a_file_that_is_there_is_left_as_it_is_unless_forced(state, file):
    file.write_text("precious")
    with pytest.raises(WrongUse, match="is there already and was left as it is"):
        saved(state, file)
    assert file.read_text() == "precious"
    saved(state, file, replace=True)
    assert look_into(file).mails == 2
    assert names(file.parent) == ["backup.db"]


def test_a_link_that_points_nowhere_is_a_file_that_is_there(state, file):
    file.symlink_to("/nowhere")
    with pytest.raises(WrongUse, match="is there already"):
        saved(state, file)


@pytest.mark.parametrize(
    ("name", "said"), [("else", "is a folder"), ("gone/b.db", "no folder"), ("state/b.db", "beside the journal")]
)
def test_places_where_a_backup_is_of_no_use_are_refused(state, file, tmp_path, name, said):
    with pytest.raises(WrongUse, match=said):
        saved(state, tmp_path / name, replace=True)


def test_what_a_killed_backup_has_left_goes_with_the_next_and_what_another_writes_stays(state, file):
    (file.parent / ".backup.db.left.part").write_text("half")
    (file.parent / ".other.db.left.part").write_text("of another")
    busy = file.parent / ".backup.db.busy.part"
    busy.write_text("at work")
    with busy.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        saved(state, file)
    assert names(file.parent) == [".backup.db.busy.part", ".other.db.left.part", "backup.db"]


def test_on_a_file_system_without_links_it_works_too(state, file, monkeypatch):
    def refuse(self, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    saved(state, file)
    assert look_into(file).mails == 2
    assert names(file.parent) == ["backup.db"]


def test_while_others_write_a_backup_is_one_moment_of_the_journal(state, file):
    """Who writes adds a mail, its application and its draft in one transaction: a backup holds all three or none."""
    done = threading.Event()

    def write():
        with opened(state) as journal:
            for number in range(10, 250):
                with journal.transaction():
                    planned(journal, number, due=FUTURE)
                if done.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    found = [saved(state, file.with_name(f"{number}.db")) for number in range(5)]
    done.set()
    writer.join()
    assert all(each.mails == each.applications == each.drafts["planned"] for each in found)
    assert found[-1].mails > 2


def test_a_full_disk_leaves_nothing_and_the_older_backup(state, file):
    saved(state, file)
    with opened(state) as journal, journal.transaction():
        for number in range(2000):
            journal.messages.add_stranger(number.to_bytes(200), "other")
    script = f"""
import resource
from pathlib import Path
from daemon.adapters.journal.copies import back_up
from daemon.adapters.journal.journal import open_journal
from daemon.core.errors import HighroadError
journal = open_journal(Path({str(state)!r}))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    back_up(journal.store, Path({str(file)!r}), replace=True)
except HighroadError as error:
    print(error)
"""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    said = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.count("\n") == 1
    assert f"{file} could not be written" in said
    assert look_into(file).mails == 2
    assert names(file.parent) == ["backup.db"]


def test_the_last_backup_is_remembered(state, file):
    assert backup(Context(None, state), file, force=False, as_json=False) == 0
    with opened(state) as journal:
        assert journal.notices.of("backup").text == str(file)


TUNED = b"[classifier]\nact = 0.93\n"


def test_what_was_tuned_is_in_a_backup_and_comes_back_with_it(state, file, tmp_path, capsys):
    (state / "tuned.toml").write_bytes(TUNED)
    assert backup(Context(None, state), file, force=False, as_json=False) == 0
    assert "drafts: 2 planned, and tuned.toml. It was read again" in capsys.readouterr().out
    assert look_into(file).files == ("tuned.toml",)
    restored(tmp_path / "new", file)
    assert "tuned.toml is as the backup has it." in capsys.readouterr().out
    assert (tmp_path / "new" / "tuned.toml").read_bytes() == TUNED
    assert stat.S_IMODE((tmp_path / "new" / "tuned.toml").stat().st_mode) == 0o600
    with opened(tmp_path / "new") as journal:
        assert journal.store.rows("SELECT count(*) FROM meta WHERE key LIKE 'file/%'")[0][0] == 0


def test_what_was_tuned_since_is_kept_under_another_name(state, file, capsys):
    (state / "tuned.toml").write_bytes(TUNED)
    saved(state, file)
    (state / "tuned.toml").write_bytes(b"# later\n")
    restored(state, file, dry_run=True)
    assert (state / "tuned.toml").read_bytes() == b"# later\n"
    restored(state, file)
    (kept,) = state.glob("tuned.replaced-*.toml")
    assert (kept.read_bytes(), (state / "tuned.toml").read_bytes()) == (b"# later\n", TUNED)
    assert f"The one that was there is kept as {kept}." in capsys.readouterr().out


def test_a_plain_copy_of_a_journal_leaves_what_was_tuned_alone(state, file):
    (state / "tuned.toml").write_bytes(TUNED)
    with opened(state) as journal:
        journal.store.copy_to(file)
    restored(state, file)
    assert (state / "tuned.toml").read_bytes() == TUNED
    assert list(state.glob("tuned.replaced-*")) == []


# --- restore ---


def test_a_backup_comes_back_whole_and_what_was_there_is_kept(state, file, capsys):
    saved(state, file)
    with opened(state) as journal:
        key = journal.keyed(b"x")
    put(state, 3)
    restored(state, file)
    assert states(state) == ["held", "planned"]
    (kept,) = kept_in(state)
    assert look_into(kept).mails == 3
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IMODE((state / "journal.db").stat().st_mode) == 0o600
    with opened(state) as journal:
        assert journal.keyed(b"x") == key
        assert journal.store.faults() == []
        assert journal.after_restore(datetime.now(UTC)) == 0
    said = capsys.readouterr().out
    assert "2 mails about a job, 2 applications, drafts: 1 held, 1 planned" in said
    assert "Before it held 3 mails about a job" in said
    assert f"is kept as {kept}" in said
    assert "1 draft was due before now and is held, not laid: `highroad review` asks" in said
    assert names(state) == ["highroad.lock", "journal.db", "journal.key", "journal.mark", kept.name]


def test_a_restore_can_be_taken_back_by_restoring_what_was_kept(state, file):
    saved(state, file)
    put(state, 3)
    restored(state, file)
    (kept,) = kept_in(state)
    restored(state, kept)
    assert states(state) == ["held", "planned", "planned"]
    assert len(kept_in(state)) == 2


def test_for_programs_it_is_one_row(state, file, capsys):
    saved(state, file)
    put(state, 3)
    restored(state, file, as_json=True)
    row = json.loads(capsys.readouterr().out)
    assert (row["before"]["mails"], row["after"]["mails"], row["held"]) == (3, 2, [1])
    assert Path(row["kept"]) == kept_in(state)[0]


def test_a_dry_run_says_the_same_and_changes_nothing_also_while_the_daemon_runs(state, file, capsys):
    saved(state, file)
    put(state, 3)
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    with Lock(state):
        restored(state, file, dry_run=True)
        (state / "highroad.lock").unlink()
    said = capsys.readouterr().out
    assert "nothing of this was written" in said
    assert "1 draft was due before now and would be held" in said
    assert {path.name: path.read_bytes() for path in state.iterdir()} == before


def test_while_the_daemon_runs_it_refuses(state, file):
    saved(state, file)
    put(state, 3)
    with Lock(state), pytest.raises(Transient, match="Another Highroad"):
        restored(state, file)
    assert states(state) == ["planned"] * 3
    assert kept_in(state) == []


def test_who_has_the_journal_open_sees_the_restored_one_and_writes_into_it(state, file):
    saved(state, file)
    put(state, 3)
    with opened(state) as open_before:
        assert len(open_before.jobs.all()) == 3
        restored(state, file)
        assert [str(job.state) for job in open_before.jobs.all()] == ["held", "planned"]
        open_before.jobs.move(open_before.jobs.get(1), Move.CANCEL, MONDAY)
    assert states(state) == ["cancelled", "planned"]
    with opened(state) as journal:
        assert journal.store.faults() == []
        assert journal.store.history.is_ours()


def test_a_journal_that_is_written_all_the_time_is_not_waited_for_for_ever(state, file, monkeypatch):
    saved(state, file)
    monkeypatch.setattr(stores, "_BUSY_SECONDS", 0.2)
    other = sqlite3.connect(state / "journal.db", isolation_level=None)
    with contextlib.closing(other):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalFault, match="in use by another program"):
            restored(state, file)
        other.execute("ROLLBACK")
    assert states(state) == ["planned", "planned"]


def test_on_a_new_machine_there_is_nothing_to_keep(state, file, tmp_path, capsys):
    saved(state, file)
    restored(tmp_path / "new", file)
    assert states(tmp_path / "new") == ["held", "planned"]
    assert kept_in(tmp_path / "new") == []
    assert "There was no journal that could be read before." in capsys.readouterr().out


def test_logs_that_a_lost_journal_has_left_are_not_read_into_the_restored_one(state, file):
    saved(state, file)
    for ending in ("-wal", "-shm"):
        (state / f"journal.db{ending}").write_bytes(b"\xff" * 5000)
    (state / "journal.db").unlink()
    restored(state, file)
    assert states(state) == ["held", "planned"]


@pytest.mark.parametrize("damage", [b"", b"not a journal, but a letter. " * 50, None])
def test_a_damaged_journal_gives_way_and_is_kept_octet_by_octet(state, file, damage):
    saved(state, file)
    path = state / "journal.db"
    content = path.read_bytes()
    damaged = content[:4096] + b"\xff" * (len(content) - 4096) if damage is None else damage
    path.write_bytes(damaged)
    restored(state, file)
    assert states(state) == ["held", "planned"]
    with opened(state) as journal:
        assert journal.store.faults() == []
    assert damage == b"" or [path.read_bytes() for path in kept_in(state)] == [damaged]


def test_a_copy_of_a_journal_in_use_comes_back_with_what_its_log_holds(state, file):
    with opened(state) as journal:
        journal.store.rows("PRAGMA wal_autocheckpoint = 0")
        planned(journal, 3, due=FUTURE)
        for ending in ("", "-wal"):
            shutil.copy(state / f"journal.db{ending}", file.with_name(f"{file.name}{ending}"))
    restored(state, file)
    assert states(state) == ["held", "planned", "planned"]


def test_a_backup_is_only_read(state, file):
    saved(state, file)
    file.chmod(0o400)
    before = file.read_bytes(), file.stat().st_mtime_ns
    restored(state, file)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert names(file.parent) == ["backup.db"]


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_backup_of_an_earlier_version_is_brought_up_to_date(state, file, tmp_path, monkeypatch, version):
    with monkeypatch.context() as patch:
        earlier = stores._migrations()[:version]
        patch.setattr(stores, "_migrations", lambda: earlier)
        with opened(tmp_path / "old") as journal:
            journal.messages.add_stranger(b"one", "other")
            journal.store.copy_to(file)
    restored(state, file)
    with opened(state) as journal:
        assert journal.messages.known(b"one", "1")
        assert journal.store.rows("PRAGMA user_version")[0][0] == len(stores._migrations())
        assert journal.store.history.is_ours()


def changed(content, at, new):
    return content[:at] + new + content[at + len(new) :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda _content: b"", "no backup of Highroad"),
        (lambda _content: b"Dear Sam, " * 1000, "no backup of Highroad"),
        (lambda content: changed(content, 68, b"GPKG"), "no backup of Highroad"),
        (lambda content: changed(content, 60, b"\0\0\0\0"), "no backup of Highroad"),
        (lambda content: changed(content, 60, b"\0\0\1\0"), "written by a newer Highroad"),
        (lambda content: content[: len(content) // 2], "is damaged and was not restored"),
        (lambda content: content[:100], "is damaged and was not restored"),
        (lambda content: changed(content, 4096 * 5, b"\xff" * 4096 * 9), "is damaged and was not restored"),
    ],
)
def test_what_is_no_sound_backup_is_refused_and_the_journal_stays_as_it_is(state, file, damage, said):
    saved(state, file)
    file.write_bytes(damage(file.read_bytes()))
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    with pytest.raises(CopyFault, match=said):
        restored(state, file)
    (state / "highroad.lock").unlink()
    assert {path.name: path.read_bytes() for path in state.iterdir()} == before


def _told(file, *statements):
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as con:
        for statement in statements:
            con.execute(statement)


def test_what_a_backup_would_have_done_by_itself_is_not_restored(state, file):
    saved(state, file)
    _told(file, 'CREATE TRIGGER "a""b" AFTER INSERT ON notes BEGIN DELETE FROM jobs; END', "CREATE VIEW v AS SELECT 1")
    restored(state, file)
    with opened(state) as journal:
        assert journal.store.rows("SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view')") == []
        assert len(journal.jobs.all()) == 2


def test_files_that_cannot_be_meant_are_refused(state, file, tmp_path):
    with pytest.raises(WrongUse, match="There is no file"):
        restored(state, file)
    with pytest.raises(WrongUse, match="There is no file"):
        restored(state, tmp_path)
    with pytest.raises(WrongUse, match="is the journal itself"):
        restored(state, state / "journal.db")


def test_what_is_prepared_elsewhere_leaves_the_backup_unmarked(state, file, tmp_path):
    """A backup that was restored on one machine can be restored on another: both ask."""
    saved(state, file)
    (tmp_path / "a").mkdir()
    assert [job.id for job in prepare(file, tmp_path / "a", datetime.now(UTC)).held] == [1]
    (tmp_path / "b").mkdir()
    assert [job.id for job in prepare(file, tmp_path / "b", datetime.now(UTC)).held] == [1]


FULL = """
import resource, sys
from pathlib import Path
from daemon.commands.context import Context
from daemon.commands.restore import restore
from daemon.core.errors import HighroadError
state, file, said = Path(sys.argv[1]), Path(sys.argv[2]), set()
for size in range(0, 2_000_000, 25_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        restore(Context(None, state), file, dry_run=False, as_json=True)
    except HighroadError as error:
        sys.stderr.write(f"{size}: {error}\\n")
    else:
        break
"""


def test_a_disk_that_is_full_at_any_point_of_a_restore_leaves_the_journal_as_it_was(state, file):
    saved(state, file)
    put(state, 3)
    with opened(state) as journal, journal.transaction():  # so that keeping it takes more room than the backup
        for number in range(1000):
            journal.messages.add_stranger(number.to_bytes(200), "other")
    command = [sys.executable, "-c", FULL, str(state), str(file)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=True)
    refused = done.stderr.splitlines()
    assert all("Check" in line or "half-written" in line for line in refused), refused
    assert any(str(state / "journal.db") in line for line in refused)  # some came as far as keeping what was there
    assert json.loads(done.stdout)["before"]["mails"] == 3  # untouched by all the attempts before
    assert states(state) == ["held", "planned"]
    with opened(state) as journal:
        assert journal.store.faults() == []


# --- killed in the middle ---


@pytest.fixture(scope="module")
def children():
    with Children() as children:
        yield children


def every(stride):
    """The steps to die at: in `make test` some, from a random one on; with `-m long` each."""
    return pytest.mark.parametrize("stride", [stride, pytest.param(1, marks=pytest.mark.long)])


@every(23)
def test_a_backup_killed_at_any_step_is_whole_or_not_there(stride, state, file, children):
    steps = children.go("back_up", state, file)["steps"]
    for kill in range(random.randint(1, stride), steps + stride, stride):
        file.unlink(missing_ok=True)
        ended = children.go("back_up", state, file, kill)
        # what a death left behind is cleared away first: that may take a few steps more than were counted
        assert ended["status"] == signal.SIGKILL or kill > steps
        assert not file.exists() or look_into(file).mails == 2
    saved(state, file, replace=True)
    assert names(file.parent) == ["backup.db"]
    with opened(state) as journal:
        assert journal.store.history.is_ours()
        assert journal.store.faults() == []


@every(23)
def test_a_backup_killed_while_it_replaces_one_leaves_the_old_or_the_new(stride, state, file, children):
    saved(state, file)
    put(state, 3)
    steps = children.go("back_up", state, file.with_name("other.db"))["steps"]
    for kill in range(random.randint(1, stride), steps + stride, stride):
        children.go("back_up", state, file, kill)
        assert look_into(file).mails in {2, 3}
    assert look_into(file).mails == 3


@every(61)
@pytest.mark.parametrize("found", ["sound", "none", "damaged"])
def test_a_restore_killed_at_any_step_leaves_one_journal_whole_and_never_one_that_would_lay(
    stride, found, state, file, tmp_path, children
):
    saved(state, file)
    with opened(state) as journal:  # since the backup its first draft was laid, and another one planned
        job = journal.jobs.move(journal.jobs.get(1), Move.INTEND, MONDAY, **INTENDED)
        journal.jobs.move(job, Move.LAID, MONDAY, uid=3, placed_at=MONDAY)
        planned(journal, 3, due=FUTURE)
    kill, steps = random.randint(1, stride), 10**6
    while kill < steps + stride:
        at = tmp_path / f"at{kill}"
        shutil.copytree(state, at)
        if found != "sound":
            (at / "journal.db").unlink()
        if found == "damaged":
            (at / "journal.db").write_bytes(b"\xff" * 9000)
        ended = children.go("restore", at, file, kill)
        if ended["status"] != signal.SIGKILL:
            steps = ended["steps"]
        _check_after_kill(at, found, ended)
        shutil.rmtree(at)
        kill += stride


def _check_after_kill(at, found, ended):
    before = {"sound": ["placed", "planned", "planned"], "none": [], "damaged": None}[found]
    try:
        with opened(at) as journal:
            journal.after_restore(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))  # as the daemon does when it starts
            assert journal.store.faults() == []
            held = [str(job.state) for job in journal.jobs.all()]
            assert journal.jobs.due("main", MONDAY) == []
    except JournalFault:
        assert before is None and ended["status"] == signal.SIGKILL
    else:
        assert held in (before, ["held", "planned"])
        assert ended["status"] == signal.SIGKILL or held == ["held", "planned"]
        if found == "sound" and held == ["held", "planned"]:
            assert [look_into(path).mails for path in kept_in(at)] == [3]


@every(7)
def test_holding_what_was_due_is_done_whole_however_often_it_is_killed(stride, state, file, tmp_path, children):
    copy = shutil.copy(state / "journal.db", tmp_path / "copy.db")
    with opened(state) as journal:
        journal.jobs.move(journal.jobs.get(1), Move.CANCEL, MONDAY)
    shutil.copy(copy, state / "journal.db")
    kill, steps = random.randint(1, stride), 10**6
    while kill < steps + stride:
        at = tmp_path / f"at{kill}"
        shutil.copytree(state, at)
        ended = children.go("after_restore", at, file, kill)
        if ended["status"] != signal.SIGKILL:
            steps = ended["steps"]
        children.go("after_restore", at, file, random.randint(1, 200))
        assert children.go("after_restore", at, file)["status"] == 0
        assert states(at) == ["held", "planned"]
        shutil.rmtree(at)
        kill += stride
