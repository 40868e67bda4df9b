"""Which application a mail belongs to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clock import MONDAY

from classifiers.values import Headers
from daemon.core.keys import company_key, house_of, role_key
from daemon.core.likeness import Alike, companies, openings, roles
from daemon.core.matching import Incoming, Known, Match, alike_keys, match, thread_ids

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
            st.sampled_from([None, "Acme", "Acme Ltd", "Borealis", "Acme Robotics"]),
            st.sampled_from([None, "Engineer", "Senior Engineer", "Data Analyst"]),
            st.sampled_from([None, "R-1001", "R-1002"]),
            st.sampled_from([None, MONDAY, MONDAY - timedelta(days=40)]),
        ),
        max_size=6,
        unique_by=lambda item: item.id,
    ),
    st.builds(
        Incoming,
        st.sampled_from("ab"),
        st.sampled_from([None, "Acme", "Borealis GmbH"]),
        st.sampled_from([None, "Engineer", "Junior Engineer", "Data Analyst (m/f/d)"]),
        st.sampled_from([None, "R-1001"]),
        st.sampled_from([None, "acme"]),
        st.sampled_from([None, MONDAY]),
        st.booleans(),
    ),
    st.sets(st.integers(1, 9), max_size=3),
    st.randoms(use_true_random=False),
)
def test_nothing_is_guessed_in_any_order(known, mail, in_thread, random):
    found = match(mail, known, in_thread)
    assert (found.application is not None) == (len(found.candidates) == 1)
    by_id = {item.id: item for item in known}
    for number in found.candidates:
        item = by_id[number]
        assert item.account == mail.account and openings(mail.requisition, item.requisition) is not Alike.NO
        if number not in in_thread:
            assert companies(mail.company, item.company) is not Alike.NO
            by_number = openings(mail.requisition, item.requisition) is Alike.YES
            assert by_number or roles(mail.role, item.role) is not Alike.NO
    random.shuffle(known)
    assert match(mail, known, in_thread) == found


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


SAME, CLOSE, MAYBE, NO = Alike.YES, Alike.CLOSE, Alike.MAYBE, Alike.NO


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Nord Wind Logistik GmbH", "NordWind Logistik", SAME),
        ("Acme Careers", "Acme Recruiting Team", SAME),
        ("Ac\u200fme\u200e", "Acme", SAME),
        ("Acme \U0001f680", "acme", SAME),
        ("Acme, Inc.", '"Acme" Ltd', SAME),
        ("Brightline Analytics", "Brightline", CLOSE),
        ("Northwind Traders", "Northwynd Traders", CLOSE),
        ("Acme", None, MAYBE),
        ("Acme", "!?", MAYBE),
        ("Marlow Health", "Marlin Health", NO),
        ("Beta Labs", "Zeta Labs", NO),
        ("Area 51", "Area 52", NO),
        ("First National Bank", "First National Insurance", NO),
        ("Ink", "Ink and Paper", NO),
        ("We are so happy that you applied", "We are sorry that you applied", NO),
    ],
)
def test_companies_are_compared_word_by_word(one, other, how):
    assert companies(one, other) is companies(other, one) is how


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Data Engineer (m/w/d)", "data engineer", SAME),
        ("Back-End Developer", "Backend Developer", SAME),
        ("Softwareentwickler", "Softwareentwicklerin (m/w/d)", SAME),
        ("Head of Data", "Head, Data", SAME),
        ("Engineer, Payments", "Payments Engineer", SAME),
        ("Software Engineer II", "Software Engineer 2", SAME),
        ("Engineer", "Software Engineer, Payments", MAYBE),
        ("Senior Software Engineer", "Software Engineer", MAYBE),
        ("Data Analyst", None, MAYBE),
        ("Senior Engineer", "Junior Engineer", NO),
        ("Engineer I", "Engineer II", NO),
        ("Data Scientist", "Data Engineer", NO),
        ("Werkstudent Marketing", "Marketing Lead", NO),
        ("Java Developer", "JavaScript Developer", NO),
        ("C Developer", "C++ Developer", MAYBE),
        ("Stage Marketing", "Responsable Marketing", NO),
    ],
)
def test_roles_are_compared_word_by_word_and_two_levels_are_never_one(one, other, how):
    assert roles(one, other) is roles(other, one) is how


def test_openings_differ_only_by_numbers_of_one_shape():
    assert openings("R-1001", "r1001") is SAME
    assert openings("R-1001", "R-1002") is NO
    assert openings("R-1001", "4711") is openings("R-1001", None) is MAYBE


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("dana@acme.example", "acme"),
        ("jobs@mail.bright-line.example", "brightline"),
        ("hr@acme.co.uk", "acme"),
        ("acme@myworkday.com", None),
        ("no-reply@hire.lever.co", None),
        ("someone@gmail.com", None),
        ("root@localhost", None),
        ("", None),
    ],
)
def test_the_domain_of_an_employer_is_known_and_that_of_a_system_is_none(address, house):
    assert house_of(address) == house


def test_the_employers_own_domain_joins_what_names_no_company_unless_another_is_named():
    brightline = Known(4, "main", "Brightline Analytics", "Data Analyst")
    mail = Incoming("main", None, None, house="brightline")
    assert match(mail, [brightline, ENGINEER]) == Match(4, (4,))
    assert match(Incoming("main", "Brightline", None, house="brightline"), [brightline]) == Match(4, (4,))
    assert match(Incoming("main", None, None, house="brightlinegroup"), [brightline]) == Match(4, (4,))
    for other in (
        Incoming("main", None, None, house="brightlinefoods"),
        Incoming("main", "Borealis", None, house="brightline"),
        Incoming("main", None, "Nurse", house="brightline"),
        Incoming("main", None, None, house="bright"),
        Incoming("main", None, None),
    ):
        assert match(other, [brightline]) == Match(None)


def test_the_requisition_joins_and_parts():
    one, two = Known(1, "main", "Acme", "Engineer", "R-1001"), Known(2, "main", "Acme", "Engineer", "R-1002")
    assert match(Incoming("main", "Acme", None, "R-1002"), [one, two]) == Match(2, (2,))
    assert match(Incoming("main", None, "Ingenieur", "r-1001"), [one, two]) == Match(1, (1,))
    assert match(Incoming("main", "Acme", "Engineer", "R-1003"), [one, two], {1}) == Match(None)
    assert match(Incoming("main", "Borealis", "Engineer", "R-1001"), [one, two]) == Match(None)
    assert match(Incoming("main", "Acme", "Engineer", "88-17"), [one]) == Match(1, (1,))


def test_a_near_name_needs_the_same_role():
    one = Known(1, "main", "Brightline Analytics", "Data Analyst")
    assert match(Incoming("main", "Brightline", "Data Analyst"), [one]) == Match(1, (1,))
    assert match(Incoming("main", "Brightline", None), [one]) == Match(None)
    assert match(Incoming("main", "Brightline", "Analyst"), [one]) == Match(None)


def test_an_acknowledgement_of_another_role_is_a_new_application_even_in_the_thread():
    one = Known(1, "main", "Acme", "Senior Data Engineer")
    for role in ("Data Engineer", "Analyst"):
        mail = Incoming("main", "Acme", role, begins=True)
        assert match(mail, [one]) == Match(None)
    assert match(Incoming("main", "Acme", "Analyst", begins=True), [one], {1}) == Match(None)
    assert match(Incoming("main", "Borealis", None, begins=True), [one], {1}) == Match(None)
    assert match(Incoming("main", "Borealis", "Analyst"), [one], {1}) == Match(None)
    for company, role in (("Acme", "Analyst"), ("Talent Partners", None), (None, None)):
        assert match(Incoming("main", company, role), [one], {1}) == Match(1, (1,))
    assert match(Incoming("main", "Acme", "Data Engineer"), [one]) == Match(1, (1,))


def test_a_rejection_may_come_before_its_acknowledgement_but_not_months_before():
    def known(days):
        return [Known(1, "main", "Acme", "Engineer", None, MONDAY - timedelta(days=days))]

    mail = Incoming("main", "Acme", "Engineer", at=MONDAY, begins=True)
    assert match(mail, known(-1)) == match(mail, known(3)) == Match(1, (1,))
    assert match(mail, known(60)) == Match(None)


def test_of_two_that_fit_the_one_that_was_over_long_ago_is_not_meant():
    over = Known(1, "main", "Acme", "Engineer", None, MONDAY - timedelta(days=60))
    fresh = Known(2, "main", "Acme", "Analyst", None, MONDAY - timedelta(days=2))
    live = Known(3, "main", "Acme", "Baker")
    mail = Incoming("main", "Acme", None, at=MONDAY)
    assert match(mail, [over, live]) == Match(3, (3,))
    assert match(mail, [over]) == Match(1, (1,))
    assert match(mail, [fresh, live]) == Match(None, (2, 3))


def test_companies_that_can_be_meant_are_found_among_many():
    keys = ["acme", "acme robotics", "acne studios", "aurora"]
    assert alike_keys("Acme GmbH", None, keys) == ["acme", "acme robotics"]
    assert alike_keys(None, "acme", keys) == ["acme", "acme robotics"]
    assert alike_keys(None, None, keys) == []


AWKWARD = [
    "Rivera, Sam & Daughters", 'The "Best" Company', "\u202eemcA\u202c", "\U0001f680\U0001f680", "A" * 300,
    "x " * 300, "<b>Acme</b><script>", "We look forward to hearing from you. GmbH", "To: someone@x.example\r\nBcc: y",
    "\x00\x1b[2J", "\u00df\u0130\ufb01", "'; DROP TABLE applications; --", "%", "\U0010ffff", "\u200b",
]  # fmt: skip


@given(st.sampled_from(AWKWARD) | st.text(max_size=80), st.sampled_from(AWKWARD) | st.text(max_size=80))
def test_any_names_can_be_compared_and_each_is_itself(one, other):
    assert companies(one, other) is companies(other, one)
    assert roles(one, other) is roles(other, one)
    assert companies(one, one) is (SAME if company_key(one) else MAYBE)
    assert roles(one, one) is (SAME if role_key(one) else MAYBE)
    known = [Known(1, "main", one, other)]
    assert match(Incoming("main", one, other), known).application == (1 if company_key(one) else None)
