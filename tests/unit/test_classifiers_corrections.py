import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.corrections import WEIGHTS, Correction, lessons_of, pairs_of, weighed
from classifiers.features import view
from classifiers.mail import mail_of
from classifiers.values import LABELS

MASS = (
    "Hi {name},\n\nthank you for your interest in the {role} opening at Northwind. We had many good letters this time,"
    " and after a careful look we will go on with other candidates. We keep your details for half a year and write"
    " when something fits. Your number is {number}.\n\nThe people team"
)
OTHER = (
    "Hello,\n\nyour parcel could not be handed over today. Please choose another day or a shop near you.\n\nThe depot"
)


def mass(name="Sam", role="Data Engineer", number="R-1001", extra=""):
    return mail_of(f"Your application: {role}", None, MASS.format(name=name, role=role, number=number) + extra)


def copies(count, said="other"):
    roles = ("Data Engineer", "senior nurse", "Head of Sales", "Baker", "Key Account Manager")
    names = ("Sam", "Ana Maria", "Jörg", "Li")
    return [
        Correction(mass(names[at % 4], roles[at % 5], f"R-{at * 7919}"), said, number=at + 1) for at in range(count)
    ]


def settled(corrections):
    said = []
    return weighed(corrections, said.append), said


def never(_seen):
    raise AssertionError


def test_copies_of_a_mass_mail_with_other_names_roles_and_numbers_are_one_family():
    found, said = settled(copies(10))
    assert {one.family for one in found} == {0}
    assert said == []


def test_ten_copies_of_a_mass_mail_weigh_as_much_as_one():
    one, ten = (sum(lesson.weight for lesson in lessons_of(settled(copies(n))[0], never)) for n in (1, 10))
    assert ten == pytest.approx(one) == WEIGHTS[0]


def test_mails_that_say_different_things_are_different_families():
    found, _ = settled([*copies(2), Correction(mail_of("Parcel", None, OTHER), "other", 9)])
    assert [one.family for one in found] == [0, 0, 1]
    assert [one.share for one in found] == [0.5, 0.5, 1]


def test_of_corrections_that_contradict_each_other_the_last_stands_and_both_are_named():
    first, second = copies(2)
    found, said = settled([first, Correction(second.mail, "rejection", 2)])
    assert [(one.correction.number, one.said, one.share) for one in found] == [(2, "rejection", 1)]
    (sentence,) = said
    assert "1 (other)" in sentence
    assert "2 (rejection)" in sentence
    assert "the later one, 2, stands" in sentence


def test_no_rejection_contradicts_a_rejection_and_nothing_else():
    first, second, third = copies(3)
    both = [Correction(first.mail, "not_rejection", 1), Correction(second.mail, "other", 2)]
    assert len(settled(both)[0]) == 2
    found, said = settled([*both, Correction(third.mail, "rejection", 3)])
    assert [one.correction.number for one in found] == [3]
    assert len(said) == 2


def test_nearly_the_same_mail_that_decides_otherwise_is_no_contradiction():
    yes = mass(extra="\n\nWe would like to invite you to a talk.")
    found, said = settled([Correction(mass(), "rejection", 1), Correction(yes, "interview", 2)])
    assert [one.said for one in found] == ["rejection", "interview"]
    assert said == []


def test_corrections_keep_their_order():
    mixed = [copies(1)[0], Correction(mail_of("Parcel", None, OTHER), "other", 5), copies(2)[1]]
    assert [one.correction for one in settled(mixed)[0]] == mixed


def test_no_rejection_is_learnt_as_the_likeliest_other_label():
    found, _ = settled([Correction(mass(), "not_rejection", 1)])
    labels = {lesson.label for lesson in lessons_of(found, lambda _seen: "acknowledgement")}
    assert labels == {"acknowledgement"}


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_learnt_as_it_was_said(label):
    found, _ = settled([Correction(mass(), label, 1)])
    assert {lesson.label for lesson in lessons_of(found, never)} == {label}
    assert all(one.agrees(label) for one in found)
    assert not any(one.agrees(other) for one in found for other in LABELS if other != label)


def test_a_correction_is_learnt_with_and_without_its_subject():
    found, _ = settled(copies(1))
    whole, bare = lessons_of(found, never)
    assert whole.view == view(found[0].correction.mail)
    assert bare.view.subject is None
    assert bare.view.sentences == whole.view.sentences


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_mails_can_be_compared(one, other):
    mails = [mail_of(None, None, text) for text in (one, other, one)]
    assert all(pairs_of(mail) for mail in mails)
    found, _ = settled([Correction(mail, "other", at) for at, mail in enumerate(mails)])
    assert found[0].family == found[2].family
