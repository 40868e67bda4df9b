"""The tools that `make check` and a first `make` rest on: each is shown something wrong and has to say so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_tree, make_docs

ROOT = Path(__file__).parents[2]
HOST = "files.python" + "hosted.org"
ADDRESS = "https:/" + "/downloads.our-own.net/highroad-0.1.0-py3-none-any.whl"


@pytest.fixture
def tree(tmp_path):
    """A small tree with nothing wrong in it."""
    for name in ("pyproject.toml", "LICENSE", "systemd/highroad.service", "systemd/user/highroad.service"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for room in check_tree.ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "py.typed").touch()
        (tmp_path / room / "__init__.py").write_text('"""A room."""\n')
    return tmp_path


def test_a_tree_with_nothing_wrong_has_no_findings(tree):
    assert check_tree.findings(tree) == []


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("docs/setup.md", f"Get it from {HOST}.\n", "docs/setup.md:1: names"),
        ("tools/get.sh", f"curl -O {ADDRESS}\n", "tools/get.sh:1: names"),
        (".ci/run", f"pip install -i {HOST}\n", ".ci/run:1: names"),
        ("requirements/run.txt", "--extra-index-url somewhere\n", "carries '--extra-index-url'"),
        ("requirements/run.txt", "x @ https:" + "//example.org/x\n", "carries '://'"),
        ("requirements/run.txt", "skops==0.0.1\n", "holds no skops>="),
        ("daemon/long.py", "#\n" * 301, "daemon/long.py: 301 lines"),
        ("config/__init__.py", '"""Settings."""\nX = 1\n', "an __init__ holds a docstring"),
        ("config/__init__.py", "", "an __init__ holds a docstring"),
        ("tests/__init__.py", "", "would make tests an importable package"),
    ],
)
def test_what_is_wrong_is_found_and_named(tree, name, text, says):
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text(text)
    assert any(says in finding for finding in check_tree.findings(tree))


@pytest.mark.parametrize(
    "name", ["systemd/highroad.service", "systemd/user/highroad.service", "templates/py.typed", "LICENSE"]
)
def test_what_is_missing_is_named(tree, name):
    (tree / name).unlink()
    assert f"{name}: is missing." in check_tree.findings(tree)


def test_hidden_folders_and_caches_are_not_the_tree(tree):
    for folder in (".venv/lib", "daemon/__pycache__"):
        (tree / folder).mkdir(parents=True)
        (tree / folder / "x.py").write_text(f"# {HOST}\n")
    assert check_tree.findings(tree) == []


def test_an_invented_address_in_a_sample_mail_is_not_a_download(tree):
    (tree / "daemon" / "mail.eml").write_text("Your task: https:/" + "/files.tessellate.example/case/bicycles.zip\n")
    assert check_tree.findings(tree) == []


@pytest.mark.parametrize("name", make_docs.TABLES)
def test_a_diagram_holds_every_move(name):
    drawn, (table, _) = make_docs.diagram(name).splitlines(), make_docs.TABLES[name]
    assert all(f"    {before.value} --> {after.value}: {move}" in drawn for (before, move), after in table.items())


def test_a_page_with_an_old_diagram_is_redrawn_and_the_rest_of_it_left_alone():
    places = {name: f"{make_docs.begin(name)}\nold\n{make_docs.END}\n" for name in make_docs.TABLES}
    drawn = make_docs.redrawn("Before\n" + "between\n".join(places.values()) + "after\n")
    wanted = [place.replace("old", make_docs.diagram(name)) for name, place in places.items()]
    assert drawn == "Before\n" + "between\n".join(wanted) + "after\n"
    assert make_docs.redrawn(drawn) == drawn


def test_a_page_that_lost_its_markers_is_refused():
    with pytest.raises(ValueError, match="put both lines back"):
        make_docs.redrawn("A page without a place for it.\n")


def find_python(path, **environment):
    done = subprocess.run(
        ["/bin/sh", ROOT / "tools" / "find_python.sh"],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip(), done.stderr


def script(place, text):
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)


def test_an_interpreter_that_does_not_run_is_passed_over(tmp_path):
    script(tmp_path / "python3.13", "exit 127")
    script(tmp_path / "python3", f'exec "{sys.executable}" "$@"')
    assert find_python(tmp_path)[:2] == (0, str(tmp_path / "python3"))


def test_no_interpreter_at_all_is_a_sentence_that_says_what_to_install(tmp_path):
    code, said, why = find_python(tmp_path)
    assert (code, said) == (1, "")
    assert "needs Python 3.11 or later" in why
    assert "apt-get install python3 python3-venv" in why


def test_a_python_that_was_asked_for_and_is_too_old_is_refused(tmp_path):
    script(tmp_path / "python3.9", "exit 1")
    code, said, why = find_python(tmp_path, PYTHON="python3.9")
    assert (code, said) == (1, "")
    assert "PYTHON=python3.9 does not run or is older" in why


def test_a_python_that_was_asked_for_is_taken(tmp_path):
    assert find_python(tmp_path, PYTHON=sys.executable)[:2] == (0, sys.executable)


def test_the_shell_tools_are_plain_sh():
    for tool in (ROOT / "tools").glob("*.sh"):
        subprocess.run(["/bin/sh", "-n", tool], check=True)


def test_ci_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
