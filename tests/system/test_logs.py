"""What the real service writes down, at its most talkative: enough to find one's way, and nobody's words."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from support.cli import Home
from support.journald import JournalSocket
from support.overheard import EAR, SECRET
from support.realmind import ROOT, mind_server
from support.waiting import until

CHILD = Path(__file__).parents[1] / "support" / "journalled_child.py"
FOLDER = "Pl4ce of letters"
PLANTED = (SECRET, "Wend3lin", "wend3lin", "Qu3stion", "b0dy", "Pl4ce", "Acm3", "Sam Rivera", "example")
REJECTION = """\
From: Wend3lin Hart <wend3lin.hart@acm3.example>
To: Sam Rivera <sam@example.org>
Subject: Qu3stion of your application as Data Engineer at Acm3
Date: {date}
Message-ID: <qu3stion-1@acm3.example>
Content-Type: text/plain; charset=utf-8

Dear Sam,

thank you for the interview. Unfortunately we have decided not to move forward with your application; we have chosen
another candidate. There is b0dy in this. We wish you all the best.

Wend3lin Hart
Acm3
"""
PRIVATE = """\
From: Wend3lin Hart <wend3lin.hart@friends.example>
To: Sam Rivera <sam@example.org>
Subject: Qu3stion: dinner?
Date: {date}
Message-ID: <qu3stion-2@friends.example>

Shall we have dinner on Friday? The b0dy of this is nobody's business.
"""


@pytest.fixture(scope="module")
def model():
    with mind_server():  # trains the model of the test run, if there is none yet
        pass


class Talkative:
    """The service at level debug; `lines` are what it wrote down so far, as dictionaries."""

    def __init__(self, home, way):
        self.home, self.way, self._entries = home, way, []
        self.journal = JournalSocket(home.folder / "journal.socket")
        self._path = home.folder / "stderr"

    def __enter__(self):
        options = ["--config", str(self.home.config), "--state-dir", str(self.home.state)]
        command = [sys.executable, "-m", "daemon", *options, "run", "--log-format", self.way, "--log-level", "debug"]
        if self.way == "auto":
            named = [self.journal.path, self.home.config, self.home.state, "auto", "debug"]
            command = [sys.executable, str(CHILD), *map(str, named)]
        with self._path.open("wb") as out:
            env = {**self.home.env, "PYTHONPATH": str(ROOT)}
            self._process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        return self

    def __exit__(self, *_exc):
        self._process.kill()
        self._process.wait()
        self.journal.close()

    @property
    def text(self):
        return self._path.read_text()

    @property
    def lines(self):
        if self.way != "auto":
            return [json.loads(line) for line in self.text.splitlines()]
        while True:
            try:
                self._entries.append(self.journal.entry(block=False))
            except BlockingIOError:
                return [{key.lower().removeprefix("highroad_"): v for key, v in one.items()} for one in self._entries]

    def of(self, event):
        return [line for line in self.lines if line["event"] == event]

    def ring(self):
        """Nobody waits any longer."""
        self._process.send_signal(signal.SIGHUP)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)


@pytest.mark.parametrize("way", ["auto", pytest.param("json", marks=pytest.mark.slow)])
async def test_at_its_most_talkative_it_names_nobody_and_quotes_nothing(dovecot, tmp_path, model, way):
    home = Home(tmp_path, dovecot.port, dovecot.user(), dovecot.password)
    watched = f'folders = ["INBOX", "{FOLDER}"]\n[cadence]'
    home.config.write_text(home.config.read_text().replace("[cadence]", watched, 1))
    home.lend_model()
    user = home.config.read_text().partition('user = "')[2].partition('"')[0]
    date = format_datetime(datetime.now(UTC))
    dovecot.deliver(user, PRIVATE.format(date=date).encode(), FOLDER)
    dovecot.deliver(user, REJECTION.format(date=date).encode())
    with Talkative(home, way) as service:
        await until(lambda: service.of("mail_read") and len(service.of("works")) > 1, 60)
        service.ring()
        await until(lambda: service.of("draft_placed"), 60)
        broken = home.config.read_text().replace(f'"{FOLDER}"', '"Pl4ce that is none"')
        home.config.write_text(broken)
        service.ring()
        await until(lambda: service.of("needs_you"), 60)
        assert service.stop() == 0
        (read,), lines = service.of("mail_read"), service.lines
        everything = service.text + "".join(f"{line}\n" for line in lines)
    assert (read["label"], read["account"]) == ("rejection", "main")
    assert not [word for word in PLANTED if word in everything], everything
    assert "Traceback" not in everything
    EAR.read(everything, "the log")
    (row,) = home.rows("show", read["mail"])
    assert row["mail"] == read["mail"] and row["message_id"] == "<qu3stion-1@acm3.example>"
    assert [one["mail"] for one in home.rows("log")] == [read["mail"]]


async def test_in_the_text_of_it_a_lost_connection_is_told_by_its_levels_and_status_has_the_words(tmp_path, model):
    home = Home(tmp_path, 1, "sam", f"a-{SECRET}")
    with Talkative(home, "text") as service:
        await until(lambda: "INFO main: reading: " in service.text, 60)
        assert service.stop() == 0
        text = service.text
    assert "WARNING" not in text and text.splitlines()[-1].endswith("INFO Stopped, as told.")
    assert not [word for word in PLANTED if word in text], text
