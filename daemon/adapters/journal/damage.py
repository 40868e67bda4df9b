"""A damaged journal: noticed before it is used, set aside with all that belongs to it, and made anew from what is left.

Only what SQLite itself finds broken counts, or values that no program of ours has written. A full disk, a lock, missing
rights and failing reads do not: nothing is set aside for them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from daemon.adapters.journal.admission import is_emptied, version_of
from daemon.adapters.journal.faults import is_damage
from daemon.adapters.journal.header import APPLICATION_ID, Header, read_header
from daemon.adapters.journal.salvage import salvage
from daemon.adapters.journal.shapes import is_note, is_reading
from daemon.adapters.journal.store import FILE_NAME, newest, scripted
from daemon.adapters.journal.suspicion import suspicions
from daemon.adapters.journal.wal import only_read, wrong_log

SET_ASIDE: Final = "journal.damaged-"
"""What the names of journals begin with that were set aside."""


def look(state_dir: Path) -> str | None:
    """What is wrong with a state directory's journal, as half a sentence; None for what is sound, or no journal at all,
    or not for this program. Raises OSError.
    """
    live = state_dir / FILE_NAME
    if not live.is_file():
        return None
    if set_aside_before(live) is not None:
        return "it was being set aside when the program ended"
    header = read_header(live)
    if header is None:
        return "it is no database"
    if is_emptied(live):
        return "it is empty"
    return _look_inside(live, header) or _look_closely(live)


def set_aside_before(live: Path) -> Path | None:
    """The name under which this very file is set aside already, where the program ended in the middle of that."""
    kept = (path for path in live.parent.glob(f"{SET_ASIDE}*.db") if path.is_file())
    return next((path for path in kept if path.samefile(live)), None)


def _look_inside(live: Path, header: Header) -> str | None:
    if header.application not in {0, APPLICATION_ID}:
        return "its head is overwritten" if salvage(live).key else None
    if version_of(live) > newest():
        return None
    return wrong_log(live) or checked(live)


def checked(path: Path) -> str | None:
    """What SQLite finds broken in a file, with its log, which stays as it is; None for nothing."""
    try:
        with closing(only_read(path)) as con:
            return next(_faults(con), None)
    except sqlite3.Error as error:  # what else can be wrong is said when it is opened
        return str(error) if is_damage(error) else None


def _faults(con: sqlite3.Connection) -> Iterator[str]:
    version = con.execute("PRAGMA user_version").fetchone()[0]
    if version > newest():
        return
    yield from (str(row[0]).splitlines()[-1] for row in con.execute("PRAGMA integrity_check(1)") if row[0] != "ok")
    yield from (f"a row of {row[0]} points to nothing" for row in con.execute("PRAGMA foreign_key_check"))
    if _columns(con) != _expected(version):
        yield "its tables are not those of its version"


def _columns(con: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    sql = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'"
    return frozenset((row[0], row[1]) for row in con.execute(sql))


@cache
def _expected(version: int) -> frozenset[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        for statement in scripted(version):
            con.execute(statement)
        return _columns(con)


def _look_closely(live: Path) -> str | None:
    """After it failed in use: every row by itself. What fails again and again is damaged, be it found or not."""
    times = suspicions(live.parent)
    if not times:
        return None
    found = salvage(live)
    spoilt = any(not is_reading(row["reading"]) for row in found.of("messages"))
    if found.lost or found.pages or spoilt or not all(map(is_note, found.of("meta"))):
        return "not all of its rows can be read"
    return "it could not be used again and again" if times > 1 else None
