"""The letters: whatever is known or not, each can be sent as it stands."""

import itertools
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates import render as render_module
from templates.facts import Facts
from templates.render import Renderer, TemplateError, laid_out

LETTERS = ("thank_you", "feedback_request", "thank_you_and_feedback")
RENDERER = Renderer()
LONG = "Senior Principal Engineer for Distributed Systems and Data Platforms in Europe"
COMBINATIONS = [
    Facts(first, company, role, interview, invites, "Sam Rivera", variant)
    for first, company, role, interview, invites, variant in itertools.product(
        ("Dana", None), ("Acme Rockets", None), ("Data Engineer", LONG, None), (True, False), (True, False), (0, 1)
    )
]
BANNED = (
    "disappoint",
    "unfortunately",
    "sadly",
    "regret",
    "amazing",
    "incredible",
    "dream",
    "great company",
    "honored",
    "honoured",
    "passion",
    "!",
    "[",
    "{",
    "<",
    "none",
    "unknown",
    "company name",
)


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("facts", COMBINATIONS, ids=str)
def test_every_letter_can_be_sent_as_it_stands(name, facts):
    text = RENDERER.render("en", name, facts)
    assert len(text.split()) < 150
    assert not [word for word in BANNED if word in text.lower()]
    assert not re.search(
        r"  | [.,;:?]|\.\.|,,|\b(?:at|for|with|about|to|the|on)[.,;:]|\bthe the\b|\n\n\n|[ \t]\n", text
    )
    paragraphs = text.strip().split("\n\n")
    assert paragraphs[0] in ({"Dear Dana,", "Hi Dana,"} if facts.recipient_first else {"Hello,"})
    assert paragraphs[-1] in {"Kind regards,\nSam Rivera", "Best wishes,\nSam Rivera"}
    assert all(paragraph[-1] in ".?" and "\n" not in paragraph for paragraph in paragraphs[1:-1])
    assert "hank you" in text


@pytest.mark.parametrize("facts", COMBINATIONS, ids=str)
def test_what_is_known_is_said_and_nothing_else(facts):
    for name in LETTERS:
        text = RENDERER.render("en", name, facts)
        assert (facts.role or LONG) in text or facts.role is None
        assert ("Acme Rockets" in text) == (facts.company is not None)
        assert bool(re.search("interview|talking", text)) == facts.interview
        assert ("door" in text) == facts.invites_future
        assert ("the biggest difference" in text) == (name != "thank_you")


@pytest.mark.parametrize("name", LETTERS)
def test_letters_differ_by_variant_and_are_longer_after_an_interview(name):
    words = {}
    for variant, interview in itertools.product((0, 1), (True, False)):
        facts = Facts("Dana", "Acme", "Analyst", interview, signature="Sam", variant=variant)
        words[variant, interview] = RENDERER.render("en", name, facts)
    assert len(set(words.values())) == 4
    assert all(len(words[variant, True].split()) >= len(words[variant, False].split()) for variant in (0, 1))
    even = RENDERER.render("en", name, Facts("Dana", "Acme", "Analyst", signature="Sam", variant=42))
    assert even == words[0, False]


def test_a_signature_keeps_its_lines():
    text = RENDERER.render("en", "thank_you", Facts(signature="Sam Rivera\r\n\n +49 30 1234\\\n"))
    assert text.endswith("Kind regards,\nSam Rivera\n+49 30 1234\n")
    assert RENDERER.render("en", "thank_you", Facts()).endswith("Kind regards,\n")


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
        ("role", "role"),
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
    text = RENDERER.render("en", "thank_you", Facts(recipient_first=first))
    assert text.startswith("Hello,\n")


anything = st.none() | st.text(max_size=90) | st.text("{}%#\\\r\n\x00 .,ab\u202e\ud800", max_size=30)


@given(anything, anything, anything, st.booleans(), st.integers(), st.text(max_size=60))
def test_no_fact_can_break_a_letter(first, company, role, interview, variant, signature):
    facts = Facts(first, company, role, interview, not interview, signature, variant)
    for name in LETTERS:
        text = RENDERER.render("en", name, facts)
        assert "{{" not in text.removesuffix(facts.signature + "\n") and "  " not in text
        assert all(char.isprintable() or char in " \n" or char.isspace() for char in text)
        assert len(text.split("\n\n")) <= 6


def test_paragraphs_are_joined_and_breaks_kept_where_a_backslash_says_so():
    assert laid_out("\n a\n  b \n\n\n\nc,\\\nd\n") == "a b\n\nc,\nd\n"


def test_the_languages_and_letters_are_known():
    assert "en" in RENDERER.languages()
    assert RENDERER.names("en") == frozenset(LETTERS)
    assert RENDERER.names("../en") == RENDERER.names("xx") == frozenset()


@pytest.mark.parametrize(
    ("language", "name"), [("xx", "thank_you"), ("en", "_phrases"), ("en", "../render"), ("..", "en")]
)
def test_a_letter_that_is_not_there_is_a_sentence(language, name):
    with pytest.raises(TemplateError, match="There is no letter"):
        RENDERER.render(language, name, Facts())


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("fine\n{{ compny }}", "templates/en/thank_you.txt.j2, line 2: 'compny' is undefined"),
        ("{% if role %}\n", "templates/en/thank_you.txt.j2, line 1: Unexpected end of template"),
        ("a\nb\n{{ ().__class__ }}", "templates/en/thank_you.txt.j2, line 3: access to attribute '__class__'"),
        ("\n{{ 1 // 0 }}", "templates/en/thank_you.txt.j2, line 2: "),
        ("{% include 'en/nothing' %}", "line 1: en/nothing"),
        ("{% include '/etc/passwd' %}", "line 1: /etc/passwd"),
    ],
)
def test_a_wrong_template_names_file_and_line(monkeypatch, source, said):
    real = render_module._source
    fake = {"en/thank_you": (source, "templates/en/thank_you.txt.j2", None)}
    monkeypatch.setattr(render_module, "_source", lambda path: fake.get(path) or real(path))
    with pytest.raises(TemplateError) as caught:
        Renderer().render("en", "thank_you", Facts())
    assert said in str(caught.value)


def test_knowing_the_languages_does_not_load_jinja2():
    code = "import sys; from templates.render import Renderer; Renderer().languages(); print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
