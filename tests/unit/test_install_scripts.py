"""The Debian package's scripts, as dpkg calls them, among programs that only write down how they are called."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

PARTS = Path(__file__).parents[2] / "tools" / "debian"
PROGRAMS = (
    "systemctl",
    "systemd-sysusers",
    "deb-systemd-helper",
    "deb-systemd-invoke",
    "install",
    "getent",
    "id",
    "userdel",
    "groupdel",
    "dpkg-query",
)
STAND_IN = """#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
case "${0##*/} $*" in *ActiveState*) echo "$STATE" ;; "dpkg-query "*) exit 1 ;; "id "*) echo "$NUMBER" ;; esac
"""


class Package:
    """Its scripts over a root of their own; the service is in `state`, systemd runs unless `boots` is false."""

    def __init__(self, root, state="active", boots=True, number=999):
        self.root, self.calls = root, root / "calls"
        self.env = {
            "PATH": f"{root}/bin:/usr/bin:/bin",
            "STATE": state,
            "CALLS": str(self.calls),
            "NUMBER": str(number),
        }
        for folder in ("bin", "etc/highroad", "var/lib/highroad", "opt/highroad", "run"):
            (root / folder).mkdir(parents=True)
        if boots:
            (root / "run" / "systemd" / "system").mkdir(parents=True)
        for name in PROGRAMS:
            (root / "bin" / name).write_text(STAND_IN)
            (root / "bin" / name).chmod(0o755)

    def call(self, script, *words):
        """Exit code; what was called is added to `said`."""
        text = re.sub(r"(?<![\w/])/(run|etc|var|opt)\b", rf"{self.root}/\1", (PARTS / script).read_text())
        done = subprocess.run(
            ["sh", "-c", text, script, *words], env=self.env, capture_output=True, text=True, check=False
        )
        self.out = done.stdout + done.stderr
        return done.returncode

    def said(self, verb):
        """Which calls there were of deb-systemd-invoke with this verb, or of another program by its name."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line for line in lines if f"invoke {verb} " in line or line.startswith(f"{verb} ")]


def upgrade(package):
    assert package.call("prerm", "upgrade", "2.0") == 0
    assert package.call("postinst", "configure", "1.0") == 0


@pytest.mark.parametrize("state", ["active", "activating", "reloading", "failed"])
def test_an_upgrade_stops_the_service_and_starts_it_again(tmp_path, state):
    package = Package(tmp_path, state)
    upgrade(package)
    assert [len(package.said(verb)) for verb in ("stop", "start")] == [1, 1]


def test_a_service_that_somebody_stopped_stays_stopped_at_an_upgrade_and_only_at_that_one(tmp_path):
    package = Package(tmp_path, "inactive")
    upgrade(package)
    assert package.said("start") == []
    assert package.call("postinst", "configure", "2.0") == 0
    assert len(package.said("start")) == 1


@pytest.mark.parametrize("words", [["configure", ""], ["configure", "1.0"], ["abort-remove"], ["abort-upgrade", "2.0"]])
def test_what_is_installed_is_started_and_twice_is_as_good_as_once(tmp_path, words):
    package = Package(tmp_path)
    assert [package.call("postinst", *words), package.call("postinst", *words)] == [0, 0]
    assert len(package.said("start")) == 2


def test_the_first_word_after_installing_is_what_to_do_next(tmp_path):
    package = Package(tmp_path)
    package.call("postinst", "configure", "")
    assert "highroad init" in package.out
    (tmp_path / "etc" / "highroad" / "config.toml").write_text("")
    package.call("postinst", "configure", "1.0")
    assert package.out == ""


def test_where_systemd_does_not_run_nothing_is_asked_of_it(tmp_path):
    package = Package(tmp_path, boots=False)
    upgrade(package)
    assert package.call("prerm", "remove") == package.call("postrm", "remove") == package.call("postrm", "purge") == 0
    assert package.said("systemctl") == package.said("start") == package.said("stop") == []


def test_removing_keeps_settings_and_state_and_purging_does_not_even_twice(tmp_path):
    package = Package(tmp_path)
    credentials = tmp_path / "etc" / "credstore"
    for place in (credentials, tmp_path / "etc/systemd/system/highroad.service.d"):
        place.mkdir(parents=True)
    for name in ("highroad.imap", "highroad.work", "other.imap"):
        (credentials / name).write_text("secret")
    assert package.call("prerm", "remove") == package.call("postrm", "remove") == 0
    assert (tmp_path / "etc/highroad").exists() and (tmp_path / "var/lib/highroad").exists()
    assert (len(package.said("stop")), package.said("userdel")) == (1, [])
    assert [package.call("postrm", "purge"), package.call("postrm", "purge")] == [0, 0]
    assert package.said("userdel") and not (tmp_path / "etc/highroad").exists()
    assert (
        not (tmp_path / "var/lib/highroad").exists()
        and not (tmp_path / "etc/systemd/system/highroad.service.d").exists()
    )
    assert [file.name for file in credentials.iterdir()] == ["other.imap"]


def test_a_word_that_dpkg_never_says_is_refused(tmp_path):
    package = Package(tmp_path)
    assert package.call("postinst", "reconfigure") == 1
    assert "reconfigure" in package.out


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm"])
def test_a_script_is_plain_sh_and_ends_at_the_first_failure(script):
    text = (PARTS / script).read_text()
    assert text.startswith("#!/bin/sh\n") and "\nset -e\n" in text
    subprocess.run(["sh", "-n", PARTS / script], check=True)


def test_an_account_of_a_person_who_is_called_so_is_left_alone(tmp_path):
    package = Package(tmp_path, number=1000)
    assert package.call("postrm", "purge") == 0
    assert package.said("userdel") == package.said("groupdel") == [] and "was kept" in package.out
