"""Which senders are trusted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corevalues import DANA

from classifiers.values import Headers
from daemon.core.trust import distrust, related, unquoted


@pytest.mark.parametrize(
    ("results", "fine"),
    [
        (("mx.example.org; dmarc=pass",), True),
        (("mx.example.org 1; dmarc=fail (p=none) header.from=acme.example",), False),
        (("mx.example.org; spf=fail smtp.mailfrom=acme.example",), False),
        (("mx.example.org; spf=fail; dmarc=pass",), True),
        (("mx.example.org; dmarc=pass", "mx.example.org; spf=fail"), True),
        (("mx.example.org; spf=fail", "mx.example.org; dmarc=pass"), False),
        (("mx.example.org; spf=softfail; dkim=fail",), True),
        (("mx.example.org; none",), True),
        (("mx.example.org; dmarc=pass", "elsewhere.example; dmarc=fail"), True),
        (("mx.example.org; spf=fail (; dmarc=pass )",), False),
        (('mx.example.org; spf=fail reason="x; dmarc=pass"',), False),
        (("spf=pass smtp.mailfrom=acme.example; dmarc=fail action=none",), False),
        (("",), True),
        ((), True),
    ],
)
def test_the_servers_own_judgement_of_the_sender_counts(results, fine):
    assert (distrust(Headers(sender=DANA, authentication_results=results)) is None) == fine


def test_only_the_configured_server_is_believed():
    forged = Headers(sender=DANA, authentication_results=("evil.example; dmarc=fail", "mx.example.org; dmarc=pass"))
    assert distrust(forged, "MX.example.org") is None
    assert distrust(forged, "") is not None


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("acme.example", "ACME.example", True),
        ("mail.acme.example", "acme.example", True),
        ("acme.example", "hr.acme.example", True),
        ("notacme.example", "acme.example", False),
        ("acme.example.evil.example", "acme.example", False),
    ],
)
def test_domains_belong_together_when_one_holds_the_other(one, other, are):
    assert related(one, other) is are


@given(
    st.lists(st.text('ab.;= ()\\"spfdmarcfailpass/', max_size=60) | st.text(max_size=60), max_size=3),
    st.text(max_size=9),
)
def test_any_results_are_read(results, trusted):
    found = distrust(Headers(sender=DANA, authentication_results=tuple(results)), trusted)
    assert found is None or "failed" in found


def test_comments_and_quoted_strings_are_left_out():
    assert unquoted('a (b (c) "d" ) e "f ; (" g') == "a  e  g"
    assert unquoted('a "\\" (b" c (\\) d) e') == "a  c  e"
    assert unquoted("a ) b (c") == "a  b "
