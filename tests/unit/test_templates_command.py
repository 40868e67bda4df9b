"""`highroad templates`: what it shows, what it finds wrong, and where it looks for a person's own."""

import json
import sys

import pytest
from typer.testing import CliRunner

from config.places import templates_path
from daemon import cli
from daemon.commands import templates as command
from daemon.commands.context import Context
from daemon.core.errors import NeedsOperator, WrongUse
from templates import checks, samples
from templates.facts import Facts, Met
from templates.render import LETTERS, Letter, Renderer

OWN = "Hi{{ ' ' ~ called[0] if called else '' }},\n\nThank you for your time.\n\nSam\\\n{{ signature }}\n"


@pytest.fixture
def context(tmp_path):
    (tmp_path / "config.toml").write_text("")
    (tmp_path / "templates" / "en").mkdir(parents=True)
    return Context(tmp_path / "config.toml", tmp_path / "state")


def write(context, text, name="thank_you", language="en"):
    path = templates_path(context.config) / language / f"{name}.txt.j2"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def rows(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def only(monkeypatch, language="en"):
    monkeypatch.setattr(command, "_languages", lambda _renderer: [language])


def test_the_door_leads_there(context):
    told = CliRunner().invoke(cli.app, ["--config", str(context.config), "templates", "show", "thank_you", "-l", "de"])
    assert (told.exit_code, told.stdout[:8]) == (0, "{% from ")


def test_a_failure_that_names_what_steers_a_terminal_does_not_print_it(context, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["highroad", "--config", str(context.config), "templates", "show", "\x1b[31m"])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(SystemExit) as end:
        cli.main()
    told = capsys.readouterr().err
    assert (end.value.code, told[:29]) == (2, 'There is no letter "?[31m" in')


def test_the_list_names_every_letter_and_whose_it_is(context, capsys):
    path = write(context, OWN)
    write(context, "x", language="sv")
    assert command.list_letters(context, as_json=True) == 0
    found = {(row["language"], row["name"]): row for row in rows(capsys)}
    assert found["en", "thank_you"] == {"language": "en", "name": "thank_you", "own": True, "file": str(path)}
    assert found["de", "reflection"]["own"] is False
    assert found["sv", "reflection"]["file"] is None
    assert command.list_letters(context, as_json=False) == 0
    told = capsys.readouterr().out
    assert "en: 8 letters; your own: thank_you\n" in told
    assert "sv: 1 letters; your own: thank_you; missing: feedback_request" in told
    assert str(path.parent.parent) in told


def test_a_template_is_shown_as_it_is_written(context, capsys):
    path = write(context, OWN)
    assert command.show_letter(context, "thank_you", "en", as_json=True) == 0
    assert rows(capsys) == [{"language": "en", "name": "thank_you", "own": True, "file": str(path), "source": OWN}]
    assert command.show_letter(context, "thank_you", "de", as_json=False) == 0
    out, err = capsys.readouterr()
    assert (out[:8], err) == ("{% from ", "templates/de/thank_you.txt.j2\n")


def test_what_cannot_be_shown_is_a_sentence(context):
    with pytest.raises(WrongUse, match=r'There is no letter "thanks" in the language "en"\. There are: f'):
        command.show_letter(context, "thanks", "en", as_json=False)
    with pytest.raises(WrongUse, match="templates list"):
        command.show_letter(context, "thank_you", "../en", as_json=False)
    write(context, "x" * 70_000)
    with pytest.raises(NeedsOperator, match="line 1: is larger than 64 KiB"):
        command.show_letter(context, "thank_you", "en", as_json=False)


def test_without_settings_ours_are_looked_at(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIGHROAD_CONFIG", str(tmp_path / "nothing.toml"))
    assert command.list_letters(Context(), as_json=False) == 0
    assert "beside config.toml" in capsys.readouterr().out


def test_a_good_letter_of_ones_own_has_no_finding(context, monkeypatch, capsys):
    only(monkeypatch)
    monkeypatch.setitem(samples.STRIDES, 3, samples.STRIDES[2])
    write(context, OWN)
    assert command.check(context, thorough=False, as_json=False) == 0
    assert "8 letters were filled so that any three facts stand together; 0 findings." in capsys.readouterr().out


def test_check_tells_what_is_wrong_with_file_and_line_and_what_is_taste(context, monkeypatch, capsys):
    only(monkeypatch)
    monkeypatch.setattr(command, "LETTERS", ("thank_you", "status_check", "follow_up"))
    wrong = write(context, "Dear {{ recipient_first or recipent }},\n\nbla\n")
    taste = write(context, OWN.replace("time.", "time, I am so excited."), "status_check")
    extra = write(context, "x", "hello")
    assert command.check(context, thorough=False, as_json=True) == 1
    found = [(row["said"], row["wrong"]) for row in rows(capsys)]
    assert (f"{wrong}, line 1: 'recipent' is undefined", True) in found
    assert (f"{wrong}: It does not end with the signature on lines of its own.", True) in found
    assert any(said.startswith(f"{taste}: It holds a word that begs") and not bad for said, bad in found)
    assert (f"{extra}: no step uses a letter of that name.", False) in found


def test_check_says_what_a_language_misses(context, monkeypatch):
    write(context, OWN, language="sv")
    monkeypatch.setitem(samples.STRIDES, 3, samples.STRIDES[2])
    findings = list(command.checked(command.renderer_of(context), "sv", thorough=False))
    assert [row["said"] for row in findings] == [f"sv has no letter {name}." for name in LETTERS if name != "thank_you"]
    assert not any(row["wrong"] for row in findings)


KNOWN = Facts(recipient_first="Dana", company="Acme", role="Engineer", interview=True, signature="Sam")


@pytest.mark.parametrize(
    ("language", "body", "said"),
    [
        ("en", "Hello,\n\nThank you for  it.\n\nBye,\nSam\n", "a space too many"),
        ("en", "Hello,\n\nThank you .\n\nBye,\nSam\n", "a space too many or a sign out of place"),
        ("en", "Hello,\n\nWhy ?\n\nBye,\nSam\n", "a space before a sign"),
        ("en", "Hello,\n\nThank you {{ role }}.\n\nBye,\nSam\n", "what is no word"),
        ("en", "Hello,\n\nDear [name].\n\nBye,\nSam\n", "what is no word"),
        ("en", "Hello,\n\nThank None.\n\nBye,\nSam\n", "what is no word"),
        ("en", "Hello,\n\nThank you for the the talk.\n\nBye,\nSam\n", "stands twice"),
        ("en", "Hello,\n\nThe role at. It is.\n\nBye,\nSam\n", "a fact is missing"),
        ("en", "Hello,\n\nThank you. it was.\n\nBye,\nSam\n", "begins small"),
        ("en", "Hello,\n\nthank you.\n\nBye,\nSam\n", "A paragraph begins small"),
        ("en", "Hello\n\nThank you.\n\nBye,\nSam\n", "begins with no greeting"),
        ("en", "Hello,\n\nThank you\n\nBye,\nSam\n", "does not end like one"),
        ("en", "Hello,\n\nThank you.\n\nBye\n", "signature"),
        ("en", f"Hello,\n\n{'Thank you. ' * 80}\n\nBye,\nSam\n".replace(". \n", ".\n"), "words; 149 are the most"),
        ("en", "Hello,\n\nI am disappointed that it ended.\n\nBye,\nSam\n", "begs, flatters"),
        ("en", "Hello,\n\nI hope this finds you well.\n\nBye,\nSam\n", "begs, flatters"),
        ("en", "Hello,\n\nThank you!\n\nBye,\nSam\n", "a sign that a calm letter does without"),
        ("en", "Dear Mr Dana,\n\nThank you.\n\nBye,\nSam\n", "a gender"),
        ("de", "Liebe Dana,\n\nvielen Dank.\n\nGrüße\nSam\n", "a gender"),
        ("de", "Guten Tag,\n\nvielen Dank. Ich melde mich bei dir.\n\nGrüße\nSam\n", "speaks as to a friend"),
        ("fr", "Bonjour,\n\nJe suis ravie.\n\nMerci,\nSam\n", "a gender"),
        ("fr", "Bonjour,\n\nMerci à toi.\n\nMerci,\nSam\n", "speaks as to a friend"),
        ("es", "Hola:\n\nQuedo muy agradecido.\n\nSaludos,\nSam\n", "a gender"),
        ("it", "Buongiorno,\n\nLe sono grata.\n\nSaluti,\nSam\n", "a gender"),
        ("nl", "Beste Dana,\n\nDank je.\n\nGroet,\nSam\n", "speaks as to a friend"),
        ("pt", "Olá,\n\nMuito obrigado.\n\nAtenciosamente,\nSam\n", "a gender"),
    ],
)
def test_the_rules_find_what_they_are_for(language, body, said):
    letter = Letter(None, body)
    found = [
        *checks.findings(language, "thank_you", letter, KNOWN),
        *checks.style(language, "thank_you", letter, KNOWN),
    ]
    assert [sentence for sentence in found if said in sentence], found


def test_the_rules_leave_a_good_letter_alone():
    for language in sorted(Renderer().languages()):
        letter = Renderer().letter(language, "thank_you", KNOWN)
        assert checks.findings(language, "thank_you", letter, KNOWN) == []
        assert checks.style(language, "thank_you", letter, KNOWN) == []


def test_words_that_the_facts_brought_are_not_judged():
    facts = Facts(
        company="Traumwerk", role="Mr Fix", signature="Sam!", personal="My passion is trains.", interview=True
    )
    letter = Letter(None, "Hello,\n\nThank you for Mr Fix at Traumwerk. My passion is trains.\n\nBye,\nSam!\n")
    assert checks.style("en", "thank_you", letter, facts) == []
    assert checks.style("de", "thank_you", letter, facts) == []


def test_a_linkedin_note_that_is_too_long_is_found():
    facts = Facts(people=(Met("Dana", "Dana Whitfield"), Met("Wei", "Wei Chen")))
    found = checks.findings("en", "linkedin_note", Letter("x", f"Dana Whitfield:\n{'x' * 201}\n"), facts)
    assert [sentence.split(":")[0] for sentence in found] == [
        "A LinkedIn note has 201 characters; 200 are the most", "It has no note for Wei Chen.",
    ]  # fmt: skip
