"""The Cyrus that other tests lean on does what it says, and no server outlives who started it."""

import asyncio
import imaplib
import os
import signal
import ssl
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.cyrus import Cyrus
from support.mailbox import mixed
from support.realmind import ROOT
from support.waiting import until

from daemon.demo.mailbox import load

MAIL = b"Subject: hello\r\nFrom: a@shop.example\r\n\r\nbody\r\n"
OTHER = MAIL.replace(b"body", b"other")
ENSURE = ROOT / "tools" / "ensure_cyrus.sh"
STARTED = """
import sys
from support.{module} import {kind}
server = {kind}().__enter__()
print(server.pid, server.directory, flush=True)
sys.stdin.read()
"""


def test_delivered_mail_is_there_in_order_with_flags_and_dates(cyrus):
    user, at = cyrus.user(), datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    cyrus.deliver(user, MAIL, flags="\\Seen", internaldate=at)
    cyrus.deliver(user, OTHER)
    with cyrus.session(user) as connection:
        connection.select("INBOX", readonly=True)
        _, dates = connection.uid("FETCH", "1", "(INTERNALDATE)")
    stamp = datetime.strptime(dates[0].decode().split('"')[1], "%d-%b-%Y %H:%M:%S %z")
    assert stamp == at
    assert cyrus.messages(user) == [MAIL, OTHER]
    assert [flags - {"\\Recent"} for flags, _ in cyrus.snapshot(user).values()] == [{"\\Seen"}, set()]
    assert cyrus.uidnext(user) == 3


def test_a_whole_sample_mailbox_can_be_delivered(cyrus):
    user, mails = cyrus.user(), [*load(datetime.now(UTC)), *mixed(20)]
    cyrus.fill(user, mails)
    for folder in ("INBOX", "Sent", "Archive"):
        assert cyrus.messages(user, folder) == [mail.raw for mail in mails if mail.folder == folder]


def test_special_folders_are_there_and_named_ones_are_made(cyrus):
    user = cyrus.user()
    cyrus.deliver(user, MAIL, "Bewerbungen/Grüße")
    with cyrus.session(user) as connection:
        listed = b"\n".join(connection.list()[1])
    assert all(use in listed for use in (b"\\drafts", b"\\sent", b"\\trash"))
    assert cyrus.messages(user, "Bewerbungen/Grüße") == [MAIL]
    assert cyrus.messages(user, "No such folder") == []
    cyrus.rename_folder(user, "Bewerbungen/Grüße", "Alt")
    assert cyrus.messages(user, "Alt") == [MAIL]


def test_a_wrong_password_is_refused(cyrus):
    with (
        imaplib.IMAP4(cyrus.host, cyrus.port) as connection,
        pytest.raises(imaplib.IMAP4.error, match="authentication failure"),
    ):
        connection.login(cyrus.user(), "wrong")


def test_tls_with_its_own_certificate_is_trusted_by_ca_file(cyrus):
    context = ssl.create_default_context(cafile=cyrus.ca_file)
    with imaplib.IMAP4_SSL(cyrus.host, cyrus.tls_port, ssl_context=context) as connection:
        connection.login(cyrus.user(), cyrus.password)
    with imaplib.IMAP4(cyrus.host, cyrus.port) as connection:
        connection.starttls(context)
        assert connection.login(cyrus.user(), cyrus.password)[0] == "OK"


@pytest.mark.cyrus
def test_a_stopped_server_refuses_and_a_started_one_has_its_mail():
    with Cyrus() as server:
        user = server.user()
        server.deliver(user, MAIL)
        before = server.snapshot(user)
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            imaplib.IMAP4(server.host, server.port)
        server.start()
        assert server.snapshot(user) == before


@pytest.mark.parametrize(
    ("module", "kind"),
    [
        pytest.param("dovecot", "Dovecot", marks=pytest.mark.dovecot),
        pytest.param("cyrus", "Cyrus", marks=pytest.mark.cyrus),
    ],
)
def test_a_server_ends_with_whoever_started_it_however_that_ends(module, kind):
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    command = [sys.executable, "-c", STARTED.format(module=module, kind=kind)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as starter:
        pid, folder = starter.stdout.readline().decode().split()
        assert _runs(int(pid))
        starter.send_signal(signal.SIGKILL)
    asyncio.run(until(lambda: not _runs(int(pid)) and not Path(folder).exists()))


def _runs(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(") ")[2][0] != "Z"


# --- how it gets there ---


def ensured(cache, path):
    env = {"HIGHROAD_TEST_CACHE": str(cache), "HOME": str(cache), "PATH": path}
    return subprocess.run(["/bin/sh", str(ENSURE)], env=env, capture_output=True, text=True, timeout=60, check=True)


@pytest.mark.cyrus
def test_a_cyrus_that_is_there_is_not_fetched_again():
    found = subprocess.run(["sh", str(ENSURE)], capture_output=True, text=True, timeout=20, check=True)
    assert (found.stdout, found.stderr) == ("", "")


def test_where_none_can_be_fetched_it_is_said_plainly_and_nothing_fails(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("id", "find", "sort", "tr", "grep", "ldd", "dirname"):
        found = next(Path(place, name) for place in ("/usr/bin", "/bin") if Path(place, name).exists())
        (programs / name).symlink_to(found)
    done = ensured(tmp_path / "cache", str(programs))
    assert done.stdout.splitlines() == [
        "Cyrus is fetched from Debian's packages, and this is no Debian.",
        "The tests that need Cyrus will not run; the others will.",
    ]
