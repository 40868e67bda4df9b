"""Logging in by device code, by browser, and by pasting, against providers that do as they please."""

import base64
import hashlib
import socket
import threading
import urllib.error
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from support.oidc_scripted import ScriptedProvider, answer, error, tokens

from daemon.adapters.oauth.code import Request, challenge
from daemon.adapters.oauth.device import Invitation, awaited, invited
from daemon.adapters.oauth.loopback import Loopback
from daemon.adapters.oauth.values import Client
from daemon.core.errors import NeedsOperator, Throttled, Transient

INVITATION = {
    "device_code": "d3vice",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://login.example/device",
    "expires_in": 900,
    "interval": 5,
}
PENDING, SLOW = error("authorization_pending"), error("slow_down")


class Clockwork:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.pauses = 1000.0, []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


def waited(*answers, **changes):
    """The grant or the failure that a device log-in comes to, and the pauses in between."""
    clock = Clockwork()
    with ScriptedProvider(answer(INVITATION | changes), *answers) as provider:
        client = provider.client()
        try:
            found = awaited(client, invited(client), "id", lambda: clock.now, clock.sleep)
        except (NeedsOperator, Transient) as failure:
            found = failure
    return found, clock.pauses, provider.forms


# --- device code (RFC 8628) ---


def test_a_device_log_in_asks_until_the_person_agreed():
    grant, pauses, forms = waited(PENDING, PENDING, tokens())
    assert (grant.id, grant.access, grant.obtained) == ("id", "access-1", 1015.0)
    assert pauses == [5, 5, 5]
    assert forms[0] == {"client_id": "me", "scope": "mail"}
    assert forms[1]["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code"
    assert forms[1]["device_code"] == "d3vice"


def test_slow_down_makes_every_later_pause_longer():
    _, pauses, _ = waited(SLOW, PENDING, SLOW, tokens())
    assert pauses == [5, 10, 10, 15]


def test_a_network_that_fails_in_between_only_slows_it_down():
    grant, pauses, _ = waited(b"", answer(b"<html>", 502), PENDING, tokens())
    assert grant.access == "access-1" and pauses == [5, 10, 20, 20]


def test_a_pause_that_is_asked_for_is_kept():
    _, pauses, _ = waited(answer({}, 429, "Retry-After: 45"), tokens())
    assert pauses == [5, 45]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (error("access_denied"), "declined"),
        (error("expired_token"), "not typed in time"),
        (error("invalid_client", 401), "oauth.client_id"),
        (error("invalid_grant"), "highroad login main"),
    ],
)
def test_a_device_log_in_that_comes_to_nothing_says_why(said, words):
    found, pauses, _ = waited(PENDING, said)
    assert isinstance(found, NeedsOperator) and words in str(found) and pauses == [5, 5]


def test_it_does_not_ask_beyond_the_life_of_the_code():
    found, pauses, _ = waited(PENDING, expires_in=60)
    assert "not typed in time" in str(found) and sum(pauses) == 60


def test_a_life_without_end_ends():
    found, pauses, _ = waited(PENDING, expires_in=10**9, interval=10**6)
    assert "not typed in time" in str(found) and len(pauses) == 30


def test_googles_own_name_of_the_address_is_understood():
    with ScriptedProvider(
        answer({**INVITATION, "verification_uri": None, "verification_url": "https://g.example/d"})
    ) as one:
        assert invited(one.client()).address == "https://g.example/d"


@pytest.mark.parametrize(
    "changes",
    [
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "https://x.example/\x1b[2J"},
        {"verification_uri": "https://x.example/ a"},
        {"verification_uri": ""},
        {"user_code": "AB\x1b[2JCD"},
        {"user_code": "x" * 300},
    ],
)
def test_an_address_or_code_that_cannot_be_shown_is_refused(changes):
    found, _, _ = waited(PENDING, **changes)
    assert "no usable address or code" in str(found)


def test_a_direct_address_that_is_odd_is_left_out():
    with ScriptedProvider(answer(INVITATION | {"verification_uri_complete": "data:text/html,x"})) as provider:
        found = invited(provider.client())
    assert found.direct == "" and "d3vice" not in repr(found)


def test_a_provider_that_gives_no_code_is_told():
    with ScriptedProvider(error("unauthorized_client")) as provider, pytest.raises(NeedsOperator, match="client_id"):
        invited(provider.client())


def test_a_throttled_provider_is_told_at_the_first_question():
    with ScriptedProvider(answer({}, 429, "Retry-After: 9")) as provider, pytest.raises(Throttled):
        invited(provider.client())


# --- authorization code with PKCE (RFC 7636) ---

CLIENT = Client("main", "Example", "https://x.example/token", "me", "https://x.example/auth?prompt=login", scope="mail",
                extra=(("access_type", "offline"),))  # fmt: skip


def test_the_challenge_is_the_one_of_the_rfc():
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_address_for_the_browser_holds_what_it_must_and_nothing_secret():
    request = Request(CLIENT, "http://127.0.0.1:5/", "sam@example.org")
    query = {key: values[0] for key, values in parse_qs(urlsplit(request.address).query).items()}
    digest = hashlib.sha256(request.verifier.encode()).digest()
    assert query == {
        "prompt": "login", "response_type": "code", "client_id": "me", "redirect_uri": "http://127.0.0.1:5/",
        "scope": "mail", "state": request.state, "code_challenge_method": "S256", "login_hint": "sam@example.org",
        "access_type": "offline", "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
    }  # fmt: skip
    assert request.verifier not in request.address + repr(request) and request.state not in repr(request)
    assert 43 <= len(request.verifier) <= 128


def test_two_tries_share_nothing():
    one, other = Request(CLIENT, "http://127.0.0.1/"), Request(CLIENT, "http://127.0.0.1/")
    assert one.state != other.state and one.verifier != other.verifier


def test_only_an_address_with_this_trys_state_gives_a_code():
    request = Request(CLIENT, "http://127.0.0.1:5/")
    assert request.code_in(f" http://127.0.0.1:5/?state={request.state}&code=c0de&iss=x\n") == "c0de"
    for address in ("", "c0de", "http://127.0.0.1:5/?code=c0de", "http://127.0.0.1:5/?code=c0de&state=guess",
                    f"http://127.0.0.1:5/?state={request.state}", "http://127.0.0.1:5/?state=ä&code=x"):  # fmt: skip
        assert request.code_in(address) is None


def test_a_log_in_that_was_declined_says_what_the_provider_said():
    request = Request(CLIENT, "http://127.0.0.1:5/")
    with pytest.raises(NeedsOperator, match="access_denied: not today"):
        request.code_in(f"http://x/?state={request.state}&error=access_denied&error_description=not%20today")


def test_the_code_goes_with_the_verifier_and_the_secret():
    with ScriptedProvider(tokens()) as provider:
        request = Request(provider.client(secret="s3cret"), "http://127.0.0.1:5/")
        grant = request.grant("c0de", "id", 1000.0)
    assert grant.access == "access-1"
    assert provider.forms == [{
        "grant_type": "authorization_code", "code": "c0de", "redirect_uri": "http://127.0.0.1:5/", "client_id": "me",
        "code_verifier": request.verifier, "client_secret": "s3cret",
    }]  # fmt: skip


# --- the redirect to this machine (RFC 8252) ---


def fetched(address):
    """Status and page, as a browser gets them."""
    try:
        with urllib.request.urlopen(address, timeout=10) as found:
            return found.status, found.read().decode(), found.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers


class Waiting:
    """A loopback whose outcome is waited for in a thread."""

    def __init__(self, listener, request, seconds=20.0):
        self.outcome = None
        self._thread = threading.Thread(target=self._wait, args=(listener, request, seconds))
        self._thread.start()

    def _wait(self, listener, request, seconds):
        try:
            self.outcome = listener.code(request.code_in, seconds)
        except NeedsOperator as failure:
            self.outcome = failure

    def end(self):
        self._thread.join(20)
        return self.outcome


def test_the_browser_brings_the_code_and_gets_a_calm_page():
    with Loopback() as listener:
        request = Request(CLIENT, listener.redirect)
        waiting = Waiting(listener, request)
        status, page, headers = fetched(f"{listener.redirect}?state={request.state}&code=c0de")
        assert waiting.end() == "c0de"
    assert status == 200 and "You can close this page" in page and "<script" not in page and "c0de" not in page
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"


def test_strays_are_turned_away_and_the_true_one_still_counts():
    with Loopback() as listener:
        request = Request(CLIENT, listener.redirect)
        waiting = Waiting(listener, request)
        assert fetched(f"{listener.redirect}favicon.ico")[0] == 404
        assert fetched(f"{listener.redirect}?state=guess&code=evil")[0] == 400
        assert fetched(f"{listener.redirect}?{'&'.join(f'a{n}=1' for n in range(200))}")[0] == 400
        assert fetched(f"{listener.redirect}?state={request.state}&code=c0de")[0] == 200
        assert fetched(f"{listener.redirect}?state={request.state}&code=another")[0] == 404
        assert waiting.end() == "c0de"


def test_guessing_ends_the_log_in():
    with Loopback() as listener:
        waiting = Waiting(listener, Request(CLIENT, listener.redirect))
        for _ in range(60):
            fetched(f"{listener.redirect}?state=guess&code=evil")
        assert "No browser came back" in str(waiting.end())


def test_an_idle_connection_of_the_browser_holds_nothing_up():
    with Loopback() as listener:
        request = Request(CLIENT, listener.redirect)
        waiting = Waiting(listener, request)
        with socket.create_connection(("127.0.0.1", urlsplit(listener.redirect).port)):
            fetched(f"{listener.redirect}?state={request.state}&code=c0de")
            assert waiting.end() == "c0de"


def test_a_declined_log_in_ends_at_once_with_a_page():
    with Loopback() as listener:
        request = Request(CLIENT, listener.redirect)
        waiting = Waiting(listener, request)
        _, page, _ = fetched(f"{listener.redirect}?state={request.state}&error=access_denied")
        assert "access_denied" in str(waiting.end()) and "Nothing was changed" in page


def test_nobody_coming_ends_it():
    with Loopback() as listener, pytest.raises(NeedsOperator, match="No browser came back"):
        listener.code(Request(CLIENT, listener.redirect).code_in, 0.05)


def test_it_listens_on_loopback_alone_and_no_longer_than_it_must():
    with Loopback(host="localhost") as listener:
        parts = urlsplit(listener.redirect)
        assert (parts.scheme, parts.hostname, parts.path) == ("http", "localhost", "/")
        assert listener._server.server_address[0] == "127.0.0.1"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", parts.port), 1).close()


def test_a_redirect_that_is_registered_to_the_letter_is_kept():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Loopback(f"http://localhost:{port}/back") as listener:
        assert listener.redirect == f"http://localhost:{port}/back"
        with pytest.raises(NeedsOperator, match="--paste"):
            Loopback(listener.redirect)
        request = Request(CLIENT, listener.redirect)
        waiting = Waiting(listener, request)
        assert fetched(f"http://127.0.0.1:{port}/?state={request.state}&code=c0de")[0] == 404
        assert fetched(f"http://127.0.0.1:{port}/back?state={request.state}&code=c0de")[0] == 200
        assert waiting.end() == "c0de"


def test_an_invitation_shows_no_secret():
    assert "d3vice" not in repr(Invitation("a", "b", "", 1, 1, "d3vice"))
