"""`highroad systemd` with a service manager that writes down what it is asked; tests/system has the real one."""

import os
import shutil
import subprocess

import pytest
from support.cli import Home

from daemon.commands import services, systemd
from daemon.commands.context import Context
from daemon.commands.services import Manager, NoService

SYSTEMCTL = """#!/bin/sh
echo "$*" >>"$ASKED"
case "$*" in *is-active*) exit "$ACTIVE" ;; *" $REFUSES "*|*" $REFUSES") echo "It will not." >&2; exit 1 ;; esac
"""


@pytest.fixture
def person(tmp_path, monkeypatch):
    """A home, and a systemctl that answers; `asked()` is what it was asked to do."""
    folder = tmp_path / "Sam's 50% home"
    folder.mkdir()
    home = Home(folder, 1, "sam", "secret")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "systemctl").write_text(SYSTEMCTL)
    (tools / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    for name, value in {"HOME": home.folder, "ASKED": tmp_path / "asked", "ACTIVE": "3", "REFUSES": "nothing"}.items():
        monkeypatch.setenv(name, str(value))
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "HIGHROAD_CONFIG", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    home.asked = lambda: [
        line.removeprefix("--user --no-pager --no-ask-password ")
        for line in (tmp_path / "asked").read_text().splitlines()
        if " show " not in line and "is-active" not in line
    ]
    home.unit = home.folder / ".config/systemd/user/highroad.service"
    home.context = Context(home.config, home.state)
    return home


def said(call, *arguments, **more):
    lines = []
    assert call(*arguments, say=lines.append, **more) == 0
    return lines


def test_the_unit_is_written_enabled_and_started_and_every_step_is_said(person):
    lines = said(systemd.install, person.context)
    assert person.asked() == ["daemon-reload", "enable highroad.service", "start highroad.service"]
    assert lines[0] == f"The unit is written to {person.unit}."
    assert "It runs, and systemd looks after it." in lines
    assert any("enable-linger" in line for line in lines)


def test_the_service_is_told_of_the_places_that_were_named_whatever_they_are_called(person):
    said(systemd.install, person.context)
    start = next(line for line in person.unit.read_text().splitlines() if line.startswith("ExecStart="))
    assert f'--config "{str(person.config).replace("%", "%%")}"' in start
    assert f'--state-dir "{str(person.state).replace("%", "%%")}" run' in start


def test_doing_it_again_changes_nothing(person, monkeypatch):
    said(systemd.install, person.context)
    before = person.unit.read_text()
    monkeypatch.setenv("ACTIVE", "0")
    lines = said(systemd.install, person.context)
    assert person.unit.read_text() == before
    assert "It is running already." in lines
    assert person.asked().count("daemon-reload") == 1


def test_a_newer_unit_takes_the_place_of_an_older_one_and_the_service_begins_anew(person, monkeypatch):
    said(systemd.install, person.context)
    monkeypatch.setenv("ACTIVE", "0")
    monkeypatch.setattr(services, "unit_text", lambda _name: "[Service]\nExecStart=/x\nType=newer\n")
    said(systemd.install, person.context)
    assert "Type=newer" in person.unit.read_text()
    assert person.asked()[-1] == "restart highroad.service"


def test_a_unit_that_somebody_changed_is_left_alone_and_at_the_end_kept_aside(person):
    said(systemd.install, person.context)
    edited = person.unit.read_text() + "# mine\n"
    person.unit.write_text(edited)
    with pytest.raises(NoService, match="was changed by hand, and stays as it is"):
        systemd.install(person.context)
    assert person.unit.read_text() == edited
    said(systemd.uninstall, person.context)
    assert not person.unit.exists()
    assert person.unit.with_suffix(".service.edited").read_text() == edited


@pytest.mark.parametrize("call", [systemd.install, systemd.uninstall])
def test_a_dry_run_says_all_and_does_nothing(person, call):
    if call is systemd.uninstall:
        said(systemd.install, person.context)
    asked, there = (person.asked() if person.unit.exists() else []), person.unit.exists()
    lines = said(call, person.context, dry_run=True)
    assert lines[0] == "Nothing is done (--dry-run). This is what would be:"
    assert any(str(person.unit) in line for line in lines)
    assert person.unit.exists() is there
    assert (person.asked() if there else []) == asked


def test_not_started_when_that_is_not_wanted(person):
    said(systemd.install, person.context, start=False)
    assert "start highroad.service" not in person.asked()


def test_without_settings_it_is_not_started_and_what_to_do_is_said(person):
    lines = said(systemd.install, Context())
    assert any(line.startswith("It is not started yet: No settings were found at") for line in lines)
    assert "Then: systemctl --user start highroad" in lines
    assert "start highroad.service" not in person.asked()


def test_a_manager_that_refuses_is_quoted(person, monkeypatch):
    monkeypatch.setenv("REFUSES", "enable highroad.service")
    with pytest.raises(NoService, match="was refused: It will not"):
        systemd.install(person.context, say=lambda _line: None)


def test_a_service_that_does_not_start_is_a_failure_with_the_place_of_its_last_words(person, monkeypatch):
    monkeypatch.setenv("REFUSES", "start highroad.service")
    with pytest.raises(NoService, match="It did not start"):
        systemd.install(person.context, say=lambda _line: None)


def test_taking_away_what_is_not_there_is_no_failure_and_what_stays_is_said(person):
    lines = said(systemd.uninstall, person.context)
    assert lines[0].endswith("nothing is to be taken away.")
    assert str(person.state) in lines[-1]


def test_taken_away_nothing_of_it_is_left_and_drop_ins_stay(person):
    said(systemd.install, person.context)
    drop_in = person.unit.with_name("highroad.service.d") / "mine.conf"
    drop_in.parent.mkdir()
    drop_in.touch()
    lines = said(systemd.uninstall, person.context)
    assert [path.name for path in person.unit.parent.iterdir()] == ["highroad.service.d"]
    assert person.config.exists()
    assert any("Your drop-ins" in line for line in lines)
    assert "disable --now highroad.service" in person.asked()


# --- where there is none ---


def test_without_systemd_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "no systemd on this machine" in systemd.why_not()
    with pytest.raises(NoService, match="no systemd on this machine"):
        systemd.install(Context())


def test_a_manager_that_does_not_answer_is_told_apart_by_whose_it_is(monkeypatch):
    silent = subprocess.CompletedProcess([], 1, "", "Failed to connect to bus")
    monkeypatch.setattr(Manager, "ask", lambda *_words, **_more: silent)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "Your systemd user manager does not answer" in systemd.why_not()
    assert "started without it, as most containers are" in systemd.why_not(system=True)


def test_only_root_installs_a_service_of_the_machine_and_not_from_somebodys_home(person, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "Only root" in systemd.why_not(system=True)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(services, "_program", lambda: ["/home/sam/.venv/bin/highroad"])
    assert "cannot reach /home/sam/.venv/bin/highroad" in systemd.why_not(system=True)


def test_the_packages_unit_is_used_where_there_is_one(person, monkeypatch, tmp_path):
    (tmp_path / "highroad.service").touch()
    monkeypatch.setattr(services, "_PACKAGED", (tmp_path,))
    manager = Manager(system=True)
    assert manager.packaged == tmp_path / "highroad.service"
    assert Manager(system=False).packaged is None


def test_the_unit_is_shown_with_its_place_and_its_exposure(person, capsys):
    assert systemd.show(person.context) == 0
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first == f"# `highroad systemd install` would write this to {person.unit}."
    assert second.startswith("# Exposure, of 10 (systemd-analyze security): ")
    said(systemd.install, person.context)
    systemd.show(person.context)
    assert capsys.readouterr().out.splitlines()[0] == f"# This is installed as {person.unit}."
    assert person.unit.read_text().splitlines() == rest
