"""A person at the keyboard, for what asks questions in this very process."""

from __future__ import annotations

import io

from daemon.commands.beginning.person import Person


class Keyboard(io.StringIO):
    """Lines that were typed; they end as a closed terminal does."""

    def isatty(self) -> bool:
        return True


def typing(monkeypatch, *lines: str, hidden: tuple[str, ...] = ()) -> None:
    """Have these lines typed, and these passwords where nothing is shown."""
    secrets = iter(hidden)
    monkeypatch.setattr("sys.stdin", Keyboard("".join(f"{line}\n" for line in lines)))
    monkeypatch.setattr("daemon.commands.beginning.person.getpass", lambda *_args, **_how: next(secrets))


def person(*, there: bool = True, yes: bool = False, plain: bool = True) -> tuple[Person, io.StringIO]:
    """Somebody, or nobody, and what was said to them."""
    out = io.StringIO()
    return Person(there=there, yes=yes, plain=plain, out=out), out
