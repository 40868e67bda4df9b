"""The digest in a real mailbox: `once` lays it on the person's day, as a note to themselves, and never twice."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
from support.clock import FakeClock
from support.minds import ScriptedMind
from support.rows import entry
from support.settings import loaded_settings

from daemon import app
from daemon.adapters.journal.journal import open_journal
from daemon.core.job import State

SUNDAY = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # 18:00 in Berlin
ACCOUNT = """
[[account]]
host = "127.0.0.1"
port = {port}
security = "plain"
user = "{user}"
password = {{ command = "echo {password}" }}
"""


@pytest.fixture
def house(dovecot, tmp_path):
    user = dovecot.user()
    account = ACCOUNT.format(port=dovecot.port, user=user, password=dovecot.password)
    loaded = loaded_settings(tmp_path, accounts=account)
    journal = open_journal(loaded.state_dir)
    made = app.House(loaded, journal, ScriptedMind(), FakeClock(SUNDAY - timedelta(days=5)), settle=0)
    yield made, lambda folder="Drafts": dovecot.messages(user, folder)
    journal.close()


async def passes(house, *times):
    for at in times:
        house.clock.at = at
        for outcome in await app.once(house):
            assert outcome.failure is None, outcome.failure


async def test_once_lays_the_digest_when_it_is_due_and_never_twice(house):
    house, messages = house
    house.journal.messages.add(entry(received=house.clock.now(), first_seen=house.clock.now()))
    await passes(house, house.clock.now(), SUNDAY - timedelta(hours=1))
    assert messages() == []
    await passes(house, SUNDAY, SUNDAY + timedelta(minutes=1), SUNDAY + timedelta(days=3), SUNDAY + timedelta(days=7))
    (raw,) = messages()
    (job,) = house.journal.digests.jobs()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert (message["to"], message["message-id"]) == ("sam@example.org", job.message_id)
    assert message["in-reply-to"] is None and message["bcc"] is None
    plain, html = message.iter_parts()
    assert "1 mail about your search came" in plain.get_content() and "<h1>Your search" in html.get_content()
    assert (job.state, job.placed_at) == (State.PLACED, SUNDAY)
    assert messages("INBOX") == []
