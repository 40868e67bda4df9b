"""A backup put in the journal's place: checked and made ready first, then taken over at once; the old one is kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from daemon.adapters.journal.beside import take_out
from daemon.adapters.journal.copies import Holds, holds, look_into
from daemon.adapters.journal.faults import JournalDamaged
from daemon.adapters.journal.files import CopyFault, sync_file, sync_folder, working_on
from daemon.adapters.journal.header import APPLICATION_ID, read_header
from daemon.adapters.journal.journal import open_existing, open_journal
from daemon.adapters.journal.spare import keep_spare
from daemon.adapters.journal.store import FILE_NAME, Store, newest, open_store
from daemon.adapters.journal.suspicion import trust_again
from daemon.core.errors import JournalFault, WrongUse
from daemon.core.job import Job

_WORKPLACE: Final = "restoring"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup made ready to be the journal: migrated, with the drafts that were due held. `path` is its file, `files`
    are those by name that belong beside it.
    """

    path: Path
    holds: Holds
    held: tuple[Job, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def sweep(state_dir: Path) -> None:
    """Take away what a program that was killed has left of its work, for the one that holds the directory's lock."""
    shutil.rmtree(state_dir / _WORKPLACE, ignore_errors=True)


@contextmanager
def workplace(state_dir: Path) -> Iterator[Path]:
    """An empty folder (0700) in the state directory, for the one that holds its lock; gone at the end."""
    folder = state_dir / _WORKPLACE
    shutil.rmtree(folder, ignore_errors=True)
    with working_on(folder):
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare(source: Path, folder: Path, now: datetime) -> Prepared:
    """Make a copy of a backup ready in an empty folder; the backup itself is only read.

    Raises WrongUse where there is no such file, CopyFault for what is no sound backup of this or an earlier version.
    """
    path = folder / FILE_NAME
    if not source.is_file():
        raise WrongUse(f"There is no file {source}. Name one that `highroad backup` has written.")
    with working_on(source):
        _take(source, path)
    _refuse_strangers(source, path)
    try:
        return _made_ready(path, now)
    except JournalFault as error:
        why = error.__cause__ or error
        raise CopyFault(f"{source} is damaged and was not restored ({why}). Take another backup.") from error


def _take(source: Path, path: Path) -> None:
    """Copy a file, and what lies beside it if it was a journal in use (sqlite.org/wal, 3)."""
    shutil.copyfile(source, path)
    path.chmod(0o600)
    log = source.with_name(f"{source.name}-wal")
    if log.is_file():
        shutil.copyfile(log, path.with_name(f"{path.name}-wal"))


def _refuse_strangers(source: Path, path: Path) -> None:
    header = read_header(path)
    if header is None or header.application != APPLICATION_ID or not header.version:
        raise CopyFault(f"{source} is no backup of Highroad. Name a file that `highroad backup` has written.")
    if header.version > newest():
        raise CopyFault(
            f"{source} was written by a newer Highroad (its version {header.version}, this program knows {newest()}). "
            "Install the newer Highroad, and restore it then."
        )


def _made_ready(path: Path, now: datetime) -> Prepared:
    with closing(open_journal(path.parent)) as journal:
        _drop_programs(journal.store)
        files = take_out(journal.store)
        held = journal.begin_anew(now)
    return Prepared(path, look_into(path), tuple(held), files)


def _drop_programs(store: Store) -> None:
    """Triggers and views do what whoever wrote the file wanted. No journal of ours has any."""
    found = store.rows("SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'view')")
    with store.transaction() as con:
        for row in found:
            name = str(row["name"]).replace('"', '""')
            con.execute(f'DROP {row["type"]} IF EXISTS "{name}"')


def present(state_dir: Path) -> Holds | None:
    """What the journal of a state directory holds; None where there is none, or none that can be read."""
    with suppress(JournalDamaged):
        journal = open_existing(state_dir)
        if journal is not None:
            with closing(journal):
                return holds(journal.store.rows)
    return None


def put_in_place(prepared: Prepared, state_dir: Path, now: datetime) -> Path | None:
    """Let a prepared backup be the journal, at once and whole, also for those who have the journal open.

    What was there before is kept under a name with the date, which is returned; None where nothing was. For the
    process that holds the state directory's lock. Raises JournalFault or CopyFault; then the journal is as it was.
    """
    live = state_dir / FILE_NAME
    kept = free_name(state_dir, "journal.replaced-", now) if live.exists() else None
    with working_on(live):
        sync_file(prepared.path)
        if kept is None:
            move_in(prepared.path, live)
        else:
            _replace(prepared.path, live, kept)
    with closing(Store(live)) as store:
        store.history.remember()
        keep_spare(state_dir, store.key)
    trust_again(state_dir)
    return kept


def free_name(state_dir: Path, begin: str, now: datetime) -> Path:
    """A name with the date for a journal that is kept, which none has yet."""
    stem = f"{begin}{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    names = [state_dir / f"{stem}{number}.db" for number in ("", *(f"-{count}" for count in range(2, 100)))]
    return next(name for name in names if not name.exists())


def _replace(ready: Path, live: Path, kept: Path) -> None:
    try:
        with closing(open_store(live.parent)) as store:
            _keep(store, ready.with_name("before.db"), kept)
            store.copy_from(ready)
    except JournalDamaged:  # nobody can have it open and use it
        _set_aside(live, kept)
        move_in(ready, live)


def _keep(store: Store, part: Path, kept: Path) -> None:
    store.copy_to(part)
    sync_file(part)
    part.replace(kept)
    sync_folder(kept.parent)


def _set_aside(live: Path, kept: Path) -> None:
    """Keep a damaged file, octet by octet, under another name as well; its own name is never without a file."""
    kept.unlink(missing_ok=True)
    try:
        kept.hardlink_to(live)
    except OSError:
        shutil.copyfile(live, kept)
        kept.chmod(0o600)
    log = live.with_name(f"{live.name}-wal")
    if log.exists() and log.stat().st_size:
        log.replace(kept.with_name(f"{kept.name}-wal"))


def move_in(ready: Path, live: Path) -> None:
    """Give a file the journal's name. The log of another file must not lie beside it then: SQLite would read it."""
    for ending in ("-wal", "-shm"):
        live.with_name(f"{live.name}{ending}").unlink(missing_ok=True)
    ready.replace(live)
    sync_folder(live.parent)
