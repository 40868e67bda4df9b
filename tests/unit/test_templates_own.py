"""A person's own templates: they stand in for ours by name, and whatever they do, it ends in a sentence."""

import os
import time

import pytest

from templates import press, samples
from templates.facts import Facts
from templates.folders import LARGEST, LETTERS, Folders
from templates.render import Engine, Letter, Renderer, TemplateError

FACTS = Facts("Dana", "Acme", "Data Engineer", signature="Sam")


@pytest.fixture
def own(tmp_path):
    (tmp_path / "templates" / "en").mkdir(parents=True)
    return tmp_path / "templates"


def write(own, text, name="thank_you"):
    path = own / "en" / f"{name}.txt.j2"
    path.write_text(text)
    return path


def fault(own, name="thank_you"):
    with pytest.raises(TemplateError) as caught:
        Renderer(own).letter("en", name, FACTS)
    return str(caught.value)


def test_an_own_letter_stands_in_for_ours_and_the_others_stay(own):
    write(own, "Hi {{ recipient_first }},\n\nthanks from Örebro.\n\n{{ signature }}\n")
    renderer = Renderer(own)
    assert renderer.letter("en", "thank_you", FACTS) == Letter(None, "Hi Dana,\n\nthanks from Örebro.\n\nSam\n")
    assert renderer.letter("en", "status_check", FACTS) == Renderer().letter("en", "status_check", FACTS)
    assert renderer.names("en") == set(LETTERS)
    write(own, "{% macro greeting() %}Ahoy,{% endmacro %}{% macro regards() %}Bye{% endmacro %}", "_phrases")
    assert "Ahoy" not in renderer.letter("en", "thank_you", FACTS).body


def test_own_phrases_reach_our_letters(own):
    ours = Renderer().folders.source("en/_phrases").text
    write(own, ours.replace("Kind regards", "Cheers"), "_phrases")
    assert Renderer(own).letter("en", "thank_you", FACTS).body.endswith("Cheers,\nSam\n")


def test_an_own_letter_may_use_our_phrases_and_filters(own):
    write(
        own,
        '{% from "en/_phrases" import regards with context %}Hi,\n\n{{ ["aaa", "bb"] | within(2) }}\n\n{{ regards() }}',
    )
    assert Renderer(own).letter("en", "thank_you", FACTS).body == "Hi,\n\nbb\n\nKind regards,\nSam\n"


def test_many_letters_come_from_few_processes(own):
    write(own, "{{ role or 'no role' }}\n\n{{ signature }}")
    facts = list(samples.covering("thank_you", 2))
    letters = Renderer(own).letters("en", "thank_you", facts)
    assert [letter.body.split("\n")[0] for letter in letters] == [one.role or "no role" for one in facts]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("fine\n{{ compny }}", 2, "'compny' is undefined"),
        ("fine\n{{ personal }}", 2, "a fact that is not known is printed here"),
        ("\n\n{{ interview }}", 3, "a bool is printed here"),
        ("{% if role %}\n", 1, "Unexpected end of template"),
        ("a\nb\n{{ ().__class__ }}", 3, "access to attribute '__class__'"),
        ("\n{{ 1 // 0 }}", 2, "division"),
        ("{% include 'en/nothing' %}", 1, "there is no template en/nothing"),
        ("{% include '/etc/passwd' %}", 1, "there is no template /etc/passwd"),
        ("a\n{% include 'en/thank_you' %}", 2, "it calls itself without end"),
        ("a\n{% macro f() %}\n{{ f() }}{% endmacro %}{{ f() }}", 3, "it calls itself without end"),
        ("{% for i in range(99999) %}\n{{ 'abcdefghijk' * 10 }}\n{% endfor %}", 1, "it writes more than 64 KiB"),
        ("a\n{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", 1, "it calls itself without end"),
        ("Subject: hello\n\nbody", 1, "it answers a mail and has its subject"),
        ("x" * (LARGEST + 1), 1, "is larger than 64 KiB"),
    ],
)
def test_a_wrong_template_is_named_with_file_and_line(own, text, line, said):
    path = write(own, text)
    told = str(Engine(Folders(own)).filled("en", "thank_you", FACTS))  # as in the process that fills it
    assert told.startswith(f"{path}, line {line}: ")
    assert said in told


def test_what_needs_too_much_memory_is_refused(own):
    path = write(own, "a\n\n{{ 'x' * 10 ** 11 }}")
    assert fault(own) == f"{path}, line 3: it needs more memory than a letter may"


@pytest.mark.parametrize("text", ["{{ company['y\\n' * 99999] }}", "{% include 'y\\n' * 99999 %}"])
def test_a_problem_is_told_on_one_line_that_one_can_read(own, text):
    path = write(own, text)
    told = fault(own)
    assert told.startswith(f"{path}, line 1: ") and len(told) < len(str(path)) + 400 and told.isprintable()


def test_an_endless_loop_ends_and_is_not_tried_with_every_fact(own):
    loops = "{% for k in range(99999) %}" * 3 + "{% endfor %}" * 3
    path = write(own, f"a\n\n{loops}")
    began, before = time.process_time(), os.times().children_user
    found = Renderer(own).letters("en", "thank_you", [FACTS] * 50)
    assert {str(error) for error in found} == {f"{path}, line 3: it does not come to an end"}
    assert time.process_time() - began < 2
    assert os.times().children_user - before < 60


def test_what_no_signal_can_end_is_ended_from_outside(own, monkeypatch):
    path = write(own, "a")
    monkeypatch.setattr(press, "WALL_SECONDS", 0.001)
    assert fault(own).startswith(f"{path}, line 1: it does not come to an end")


def test_a_note_to_oneself_needs_a_subject(own):
    path = write(own, "no subject", "reflection")
    assert fault(own, "reflection").startswith(f"{path}, line 1: a note to oneself begins with a line `Subject:")


def test_a_file_that_is_no_text_is_refused(own):
    path = own / "en" / "thank_you.txt.j2"
    path.write_bytes(b"caf\xc3\xa9\n\xff\xfe")
    assert fault(own) == f"{path}, line 2: is not UTF-8; save it as UTF-8."
    path.unlink()
    path.mkdir()
    assert "is not a file" in fault(own)
    path.rmdir()
    os.mkfifo(path)
    assert "is not a file" in fault(own)


def test_what_is_no_folder_of_templates_changes_nothing(tmp_path):
    for own in (tmp_path / "nothing", tmp_path / "file"):
        (tmp_path / "file").write_text("")
        assert Renderer(own).languages() == Renderer().languages()
        assert Renderer(own).names("en") == Renderer().names("en")
    assert Renderer(tmp_path).names("../en") == Renderer().names("xx") == frozenset()


def test_a_language_of_ones_own_counts_when_it_is_whole(own):
    (own / "sv").mkdir()
    for name in LETTERS:
        assert "sv" not in Renderer(own).languages()
        (own / "sv" / f"{name}.txt.j2").write_text("Hej\n")
    assert "sv" in Renderer(own).languages()
    assert Renderer(own).letter("sv", "thank_you", FACTS).body == "Hej\n"


@pytest.mark.parametrize(
    ("language", "name"),
    [("xx", "thank_you"), ("en", "_phrases"), ("en", "../render"), ("..", "en"), ("en", "nothing")],
)
def test_a_letter_that_is_not_there_is_a_sentence(language, name):
    with pytest.raises(TemplateError, match="There is no letter"):
        Renderer().letter(language, name, Facts())


def test_no_variable_of_ours_reaches_the_process(own, monkeypatch):
    monkeypatch.setenv("HIGHROAD_TEST_PASSWORD", "secret")
    seen = []
    monkeypatch.setattr(press.subprocess, "run", lambda *_args, **given: seen.append(given["env"]) or 1 / 0)
    write(own, "a")
    with pytest.raises(ZeroDivisionError):
        Renderer(own).letter("en", "thank_you", FACTS)
    assert "HIGHROAD_TEST_PASSWORD" not in seen[0]
    assert "PATH" in seen[0]
