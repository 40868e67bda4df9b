"""What a letter may name: the company and the role that the mails of an application agree on. Blank beats wrong."""

from __future__ import annotations

from collections.abc import Callable

from daemon.core.application import Case
from daemon.core.likeness import Alike, companies, roles

_Compared = Callable[[str | None, str | None], Alike]


def sure_company(case: Case, message: int) -> str | None:
    """The company as the mail with the journal id `message` names it, else as the application has it.

    None where that mail names another one than the application, or is silent and the others do not agree.
    """
    told = {seen.id: seen.verdict.company for seen in case.theirs}
    return _agreed(told, message, case.application.company, companies)


def sure_role(case: Case, message: int) -> str | None:
    """The role, in the same way."""
    told = {seen.id: seen.verdict.role for seen in case.theirs}
    return _agreed(told, message, case.application.role, roles)


def _agreed(told: dict[int, str | None], message: int, known: str | None, compared: _Compared) -> str | None:
    here = told.get(message)
    if here is not None:
        return here if compared(here, known) is not Alike.NO else None
    others = [name for name in told.values() if name is not None]
    return known if all(compared(name, known) is not Alike.NO for name in others) else None
