"""Logging in: what counts as a refusal, what passes, and what is never sent."""

import asyncio
import base64
import contextlib
import socket
import subprocess

import pytest
from support.clock import FakeClock
from support.proxy import RecordingProxy
from support.scripted import HANG_UP, Scripted

from config.loader import settings_of
from daemon.adapters.imap import login as login_module
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
from daemon.adapters.journal.journal import open_journal
from daemon.connect import Connector
from daemon.core.errors import NeedsOperator, Refused, Transient

SECRET = "pl4nted-s3cret"
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


async def tried(opening):
    """Open and close; the failure, if there is one."""
    try:
        connection = await opening
    except (NeedsOperator, Transient) as error:
        assert SECRET not in str(error)
        return error
    await connection.close()
    return None


def login(server, **changes):
    filled = {"host": server.host, "port": server.port, "security": "plain", "user": "sam"}
    return Login(**({"account": "main"} | filled | changes))


async def opened(server, password=SECRET, **changes):
    return await tried(Reading.open(login(server, **changes), password))


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


@pytest.mark.parametrize("change", [{"user": "other"}, {"port": 1}, {"host": "localhost"}, {"name": "second"}])
async def test_changed_settings_are_a_new_log_in(connector, proxy, change):
    for _ in range(2):
        await tried(connector(proxy).reading())
    assert await connector(proxy, **change).refusal() is None


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
    for said, kind in (("NO [AUTHENTICATIONFAILED] no", Refused), ("BAD what?", Transient), ("NO [LIMIT] x", Transient)):
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


# --- TLS ---


@pytest.fixture
def wrong_ca(dovecot):
    """Another self-signed certificate for the same names."""
    key, path = dovecot.directory / "other-key.pem", dovecot.directory / "other.pem"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
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


def test_a_log_in_never_shows_its_secret():
    assert SECRET not in repr(Login("main", "h", 1, "tls", "sam", secret=lambda: SECRET))
