"""The digest goes out to the person's own address alone, over a verified connection; every failure is a sentence."""

from __future__ import annotations

import asyncio
import logging

import pytest
from support.settings import loaded_settings
from support.smtp_sink import PASSWORD, USER, sink

from daemon.adapters.smtp.errors import Unclear
from daemon.adapters.smtp.post import Patience, Post, Server
from daemon.adapters.smtp.selfmail import SelfMail
from daemon.core.errors import NeedsOperator, Refused, Transient

ME = "sam@example.org"
OCTETS = b"From: Highroad <sam@example.org>\r\nTo: sam@example.org\r\nSubject: Your search\r\n\r\n.\r\nHello.\r\n"
SOON = Patience(5, 5, 5)


@pytest.fixture
def mail(tmp_path):
    return SelfMail(loaded_settings(tmp_path), OCTETS)


def server(found, security="tls", **changes):
    filled = {"host": "127.0.0.1", "port": found.port, "security": security, "ca_file": str(found.ca_file)}
    return Server(**(filled | ({"user": USER} if security != "plain" else {}) | changes))


async def tried(found, mail, security="tls", password=PASSWORD, patience=SOON, **changes):
    try:
        await Post(server(found, security, **changes), patience).send(mail, password)
    except (Unclear, NeedsOperator, Transient) as error:
        return error
    return None


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
async def test_a_mail_arrives_whole_and_at_one_address(tmp_path, mail, security):
    with sink(tmp_path, security) as found:
        assert await tried(found, mail, security) is None
    (envelope,) = found.came
    assert (envelope.mail_from, envelope.rcpt_tos) == (ME, [ME])
    assert envelope.content == OCTETS
    assert found.logins == ([] if security == "plain" else [(USER, PASSWORD)])


async def test_what_we_call_ourselves_is_no_name_of_this_machine(tmp_path, mail):
    names = []
    with sink(tmp_path) as found:
        original = found.handle_EHLO

        async def handle_ehlo(server, session, envelope, hostname, responses):
            names.append(hostname)
            return await original(server, session, envelope, hostname, responses)

        found.handle_EHLO = handle_ehlo
        await tried(found, mail)
    assert set(names) <= {"[127.0.0.1]"}


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_that_is_not_trusted_gets_neither_password_nor_mail(tmp_path, mail, security):
    with sink(tmp_path, security) as found:
        for changes in ({"ca_file": ""}, {"host": "127.1"}):
            error = await tried(found, mail, security, **changes)
            assert isinstance(error, NeedsOperator)
            assert "certificate that is not trusted" in str(error)
            assert "ca_file of [digest] smtp" in str(error)
    assert not found.logins and not found.came


async def test_a_ca_file_that_is_none_is_named(tmp_path, mail):
    (tmp_path / "empty.pem").write_text("")
    with sink(tmp_path) as found:
        for name in ("empty.pem", "nowhere.pem"):
            error = await tried(found, mail, ca_file=str(tmp_path / name))
            assert isinstance(error, NeedsOperator) and name in str(error)


async def test_there_is_no_way_back_to_plain(tmp_path, mail):
    with sink(tmp_path, "plain") as found:
        error = await tried(found, mail, "starttls")
    assert isinstance(error, NeedsOperator) and "STARTTLS" in str(error)
    assert not found.logins and not found.came


@pytest.mark.parametrize(("verb", "reply"), [
    ("RCPT", "450 4.2.0 Greylisted, come back later"),
    ("RCPT", "451 4.7.1 Greylisting in action"),
    ("MAIL", "452 4.3.1 Insufficient system storage"),
    ("DATA", "421 4.3.2 Shutting down"),
    ("SENT", "451 4.3.0 Try again"),
])  # fmt: skip
async def test_what_may_pass_is_tried_again(tmp_path, mail, verb, reply):
    with sink(tmp_path, replies={verb: [reply]}) as found:
        error = await tried(found, mail)
        assert type(error) is Transient
        assert reply[:3] in str(error) and reply[10:20] in str(error)
        assert await tried(found, mail) is None
    assert found.came[-1].content == OCTETS


@pytest.mark.parametrize(("verb", "reply"), [
    ("MAIL", "553 5.7.1 Sender not owned"),
    ("RCPT", "550 5.1.1 No such user"),
    ("DATA", "554 5.7.1 This looks like spam"),
])  # fmt: skip
async def test_what_does_not_pass_is_left_to_the_person(tmp_path, mail, verb, reply):
    with sink(tmp_path, replies={verb: [reply]}) as found:
        error = await tried(found, mail)
    assert type(error) is NeedsOperator
    assert reply[:3] in str(error) and "[digest] smtp" in str(error)
    assert not found.came


async def test_a_refused_password_is_tried_once_and_named_nowhere(tmp_path, mail, caplog):
    caplog.set_level(logging.DEBUG)
    with sink(tmp_path) as found:
        error = await tried(found, mail, password="the wrong secret")
    assert type(error) is Refused
    assert found.logins == [(USER, "the wrong secret")]
    assert "wrong secret" not in f"{error!s} {error!r} {caplog.text}"


async def test_a_server_that_repeats_the_log_in_gives_nothing_away(tmp_path, mail):
    with sink(tmp_path, replies={"AUTH": [f"535 5.7.8 {PASSWORD} AHNhbUBleGFtcGxlLm9yZwBjb3JyZWN0 is wrong"]}) as found:
        error = await tried(found, mail)
    assert type(error) is Refused
    assert PASSWORD not in str(error) and "AHNhbUBleGFtcGxl" not in str(error)


async def test_a_log_in_that_cannot_be_decided_now_counts_as_no_refusal(tmp_path, mail):
    with sink(tmp_path, replies={"AUTH": ["454 4.7.0 Temporary authentication failure"]}) as found:
        assert type(await tried(found, mail)) is Transient


@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
async def test_a_connection_cut_before_the_mail_is_tried_again(tmp_path, mail, verb):
    with sink(tmp_path, hang_up=verb) as found:
        assert type(await tried(found, mail)) is Transient
    assert not found.came


async def test_a_connection_cut_after_the_mail_is_unclear(tmp_path, mail):
    with sink(tmp_path, hang_up="SENT") as found:
        error = await tried(found, mail)
    assert type(error) is Unclear and "may have arrived" in str(error)
    assert len(found.came) == 1


async def test_a_server_that_is_not_there_or_says_nothing_is_tried_again(mail):
    async def silent(reader, writer):
        await reader.read()
        writer.close()

    listener = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    for security in ("tls", "starttls", "plain"):
        error = await _error(Server("127.0.0.1", port, security), mail)
        assert type(error) is Transient and f"127.0.0.1:{port}" in str(error)
    listener.close()
    await listener.wait_closed()
    assert type(await _error(Server("127.0.0.1", port, "plain"), mail)) is Transient


@pytest.mark.parametrize(
    "line", [b"", b"\r\n", b"220 hello", b"220-\r\n" * 9000, b"\xff\xfe\x00\r\n", b"554 go away\r\n"]
)
async def test_a_server_that_talks_nonsense_is_a_sentence(mail, line):
    async def talks(reader, writer):
        writer.write(line)
        writer.close()

    listener = await asyncio.start_server(talks, "127.0.0.1", 0)
    error = await _error(Server("127.0.0.1", listener.sockets[0].getsockname()[1], "plain"), mail)
    listener.close()
    assert isinstance(error, Transient | NeedsOperator)
    assert str(error).endswith(".") and "\n" not in str(error)


async def _error(where, mail):
    try:
        await Post(where, Patience(0.2, 0.2, 0.2)).send(mail)
    except (Unclear, NeedsOperator, Transient) as error:
        return error
    return None


# The only mail there is.


@pytest.mark.parametrize("header", [
    b"To: boss@acme.example",
    b"To: sam@example.org, boss@acme.example",
    b"To: sam@example.org\r\nTo: boss@acme.example",
    b"To: sam@example.org\r\nCc: boss@acme.example",
    b"To: sam@example.org\r\nBcc: boss@acme.example",
    b"to: sam@example.org\r\nbCC: boss@acme.example",
    b"To: sam@example.org\r\nResent-To: boss@acme.example",
    b"To: friends: sam@example.org, boss@acme.example;",
    b'To: "sam@example.org" <boss@acme.example>',
    b"To: =?utf-8?q?boss=40acme=2Eexample?= <sam@example.org>, boss@acme.example",
    b"To: sam@example.org.acme.example",
    b"Subject: nobody",
])  # fmt: skip
def test_octets_for_anybody_else_cannot_be_mailed(tmp_path, header):
    with pytest.raises(ValueError, match="alone"):
        SelfMail(loaded_settings(tmp_path), header + b"\r\nFrom: sam@example.org\r\n\r\nHello.\r\n")


def test_the_address_is_that_of_the_settings_and_stays_so(tmp_path, mail):
    assert (mail.address, mail.octets) == (ME, OCTETS)
    for name in ("address", "octets", "to", "recipients"):
        with pytest.raises(AttributeError):
            setattr(mail, name, "boss@acme.example")


async def test_knocking_logs_in_and_hands_in_nothing(tmp_path):
    with sink(tmp_path) as found:
        await Post(server(found), SOON).knock(PASSWORD)
    assert found.logins == [(USER, PASSWORD)]
    assert found.came == []


async def test_knocking_with_a_wrong_password_is_a_refusal(tmp_path):
    with sink(tmp_path) as found, pytest.raises(Refused, match="refused user or password"):
        await Post(server(found), SOON).knock("wrong")
