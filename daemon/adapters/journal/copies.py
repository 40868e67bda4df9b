"""Backups: all that the journal holds in one file, written while others go on writing, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.adapters.journal.beside import put_into, read_beside
from daemon.adapters.journal.codec import moment
from daemon.adapters.journal.faults import JournalDamaged, saying
from daemon.adapters.journal.files import CopyFault, sync_file, sync_folder, working_on
from daemon.adapters.journal.store import Store
from daemon.core.errors import JournalBusy, JournalFault, WrongUse


@dataclass(frozen=True, slots=True)
class Holds:
    """What a journal holds: mails about a job, applications, drafts by state; when its latest mail was first seen.

    `files` are the names of those files that lie in a backup besides.
    """

    version: int
    mails: int
    applications: int
    drafts: Mapping[str, int]
    latest: datetime | None
    files: tuple[str, ...] = ()


def back_up(store: Store, target: Path, *, replace: bool) -> Holds:
    """Write a backup (0600); what it holds.

    Raises WrongUse for a target that is there already (unless `replace`) or that cannot be one, CopyFault when it
    cannot be written, JournalFault when the journal cannot be read.
    """
    _refuse(store.path.parent, target, replace=replace)
    with working_on(target), _part_of(target) as part:
        _copy(store, part, target)
        put_into(part, read_beside(store.path.parent))
        found = look_into(part)
        sync_file(part)
        _publish(part, target, replace=replace)
        sync_folder(target.parent)
    return found


def _copy(store: Store, part: Path, target: Path) -> None:
    """Copy; what SQLite says of a full disk is about the copy's, not the journal's."""
    try:
        store.copy_to(part)
    except (JournalDamaged, JournalBusy):
        raise
    except JournalFault as error:
        why = error.__cause__ or error
        raise CopyFault(f"{target} could not be written: {why}. Make room there, or name another place.") from error


def look_into(path: Path) -> Holds:
    """What a whole file holds that nobody writes to. Raises JournalDamaged unless it is sound."""
    with saying(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as con:
        found = [row[0] for row in con.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
        found += [f"a row of {row[0]} points to nothing" for row in con.execute("PRAGMA foreign_key_check")]
        if found:
            raise JournalDamaged(f"{path} is damaged: {'; '.join(found[:3])}.")
        return holds(lambda sql: con.execute(sql).fetchall())


def holds(rows: Callable[[str], list[sqlite3.Row]]) -> Holds:
    """What a journal holds, by a function that runs a query."""
    version, mails, applications, latest = rows(_HOLDS)[0]
    drafts = {row[0]: row[1] for row in rows("SELECT state, count(*) FROM jobs GROUP BY state ORDER BY state")}
    files = tuple(row[0].removeprefix("file/") for row in rows("SELECT key FROM meta WHERE key LIKE 'file/%'"))
    return Holds(version, mails, applications, drafts, moment(latest), files)


def counted(count: int, what: str) -> str:
    """One thing, or several: "1 mail", "2 mails"."""
    return f"{count} {what}{'' if count == 1 else 's'}"


_HOLDS = """
SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM messages),
       (SELECT count(*) FROM applications), (SELECT max(first_seen) FROM messages)
"""


def _refuse(state_dir: Path, target: Path, *, replace: bool) -> None:
    if target.is_dir():
        raise WrongUse(f"{target} is a folder. Name a file in it, e.g. {target / 'highroad-backup.db'}.")
    if not target.parent.is_dir():
        raise WrongUse(f"There is no folder {target.parent}. Make it first, or name another file.")
    if target.parent.resolve() == state_dir.resolve():
        raise WrongUse(f"{target} would lie beside the journal and be lost with it. Name a file somewhere else.")
    if os.path.lexists(target) and not replace:
        raise _taken(target)


def _taken(target: Path) -> WrongUse:
    return WrongUse(f"{target} is there already and was left as it is. Name another file, or say --force.")


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """A file (0600) beside the target to write into; gone at the end, as is what killed backups have left there."""
    _sweep(target)
    file, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
        os.close(file)


def _sweep(target: Path) -> None:
    for left in list(target.parent.iterdir()):
        if left.name.startswith(f".{target.name}.") and left.name.endswith(".part") and not _is_locked(left):
            left.unlink(missing_ok=True)


def _is_locked(path: Path) -> bool:
    """Whether a backup is at work on this file; so is one that is not ours."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def _publish(part: Path, target: Path, *, replace: bool) -> None:
    """Give the file its name. Without `replace` a hard link makes sure that nothing is lost that came meanwhile."""
    if replace:
        part.replace(target)
        return
    try:
        target.hardlink_to(part)
    except FileExistsError as error:
        raise _taken(target) from error
    except OSError:  # a file system without links, on a stick say
        part.rename(target)
