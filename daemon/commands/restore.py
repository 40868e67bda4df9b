"""`highroad restore`: a backup becomes the journal again, and what was due before is asked about."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.beside import write_back
from daemon.adapters.journal.copies import Holds
from daemon.adapters.journal.files import working_on
from daemon.adapters.journal.restoring import prepare, present, put_in_place, workplace
from daemon.adapters.journal.store import FILE_NAME
from daemon.adapters.lock import Lock
from daemon.commands.backup import holds_row, holds_sentence
from daemon.commands.context import Context, emit
from daemon.commands.lines import minute, plain
from daemon.core.errors import WrongUse
from daemon.core.job import Job

_SINCE: Final = (
    "The next pass reads again what came since. What you corrected, released or cancelled since has to be said again."
)


@dataclass(frozen=True, slots=True)
class Done:
    """What a restore does or has done; what the journal held `before` is None where none was, or none to be read."""

    before: Holds | None
    after: Holds
    held: tuple[Job, ...]
    kept: Path | None
    dry_run: bool
    files: tuple[str, ...] = ()
    kept_files: tuple[Path, ...] = ()


def restore(context: Context, file: Path, *, dry_run: bool, as_json: bool) -> int:
    """Put a backup in the journal's place. Raises Transient while the daemon or another pass is at work there."""
    state_dir, now = context.state(), SystemClock().now()
    if (state_dir / FILE_NAME).exists() and file.exists() and file.samefile(state_dir / FILE_NAME):
        raise WrongUse(f"{file} is the journal itself. Name a file that `highroad backup` has written.")
    done = _rehearsed(file, state_dir, now) if dry_run else _restored(file, state_dir, now)
    if as_json:
        emit([_row(file, done)])
    else:
        print("\n".join(plain(line) for line in _lines(file, done)))
    return 0


def _rehearsed(file: Path, state_dir: Path, now: datetime) -> Done:
    with tempfile.TemporaryDirectory(prefix="highroad-dry-") as folder:
        prepared = prepare(file, Path(folder), now)
        files = tuple(prepared.files)
        return Done(present(state_dir), prepared.holds, prepared.held, None, dry_run=True, files=files)


def _restored(file: Path, state_dir: Path, now: datetime) -> Done:
    with Lock(state_dir), workplace(state_dir) as folder:
        prepared, before = prepare(file, folder, now), present(state_dir)
        kept = put_in_place(prepared, state_dir, now)
        with working_on(state_dir):
            others = tuple(write_back(state_dir, prepared.files, now))
    return Done(before, prepared.holds, prepared.held, kept, False, tuple(prepared.files), others)


def _row(file: Path, done: Done) -> dict[str, Any]:
    return {
        "file": str(file.absolute()),
        "dry_run": done.dry_run,
        "before": holds_row(done.before) if done.before else None,
        "after": holds_row(done.after),
        "held": [job.id for job in done.held],
        "kept": str(done.kept) if done.kept else None,
        "files": list(done.files),
        "kept_files": [str(path) for path in done.kept_files],
    }


def _lines(file: Path, done: Done) -> Iterator[str]:
    would = "would be" if done.dry_run else "is"
    if done.dry_run:
        yield "A dry run: nothing of this was written."
    yield f"The journal {would} as {file} has it: {holds_sentence(done.after)}."
    before = f"Before it held {holds_sentence(done.before)}." if done.before else ""
    yield before or "There was no journal that could be read before."
    if done.kept:
        yield f"What was there is kept as {done.kept}; delete it when you need it no more."
    for name in done.files:
        yield f"{name} {would} as the backup has it."
    for path in done.kept_files:
        yield f"The one that was there is kept as {path}."
    yield from _held(done, would)
    yield _SINCE


def _held(done: Done, would: str) -> Iterator[str]:
    """What was due before may have been laid since the backup."""
    if not done.held:
        return
    were = "draft was" if len(done.held) == 1 else "drafts were"
    yield f"{len(done.held)} {were} due before now and {would} held, not laid: `highroad review` asks about each."
    for job in done.held:
        due = minute(job.due.isoformat()) if job.due else ""
        yield f"  {job.step.value.replace('_', ' ')} to {job.recipient}, due {due}"
