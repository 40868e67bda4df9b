"""Setting a damaged journal aside, and putting in its place what could be saved of it."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from daemon.adapters.journal.copies import counted
from daemon.adapters.journal.damage import SET_ASIDE, checked, look, set_aside_before
from daemon.adapters.journal.files import sync_file, working_on
from daemon.adapters.journal.header import APPLICATION_ID, read_header
from daemon.adapters.journal.journal import Journal, open_journal
from daemon.adapters.journal.pages import log_is_whole
from daemon.adapters.journal.rebuilding import rebuild
from daemon.adapters.journal.restoring import free_name, move_in, workplace
from daemon.adapters.journal.salvage import Salvaged, salvage
from daemon.adapters.journal.spare import spare_key
from daemon.adapters.journal.store import FILE_NAME, open_store
from daemon.adapters.journal.suspicion import trust_again
from daemon.adapters.journal.wal import has_log
from daemon.core.errors import JournalRefused

_OFTEN: Final = 3
_WITHIN: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a damaged journal: `why` it counted as damaged, the name it is kept under; how many lines were
    saved, how many are known to be `lost`, and how many of its pages are no pages; how many drafts are `held`. `whole`
    is whether the file was sound without its log, so that all that is in it was saved. `copy` is the newest one known.
    """

    why: str
    kept: Path
    saved: int
    lost: int
    pages: int
    held: int
    whole: bool
    copy: Path | None

    @property
    def sentence(self) -> str:
        """All of it for the person."""
        return (
            f"The journal was damaged ({self.why}) and was set aside as {self.kept}. {self._what} The mailboxes are "
            f"read again; {self._drafts} {self._advice}"
        )

    @property
    def _what(self) -> str:
        if self.whole:
            return "Its last changes are lost, all else was saved."
        pages = f", {counted(self.pages, 'page')} of it cannot be read at all" if self.pages else ""
        return f"{counted(self.saved, 'line')} of it were saved, {self.lost} could not be read{pages}."

    @property
    def _drafts(self) -> str:
        if not self.held:
            return "no draft was due."
        return f"{counted(self.held, 'draft')} that may have been laid before wait: `highroad review` asks."

    @property
    def _advice(self) -> str:
        if self.copy is None:
            return "No backup is known of; `highroad restore FILE` would go on from one."
        return f"A backup may know more: `highroad restore {self.copy}` goes on from the newest one known."


def mend(state_dir: Path, now: datetime) -> Mended | None:
    """Set the journal aside if it is damaged, and let a new one take its place; None where nothing was wrong.

    For the process that holds the state directory's lock, before anybody opens the journal. Raises JournalRefused where
    that was done too often; CopyFault or JournalFault where the disk does not take it: then nothing has changed.
    """
    live = state_dir / FILE_NAME
    with working_on(live):
        why = look(state_dir)
        if why is None:
            return None
        _refuse_often(state_dir, now)
        with workplace(state_dir) as folder:
            return _mended(live, folder, why, now)


def _refuse_often(state_dir: Path, now: datetime) -> None:
    """A disk that spoils every file would fill up with them."""
    since = f"{SET_ASIDE}{now.astimezone(UTC) - _WITHIN:%Y-%m-%dT%H%M%SZ}"
    lately = [path for path in state_dir.glob(f"{SET_ASIDE}*.db") if path.name >= since]
    if len(lately) >= _OFTEN:
        raise JournalRefused(
            f"The journal in {state_dir} is damaged again, after {len(lately)} times within a day: its disk or the "
            "machine's memory is likely failing. Look at that first; then move the journal.damaged files away and "
            "start again, or go on from a backup with `highroad restore FILE`."
        )


def _mended(live: Path, folder: Path, why: str, now: datetime) -> Mended:
    kept, source = free_name(live.parent, SET_ASIDE, now), _source(live)
    whole, ready = _is_sound_alone(source, folder), folder / FILE_NAME
    found = Salvaged() if whole else _with_key(salvage(source), live.parent)
    with closing(open_journal(folder)) as journal:
        saved = 0 if whole else rebuild(journal.store, found)
        held = _doubt(journal, found, now, late=whole or not log_is_whole(source))
        copy = newest_copy(live.parent, journal)
        done = Mended(why, kept, saved, found.lost, found.pages, held, whole, copy)
        journal.notices.renew("journal", done.sentence, now)
    _exchange(live, ready, kept)
    return done


def _with_key(found: Salvaged, state_dir: Path) -> Salvaged:
    """What was salvaged; the journal's key from the file beside it, where it is lost in the journal itself."""
    key = spare_key(state_dir)
    if found.key is None and key is not None:
        found.of("meta").append({"key": "key", "value": key})
    return found


def _source(live: Path) -> Path:
    """Where all of it is: its log may have been set aside already when the program ended."""
    twin = set_aside_before(live)
    if twin is None or live.with_name(f"{live.name}-wal").exists():
        return live
    return twin


def _is_sound_alone(source: Path, folder: Path) -> bool:
    """Whether the log beside the file is what is wrong: another one's, say. The file alone lies in `folder` then."""
    copy = folder / FILE_NAME
    if not has_log(source):
        return False
    shutil.copyfile(source, copy)
    copy.chmod(0o600)
    header = read_header(copy)
    sound = header is not None and header.application == APPLICATION_ID and checked(copy) is None
    for path in () if sound else list(folder.iterdir()):
        path.unlink()
    return sound


def _doubt(journal: Journal, found: Salvaged, now: datetime, *, late: bool) -> int:
    """What was due may have been laid since, what is planned anew may have been called off: the person is asked.

    So may all that is planned where the last changes are lost (`late`).
    """
    held = journal.begin_anew(now) + (journal.jobs.hold_all(now) if late else [])
    if found.lost or found.pages or late or found.key is None:
        journal.jobs.lose(now)
    return len(held)


def newest_copy(state_dir: Path, journal: Journal) -> Path | None:
    """The newest backup, or copy of an earlier journal, that is known of and still there."""
    backup = journal.notices.of("backup")
    named = [Path(backup.text)] if backup else []
    copies = [*named, *state_dir.glob("journal.before-*.db"), *state_dir.glob("journal.replaced-*.db")]
    there = [path for path in copies if path.is_file()]
    return max(there, key=lambda path: path.stat().st_mtime, default=None)


def _exchange(live: Path, ready: Path, kept: Path) -> None:
    """Keep the damaged files, octet by octet, under other names; its own name is never without a file."""
    sync_file(ready)
    log = live.with_name(f"{live.name}-wal")
    _keep(live, kept)
    if has_log(live):
        _keep(log, kept.with_name(f"{kept.name}-wal"))
    move_in(ready, live)
    with closing(open_store(live.parent)) as store:
        store.history.remember()
    trust_again(live.parent)


def _keep(path: Path, kept: Path) -> None:
    try:
        kept.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copyfile(path, kept)
        kept.chmod(0o600)
