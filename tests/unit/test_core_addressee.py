"""Who a draft may go to."""

from datetime import timedelta

import pytest
from support.corevalues import DANA, ME, MONDAY, seen

from classifiers.values import Address
from daemon.core.addressee import Addressee, Me, Nobody, whom
from daemon.core.job import Step
from daemon.core.reach import answers_nobody, writable

NOREPLY = Address("Acme Careers", "no-reply@acme.example")
EARLIER = MONDAY - timedelta(days=9)


def of(rejection, *history):
    found = whom(Step.THANK_YOU, (*history, rejection), ME, "Acme")
    return found if isinstance(found, Nobody) else found[0]


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
        "There is nobody to write to: answers would go to dana@acme-careers.example, which has nothing to do with the "
        "sender's domain."
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
    [
        "no-reply",
        "noreply",
        "No.Reply",
        "do-not-reply",
        "donotreply+x",
        "acme-noreply",
        "bounces+7",
        "notifications",
        "job-alerts",
        "jobs.alert",
        "mailer-daemon",
        "postmaster",
        "nepasrepondre",
        "keine-antwort",
        "auto-confirm",
        "newsletter",
    ],
)
def test_addresses_that_nobody_reads_are_known(local):
    assert answers_nobody(f"{local}@acme.example")


@pytest.mark.parametrize("local", ["dana", "careers", "jobs", "hr", "dana.reply", "autumn.bounds", "alerta.smith"])
def test_addresses_that_somebody_reads_are_known(local):
    assert not answers_nobody(f"{local}@acme.example")


@pytest.mark.parametrize(
    "address",
    [
        "dana",
        "dana@acme",
        "d ana@acme.example",
        "<dana@acme.example>",
        "dana@acme.example\r\nBcc: x@y.example",
        "d\u00e4na@acme.example",
        '"dana w"@acme.example',
        "dana@[127.0.0.1]",
        ".dana@acme.example",
        "d@" + "a" * 260 + ".example",
    ],
)
def test_what_is_no_plain_address_cannot_be_written_to(address):
    assert not writable(address)


def test_a_sender_with_the_persons_own_name_is_not_called_by_it():
    assert of(seen(Address("Sam Rivera", "reply.sam@acme.example"))) == Addressee("reply.sam@acme.example")


def test_own_addresses_are_known_with_tags_and_in_any_case():
    me = Me("Sam", "Sam@Example.org", ("sam@other.example",), ME.timezone)
    assert me.own_address("sam+jobs@example.ORG") == "Sam@Example.org"
    assert me.own_address("sam@other.example") == "sam@other.example"
    assert me.own_address("samuel@example.org") is None
