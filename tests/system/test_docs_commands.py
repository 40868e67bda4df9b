"""Every command that the README and docs/ show is run, here or by the test that the map below names."""

from __future__ import annotations

import ast
import re

import pytest
from support.docs import ROOT, lines
from support.docs_runs import AGAIN, BEFORE, ELSEWHERE, FILES, OTHERWISE, Reader, is_for_a_machine, is_heavy
from support.searches import Search

COMPANIES = ["Alderbrook", "Birchfield", "Cedarline", "Dunmore", "Elmhurst", "Fairhaven", "Glenrock", "Hazelwood",
             "Inverlay", "Juniper", "Kestrel", "Larkspur"]  # fmt: skip
LINES = sorted({line.words for line in lines()})
OURS = [words for words in LINES if words.startswith("highroad ") and words not in ELSEWHERE]
QUICK = [words for words in OURS if not is_heavy(words) and not is_for_a_machine(words)]
STEPS = [("acknowledgement", 30), ("interview", 20), ("assessment", 12)]


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    """Twelve applications: a3, which is open, a9, the rejection 12, mail 45 and the draft 17 are there."""
    made = Search(tmp_path_factory.mktemp("docs"))
    for number, company in enumerate(COMPANIES):
        sender = f"Robin Vale <robin.vale@{company.lower()}.example>"
        for label, days in STEPS if number == 2 else [*STEPS, ("rejection", 3)]:
            made.mail(label, company, "Data Engineer", days=days - number / 50, sender=sender)
    return made


def test_every_command_that_can_be_run_beside_a_search_ends_well(search, tmp_path, subtests, monkeypatch):
    assert len(QUICK) > 30
    for number, words in enumerate(QUICK):
        with subtests.test(words):
            (folder := tmp_path / str(number)).mkdir()
            reader = Reader(search.copied(folder), folder, monkeypatch)
            done = reader.types(words)
            assert done.code in OTHERWISE.get(words, {0}), done.said


def test_every_line_is_run_by_somebody():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    made = {f"make {target}" for target in targets}
    assert [one for one in LINES if not (runs(one) or bare(one) in made)] == []


def runs(words):
    """Whether a test runs this very line, here or elsewhere."""
    return words in ELSEWHERE or words.startswith("highroad ") or is_for_a_machine(words)


def bare(words):
    """A line of make without its settings."""
    return " ".join(word for word in words.split() if "=" not in word)


def test_nothing_is_said_of_a_line_that_no_page_shows():
    told = {*ELSEWHERE, *OTHERWISE, *BEFORE, *AGAIN, *FILES}
    assert told - set(LINES) == set()


@pytest.mark.parametrize("where", sorted(set(ELSEWHERE.values())))
def test_the_test_that_runs_a_line_is_there(where):
    file, _, name = where.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in defined


def test_a_line_that_nobody_runs_would_be_found():
    assert not runs("rm -r somewhere") and not runs("pipx install nothing") and runs("systemctl --user status highroad")
    assert bare("make docs UPDATE=1") == "make docs"
