"""Logging in: what counts as a refusal, what passes, and what is never sent."""

import asyncio
import base64
import contextlib
import socket

import pytest
from support.clock import FakeClock
from support.logins import SECRET, opened, tried
from support.proxy import RecordingProxy
from support.scripted import HANG_UP, Scripted

from config.loader import settings_of
from daemon.adapters.imap.login import Login
from daemon.adapters.journal.journal import open_journal
from daemon.connect import Connector
from daemon.core.errors import NeedsOperator, Refused, Transient

ME = {"name": "Sam Rivera", "address": "sam@example.org"}


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(open_journal(tmp_path)) as journal:
        yield journal


@pytest.fixture
def proxy(dovecot):
    with RecordingProxy(dovecot.host, dovecot.port) as proxy:
        yield proxy


@pytest.fixture
def connector(journal, monkeypatch):
    """Connectors of one account whose password is the variable MY_SECRET."""
    monkeypatch.setenv("MY_SECRET", SECRET)

    def made(server, **changes):
        account = {"name": "main", "host": server.host, "port": server.port, "security": "plain", "user": "sam"}
        tree = {"me": ME, "account": [account | {"password": {"env": "MY_SECRET"}} | changes]}
        return Connector(settings_of(tree).account[0], journal, FakeClock())

    return made


# --- the count of refusals ---


async def test_after_two_refusals_nothing_is_tried(connector, proxy):
    first, second = [await tried(connector(proxy).reading()) for _ in range(2)]
    assert isinstance(first, Refused) and isinstance(second, Refused)
    assert "refused user or password" in str(first)
    connections = proxy.connections
    for opening in (connector(proxy).reading(), connector(proxy).placing()):
        third = await tried(opening)
        assert not isinstance(third, Refused)
        assert "was refused 2 times and rests" in str(third)
        assert "`highroad doctor --retry`" in str(third)
    assert proxy.connections == connections == 2
    assert proxy.verbs().count("LOGIN") == 2


async def test_a_new_secret_is_tried_and_success_forgets_the_refusals(connector, proxy, journal, dovecot, monkeypatch):
    for _ in range(3):
        await tried(connector(proxy).reading())
    assert (await connector(proxy).refusal()).count == 2
    monkeypatch.setenv("MY_SECRET", dovecot.password)
    assert await connector(proxy).refusal() is None
    assert await tried(connector(proxy).reading()) is None
    monkeypatch.setenv("MY_SECRET", SECRET)
    assert await connector(proxy).refusal() is None
    assert isinstance(await tried(connector(proxy).reading()), Refused)


async def test_changed_settings_are_a_new_log_in(connector):
    with Scripted(LOGIN=("{tag} NO [AUTHENTICATIONFAILED] no",)) as server:
        for _ in range(2):
            await tried(connector(server).reading())
        assert (await connector(server).refusal()).count == 2
        for change in ({"user": "other"}, {"port": 1}, {"host": "localhost"}, {"name": "second"}):
            assert await connector(server, **change).refusal() is None


async def test_many_at_once_do_not_try_more_often(connector, proxy):
    """Reading and placing share the account: between them it is two log-ins as well."""
    one = connector(proxy)
    found = await asyncio.gather(*(tried(opening()) for opening in (one.reading, one.placing) * 3))
    assert proxy.verbs().count("LOGIN") == 2
    assert [isinstance(error, Refused) for error in found].count(True) == 2


async def test_with_the_right_password_both_sides_open(connector, proxy, dovecot, monkeypatch):
    monkeypatch.setenv("MY_SECRET", dovecot.password)
    assert await tried(connector(proxy).reading()) is None
    assert await tried(connector(proxy).placing()) is None


MISHAPS = {
    "unavailable": ("{tag} NO [UNAVAILABLE] authentication server is down",),
    "limit": ("{tag} NO [LIMIT] too many connections from your address",),
    "in use": ("{tag} NO [INUSE] password database is locked",),
    "server bug": ("{tag} NO [SERVERBUG] login failed for a reason of ours",),
    "temporarily": ("{tag} NO Login temporarily disabled",),
    "try again": ("{tag} NO Authentication failed, try again later",),
    "no reason": ("{tag} NO",),
    "another reason": ("{tag} NO [CANNOT] the mailbox is being moved",),
    "bad": ("{tag} BAD Syntax error",),
    "bad command": ("{tag} BAD Command Error. 10",),
    "bye": ("* BYE too many logins", *HANG_UP),
    "bye after no": ("* BYE going down", "{tag} NO [AUTHENTICATIONFAILED] no"),
    "cut": HANG_UP,
    "nonsense": ("HTTP/1.1 200 OK", *HANG_UP),
}


@pytest.mark.parametrize("answer", MISHAPS)
async def test_a_mishap_at_log_in_is_no_refusal(connector, journal, answer):
    with Scripted(LOGIN=MISHAPS[answer]) as server:
        found = [await tried(connector(server).reading()) for _ in range(3)]
        assert server.verbs.count("LOGIN") == 3
        assert await connector(server).refusal() is None
    assert all(isinstance(error, Transient) for error in found)
    assert all(f"{server.host}:{server.port}" in str(error) for error in found)


REFUSALS = {
    "code": "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)",
    "not allowed": "NO [AUTHORIZATIONFAILED] no",
    "expired": "NO [EXPIRED] change your password",
    "the web": "NO [WEBALERT https://accounts.example/x] Web login required",
    "alert": "NO [ALERT] Please log in via your web browser",
    "words": "NO LOGIN failed.",
    "password": "NO Invalid username or password",
    "bad with a code": "BAD [AUTHENTICATIONFAILED] no",
}


@pytest.mark.parametrize("answer", REFUSALS)
async def test_an_explicit_no_is_a_refusal(connector, answer):
    with Scripted(LOGIN=("{tag} " + REFUSALS[answer],)) as server:
        found = [await tried(connector(server).reading()) for _ in range(3)]
        assert [isinstance(error, Refused) for error in found] == [True, True, False]
        assert server.verbs.count("LOGIN") == server.connections == 2


async def test_what_the_server_said_is_passed_on_in_one_plain_line(connector):
    with Scripted(LOGIN=("{tag} NO [AUTHENTICATIONFAILED] \x1b[31mrøt\x07 " + "x" * 500,)) as server:
        said = str(await tried(connector(server).reading()))
    assert "[AUTHENTICATIONFAILED] [31mrøt xxx" in said
    assert said.isprintable()
    assert len(said) < 500


async def test_a_server_that_is_down_or_unknown_passes(connector):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        down = connector(type("Server", (), {"host": "127.0.0.1", "port": nobody.getsockname()[1]}))
        found = await tried(down.reading())
    assert isinstance(found, Transient)
    assert "cannot be reached (Connection refused)" in str(found)
    assert await down.refusal() is None


@pytest.mark.parametrize("greeting", [("* BYE full",), ("* NO what?",), ("SSH-2.0-x",), HANG_UP, ("",)])
async def test_a_server_that_does_not_greet_passes(greeting):
    with Scripted(greeting=(*greeting, *HANG_UP)) as server:
        assert isinstance(await opened(server), Transient)
        assert server.lines == []


async def test_without_a_secret_nothing_is_connected_to(connector, proxy, monkeypatch):
    monkeypatch.delenv("MY_SECRET")
    assert "MY_SECRET" in str(await tried(connector(proxy).reading()))
    nowhere = connector(proxy)
    nowhere.account = nowhere.account.model_copy(update={"password": None})
    assert "has no password" in str(await tried(nowhere.reading()))
    nowhere.account = nowhere.account.model_copy(update={"auth": "oauth2"})
    assert 'auth = "oauth2"' in str(await tried(nowhere.reading()))
    assert proxy.connections == 0


# --- what is sent ---


@pytest.mark.parametrize("password", ['quote " and \\ backslash', " blanks ", "{5}", "(%*)", "]", "NIL"])
async def test_a_password_of_any_signs_arrives_as_it_is(password):
    with Scripted() as server:
        assert await opened(server, password) is None
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    assert f'LOGIN sam "{escaped}"' in server.lines or f'LOGIN "sam" "{escaped}"' in server.lines


@pytest.mark.parametrize(("user", "password"), [("sam", "pässwörd €"), ("säm@example.org", "x"), ("sam", "日本")])
async def test_a_password_in_other_letters_goes_as_utf8(user, password):
    """LOGIN takes ASCII only without further ado; AUTHENTICATE PLAIN is UTF-8 (RFC 4616)."""
    plain = ("* CAPABILITY IMAP4rev1 AUTH=PLAIN", "{tag} OK done")
    with Scripted(CAPABILITY=plain, AUTHENTICATE=("+ ", "{tag} OK come in")) as server:
        assert await opened(server, password, user=user) is None
    (answer,) = [line for line in server.lines if line.startswith(">")]
    assert base64.b64decode(answer[2:]).decode() == f"\0{user}\0{password}"


async def test_a_refusal_of_such_a_password_counts_as_well():
    plain = ("* CAPABILITY IMAP4rev1 AUTH=PLAIN", "{tag} OK done")
    for said, kind in (
        ("NO [AUTHENTICATIONFAILED] no", Refused),
        ("BAD what?", Transient),
        ("NO [LIMIT] x", Transient),
    ):
        with Scripted(CAPABILITY=plain, AUTHENTICATE=("+ ", "{tag} " + said)) as server:
            assert isinstance(await opened(server, "pässwörd"), kind)


async def test_a_password_in_other_letters_where_the_server_takes_none_is_a_sentence():
    with Scripted() as server:
        found = await opened(server, "pässwörd")
    assert isinstance(found, NeedsOperator) and not isinstance(found, Refused)
    assert "ASCII" in str(found)
    assert not any("LOGIN" in line for line in server.lines)


@pytest.mark.parametrize(("user", "password"), [("sam", "a\r\na1 DELETE INBOX"), ("sam\nx", "y"), ("sam", "a\0b")])
async def test_a_line_break_in_user_or_password_is_never_sent(user, password):
    with Scripted() as server:
        assert "line break or NUL" in str(await opened(server, password, user=user))
    assert set(server.verbs) <= {"CAPABILITY"}


async def test_logindisabled_is_respected():
    with Scripted(CAPABILITY=("* CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS", "{tag} OK done")) as server:
        found = await opened(server)
    assert "LOGINDISABLED" in str(found)
    assert isinstance(found, NeedsOperator)
    assert not any(SECRET in line for line in server.lines)


def test_a_log_in_never_shows_its_secret():
    assert SECRET not in repr(Login("main", "h", 1, "tls", "sam", secret=lambda: SECRET))
