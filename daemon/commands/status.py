"""`highroad status`: whether all is well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from config.faults import ConfigMissing
from daemon import reports
from daemon.adapters.lock import holder
from daemon.commands.context import Context, console, emit


def status(context: Context, *, as_json: bool) -> int:
    """Accounts, folders, drafts, model, daemon. 1 when something is not as it should be, else 0."""
    state_dir = context.state()
    with context.journal() as journal:
        row = reports.status_row(journal, _accounts(context), holder(state_dir), model_facts(state_dir))
    troubles = list(reports.gaps(row))
    if as_json:
        emit([row])
    else:
        from daemon.commands.pictures import status_lines

        console().print("\n".join(status_lines(row, troubles)), markup=False)
    return 1 if troubles else 0


def _accounts(context: Context) -> list[str]:
    """The accounts of the settings; none where there are no settings (the journal still tells)."""
    try:
        return [account.name for account in context.load().settings.account]
    except ConfigMissing:
        return []


def model_facts(state_dir: Path) -> dict[str, Any] | None:
    """What the trained model says of itself ({trained, corpus, corrections, ...}); None before the first training."""
    try:
        found = json.loads((state_dir / "model" / "model.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
