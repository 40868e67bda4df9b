"""What journals the mails of an account as the settings say, for commands that decide about mails."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context
from daemon.core.errors import HighroadError

if TYPE_CHECKING:
    from daemon.recorder import Recorder
    from daemon.sorter import Sorter


class NoAccount(HighroadError):
    """The mail or application belongs to an account that the settings do not name any more."""


def recorders(context: Context, journal: Journal) -> Callable[[str], Recorder]:
    """The recorders of accounts by name, made when they are asked for; such a call raises NoAccount."""
    known: dict[str, Recorder] = {}

    def found(account: str) -> Recorder:
        if account not in known:
            known[account] = _recorder(context, journal, account)
        return known[account]

    return found


def sorter_of(context: Context, journal: Journal) -> Sorter:
    """What sorts mails into applications; settings are loaded when one is sorted."""
    from daemon.sorter import Sorter

    recorder_of = recorders(context, journal)

    def found(account: str) -> Recorder | None:
        with suppress(NoAccount):
            return recorder_of(account)
        return None

    return Sorter(journal, found)


def _recorder(context: Context, journal: Journal, name: str) -> Recorder:
    from daemon.recorder import recorder_of

    loaded = context.load()
    account = loaded.settings.account_named(name)
    if account is None:
        raise NoAccount(f'The mail is of account "{name}", which config.toml does not name any more.')
    return recorder_of(loaded, journal, account)
