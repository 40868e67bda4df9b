"""`highroad status`: whether all is well."""

from __future__ import annotations

import os

from config.faults import ConfigError
from config.layers import read_tree
from config.places import config_path
from daemon import reports
from daemon.adapters.lock import holder
from daemon.commands.context import Context, emit
from daemon.model_note import cache_dir, remembered


def status(context: Context, *, as_json: bool) -> int:
    """Accounts, folders, drafts, model, daemon. 1 when something is not as it should be, else 0."""
    state_dir = context.state()
    with context.journal() as journal:
        row = reports.status_row(journal, _accounts(context), holder(state_dir), remembered(cache_dir(state_dir)))
    troubles = list(reports.gaps(row))
    if as_json:
        emit([row])
    else:
        from daemon.commands.lines import status_lines

        print("\n".join(status_lines(row, troubles)))
    return 1 if troubles else 0


def _accounts(context: Context) -> list[str]:
    """The accounts that config.toml names, read without the whole check, which would take longer than the rest.

    None where there are no settings or where they cannot be read: the journal tells all the same.
    """
    try:
        tree = read_tree(config_path(context.config, os.environ))
    except (ConfigError, FileNotFoundError):
        return []
    accounts = tree.get("account", [])
    return [str(one.get("name", "main")) for one in accounts if isinstance(one, dict)] if accounts else []
