"""The letters of every language: whatever is known or not, each can be sent as it stands."""

import itertools
import math
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.wrapping import flowed, hard_wrapped, unflowed, unwrapped

from templates import checks, samples, taste
from templates.facts import Facts, Met
from templates.folders import NOTES
from templates.render import LETTERS, Letter, Renderer

RENDERER = Renderer()
LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pt")
FACTS = {name: list(samples.covering(name, 2)) for name in LETTERS}  # `templates check` takes more
EVERY = pytest.mark.parametrize(("language", "name"), list(itertools.product(LANGUAGES, LETTERS)))
KNOWN = Facts(
    recipient_first="Dana", recipient_full="Dana Whitfield", company="Acme Rockets", role="Data Engineer",
    interview=True, interview_on=date(2026, 3, 4), signature="Sam Rivera\n+49 30 1234", me_first="Sam",
    people=(samples.DANA, samples.LEE),
)  # fmt: skip


def test_every_language_has_every_letter():
    assert RENDERER.languages() >= set(LANGUAGES)
    assert {language: RENDERER.names(language) for language in LANGUAGES} == {key: set(LETTERS) for key in LANGUAGES}


@EVERY
def test_every_letter_can_be_sent_as_it_stands(language, name):
    found = set()
    for facts, letter in zip(FACTS[name], RENDERER.letters(language, name, FACTS[name]), strict=True):
        assert isinstance(letter, Letter), letter
        found |= {*checks.findings(language, name, letter, facts), *checks.style(language, name, letter, facts)}
        assert (letter.subject is not None) == (name in NOTES)
        assert facts.role is None or facts.role in letter.body or name == "linkedin_note"
    assert not found


@pytest.mark.parametrize("name", ["thank_you", "reflection"])
@pytest.mark.parametrize("together", [2, 3])
def test_any_facts_stand_together_in_every_way(name, together):
    kinds = samples.choices_of(name)
    told = list(itertools.product(*(range(len(kind)) for kind in kinds)))
    rows = told[:: samples.STRIDES[together][name in NOTES]]
    assert len(rows) == len(list(samples.covering(name, together))) < 200
    for some in itertools.combinations(range(len(kinds)), together):
        seen = {tuple(row[kind] for kind in some) for row in rows}
        assert len(seen) == math.prod(len(kinds[kind]) for kind in some)


@EVERY
def test_the_words_survive_the_mail_programs(language, name):
    for facts in (KNOWN, replace(KNOWN, role=samples.LONG_ROLE, personal="event sourcing", notes=("x " * 80,))):
        body = RENDERER.letter(language, name, facts).body
        assert not re.search(r"^[> ]|^From |[ \t]$|^--", body, re.MULTILINE)
        assert unwrapped(hard_wrapped(body)) == unwrapped(body)
        assert unflowed(flowed(body)) == body.removesuffix("\n")
        assert max(map(len, flowed(body).split("\n"))) <= 78


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_greeted_as_they_are_known(language):
    def greeting(**facts):
        return RENDERER.render(language, "thank_you", Facts(**facts)).split("\n")[0]

    assert "Dana" in greeting(recipient_first="Dana", recipient_full="Dana Whitfield")
    assert "Wei Chen" in greeting(recipient_full="Wei Chen")
    assert not re.search(r"Dana|Lee|None", greeting(recipients=(samples.DANA, samples.NAMELESS)))
    both = greeting(recipients=(samples.DANA, samples.LEE))
    assert ("Dana" in both) == ("Lee" in both)


@pytest.mark.parametrize("language", sorted(set(taste.FAMILIAR) - {"en"}))
@pytest.mark.parametrize("name", sorted(set(LETTERS) - NOTES))
def test_a_letter_speaks_as_the_thread_does(language, name):
    formal = RENDERER.render(language, name, KNOWN)
    assert formal != RENDERER.render(language, name, replace(KNOWN, formal=False))


@EVERY
def test_what_is_not_known_is_not_said(language, name):
    bare = RENDERER.letter(language, name, Facts(signature="Sam Rivera"))
    text = f"{bare.subject} {bare.body}"
    assert not re.search(r"Dana|Acme|Engineer|Kafka", text)
    assert not re.search(r"\d", text) or name in NOTES
    full = RENDERER.letter(language, name, KNOWN)
    assert "Acme Rockets" in f"{full.subject} {full.body}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_an_application_a_letter_is_no_longer_than_after_an_interview(language):
    for name, variant in itertools.product(("thank_you", "feedback_request", "thank_you_and_feedback"), (0, 1)):
        words = [
            len(RENDERER.render(language, name, replace(KNOWN, interview=met, variant=variant)).split())
            for met in (False, True)
        ]
        assert words[0] <= words[1]


@pytest.mark.parametrize("name", LETTERS)
def test_english_has_two_variants_stable_by_application(name):
    zero, one, two = (RENDERER.letter("en", name, replace(KNOWN, variant=number)) for number in (0, 1, 42))
    assert zero == two
    assert zero != one or name == "reflection"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_personal_line_is_a_topic_or_a_sentence_of_their_own(language):
    topic = RENDERER.render(language, "thank_you", replace(KNOWN, personal="event sourcing"))
    assert re.search(r"\bevent sourcing\b", topic)
    own = RENDERER.render(language, "thank_you", replace(KNOWN, personal="I still use your tip about logs."))
    assert "I still use your tip about logs." in own
    never_met = replace(KNOWN, interview=False, interview_on=None, personal="event sourcing")
    assert "event sourcing" not in RENDERER.render(language, "thank_you", never_met)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_linkedin_note_fits_whatever_the_names_are(language):
    people = tuple(Met(f"Maximiliane{letter}", f"Maximiliane{letter} Brandenburg-Oberhausen", None) for letter in "abc")
    facts = replace(KNOWN, people=people, role=samples.LONG_ROLE, company=samples.LONG_COMPANY, me_first="Sam")
    for variant, formal in itertools.product((0, 1), (True, False)):
        letter = RENDERER.letter(language, "linkedin_note", replace(facts, variant=variant, formal=formal))
        notes = [part for part in letter.body.strip().split("\n\n") if "Brandenburg-Oberhausen" in part.split("\n")[0]]
        assert [len(note.split("\n")) for note in notes] == [2, 2, 2]
        assert max(map(len, letter.body.splitlines())) <= checks.LINKEDIN_MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worksheet_holds_what_is_known_and_asks(language):
    facts = replace(
        KNOWN, reason="other_candidate", feedback=("More depth in testing.",), notes=("They run on trains.",),
        timeline=samples._TIMELINE, applied_on=date(2026, 2, 1),
    )  # fmt: skip
    body = RENDERER.letter(language, "reflection", facts).body
    for said in ("Data Engineer", "Acme Rockets", "Lee Park", "More depth in testing.", "They run on trains."):
        assert said in body
    assert body.count("?") >= 6
    assert all(re.search(rf"\b{one.day.day}\b", body) for one in samples._TIMELINE)
    silent = RENDERER.letter(language, "reflection", replace(facts, silent=True, feedback=())).body
    assert silent != RENDERER.letter(language, "reflection", replace(facts, feedback=())).body


anything = st.none() | st.text(max_size=90) | st.text("{}%#\\\r\n\x00 .,ab\u202e\ud800", max_size=30)
people = st.lists(st.builds(Met, anything, anything, anything), max_size=3).map(tuple)


@settings(max_examples=50)
@given(
    st.sampled_from(LANGUAGES), st.sampled_from(LETTERS),
    st.builds(
        Facts, recipient_first=anything, recipient_full=anything, company=anything, role=anything, personal=anything,
        interview=st.booleans(), formal=st.booleans(), variant=st.integers(), signature=st.text(max_size=60),
        recipients=people, people=people, me_first=anything, reason=anything,
        feedback=st.lists(st.text(), max_size=2).map(tuple), notes=st.lists(st.text(), max_size=2).map(tuple),
    ),
)  # fmt: skip
def test_no_fact_can_break_a_letter(language, name, facts):
    letter = RENDERER.letter(language, name, facts)
    text = f"{letter.subject or ''}\n{letter.body}"
    assert all(char.isprintable() or char == "\n" or char.isspace() for char in text)
    assert not re.search(r" [ \n]|\n\n\n", letter.body)
    assert "\n" not in (letter.subject or "")
    assert name in NOTES or len(letter.body.split("\n\n")) <= 8


def test_knowing_the_languages_does_not_load_jinja2():
    code = "import sys; from templates.render import Renderer; Renderer().languages(); print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
