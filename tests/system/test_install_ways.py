"""pipx and uv, each with the built wheel and no network: the command is there, and what it says is of use."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from support import packages
from support.realmind import CACHE
from support.realmodel import real_model

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PIPX = ["-m", "pipx", "install", "--backend", "pip", "--python", sys.executable]
UV = ["-m", "uv", "tool", "install", "--python", sys.executable, "--no-index", "--find-links"]


class Person:
    """A home with nothing in it but what a way of installing lays there."""

    def __init__(self, home):
        self.home, self.command = home, home / ".local" / "bin" / "highroad"
        self.env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
        self.env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(packages.wheelhouse()), "PIP_NO_COMPILE": "1"}

    def run(self, *command):
        return subprocess.run(
            command, env=self.env, cwd=self.home, capture_output=True, text=True, timeout=400, check=False
        )

    def highroad(self, *words):
        """Its exit code and what it says, on whichever stream."""
        done = self.run(self.command, *words)
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr

    def borrow_model(self):
        """The one that the tests have trained, where this person's would be trained; its files."""
        real_model()
        place = self.home / ".local" / "state" / "highroad" / "model"
        shutil.copytree(CACHE, place)
        return place


@pytest.fixture
def tools(tmp_path_factory):
    """pipx and uv, in the versions that requirements/ways.txt pins."""
    return packages.once(packages.of_the_run(tmp_path_factory) / "ways", packages.ways)


@pytest.fixture
def person(tmp_path):
    yield Person(tmp_path)
    shutil.rmtree(tmp_path)  # some hundred MB


@pytest.fixture(params=["pipx", "uv"])
def installed(request, person, tools, wheel):
    command = PIPX if request.param == "pipx" else [*UV, packages.wheelhouse()]
    done = person.run(tools / "bin" / "python", *command, wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    return person


def test_the_wheel_installed_by_itself_speaks_in_sentences_and_brings_units_and_model(installed, wheel, tmp_path):
    assert installed.highroad("--version") == (0, f"highroad {wheel.name.split('-')[1]}\n")
    assert (installed.command.resolve().parents[1] / "pyvenv.cfg").exists(), "an environment of its own"

    code, said = installed.highroad("doctor")
    assert code == 78 and "No settings were found" in said and "`highroad init`" in said

    code, said = installed.highroad("demo")
    assert code == 1 and "pipx inject highroad" in said and "uv tool install --with" in said

    code, said = installed.highroad("systemd", "show")
    assert code == 0 and "[Service]" in said and "Type=notify" in said

    place = installed.borrow_model()
    before = {file.name for file in place.iterdir()}
    (tmp_path / "mail.eml").write_text(
        "From: ada@heron.example\nSubject: Your application\n\nWe chose somebody else.\n"
    )
    code, said = installed.highroad("classify", "--json", str(tmp_path / "mail.eml"))
    assert (code, json.loads(said)["label"]) == (0, "rejection")
    assert {file.name for file in place.iterdir()} == before, "corpus and code are those of this tree: nothing to train"
