"""Sending the digest where the settings say so: with the password, and refusals counted."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from config.loader import Loaded
from daemon.adapters.imap.thread import OwnThread
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.refusals import LIMIT
from daemon.adapters.secrets import Source, secret_from
from daemon.connect import forget_frames
from daemon.core.errors import HighroadError, NeedsOperator, Refused
from daemon.core.ports import Clock
from daemon.core.quoting import quoted
from daemon.core.secret import Secret

if TYPE_CHECKING:
    from daemon.adapters.smtp.post import Post

NAME = "digest.smtp"
"""Under this name refusals are counted, and a secret speaks of itself."""


async def send(loaded: Loaded, journal: Journal, clock: Clock, octets: bytes) -> None:
    """Send the person's own mail. Raises Transient, NeedsOperator or adapters.smtp.errors.Unclear, in sentences.

    After LIMIT refusals of one password nothing is tried with it: providers lock people out.
    """
    from daemon.adapters.smtp.selfmail import SelfMail  # noqa: PLC0415  (only where digests go by SMTP)

    await _at_the_server(loaded, journal, clock, lambda post, password: post.send(SelfMail(loaded, octets), password))


async def knock(loaded: Loaded, journal: Journal, clock: Clock) -> None:
    """Try the server and the log-in, and send nothing. Raises what `send` raises."""
    await _at_the_server(loaded, journal, clock, lambda post, password: post.knock(password))


async def _at_the_server(
    loaded: Loaded, journal: Journal, clock: Clock, act: Callable[[Post, str], Awaitable[None]]
) -> None:
    from daemon.adapters.smtp.post import Post, Server  # noqa: PLC0415

    smtp = loaded.settings.digest.smtp
    with await _password(loaded) if smtp.user else Secret("") as password:
        key = _key(loaded, journal, password.text)
        _refuse_exhausted(journal, key)
        try:
            await act(Post(Server(smtp.host, smtp.port, smtp.security, smtp.user, smtp.ca_file)), password.text)
        except HighroadError as error:
            forget_frames(error)
            if isinstance(error, Refused):
                journal.refusals.add(NAME, key, str(error), clock.now())
            raise
    journal.refusals.clear(NAME)


async def _password(loaded: Loaded) -> Secret:
    """Fetched in a thread that nothing waits for: a hanging command must not hold up the exit."""
    smtp = loaded.settings.digest.smtp
    source, thread = Source(smtp.password.kind or "", smtp.password.value, smtp.user), OwnThread(NAME)
    try:
        return await thread.run(lambda: secret_from(source, NAME))
    finally:
        thread.end()


def _key(loaded: Loaded, journal: Journal, password: str) -> bytes:
    smtp = loaded.settings.digest.smtp
    return journal.keyed(json.dumps([NAME, smtp.host, smtp.port, smtp.security, smtp.user, password]).encode())


def _refuse_exhausted(journal: Journal, key: bytes) -> None:
    refusal = journal.refusals.of(NAME, key)
    if refusal is not None and refusal.count >= LIMIT:
        raise NeedsOperator(
            f"The log-in for sending the digest was refused {refusal.count} times and rests: providers lock people "
            f"out. Change the password or the settings of [digest] smtp. The last answer: {quoted(refusal.said)}"
        )
