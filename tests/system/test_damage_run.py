"""The service whose journal is damaged under it: it ends, starts again, and all is as it was."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress

import pytest
from support import damages
from support.cli import Home
from support.mailbox import mixed
from support.realmind import mind_server
from support.service import Service
from support.waiting import until


@pytest.fixture(scope="module")
def model():
    with mind_server():  # trains the model of the test run, if there is none yet
        pass


def journalled(home):
    """How many messages the journal has, of whatever kind; 0 where it cannot be read."""
    path = home.state / "journal.db"
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        tables = ("messages", "strangers", "unreadable")
        return sum(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
    return 0


def fold(home):
    """What the log holds goes into the file, so that the file is what is read from."""
    with closing(sqlite3.connect(home.state / "journal.db", timeout=20)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_service_ends_starts_again_and_all_is_as_it_was(model, dovecot, tmp_path):
    user, mails = dovecot.user(), [mail.raw for mail in mixed(30) if mail.folder == "INBOX"][:14]
    home = Home(tmp_path, dovecot.port, user, dovecot.password)
    home.lend_model()
    for raw in mails[:12]:
        dovecot.deliver(user, raw)
    with Service(home) as service:
        await until(lambda: journalled(home) == 12, 120)
        fold(home)
        damages.holes(0.7, b"\xee")(home.state / "journal.db", damages.random.Random(2))
        dovecot.deliver(user, mails[12])
        await until(lambda: service.process.poll() is not None, 120)
        assert service.process.returncode == 1
        assert "is damaged" in service.log and "Traceback" not in service.log
        told = home.run("log")
        assert told.returncode == 1 and "highroad restore FILE" in told.stderr
        service.start()
        await until(lambda: journalled(home) == 13, 120)
        assert "was damaged" in service.log and "set aside as" in service.log
        dovecot.deliver(user, mails[13])
        await until(lambda: journalled(home) == 14, 120)
        assert service.stop() == 0
    (row,) = home.rows("status")
    assert "journal" in json.dumps(row) and len(list(home.state.glob("journal.damaged-*.db"))) == 1
    assert "was damaged" in home.run("log").stdout
