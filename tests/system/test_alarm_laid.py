"""The alarm in a real mailbox: an account whose password was changed is told of once, and anew when that comes back."""

from __future__ import annotations

import email
import email.policy
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from support.clock import FakeClock
from support.minds import ScriptedMind
from support.settings import loaded_settings

from daemon import app
from daemon.adapters.journal.journal import open_journal
from daemon.core.errors import NeedsOperator
from daemon.reports_status import Asked, status_row

TUESDAY = datetime(2026, 2, 24, 9, 0, tzinfo=UTC)  # 10:00 in Berlin
ACCOUNT = """
[[account]]
name = "{name}"
address = "{address}"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "{user}"
password = {{ file = "{name}.secret" }}
"""


class Person:
    """Two mailboxes on a real server, and a clock that is turned; a journal that is opened anew each time."""

    def __init__(self, dovecot, folder):
        self.dovecot, self.folder, self.clock = dovecot, folder, FakeClock(TUESDAY)
        self.users = {"main": dovecot.user(), "work": dovecot.user()}
        named = {"main": "sam@example.org", "work": "sam@work.example"}
        for name in named:
            self.password(dovecot.password, name)
        accounts = [
            ACCOUNT.format(name=name, address=address, port=dovecot.port, user=self.users[name])
            for name, address in named.items()
        ]
        self.loaded = loaded_settings(folder, accounts="".join(accounts))

    def password(self, text, name="main"):
        path = self.folder / f"{name}.secret"
        path.write_text(text + "\n")
        path.chmod(0o600)

    async def passes(self, **parts):
        """One pass so long after Tuesday: how it fared with each account, and what status says then."""
        self.clock.at = TUESDAY + timedelta(**parts)
        journal = open_journal(self.loaded.state_dir)
        try:
            outcomes = await app.once(app.House(self.loaded, journal, ScriptedMind(), self.clock, settle=0))
            return outcomes, status_row(journal, Asked(["main", "work"], now=self.clock.now()))
        finally:
            journal.close()

    def told(self, name="work"):
        raws = self.dovecot.messages(self.users[name], "Drafts")
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]


@pytest.fixture
def person(dovecot, tmp_path):
    return Person(dovecot, tmp_path)


async def test_an_account_whose_password_was_changed_is_told_of_once_and_again_when_it_happens_again(person):
    outcomes, _ = await person.passes()
    assert [one.failure for one in outcomes] == [None, None]
    person.password("an old one")
    for hours in (1, 7, 13, 24):
        outcomes, row = await person.passes(hours=hours)
        assert isinstance(outcomes[0].failure, NeedsOperator) and outcomes[1].failure is None
        assert person.told() == [], hours
    assert row["accounts"][0]["needs"]["since"] == (TUESDAY + timedelta(hours=1)).isoformat()
    for hours in (25, 26, 49, 75):
        _, row = await person.passes(hours=hours)
        (note,) = person.told()
    assert (note["to"], note["subject"]) == ("sam@example.org", "Highroad: an account waits for you")
    text = " ".join(next(note.iter_parts()).get_content().split())
    assert "Since Tuesday 24 February, 11:00, account main waits for you" in text and "No mail is lost" in text
    assert row["alarms"][0]["told"] == (TUESDAY + timedelta(hours=25)).isoformat()
    assert person.told("main") == []

    person.password(person.dovecot.password)
    for hours in (76, 99, 130):
        outcomes, row = await person.passes(hours=hours)
        assert outcomes[0].failure is None and row["accounts"][0]["needs"] is None and row["alarms"] == []
    assert len(person.told()) == 1

    person.password("an old one again")
    for hours in (145, 150, 168):
        await person.passes(hours=hours)
        assert len(person.told()) == 1
    for hours in (170, 194):
        await person.passes(hours=hours)
        assert len(person.told()) == 2


async def test_where_both_wait_there_is_no_way_and_status_says_so(person):
    with closing(open_journal(person.loaded.state_dir)) as journal:
        journal.notices.set("settings", "They could not be used.", TUESDAY)
    _, row = await person.passes()
    assert row["notices"] == {}  # those of this pass were sound
    for name in ("main", "work"):
        person.password("an old one", name)
    for hours in (1, 26, 27):
        _, row = await person.passes(hours=hours)
    assert person.told("main") == person.told() == []
    assert "no mail to tell it by" in row["notices"]["no-way"]["text"]
    person.password(person.dovecot.password, "work")
    _, row = await person.passes(hours=28)
    assert len(person.told()) == 1 and "no-way" not in row["notices"]
