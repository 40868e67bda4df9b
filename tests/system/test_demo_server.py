"""The demo's server speaks real IMAP on loopback and is gone afterwards."""

import asyncio
import imaplib
from datetime import UTC, datetime

import pytest

from daemon.demo.mailbox import load
from daemon.demo.server import serve

DRAFT = b"Subject: Re: hello\r\nMessage-ID: <a@example.org>\r\n\r\nbody\r\n"


def connected(server):
    connection = imaplib.IMAP4(server.host, server.port, timeout=10)
    connection.login(server.user, server.password)
    return connection


def read(server):
    with connected(server) as connection:
        listed = b"\n".join(connection.list()[1])
        connection.select("INBOX", readonly=True)
        _, answer = connection.uid("FETCH", "1:*", "(INTERNALDATE BODY.PEEK[])")
        return listed, [item for item in answer if isinstance(item, tuple)]


async def test_it_holds_the_mails_as_they_are():
    mails = load(datetime.now(UTC))
    async with serve(mails) as server:
        listed, found = await asyncio.to_thread(read, server)
    inbox = [mail for mail in mails if mail.folder == "INBOX"]
    assert [body for _, body in found] == [mail.raw for mail in inbox]
    assert inbox[0].internaldate.strftime("%d-%b-%Y %H:%M:%S").encode() in found[0][0]
    assert all(folder in listed for folder in (b"INBOX", b"Drafts", b"Sent", b"Trash", b"Archive"))


async def test_a_draft_that_is_laid_can_be_shown():
    def lay(server):
        with connected(server) as connection:
            return connection.append("Drafts", "\\Draft \\Seen", None, DRAFT)

    async with serve([]) as server:
        status, (told,) = await asyncio.to_thread(lay, server)
        assert status == "OK" and b"APPENDUID" in told
        assert await server.messages("Drafts") == [DRAFT]
        with pytest.raises(KeyError):
            await server.messages("No such folder")


async def test_the_password_is_a_new_one_and_nothing_else_is_let_in():
    def refused(server):
        with imaplib.IMAP4(server.host, server.port, timeout=10) as connection:
            connection.login(server.user, "wrong")

    async with serve([]) as one, serve([]) as other:
        assert one.password != other.password
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            await asyncio.to_thread(refused, one)


async def test_it_listens_on_loopback_alone():
    async with serve([]) as server:
        assert server.host == "127.0.0.1"
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.2", server.port)


async def test_it_ends_its_connections_and_says_nothing(capfd):
    async with serve([]) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        await reader.readline()
        port = server.port
    assert (await reader.readline()).startswith(b"* BYE")
    writer.close()
    await writer.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    assert capfd.readouterr() == ("", "")
