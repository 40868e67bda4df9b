"""A journal as the program of the issue before wrote it comes over whole."""

import contextlib
import json

import pytest
from support.clock import MONDAY

from daemon.adapters.journal import store
from daemon.adapters.journal.journal import open_journal
from daemon.core.job import Move, State

READING = json.dumps(
    {
        "headers": {
            "sender": {"name": "", "address": "Dana@acme.example"},
            "to": [{"name": "", "address": "sam@x.example"}],
        }
    }
)
SCRIPT = f"""
INSERT INTO applications (id, account, company, opened, company_key)
VALUES (5, 'main', 'Acme Careers', '2026-03-02T10:00:00+00:00', 'acme careers');
INSERT INTO messages
    (id, identity, account, folder, uidvalidity, uid, received, first_seen, label, band, application, reading)
SELECT value, CAST('mail' || value AS BLOB), 'main', 'INBOX', 7, value, '2026-03-0' || value || 'T10:00:00+00:00',
    '2026-03-02T10:00:00+00:00', 'rejection', 'act', 5, '{READING}' FROM json_each('[1, 2]');
INSERT INTO events (application, message, kind, at) VALUES (5, 1, 'rejected', '2026-03-01T10:00:00+00:00');
INSERT INTO jobs (id, application, message, account, step, state, why, recipient)
VALUES (1, 5, 2, 'main', 'thank_you', 'placed', 'so', 'dana@acme.example'),
    (2, 5, 1, 'main', 'thank_you', 'skipped', 'so', NULL), (3, 5, 1, 'main', 'feedback_request', 'joined', 'so', NULL);
INSERT INTO moves (job, move, state, at)
VALUES (1, 'intend', 'placing', '2026-03-03T10:00:00+00:00'), (1, 'laid', 'placed', '2026-03-03T10:00:00+00:00');
"""


@pytest.fixture
def journal(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        names = store._migrations()[:4]
        patch.setattr(store, "_migrations", lambda: names)
        with contextlib.closing(store.open_store(tmp_path)) as old, old.transaction() as con:
            for statement in store._statements(SCRIPT):
                con.execute(statement)
    with contextlib.closing(open_journal(tmp_path)) as one:
        yield one


def test_jobs_and_their_moves_come_over(journal):
    jobs = journal.jobs.of_application(5)
    assert [(one.id, one.message, str(one.step), str(one.state), one.occasion) for one in jobs] == [
        (1, 2, "thank_you", "placed", "2"),
        (2, 1, "thank_you", "skipped", "1"),
        (3, 1, "feedback_request", "joined", "1"),
    ]
    assert [one.event.day for one in jobs] == [2, 1, 1] and {one.others for one in jobs} == {()}
    moves = journal.store.rows("SELECT job, move FROM moves ORDER BY id")
    assert [tuple(row) for row in moves] == [(1, "intend"), (1, "laid")]
    assert journal.jobs.move(jobs[0], Move.SEND, MONDAY).state is State.SENT
    assert journal.store.faults() == []


def test_what_came_new_is_filled_from_what_was_there(journal, tmp_path):
    assert [one.by for one in journal.events.of(5)] == ["mail"]
    assert journal.own_mails.addresses("main") == {"dana@acme.example", "sam@x.example"}
    assert [one.id for one in journal.applications.of_keys("main", ["acme"])] == [5]
    assert (tmp_path / "journal.before-005.db").exists()
