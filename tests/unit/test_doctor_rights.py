"""`highroad doctor` names what others can get at, each with the command that mends it; and that command mends it."""

import os
import shlex
import subprocess
from contextlib import closing

import pytest
from support.clock import MONDAY
from support.settings import loaded_settings

from daemon.adapters.journal.journal import open_journal
from daemon.adapters.oauth.store import TokenStore
from daemon.adapters.oauth.values import Grant
from daemon.adapters.secrets import Source, secret_from
from daemon.commands.context import Context
from daemon.commands.doctor import doctor
from daemon.commands.rights import rights
from daemon.core.errors import NeedsOperator


@pytest.fixture
def home(tmp_path):
    """A folder with all that rights are looked at, as the program itself makes it."""
    tmp_path.chmod(0o700)
    secret, backup = tmp_path / "a secret", tmp_path / "kept.backup"
    for path in (secret, backup):
        path.write_text("pl4nted")
        path.chmod(0o600)
    account = f'[[account]]\nhost = "imap.example.org"\npassword = {{ file = "{secret}" }}\n'
    loaded = loaded_settings(tmp_path / "home", accounts=account)
    loaded.path.chmod(0o600)
    with closing(open_journal(loaded.state_dir)) as journal:
        journal.notices.set("backup", str(backup), MONDAY)
        store = TokenStore(loaded.state_dir, "main")
        with store.locked():
            store.save(Grant("id", "mark", 1.0, 2.0, "pl4nted"))
        yield {
            "loaded": loaded, "journal": journal, "account \"main\", password file": secret, "backup": backup,
            "settings file": loaded.path, "state folder": loaded.state_dir, "token file": store.path,
            "state file": loaded.state_dir / "journal.db", "settings folder": loaded.path.parent,
        }  # fmt: skip


def found(home):
    return list(rights(home["loaded"], home["journal"]))


def test_where_there_are_no_settings_nothing_is_to_be_corrected(tmp_path, capsys):
    assert doctor(Context(tmp_path / "none.toml", tmp_path), retry=False, as_json=False) == 78
    told = capsys.readouterr().out
    assert "`highroad init` asks a few questions and makes them." in told and "Correct" not in told


def test_as_the_program_makes_it_all_is_well(home):
    (one,) = found(home)
    assert (one.what, one.ok) == ("rights", True)


@pytest.mark.parametrize(
    ("what", "mode"),
    [
        ('account "main", password file', 0o644), ('account "main", password file', 0o660), ("backup", 0o604),
        ("settings file", 0o644), ("settings file", 0o660), ("state folder", 0o755), ("state file", 0o640),
        ("token file", 0o604), ("settings folder", 0o777),
    ],
)  # fmt: skip
def test_what_others_can_get_at_is_named_once_and_the_command_mends_it(home, what, mode):
    home[what].chmod(mode)
    (one,) = found(home)
    assert (one.what, one.ok) == (what, False) and str(home[what]) in one.seen
    command = one.do or one.seen.partition("Put that right: ")[2]
    assert shlex.split(command)[0] == "chmod" and str(home[what]) in shlex.split(command)
    subprocess.run(shlex.split(command), check=True)
    assert [each.ok for each in found(home)] == [True]


def test_a_group_may_read_the_settings_as_that_of_the_service_does(home):
    home["settings file"].chmod(0o640)
    assert [one.ok for one in found(home)] == [True]


def test_of_a_link_the_target_is_judged(home, tmp_path):
    secret = home['account "main", password file']
    secret.rename(tmp_path / "target")
    secret.symlink_to(tmp_path / "target")
    assert secret_from(Source("file", str(secret)), "main").text == "pl4nted"
    (tmp_path / "target").chmod(0o644)
    with pytest.raises(NeedsOperator, match="readable by others"):
        secret_from(Source("file", str(secret)), "main")
    assert [one.what for one in found(home)] == ['account "main", password file']


@pytest.mark.parametrize(("mode", "refused"), [(0o777, True), (0o1777, False), (0o775, False)])
def test_a_secret_in_a_folder_of_everybody_is_refused_unless_only_owners_may_replace_there(tmp_path, mode, refused):
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "secret").write_text("pl4nted")
    (folder / "secret").chmod(0o600)
    folder.chmod(mode)
    source = Source("file", str(folder / "secret"))
    if refused:
        with pytest.raises(NeedsOperator, match=f"chmod o-w {folder}"):
            secret_from(source, "main")
    else:
        assert secret_from(source, "main").text == "pl4nted"


def test_a_pipe_is_no_file_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(NeedsOperator, match="is no file"):
        secret_from(Source("file", str(tmp_path / "pipe")), "main")


def test_a_file_of_somebody_else_is_refused(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("pl4nted")
    (tmp_path / "secret").chmod(0o600)
    if os.geteuid() == 0:
        os.chown(tmp_path / "secret", 1, 1)
    else:  # nobody can give a file away: then it is we who are somebody else
        monkeypatch.setattr(os, "geteuid", lambda: 1)
    with pytest.raises(NeedsOperator, match=r"belongs to somebody else\. Put that right: chown"):
        secret_from(Source("file", str(tmp_path / "secret")), "main")
