"""What servers say, read for what is to be done: the words of those that people have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.adapters.imap.said import asks_to_wait, code_of, one_line, seconds_asked

WAIT = {
    "Request is throttled. Suggested Backoff Time: 299961 milliseconds": 299.961,
    "Request is throttled. Suggested Backoff Time: 300000": 300.0,
    "Suggested Backoff Time: 30 seconds": 30.0,
    "[THROTTLED] wait": None,
    "[LIMIT] Rate limit hit.": None,
    "[LIMIT] too many connections; try again in 15 minutes": 900.0,
    "[UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)": None,
    "Maximum number of connections from user+IP exceeded": None,
    "[INUSE] Mailbox is locked": None,
    "[ALERT] Too many simultaneous connections. (Failure)": None,
    "[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)": None,
    "connection closed; AAAA3 NO [LIMIT] CAPABILITY Rate limit hit": None,
    "[limit] retry after 2 hours": 7200.0,
    "Suggested Backoff Time: 999999999999": 86400.0,
}
GO_ON = [
    "",
    "Invalid credentials",
    "[AUTHENTICATIONFAILED] Authentication failed.",
    "[OVERQUOTA] Quota exceeded (mailbox for user is full)",
    "[SERVERBUG] Internal error occurred. Refer to server log for more information.",
    "[TRYCREATE] Mailbox doesn't exist",
    "User is authenticated but not connected.",
    "Server shutting down.",
    "Disconnected for inactivity.",
]


@pytest.mark.parametrize("said", WAIT)
def test_who_wants_to_be_left_alone_is_told_apart_with_how_long(said):
    assert asks_to_wait(said)
    assert seconds_asked(said) == (pytest.approx(WAIT[said]) if WAIT[said] else None)


@pytest.mark.parametrize("said", GO_ON)
def test_other_failures_are_no_reason_for_a_long_wait(said):
    assert not asks_to_wait(said)
    assert seconds_asked(said) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("[OVERQUOTA] full", "OVERQUOTA"),
        ("[overquota] full", "OVERQUOTA"),
        ("[BADCHARSET (UTF-8)] no", "BADCHARSET"),
        ("[READ-ONLY] no", "READ-ONLY"),
        (" [NOPERM] no", "NOPERM"),
        ("no [NOPERM]", None),
        ("[not a code", None),
        ("", None),
    ],
)
def test_the_response_code_is_what_stands_first_in_brackets(said, code):
    assert code_of(said) == code


@given(st.text())
def test_whatever_a_server_says_is_read_and_fits_a_sentence(said):
    asks_to_wait(said)
    assert (seconds_asked(said) or 0.0) <= 86_400
    line = one_line(said)
    assert len(line) <= 200 and not any(ord(mark) < 32 or mark == "\x7f" for mark in line)
