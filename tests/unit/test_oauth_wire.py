"""One POST and its answer, from providers that are well, ill, or hostile."""

import json
import re
import time
import traceback

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from support.oidc_scripted import ScriptedProvider, answer, error, tokens

from daemon.adapters.oauth.answers import failure_of, grant_of, shown
from daemon.adapters.oauth.values import Client
from daemon.adapters.oauth.wire import MOST, Answer, post
from daemon.core.errors import NeedsOperator, Throttled, Transient

SECRET = "pl4nted-s3cret"


def asked(*answers, seconds=5):
    """What a refresh with such answers comes to: the grant, or the failure, which shows no secret."""
    with ScriptedProvider(*answers) as provider:
        client = provider.client(secret=SECRET)
        try:
            found = post(provider.url, {"refresh_token": SECRET, "client_secret": SECRET}, seconds)
            return grant_of(found, client, "id", 1000.0, "old-refresh")
        except (Transient, NeedsOperator) as error:
            failure = error
    assert SECRET not in "".join(traceback.format_exception(failure))
    assert str(failure).isprintable() and len(str(failure)) < 600
    return failure


def test_tokens_become_a_grant():
    grant = asked(tokens())
    assert (grant.access, grant.refresh, grant.obtained, grant.expires) == ("access-1", "refresh-1", 1000, 4600)


def test_a_refresh_token_that_is_not_replaced_stays():
    assert asked(answer({"access_token": "a", "token_type": "bearer", "expires_in": "60"})).refresh == "old-refresh"


def test_a_life_that_is_not_told_is_taken_for_an_hour():
    assert asked(answer({"access_token": "a"})).expires == 4600


def test_no_token_is_in_anything_that_is_shown():
    with ScriptedProvider(tokens()) as provider:
        found = post(provider.url, {})
        client = provider.client(secret=SECRET)
        assert "access-1" not in repr(found) and SECRET not in repr(client)
        assert "access-1" not in repr(grant_of(found, client, "id", 0.0)) and "refresh-1" not in repr(found)


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (error("invalid_grant", error_description="revoked"), NeedsOperator, "say `highroad login main`"),
        (error("interaction_required"), NeedsOperator, "highroad login main"),
        (error("invalid_client", 401), NeedsOperator, "oauth.client_id"),
        (error("invalid_scope"), NeedsOperator, "Check the oauth settings"),
        (error("temporarily_unavailable", 503), Transient, "in trouble"),
        (error("server_error", 500), Transient, "in trouble"),
        (answer(b"<html>Bad gateway</html>", 502), Transient, "in trouble"),
        (answer(b"<html>Welcome to our hotel</html>"), Transient, "sign-in page"),
        (answer(b"<html>Who?</html>", 404), Transient, "sign-in page"),
        (answer(b"", 302, "Location: https://elsewhere.example/"), Transient, "redirect"),
        (answer(b"", 307, "Location: /token"), Transient, "redirect"),
        (answer([1, 2]), Transient, "none of OAuth"),
        (answer(b'{"access_token": ' + b"[" * 5000), Transient, "none of OAuth"),
        (answer({"access_token": 5}), Transient, "none of OAuth"),
        (answer({"access_token": "a b"}), NeedsOperator, "no IMAP server takes"),
        (answer({"access_token": "a\x01auth=x"}), NeedsOperator, "no IMAP server takes"),
        (answer({"access_token": "a", "token_type": "mac"}), NeedsOperator, "its type is “mac”"),
        (b"SSH-2.0-hello\r\n", Transient, "did not answer in HTTP"),
        (b"", Transient, "It is tried again"),
        (b"HTTP/1.1 200 So\r\nContent-Length: 500\r\n\r\n{", Transient, "tried again"),
    ],
)
def test_a_failure_says_what_to_do(said, kind, words):
    found = asked(said)
    assert isinstance(found, kind) and words in str(found)


def test_a_refusal_says_what_the_provider_said_and_no_more_than_a_line_of_it():
    said = str(asked(error("invalid_grant", error_description="AADSTS70000: \x1b[31m" + "x" * 5000)))
    assert "AADSTS70000: [31mxxx" in said and len(said) < 500


@pytest.mark.parametrize("key", ["error", "error_description"])
def test_a_provider_that_says_our_secrets_back_is_not_repeated(key):
    found = asked(answer({"error": "invalid_grant", key: f"unknown token {SECRET}"}, 400))
    assert isinstance(found, NeedsOperator | Transient)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, ["Retry-After: 120"], 120),
        (429, [], None),
        (503, ["Retry-After: 30"], 30),
        (429, ["Retry-After: 99999999"], 86400),
        (429, ["Retry-After: Sun, 06 Nov 2044 08:50:07 GMT", "Date: Sun, 06 Nov 2044 08:49:37 GMT"], 30),
        (429, ["Retry-After: soon"], None),
    ],
)
def test_a_provider_that_asks_for_a_pause_gets_it(status, headers, seconds):
    found = asked(answer({"error": "slow_down"}, status, *headers))
    assert isinstance(found, Throttled) and found.seconds == seconds


def test_a_huge_answer_is_not_read_to_its_end():
    def flood(_form):
        yield 0, b"HTTP/1.1 200 So\r\n\r\n"
        for _ in range(2000):
            yield 0, b"x" * 1_000_000

    began = time.monotonic()
    assert "none of OAuth" in str(asked(flood, seconds=20))
    assert time.monotonic() - began < 10


def test_an_answer_of_the_most_allowed_fits():
    filler = "x" * (MOST - len(json.dumps({"access_token": "a", "filler": ""})))
    assert asked(answer({"access_token": "a", "filler": filler})).access == "a"
    assert "none of OAuth" in str(asked(answer({"access_token": "a", "filler": filler + "x"})))


@pytest.mark.parametrize("octets", [b"HTTP/1.1 200 So\r\nX-Drip: 1\r\n", b"HTTP/1.1 200 So\r\n\r\n"])
def test_a_slow_drip_ends_at_the_deadline(octets):
    def drip(_form):
        yield 0, octets
        for _ in range(500):
            yield 0.05, b"x: y\r\n"

    began = time.monotonic()
    found = asked(drip, seconds=0.5)
    assert isinstance(found, Transient) and "no whole answer within" in str(found)
    assert time.monotonic() - began < 5


def test_a_provider_that_says_nothing_ends_at_the_deadline():
    assert "no whole answer within" in str(asked([(30, b"")], seconds=0.3))


@pytest.mark.parametrize(
    "address", ["http://login.example/token", "ftp://127.0.0.1/", "https:///x", "file:///etc/passwd", "//x", ""]
)
def test_nothing_is_sent_to_an_unsafe_address(address):
    with pytest.raises(NeedsOperator, match="nothing was sent"):
        post(address, {"refresh_token": SECRET})


def test_a_provider_that_is_not_there_passes():
    with ScriptedProvider(b"") as provider:
        gone = provider.url
    with pytest.raises(Transient, match="cannot be reached"):
        post(gone, {})


def test_a_certificate_that_nobody_trusts_is_not_talked_to(dovecot):
    with pytest.raises(Transient, match="certificate"):
        post(f"https://127.0.0.1:{dovecot.tls_port}/token", {"refresh_token": SECRET})


def test_what_others_say_is_one_printable_line():
    assert shown("a\r\nb\x00c\x1b[2J \u202edone.") == "a b c [2J done"
    assert shown("\n") == "nothing"


def test_a_number_is_read_however_it_is_written():
    client = Client("main", "Example", "https://x.example/", "me")
    for given, life in ((60, 60), ("60", 60), (60.5, 60.5), (True, 3600), ("soon", 3600), (-1, 3600), (1e300, 3600)):
        assert grant_of(Answer(200, {"access_token": "a", "expires_in": given}), client, "id", 0.0).expires == life
    assert isinstance(failure_of(Answer(400, {"error": {"code": 1}}), client), Transient)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
)
KEYS = st.sampled_from(["access_token", "refresh_token", "token_type", "expires_in", "error", "error_description"])


def outcome(answer):
    try:
        return grant_of(answer, Client("main", "Example", "https://x.example/", "me"), "id", 0.0, "old")
    except (NeedsOperator, Transient) as failure:
        return failure


@for_any(st.dictionaries(KEYS, JSON | st.sampled_from(["bearer", "a", "invalid_grant", 60])), st.integers(100, 599))
def test_any_answer_is_a_grant_or_a_sentence(said, status):
    found = outcome(Answer(status, said, None))
    if isinstance(found, Exception):
        assert str(found).isprintable() and len(str(found)) < 700
    else:
        assert re.fullmatch(r"[!-~]+", found.access) and re.fullmatch(r"[!-~]*", found.refresh) and found.expires >= 0
