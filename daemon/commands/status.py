"""`highroad status`: whether all is well."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from config.faults import ConfigError
from config.layers import read_tree
from config.places import config_path
from daemon.adapters.lock import holder
from daemon.commands.context import Context, emit
from daemon.model_note import cache_dir, remembered
from daemon.reports_status import Asked, gaps, status_row

if TYPE_CHECKING:
    from daemon.commands.verify import Verified

_FOLDERS: Final = ["INBOX"]
"""What an account watches that names no folders (config/default.toml)."""


def status(context: Context, *, verified: bool = False, as_json: bool) -> int:
    """Accounts, folders, drafts, model, daemon. 1 when something is not as it should be, else 0.

    With `verified` the servers' lists are held against the journal first; an account that cannot be looked at gives
    its own exit code.
    """
    found = _verified(context) if verified else []
    row = looked(context)
    troubles = list(gaps(row))
    if as_json:
        emit([{**row, "verification": [one.row() for one in found]} if verified else row])
    else:
        from daemon.commands.lines import verified_lines
        from daemon.commands.status_view import status_lines

        print("\n".join([*verified_lines(one.sentence for one in found), *status_lines(row, troubles)]))
    failed = next((one.failure.exit_code for one in found if one.failure), 0)
    return failed or int(bool(troubles) or any(one.is_gap for one in found))


def looked(context: Context) -> dict[str, Any]:
    """The status row of now. Raises NoJournal, JournalFault."""
    state_dir, named = context.state(), _named(context)
    asked = Asked(
        list(named),
        holder(state_dir),
        remembered(cache_dir(state_dir)),
        helps={name: _help(name, account) for name, account in named.items()},
        folders={name: _folders(account) for name, account in named.items()},
    )
    with context.journal() as journal:
        return status_row(journal, asked)


def _verified(context: Context) -> list[Verified]:
    from daemon.commands.verify import verify

    return verify(context)


def _named(context: Context) -> dict[str, Mapping[str, Any]]:
    """The accounts that config.toml names, read without the whole check, which would take longer than the rest.

    None where there are no settings or where they cannot be read: the journal tells all the same.
    """
    try:
        tree = read_tree(config_path(context.config, os.environ))
    except (ConfigError, FileNotFoundError):
        return {}
    accounts = tree.get("account", [])
    named = [one for one in accounts if isinstance(one, dict)] if isinstance(accounts, list) else []
    return {str(one.get("name", "main")): one for one in named}


def _help(name: str, account: Mapping[str, Any]) -> str:
    own_login = account.get("auth") == "oauth2" and not account.get("token_command")
    return f"highroad login {name}" if own_login else "highroad doctor"


def _folders(account: Mapping[str, Any]) -> list[str]:
    folders = account.get("folders", _FOLDERS)
    return [str(one) for one in folders] if isinstance(folders, list) else _FOLDERS
