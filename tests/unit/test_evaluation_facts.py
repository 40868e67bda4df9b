"""Facts read off a mail against what is true of it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.fact_truth import fact_figures, facts, plain, same


@pytest.mark.parametrize(
    ("given", "true"),
    [
        ("Torvik", "Torvik GmbH"), ("TORVIK", "torvik inc."), ("Torvik", "Torvik GmbH & Co. KG"), ("Møre", "møre A.S."),
        ("The Lindgren Group", "Lindgren Group"), ("O'Hara Foods", "O\u2019Hara Foods Ltd."),
        ("Société Élan", "Societe Elan S.A.R.L."),
        ("Rossi", "Rossi S.p.A."),
    ],
)  # fmt: skip
def test_companies_are_the_same_whatever_their_legal_form(given, true):
    assert same("company", given, true) and same("company", true, given)


@pytest.mark.parametrize(
    ("given", "true"), [("Torvik", "Torvik Group"), ("Inc", "Ltd"), ("Torvik", None), (None, "Torvik")]
)
def test_other_names_are_other_companies(given, true):
    assert not same("company", given, true)


@pytest.mark.parametrize(
    ("given", "true", "equal"),
    [
        ("Data Engineer", "data engineer (m/w/d)", True), ("Data Engineer", "Data Engineer [f/m/x]", True),
        ("Data Engineer", "Senior Data Engineer", False), ("Data Engineer", "Data Engineer AG", False),
        ("C++ Developer", "C Developer", True),
    ],
)  # fmt: skip
def test_roles_are_compared_without_case_and_gender_marks_and_as_a_whole(given, true, equal):
    assert same("role", given, true) is equal


@example("\U0001d4d0")
@given(st.text(min_size=1))
def test_every_name_is_the_same_as_itself(name):
    assert same("company", name, name) and plain(plain(name)) == plain(name)


def test_given_counts_where_the_mail_tells_and_wrong_of_all_given():
    pairs = [("Torvik", "Torvik AG"), ("Alba", "Torvik"), (None, "Torvik"), ("Alba", None), (None, None)]
    found = fact_figures("company", pairs)
    assert (found.given.hits, found.given.of) == (2, 3)
    assert (found.wrong.hits, found.wrong.of, found.invented) == (2, 3, 1)


def test_a_truth_that_is_not_known_counts_for_nothing():
    pairs = [({"company": "Torvik", "role": "Cook"}, {"company": "Torvik"}), ({"company": "Alba"}, {})]
    found = facts(pairs, ("company", "role"))
    assert set(found) == {"company"} and (found["company"].wrong.hits, found["company"].wrong.of) == (0, 1)


def test_yes_and_no_are_compared_as_they_are():
    found = fact_figures("after_interview", [(True, True), (False, True), (None, False)])
    assert (found.given.hits, found.given.of, found.wrong.hits) == (2, 3, 1)
