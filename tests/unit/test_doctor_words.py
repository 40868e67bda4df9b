"""What `doctor` and the scans show of others' words."""

from daemon.commands.doctor import _tell
from daemon.commands.finding import Finding
from daemon.commands.progress import Bar

_STEERS = "Jobs\x1b[2J\x9b2J\x07"


def test_a_folders_name_does_not_steer_the_terminal_of_who_asks_the_doctor(capsys):
    _tell(Finding("folders", ok=True, seen=f"INBOX, {_STEERS}", do=_STEERS), as_json=False)
    assert capsys.readouterr().out == "ok   folders: INBOX, Jobs?[2J?2J?\n     Jobs?[2J?2J?\n"


def test_the_faults_of_the_settings_keep_their_lines(capsys):
    _tell(Finding("settings", ok=False, seen="2 faults\n  one\n  two"), as_json=False)
    assert capsys.readouterr().out == "BAD  settings: 2 faults\n  one\n  two\n"


def test_a_folders_name_does_not_steer_the_terminal_of_who_waits(capsys):
    Bar().tell("folder_read", f"“{_STEERS}”: read 1.", account="main")
    assert capsys.readouterr().err == "main: “Jobs?[2J?2J?”: read 1.\n"
