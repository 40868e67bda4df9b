"""The machine's service for real: systemd starts it behind all its walls, reloads it, watches over it, stops it."""

from __future__ import annotations

import re

import pytest
from support.dovecot import Dovecot
from support.lodging import Lodging, wait
from support.machine import machine

pytestmark = [pytest.mark.machine, pytest.mark.slow, pytest.mark.dovecot, pytest.mark.timeout(400)]
QUICK = "[Service]\nWatchdogSec=6s\nRestartSec=1s\nTimeoutStopSec=5s\n"
CONFIG = "/etc/highroad/config.toml"
UNIT = "/etc/systemd/system/highroad.service"


class Service(Lodging):
    """The service `highroad` of the machine."""

    def __init__(self, dovecot, box):
        super().__init__(dovecot, box, '{ credential = "highroad.imap" }')
        self.said = ""

    def install(self):
        self.box.write("/etc/credstore/highroad.imap", self.dovecot.password, 0o600)
        self.box.write(CONFIG, self.settings, 0o600)
        self.box.write("/etc/systemd/system/highroad.service.d/quick.conf", QUICK)
        self.said = self.say("systemd", "install", "--system")

    def say(self, *words):
        return self.box.check([self.program, *words], timeout=60)

    @property
    def pid(self):
        return int(self.box.told("highroad", "MainPID"))

    @property
    def fed(self):
        """When the watchdog was fed last, in µs."""
        return int(self.box.told("highroad", "WatchdogTimestampMonotonic"))

    def log(self):
        return self.box.journal("highroad")

    def is_active(self):
        return self.box.told("highroad", "ActiveState") == "active"

    def reload(self):
        assert self.box.systemctl("reload", "highroad").returncode == 0
        return self.log().rpartition("Reloading")[2]

    def logs(self, words, seconds=60):
        wait(lambda: words in self.log(), seconds, self.log)


@pytest.fixture
def service():
    with Dovecot() as dovecot, machine() as box:
        yield Service(dovecot, box)


def test_installed_by_root_it_reads_and_lays_behind_all_its_walls_and_takes_new_settings(service):
    service.lend_model("/var/lib/highroad", "root")  # as what root made before there was an account
    service.install()
    _every_step_is_said_and_doing_it_again_changes_nothing(service)
    _mail_is_read_and_a_draft_is_laid(service)
    _children_know_nothing_of_the_manager_and_nobody_may_dump_them(service)
    _a_reload_comes_back_when_the_settings_are_in_force_or_were_refused(service)
    _root_finds_the_service_without_options_and_leaves_no_file_of_roots(service)
    _an_edited_unit_is_not_written_over(service)
    _taken_away_it_leaves_settings_and_state(service)


def test_watched_over_it_outlives_a_server_that_hangs_and_is_started_anew_when_it_does_itself(service):
    service.install()
    _a_server_that_hangs_is_no_reason_to_be_killed(service)
    _a_service_that_stands_still_is_ended_and_started_anew(service)
    _told_to_stop_it_stops_and_that_is_no_failure(service)
    _without_its_credential_it_waits_for_the_person(service)


def _every_step_is_said_and_doing_it_again_changes_nothing(service):
    for words in (
        "/etc/highroad holds the settings",
        "/var/lib/highroad holds all",
        "It runs, and systemd looks after",
    ):
        assert words in service.said
    again = service.say("systemd", "install", "--system")
    assert "is there already, as it should be" in again
    assert "It is running already." in again


def _mail_is_read_and_a_draft_is_laid(service):
    service.deliver(8)
    service.logs("is planned for")
    service.reload()  # everything is looked at now
    service.logs("lies in Drafts")
    assert service.dovecot.messages(service.user, "Drafts")
    line = r"Watching 1 account, \d drafts? waits? in Drafts\."
    wait(lambda: re.fullmatch(line, service.box.told("highroad", "StatusText")), 30, service.log)
    assert "fault of Highroad" not in service.log()


def _children_know_nothing_of_the_manager_and_nobody_may_dump_them(service):
    children = service.box.check(["sh", "-c", f"cat /proc/{service.pid}/task/*/children"]).split()
    assert children
    for pid in (str(service.pid), *children):
        assert re.search(r"Max core file size +0 +0", service.box.read(f"/proc/{pid}/limits"))
    for pid in children:
        assert "NOTIFY_SOCKET" not in service.box.read(f"/proc/{pid}/environ")


def _a_reload_comes_back_when_the_settings_are_in_force_or_were_refused(service):
    sound = service.box.read(CONFIG)
    service.box.write(CONFIG, sound.replace("drafts_per_day = 100", "drafts_per_day = 7"), 0o640)
    assert "drafts_per_day" in service.reload()
    service.box.write(CONFIG, sound + "\nnonsense = 1\n", 0o640)
    assert "nonsense" in service.reload()
    assert service.is_active()
    service.box.write(CONFIG, sound, 0o640)
    service.reload()


def _root_finds_the_service_without_options_and_leaves_no_file_of_roots(service):
    assert "lies in Drafts" in service.say("plan") or "placed" in service.say("plan", "--json")
    service.say("pause", "--until", "2199-01-01")
    service.say("backup", "/tmp/backup")
    assert service.box.check(["stat", "-c", "%U", "/tmp/backup"]).strip() == "highroad"
    service.box.systemctl("stop", "highroad")
    refused = service.box.run([service.program, "once"], 60)  # it opens the journal, and has no credential
    assert (refused.returncode, "takes its password from the systemd credential" in refused.stderr) == (78, True)
    assert service.box.check(["find", "/var/lib/highroad", "!", "-user", "highroad"]) == ""
    rights = service.box.check(["stat", "-c", "%U:%G %a", CONFIG, "/etc/highroad", "/var/lib/highroad"])
    assert rights.split("\n")[:3] == ["root:highroad 640", "root:highroad 750", "highroad:highroad 700"]


def _an_edited_unit_is_not_written_over(service):
    sound = service.box.read(UNIT)
    service.box.write(UNIT, sound.replace("RestartSec=30s", "RestartSec=5s"))
    done = service.box.run([service.program, "systemd", "install", "--system"])
    assert done.returncode == 1
    assert "was changed by hand, and stays as it is" in done.stderr
    assert "RestartSec=5s" in service.box.read(UNIT)
    service.box.write(UNIT, sound)


def _taken_away_it_leaves_settings_and_state(service):
    told = service.say("systemd", "uninstall", "--system")
    assert f"What stays: the settings ({CONFIG}) and all that Highroad remembers (/var/lib/highroad)." in told
    assert not service.box.exists(UNIT)
    assert not service.box.exists("/etc/sysusers.d/highroad.conf")
    assert service.box.exists(CONFIG)
    assert service.box.exists("/var/lib/highroad/journal.db")
    assert service.box.told("highroad", "ActiveState") == "inactive"


def _a_server_that_hangs_is_no_reason_to_be_killed(service):
    pid, restarts = service.pid, service.box.told("highroad", "NRestarts")
    service.logs("reading works")
    service.still(stopped=True)
    try:
        service.box.check(["kill", "-HUP", str(pid)])  # everything is looked at, and nothing answers
        for _ in range(4):  # that is longer than the watchdog waits
            before = service.fed
            wait(lambda before=before: service.fed > before, 30, service.log)
        assert (service.pid, service.box.told("highroad", "NRestarts")) == (pid, restarts)
    finally:
        service.still(stopped=False)


def _a_service_that_stands_still_is_ended_and_started_anew(service):
    pid, restarts = service.pid, int(service.box.told("highroad", "NRestarts"))
    service.box.check(["kill", "-STOP", str(pid)])
    wait(lambda: int(service.box.told("highroad", "NRestarts")) > restarts, 60, service.log)
    wait(service.is_active, 60, service.log)
    assert service.pid != pid
    assert "Watchdog timeout" in service.log()


def _told_to_stop_it_stops_and_that_is_no_failure(service):
    assert service.box.systemctl("stop", "highroad").returncode == 0
    assert service.box.told("highroad", "Result") == "success"
    assert "Stopped, as told." in service.log()


def _without_its_credential_it_waits_for_the_person(service):
    service.box.check(["rm", "/etc/credstore/highroad.imap"])
    assert service.box.systemctl("start", "highroad").returncode == 0
    wait(lambda: "main needs you" in service.box.told("highroad", "StatusText"), 60, service.log)
