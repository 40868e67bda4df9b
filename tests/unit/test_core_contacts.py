"""The people of an application who can be written to, and who of them each step is for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.corevalues import DANA, ME, MONDAY, seen, verdict

from classifiers.values import LABELS, Address, Headers, Person
from daemon.core.addressee import Addressee, Nobody, Seen, contacts, whom
from daemon.core.job import TO_SELF, Step
from daemon.core.names import first_name
from daemon.core.reach import answers_nobody, tokenised, writable

KIM = Address("Kim Lowe", "kim.lowe@acme.example")
JO = Address("Jo Farrow", "jo.farrow@acme.example")
AVA = Address("Ava Stone", "ava.stone@acme.example")
LEE = Address("Lee Marsh", "lee.marsh@acme.example")
SYSTEM = Address("Acme Careers", "no-reply@acme.example")
SAM = Address("Sam Rivera", "sam@example.org")
TOKEN = "reply+3f9c2a77@mail.ashbyhq.com"
STEPS = [step for step in Step if step not in TO_SELF]


def day(number):
    return MONDAY - timedelta(days=number)


def named(item, part):
    return Person(item.name, None, part)


def invitation(sender=DANA, *met, number=9, cc=(), part=None):
    people = (Person(sender.name, sender.address, part), *(named(item, "interviewer") for item in met))
    return seen(sender, label="interview", received=day(number), cc=cc, facts={"people": people})


def silent(**headers):
    return seen(SYSTEM, facts={"answerable": False}, **headers)


def own(*to, number=5):
    return seen(SAM, label="other", own=True, to=to, received=day(number))


def addresses(found):
    return found if isinstance(found, Nobody) else [one.address for one in found]


def to(step, *mails, company="Acme"):
    return addresses(whom(step, mails, ME, company))


def known(*mails, company="Acme"):
    return {one.address: one for one in contacts(mails, ME, company)}


@pytest.mark.parametrize("step", sorted(TO_SELF))
def test_a_note_to_the_person_is_for_nobody_else(step):
    with pytest.raises(KeyError):
        whom(step, (seen(),), ME, None)


def test_thanks_go_to_the_interviewers_and_questions_to_the_recruiter():
    mails = (invitation(DANA, KIM, JO, cc=(KIM, JO), part="recruiter"), silent())
    assert to(Step.THANK_YOU, *mails) == [KIM.address, JO.address]
    assert to(Step.FEEDBACK_REQUEST, *mails) == [DANA.address]
    assert to(Step.FOLLOW_UP, *mails) == [KIM.address]
    assert to(Step.STATUS_CHECK, *mails) == [DANA.address]


def test_interviewers_without_an_address_leave_the_thanks_to_whoever_wrote():
    assert to(Step.THANK_YOU, invitation(DANA, KIM, part="recruiter"), silent()) == [DANA.address]


def test_three_people_are_thanked_at_most():
    four = (KIM, JO, AVA, LEE)
    assert len(to(Step.THANK_YOU, invitation(DANA, *four, cc=four), silent())) == 3


def test_a_hiring_manager_who_wrote_is_thanked_only_after_a_talk():
    manager = {"people": (Person(KIM.name, KIM.address, "hiring_manager"),)}
    wrote = seen(KIM, label="assessment", received=day(7), facts=manager)
    assert not known(wrote)[KIM.address].met
    assert known(wrote, invitation())[KIM.address].met


def test_whoever_invites_and_names_nobody_else_is_whom_one_met_unless_a_recruiter():
    assert known(invitation())[DANA.address].met
    assert not known(invitation(part="recruiter"))[DANA.address].met
    assert not known(invitation(DANA, KIM))[DANA.address].met


def test_whoever_is_merely_copied_in_is_nobody_to_write_to():
    assert list(known(invitation(DANA, cc=(KIM,)))) == [DANA.address]


@pytest.mark.parametrize(("later", "found"), [((), False), ((seen(KIM, label="interview", received=day(2)),), True)])
def test_an_address_that_takes_no_answers_is_not_written_to_because_the_person_once_did(later, found):
    mails = (seen(KIM, received=day(8), facts={"answerable": False}), own(KIM), *later)
    assert (KIM.address in known(*mails)) is found
    away = seen(DANA, label="other", facts={"answerable": False}, auto_submitted="auto-replied", received=day(3))
    assert DANA.address in known(own(DANA), away)


FRIEND = Address("Robin Vale", "robin.vale@friends.example")


@pytest.mark.parametrize("subject", ["Re: Fwd: Your application", "AW: AW: WG: Interview", "[ext] RE: FW: Interview"])
@pytest.mark.parametrize("label", ["other", "interview"])
def test_a_friend_who_answers_what_was_passed_on_to_them_is_nobody_to_write_to(subject, label):
    friend = seen(FRIEND, label=label, subject=subject, received=day(2))
    for step in STEPS:
        assert isinstance(to(step, invitation(SYSTEM), friend, silent()), Nobody)
        assert to(step, invitation(), friend, silent()) == [DANA.address]


@pytest.mark.parametrize(
    ("sender", "company"), [(KIM, None), (Address("Kim Lowe", "kim.lowe@zenith.example"), "Zenith")]
)
def test_a_colleague_to_whom_the_employer_passed_it_on_can_be_written_to(sender, company):
    colleague = seen(sender, label="other", subject="Re: Fwd: Your application", received=day(2))
    assert to(Step.STATUS_CHECK, invitation(SYSTEM), colleague, company=company) == [sender.address]


def test_other_receivers_of_a_rejection_are_not_written_to_even_when_they_bear_a_name_of_the_thread():
    rejection = silent(cc=(KIM,))
    assert list(known(invitation(DANA, KIM), rejection)) == [DANA.address]


def test_a_part_that_a_body_gives_counts_for_the_address_that_a_header_gives():
    rejection = seen(KIM, facts={"after_interview": True, "people": (named(KIM, "interviewer"),)})
    found = known(rejection)[KIM.address]
    assert (found.part, found.met, found.wrote) == ("interviewer", True, True)


def test_no_address_ever_comes_from_a_body():
    people = (Person("Kim Lowe", KIM.address, "interviewer"), Person("Eve", "eve@evil.example", "recruiter"))
    assert list(known(seen(facts={"people": people}))) == [DANA.address]


def test_a_forged_mail_gives_neither_addresses_nor_parts():
    people = (Person(DANA.name, DANA.address, "recruiter"),)
    forged = seen(KIM, label="interview", facts={"people": people}, authentication_results=("mx.example; dmarc=fail",))
    assert known(forged, seen(received=day(3)))[DANA.address].part is None
    assert KIM.address not in known(forged)


def test_a_sender_who_shows_another_address_for_a_name_is_distrusted():
    rejection = seen(Address("", "dana@mail.evil.example"), claims="dana.whitfield@acme.example")
    found = whom(Step.THANK_YOU, (rejection, invitation()), ME, "Acme")
    assert found == Nobody(
        "There is nobody to write to: the sender calls themselves dana.whitfield@acme.example and writes from "
        "dana@mail.evil.example."
    )


def test_a_sender_who_shows_an_address_of_the_same_house_is_trusted():
    rejection = seen(Address("", "dana@mail.acme.example"), claims="jobs@acme.example")
    assert to(Step.THANK_YOU, rejection) == ["dana@mail.acme.example"]


@pytest.mark.parametrize(
    ("sender", "reply_to", "facts", "company", "found"),
    [
        (Address("Dana Whitfield", TOKEN), (), {}, "Acme", True),
        (Address("Dana Whitfield (Acme)", "dana@ashbyhq.com"), (Address("", TOKEN),), {}, "Acme", True),
        (Address("Dana Whitfield", TOKEN), (), {"people": (Person("Dana Whitfield", None),)}, None, True),
        (Address("Dana Whitfield", TOKEN), (), {}, None, False),
        (Address("Acme Rockets", TOKEN), (), {}, "Acme Rockets", False),
        (Address("Acme Hiring Team", TOKEN), (), {}, "Acme", False),
        (Address("", TOKEN), (), {}, "Acme", False),
        (Address("Dana Whitfield", TOKEN), (), {"answerable": False}, "Acme", False),
        (Address("Dana Whitfield", "no-reply@ashbyhq.com"), (Address("", "reply+3f9c2a77@ashbyhq.com"),), {}, "Acme",
         False),
    ],
)  # fmt: skip
def test_a_systems_reply_address_counts_only_when_a_person_is_named_beside_it(sender, reply_to, facts, company, found):
    people = known(seen(sender, reply_to=reply_to, facts=facts), company=company)
    assert (TOKEN in people or "reply+3f9c2a77@ashbyhq.com" in people) == found


@pytest.mark.parametrize("local", ["reply+3f9c2a", "r-7d41b0c2", "inbound.8f2e1a99", "re+a8b9c0d1"])
def test_tokens_are_known_everywhere(local):
    assert tokenised(f"{local}@mail.acme.example")


@pytest.mark.parametrize("local", ["dana", "dana.whitfield", "dana+jobs", "reply", "dana2", "d.whitfield1987"])
def test_people_are_no_tokens(local):
    assert not tokenised(f"{local}@acme.example")


def test_a_person_who_acknowledged_by_hand_is_asked_how_things_stand_and_not_thanked():
    note = seen(DANA, label="acknowledgement", received=day(20))
    assert to(Step.STATUS_CHECK, note) == [DANA.address]
    found = known(note)[DANA.address]
    assert not (found.met or found.wrote or found.written)
    for step in set(STEPS) - {Step.STATUS_CHECK}:
        assert isinstance(to(step, note, silent()), Nobody)


def test_a_team_that_acknowledged_is_nobody():
    note = seen(Address("Acme Recruiting", "recruiting@acme.example"), label="acknowledgement")
    assert known(note) == {}


def test_whom_the_person_wrote_to_at_the_employers_is_known_even_if_only_a_system_wrote_from_elsewhere():
    system = seen(Address("Acme", "no-reply@ashbyhq.com"), facts={"answerable": False})
    assert to(Step.THANK_YOU, system, own(KIM)) == [KIM.address]
    assert known(system, own(KIM))[KIM.address].written
    assert isinstance(to(Step.THANK_YOU, system, own(KIM), company=None), Nobody)
    assert isinstance(to(Step.THANK_YOU, system, own(Address("Robin", "robin@friends.example"))), Nobody)


@pytest.mark.parametrize(
    ("company", "home"),
    [
        ("Acme Rockets GmbH", "acme-rockets.example"),
        ("Acme Rockets", "mail.acmerockets.example"),
        ("ACME", "acme.example"),
    ],
)
def test_a_domain_called_like_the_company_is_the_companys(company, home):
    assert known(silent(), own(Address("", f"kim@{home}")), company=company)


def test_the_latest_comes_first_and_of_several_names_the_latest_counts():
    first, second = seen(label="interview", received=day(9)), seen(KIM, label="other", received=day(4))
    again = seen(Address("Dana W. Whitfield", DANA.address), label="other", received=day(1))
    found = contacts((second, first, again), ME, "Acme")
    assert [one.address for one in found] == [DANA.address, KIM.address]
    assert (found[0].name, found[0].last) == ("Dana W. Whitfield", day(1))


def test_whoever_wrote_the_rejection_answers_for_it_though_another_wrote_later():
    later = seen(KIM, label="other", received=MONDAY + timedelta(days=1))
    assert to(Step.FEEDBACK_REQUEST, seen(), later) == [DANA.address]
    assert to(Step.KEEP_IN_TOUCH, seen(), later) == [KIM.address]


def test_a_rejection_by_phone_leaves_those_whom_the_mails_name():
    assert to(Step.THANK_YOU, invitation(DANA, KIM, cc=(KIM,))) == [KIM.address]


def test_without_any_mail_there_is_nobody():
    found = whom(Step.STATUS_CHECK, (), ME, None)
    assert isinstance(found, Nobody)
    assert found.why.startswith("There is nobody to write to: ")


STRANGE = [
    "Whitfield, Dana", '"Dana" Whitfield', "\u202eanaD dleiftihW", "Dana \U0001f680 Whitfield", "D" * 300,
    "Dana\r\nBcc: eve@evil.example", "<b>Dana</b> Whitfield", "eve@evil.example", "Dana <eve@evil.example>",
    "=?utf-8?q?Dana?=", "Dr. Dana Whitfield, PhD", "We are the company that hires.", "\u200b", "", "Sam Rivera",
]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_name_changes_no_address_and_is_shown_only_if_it_is_plain(name):
    (one,) = contacts((seen(Address(name, DANA.address)),), ME, "Acme")
    assert one.address == DANA.address
    assert one.name is None or (len(one.name) <= 60 and one.name.isprintable() and not set(one.name) & set('<>@"\r\n,'))
    assert one.first in (None, "Dana")


texts = st.text(max_size=40) | st.sampled_from(STRANGE)
boxes = st.sampled_from(
    [
        DANA.address, KIM.address, "sam@example.org", "Sam+x@Example.org", "no-reply@acme.example", TOKEN,
        "d\u00e4na@acme.example", "eve@evil.example", "kim@gmail.com", "x" * 70 + "@acme.example",
        "bounce+1@acme.example", "bad address",
    ]
)  # fmt: skip
items = st.builds(Address, texts, boxes)
several = st.lists(items, max_size=2).map(tuple)
headers = st.builds(
    Headers,
    sender=st.none() | items,
    reply_to=several,
    to=several,
    cc=several,
    auto_submitted=st.none() | st.sampled_from(["no", "auto-replied"]),
    list_unsubscribe=st.booleans(),
    claims=st.none() | boxes,
    authentication_results=st.sampled_from([(), ("mx; dmarc=fail",), ("mx; dmarc=pass",)]),
)
people = st.builds(
    Person, texts, st.none() | boxes, st.sampled_from([None, "recruiter", "interviewer", "hiring_manager"])
)
verdicts = st.builds(
    lambda label, found, answerable: verdict(label, people=tuple(found), answerable=answerable),
    st.sampled_from(LABELS), st.lists(people, max_size=2), st.booleans(),
)  # fmt: skip
moments = st.integers(0, 40).map(day)
mails = st.lists(st.builds(Seen, headers, verdicts, moments, st.booleans()), max_size=4)


@given(mails, st.sampled_from(STEPS), st.none() | st.just("Acme"))
def test_whatever_comes_only_a_writable_stranger_of_a_header_is_written_to(thread, step, company):
    shown = [
        one
        for mail in thread
        for one in (mail.headers.sender, *mail.headers.reply_to, *mail.headers.to, *mail.headers.cc)
    ]
    allowed = {one.address for one in shown if one}
    found = whom(step, thread, ME, company)
    if isinstance(found, Nobody):
        assert found.why.startswith("There is nobody to write to: ")
        assert found.why.endswith(".")
        return
    assert 1 <= len(found) <= 3
    assert len({one.address.casefold() for one in found}) == len(found)
    for one in found:
        assert one.address in allowed
        assert writable(one.address)
        assert not answers_nobody(one.address)
        assert ME.own_address(one.address) is None
        assert one.name is None or one.name.isprintable()
        assert one.first == first_name(one.name or "", one.address, company) or one.first is None


@settings(max_examples=40)
@given(mails, st.randoms(use_true_random=False))
def test_the_order_of_the_mails_does_not_matter(thread, chance):
    distinct = [replace(mail, received=day(number)) for number, mail in enumerate(thread)]
    mixed = chance.sample(distinct, len(distinct))
    assert contacts(mixed, ME, "Acme") == contacts(distinct, ME, "Acme")
    for step in STEPS:
        assert whom(step, mixed, ME, "Acme") == whom(step, distinct, ME, "Acme")


@settings(max_examples=40)
@given(mails)
def test_a_distrusted_rejection_is_answered_by_nobody(thread):
    forged = replace(
        silent(), headers=Headers(sender=DANA, claims="eve@evil.example"), received=MONDAY + timedelta(days=1)
    )
    for step in STEPS:
        assert isinstance(whom(step, [*thread, forged], ME, "Acme"), Nobody)


def test_an_addressee_is_shown_with_and_without_a_name():
    assert str(Addressee("a@b.example", "Dana Whitfield")) == "Dana Whitfield <a@b.example>"
    assert str(Addressee("a@b.example")) == "a@b.example"
