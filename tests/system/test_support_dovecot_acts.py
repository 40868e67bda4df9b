"""What tests do to mailboxes on the Dovecot really happens to them."""

import imaplib
from datetime import UTC, datetime, timedelta

import pytest
from support.dovecot import Dovecot
from support.dovecot_acts import WITH_ACL, with_quota

MAIL = b"Subject: hello\r\nFrom: a@shop.example\r\n\r\nbody\r\n"
OTHER = MAIL.replace(b"body", b"other")


def appended(server, user, message=MAIL):
    with server.session(user) as connection:
        status, said = connection.append("Drafts", "", None, message)
    return status, said[0].decode()


def test_who_is_kicked_hears_bye_and_the_end(dovecot):
    user = dovecot.user()
    assert not dovecot.kick(user)
    connection = imaplib.IMAP4(dovecot.host, dovecot.port, timeout=10)
    connection.login(user, dovecot.password)
    assert dovecot.connected(user) == 1
    assert dovecot.kick(user)
    heard = b"".join(iter(lambda: connection.sock.recv(1000), b""))
    assert heard.startswith(b"* BYE ")
    connection.shutdown()


@pytest.mark.parametrize("folder", ["INBOX", "Drafts"])
def test_a_folder_gets_another_uidvalidity_and_keeps_its_mail(dovecot, folder):
    user = dovecot.user()
    dovecot.deliver(user, MAIL, folder)
    before = dovecot.uidvalidity(user, folder)
    assert dovecot.new_uidvalidity(user, folder) > before
    assert dovecot.messages(user, folder) == [MAIL]


def test_a_restored_mailbox_gives_its_uids_again(dovecot):
    user = dovecot.user()
    dovecot.deliver(user, MAIL)
    validity = dovecot.uidvalidity(user)
    with dovecot.backup(user) as kept:
        dovecot.deliver(user, MAIL)
        assert dovecot.uidnext(user) == 3
        dovecot.restore(user, kept)
    assert dovecot.uidnext(user) == 2
    dovecot.deliver(user, OTHER)
    assert dovecot.messages(user) == [MAIL, OTHER]
    assert (sorted(dovecot.snapshot(user)), dovecot.uidvalidity(user)) == ([1, 2], validity)


def test_a_folder_whose_directories_are_read_only_takes_nothing(dovecot):
    user = dovecot.user()
    appended(dovecot, user)
    with dovecot.read_only(user):
        assert appended(dovecot, user)[0] == "NO"
        assert len(dovecot.messages(user, "Drafts")) == 1
    assert appended(dovecot, user)[0] == "OK"


def test_folders_are_made_renamed_and_deleted(dovecot):
    user = dovecot.user()
    dovecot.create_folder(user, "Entwürfe")
    dovecot.deliver(user, MAIL, "Entwürfe")
    dovecot.rename_folder(user, "Entwürfe", "Raus & weg")
    assert dovecot.messages(user, "Raus & weg") == [MAIL]
    dovecot.delete_folder(user, "Raus & weg")
    assert dovecot.messages(user, "Raus & weg") == []


def test_much_mail_is_there_in_order_with_its_dates(dovecot):
    user, start = dovecot.user(), datetime(2026, 3, 1, tzinfo=UTC)
    mails = [(MAIL + b"%d" % number, start + timedelta(hours=number)) for number in range(300)]
    assert dovecot.fill_fast(user, mails) == 300
    dovecot.deliver(user, OTHER)
    assert dovecot.messages(user) == [*(raw for raw, _ in mails), OTHER]
    with dovecot.session(user) as connection:
        connection.select("INBOX", readonly=True)
        assert connection.uid("FETCH", "25", "(INTERNALDATE)")[1][0].endswith(b'"02-Mar-2026 00:00:00 +0000")')


def test_a_full_mailbox_says_so():
    with Dovecot(extra=with_quota(5)) as server:
        user = server.user()
        assert appended(server, user)[0] == "OK"
        status, said = appended(server, user, MAIL + b"x" * 6000)
    assert status == "NO" and said.startswith("[OVERQUOTA]")


def test_a_folder_that_one_may_only_look_at_says_so():
    with Dovecot(extra=WITH_ACL) as server:
        user = server.user()
        assert appended(server, user)[0] == "OK"
        server.rights(user, "Drafts", "lr")
        status, said = appended(server, user)
        assert status == "NO" and said.startswith("[NOPERM]")
        server.rights(user, "Drafts", None)
        assert appended(server, user)[0] == "OK"
