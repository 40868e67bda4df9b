"""`highroad status`: whether all is well."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from config.faults import ConfigError
from config.layers import read_tree
from config.places import config_path
from daemon import reports
from daemon.adapters.lock import holder
from daemon.commands.context import Context, emit
from daemon.model_note import cache_dir, remembered

if TYPE_CHECKING:
    from daemon.commands.verify import Verified


def status(context: Context, *, verified: bool = False, as_json: bool) -> int:
    """Accounts, folders, drafts, model, daemon. 1 when something is not as it should be, else 0.

    With `verified` the servers' lists are held against the journal first; an account that cannot be looked at gives
    its own exit code.
    """
    found = _verified(context) if verified else []
    state_dir = context.state()
    with context.journal() as journal:
        row = reports.status_row(journal, _accounts(context), holder(state_dir), remembered(cache_dir(state_dir)))
    troubles = list(reports.gaps(row))
    if as_json:
        emit([{**row, "verification": [one.row() for one in found]} if verified else row])
    else:
        from daemon.commands.lines import status_lines, verified_lines

        print("\n".join([*verified_lines(one.sentence for one in found), *status_lines(row, troubles)]))
    failed = next((one.failure.exit_code for one in found if one.failure), 0)
    return failed or int(bool(troubles) or any(one.is_gap for one in found))


def _verified(context: Context) -> list[Verified]:
    from daemon.commands.verify import verify

    return verify(context)


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
