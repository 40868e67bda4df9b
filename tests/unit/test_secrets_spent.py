"""After the log-in nothing in the process holds the secret any more, however the log-in ended."""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from support.clock import FakeClock
from support.realmind import ROOT
from support.scripted import HANG_UP, Scripted
from support.settings import loaded_settings
from support.waiting import until

from daemon.adapters.journal.journal import open_journal
from daemon.adapters.lock import holder
from daemon.adapters.secrets import Source, secret_from, withdraw
from daemon.connect import Connector, variables
from daemon.core.errors import HighroadError
from daemon.core.secret import Secret

HALVES = "pl4nted-half", "the-other-half"
"""What is looked for is never held whole by these tests."""
WAYS = {
    "file": 'password = {{ file = "{folder}/secret" }}',
    "command": 'password = {{ command = "cat {folder}/secret" }}',
    "token": 'auth = "oauth2"\ntoken_command = "cat {folder}/secret"',
}
NO = ("{tag} NO [AUTHENTICATIONFAILED] Wrong.",)
ENDS = {"let in": ("{tag} OK come in",), "refused": NO, "cut off": HANG_UP}


def holders():
    """What holds the secret: everything the garbage collector knows of, and what that refers to."""
    gc.collect()
    return [thing for thing in gc.get_objects() for held in gc.get_referents(thing) if _is_it(held)]


def _is_it(held):
    text = held.decode("latin-1") if isinstance(held, bytes | bytearray) else held
    return isinstance(text, str) and all(half in text for half in HALVES)


@pytest.fixture
def secret_file(tmp_path):
    with (tmp_path / "secret").open("w") as file:
        file.writelines(HALVES)
    (tmp_path / "secret").chmod(0o600)


def account(tmp_path, server, way):
    told = WAYS[way].format(folder=tmp_path)
    text = f'[[account]]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "plain"\n{told}\n'
    return loaded_settings(tmp_path / "home", accounts=text).settings.account[0]


@pytest.mark.usefixtures("secret_file")
@pytest.mark.parametrize(
    ("way", "end"), [*(("file", end) for end in ENDS), ("command", "let in"), ("token", "refused")]
)
async def test_after_a_log_in_nobody_holds_the_secret(tmp_path, way, end):
    bearer = ("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR", "{tag} OK done")
    scripted = Scripted(LOGIN=ENDS[end], AUTHENTICATE=ENDS[end], CAPABILITY=bearer)
    with scripted as server, closing(open_journal(tmp_path / "state")) as journal:
        connector, failed = Connector(account(tmp_path, server, way), journal, FakeClock()), None
        try:
            connection = await connector.reading()
        except HighroadError as error:
            failed = error  # held on purpose: its frames must have let go
        assert server.verbs.count("LOGIN") + server.verbs.count("AUTHENTICATE") == 1
        server.lines.clear()
        await until(lambda: not holders(), 10)  # the connection's own thread lets go a moment later
        if failed is None:
            await connection.close()
        assert (failed is None) == (end == "let in")


def test_who_held_it_would_be_found():
    kept = ["".join(HALVES)]
    assert kept in holders()


def test_a_secret_says_nothing_of_itself_and_is_empty_once_it_is_spent():
    secret = Secret("pl4nted")
    with secret:
        assert secret.text == "pl4nted" and "pl4nted" not in f"{secret} {secret!r} {[secret]} {secret.spent}"
        with pytest.raises(TypeError, match="not written anywhere"):
            pickle.dumps(secret)
    assert secret.spent and repr(secret) == "Secret(spent)"
    with pytest.raises(ValueError, match="spent"):
        _ = secret.text


def test_a_variable_that_holds_a_secret_reaches_no_process_that_is_started(monkeypatch, tmp_path):
    monkeypatch.setenv("MY_VERY_OWN_SECRET", "pl4nted")
    extra = '[[account]]\nhost = "imap.example.org"\npassword = { env = "MY_VERY_OWN_SECRET" }\n'
    settings = loaded_settings(tmp_path / "home", accounts=extra).settings
    assert variables(settings) == {"MY_VERY_OWN_SECRET"}
    withdraw(variables(settings))
    assert "pl4nted" not in subprocess.run(["env"], capture_output=True, text=True, check=True).stdout
    assert secret_from(Source("env", "MY_VERY_OWN_SECRET"), "main").text == "pl4nted"


SEALED = """
import ctypes, os, resource, sys
from pathlib import Path
from daemon.adapters import seal
from daemon.adapters.lock import Lock
if os.geteuid() == 0:
    os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
with Lock(Path(sys.argv[1])):
    before = os.stat("/proc/self/environ").st_uid == os.geteuid()
    seal.no_dumps()
    print(before, os.stat("/proc/self/environ").st_uid, resource.getrlimit(resource.RLIMIT_CORE), flush=True)
    sys.stdin.read()
"""


def test_a_sealed_process_writes_no_core_and_its_memory_is_still_told_of():
    """What is not dumpable belongs to root in /proc, whoever runs it: `status` reads what anybody may."""
    with tempfile.TemporaryDirectory() as folder:  # not below pytest's, which are closed to the child's user
        state = Path(folder, "state")
        state.mkdir()
        for each in (Path(folder), state):
            each.chmod(0o777)
        command = [sys.executable, "-c", SEALED, str(state)]
        pipe, env = subprocess.PIPE, {"PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env, text=True) as child:
            told = child.stdout.readline()
            found = holder(state)
            child.stdin.close()
    assert told == "True 0 (0, 0)\n"
    assert found.pid == child.pid and found.memory_mib > 1 and found.started is not None
