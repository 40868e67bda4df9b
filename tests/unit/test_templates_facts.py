"""What a letter may say: a plain fact, or nothing."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates import checks, samples
from templates.dates import day
from templates.facts import Facts, Met, from_row, to_row
from templates.layout import Letter, laid_out, letter_of
from templates.render import LETTERS, Renderer


@pytest.mark.parametrize(
    ("given_role", "said"),
    [
        ("Data Engineer (m/w/d)", "Data Engineer"),
        ("Data Engineer (all genders)", "Data Engineer"),
        ("the Data Engineer position", "Data Engineer"),
        ("Data Engineer (R-12345)", "Data Engineer"),
        ("Data Engineer - #4711", "Data Engineer"),
        ("Data Engineer (Platform)", "Data Engineer (Platform)"),
        ("Engineer\r\nBcc: eve", "Engineer Bcc: eve"),
        ("see https://evil.example", None),
        ("role", None),
        ("the position", None),
        ("  ", None),
        ("x" * 81, None),
    ],
)
def test_a_role_is_said_as_people_say_it(given_role, said):
    assert Facts(role=given_role).role == said


@pytest.mark.parametrize(
    ("company", "said"),
    [
        ("Acme Inc.", "Acme Inc"),
        ("Dr. Oetker", "Dr. Oetker"),
        ("Acme\u202e\u2028Rockets", "Acme Rockets"),
        ("We regret. You were not chosen", None),
        ("Acme <b>", None),
        ("{{ 7 * 7 }}", None),
        ("dana@acme.example", None),
        ("...", None),
    ],
)
def test_a_company_is_a_name_or_nothing(company, said):
    assert Facts(company=company).company == said


@pytest.mark.parametrize(
    "first", ["Dana Whitfield-Smith Jones Brown", "dana@acme", "D\nX:", "{{x}}", "Dana!", "4711", "x" * 50]
)
def test_a_first_name_is_a_plain_name_or_nothing(first):
    text = Renderer().render("en", "thank_you", Facts(recipient_first=first))
    assert text.startswith("Hello,\n")


@pytest.mark.parametrize("full", ["Dana <d@acme.example>", "Dana, Whitfield", "D4na", "x" * 61, "\u202e", "a\\b"])
def test_a_whole_name_is_a_plain_name_or_nothing(full):
    assert Facts(recipient_full=full).recipient_full is None
    assert Facts(people=(Met("Dana", full, "boss"),)).people == (Met("Dana", None, None),)


@pytest.mark.parametrize("full", ["Dana Whitfield", "Anne-Marie d'Arcy", "José M. Núñez", "李 明", "Jan van der Berg"])
def test_the_names_of_the_world_are_names(full):
    assert Facts(recipient_full=full).recipient_full == full


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("event sourcing", "event sourcing"),
        ("we talked about event sourcing", "event sourcing"),
        ("Talked with Dana about event sourcing", "event sourcing"),
        ("über Event Sourcing gesprochen", "Event Sourcing"),
        ("wir haben lange über Züge gesprochen", "Züge"),
        ("on a parlé de la qualité", "la qualité"),
        ("hablamos de pruebas", "pruebas"),
        ("over treinen gesproken", "treinen"),
        ("Your tip\nabout logs helped.", "Your tip about logs helped."),
        ("ask: why so many leave?", "ask: why so many leave?"),
        ("salary 60k; ask again", None),
        ("they run on trains, and the whole office was empty", None),
        ("see https://acme.example/jobs", None),
        ("x" * 81, None),
        ("x" * 300 + ".", None),
        (" \n", None),
    ],
)
def test_a_note_becomes_a_topic_or_stands_as_a_sentence_or_is_left_out(note, said):
    assert Facts(personal=note).personal == said


def test_one_recipient_of_several_is_one_recipient():
    one = Facts(recipients=(Met("Dana", "Dana Whitfield"),))
    assert (one.recipient_first, one.recipient_full, one.recipients) == ("Dana", "Dana Whitfield", ())
    two = Facts(recipient_first="Dana", recipients=(Met("Dana", None), Met(None, "Wei Chen")))
    assert (two.recipient_first, two.called) == (None, ("Dana", "Wei Chen"))
    assert Facts(recipients=(Met("Dana", None), Met(None, None))).called == ()


def test_the_page_on_own_letters_names_every_fact():
    page = (Path(__file__).parents[2] / "docs" / "templates.md").read_text()
    told = {field.name for field in fields(Facts)} | {"called", "personal_is_sentence"}
    assert not {name for name in told if f"`{name}`" not in page}


def test_the_page_s_example_is_a_good_letter(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "templates.md").read_text()
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "thank_you.txt.j2").write_text(page.split("```jinja\n")[1].split("```")[0])
    facts = list(samples.covering("thank_you", 2))
    for one, letter in zip(facts, Renderer(tmp_path).letters("en", "thank_you", facts), strict=True):
        assert checks.findings("en", "thank_you", letter, one) == []


def test_a_signature_keeps_its_lines():
    text = Renderer().render("en", "thank_you", Facts(signature="Sam Rivera\r\n\n +49 30 1234\\\n"))
    assert text.endswith("Kind regards,\nSam Rivera\n+49 30 1234\n")
    assert Renderer().render("en", "thank_you", Facts()).endswith("Kind regards,\n")


@pytest.mark.parametrize("name", LETTERS)
def test_facts_go_to_another_process_and_come_back(name):
    assert all(from_row(to_row(facts)) == facts for facts in samples.covering(name, 2))


@given(st.text(), st.text(), st.text())
def test_cleaning_twice_is_cleaning_once(name, topic, signature):
    facts = Facts(company=name, role=name, personal=topic, recipient_full=name, signature=signature, notes=(topic,))
    assert replace(facts) == facts


@pytest.mark.parametrize(
    ("language", "first", "eighth"),
    [
        ("en", "1 March", "8 March"),
        ("de", "1. März", "8. März"),
        ("fr", "le 1er mars", "le 8 mars"),
        ("es", "el 1 de marzo", "el 8 de marzo"),
        ("it", "il 1º marzo", "l'8 marzo"),
        ("nl", "1 maart", "8 maart"),
        ("pt", "1º de março", "8 de março"),
        ("sv", "2026-03-01", "2026-03-08"),
    ],
)
def test_a_day_is_written_as_its_language_does(language, first, eighth):
    assert [day(date(2026, 3, number), language) for number in (1, 8)] == [first, eighth]


def test_paragraphs_are_joined_and_breaks_kept_where_a_backslash_says_so():
    assert laid_out("\n a\n  b \n\n\n\nc,\\\nd\n") == "a b\n\nc,\nd\n"
    assert laid_out("Merci\u00a0!\n") == "Merci\u00a0!\n"


def test_a_subject_is_the_first_line_that_says_so():
    assert letter_of("\n Subject:  Looking  back\r\n\r\na\nb") == Letter("Looking back", "a b\n")
    assert letter_of("No Subject: here\n") == Letter(None, "No Subject: here\n")
