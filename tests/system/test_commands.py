"""The commands as a person runs them: processes of their own, against a real Dovecot where they need a server."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from support.cli import PASSWORD_VARIABLE, Home
from support.realmind import mind_server

REJECTION = b"""From: Imke Baart <imke.baart@heron.example>\r
To: sam@example.org\r
Subject: Your interview as Data Engineer\r
Message-ID: <one@heron.example>\r
\r
Dear Sam,\r
\r
Thank you for coming in last week and for the good conversation with the team.\r
Unfortunately, we have decided to move forward with another candidate, and we will not be taking your application\r
further. I wish you all the best in your search.\r
\r
Imke Baart\r
"""
QUICK = [["status"], ["log"], ["plan"], ["config", "check"], ["show", "1"], ["review", "--json"]]
QUICK += [["correct", "1", "offer", "--dry-run"], ["applications"], ["keen", "a1", "--dry-run"]]
HEAVY = {"sklearn", "numpy", "scipy", "joblib", "skops", "mailparser"}


@pytest.fixture(scope="module")
def lived(dovecot, tmp_path_factory):
    """A home that has run `once` over one rejection."""
    with mind_server():
        pass
    user = dovecot.user()
    dovecot.deliver(user, REJECTION)
    home = Home(tmp_path_factory.mktemp("lived"), dovecot.port, user, dovecot.password)
    home.lend_model()
    done = home.run("once")
    assert done.returncode == 0, done.stderr
    return home


@pytest.mark.parametrize("command", QUICK, ids=" ".join)
def test_the_quick_commands_load_nothing_heavy(command, lived):
    code = f"import sys; sys.argv[1:] = {command!r}; from daemon.cli import app; "
    code += "from typer.main import get_command; "
    code += "\ntry: get_command(app)(standalone_mode=False)\nexcept SystemExit: pass\n"
    code += "print(sorted(sys.modules), file=sys.stderr)"
    arguments = ["--config", str(lived.config), "--state-dir", str(lived.state), *command]
    done = subprocess.run(
        [sys.executable, "-c", code.replace(repr(command), repr(arguments), 1)],
        env=lived.env, cwd=lived.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    loaded = {name.split(".")[0] for name in json.loads(done.stderr.strip().splitlines()[-1].replace("'", '"'))}
    assert "daemon" in loaded
    assert not loaded & HEAVY


def test_the_daemons_own_process_loads_nothing_heavy(lived):
    code = "import sys, daemon.app, daemon.commands.run; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env=lived.env, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "imapclient" in loaded
    assert not loaded & HEAVY


def test_the_log_the_plan_and_one_mail_tell_the_same_story(lived):
    (entry,), planned = lived.rows("log"), lived.rows("plan")
    assert (entry["label"], entry["from"], entry["decided_by"]) == ("rejection", "imke.baart@heron.example", "model")
    assert entry["because"] and 0 < entry["because"][0]["weight"] <= 1
    assert [(row["step"], row["state"], row["to"]) for row in planned if "imke" in (row["to"] or "")] == [
        ("thank_you", "placed", "imke.baart@heron.example"),
        ("feedback_request", "joined", "imke.baart@heron.example"),
    ]
    shown = lived.rows("show", str(entry["id"]))[0]
    assert shown["plan"] == planned
    assert abs(sum(shown["scores"].values()) - 1) < 1e-4  # each is rounded to six places


@pytest.mark.parametrize("command", [["status"], ["log"], ["plan"], ["show", "1"]], ids=" ".join)
def test_people_get_text_and_no_traceback(command, lived):
    done = lived.run(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() and not done.stderr


def test_status_for_programs_has_what_the_contract_names(lived):
    status = lived.rows("status")[0]
    folder = status["accounts"][0]["folders"][0]
    assert {"server_messages", "seen", "unreadable", "last_sync"} <= set(folder)
    assert {"connected", "problem"} <= set(status["accounts"][0])
    assert {"trained", "corpus", "corrections"} <= set(status["model"])
    assert status["drafts"]["joined"] == status["drafts"]["placed"] == 1
    assert status["daemon"] is None


def test_a_number_that_the_log_does_not_have_is_wrong_use(lived):
    done = lived.run("show", "99")
    assert done.returncode == 2
    assert "no mail number 99" in done.stderr


def test_before_the_first_run_the_commands_say_how_to_begin(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x")
    for command in ("log", "plan", "status"):
        done = home.run(command)
        assert done.returncode == 1
        assert "nothing has been read" in done.stderr
    assert not home.state.exists()


def test_without_settings_every_command_that_needs_them_says_so(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x")
    home.config.unlink()
    for command in (["once"], ["scan"], ["run"], ["doctor"], ["config", "check"]):
        done = home.run(*command)
        assert done.returncode == 78
        assert "highroad init" in done.stderr + done.stdout


def test_every_fault_of_the_settings_comes_at_once(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x", extra="\n[classifer]\nact = 2\n[learn]\nfolders = 3\n")
    done = home.run("config", "check")
    assert done.returncode == 78
    assert "classifer" in done.stderr and "learn.folders" in done.stderr
    told = json.loads(home.run("config", "check", "--json").stdout)
    assert {fault["key"] for fault in told["faults"]} == {"classifer", "learn.folders"}


def test_a_server_that_is_down_is_for_later(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x")
    done = home.run("once")
    assert done.returncode == 75
    assert "cannot be reached" in done.stderr


def test_a_folder_that_does_not_exist_lists_what_does(dovecot, tmp_path):
    home = Home(tmp_path, dovecot.port, dovecot.user(), dovecot.password)
    home.config.write_text(home.config.read_text().replace("[cadence]", 'folders = ["Bewerbungen"]\n[cadence]'))
    done = home.run("once")
    assert done.returncode == 78
    assert "“Bewerbungen”" in done.stderr and "INBOX" in done.stderr


def test_after_two_refusals_nothing_is_tried_until_doctor_says_so(dovecot, tmp_path):
    home = Home(tmp_path, dovecot.port, dovecot.user(), "wrong")
    home.lend_model()  # or the doctor would have one trained
    first, second, third = (home.run("once").stderr for _ in range(3))
    assert "refused user or password" in first and "refused user or password" in second
    assert "refused 2 times" in third
    assert "refused 2 times" in home.run("doctor").stdout
    assert "refused user or password" in home.run("doctor", "--retry").stdout
    home.env[PASSWORD_VARIABLE] = dovecot.password
    assert home.run("once").returncode == 0


def test_doctor_finds_all_well_and_lists_the_folders(dovecot, lived):
    done = lived.run("doctor")
    assert done.returncode == 0, done.stdout
    assert "Drafts, INBOX, Sent, Trash" in done.stdout
    assert "BAD" not in done.stdout


def test_a_dry_run_shows_everything_and_writes_nothing(dovecot, tmp_path):
    user = dovecot.user()
    dovecot.deliver(user, REJECTION)
    home = Home(tmp_path, dovecot.port, user, dovecot.password)
    home.lend_model()
    done = home.run("once", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "nothing of this was written" in done.stdout and "imke.baart" in done.stdout
    assert not (home.state / "journal.db").exists()
    assert dovecot.messages(user, "Drafts") == []


def test_scan_reads_and_lays_nothing(dovecot, tmp_path):
    user = dovecot.user()
    dovecot.deliver(user, REJECTION)
    home = Home(tmp_path, dovecot.port, user, dovecot.password)
    home.lend_model()
    assert home.run("scan", "--since", "30d").returncode == 0
    assert [row["state"] for row in home.rows("plan") if "imke" in (row["to"] or "")] == ["planned", "joined"]
    assert dovecot.messages(user, "Drafts") == []
    assert home.run("scan", "--since", "a while").returncode == 2


def test_the_service_watches_refuses_a_second_one_and_stops_when_told(dovecot, tmp_path):
    user = dovecot.user()
    home = Home(tmp_path, dovecot.port, user, dovecot.password)
    home.config.write_text(home.config.read_text().replace("[cadence]", 'poll_every = "1s"\n[cadence]'))
    home.lend_model()
    command = [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state), "run"]
    with subprocess.Popen(command, env=home.env, cwd=home.folder, stderr=subprocess.PIPE, text=True) as service:
        try:
            assert "Watching main" in _line_with(service.stderr, "Watching")
            _line_with(service.stderr, "reading works.")
            second = home.run("once")
            assert second.returncode == 75 and f"process {service.pid}" in second.stderr
            dovecot.deliver(user, REJECTION)
            _until(lambda: home.rows("log"))
            status = home.rows("status")[0]
            assert status["daemon"]["pid"] == service.pid and status["accounts"][0]["connected"]
        finally:
            service.send_signal(signal.SIGTERM)
        assert service.wait(15) == 0
        assert "Traceback" not in service.stderr.read()


def _line_with(stream, words: str) -> str:
    for line in stream:
        if words in line:
            return line
    raise AssertionError(f"the service ended without saying {words!r}")


def _until(found, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def test_init_without_a_terminal_writes_settings_that_work(dovecot, tmp_path):
    home = Home(tmp_path, 1, "nobody", dovecot.password)
    home.config.unlink()
    flags = ["--name", "Sam Rivera", "--address", "sam@example.org", "--host", dovecot.host]
    flags += ["--port", str(dovecot.port), "--security", "plain", "--user", dovecot.user()]
    flags += ["--password", f"env:{PASSWORD_VARIABLE}"]
    done = home.run("init", *flags)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o600
    assert tomllib.loads(home.config.read_text())["me"]["name"] == "Sam Rivera"
    assert "#quiet_period" in home.config.read_text()
    assert home.run("config", "check").returncode == 0
    again = home.run("init", *flags)
    assert again.returncode == 78 and "was not touched" in again.stderr


def test_init_writes_nothing_when_the_log_in_is_refused(dovecot, tmp_path):
    home = Home(tmp_path, 1, "nobody", "wrong")
    home.config.unlink()
    flags = ["--name", "Sam", "--address", "sam@example.org", "--host", dovecot.host, "--port", str(dovecot.port)]
    done = home.run("init", *flags, "--security", "plain", "--password", f"env:{PASSWORD_VARIABLE}")
    assert done.returncode == 78 and "refused user or password" in done.stderr
    assert not home.config.exists()


def test_init_never_takes_the_password_itself(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x")
    flags = ["--name", "Sam", "--address", "sam@example.org", "--host", "imap.example.org", "--password", "hunter2"]
    done = home.run("init", *flags)
    assert done.returncode == 2
    assert "hunter2" not in done.stderr + done.stdout


def test_a_journal_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x")
    home.state.mkdir(mode=0o700)
    journal = home.state / "journal.db"
    with sqlite3.connect(journal) as db:
        db.execute("PRAGMA user_version = 900")
    db.close()
    before = journal.read_bytes()
    done = home.run("log")
    assert done.returncode == 78 and "newer Highroad" in done.stderr
    assert {path.name: path.read_bytes() for path in home.state.iterdir()} == {"journal.db": before}


def test_a_pipe_that_closes_early_is_no_fault(lived):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "daemon", "--state-dir", str(lived.state), "log", "--json"]
    done = subprocess.run(command, env=lived.env, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_no_sentence_was_written_for_is_a_line_to_report_and_no_traceback(lived):
    program = "import daemon.commands.look as l; l.show = 0; from daemon.cli import main; main()"
    command = [sys.executable, "-c", program, "--state-dir", str(lived.state), "show", "1"]
    done = subprocess.run(command, env=lived.env, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith("A fault of Highroad itself (TypeError at daemon.cli:")


def test_a_full_disk_under_what_is_printed_is_said(lived):
    command = [sys.executable, "-m", "daemon", "--state-dir", str(lived.state), "show", "1"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=lived.env, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["Not all that was to be printed could be written: No space left on device."]
