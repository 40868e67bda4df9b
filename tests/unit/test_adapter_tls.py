"""Encrypted connections: whose certificate is trusted, and that there is no way back to plain."""

import asyncio
import subprocess

import pytest
from support.logins import login, opened, tried
from support.scripted import HANG_UP, Scripted

from daemon.adapters.imap import login as login_module
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import NeedsOperator, Refused, Transient


@pytest.fixture
def wrong_ca(dovecot):
    """Another self-signed certificate for the same names."""
    key, path = dovecot.directory / "other-key.pem", dovecot.directory / "other.pem"
    new = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path)]
    subprocess.run([*new, *named], capture_output=True, check=True)
    return str(path)


def tls(dovecot, security, **changes):
    port = dovecot.tls_port if security == "tls" else dovecot.port
    ca_file = {"ca_file": str(dovecot.ca_file)}
    return login(dovecot, security=security, port=port, user=dovecot.user(), **(ca_file | changes))


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_named_as_ca_file_is_trusted(dovecot, security):
    for host in ("127.0.0.1", "localhost"):
        assert await tried(Reading.open(tls(dovecot, security, host=host), dovecot.password)) is None


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_that_is_not_trusted_is_a_sentence_and_no_password_is_sent(dovecot, security, wrong_ca):
    before = dovecot.log
    for changes in ({"ca_file": ""}, {"ca_file": wrong_ca}):
        found = await tried(Reading.open(tls(dovecot, security, **changes), dovecot.password))
        assert isinstance(found, NeedsOperator) and not isinstance(found, Refused)
        assert "shows a certificate that is not trusted" in str(found)
        assert 'ca_file of account "main"' in str(found)
    assert "Login: user" not in dovecot.log[len(before) :]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_certificate_for_another_host_is_not_trusted(dovecot, security):
    found = await tried(Reading.open(tls(dovecot, security, host="127.0.0.2"), dovecot.password))
    assert "127.0.0.2" in str(found)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("content", [None, "", "this is no certificate"])
async def test_a_ca_file_that_cannot_be_used_is_a_sentence(dovecot, tmp_path, security, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    found = await tried(Reading.open(tls(dovecot, security, ca_file=str(path)), dovecot.password))
    assert isinstance(found, NeedsOperator)
    assert str(path) in str(found)
    assert "PEM" in str(found)


async def test_without_starttls_nothing_is_sent():
    with Scripted() as server:
        found = await opened(server, security="starttls")
    assert isinstance(found, NeedsOperator)
    assert "offers no STARTTLS, so nothing was sent" in str(found)
    assert server.verbs == ["CAPABILITY"]


@pytest.mark.parametrize("answer", [("{tag} NO not now",), ("{tag} OK go", "* OK plain after all", *HANG_UP), HANG_UP])
async def test_a_starttls_that_fails_is_no_way_back_to_plain(answer):
    capability = ("* CAPABILITY IMAP4rev1 STARTTLS", "{tag} OK done")
    with Scripted(CAPABILITY=capability, STARTTLS=answer) as server:
        found = await opened(server, security="starttls")
    assert isinstance(found, Transient)
    assert "LOGIN" not in server.verbs


async def test_a_plain_server_on_the_tls_port_is_a_sentence(dovecot):
    found = await tried(Reading.open(login(dovecot, security="tls"), "x"))
    assert isinstance(found, Transient)
    assert 'is security = "starttls" meant?' in str(found)


async def test_tls_on_a_plain_port_that_says_nothing_is_given_up(dovecot, monkeypatch):
    monkeypatch.setattr(login_module, "CONNECT_SECONDS", 0.3)
    found = await tried(Reading.open(login(dovecot, port=dovecot.tls_port), "x"))
    assert isinstance(found, Transient)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_large_mails_and_news_come_through_it(dovecot, security):
    """What TLS holds decrypted already is nothing that poll(2) would tell of."""
    mine = tls(dovecot, security)
    big = b"Subject: big\r\n\r\n" + b"x" * 76 * 1000 + b"\r\n"
    for _ in range(5):
        dovecot.deliver(mine.user, big)
    mailbox = await Reading.open(mine, dovecot.password)
    await mailbox.examine("INBOX")
    found = await mailbox.fetch(await mailbox.uids())
    assert [each.prefix for each in found] == [big] * 5
    task = asyncio.create_task(mailbox.wait(60))
    await asyncio.sleep(0.1)
    dovecot.deliver(mine.user, b"Subject: news\r\n\r\nx\r\n")
    assert await asyncio.wait_for(task, 20) is True
    assert len(await mailbox.uids()) == 6
    await mailbox.close()
