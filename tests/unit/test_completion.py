"""Tab in a shell: what `highroad completion bash` prints is read by a real bash, which then asks the real program."""

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from support.cli import Home
from support.corevalues import DANA, MONDAY, verdict
from support.rooms import room

from classifiers.values import Address, Headers, Reading
from daemon.commands import hints
from daemon.core.entry import Application, Place

ASK = """
eval "$(highroad completion bash)"
ask() {{
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _highroad_completion highroad
    echo "${{COMPREPLY[*]}}"
}}
complete -p highroad
{questions}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    home = Home(folder, 1, "sam", "secret")
    (folder / "bin").mkdir()
    program = folder / "bin" / "highroad"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m daemon "$@"\n')
    program.chmod(0o755)
    desk = room(home.state)
    said = verdict("rejection", company="Zähler Works", role="Tester")
    headers = Headers(sender=DANA, to=(Address("Sam", "sam@example.org"),), message_id="<1@a.example>", subject="You")
    desk.recorder.record(b"1" * 32, Place("main", "INBOX", 1, 1), MONDAY, MONDAY, Reading(headers, said))
    desk.journal.close()
    places = {"HIGHROAD_CONFIG": str(home.config), "STATE_DIRECTORY": str(home.state)}
    home.env |= places | {"PATH": f"{folder / 'bin'}{os.pathsep}{home.env['PATH']}"}
    return home


def asked(home, *questions):
    """What bash would offer for each line; the last word is the one that is being typed."""
    lines = "\n".join("ask " + " ".join(f"'{word}'" for word in line) for line in questions)
    bash = shutil.which("bash")
    done = subprocess.run(
        [bash, "--norc", "-c", ASK.format(questions=lines)], env=home.env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    known, *answers = done.stdout.splitlines()
    assert known == "complete -o default -F _highroad_completion highroad"
    return [answer.split() for answer in answers]


def test_commands_settings_values_applications_and_accounts_are_offered(home):
    answers = asked(
        home,
        ["highroad", "co"],
        ["highroad", "config", "explain", "cadence.thank_you."],
        ["highroad", "config", "set", "account."],
        ["highroad", "config", "set", "cadence.thank_you.only_if", ""],
        ["highroad", "login", ""],
        ["highroad", "keen", "z"],
        ["highroad", "keen", "a"],
        ["highroad", "templates", "show", "thank"],
    )
    assert answers == [
        ["correct", "completion", "config"],
        ["cadence.thank_you.enabled", "cadence.thank_you.after", "cadence.thank_you.only_if"],
        [],
        ["always", "human", "conversation"],
        ["main"],
        ["zähler"],
        ["a1"],
        ["thank_you", "thank_you_and_feedback"],
    ]


def test_what_a_mail_calls_a_company_is_nothing_for_a_shell_to_obey(home, monkeypatch):
    wild = Application(7, "main", 'Acme"\\";$(touch pwned)`id`', "Te'ster\n<b>", MONDAY)
    journal = SimpleNamespace(applications=SimpleNamespace(all=lambda: [wild]))
    monkeypatch.setattr(hints, "_context", lambda _ctx: SimpleNamespace(journal=lambda: nullcontext(journal)))
    assert hints.applications(None, "") == [
        ("a7", "Acme touch pwned id , Te ster b "),
        ("acme", "Acme touch pwned id "),
    ]


def test_where_nothing_can_be_read_nothing_is_offered_and_nothing_is_said(home, tmp_path):
    broken = tmp_path / "config.toml"
    broken.write_text("[[[")
    home.env |= {"HIGHROAD_CONFIG": str(broken), "STATE_DIRECTORY": str(tmp_path / "none")}
    assert asked(home, ["highroad", "login", ""], ["highroad", "keen", ""]) == [[], []]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script_too_and_no_file_is_written(home, shell):
    before = sorted(home.folder.rglob("*"))
    done = home.bare("completion", shell)
    assert done.returncode == 0
    assert "_HIGHROAD_COMPLETE=complete_" + shell in done.stdout
    assert [path for path in sorted(home.folder.rglob("*")) if path not in before] == []


def test_a_shell_that_is_not_known_is_wrong_use(home):
    done = home.bare("completion", "csh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bash, zsh, fish" in done.stderr
