"""Opening the journal: rights, pragmas, migrations, transactions, and faults said as sentences."""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

from daemon.core.errors import JournalBusy, JournalFault

FILE_NAME: Final = "journal.db"
_APPLICATION_ID: Final = 0x48524431  # "HRD1" in the file header (sqlite.org/fileformat2, 1.3)
_BUSY_SECONDS: Final = 10.0
_MAGIC: Final = b"SQLite format 3\0"
_DAMAGED: Final = "The journal {} is damaged ({}). Put a backup in its place, or move it away to begin anew."
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
                self._con.execute("COMMIT")
            except BaseException:
                self._rollback()
                raise
            finally:
                self._depth = 0

    def _begin(self) -> None:
        self._con.execute("BEGIN IMMEDIATE")
        self._depth = 1

    def _rollback(self) -> None:
        if self._con.in_transaction:  # SQLite rolls back by itself on some faults, SQLITE_FULL among them
            self._con.execute("ROLLBACK")

    def rows(self, sql: str, args: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a query. Raises JournalFault when the file cannot be read."""
        with self._lock, saying(self.path):
            return self._con.execute(sql, args).fetchall()

    def keyed(self, data: bytes) -> bytes:
        """HMAC-SHA256 of data under this journal's own key: tells equal from different, and nothing else."""
        if self._key is None:
            self._key = bytes(self.rows("SELECT value FROM meta WHERE key = 'key'")[0]["value"])
        return hmac.new(self._key, data, hashlib.sha256).digest()

    def faults(self) -> list[str]:
        """What PRAGMA integrity_check and foreign_key_check find; empty when the journal is sound."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
        broken = self.rows("PRAGMA foreign_key_check")
        return found + [f"a row of {row[0]} points to a row of {row[2]} that is gone" for row in broken]

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy (0600) to a path where there is nothing yet. Raises JournalFault."""
        self.rows("VACUUM INTO ?", (str(path),))
        path.chmod(0o600)

    def fold(self) -> None:
        """Fold the write-ahead log into the file, so that what was erased is nowhere; left for later if others read."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file; the write-ahead log is folded in by the last one to leave."""
        with self._lock:
            self._con.close()


@contextmanager
def saying(path: Path) -> Iterator[None]:
    """Turn SQLite's faults into sentences that say what happened to which file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        kind = JournalBusy if _is_busy(error) else JournalFault
        raise kind(_sentence(path, error)) from error


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _sentence(path: Path, error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith("SQLITE_FULL"):
        return f"The disk with the journal {path} is full: nothing was half-written. Free some space and start again."
    if _is_busy(error):
        return f"The journal {path} is in use by another program for too long. Try again in a moment."
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _DAMAGED.format(path, error)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"The journal {path} cannot be opened for writing ({error}). Check who owns it and its folder."
    return f"The journal {path} could not be used: {error} ({name or type(error).__name__}). Nothing was half-written."


def open_store(state_dir: Path) -> Store:
    """Open the journal of a state directory, made or migrated as needed (folder 0700, file 0600).

    Raises JournalFault when it is newer than this program (left untouched), damaged, or not writable.
    """
    path = state_dir / FILE_NAME
    _make_private(state_dir, path)
    _refuse_newer(path, _version_in_header(path))
    store = Store(path)
    try:
        _migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def _make_private(state_dir: Path, path: Path) -> None:
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise JournalFault(
            f"The state folder {state_dir} cannot be used: {error.strerror}. Check its path and who owns it."
        ) from error


def _version_in_header(path: Path) -> int:
    """user_version as the file header has it (bytes 60 to 63, big-endian), read without touching the file.

    Raises JournalFault for a file that is no database, or another program's (bytes 68 to 71 are the application_id).
    """
    with path.open("rb") as file:
        header = file.read(72)
    if header and not header.startswith(_MAGIC):
        raise JournalFault(_DAMAGED.format(path, "file is not a database"))
    if int.from_bytes(header[68:72], "big") not in {0, _APPLICATION_ID}:
        raise JournalFault(f"{path} belongs to another program and was left untouched. Use another --state-dir.")
    return int.from_bytes(header[60:64], "big")


def _refuse_newer(path: Path, version: int) -> None:
    newest = len(_migrations())
    if version > newest:
        raise JournalFault(
            f"The journal {path} was written by a newer Highroad (its version {version}, this program knows {newest}). "
            "It was left untouched. Install the newer Highroad again, or use another --state-dir."
        )


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


def _migrate(store: Store) -> None:
    version = int(store.rows("PRAGMA user_version")[0][0])
    _refuse_newer(store.path, version)
    todo = _migrations()[version:]
    if todo and version:
        _keep_copy(store, version)
    for number, name in enumerate(todo, start=version + 1):
        _apply(store, number, name)


def _keep_copy(store: Store, version: int) -> None:
    copy = store.path.with_name(f"journal.before-{version + 1:03}.db")
    # Under a name of its own first: another process may be keeping the same copy at this moment.
    own = copy.with_name(f"{copy.name}.{os.getpid()}-{threading.get_ident()}")
    own.unlink(missing_ok=True)
    store.copy_to(own)
    own.replace(copy)


def _apply(store: Store, number: int, name: str) -> None:
    script = resources.files("daemon.adapters.journal").joinpath("sql", name).read_text("utf-8")
    with store.transaction() as con:
        if int(con.execute("PRAGMA user_version").fetchone()[0]) >= number:
            return  # another process was quicker
        for statement in _statements(script):
            con.execute(statement)
        if number == 1:
            con.execute("INSERT INTO meta VALUES ('key', ?)", (os.urandom(32),))
            con.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        con.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: executescript would commit the transaction around it."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
