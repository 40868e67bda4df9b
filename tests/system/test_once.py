"""`highroad once` against a real Dovecot with 300 mixed mails, as a person runs it, watched by a recording proxy."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from email.policy import default

import pytest
from support.cli import Home
from support.mailbox import mixed
from support.proxy import RecordingProxy
from support.realmind import mind_server

READING = {"CAPABILITY", "NAMESPACE", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT", "STATUS", "NOOP"}


class Run:
    """Two runs of `once` over the same mailbox, and what was seen of them."""

    def __init__(self, dovecot, folder) -> None:
        self.mails, self.user, self.dovecot = mixed(300), dovecot.user(), dovecot
        for mail in self.mails:
            dovecot.deliver(self.user, mail.raw, internaldate=mail.internaldate)
        self.before = dovecot.snapshot(self.user)
        with RecordingProxy(dovecot.host, dovecot.port) as proxy:
            self.home = Home(folder, proxy.port, self.user, dovecot.password)
            self.home.lend_model()
            self.first = self.home.run("once")
            self.commands = list(proxy.commands)
            self.after = dovecot.snapshot(self.user)
            self.drafts = dovecot.snapshot(self.user, "Drafts")
            self.log, self.plan = self.home.rows("log"), self.home.rows("plan")
            self.second = self.home.run("once")
            self.later_commands = list(proxy.commands)[len(self.commands) :]
        self.status = self.home.rows("status")[0]

    def laid(self):
        """What lies in Drafts."""
        return [message_from_bytes(raw, policy=default) for raw in self.dovecot.messages(self.user, "Drafts")]


@pytest.fixture(scope="module")
def run(dovecot, tmp_path_factory):
    with mind_server():  # trains the model of the test run, if there is none yet
        pass
    return Run(dovecot, tmp_path_factory.mktemp("once"))


def test_it_ends_well_and_says_what_it_did(run):
    assert run.first.returncode == 0, run.first.stderr
    assert "300 mails read" in run.first.stdout


def test_every_rejection_of_the_sample_is_logged(run):
    expected = {_id(mail.raw) for mail in run.mails if mail.label == "rejection"}
    assert expected <= {row["message_id"] for row in run.log if row["label"] == "rejection"}


def test_nothing_else_is_acted_on_as_a_rejection(run):
    expected = {_id(mail.raw) for mail in run.mails if mail.label == "rejection"}
    assert {row["message_id"] for row in run.log if row["band"] == "act"} <= expected


def test_the_right_drafts_are_laid_each_once_to_the_right_person(run):
    """What it is unsure of it asks about first; of all the others nothing is missing, nothing too much."""
    unsure = {row["message_id"] for row in run.log if row["band"] == "review"}
    expected = Counter((_id(mail.raw), _sender(mail.raw)) for mail in run.mails if mail.expect_draft)
    sure = Counter({key: count for key, count in expected.items() if key[0] not in unsure})
    thanks = {row["message_id"] for row in run.plan if row["step"] in {"thank_you", "feedback_request"}}
    drafts = [draft for draft in run.laid() if draft["Message-ID"] in thanks]
    assert Counter((str(draft["In-Reply-To"]), draft["To"].addresses[0].addr_spec) for draft in drafts) == sure
    assert len(sure) >= 0.8 * len(expected)


def test_every_sure_rejection_without_a_draft_says_why(run):
    skipped = [row for row in run.plan if row["state"] == "skipped"]
    assert skipped and all(row["why"].endswith(".") for row in skipped)
    undrafted = {_id(mail.raw) for mail in run.mails if mail.label == "rejection" and not mail.expect_draft}
    sure = {row["message_id"] for row in run.log if row["band"] == "act"}
    assert undrafted & sure <= {row["answers"] for row in skipped}


def test_flags_uids_and_content_of_the_inbox_are_what_they_were(run):
    assert run.after == run.before
    assert run.dovecot.snapshot(run.user) == run.before


def test_a_second_run_changes_nothing(run):
    assert run.second.returncode == 0
    assert "0 mails read" in run.second.stdout
    assert run.dovecot.snapshot(run.user, "Drafts") == run.drafts
    assert (run.home.rows("log"), run.home.rows("plan")) == (run.log, run.plan)
    fetched = [command.text for command in run.later_commands if command.verb == "UID FETCH"]
    (anchors,) = [
        text for text in fetched if "HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO" not in text
    ]  # but what lies in Drafts
    assert anchors.split()[0].count(",") < 5  # a few messages are looked at: are their UIDs still theirs?


def test_nothing_was_said_to_the_server_but_reading_and_append_to_drafts(run):
    seen = {command.verb for command in (*run.commands, *run.later_commands)}
    assert seen <= READING | {"APPEND"}
    appended = [command.text for command in run.commands if command.verb == "APPEND"]
    assert appended and all(text.startswith(("Drafts ", '"Drafts" ')) for text in appended)
    fetched = [command.text for command in run.commands if command.verb == "UID FETCH"]
    assert all("BODY[" not in text for text in fetched)
    assert any("BODY.PEEK[" in text for text in fetched)


def test_status_says_that_all_was_seen(run):
    folder = run.status["accounts"][0]["folders"][0]
    assert (folder["server_messages"], folder["seen"] + folder["older"]) == (300, 300)
    assert folder["problem"] is None and folder["unreadable"] == 0


def test_every_draft_can_be_sent_as_it_stands(run):
    for draft in run.laid():
        body = draft.get_body().get_content()
        assert draft["From"].addresses[0].addr_spec == "sam@example.org"
        to_self = draft["To"].addresses[0].addr_spec == "sam@example.org"
        assert to_self is (draft["In-Reply-To"] is None) is not draft["Subject"].startswith("Re: ")
        assert draft["Message-ID"].endswith("@example.org>")
        assert not any(mark in body for mark in ("{", "[", "XXX", "None", "  "))
        assert not any(name.lower() in {"x-mailer", "user-agent"} for name in draft)


def _id(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=default)["Message-ID"])


def _sender(raw: bytes) -> str:
    return message_from_bytes(raw, policy=default)["From"].addresses[0].addr_spec
