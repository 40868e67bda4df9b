"""Who a draft may go to, and what they are called."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corevalues import DANA, ME, MONDAY, seen

from classifiers.values import Address, Headers
from daemon.core.addressee import Addressee, Me, Nobody, addressee, answers_nobody, writable
from daemon.core.names import display_name, first_name
from daemon.core.trust import distrust, related

NOREPLY = Address("Acme Careers", "no-reply@acme.example")
EARLIER = MONDAY - timedelta(days=9)


def of(rejection, *history):
    return addressee(rejection, history, ME)


def test_whoever_wrote_the_rejection_gets_the_answer():
    assert of(seen()) == Addressee("dana.whitfield@acme.example", "Dana Whitfield", "Dana")


def test_reply_to_of_the_same_house_goes_before_from():
    found = of(seen(reply_to=(Address("", "talent@mail.acme.example"),)))
    assert found == Addressee("talent@mail.acme.example")


def test_reply_to_without_a_name_borrows_it_only_for_the_same_address():
    assert of(seen(reply_to=(Address("", DANA.address),))).first == "Dana"


def test_a_reply_to_that_nobody_reads_is_passed_over_for_one_that_somebody_reads():
    found = of(seen(reply_to=(NOREPLY, Address("", "kim@acme.example"))))
    assert found == Addressee("kim@acme.example")


def test_a_reply_to_of_another_domain_is_distrusted():
    found = of(seen(reply_to=(Address("", "dana@acme-careers.example"),)))
    assert found == Nobody(
        "Answers would go to dana@acme-careers.example, which has nothing to do with the sender's domain."
    )


def test_an_earlier_person_is_no_way_round_a_distrusted_rejection():
    forged = seen(authentication_results=("mx.example.org; dmarc=fail",))
    assert isinstance(of(forged, seen(label="interview", received=EARLIER)), Nobody)


def test_a_machine_rejects_but_the_interviewer_can_be_written_to():
    rejection = seen(NOREPLY, facts={"answerable": False})
    assert of(rejection, seen(label="interview", received=EARLIER)).address == DANA.address


def test_the_latest_of_several_people_is_written_to():
    kim = seen(Address("", "kim@acme.example"), label="interview", received=MONDAY - timedelta(days=2))
    rejection = seen(NOREPLY, facts={"answerable": False})
    assert of(rejection, seen(label="interview", received=EARLIER), kim).address == "kim@acme.example"


@pytest.mark.parametrize("label", ["acknowledgement", "job_alert"])
def test_an_acknowledgement_or_alert_names_nobody_to_write_to(label):
    rejection = seen(NOREPLY, facts={"answerable": False})
    assert isinstance(of(rejection, seen(label=label, received=EARLIER)), Nobody)


def test_whom_the_person_wrote_to_at_the_employer_can_be_written_to():
    rejection = seen(NOREPLY, facts={"answerable": False})
    own = seen(Address("Sam", "sam@example.org"), own=True, to=(DANA,), received=EARLIER)
    assert of(rejection, own).address == DANA.address


def test_a_friend_to_whom_the_thread_was_forwarded_is_not_written_to():
    rejection = seen(NOREPLY, facts={"answerable": False})
    own = seen(Address("Sam", "sam@example.org"), own=True, to=(Address("Robin", "robin@friends.example"),))
    assert isinstance(of(rejection, own), Nobody)


def test_a_strangers_address_at_the_same_provider_is_not_the_employers():
    rejection = seen(Address("", "noreply.firm@gmail.com"), facts={"answerable": False})
    own = seen(Address("Sam", "sam@example.org"), own=True, to=(Address("Robin", "robin@gmail.com"),))
    assert isinstance(of(rejection, own), Nobody)


def test_other_receivers_of_the_rejection_are_never_written_to():
    other_candidates = (Address("", "sam@example.org"), Address("Lou", "lou@acme.example"))
    found = of(seen(NOREPLY, to=other_candidates, cc=other_candidates, facts={"answerable": False}))
    assert isinstance(found, Nobody)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"auto_submitted": "auto-generated"}, "by a machine"),
        ({"list_id": "<jobs.acme.example>"}, "many people"),
        ({"list_unsubscribe": True}, "many people"),
        ({"precedence": "bulk"}, "many people"),
        ({"facts": {"answerable": False}}, "takes no answers"),
        ({"sender": None}, "no sender"),
        ({"sender": NOREPLY}, "nobody reads no-reply@acme.example"),
        ({"sender": Address("", "sam@example.org")}, "nobody reads sam@example.org"),
        ({"sender": Address("", "sam+jobs@example.org")}, "nobody reads sam+jobs@example.org"),
        ({"sender": Address("", "d\u00e4na@acme.example")}, "nobody reads"),
    ],
)
def test_nobody_is_written_to_and_the_reason_is_told(headers, why):
    found = of(seen(**headers))
    assert isinstance(found, Nobody)
    assert why in found.why


def test_auto_submitted_no_is_a_person():
    assert isinstance(of(seen(auto_submitted="no")), Addressee)


@pytest.mark.parametrize(
    "local",
    ["no-reply", "noreply", "No.Reply", "do-not-reply", "donotreply+x", "acme-noreply", "bounces+7", "notifications",
     "job-alerts", "jobs.alert", "mailer-daemon", "postmaster", "nepasrepondre", "keine-antwort", "auto-confirm", "newsletter"],
)  # fmt: skip
def test_addresses_that_nobody_reads_are_known(local):
    assert answers_nobody(f"{local}@acme.example")


@pytest.mark.parametrize("local", ["dana", "careers", "jobs", "hr", "dana.reply", "autumn.bounds", "alerta.smith"])
def test_addresses_that_somebody_reads_are_known(local):
    assert not answers_nobody(f"{local}@acme.example")


@pytest.mark.parametrize(
    "address", ["dana", "dana@acme", "d ana@acme.example", "<dana@acme.example>", "dana@acme.example\r\nBcc: x@y.example",
                "d\u00e4na@acme.example", '"dana w"@acme.example', "dana@[127.0.0.1]", ".dana@acme.example", "d@" + "a" * 260 + ".example"]
)  # fmt: skip
def test_what_is_no_plain_address_cannot_be_written_to(address):
    assert not writable(address)


@pytest.mark.parametrize(
    ("name", "address", "shown", "first"),
    [
        ("Dana Whitfield", "dana@acme.example", "Dana Whitfield", "Dana"),
        ("Dana Whitfield", "dwhitfield@acme.example", "Dana Whitfield", "Dana"),
        ("DANA WHITFIELD", "dana@acme.example", "DANA WHITFIELD", "Dana"),
        ("dana whitfield", "whitfield@acme.example", "dana whitfield", "Dana"),
        ("Dr. Dana Whitfield", "dana@acme.example", "Dr. Dana Whitfield", "Dana"),
        ("Dana Whitfield, PhD", "dana@acme.example", "Dana Whitfield", "Dana"),
        ("Dana Whitfield (Acme)", "dana@acme.example", "Dana Whitfield", "Dana"),
        ("Dana Whitfield at Acme", "dana@acme.example", "Dana Whitfield", "Dana"),
        ("Dana Whitfield | Talent", "dana@acme.example", "Dana Whitfield", "Dana"),
        ("Whitfield, Dana", "dana.whitfield@acme.example", "Dana Whitfield", "Dana"),
        ("Jean-Luc M\u00fcller", "jmueller@acme.example", "Jean-Luc M\u00fcller", "Jean-Luc"),
        ("Zo\u00eb O\u2019Hara", "zoe@acme.example", "Zo\u00eb O\u2019Hara", "Zo\u00eb"),
        ("Dana Whitfield", "dana.whitfield@greenhouse.example", "Dana Whitfield", "Dana"),
        # a name to show, but not sure enough to greet with
        ("Dana Whitfield", "jobs@acme.example", "Dana Whitfield", None),
        ("Dana", "dana@acme.example", "Dana", None),
        ("D. Whitfield", "dwhitfield@acme.example", "D. Whitfield", None),
        ("Nguyen Van An", "nguyen.an@acme.example", "Nguyen Van An", None),
        ("WHITFIELD Dana", "dana@acme.example", "WHITFIELD Dana", None),
        ("van Berg Dana", "dana@acme.example", "van Berg Dana", None),
        ("\u7530\u4e2d \u592a\u90ce", "tanaka@acme.example", "\u7530\u4e2d \u592a\u90ce", None),
        ("Blue Heron", "blueheron@myworkday.example", "Blue Heron", None),
        # no name of a person at all
        ("Acme Careers", "careers@acme.example", None, None),
        ("Acme", "hello@acme.example", None, None),
        ("Blue Heron", "jobs@blueheron.example", None, None),
        ("Acme - Careers", "dana@acme.example", None, None),
        ("Acme, Berlin", "acme@jobs.example", None, None),
        ("dana@acme.example", "x@acme.example", None, None),
        ("Dana\r\nBcc: x", "dana@acme.example", None, None),
        ("Dana\u202eWhitfield", "dana@acme.example", None, None),
        ("Dana \U0001f680 Whitfield", "dana@acme.example", None, None),
        ("D" * 300, "dana@acme.example", None, None),
        ("", "dana@acme.example", None, None),
    ],
)
def test_people_are_called_by_their_names_or_not_at_all(name, address, shown, first):
    assert display_name(name, address) == shown
    assert first_name(name, address) == first


def test_a_company_that_is_known_is_no_person():
    assert display_name("Hazel Grove", "hazel.grove@jobs.example", "Hazel Grove GmbH") is None
    assert first_name("Hazel Grove", "hazel.grove@jobs.example", None) == "Hazel"


def test_a_sender_with_the_persons_own_name_is_not_called_by_it():
    assert of(seen(Address("Sam Rivera", "reply.sam@acme.example"))) == Addressee("reply.sam@acme.example")


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


texts = st.text(max_size=80)
addresses = st.builds(
    Address, texts, texts | st.sampled_from(["dana@acme.example", "sam@example.org", "no-reply@x.example"])
)


@given(
    st.builds(
        Headers,
        sender=st.none() | addresses,
        reply_to=st.lists(addresses, max_size=2).map(tuple),
        to=st.lists(addresses, max_size=2).map(tuple),
        auto_submitted=st.none() | texts,
        precedence=st.none() | texts,
        authentication_results=st.lists(texts, max_size=2).map(tuple),
    )
)
def test_whatever_a_mail_says_the_answer_is_a_writable_stranger_or_a_sentence(headers):
    base = seen()
    found = addressee(type(base)(headers, base.verdict, MONDAY), [], ME)
    if isinstance(found, Addressee):
        assert writable(found.address)
        assert ME.own_address(found.address) is None
        assert found.address in {item.address for item in (*headers.reply_to, headers.sender) if item}
    else:
        assert found.why.endswith(".")


@given(texts, texts, st.none() | texts)
def test_any_name_is_harmless(name, address, company):
    for found in (display_name(name, address, company), first_name(name, address, company)):
        assert found is None or (found.isprintable() and "@" not in found and 0 < len(found) <= 60)


def test_own_addresses_are_known_with_tags_and_in_any_case():
    me = Me("Sam", "Sam@Example.org", ("sam@other.example",), ME.timezone)
    assert me.own_address("sam+jobs@example.ORG") == "Sam@Example.org"
    assert me.own_address("sam@other.example") == "sam@other.example"
    assert me.own_address("samuel@example.org") is None
