"""Waiting for news of the selected folder: IDLE (RFC 2177), or a pause with a NOOP now and then.

Done here and not by imapclient, whose idle_check spins at the end of a connection, loses lines that come together with
the "+", and breaks off at a line that comes in two pieces.
"""

from __future__ import annotations

import math
import time
from typing import Final

from daemon.adapters.imap.said import asks_to_wait
from daemon.adapters.imap.wire import Answered, Heard, Wire

RENEW_SECONDS: Final = 510.0
"""IDLE is begun anew after that: servers and routers forget who is silent for ten minutes (RFC 2177 says 29)."""
BEGIN_SECONDS: Final = 30.0
END_SECONDS: Final = 10.0
_CHATTER: Final = 50
"""So much small talk in one wait is reason enough to look: who talks without end shall not be listened to so."""


class Waiting:
    """One wait on one connection, in its thread. Afterwards `idles` tells whether the server took IDLE."""

    def __init__(self, wire: Wire, seconds: float, *, idles: bool) -> None:
        self.idles = idles
        self._wire, self._line = wire, wire.line
        self._end = time.monotonic() + seconds
        self._chat = 0

    def news(self) -> bool:
        """Whether the server told of anything before the time was up or somebody woke us.

        Raises imaplib's errors, EOFError and OSError for a connection that is lost.
        """
        while True:
            renew = min(self._end, time.monotonic() + RENEW_SECONDS)
            told = self._idled(renew) if self.idles else self._paused(renew)
            if told or self._line.woken or time.monotonic() >= self._end:
                return told

    def _idled(self, until: float) -> bool:
        try:
            return self._idle(until)
        except Answered as error:
            if asks_to_wait(error.said):
                raise
            self.idles = False
            return False
        finally:
            self._line.until = math.inf

    def _idle(self, until: float) -> bool:
        self._line.until = time.monotonic() + BEGIN_SECONDS
        tag = self._wire.begin_idle()
        told, ended = self._up_to(Heard.MORE, tag)
        self._line.until = math.inf
        if not ended and not told:
            told, ended = self._listen(until, tag)
        if not ended:
            self._line.until = time.monotonic() + END_SECONDS
            self._wire.send(b"DONE\r\n")
            told |= self._up_to(Heard.END, tag)[0]
        self._wire.end("IDLE", tag)
        return told

    def _up_to(self, awaited: Heard, tag: bytes) -> tuple[bool, bool]:
        """Read on up to that answer: whether there was news on the way, and whether IDLE came to its end."""
        told = False
        while (heard := self._wire.hear(tag)) is not awaited and heard is not Heard.END:
            told |= heard is Heard.NEWS
        # A server that ends IDLE by itself is asked what is new, and not at once to idle again.
        ended = heard is Heard.END
        return told or (ended and awaited is not Heard.END), ended

    def _listen(self, until: float, tag: bytes | None = None) -> tuple[bool, bool]:
        """Wait for news: whether there was any, and whether IDLE came to its end."""
        while self._line.await_line(until):
            heard = self._wire.hear(tag)
            self._chat += heard is not Heard.NEWS
            if heard in (Heard.NEWS, Heard.END) or self._chat > _CHATTER:
                return True, heard is Heard.END
        return False, False

    def _paused(self, until: float) -> bool:
        """The same without IDLE. The last NOOP is left out: whoever waited asks something then."""
        if self._listen(until)[0]:
            return True
        if self._line.woken or time.monotonic() >= self._end:
            return False
        self._wire.noop()
        told = {"EXISTS", "EXPUNGE", "FETCH"} & set(self._wire.untagged_responses)
        self._wire.untagged_responses.clear()
        return bool(told)
