"""A real provider, a real Dovecot that asks it about every token, and `highroad login` as a person uses it."""

import asyncio
import json
import re
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from support.cli import Home
from support.dovecot import Dovecot
from support.oidc import Oidc, Person
from support.realmind import ROOT
from support.service import Service
from support.waiting import until

from config.loader import load
from config.writer import toml
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.oauth.store import TokenStore
from daemon.commands.ways import token, way
from daemon.connect import Connector, client_of
from daemon.core.errors import NeedsOperator, Refused

pytestmark = [pytest.mark.oidc, pytest.mark.dovecot]
LIFE = 3
"""How long an access token lives here, in s."""

CONFIG = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
timezone = "UTC"
[[account]]
name = "main"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "{user}"
auth = "oauth2"
poll_every = "1s"
oauth = {oauth}
"""


@pytest.fixture(scope="module")
def servers():
    """A provider whose access tokens live for LIFE, and a Dovecot that believes it."""
    with tempfile.TemporaryDirectory(prefix="hr-oidc-") as folder:
        Path(folder).chmod(0o755)
        with Oidc(access=LIFE) as oidc, Dovecot(extra=oidc.dovecot(Path(folder))) as dovecot:
            yield oidc, dovecot


class Person365(Home):
    """A person whose mailbox takes OAuth alone, in front of a terminal and a browser."""

    def __init__(self, folder, oidc, dovecot, **oauth):
        self.user, self.oidc = dovecot.user(), oidc
        super().__init__(folder, dovecot.port, self.user, "unused")
        table = toml(oidc.settings(**oauth))
        self.config.write_text(CONFIG.format(port=dovecot.port, user=self.user, oauth=table))
        self.browser = Person(self.user)

    @property
    def store(self):
        return TokenStore(self.state, "main")

    @property
    def grant(self):
        return self.store.load()

    @contextmanager
    def logging_in(self, *options):
        """`highroad login main --json` at work, and its first event."""
        command = [sys.executable, "-m", "daemon", "--config", str(self.config), "--state-dir", str(self.state)]
        command += ["login", "main", "--json", *options]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, env=self.env, cwd=self.folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        ) as at:
            try:
                line = at.stdout.readline()
                assert line, at.stderr.read()
                yield at, json.loads(line)
            finally:
                at.kill()

    def logs_in(self, browser=None, *options):
        """By device code; the rest of the events, and the exit code."""
        with self.logging_in(*options) as (process, invitation):
            assert invitation["event"] == "device"
            (browser or self.browser).types(invitation["url"], invitation["code"])
            return self.rest(process)

    @staticmethod
    def rest(process, said=None):
        out, err = process.communicate(said, timeout=60)
        assert "Traceback" not in err, err
        return [json.loads(line) for line in out.splitlines()], process.returncode, err

    @contextmanager
    def connector(self):
        loaded = load(self.config, self.state, environ={})
        with closing(open_journal(self.state)) as journal:
            yield Connector(loaded.settings.account[0], journal, SystemClock())

    def age(self, seconds):
        """The grant as if it had been given so long ago: the provider knows better."""
        grant = self.grant
        with self.store.locked():
            self.store.save(replace(grant, obtained=grant.obtained - seconds, expires=grant.expires - seconds))


@pytest.fixture
def person(servers, tmp_path):
    return Person365(tmp_path, *servers)


async def comes_in(connector):
    """Log in at the mail server and look at INBOX: how many messages are there."""
    mailbox = await connector.reading()
    try:
        return (await mailbox.examine("INBOX")).exists
    finally:
        await mailbox.close()


def secrets_of(grant):
    return [one for one in (grant.access, grant.refresh) if one]


async def test_a_device_log_in_is_kept_and_taken_by_the_mail_server(person):
    events, code, err = person.logs_in()
    assert [event["event"] for event in events] == ["kept", "done"] and code == 0, (events, err)
    assert events[0]["renewable"] is True and events[1]["user"] == person.user
    assert {stat.S_IMODE(one.stat().st_mode) for one in (person.state / "oauth").iterdir()} == {0o600}
    assert not any(secret in json.dumps(events) + err for secret in secrets_of(person.grant))
    with person.connector() as connector:
        assert await comes_in(connector) == 0


async def test_a_log_in_by_the_browser_with_a_client_secret(servers, tmp_path):
    secret = {"client_secret": {"env": "DESKTOP_SECRET"}, "device_endpoint": ""}
    person = Person365(tmp_path, *servers, client_id="highroad-desktop", **secret)
    person.env["DESKTOP_SECRET"] = "not-so-secret"
    with person.logging_in() as (process, event):
        assert event["event"] == "browser" and "not-so-secret" not in event["url"]
        person.browser.opens(event["url"])
        events, code, err = person.rest(process)
    assert [one["event"] for one in events] == ["kept", "done"] and code == 0, err


async def test_a_log_in_without_a_browser_here_by_pasting(person):
    with person.logging_in("--paste") as (process, event):
        address = person.browser.opens(event["url"])
        assert address.startswith(event["redirect"])
        events, code, err = person.rest(process, address + "\n")
    assert [one["event"] for one in events] == ["kept", "done"] and code == 0, err


@pytest.mark.parametrize("pasted", ["", "yes\n", "http://127.0.0.1:51999/?code=x&state=guess\n"])
def test_what_is_not_the_address_changes_nothing(person, pasted):
    with person.logging_in("--paste") as (process, _):
        events, code, err = person.rest(process, pasted)
    assert (events, code) == ([], 2) and "nothing was changed" in err and person.grant is None


def test_a_person_who_says_no_has_changed_nothing(person):
    with person.logging_in() as (process, event):
        Person(person.user, agrees=False).types(event["url"], event["code"])
        events, code, err = person.rest(process)
    assert (events, code) == ([], 78) and "declined" in err and person.grant is None


def test_a_code_that_nobody_types_runs_out(servers, tmp_path):
    with Oidc(device=1) as quick:
        person = Person365(tmp_path, quick, servers[1])
        with person.logging_in() as (process, _):
            events, code, err = person.rest(process)
    assert (events, code) == ([], 78) and "not typed in time" in err


async def test_logging_in_as_somebody_else_is_noticed(person):
    events, code, _ = person.logs_in(Person("another"))
    assert [event["event"] for event in events] == ["kept", "failed"] and code == 78
    assert "refused the access token" in events[1]["said"]


async def test_a_token_is_renewed_before_its_end_and_the_old_refresh_token_is_spent(person):
    person.logs_in()
    before, asked = person.grant, len(person.oidc.refreshes())
    with person.connector() as connector:
        person.age(LIFE * 0.9)
        await comes_in(connector)
    after = person.grant
    assert person.oidc.refreshes()[asked:] == [200]
    assert after.id == before.id and after.refresh != before.refresh and after.access != before.access
    assert not any(secret in repr(after) for secret in secrets_of(after))


async def test_a_token_that_the_server_finds_over_is_replaced_before_that_counts(person):
    person.logs_in()
    await asyncio.sleep(LIFE + 0.3)
    person.age(-3600)  # as if our clock were wrong: we think it is good
    with person.connector() as connector:
        old = person.grant.access
        assert await comes_in(connector) == 0
        assert person.grant.access != old and await connector.refusal() is None


async def test_a_log_in_that_was_taken_back_is_said_once_and_mended_by_another(person):
    person.logs_in()
    person.oidc.revoke(person.grant.refresh)
    with person.connector() as connector:
        before, asked = await connector.identity(), len(person.oidc.refreshes())
        said = []
        for _ in range(3):
            with pytest.raises(NeedsOperator) as caught:
                await comes_in(connector)
            said.append(str(caught.value))
        assert len(set(said)) == 1 and "highroad login main" in said[0]
        assert person.oidc.refreshes()[asked:] == [400]
        assert await connector.identity() == before
        assert person.logs_in()[1] == 0
        assert await connector.identity() != before
        assert await comes_in(connector) == 0


async def test_two_refusals_of_fresh_tokens_rest_until_the_next_log_in(person):
    """Each is of another access token; they count together."""
    events, code, _ = person.logs_in(Person("another"))
    assert code == 78 and events[-1]["event"] == "failed"
    with person.connector() as connector:
        with pytest.raises(Refused):
            await comes_in(connector)
        with pytest.raises(NeedsOperator, match=r"refused 2 times and rests.*highroad login main"):
            await comes_in(connector)
        person.browser = Person(person.user)
        assert person.logs_in()[1] == 0
        assert await comes_in(connector) == 0


async def test_a_renewal_that_is_killed_before_its_answer_is_kept_is_told_for_what_it_is(person):
    """The provider has spent the refresh token, and ends the grant when it comes again."""
    person.logs_in()
    with person.connector() as connector:
        client = (await client_of(connector.account)).to_json()
        person.age(3600)
        asked = json.dumps({"state_dir": str(person.state), "client": client, "seen": ""})
        child = [sys.executable, str(ROOT / "tests" / "support" / "oauth_child.py"), "asked"]
        run = partial(subprocess.run, child, input=asked, env=person.env, text=True, capture_output=True, check=False)
        done = await asyncio.to_thread(run)
        assert done.returncode == -signal.SIGKILL, done.stderr
        for _ in range(2):
            with pytest.raises(NeedsOperator, match="cut off between the answer of the provider"):
                await comes_in(connector)
        assert person.logs_in()[1] == 0
        assert await comes_in(connector) == 0


def test_it_says_what_to_do_in_plain_words(person):
    command = [sys.executable, "-m", "daemon", "--config", str(person.config), "--state-dir", str(person.state)]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, "login", "main"], env=person.env, stdout=pipe, text=True) as process:
        found = re.match(
            r"Open (\S+) in any browser, also on your phone, and type this code: (\S+)", process.stdout.readline()
        )
        person.browser.types(*found.groups())
        said = process.stdout.read()
    assert process.returncode == 0
    assert "Ctrl-C gives up" in said and "The log-in is kept and renews itself" in said
    assert said.endswith(f"as {person.user}.\n")


@pytest.mark.parametrize(
    ("arguments", "change", "words"),
    [
        (["nobody"], ("x", "x"), "it has main"),
        (["main"], ('auth = "oauth2"', 'auth = "password"\npassword = { env = "A" }'), "logs in with a password"),
        (["main"], ("oauth = {", 'token_command = "tell"\n#oauth = {'), "token_command"),
        (["main", "--device"], ("x", "x"), "leave out --device"),
    ],
)
def test_what_cannot_be_logged_in_is_a_sentence(person, arguments, change, words):
    text = person.config.read_text()
    without = re.sub(r', device_endpoint = "[^"]*"', "", text)
    person.config.write_text(without if "--device" in arguments else text.replace(*change))
    done = person.run("login", *arguments)
    assert (done.returncode, done.stdout) == (2, "") and words in done.stderr


def test_a_mailbox_that_takes_oauth_alone_can_be_set_up(tmp_path):
    person = Home(tmp_path, 0, "x", "x")
    person.config.unlink()
    done = person.run("init", "--name", "Sam Rivera", "--address", "sam@outlook.com", "--client-id", "my-client")
    assert done.returncode == 0 and "highroad login main" in done.stdout, done.stderr
    account = load(person.config, person.state, environ={}).settings.account[0]
    assert (account.auth, account.oauth.provider, account.oauth.client_id) == ("oauth2", "microsoft", "my-client")


async def test_a_token_command_is_as_good(servers, tmp_path):
    desktop = {"client_id": "highroad-desktop", "client_secret": {"env": "DESKTOP_SECRET"}}
    person = Person365(tmp_path, *servers, **desktop)
    person.env["DESKTOP_SECRET"] = "not-so-secret"
    person.logs_in()
    store = person.folder / "token"
    store.write_text(person.grant.access + "\nand more\n")
    oauth, text = toml(person.oidc.settings(**desktop)), person.config.read_text()
    person.config.write_text(text.replace(f"oauth = {oauth}", f"token_command = 'cat {store}'"))
    with person.connector() as connector:
        assert await comes_in(connector) == 0
        store.write_text("wr0ng\n")
        with pytest.raises(Refused, match="refused the access token"):
            await comes_in(connector)
        assert (await connector.refusal()).count == 1


async def test_doctor_tells_how_the_token_stands(person):
    account = load(person.config, person.state, environ={}).settings.account[0]
    assert "set here is OAuth 2.0, by a code typed in any browser or a browser" in way(account).seen
    none = await token(account, person.state)
    assert not none.ok and none.seen.startswith("Nobody has logged in") and "highroad login main" in none.seen
    person.logs_in()
    there = await token(account, person.state)
    assert there.ok and there.seen.startswith("there, good until 20") and "renews itself" in there.seen


async def test_the_daemon_says_once_that_it_waits_and_goes_on_after_a_log_in(servers, person):
    oidc, dovecot = servers
    person.logs_in()
    with Service(person) as service:
        await until(lambda: folders(person), 60)
        oidc.revoke(person.grant.refresh)
        person.age(3600)
        dovecot.doveadm("kick", person.user)
        await until(lambda: "highroad login main" in service.log, 60)
        assert person.logs_in()[1] == 0
        service.tell(signal.SIGHUP)  # or within a minute by itself
        await until(lambda: "main: reading works" in service.log, 60)
        said = [line for line in service.log.splitlines() if "highroad login main" in line]
        assert 1 <= len(said) <= 2  # by reading, and by placing
        assert not any(secret in service.log for secret in secrets_of(person.grant))


def folders(person):
    """The folders that have been read."""
    with closing(open_journal(person.state)) as journal:
        return [cursor for cursor in journal.folders.cursors() if cursor.last_sync]
