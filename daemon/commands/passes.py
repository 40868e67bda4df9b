"""`highroad once` and `highroad scan`: one pass, with a bar for people and rows for programs."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.duration import Duration
from config.loader import Loaded
from daemon import app, reports
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.mark import FILE_NAME as MARK
from daemon.commands.context import Context, console, emit
from daemon.commands.lines import plain
from daemon.commands.progress import Bar
from daemon.core.errors import WrongUse
from daemon.policy import length_of


def once(context: Context, since: str, *, dry_run: bool, as_json: bool) -> int:
    """Read, plan, lay what is due. The exit code of the first account that failed, else 0."""
    return _pass(context, since, dry_run=dry_run, as_json=as_json, again=False)


def scan(context: Context, since: str, *, dry_run: bool, as_json: bool) -> int:
    """Read back to a day, and lay nothing."""
    return _pass(context, since, dry_run=dry_run, as_json=as_json, again=True)


def reach(text: str) -> timedelta:
    """How far back "90d" reaches. Raises WrongUse."""
    try:
        return length_of(Duration.parse(text))
    except ValueError as error:
        raise WrongUse(f"--since: {error}.") from error


def _pass(context: Context, since: str, *, dry_run: bool, as_json: bool, again: bool) -> int:
    loaded, back = context.load(), reach(since)
    with _state(loaded, dry_run=dry_run) as settled, Bar() as bar, app.opened(settled, bar.move, bar.tell) as house:
        outcomes = asyncio.run(app.once(house, back, again=again, lay=not (dry_run or again), learn=not dry_run))
        bar.close()
        rows = [_row(outcome) for outcome in outcomes]
        if as_json:
            emit(rows)
        else:
            _print(rows, house, dry_run=dry_run)
    return next((outcome.failure.exit_code for outcome in outcomes if outcome.failure), 0)


@contextmanager
def _state(loaded: Loaded, *, dry_run: bool) -> Iterator[Loaded]:
    """The settings; for a dry run with a copy of the state that is thrown away."""
    if not dry_run:
        yield loaded
        return
    with tempfile.TemporaryDirectory(prefix="highroad-dry-") as name:
        copy = Path(name) / "state"
        _copy(loaded.state_dir, copy)
        yield replace(loaded, state_dir=copy)


def _copy(state_dir: Path, copy: Path) -> None:
    copy.mkdir(mode=0o700)
    if (state_dir / "model").is_dir():
        shutil.copytree(state_dir / "model", copy / "model")
    if (state_dir / "journal.db").exists():
        journal = open_journal(state_dir)
        journal.store.copy_to(copy / "journal.db")
        journal.close()
    if (state_dir / MARK).exists():
        shutil.copyfile(state_dir / MARK, copy / MARK)


def _row(outcome: app.Outcome) -> dict[str, Any]:
    return {
        "account": outcome.account,
        "read": outcome.synced.read,
        "known": outcome.synced.known,
        "unreadable": outcome.synced.unreadable,
        "placed": [job.id for job in outcome.placed],
        "problem": str(outcome.failure) if outcome.failure else None,
    }


def _print(rows: list[dict[str, Any]], house: app.House, *, dry_run: bool) -> None:
    out = console()
    for row in rows:
        out.print(_sentence(row), markup=False)
        if row["problem"]:
            print(plain(row["problem"]), file=sys.stderr)
    if dry_run:
        from daemon.commands.pictures import log_table
        from daemon.commands.plan_lines import plan_lines

        out.print(log_table([reports.log_row(entry) for entry in house.journal.messages.log()]))
        print("\n".join(plan_lines(reports.plan_rows(house.journal))))
        out.print("A dry run: nothing of this was written or laid.")


def _sentence(row: dict[str, Any]) -> str:
    laid = len(row["placed"])
    parts = [f"{row['read']} mails read"]
    parts += [f"{row['known']} known already"] if row["known"] else []
    parts += [f"{row['unreadable']} unreadable"] if row["unreadable"] else []
    parts += [f"{laid} draft{'' if laid == 1 else 's'} laid"] if laid else []
    return f"{row['account']}: {', '.join(parts)}."
