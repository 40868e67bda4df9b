"""`highroad once` as a person runs it, on every kind of server: one rejection, one draft, nothing else touched."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from support.cli import Home
from support.mailservers import SERVERS, box_on
from support.realmind import mind_server

from daemon.demo.mailbox import load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model():
    """The model of the test run, trained if there is none yet."""
    with mind_server():
        pass


@pytest.fixture(params=SERVERS)
async def box(request):
    async with box_on(request) as box:
        yield box


def letters():
    """A plain rejection that is due an answer, and a mail that is none."""
    mails = [mail for mail in load(datetime.now(UTC)) if mail.folder == "INBOX"]
    rejection = next(mail for mail in mails if mail.expect_draft)
    return rejection, next(mail for mail in mails if mail.label == "other")


async def test_one_rejection_makes_one_draft_and_a_second_run_does_nothing(box, model, tmp_path):
    for mail in letters():
        await box.deliver(mail.raw, at=mail.internaldate)
    before = await box.snapshot()
    home = Home(tmp_path, box.proxy.port, box.user, box.password)
    home.lend_model()

    first = await asyncio.to_thread(home.run, "once")
    assert first.returncode == 0, first.stderr
    (draft,) = await box.messages("Drafts")
    told = message_from_bytes(draft, policy=default)
    answered = message_from_bytes(letters()[0].raw, policy=default)
    assert told["In-Reply-To"] == answered["Message-ID"]
    assert told["To"].addresses[0].addr_spec == (answered["Reply-To"] or answered["From"]).addresses[0].addr_spec
    ((flags, *_),) = (await box.snapshot("Drafts")).values()
    assert flags == {"\\Draft", "\\Seen"}

    asked = len(box.proxy.commands)
    second = await asyncio.to_thread(home.run, "once")
    assert second.returncode == 0, second.stderr
    assert await box.messages("Drafts") == [draft]
    assert "0 mails read" in second.stdout
    assert "APPEND" not in {command.verb for command in list(box.proxy.commands)[asked:]}
    assert await box.snapshot() == before
