"""The commands of the documentation that need a mail server or the model, on Dovecot, in a process each."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime

import pytest
from support.cli import Home
from support.docs import lines
from support.docs_runs import ELSEWHERE, OTHERWISE, is_heavy
from support.realmind import mind_server

from daemon.demo.mailbox import load

LINES = sorted({line.words for line in lines() if is_heavy(line.words) and line.words not in ELSEWHERE})
LABELLED = [
    ("rejection", "Unfortunately, we have decided to move forward with another candidate."),
    ("rejection", "We regret that we cannot offer you the position."),
    ("interview", "We would like to invite you to an interview on Tuesday at 10:00."),
    ("acknowledgement", "Thank you for your application. We have received it and will be in touch."),
    ("other", "The parcel that you ordered will arrive tomorrow."),
]


@pytest.fixture(scope="module")
def home(dovecot, tmp_path_factory):
    """A home whose mailbox has been read once, and the files that the pages speak of."""
    with mind_server():
        pass
    now = datetime.now(UTC)
    user = dovecot.user()
    mails = [mail for mail in load(now) if mail.folder == "INBOX" and mail.internaldate <= now]
    for mail in mails:
        dovecot.deliver(user, mail.raw, internaldate=mail.internaldate)
    home = Home(tmp_path_factory.mktemp("heavy"), dovecot.port, user, dovecot.password)
    home.user = user
    home.lend_model()
    home.config.chmod(0o600)
    home.env |= {"HIGHROAD_CONFIG": str(home.config), "STATE_DIRECTORY": str(home.state)}
    (home.folder / "mail.eml").write_bytes(mails[0].raw)
    rows = [{"label": label, "subject": "News", "from": "hr@heron.example", "body": body} for label, body in LABELLED]
    (home.folder / "mails.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    done = home.bare("once")
    assert done.returncode == 0, done.stderr
    return home


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_command_that_needs_a_server_or_the_model_ends_well(home, dovecot, subtests, tmp_path):
    for number, words in enumerate(LINES):
        with subtests.test(words):
            home.env["HIGHROAD_CONFIG"] = str(tmp_path / f"{number}.toml" if " init " in words else home.config)
            done = home.bare(*shlex.split(here(words, dovecot, home.user))[1:], timeout=300)
            assert done.returncode in OTHERWISE.get(words, {0}), f"{done.stdout}\n{done.stderr}"
            assert "Traceback" not in done.stderr


def here(words, dovecot, user):
    """A line with this test's server in the place of the page's, which is nowhere."""
    server = f"--host 127.0.0.1 --port {dovecot.port} --security plain --user {user}"
    at_home = words.replace("--host imap.example.org", server)
    return re.sub('command:[^"]+', f"command:echo {dovecot.password}", at_home)
