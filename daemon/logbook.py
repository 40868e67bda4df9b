"""Telling the log what happens, by the names of core.chronicle. Who waits at a terminal may be told instead."""

from __future__ import annotations

import logging
from typing import Protocol

from daemon.core.chronicle import EVENTS, FIELDS, LEVELS, Field

_log = logging.getLogger("highroad")


class Tell(Protocol):
    """Told an event by its name, with a sentence for people and the fields that core.chronicle knows."""

    def __call__(self, event: str, sentence: str, /, **fields: Field) -> None: ...  # noqa: D102


def tell(event: str, sentence: str, /, **fields: Field) -> None:
    """Write one line. Raises KeyError, a fault of the program, for an event or a field that nobody has described."""
    level = LEVELS[EVENTS[event].level]
    if unknown := fields.keys() - set(FIELDS):
        raise KeyError(*unknown)
    if _log.isEnabledFor(level):
        _log.log(level, "%s", sentence, extra={"event": event, **fields})


def inbox(folder: str) -> str | None:
    """A folder as the log may name it: what people call the others is theirs."""
    return "INBOX" if folder.upper() == "INBOX" else None
