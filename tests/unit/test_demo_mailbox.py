"""The demo's mails are always fresh, hang together, and are told truly."""

import email
import re
from datetime import UTC, datetime, timedelta
from email.policy import default
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.values import LABELS
from daemon.demo.mailbox import AUTHSERV, FOLDERS, age, load

NOW = datetime(2025, 6, 14, 9, 30, tzinfo=UTC)  # a Saturday


@pytest.fixture(scope="module")
def mails():
    return load(NOW)


@pytest.fixture(scope="module")
def parsed(mails):
    return {mail.name: email.message_from_bytes(mail.raw, policy=default) for mail in mails}


def named(mails, name):
    return next(mail for mail in mails if mail.name.startswith(name))


def test_every_file_has_its_truth_and_every_truth_its_file(mails):
    stored = {each.name for each in files("daemon.demo").joinpath("mails").iterdir() if each.name.endswith(".eml")}
    assert {mail.name for mail in mails} == stored


def test_all_labels_and_folders_with_mail_are_there(mails):
    assert {mail.label for mail in mails} == {*LABELS, None}
    assert {mail.folder for mail in mails} == {"INBOX", "Sent", "Archive"} < set(FOLDERS)
    assert all((mail.label is None) == (mail.folder == "Sent") for mail in mails)


def test_only_rejections_are_answered_and_not_all_of_them(mails):
    rejections = [mail for mail in mails if mail.label == "rejection"]
    assert len(rejections) >= 20
    assert 8 <= sum(mail.expect_draft for mail in rejections) <= 12
    assert not any(mail.expect_draft for mail in mails if mail.label != "rejection")


@pytest.mark.parametrize("now", [NOW, datetime(2028, 2, 29, 23, 59, 59, 999, tzinfo=UTC)])
def test_nothing_of_the_demo_is_left_in_a_mail(now):
    for mail in load(now):
        assert b"@{" not in mail.raw
        assert b"X-Demo" not in mail.raw
        assert b"\n" not in mail.raw.replace(b"\r\n", b""), mail.name


def test_dates_are_as_old_as_they_should_be(mails, parsed):
    for mail in mails:
        assert mail.internaldate - timedelta(seconds=10) <= parsed[mail.name]["Date"].datetime <= mail.internaldate
    assert named(mails, "brightwater-7").internaldate - (NOW - timedelta(days=2, hours=3)) < timedelta(seconds=10)
    assert named(mails, "juniper-2").internaldate < NOW - timedelta(days=39)
    assert mails == sorted(mails, key=lambda mail: mail.internaldate)


def test_whoever_is_answered_wrote_within_two_weeks_and_more_than_a_day_ago(mails):
    answered = [mail.internaldate for mail in mails if mail.expect_draft]
    assert min(answered) > NOW - timedelta(days=14)
    assert max(answered) < NOW - timedelta(days=1)


@given(st.integers(0, 50_000))
@settings(max_examples=15, deadline=None)
def test_nobody_is_invited_on_a_weekend(hours):
    mails = load(NOW + timedelta(hours=hours))
    text = b"".join(mail.raw for mail in mails if mail.label in ("interview", "assessment"))
    assert not re.search(rb"(?:Saturday|Sunday) \d", text)


def test_threads_hang_together(mails, parsed):
    ids = [message["Message-ID"] for name, message in parsed.items() if name != "broken-message-id.eml"]
    assert len(set(ids)) == len(ids)
    answers = {name: message["In-Reply-To"] for name, message in parsed.items() if message["In-Reply-To"]}
    assert set(answers.values()) <= set(ids)
    assert all(parsed[name]["References"].split()[-1] == parent for name, parent in answers.items())
    assert len(parsed["brightwater-7-rejection.eml"]["References"].split()) == 5


def test_the_odd_ones_are_odd(mails, parsed):
    forged = named(mails, "forged-dmarc").raw
    assert AUTHSERV.encode() in forged and b"dmarc=fail" in forged
    assert parsed["forged-reply-to.eml"]["Reply-To"].addresses[0].domain == "cheap-prizes.example"
    assert b"=0D=0Aa999_DELETE_Archive" in named(mails, "broken-message-id").raw
    assert parsed["sundial-broken-mime.eml"].defects
    assert len(named(mails, "copperfield").raw) > 300 * 1024
    assert parsed["halcyon-3-rejection.eml"].get_body()["Content-Transfer-Encoding"] == "base64"
    assert "façade" in parsed["rivoire-internal.eml"].get_content()
    assert "We\u2019ve" in parsed["tidewell-2-rejection.eml"].get_content()
    assert parsed["kestrel-2-rejection.eml"].get_content_type() == "text/html"


def test_all_addresses_are_invented(mails):
    for mail in mails:
        domains = re.findall(rb"@([a-z0-9.-]+\.[a-z]+)\b", mail.raw)
        assert all(domain.endswith((b".example", b"example.org")) for domain in domains), mail.name


def test_an_age_in_words_is_a_duration():
    assert age("40 days 5 hours") == timedelta(days=40, hours=5)
    assert age("1 day 1 hour") == timedelta(days=1, hours=1)
