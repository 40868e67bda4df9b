"""The servers that other tests lean on do what they say."""

import imaplib
import ssl
from datetime import UTC, datetime

import pytest
from support.mailbox import mixed
from support.proxy import Cut, Reader, RecordingProxy

from daemon.demo.mailbox import load

MAIL = b"Subject: hello\r\nFrom: a@shop.example\r\n\r\nbody\r\n"


@pytest.fixture
def proxy(dovecot):
    with RecordingProxy(dovecot.host, dovecot.port) as proxy:
        yield proxy


def logged_in(server, user, password):
    connection = imaplib.IMAP4(server.host, server.port, timeout=10)
    connection.login(user, password)
    return connection


def parsed(data, size):
    reader = Reader(1)
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    pieces = [piece for chunk in chunks for piece in reader.feed(chunk)]
    return b"".join(piece for piece, _ in pieces), [command for _, command in pieces if command]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_commands_are_read_whole_however_they_arrive(size):
    data = (
        b'a1 LOGIN {4}\r\nuser "pw"\r\na2 APPEND Drafts (\\Draft) {12+}\r\na9 DELETE x\n\r\na3 uid fetch 1:* (UID)\r\n'
    )
    passed, commands = parsed(data, size)
    assert passed == data
    assert [(c.tag, c.verb) for c in commands] == [("a1", "LOGIN"), ("a2", "APPEND"), ("a3", "UID FETCH")]
    assert commands[1].literals == (b"a9 DELETE x\n",)
    assert commands[2].text == "1:* (UID)"


def test_answers_to_a_challenge_and_done_are_no_commands_with_tags():
    _, commands = parsed(b"1 AUTHENTICATE PLAIN\r\nAGEAYg==\r\n\r\n2 IDLE\r\ndone\r\n3 LOGOUT\r\n", 100)
    assert [c.verb for c in commands] == ["AUTHENTICATE", "IDLE", "DONE", "LOGOUT"]


def test_after_starttls_octets_pass_unread():
    passed, commands = parsed(b"1 STARTTLS\r\n\x16\x03\x01 a LOGIN b c\r\n\x00", 3)
    assert passed.endswith(b"c\r\n\x00")
    assert [c.verb for c in commands] == ["STARTTLS"]


def test_a_wrong_password_is_refused_in_so_many_words(dovecot):
    with (
        imaplib.IMAP4(dovecot.host, dovecot.port) as connection,
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
    ):
        connection.login(dovecot.user(), "wrong")


def test_delivered_mail_is_there_in_order_with_flags_and_dates(dovecot):
    user, at = dovecot.user(), datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    dovecot.deliver(user, MAIL, flags="\\Seen", internaldate=at)
    dovecot.deliver(user, MAIL.replace(b"body", b"other"))
    with dovecot.session(user) as connection:
        connection.select("INBOX", readonly=True)
        _, dates = connection.uid("FETCH", "1", "(INTERNALDATE)")
    assert b'"29-Feb-2024 12:30:00 +0000"' in dates[0]
    assert dovecot.messages(user) == [MAIL, MAIL.replace(b"body", b"other")]
    assert [flags - {"\\Recent"} for flags, _ in dovecot.snapshot(user).values()] == [{"\\Seen"}, set()]


def test_a_whole_sample_mailbox_can_be_delivered(dovecot):
    user, mails = dovecot.user(), [*load(datetime.now(UTC)), *mixed(20)]
    dovecot.fill(user, mails)
    for folder in ("INBOX", "Sent", "Archive"):
        assert dovecot.messages(user, folder) == [mail.raw for mail in mails if mail.folder == folder]


def test_mail_delivered_while_somebody_watches_is_told(dovecot):
    user = dovecot.user()
    with dovecot.session(user) as connection:
        connection.select("INBOX", readonly=True)
        dovecot.deliver(user, MAIL)
        connection.noop()
        assert connection.response("EXISTS")[1][-1] == b"1"


def test_looking_changes_nothing_and_a_store_is_seen(dovecot):
    user = dovecot.user()
    dovecot.deliver(user, MAIL)
    before = dovecot.snapshot(user)
    assert dovecot.snapshot(user) == before
    with dovecot.session(user) as connection:
        connection.select("INBOX")
        connection.store("1", "+FLAGS", "\\Flagged")
    assert dovecot.snapshot(user) != before


def test_special_folders_are_there_and_named_ones_are_made(dovecot):
    user = dovecot.user()
    dovecot.deliver(user, MAIL, folder="Bewerbungen/Grüße")
    with dovecot.session(user) as connection:
        listed = b"\n".join(connection.list()[1])
    assert all(use in listed for use in (b"\\Drafts", b"\\Sent", b"\\Trash"))
    assert dovecot.messages(user, "Bewerbungen/Grüße") == [MAIL]
    assert dovecot.messages(user, "No such folder") == []


def test_tls_with_its_own_certificate_is_trusted_by_ca_file(dovecot):
    context = ssl.create_default_context(cafile=dovecot.ca_file)
    with imaplib.IMAP4_SSL(dovecot.host, dovecot.tls_port, ssl_context=context) as connection:
        connection.login(dovecot.user(), dovecot.password)
    with imaplib.IMAP4(dovecot.host, dovecot.port) as connection:
        connection.starttls(context)
        assert connection.login(dovecot.user(), dovecot.password)[0] == "OK"


def test_a_stopped_server_refuses_and_a_started_one_has_its_mail(dovecot):
    user = dovecot.user()
    dovecot.deliver(user, MAIL)
    before = dovecot.snapshot(user)
    dovecot.stop()
    with pytest.raises(ConnectionRefusedError):
        imaplib.IMAP4(dovecot.host, dovecot.port)
    dovecot.start()
    assert dovecot.snapshot(user) == before


def test_doveadm_speaks_to_this_server(dovecot):
    user = dovecot.user()
    dovecot.deliver(user, MAIL)
    assert "messages=1" in dovecot.doveadm("mailbox", "status", "-u", user, "messages", "INBOX")


def test_the_proxy_writes_down_what_passes(dovecot, proxy):
    connection = logged_in(proxy, dovecot.user(), dovecot.password)
    connection.append("Drafts", "\\Draft", None, MAIL)
    connection.select("Drafts", readonly=True)
    connection.uid("FETCH", "1:*", "(UID)")
    connection.logout()
    assert proxy.verbs()[-4:] == ["APPEND", "EXAMINE", "UID FETCH", "LOGOUT"]
    append = proxy.commands[proxy.verbs().index("APPEND")]
    assert append.text.startswith("Drafts (\\Draft)")
    assert append.literals == (MAIL,)


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_the_proxy_cuts_after_so_many_octets(dovecot, proxy, how):
    proxy.cut = Cut(after=10, how=how)
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        logged_in(proxy, dovecot.user(), dovecot.password)
    assert proxy.cuts_made == 1
    logged_in(proxy, dovecot.user(), dovecot.password).logout()


def test_a_message_cut_short_on_its_way_up_does_not_arrive(dovecot, proxy):
    user = dovecot.user()
    proxy.cut = Cut(after=400, direction="to_server")
    connection = logged_in(proxy, user, dovecot.password)
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        connection.append("Drafts", "", None, MAIL + b"x" * 1000)
    connection.shutdown()
    assert dovecot.messages(user, "Drafts") == []


@pytest.mark.parametrize(("answer", "count"), [("before", 0), ("after", 1)])
def test_a_command_is_cut_off_before_it_or_after_it_took_effect(dovecot, proxy, answer, count):
    user = dovecot.user()
    proxy.on_command = lambda command: answer if command.verb == "APPEND" else None
    connection = logged_in(proxy, user, dovecot.password)
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        connection.append("Drafts", "", None, MAIL)
    connection.shutdown()
    assert len(dovecot.messages(user, "Drafts")) == count


def test_an_answer_can_be_rewritten_on_its_way_down(dovecot, proxy):
    proxy.rewrite = lambda data: data.replace(b"UIDPLUS ", b"")
    connection = logged_in(proxy, dovecot.user(), dovecot.password)
    assert "UIDPLUS" not in connection.capabilities
    connection.logout()


def test_what_a_hook_raises_comes_out(dovecot):
    def refuse(command):
        raise ValueError(command.verb)

    proxy = RecordingProxy(dovecot.host, dovecot.port)
    proxy.on_command = refuse
    with pytest.raises(ValueError, match="CAPABILITY"), proxy, pytest.raises((imaplib.IMAP4.abort, OSError)):
        imaplib.IMAP4(proxy.host, proxy.port, timeout=10)


def test_a_server_that_is_down_is_a_cut_connection_through_the_proxy(dovecot):
    with RecordingProxy(dovecot.host, 9) as proxy, pytest.raises((imaplib.IMAP4.abort, OSError)):
        imaplib.IMAP4(proxy.host, proxy.port, timeout=10)
