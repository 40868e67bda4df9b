"""What people are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.names import display_name, first_name

texts = st.text(max_size=80)


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


@given(texts, texts, st.none() | texts)
def test_any_name_is_harmless(name, address, company):
    for found in (display_name(name, address, company), first_name(name, address, company)):
        assert found is None or (found.isprintable() and "@" not in found and 0 < len(found) <= 60)
