"""Logging in with an access token: OAUTHBEARER and XOAUTH2 on the wire, and what counts as a refusal."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.logins import SECRET, opened
from support.scripted import HANG_UP, Scripted

from daemon.adapters.imap import sasl
from daemon.core.errors import NeedsOperator, Refused, Throttled, Transient

TOKEN = SECRET
GMAIL = {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}


def offering(*mechanisms):
    return f"* CAPABILITY IMAP4rev1 {' '.join(mechanisms)}", "{tag} OK done"


def challenge(told):
    return "+ " + base64.b64encode(json.dumps(told).encode()).decode()


def server(*mechanisms, answer=("+ ", "{tag} OK come in")):
    return Scripted(CAPABILITY=offering(*mechanisms), AUTHENTICATE=answer)


async def entered(server, **changes):
    return await opened(server, TOKEN, **({"auth": "oauth2", "user": "sam@example.org"} | changes))


def said(server):
    """The answers of the client, decoded; those that go along with the command too."""
    words = [line.split(" ") for line in server.lines if line.startswith((">", "AUTHENTICATE"))]
    return [base64.b64decode(word[-1]).decode() for word in words if word[0] == ">" or len(word) == 3]


BEARER = "n,a=sam@example.org,\x01host={host}\x01port={port}\x01auth=Bearer " + TOKEN + "\x01\x01"
XOAUTH2 = "user=sam@example.org\x01auth=Bearer " + TOKEN + "\x01\x01"


@pytest.mark.parametrize(
    ("mechanisms", "expected"),
    [
        (["AUTH=XOAUTH2"], XOAUTH2),
        (["AUTH=OAUTHBEARER"], BEARER),
        (["AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "AUTH=PLAIN"], BEARER),
        (["auth=xoauth2", "LOGINDISABLED"], XOAUTH2),
    ],
)
async def test_the_token_is_sent_as_its_mechanism_wants_it(mechanisms, expected):
    with server(*mechanisms) as one:
        assert await entered(one) is None
        assert said(one) == [expected.format(host=one.host, port=one.port)]
    assert "LOGIN" not in one.verbs


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
async def test_with_sasl_ir_it_goes_along_with_the_command(mechanism):
    with server("SASL-IR", f"AUTH={mechanism}", answer=("{tag} OK come in",)) as one:
        assert await entered(one) is None
        assert one.lines[1].startswith(f"AUTHENTICATE {mechanism} ")
        assert said(one) == [(XOAUTH2 if mechanism == "XOAUTH2" else BEARER).format(host=one.host, port=one.port)]


@pytest.mark.parametrize(("mechanism", "end"), [("XOAUTH2", "> "), ("OAUTHBEARER", "> AQ==")])
@pytest.mark.parametrize("at_once", [True, False])
async def test_the_error_is_answered_and_put_into_the_sentence(mechanism, end, at_once):
    no = (challenge(GMAIL), "{tag} NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")
    with server(*["SASL-IR"] * at_once, f"AUTH={mechanism}", answer=no if at_once else ("+ ", *no)) as one:
        found = await entered(one)
        assert isinstance(found, Refused)
        assert one.lines[-1] == end
    for part in ("refused the access token", "status 400", "scope https://mail.google.com/", "`highroad login main`"):
        assert part in str(found)
    assert TOKEN not in str(found)


async def test_a_server_that_says_the_token_back_does_not_get_it_into_a_sentence():
    no = ("+ ", challenge({"status": f"bad token {TOKEN}", "scope": "mail"}), "{tag} NO no " + TOKEN)
    with server("AUTH=XOAUTH2", answer=no) as one:
        found = await entered(one)
    assert isinstance(found, Refused) and "scope mail" in str(found) and TOKEN not in str(found)


REFUSED = {
    "microsoft": ("{tag} NO AUTHENTICATE failed.",),
    "dovecot": (challenge({"status": "invalid_token"}), "{tag} NO [AUTHENTICATIONFAILED] Authentication failed."),
    "with the error alone": (challenge({"status": "invalid_token"}), "{tag} NO sorry"),
    "expired": ("{tag} NO [EXPIRED] x",),
}
PASSING = {
    "the provider is down": (challenge({"status": "503"}), "{tag} NO [AUTHENTICATIONFAILED] failed"),
    "unavailable": ("{tag} NO [UNAVAILABLE] Temporary authentication failure.",),
    "server bug": ("{tag} NO [SERVERBUG] x",),
    "bad": ("{tag} BAD Syntax",),
    "without a word": ("{tag} NO",),
    "asks on": ("+ ", "+ ", "+ ", "+ "),
    "hangs up": HANG_UP,
    "bye": ("* BYE x", *HANG_UP),
}


@pytest.mark.parametrize("how", REFUSED)
async def test_an_explicit_no_is_a_refusal(how):
    with server("AUTH=XOAUTH2", answer=("+ ", *REFUSED[how])) as one:
        assert isinstance(await entered(one), Refused)


@pytest.mark.parametrize("how", PASSING)
async def test_a_mishap_is_none(how):
    with server("AUTH=OAUTHBEARER", answer=("+ ", *PASSING[how])) as one:
        found = await entered(one)
        assert isinstance(found, Transient)
        assert isinstance(found, Throttled) == (how == "unavailable")


async def test_without_either_mechanism_the_token_is_not_sent():
    with server("AUTH=PLAIN") as one:
        found = await entered(one)
    assert isinstance(found, NeedsOperator) and "neither OAUTHBEARER nor XOAUTH2" in str(found)
    assert one.verbs == ["CAPABILITY"]


@pytest.mark.parametrize("token", ["a\r\nx", "a\0"])
async def test_a_token_with_a_line_break_is_not_sent(token):
    with server("AUTH=XOAUTH2") as one:
        assert "access token holds a line break" in str(await opened(one, token, auth="oauth2"))
    assert one.verbs == ["CAPABILITY"]


def test_a_user_with_commas_and_equals_signs_is_one_name():
    assert base64.b64decode(sasl.oauthbearer("a,b=c", "t", "h", 1)).startswith(
        b"n,a=a=2Cb=3Dc,\x01host=h\x01port=1\x01"
    )


@given(st.binary(max_size=100))
def test_whatever_a_challenge_holds_it_is_no_failure_of_ours(challenge):
    for octets in (challenge, base64.b64encode(challenge)):
        assert all(len(value) <= 120 for value in sasl.error_in(octets).values())


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_an_error_of_any_shape_is_read(told):
    assert set(sasl.error_in(base64.b64encode(json.dumps(told).encode()))) <= {
        "status",
        "scope",
        "openid-configuration",
    }


# --- passwords by AUTHENTICATE ---


async def test_over_a_plain_connection_logindisabled_speaks_of_plain_as_well():
    with server("LOGINDISABLED", "AUTH=PLAIN") as one:
        assert "LOGINDISABLED" in str(await opened(one, "x"))
        assert one.verbs == ["CAPABILITY"]


async def test_plain_goes_along_where_it_may():
    with server("SASL-IR", "AUTH=PLAIN", answer=("{tag} OK come in",)) as one:
        assert await opened(one, "pässwörd") is None
        assert said(one) == ["\0sam\0pässwörd"]


async def test_a_user_name_with_blanks_and_quotes_stays_one_word():
    with Scripted() as one:
        assert await opened(one, "x", user='sam "x" \\') is None
    assert 'LOGIN "sam \\"x\\" \\\\" "x"' in one.lines


async def test_a_server_that_takes_us_for_somebody_is_not_believed():
    with Scripted(greeting=("* PREAUTH welcome back",)) as one:
        found = await opened(one, "x")
    assert isinstance(found, NeedsOperator) and "PREAUTH" in str(found)


@pytest.mark.parametrize(
    ("greeting", "seconds"),
    [
        ("* BYE [UNAVAILABLE] Server is overloaded", None),
        ("* BYE Too many simultaneous connections", None),
        ("* BYE Request is throttled. Suggested Backoff Time: 89117 milliseconds", 89.117),
    ],
)
async def test_a_greeting_that_asks_to_wait_is_heard(greeting, seconds):
    with Scripted(greeting=(greeting, *HANG_UP)) as one:
        found = await opened(one, "x")
    assert isinstance(found, Throttled) and found.seconds == seconds
    assert greeting.removeprefix("* BYE ") in str(found)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (("{tag} NO [LIMIT] Too many logins",), None),
        (("{tag} NO [ALERT] Too many simultaneous connections. (Failure)",), None),
        (("{tag} BAD Request is throttled. Suggested Backoff Time: 300000 milliseconds", "* BYE x", *HANG_UP), 300.0),
        (("* BYE so much; try again in 2 minutes, [LIMIT]", *HANG_UP), 120.0),
    ],
)
async def test_a_log_in_that_is_too_much_is_heard(answer, seconds):
    with Scripted(LOGIN=answer) as one:
        found = await opened(one, "x")
    assert isinstance(found, Throttled) and found.seconds == seconds


async def test_capabilities_are_asked_for_anew_after_log_in():
    told = iter([("STARTTLS", "LOGINDISABLED2"), ("IDLE", "CONDSTORE")])
    with Scripted(CAPABILITY=lambda _tag, _rest: list(offering(*next(told)))) as one:
        assert await opened(one, "x") is None
        assert one.verbs[:3] == ["CAPABILITY", "LOGIN", "CAPABILITY"]
