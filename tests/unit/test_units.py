"""The units as they are shipped and as they are written: quoted as systemd wants, known again, hardened."""

import configparser
import os
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.realmind import ROOT

from daemon import units
from daemon.units import command_line, fitted, known, quoted, unit_text

NAMES = ["highroad.service", "user/highroad.service"]
_ANALYZE = shutil.which("systemd-analyze")


def directives(text):
    """Section, name, all values: a unit may say a thing more than once."""
    found, section = {}, ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault((section, name), []).append(value)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_is_told_of_restarts_of_its_life_and_of_reloads(name):
    told = directives(unit_text(name))
    service = {key: values[-1] for (section, key), values in told.items() if section == "Service"}
    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "main"
    assert service["WatchdogSec"] == "3min"
    assert told["Service", "ExecReload"][0] == "/bin/kill -HUP $MAINPID"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"] == "2 78"
    assert service["LimitCORE"] == "0"
    assert service["UMask"] == "0077"
    assert service["ExecStart"].endswith("/highroad run")
    assert service["NoNewPrivileges"] == "yes"
    assert told["Unit", "StartLimitBurst"] == ["10"]


def test_the_machines_unit_has_its_directories_and_an_account_of_its_own():
    told = directives(unit_text("highroad.service"))
    assert told["Service", "User"] == ["highroad"]
    assert told["Service", "StateDirectory"] == ["highroad"]
    assert told["Service", "StateDirectoryMode"] == ["0700"]
    assert told["Service", "ConfigurationDirectory"] == ["highroad"]
    assert told["Service", "LoadCredential"] == ["highroad.imap"]
    assert told["Service", "MemoryDenyWriteExecute"] == ["yes"]
    assert told["Install", "WantedBy"] == ["multi-user.target"]


def test_a_persons_unit_leaves_the_places_to_the_persons_own_command_line():
    told = directives(unit_text("user/highroad.service"))
    assert ("Service", "StateDirectory") not in told
    assert told["Install", "WantedBy"] == ["default.target"]


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_parses_where_nothing_is_said_twice(name):
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str
    unit.read_string(unit_text(name))
    assert set(unit.sections()) == {"Unit", "Service", "Install"}


# --- quoting ---


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("/usr/bin/highroad", "/usr/bin/highroad"),
        ("/home/sam/my tools/highroad", '"/home/sam/my tools/highroad"'),
        ("/srv/100%/highroad", "/srv/100%%/highroad"),
        ('/srv/a"b\\c/highroad', '"/srv/a\\"b\\\\c/highroad"'),
        ("/srv/a;b", '"/srv/a;b"'),
        ("/srv/a'b", '"/srv/a\'b"'),
        ("/srv/a\nb", '"/srv/a\\x0ab"'),
        ("/srv/é", '"/srv/é"'),
        ("", '""'),
    ],
)
def test_a_word_is_quoted_as_systemd_reads_it(word, right):
    assert quoted(word, "%") == right


def test_in_arguments_dollars_are_doubled_and_in_the_programs_path_they_are_not():
    assert command_line(["/srv/$x/highroad", "--config", "/srv/$x"]) == "/srv/$x/highroad --config /srv/$$x"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_no_word_ends_its_line(word):
    assert len(quoted(word, "%$").splitlines()) <= 1


# --- what is written, and known again ---


def test_a_unit_starts_this_command_with_these_variables():
    text = fitted(unit_text("highroad.service"), ["/opt/a b/highroad", "run"], {"PYTHONPATH": "/srv/50%"})
    told = directives(text)
    assert told["Service", "ExecStart"] == ['"/opt/a b/highroad" run']
    assert told["Service", "Environment"] == ["PYTHONPATH=/srv/50%%"]
    assert told["Service", "ExecReload"][0] == "/bin/kill -HUP $MAINPID"


def test_a_unit_that_somebody_changed_is_known(tmp_path):
    path = tmp_path / "highroad.service"
    assert known(path) == "absent"
    text = fitted(unit_text("highroad.service"), ["/usr/bin/highroad", "run"], {})
    path.write_text(text)
    assert known(path) == "ours"
    path.write_text(text.replace("WatchdogSec=3min", "WatchdogSec=1h"))
    assert known(path) == "edited"
    path.write_text(unit_text("highroad.service"))
    assert known(path) == "edited"


def test_the_packed_unit_comes_before_the_clones(tmp_path, monkeypatch):
    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "highroad.service").write_text("packed")
    monkeypatch.setattr(units, "_HERE", tmp_path)
    assert unit_text("highroad.service") == "packed"


# --- what systemd itself says of them; `make check` looks too ---


@pytest.mark.skipif(_ANALYZE is None, reason="no systemd-analyze is installed (apt-get install systemd)")
@pytest.mark.parametrize(("name", "flags", "most"), [(NAMES[0], [], 12), (NAMES[1], ["--user"], 65)])
def test_a_unit_leaves_the_service_no_more_exposed_than_promised(tmp_path, name, flags, most):
    command = [
        _ANALYZE,
        *flags,
        "security",
        "--offline=yes",
        f"--threshold={most}",
        "--no-pager",
        ROOT / "systemd" / name,
    ]
    env = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "OVERALL" in done.stdout.upper()
