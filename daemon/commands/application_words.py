"""Applications as a person names them and as they are named to a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from daemon.adapters.journal.journal import Journal
from daemon.commands.lines import plain
from daemon.core.entry import Application
from daemon.core.errors import WrongUse
from daemon.core.keys import company_key
from daemon.core.names import squeezed

_NUMBER: Final = re.compile(r"a?0*([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
_LISTED: Final = 8
_HOW: Final = "`highroad applications` shows all of them"


def application_named(journal: Journal, text: str) -> Application:
    """The application that 3, a3 or a part of its company's name stands for.

    Raises WrongUse for none, and for a name that several have, which are listed.
    """
    number = _NUMBER.fullmatch(text.strip())
    if number:
        found = journal.applications.get(int(number[1]))
        if found is None:
            raise WrongUse(f"There is no application number {number[1]}; {_HOW}.")
        return found
    return _only(_by_name(journal.applications.all(), text), text)


def called(application: Application) -> str:
    """An application in a sentence: "a3 (Acme, Data Engineer)"."""
    known = ", ".join(plain(part) for part in (application.company, application.role) if part)
    return f"a{application.id} ({known or 'of an unknown employer'})"


def _by_name(applications: Sequence[Application], text: str) -> list[Application]:
    """Those whose company is called so, else those whose company's name holds these letters."""
    key, wanted = company_key(text), squeezed(text)
    same = [one for one in applications if key and company_key(one.company) == key]
    return same or [one for one in applications if wanted and wanted in squeezed(one.company or "")]


def _only(found: Sequence[Application], text: str) -> Application:
    shown = plain(text)[:60]
    if not found:
        raise WrongUse(f'No application is at a company called "{shown}"; {_HOW}.')
    if len(found) > 1:
        names = ", ".join(called(one) for one in found[:_LISTED])
        more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
        raise WrongUse(f'"{shown}" can be one of several applications: {names}{more}. Say its number.')
    return found[0]
