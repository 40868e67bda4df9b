"""Opening the journal: rights, pragmas, migrations, transactions, and faults said as sentences."""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

from daemon.adapters.journal.admission import refuse_emptied, refuse_newer, refuse_others
from daemon.adapters.journal.faults import BUSY, DAMAGED, JournalDamaged, saying
from daemon.adapters.journal.files import sync_file
from daemon.adapters.journal.header import APPLICATION_ID
from daemon.adapters.journal.history import History
from daemon.adapters.journal.mark import Mark
from daemon.core.errors import JournalBusy, JournalFault, JournalRefused

FILE_NAME: Final = "journal.db"
_BUSY_SECONDS: Final = 10.0
_HAS_HISTORY: Final = "SELECT 1 FROM sqlite_schema WHERE name = 'history'"
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)


class Store:
    """One SQLite connection and its transactions; `transaction` nests by joining. One thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._con = _connect(path)
        self._key: bytes | None = None
        self.history = History(self.rows, Mark(path.parent))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: what is written inside is durable when the block ends, or was never there.

        Raises JournalFault when the disk is full or the file cannot be written; then nothing of the block is kept.
        """
        with self._lock, saying(self.path):
            if self._depth:
                yield self._con
                return
            self._begin()
            try:
                yield self._con
                self._commit()
            except BaseException:
                self._rollback()
                raise
            finally:
                self._depth = 0

    def _begin(self) -> None:
        self._con.execute("BEGIN IMMEDIATE")
        self._depth = 1

    def _commit(self) -> None:
        self.history.begin()
        self._con.execute("COMMIT")
        self.history.settle()

    def _rollback(self) -> None:
        self.history.forget()
        if self._con.in_transaction:  # SQLite rolls back by itself on some faults, SQLITE_FULL among them
            self._con.execute("ROLLBACK")

    def rows(self, sql: str, args: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a query. Raises JournalFault when the file cannot be read."""
        with self._lock, saying(self.path):
            return self._con.execute(sql, args).fetchall()

    def adopt(self) -> None:
        """See to it that the state directory remembers a journal that is new here."""
        if self.rows(_HAS_HISTORY) and self.history.is_new():
            with self.transaction():
                self.history.moved()

    def keyed(self, data: bytes) -> bytes:
        """HMAC-SHA256 of data under this journal's own key: tells equal from different, and nothing else."""
        return hmac.new(self.key, data, hashlib.sha256).digest()

    @property
    def key(self) -> bytes:
        """The journal's own key, of 32 octets. Raises JournalDamaged where it has none."""
        if self._key is None:
            rows = self.rows("SELECT value FROM meta WHERE key = 'key'")
            if not rows:
                raise JournalDamaged(DAMAGED.format(self.path, "its key is gone"))
            self._key = bytes(rows[0]["value"])
        return self._key

    def faults(self) -> list[str]:
        """What PRAGMA integrity_check and foreign_key_check find; empty when the journal is sound."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        broken = self.rows("PRAGMA foreign_key_check")
        return found + [f"a row of {row[0]} points to a row of {row[2]} that is gone" for row in broken]

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy (0600) to a path where there is nothing yet, or an empty file. Raises JournalFault.

        It is not synced to the disk.
        """
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        self.rows("VACUUM INTO ?", (str(path),))

    def copy_from(self, path: Path) -> None:
        """Take over all that another journal holds, in one transaction, also while others have this one open.

        The other one is sound and of this program's version. Raises JournalBusy when somebody writes for too long.
        """
        end = time.monotonic() + _BUSY_SECONDS

        def patience(*_progress: int) -> None:  # sqlite3 would wait for ever
            if time.monotonic() > end:
                raise JournalBusy(BUSY.format(self.path))

        with self._lock, saying(self.path), closing(_connect(path)) as other:
            other.backup(self._con, progress=patience)
        self.forget_key()

    def forget_key(self) -> None:
        """Another key has taken the place of the journal's own."""
        self._key = None

    def fold(self) -> None:
        """Fold the write-ahead log into the file, so that what was erased is nowhere; left for later if others read."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in by the last one to leave."""
        with self._lock:
            self._con.close()


def open_store(state_dir: Path) -> Store:
    """Open the journal of a state directory, made or migrated as needed (folder 0700, file 0600).

    Raises JournalFault when it is newer than this program (left untouched), damaged, or not writable.
    """
    path = state_dir / FILE_NAME
    refuse_emptied(path)
    _make_private(state_dir, path)
    refuse_others(path, newest())
    store = Store(path)
    try:
        _migrate(store)
        store.adopt()
    except BaseException:
        store.close()
        raise
    return store


def _make_private(state_dir: Path, path: Path) -> None:
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except IsADirectoryError as error:
        raise JournalRefused(
            f"{path} is a folder (Is a directory), and should be the journal. Move it away."
        ) from error
    except OSError as error:
        raise JournalFault(
            f"The state folder {state_dir} cannot be used: {error.strerror}. Check its path and who owns it."
        ) from error


def newest() -> int:
    """The version of the journals that this program writes."""
    return len(_migrations())


def _connect(path: Path) -> sqlite3.Connection:
    with saying(path):
        con = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        con.row_factory = sqlite3.Row
        _to_wal(con)
        for pragma in _PRAGMAS:
            con.execute(pragma)
        return con


def _to_wal(con: sqlite3.Connection) -> None:
    """Write-ahead logging. SQLite does not wait for another process that turns it on just now, so we do."""
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            con.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _migrations() -> list[str]:
    folder = resources.files("daemon.adapters.journal").joinpath("sql")
    return sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))


def scripted(version: int) -> Iterator[str]:
    """The statements that make a journal of that version, one by one."""
    for name in _migrations()[:version]:
        yield from _statements(_script(name))


def _script(name: str) -> str:
    return resources.files("daemon.adapters.journal").joinpath("sql", name).read_text("utf-8")


def _migrate(store: Store) -> None:
    version = int(store.rows("PRAGMA user_version")[0][0])
    refuse_newer(store.path, version, newest())
    todo = _migrations()[version:]
    if todo and version:
        _keep_copy(store, version)
    for number, name in enumerate(todo, start=version + 1):
        _apply(store, number, name)


def _keep_copy(store: Store, version: int) -> None:
    copy = store.path.with_name(f"journal.before-{version + 1:03}.db")
    # Under a name of its own first: another process may be keeping the same copy at this moment.
    own = copy.with_name(f"{copy.name}.{os.getpid()}-{threading.get_ident()}")
    for left in [own, *_left_by_the_dead(copy)]:
        left.unlink(missing_ok=True)
    store.copy_to(own)
    sync_file(own)
    own.replace(copy)


def _left_by_the_dead(copy: Path) -> Iterator[Path]:
    for path in copy.parent.glob(f"{copy.name}.*-*"):
        process = path.name.removeprefix(f"{copy.name}.").partition("-")[0]
        if not Path("/proc", process).exists():
            yield path


def _apply(store: Store, number: int, name: str) -> None:
    script = _script(name)
    with store.transaction() as con:
        if int(con.execute("PRAGMA user_version").fetchone()[0]) >= number:
            return  # another process was quicker
        for statement in _statements(script):
            con.execute(statement)
        if number == 1:
            con.execute("INSERT INTO meta VALUES ('key', ?)", (os.urandom(32),))
            con.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        con.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: executescript would commit the transaction around it."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
