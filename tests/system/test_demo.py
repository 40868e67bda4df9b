"""`highroad demo`, whole: the real daemon code against the embedded server, and the story it tells."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from support.cli import Home
from support.realmind import mind_server

from daemon.adapters.clock import SystemClock
from daemon.demo.mailbox import load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the demo prints, in a terminal of 200 columns."""
    with mind_server():
        pass
    home = Home(tmp_path_factory.mktemp("demo"), 1, "nobody", "x")
    home.config.unlink()
    home.lend_model()
    home.env |= {"COLUMNS": "200", "STATE_DIRECTORY": str(home.state)}
    return home.bare("demo", timeout=500)


def test_it_ends_by_itself_and_well(told):
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stderr


def test_the_story_has_all_its_chapters(told):
    chapters = [
        "What came",
        "What it plans, and when",
        "What is deliberately left alone",
        "Three weeks",
        "as they lay there",
        "The first digest",
        "The end",
    ]
    places = [told.stdout.index(chapter) for chapter in chapters]
    assert places == sorted(places)
    assert "byte for byte what came" in told.stdout


def test_nobody_gets_a_thank_you_who_should_not(told):
    diary = told.stdout[told.stdout.index("Three weeks") : told.stdout.index("as they lay there")]
    thanked = {
        line.partition(", to ")[2].split(" ")[0] for line in diary.splitlines() if "laid into Drafts: a thank" in line
    }
    mails = [mail for mail in load(SystemClock().now()) if mail.folder == "INBOX"]
    meant = {_sender(mail) for mail in mails if mail.expect_draft}
    assert thanked <= meant
    assert len(thanked) >= 0.6 * len(meant)


@pytest.mark.parametrize(
    "deed",
    [
        "Sam sends the draft to priya.nair@brightwater.example.",
        "noticed in Sent: a thank-you and a question for feedback, to priya.nair@brightwater.example",
        "respected for good: a thank-you, to jonas.becker@nordlicht-solar.example",
        "An employer answered with feedback",
        "laid into Drafts: a worksheet to oneself (Brightwater",
        "laid into Drafts: a polite question how things stand, to charlotte@willowash.example",
    ],
)
def test_the_diary_tells_what_was_laid_done_and_noticed(told, deed):
    assert deed in told.stdout


def test_nobody_of_sams_private_life_is_asked_how_it_stands(told):
    story = told.stdout[told.stdout.index("What it plans") :]
    assert "zahnarzt-koch" not in story and "marisol" not in story


def _sender(mail) -> str:
    addresses = message_from_bytes(mail.raw, policy=default)["From"].addresses
    return addresses[0].addr_spec if addresses else ""
