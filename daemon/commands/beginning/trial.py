"""The log-in, tried: what it does is said, a failure is explained, and what is wrong is asked again."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from config.faults import ConfigError
from config.writer import Answers
from daemon.adapters.clock import SystemClock
from daemon.adapters.imap.folders import Listing
from daemon.adapters.journal.journal import Journal, open_journal
from daemon.commands.beginning import few
from daemon.commands.beginning import secret as secrets
from daemon.commands.beginning import server as servers
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person, Stopped
from daemon.commands.beginning.secret import Secret
from daemon.commands.beginning.server import Server
from daemon.commands.beginning.stage import Stage
from daemon.commands.login import Teller, log_in
from daemon.connect import Connector
from daemon.core.errors import NeedsOperator, Refused, Transient

TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Setup:
    """What is known so far: the answers, the server, the password (None where tokens are used)."""

    answers: Answers
    server: Server
    secret: Secret | None

    def at(self, server: Server) -> Setup:
        """The same at another server."""
        answers = replace(self.answers, host=server.host, port=server.port, security=server.security)
        return replace(self, server=server, answers=answers)


def logged_in(stage: Stage, setup: Setup, given: Given, person: Person) -> tuple[Setup, Listing]:
    """Log in, so often as TRIES where somebody can be asked. What worked, and the folders that are there.

    Refusals are counted in the stage's journal: no password is tried more often than a provider bears. Raises what the
    log-in raises.
    """
    with closing(open_journal(stage.state)) as journal:
        for left in reversed(range(TRIES if person.asks else 1)):
            try:
                return setup, _once(stage, setup, journal, person)
            except (NeedsOperator, Transient, ConfigError) as error:
                if not left:
                    raise
                setup = _mended(setup, error, given, person)
    raise AssertionError  # pragma: no cover  (the last try returns or raises)


def _once(stage: Stage, setup: Setup, journal: Journal, person: Person) -> Listing:
    with stage.loaded(setup.answers, setup.secret) as loaded:
        account = loaded.settings.account[0]
        where = f"{account.host}:{account.port} ({_WAYS[account.security]})"
        person.say(f"Logging in at {where} as {account.user} ...")
        listing = asyncio.run(_listing(Connector(account, journal, SystemClock())))
    person.say(f"That worked. The mailbox has {len(listing)} folders.")
    return listing


_WAYS: Final = {"tls": "TLS", "starttls": "STARTTLS", "plain": "this very machine, unencrypted"}


_DOCTOR: Final = "; `highroad doctor` says which"
"""It looks at settings, and there are none yet; which kind of password is wanted was said before."""


async def _listing(connector: Connector) -> Listing:
    try:
        mailbox = await connector.reading()
    except Refused as error:
        raise Refused(str(error).replace(_DOCTOR, "")) from None
    try:
        return await mailbox.session.listing()
    finally:
        await mailbox.close()


def oauth_log_in(stage: Stage, setup: Setup, given: Given) -> None:
    """The log-in at the provider, as `highroad login` does it; the tokens stay in the stage. Raises as that does."""
    with stage.loaded(setup.answers, None) as loaded:
        code = log_in(loaded, loaded.settings.account[0], Teller(as_json=False), paste=given.paste, device=given.device)
    if code:
        raise Stopped("The log-in did not come to its end, so nothing was written.")


def _mended(setup: Setup, error: Exception, given: Given, person: Person) -> Setup:
    """What is asked again goes by what went wrong; what was right is not asked again."""
    person.say(str(error))
    if setup.secret is not None and isinstance(error, Refused):
        return _other_password(setup, person)
    if "ca_file" in str(error):
        certificate = person.ask("Which file holds the certificate to trust?", "--ca-file", check=few.file)
        return replace(setup, answers=replace(setup.answers, ca_file=certificate))
    return setup.at(servers.asked_again(setup.server, given, person))


def _other_password(setup: Setup, person: Person) -> Setup:
    secrets.advice(setup.server.provider, person)
    user = setup.answers.user or setup.answers.address
    user = person.ask("With which name do you log in?", "--user", user)
    answers = replace(setup.answers, user="" if user == setup.answers.address else user)
    return replace(setup, answers=answers, secret=secrets.asked(user, person))
