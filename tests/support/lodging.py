"""A person's mailbox on the tests' Dovecot, and Highroad as a service of a booted machine that watches it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from support.crashing import CONFIG
from support.dovecot import Dovecot
from support.machine import Machine
from support.mailbox import mixed
from support.realmind import CACHE, mind_server

_ENV = '{ env = "HIGHROAD_TEST_PASSWORD" }'


class Lodging:
    """`program` is the command inside; `settings` are the person's, with the password from where they say."""

    def __init__(self, dovecot: Dovecot, box: Machine, password: str) -> None:
        self.dovecot, self.box, self.user = dovecot, box, dovecot.user()
        self.program = box.lend()
        self.settings = CONFIG.format(port=dovecot.port, user=self.user).replace(_ENV, password)
        assert password in self.settings

    def lend_model(self, place: str, owner: str) -> None:
        """Put the test run's trained model where the service would train its own."""
        with mind_server():
            pass  # it is trained now, if it was not before
        script = 'mkdir -p -m 700 "$2" && cp -r "$1" "$2/model" && chown -R "$3:$3" "$2" && chmod 700 "$2"'
        self.box.check(["sh", "-c", script, "sh", CACHE, place, owner])

    def deliver(self, count: int) -> None:
        """So many mails, rejections with a person behind them among them."""
        for mail in [mail for mail in mixed(30) if mail.folder == "INBOX"][:count]:
            self.dovecot.deliver(self.user, mail.raw)

    def still(self, *, stopped: bool) -> None:
        """Have all of Dovecot stand still, as a server does that hangs; or go on."""
        for pid in _family(self.dovecot.pid):
            os.kill(pid, signal.SIGSTOP if stopped else signal.SIGCONT)


def _family(pid: int | None) -> list[int]:
    """A process and all that it has started."""
    if pid is None:
        return []
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in told for one in _family(int(child)))]


def wait(true, seconds: float = 60, said=lambda: "") -> None:
    """Until it is so. Raises AssertionError with what `said` has to say."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"It did not become so within {seconds:g} s.\n{said()}"
        time.sleep(0.1)
