"""`highroad demo`, whole: the real daemon code against the embedded server, and the story it tells."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from support.cli import Home
from support.realmind import mind_server

from daemon.adapters.clock import SystemClock
from daemon.demo.mailbox import load


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the demo prints, in a terminal of 200 columns."""
    with mind_server():
        pass
    home = Home(tmp_path_factory.mktemp("demo"), 1, "nobody", "x")
    home.config.unlink()
    home.lend_model()
    home.env |= {"COLUMNS": "200", "STATE_DIRECTORY": str(home.state)}
    return home.bare("demo")


def test_it_ends_by_itself_and_well(told):
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stderr


def test_the_story_has_all_its_chapters(told):
    chapters = [
        "What came",
        "What was laid into Drafts",
        "What was deliberately left alone",
        "as they lie there",
        "The end",
    ]
    places = [told.stdout.index(chapter) for chapter in chapters]
    assert places == sorted(places)
    assert "byte for byte what it was" in told.stdout


def test_nobody_gets_a_draft_who_should_not(told):
    drafts = told.stdout[told.stdout.index("as they lie there") :]
    mails = [mail for mail in load(SystemClock().now()) if mail.folder == "INBOX"]
    meant = {_sender(mail) for mail in mails if mail.expect_draft}
    others = {_sender(mail) for mail in mails} - meant
    assert not [address for address in others if _is_answered(address, drafts)]
    assert len([address for address in meant if _is_answered(address, drafts)]) >= 0.6 * len(meant)


def _is_answered(address, drafts):
    return f"<{address}>" in drafts or f"To: {address} " in drafts


def _sender(mail) -> str:
    addresses = message_from_bytes(mail.raw, policy=default)["From"].addresses
    return addresses[0].addr_spec if addresses else ""
