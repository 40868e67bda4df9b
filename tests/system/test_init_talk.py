"""The first five minutes in a real terminal of 80 by 24: nothing wraps, and who leaves leaves nothing behind.

With HIGHROAD_TRANSCRIPT=FILE the whole talk is written there.
"""

import os
import re
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.cli import Home
from support.mixedmails import jobs
from support.nameserver import NameServer
from support.terminal import Terminal
from support.waiting import until

from daemon.demo.mailbox import load

pytestmark = [pytest.mark.slow, pytest.mark.tmux, pytest.mark.dovecot]
ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")
WEIGHTS = {"", "0", "1", "39", "49"}
"""Bold, and back to the terminal's own colours: readable on light and on dark."""


@pytest.fixture
def mailbox(dovecot):
    """A mailbox of somebody who looks for work; in Junk lie answers that a filter took for spam."""
    user, now = dovecot.user(), datetime.now(UTC)
    for mail in load(now):
        if mail.internaldate < now:
            dovecot.deliver(user, mail.raw, mail.folder, internaldate=mail.internaldate)
    for number, raw in enumerate(jobs(8, seed=4)):
        dovecot.deliver(user, raw, "Junk", internaldate=now - timedelta(days=3 * number + 1))
    return user


@pytest.fixture
def home(dovecot, tmp_path):
    (tmp_path / "home").mkdir()
    home = Home(tmp_path / "home", 1, "x", "x")
    home.config.unlink()
    home.lend_model()
    (tmp_path / "scratch").mkdir()
    home.env |= {"TERM": "xterm-256color", "TZ": "UTC", "TMPDIR": str(tmp_path / "scratch")}
    return home


def terminal(home, *flags, into="", **env):
    command = [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state), "init"]
    return Terminal([*command, *flags], home.env | env, into)


def flags(dovecot, user):
    return ["--host", dovecot.host, "--port", str(dovecot.port), "--security", "plain", "--user", user]


def introduced(talk, dovecot):
    """Up to the question whether all this is wanted."""
    talk.awaits("Your name, as your drafts shall show it?")
    talk.answer("Sam Rivera")
    talk.awaits("Your mail address?")
    talk.answer("sam@localhost")
    talk.awaits("where it is found instead. >")  # echo is off by now, and what was typed before is gone
    talk.answer(dovecot.password)
    return talk.awaits("Nothing is kept so far.", 200)


def files(home):
    return sorted(path.name for path in home.folder.parent.rglob("*") if path.is_file() and "model" not in path.parts)


def test_the_first_five_minutes(dovecot, mailbox, home):
    before = dovecot.snapshot(mailbox), dovecot.snapshot(mailbox, "Junk")
    with (
        NameServer(f"_imaps._tcp.localhost. SRV 0 1 {dovecot.tls_port} localhost.") as server,
        terminal(home, "--resolver", server.where, "--ca-file", str(dovecot.ca_file), "--user", mailbox) as talk,
    ):
        screen = introduced(talk, dovecot)
        assert "rejections found:" in screen and screen.rstrip().endswith("[Y/n]")
        talk.answer()
        assert "1  Junk: " in talk.awaits("Which of these shall be watched besides INBOX")
        talk.answer()
        talk.awaits("In which time zone do you live")
        talk.answer("Europe/Berlin")
        talk.awaits("the public holidays of DE are kept free")
        talk.answer()
        code, history, painted = talk.code(), talk.history, talk.painted
    if os.environ.get("HIGHROAD_TRANSCRIPT"):
        Path(os.environ["HIGHROAD_TRANSCRIPT"]).write_text(history)
    assert code == 0, history
    words = " ".join(history.split())
    assert "The DNS of localhost names this server: localhost" in words
    assert "“We will not be going ahead with you for the Backend Developer position.”" in words
    assert re.search(r"It would lay \d+ drafts and \d+ notes to yourself into your Drafts folder, the first on", words)
    assert "highroad once" in history and "Traceback" not in history and dovecot.password not in history
    assert set(ESCAPE.findall(painted)) <= WEIGHTS
    settings = tomllib.loads(home.config.read_text())
    assert settings["account"][0]["folders"] == ["INBOX", "Junk"]
    assert (settings["me"]["timezone"], settings["cadence"]["holidays"]) == ("Europe/Berlin", "DE")
    assert files(home) == ["config.toml", "secret"]
    assert (dovecot.snapshot(mailbox), dovecot.snapshot(mailbox, "Junk")) == before
    assert "wrong" not in home.run("doctor").stdout and home.run("config", "check").returncode == 0


@pytest.mark.parametrize("how", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"into": "cat"}, {"flag": "--plain"}])
def test_a_screen_reader_and_a_pipe_get_sentences_and_no_escape_sequence(dovecot, mailbox, home, how):
    flag = [how["flag"]] if "flag" in how else []
    how = {name: value for name, value in how.items() if name != "flag"}
    with terminal(home, *flags(dovecot, mailbox), *flag, **how) as talk:
        introduced(talk, dovecot)
        history, painted = talk.history, talk.painted
        talk.answer("n")
        talk.awaits("nothing is left of this")
        assert talk.code() == 0
    assert not ESCAPE.findall(painted) and not re.search("[\u2500-\u259f]", history)
    assert re.search(r"\d+ [A-Z][a-z]+: .+, Backend Developer\. “We will not be going", " ".join(history.split()))
    assert "main/INBOX: " in history
    assert files(home) == []


def test_ctrl_c_during_the_reading_leaves_nothing(dovecot, mailbox, home):
    with terminal(home, *flags(dovecot, mailbox)) as talk:
        talk.awaits("Your name")
        talk.answer("Sam")
        talk.awaits("Your mail address?")
        talk.answer("sam@b.example")
        talk.awaits("where it is found instead. >")
        talk.answer(dovecot.password)
        talk.awaits("A preview")
        talk.press("C-c")
        code, history = talk.code(), talk.history
    assert code == 1 and "Stopped; nothing was written." in history and "Traceback" not in history
    assert files(home) == [] and not list((home.folder.parent / "scratch").iterdir())


async def test_a_terminal_that_is_closed_leaves_nothing(dovecot, mailbox, home):
    scratch = home.folder.parent / "scratch"
    with terminal(home, *flags(dovecot, mailbox)) as talk:
        introduced(talk, dovecot)
        assert list(scratch.iterdir())
        talk.close()
        await until(lambda: not list(scratch.iterdir()), 30)
    assert files(home) == []
