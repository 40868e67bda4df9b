"""`highroad run` against a real Dovecot that kicks it, goes away and comes back: nothing is missed, nothing spins."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from support.cli import PASSWORD_VARIABLE, Home
from support.dovecot import Dovecot
from support.mailbox import mixed
from support.proxy import RecordingProxy
from support.realmind import mind_server
from support.service import Service
from support.waiting import until

LONG = 'poll_every = "6h"\n'
"""What is seen sooner than that was told by IDLE, or found after the connection was made anew."""


@pytest.fixture(scope="module")
def model():
    with mind_server():  # trains the model of the test run, if there is none yet
        pass


@pytest.fixture
def own_dovecot():
    """A server of one's own, to be stopped and started."""
    with Dovecot() as server:
        yield server


def mails(count):
    return [mail.raw for mail in mixed(30) if mail.folder == "INBOX"][:count]


class Lodger:
    """A person whose mailbox the service watches; `proxy` sees what it says to the server."""

    def __init__(self, dovecot, folder, proxy, settings=LONG):
        self.dovecot, self.user, self.proxy = dovecot, dovecot.user(), proxy
        self.home = Home(folder, proxy.port, self.user, dovecot.password)
        self.home.config.write_text(self.home.config.read_text().replace("[cadence]", settings + "[cadence]", 1))
        self.home.lend_model()
        self.service = Service(self.home)

    def deliver(self, *raws):
        for raw in raws:
            self.dovecot.deliver(self.user, raw)

    def journalled(self):
        """How many messages the journal has, of whatever kind."""
        path = self.home.state / "journal.db"
        if not path.exists():
            return 0
        with closing(sqlite3.connect(path)) as db:
            try:
                tables = ("messages", "strangers", "unreadable")
                return sum(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
            except sqlite3.OperationalError:
                return 0

    async def has(self, count, seconds=60):
        await until(lambda: self.journalled() == count, seconds)

    async def listens(self, count=1):
        """Until it has said IDLE so often."""
        await until(lambda: self.proxy.verbs().count("IDLE") >= count, 60)


@pytest.fixture
def lodger(dovecot, tmp_path, model):
    with RecordingProxy(dovecot.host, dovecot.port) as proxy:
        lodger = Lodger(dovecot, tmp_path, proxy)
        with lodger.service:
            yield lodger


async def test_mail_that_comes_is_journalled_at_once_because_the_server_tells_of_it(lodger):
    one, two, three = mails(3)
    await lodger.listens()
    lodger.deliver(one)
    await lodger.has(1)
    await lodger.listens(2)
    lodger.deliver(two, three)
    await lodger.has(3)
    assert lodger.service.stop() == 0
    assert lodger.proxy.connections == 1
    assert lodger.proxy.verbs().count("LOGIN") == 1


async def test_kicked_while_it_listens_it_comes_back_and_misses_nothing(lodger):
    one, two, three = mails(3)
    await lodger.listens()
    lodger.deliver(one)
    await lodger.has(1)
    await lodger.listens(2)
    assert lodger.dovecot.kick(lodger.user)
    lodger.deliver(two)
    await lodger.has(2)
    await lodger.listens(3)
    lodger.deliver(three)
    await lodger.has(3)
    assert lodger.service.log.count("INFO main: reading:") == 1
    assert "WARNING" not in lodger.service.log  # it came back by itself
    assert "Traceback" not in lodger.service.log


async def test_a_server_that_is_away_is_tried_again_with_pauses_and_what_came_meanwhile_is_found(
    own_dovecot, tmp_path, model
):
    with RecordingProxy(own_dovecot.host, own_dovecot.port) as proxy:
        lodger = Lodger(own_dovecot, tmp_path, proxy)
        one, two, three = mails(3)
        with lodger.service as service:
            await lodger.listens()
            lodger.deliver(one)
            await lodger.has(1)
            own_dovecot.stop()
            lodger.deliver(two, three)
            await until(lambda: "INFO main: reading:" in service.log, 30)
            own_dovecot.start()
            await lodger.has(3, 90)
            assert service.stop() == 0
        assert "Traceback" not in service.log


@pytest.mark.parametrize("when", ["while it listens", "before the server answers"])
async def test_told_to_stop_it_stops(lodger, when):
    await lodger.listens()
    if when == "before the server answers":
        lodger.deliver(*mails(1))
        await lodger.has(1)
        await lodger.listens(2)
        lodger.proxy.on_command = lambda command: _silent(lodger.proxy, command)
        lodger.deliver(*mails(2)[1:])
        await until(lambda: "DONE" in lodger.proxy.verbs()[-2:], 30)
    assert lodger.service.stop(10) == 0
    assert "Stopped, as told." in lodger.service.log


async def test_a_refused_password_is_tried_twice_and_then_again_when_the_settings_say_so(dovecot, tmp_path, model):
    with RecordingProxy(dovecot.host, dovecot.port) as proxy:
        lodger = Lodger(dovecot, tmp_path, proxy)
        secret = tmp_path / "secret"
        secret.write_text("wrong")
        secret.chmod(0o600)
        text = lodger.home.config.read_text()
        text = text.replace(f'{{ env = "{PASSWORD_VARIABLE}" }}', f'{{ file = "{secret}" }}')
        assert str(secret) in text
        lodger.home.config.write_text(text)
        lodger.deliver(*mails(1))
        with lodger.service as service:
            await until(lambda: "refused" in service.log and proxy.verbs().count("LOGIN") == 2, 60)
            await until(lambda: "rests" in _problem(lodger) or "refused" in _problem(lodger), 30)
            service.tell(signal.SIGHUP)  # nothing has changed: nothing is tried
            secret.write_text(dovecot.password)
            service.tell(signal.SIGHUP)
            await lodger.has(1)
            assert service.stop() == 0
        assert proxy.verbs().count("LOGIN") <= 4  # two refused, one to read, perhaps one to lay a draft


def _silent(proxy, command):
    """From the end of listening on nothing is answered any more."""
    if command.verb == "DONE":
        proxy.delay = 3600


def _problem(lodger):
    rows = lodger.home.rows("status")
    return rows[0]["accounts"][0]["problem"] or "" if rows else ""


def _write(home, old, new):
    text = home.config.read_text()
    assert old in text
    home.config.write_text(text.replace(old, new, 1))


def _listening(lodger):
    """The connections that have been listened on; drafts are laid on others."""
    return {command.connection for command in list(lodger.proxy.commands) if command.verb == "IDLE"}


def _due(lodger):
    """When the thank-you is due, as `highroad plan` says."""
    rows = [row for row in lodger.home.rows("plan") if row["step"] == "thank_you" and row["state"] == "planned"]
    return datetime.fromisoformat(rows[0]["due"]) if rows else None


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_new_settings_are_in_force_on_the_connection_there_is_and_what_is_planned_follows(lodger):
    await lodger.listens()
    _write(lodger.home, 'thank_you.after = "0s"', "thank_you.after = '30 days'\nholidays = 'DE'")
    lodger.service.tell(signal.SIGHUP)
    await until(lambda: 'cadence.holidays is "DE" now (was "", config.toml).' in lodger.service.log, 90)
    lodger.deliver(next(mail.raw for mail in mixed(30) if mail.name.endswith("rejection-human")))
    await lodger.has(1)
    await until(lambda: _due(lodger) is not None, 90)
    late = _due(lodger)
    _write(lodger.home, "'30 days'", "'20 days'")
    lodger.service.tell(signal.SIGHUP)
    await until(lambda: "after is '20 days' now" in lodger.service.log.replace('"', "'"), 90)
    await until(lambda: late - _due(lodger) >= timedelta(days=8), 90)
    assert len(_listening(lodger)) == 1
    _write(lodger.home, 'poll_every = "6h"', 'poll_every = "6h"\nfolders = ["INBOX", "Sent"]')
    lodger.service.tell(signal.SIGHUP)
    await until(lambda: 'account "main": folders is another now (config.toml).' in lodger.service.log, 90)
    await until(lambda: len(_listening(lodger)) == 2, 90)
    assert lodger.service.stop() == 0


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_settings_that_cannot_be_used_are_told_of_in_the_log_and_by_status_until_they_are_mended(lodger):
    await lodger.listens()
    lodger.service.tell(signal.SIGHUP)
    await until(
        lambda: "The settings say what they said before; everything is looked at now." in lodger.service.log, 30
    )
    _write(lodger.home, "[cadence]", "[cadence]\nnonsense = 1")
    lodger.service.tell(signal.SIGHUP)
    await until(lambda: "cannot be used (cadence.nonsense); those of before stay in force" in lodger.service.log, 90)
    assert "cadence.nonsense" in lodger.home.run("status").stdout
    lodger.deliver(*mails(1))
    await lodger.has(1)
    _write(lodger.home, "nonsense = 1\n", "")
    lodger.service.tell(signal.SIGHUP)
    await until(lambda: "and say what is in force." in lodger.service.log, 90)
    assert "nonsense" not in lodger.home.run("status").stdout
    assert lodger.service.log.count("cannot be used") == 1
    assert len(_listening(lodger)) == 1
    assert lodger.service.stop() == 0
