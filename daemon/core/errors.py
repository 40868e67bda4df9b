"""Failures, named by what to do about them. Every message is a sentence: what happened, to what, what to do next."""

from __future__ import annotations


class HighroadError(Exception):
    """Anything that Highroad says instead of a traceback. `exit_code` follows sysexits.h where it has a name for it."""

    exit_code = 1


class Transient(HighroadError):
    """It may well work later: a server is down, a connection was cut. The supervisor tries again (EX_TEMPFAIL)."""

    exit_code = 75


class Throttled(Transient):
    """The server asks for a longer pause: too much was asked of it. `seconds` is how long, None if it did not say."""

    def __init__(self, sentence: str, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class NeedsOperator(HighroadError):
    """Only the person can mend it: refused credentials, a folder that is not there. That account stops and says so."""

    exit_code = 78


class Refused(NeedsOperator):
    """The server said in so many words that user or password are wrong. Counted, since providers lock people out."""


class WrongUse(HighroadError):
    """The command was called with something it cannot use (EX_USAGE in the house's own numbering)."""

    exit_code = 2


class Poison(HighroadError):
    """This one mail could not be read (it broke, froze or starved its reader). It is set aside; the rest goes on."""


class JournalFault(HighroadError):
    """The journal cannot be used: newer than this program, damaged, or its disk is full. Nothing was changed."""


class JournalRefused(JournalFault):
    """The journal is none that this program may use, and starting again changes nothing: the person decides."""

    exit_code = 78


class JournalBusy(JournalFault):
    """Another program holds the journal for too long; it may well work later (EX_TEMPFAIL)."""

    exit_code = 75
