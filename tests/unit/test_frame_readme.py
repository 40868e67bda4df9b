"""The README is a promise too: what it tells people to type is there."""

import re
import shlex
from pathlib import Path

import pytest
from support.docs import lacking
from typer.main import get_command

from daemon.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = get_command(app).commands


def named_in(text):
    """Every `highroad ...` of a text, in code blocks (without comments) and between backticks, as words."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [shlex.split(one) for one in [*lines, *spans] if re.match(r"highroad [a-z]", one)]


@pytest.mark.parametrize("words", named_in(README), ids=" ".join)
def test_every_command_and_option_that_the_readme_names_is_there(words):
    assert lacking(words, COMMANDS) is None


def test_the_readme_names_every_command():
    named = {words[1] for words in named_in(README)}
    assert named == set(COMMANDS)


@pytest.mark.parametrize("line", ["highroad fly", "highroad config fly", "highroad tune --fast"])
def test_a_command_or_option_that_is_not_there_would_be_found(line):
    assert lacking(shlex.split(line), COMMANDS) is not None


def test_every_make_target_that_the_documents_name_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    texts = [README, *((ROOT / name).read_text("utf-8") for name in ("CONTRIBUTING.md", "ARCHITECTURE.md"))]
    named = {one for text in texts for one in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)}
    assert named and named <= targets


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "classifiers/corpus/README.md"])
def test_every_link_to_a_file_of_the_tree_leads_somewhere(page):
    text = (ROOT / page).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_bears_the_number_of_its_file(page):
    assert page.read_text("utf-8").startswith(f"# {page.stem[:3]}: ")
