"""`highroad status --verify` as a person runs it, against a real Dovecot: without a daemon, and beside one."""

import sqlite3

import pytest
from support.cli import Home
from support.minds import mail
from support.realmind import mind_server

from daemon.adapters.lock import Lock

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(dovecot, tmp_path_factory):
    """A home that has read three mails."""
    with mind_server():
        pass
    user = dovecot.user()
    for number in (1, 2, 3):
        dovecot.deliver(user, mail(number))
    home = Home(tmp_path_factory.mktemp("verified"), dovecot.port, user, dovecot.password)
    home.lend_model()
    done = home.run("scan")
    assert done.returncode == 0, done.stderr
    return home


def forget(home, uid):
    """As if the cursor had moved past a message that was never journalled."""
    db = sqlite3.connect(home.state / "journal.db")
    db.execute("PRAGMA foreign_keys = ON")  # a row that points to what is gone would be damage
    with db:
        others = ",".join(str(other) for other in (1, 2, 3) if other != uid)
        db.execute("UPDATE folders SET read = ?", (others,))
        db.execute("DELETE FROM events")
        db.execute("DELETE FROM messages WHERE uid = ?", (uid,))
        db.execute("DELETE FROM strangers")
    db.close()


def test_a_gap_is_found_read_and_said_and_then_there_is_none(home):
    forget(home, 2)
    done = home.run("status", "--verify")
    assert done.returncode == 1, done.stdout
    assert "Compared: main/INBOX: 1 of 3 messages had been missed; now they are read." in done.stdout
    (row,) = home.rows("status", "--verify")
    assert row["verification"] == [
        {"account": "main", "folder": "INBOX", "problem": None, "missing": 0, "server_messages": 3, "seen": 3}
    ]
    assert row["accounts"][0]["folders"][0]["verified"]["missing"] == 0
    assert home.run("status", "--verify").returncode == 0


def test_beside_a_daemon_nothing_is_read_but_the_daemon_is_told(home):
    forget(home, 2)
    with Lock(home.state):
        done = home.run("status", "--verify")
        assert done.returncode == 1
        assert "1 of 3 messages had been missed; the daemon reads them at its next pass." in done.stdout
        (row,) = home.rows("status")
        assert row["accounts"][0]["folders"][0]["verified"]["missing"] == 1
        assert row["accounts"][0]["folders"][0]["problem"] is not None
    (outcome,) = home.rows("once")
    assert (outcome["read"], outcome["known"]) == (1, 0)
    done = home.run("status")
    assert done.returncode == 0, done.stdout


def test_a_server_that_cannot_be_reached_is_said_with_its_own_exit_code(home):
    before = home.config.read_text()
    home.config.write_text(before.replace("port = ", "port = 1 # "))
    done = home.run("status", "--verify")
    home.config.write_text(before)
    assert done.returncode == 75
    assert "Compared: main: " in done.stdout and "Traceback" not in done.stderr
