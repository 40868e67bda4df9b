"""Which application a mail belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.values import Headers
from daemon.core.matching import Incoming, Known, Match, company_key, match, role_key, thread_ids

ENGINEER = Known(1, "main", "Acme GmbH", "Data Engineer (m/w/d)")
ANALYST = Known(2, "main", "ACME", "Analyst")
UNKNOWN = Known(3, "main", "Acme", None)


def test_the_thread_goes_before_company_and_role():
    assert match(Incoming("main", "Acme", "Analyst"), [ENGINEER, ANALYST], {1}) == Match(1, (1,))


def test_two_applications_in_one_thread_are_told_apart_by_the_role():
    assert match(Incoming("main", "Acme", "Analyst"), [ENGINEER, ANALYST], {1, 2}) == Match(2, (2,))


def test_two_applications_that_fit_equally_are_asked_about():
    assert match(Incoming("main", "Acme", None), [ENGINEER, ANALYST]) == Match(None, (1, 2))
    assert match(Incoming("main", None, None), [ENGINEER, ANALYST], {1, 2}) == Match(None, (1, 2))


def test_the_same_role_goes_before_an_unknown_one():
    assert match(Incoming("main", "Acme Inc.", "data engineer"), [ENGINEER, UNKNOWN]) == Match(1, (1,))
    assert match(Incoming("main", "Acme", "Designer"), [ENGINEER, UNKNOWN]) == Match(3, (3,))


@pytest.mark.parametrize(
    "mail",
    [
        Incoming("main", None, "Analyst"),
        Incoming("main", "Acme", "Designer"),
        Incoming("main", "Borealis", None),
        Incoming("other", "Acme", "Analyst"),
    ],
)
def test_what_fits_nothing_is_new(mail):
    assert match(mail, [ENGINEER, ANALYST], {9}) == Match(None)


def test_a_thread_of_another_account_does_not_count():
    assert match(Incoming("other", None, None), [ENGINEER], {1}) == Match(None)


@given(
    st.lists(
        st.builds(
            Known,
            st.integers(1, 9),
            st.sampled_from("ab"),
            st.sampled_from([None, "x", "X Ltd", "y"]),
            st.sampled_from([None, "r", "R", "s"]),
        ),
        max_size=6,
        unique_by=lambda item: item.id,
    ),
    st.sampled_from("ab"),
    st.sampled_from([None, "x"]),
    st.sampled_from([None, "r"]),
)
def test_nothing_is_guessed(known, account, company, role):
    found = match(Incoming(account, company, role), known)
    assert (found.application is not None) == (len(found.candidates) == 1)
    by_id = {item.id: item for item in known}
    for number in found.candidates:
        assert by_id[number].account == account
        assert company_key(by_id[number].company) == company_key(company) != ""


@given(st.text(max_size=60))
def test_any_name_can_be_compared(text):
    assert company_key(company_key(text)) == company_key(text)
    assert isinstance(role_key(text), str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme GmbH & Co. KG", "acme"),
        ("The Caf\u00e9 Company", "cafe"),
        ("Group Holding", "GROUP HOLDING"),
        ("A.B. Corp", "A B"),
    ],
)
def test_companies_are_the_same_without_their_form(one, other):
    assert company_key(one) == company_key(other) != ""


def test_roles_are_the_same_without_decoration_but_c_is_not_cpp():
    assert role_key("Data Engineer (m/f/d)") == role_key("data-engineer") == role_key("Data Engineer (all genders)")
    assert role_key("C Developer") != role_key("C++ Developer")


def test_the_nearest_ids_of_a_thread_come_first():
    headers = Headers(in_reply_to=("<c@x.example>",), references=("<a@x.example>", "<b@x.example>", "<c@x.example>"))
    assert thread_ids(headers) == ("<c@x.example>", "<b@x.example>", "<a@x.example>")
    assert len(thread_ids(Headers(references=tuple(f"<{n}@x.example>" for n in range(300))))) == 100
