"""The mixed mailbox is what the system test takes it for."""

import email
from datetime import UTC, datetime, timedelta
from email.policy import default

from support.mailbox import KINDS, mixed

NOW = datetime(2025, 6, 14, 9, 30, tzinfo=UTC)


def test_the_same_seed_gives_the_same_mailbox_and_another_another():
    assert mixed(30, 1, NOW) == mixed(30, 1, NOW)
    assert mixed(30, 1, NOW) != mixed(30, 2, NOW)


def test_every_kind_is_there_and_the_number_is_right():
    for count in (60, 150):
        mails = mixed(count, 1, NOW)
        assert len(mails) == count
        assert {mail.note for mail in mails} == set(KINDS)


def test_whoever_gets_a_draft_gets_only_one_and_wrote_lately():
    answered = [mail for mail in mixed(150, 1, NOW) if mail.expect_draft]
    senders = {email.message_from_bytes(mail.raw, policy=default)["From"].addresses[0].domain for mail in answered}
    assert len(senders) == len(answered) > 15
    assert all(NOW - timedelta(days=13) < mail.internaldate < NOW - timedelta(days=2) for mail in answered)


def test_every_mail_is_whole_and_no_two_are_alike():
    mails = mixed(100, 1, NOW)
    messages = [email.message_from_bytes(mail.raw, policy=default) for mail in mails]
    assert not any(message.defects for message in messages)
    assert not any("{" in message.get_body(("plain", "html")).get_content() for message in messages)
    assert len({message["Message-ID"] for message in messages}) == 100
