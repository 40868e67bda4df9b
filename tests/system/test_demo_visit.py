"""`highroad demo --serve` as a person uses it: told how to connect, a mail client does, and Ctrl-C ends it all."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from imapclient import IMAPClient
from support.cli import Home
from support.realmind import mind_server


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path, 1, "nobody", "x")
    home.config.unlink()
    home.env |= {"COLUMNS": "100", "STATE_DIRECTORY": str(home.state), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    return home


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_mail_client_sees_the_drafts_and_ctrl_c_leaves_nothing_behind(home):
    with mind_server():
        pass
    home.lend_model()
    port = free_port()
    command = [sys.executable, "-m", "daemon", "demo", "--serve", "--port", str(port)]
    with subprocess.Popen(command, env=home.env, cwd=home.folder, stdout=subprocess.PIPE, text=True) as process:
        told = read_until(process, "nothing is left behind")
        account = dict(re.findall(r"^  (server|port|user|password) +(\S+)$", told, re.MULTILINE))
        assert account["server"] == "127.0.0.1" and account["port"] == str(port)
        drafts = visit(account)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert "The server is gone" in process.stdout.read()
    assert len(drafts) > 10 and any(b"To: Martin Osei" in one for one in drafts)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    assert list(Path(home.folder / "tmp").iterdir()) == []


def read_until(process, words):
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def visit(account):
    """What lies in Drafts, after looking around, moving one to the trash and flagging another."""
    with IMAPClient(account["server"], int(account["port"]), ssl=False, timeout=20) as client:
        client.login(account["user"], account["password"])
        assert {"INBOX", "Drafts", "Sent", "Trash"} <= {name for _, _, name in client.list_folders()}
        client.select_folder("Drafts")
        first, second, *_ = numbers = client.search()
        found = [data[b"BODY[]"] for data in client.fetch(numbers, ["BODY.PEEK[]"]).values()]
        client.copy([first], "Trash")
        client.delete_messages([first])
        client.expunge()
        client.add_flags([second], [b"\\Flagged"])
        assert len(client.search()) == len(numbers) - 1
        return found


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--port", "1143"], "Add --serve"), (["--serve", "--port", "TAKEN"], "cannot be had")],
)
def test_a_port_that_is_of_no_use_is_a_sentence(home, arguments, words):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = home.bare("demo", *(word.replace("TAKEN", port) for word in arguments))
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr
