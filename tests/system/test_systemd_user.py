"""A person's own service for real, under a user manager: their password command works, and they are told every step."""

from __future__ import annotations

import pytest
from support.dovecot import Dovecot
from support.lodging import Lodging, wait
from support.machine import machine

pytestmark = [pytest.mark.machine, pytest.mark.slow, pytest.mark.dovecot, pytest.mark.timeout(400)]
HOME = "/home/sam"
UNIT = f"{HOME}/.config/systemd/user/highroad.service"
MAKE_SECRET = (
    "umask 077; gpg --batch --passphrase '' --quick-gen-key sam@example.org default default never && "
    'printf %s "$1" | gpg --batch --encrypt --recipient sam@example.org --output ~/secret.gpg && gpgconf --kill all'
)


class Person(Lodging):
    """Sam, with an account on the machine."""

    def __init__(self, dovecot, box):
        super().__init__(dovecot, box, f'{{ command = "gpg --batch --quiet --decrypt {HOME}/secret.gpg" }}')
        box.check(["useradd", "--create-home", "sam"])
        self.uid = box.check(["id", "-u", "sam"]).strip()

    def run(self, *words, timeout=60):
        env = {"HOME": HOME, "USER": "sam", "XDG_RUNTIME_DIR": f"/run/user/{self.uid}"}
        return self.box.run(["sh", "-c", 'cd && exec "$@"', "sh", *words], timeout, env=env, user="sam")

    def check(self, *words, timeout=60):
        done = self.run(*words, timeout=timeout)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def log_in(self):
        self.box.check(["systemctl", "start", "dbus.socket", "systemd-logind.service", f"user@{self.uid}.service"])

    def furnish(self):
        self.check("sh", "-c", MAKE_SECRET, "sh", self.dovecot.password)
        self.lend_model(f"{HOME}/.local/state/highroad", "sam")
        self.box.check(["chown", "sam:sam", f"{HOME}/.local", f"{HOME}/.local/state"])
        self.check("sh", "-c", 'mkdir -p ~/.config/highroad; umask 077; printf %s "$1" >~/.config/highroad/config.toml',
                   "sh", self.settings)  # fmt: skip


@pytest.fixture
def sam():
    with Dovecot() as dovecot, machine() as box:
        yield Person(dovecot, box)


def test_a_person_installs_a_service_of_their_own_and_takes_it_away_again(sam):
    without = sam.run(sam.program, "systemd", "install")
    assert without.returncode == 1
    assert "user manager does not answer" in without.stderr
    sam.log_in()
    unfurnished = sam.check(sam.program, "systemd", "install")
    assert "It is not started yet: No settings were found" in unfurnished
    sam.furnish()
    dry = sam.check(sam.program, "systemd", "uninstall", "--dry-run")
    assert "Nothing is done" in dry
    assert sam.box.exists(UNIT)
    told = sam.check(sam.program, "systemd", "install")
    assert "It runs, and systemd looks after it." in told
    assert "loginctl enable-linger" in told
    _it_works(sam)
    _root_leaves_no_file_of_roots(sam)
    assert f"remembers ({HOME}/.local/state/highroad)" in sam.check(sam.program, "systemd", "uninstall")
    assert not sam.box.exists(UNIT)
    assert sam.box.exists(f"{HOME}/.config/highroad/config.toml")
    assert sam.box.exists(f"{HOME}/.local/state/highroad/journal.db")
    assert "nothing is to be taken away" in sam.check(sam.program, "systemd", "uninstall")


def _it_works(sam):
    """Its password command is run, mail is read, and the person's own command line reaches the same journal."""
    sam.deliver(3)
    wait(lambda: "rejection" in sam.run(sam.program, "log").stdout, 90, lambda: _said(sam))
    assert sam.check("systemctl", "--user", "reload", "highroad") == ""
    assert "running" in sam.check("systemctl", "--user", "status", "highroad")


def _root_leaves_no_file_of_roots(sam):
    named = ["--config", f"{HOME}/.config/highroad/config.toml", "--state-dir", f"{HOME}/.local/state/highroad"]
    sam.box.check([sam.program, *named, "pause", "--until", "2199-01-01"], 60)
    assert sam.box.check(["find", f"{HOME}/.local", "!", "-user", "sam"]) == ""


def _said(sam):
    return sam.run("journalctl", "--user", "--unit=highroad", "--no-pager").stdout
