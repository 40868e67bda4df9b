"""`init` against a real server: what is tried, what is asked again, what is written, and that a no leaves nothing."""

import signal
import socket
import stat
import subprocess
import sys
import tempfile
import tomllib
from datetime import UTC, datetime, timedelta

import pytest
from support.cli import PASSWORD_VARIABLE, Home
from support.mixedmails import jobs
from support.nameserver import NameServer
from support.proxy import RecordingProxy
from support.talks import typing

from config.writer import write_new
from daemon.adapters.imap.folders import Listing
from daemon.adapters.oauth.store import TokenStore
from daemon.adapters.oauth.values import Grant
from daemon.commands.beginning import trial
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Stopped
from daemon.commands.context import Context
from daemon.commands.init import init
from daemon.core.errors import NeedsOperator, Refused, Transient, WrongUse

ME = {"name": "Sam Rivera", "address": "sam@b.example", "timezone": "Europe/Berlin", "service": "none"}


@pytest.fixture
def home(dovecot, tmp_path, monkeypatch):
    """A home without settings, and a place for temporary files in which nothing may be left."""
    (tmp_path / "home").mkdir()
    home = Home(tmp_path / "home", dovecot.port, "", dovecot.password)
    home.config.unlink()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield home
    assert list(scratch.iterdir()) == []


@pytest.fixture
def at(dovecot):
    """The flags that lead to a mailbox on the server, without a preview."""
    there = {"host": dovecot.host, "port": dovecot.port, "security": "plain"}
    return {**ME, **there, "user": dovecot.user(), "preview": False}


def begin(home, **flags):
    return init(Context(home.config, home.state), Given(**flags))


def left(home):
    """Every file that is there now."""
    return sorted(str(path.relative_to(home.folder)) for path in home.folder.rglob("*") if path.is_file())


def account(home):
    return tomllib.loads(home.config.read_text())["account"][0]


def said(capsys):
    return " ".join(capsys.readouterr().out.split())


def test_every_question_has_a_flag(dovecot, home, at, tmp_path):
    dovecot.deliver(at["user"], b"Subject: x\r\n\r\nx", "Junk")
    (tmp_path / "typed").write_text(f"{dovecot.password}\n")
    flags = {key: value for key, value in at.items() if key != "preview"} | {"folders": "INBOX,Junk", "holidays": "AT"}
    words = [word for key, value in flags.items() for word in (f"--{key}", str(value))]
    command = [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state), "init"]
    with (tmp_path / "typed").open() as stdin:
        done = subprocess.run(
            [*command, *words, "--password-stdin", "--yes"], env=home.env, cwd=home.folder, stdin=stdin,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "What to do next:\n  highroad once" in done.stdout and "\x1b" not in done.stdout
    assert dovecot.password not in home.config.read_text() + done.stdout + done.stderr
    secret, settings = home.folder / "secret", tomllib.loads(home.config.read_text())
    assert secret.read_text() == f"{dovecot.password}\n" and stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert account(home)["password"] == {"file": str(secret)} and account(home)["folders"] == ["INBOX", "Junk"]
    assert (settings["me"]["timezone"], settings["cadence"]["holidays"]) == ("Europe/Berlin", "AT")
    assert home.run("config", "check").returncode == 0


def test_what_is_missing_is_named_before_anything_is_asked_of_the_network(tmp_path, capsys):
    with NameServer() as server, pytest.raises(WrongUse, match="missing: --name, --password"):
        init(Context(tmp_path / "c.toml", tmp_path / "s"), Given(address="sam@b.example", resolver=server.where))
    assert server.asked == [] and capsys.readouterr().out == ""


def test_a_wrong_password_is_explained_and_asked_again_and_nothing_else_is(dovecot, home, at, monkeypatch, capsys):
    typing(monkeypatch, "", "", hidden=("wr0ng", dovecot.password))
    assert begin(home, **at) == 0
    words = said(capsys)
    assert "`highroad doctor` says" not in words
    assert "refused user or password" in words and f"Enter: {at['user']}]" in words and "That worked." in words
    assert "wr0ng" not in words and dovecot.password not in words
    assert "name, as your drafts" not in words and "Which IMAP server" not in words
    assert left(home) == ["config.toml", "secret"] and account(home)["user"] == at["user"]


def test_a_name_that_is_typed_after_a_refusal_is_the_one_that_is_kept(dovecot, home, at, monkeypatch):
    other = dovecot.user()
    typing(monkeypatch, other, "", hidden=("wr0ng", dovecot.password))
    assert begin(home, **at) == 0
    assert account(home)["user"] == other


def test_three_refusals_are_the_end_and_one_password_is_not_tried_three_times(dovecot, home, at, monkeypatch):
    typing(monkeypatch, "", "", hidden=("same", "same", "same"))
    with RecordingProxy(dovecot.host, dovecot.port) as proxy, pytest.raises(NeedsOperator, match="rests"):
        begin(home, **at | {"port": proxy.port})
    assert sum(verb in {"LOGIN", "AUTHENTICATE"} for verb in proxy.verbs()) == 2
    assert left(home) == []


def test_where_nobody_can_be_asked_there_is_one_try(dovecot, home, at, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, "wr0ng")
    with RecordingProxy(dovecot.host, dovecot.port) as proxy, pytest.raises(Refused):
        begin(home, **at | {"port": proxy.port}, password=f"env:{PASSWORD_VARIABLE}")
    assert sum(verb in {"LOGIN", "AUTHENTICATE"} for verb in proxy.verbs()) == 1
    assert left(home) == []


def test_a_server_that_is_not_there_is_asked_about_again(dovecot, home, at, monkeypatch, capsys):
    with socket.socket() as nobody:
        nobody.bind((dovecot.host, 0))
        wrong = nobody.getsockname()[1]
    flags = at | {"host": f"127.0.0.1:{wrong}", "port": 0, "security": ""}
    typing(monkeypatch, f"localhost:{dovecot.tls_port}", "", hidden=(dovecot.password,))
    assert begin(home, **flags, ca_file=str(dovecot.ca_file)) == 0
    assert (account(home)["host"], account(home)["port"]) == ("localhost", dovecot.tls_port)
    assert f"Which IMAP server shall be tried now (a name, or name:port)? [Enter: 127.0.0.1:{wrong}]" in said(capsys)
    home.config.unlink()
    typing(monkeypatch)
    with pytest.raises(Transient, match="refused"):
        begin(home, **flags, password="env:PATH", yes=True)


def test_a_server_that_the_domain_names_is_found_and_its_certificate_checked(dovecot, home, at, monkeypatch):
    typing(monkeypatch, "y", hidden=(dovecot.password,))
    found = {"host": "", "port": 0, "security": "", "address": "sam@localhost", "ca_file": str(dovecot.ca_file)}
    with NameServer(f"_imaps._tcp.localhost. SRV 0 1 {dovecot.tls_port} localhost.") as server:
        assert begin(home, **at | found, resolver=server.where) == 0
    assert (account(home)["host"], account(home)["port"], account(home)["security"]) == (
        "localhost", dovecot.tls_port, "tls",
    )  # fmt: skip


def test_a_certificate_that_nobody_vouches_for_is_asked_about(dovecot, home, at, monkeypatch, capsys):
    typing(monkeypatch, str(dovecot.ca_file), "", hidden=(dovecot.password,))
    assert begin(home, **at | {"port": dovecot.tls_port, "security": "tls"}) == 0
    assert "shows a certificate that is not trusted" in said(capsys)
    assert account(home)["ca_file"] == str(dovecot.ca_file)


def test_a_dry_run_prints_the_settings_alone_and_writes_nothing(dovecot, home, at, monkeypatch, capsys):
    home.config.write_text("mine")
    monkeypatch.setenv(PASSWORD_VARIABLE, dovecot.password)
    assert begin(home, **at, password=f"env:{PASSWORD_VARIABLE}", dry_run=True) == 0
    printed = capsys.readouterr()
    assert tomllib.loads(printed.out)["account"][0]["password"] == {"env": PASSWORD_VARIABLE}
    assert "Logging in at" in printed.err
    assert left(home) == ["config.toml"] and home.config.read_text() == "mine"


def test_the_end_of_the_input_in_the_middle_leaves_nothing(dovecot, home, at, monkeypatch):
    typing(monkeypatch, hidden=(dovecot.password,))
    with pytest.raises(Stopped):
        begin(home, **at)
    assert left(home) == []


def test_ctrl_c_in_the_middle_leaves_nothing(home, at, monkeypatch):
    def pressed(*_args, **_how):
        raise KeyboardInterrupt

    typing(monkeypatch)
    monkeypatch.setattr("daemon.commands.beginning.person.getpass", pressed)
    with pytest.raises(Stopped, match="nothing was written"):
        begin(home, **at)
    assert left(home) == []


def test_ctrl_c_while_it_is_written_comes_too_late_and_that_is_said(dovecot, home, at, monkeypatch):
    def pressed(path, text):
        signal.raise_signal(signal.SIGINT)
        write_new(path, text)

    typing(monkeypatch, "", hidden=(dovecot.password,))
    monkeypatch.setattr("daemon.commands.beginning.keeping.write_new", pressed)
    with pytest.raises(Stopped, match=r"config\.toml was written before that"):
        begin(home, **at)
    assert left(home) == ["config.toml", "secret"] and home.run("config", "check").returncode == 0


@pytest.mark.slow
def test_a_no_after_the_preview_leaves_nothing_and_changes_no_mail(dovecot, home, at, monkeypatch, capsys):
    now = datetime.now(UTC)
    for number, mail in enumerate(jobs(6, seed=4)):
        dovecot.deliver(at["user"], mail, internaldate=now - timedelta(days=20 * number))
    home.lend_model()
    before = left(home), dovecot.snapshot(at["user"])
    typing(monkeypatch, "n", hidden=(dovecot.password,))
    assert begin(home, **at | {"preview": None}) == 0
    words = said(capsys)
    assert "5 mails of the last 90 days read; " in words and "Nothing is kept so far. [Y/n]" in words
    assert words.endswith("Nothing was written, and nothing is left of this.")
    assert (left(home), dovecot.snapshot(at["user"])) == before


def test_oauth_goes_through_its_own_log_in_and_the_tokens_are_kept_with_the_settings(home, monkeypatch):
    def log_in(loaded, account, _say, *, paste, device):
        assert (account.auth, paste, device) == ("oauth2", True, False)
        store = TokenStore(loaded.state_dir, account.name)
        with store.locked():
            store.save(Grant("id", "my-client", 0, 2e9, "access", "refresh"))
        return 0

    monkeypatch.setattr(trial, "log_in", log_in)
    monkeypatch.setattr("daemon.commands.init.logged_in", lambda _stage, setup, *_: (setup, Listing(())))
    typing(monkeypatch, "my-client", "")
    assert begin(home, **ME | {"address": "sam@outlook.com"}, preview=False, paste=True) == 0
    assert (account(home)["auth"], account(home)["oauth"]["client_id"]) == ("oauth2", "my-client")
    assert TokenStore(home.state, "main").load().refresh == "refresh"
    assert not (home.folder / "secret").exists()


def test_a_log_in_at_the_provider_that_fails_leaves_nothing(home, monkeypatch):
    monkeypatch.setattr(trial, "log_in", lambda *_args, **_how: 78)
    typing(monkeypatch, "my-client")
    with pytest.raises(Stopped, match="did not come to its end"):
        begin(home, **ME | {"address": "sam@outlook.com"}, preview=False)
    assert left(home) == []
