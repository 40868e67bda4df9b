"""Root on a machine's service: its places are found, and their owner is who does the work."""

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from daemon.commands import owner
from daemon.commands.context import Context
from daemon.commands.owner import NotReadable, become_owner, housed


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with places of its own, on which we are root; `became` is what was done to become somebody."""
    places = SimpleNamespace(config=tmp_path / "etc", state=tmp_path / "var", became=[])
    monkeypatch.setattr(owner, "CONFIG_DIR", places.config)
    monkeypatch.setattr(owner, "STATE_DIR", places.state)
    monkeypatch.setenv("HOME", str(tmp_path / "root"))
    for name in ("HIGHROAD_CONFIG", "CONFIGURATION_DIRECTORY", "STATE_DIRECTORY", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for act in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, act, lambda what, act=act: places.became.append((act, what)))
    monkeypatch.setattr(os, "access", lambda _path, _mode: True)
    return places


def test_who_is_not_root_is_left_alone(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    context = Context()
    assert housed(context, "status") is context


def test_root_finds_the_machines_service_without_options(machine):
    machine.config.mkdir()
    assert housed(Context(), "status") == Context(machine.config / "config.toml", machine.state)


def test_what_root_names_is_what_counts(machine, tmp_path):
    machine.config.mkdir()
    named = Context(tmp_path / "mine.toml", tmp_path / "state")
    assert housed(named, "status") == named
    assert housed(Context(None, tmp_path / "state"), "status").state_dir == tmp_path / "state"


def test_roots_own_settings_come_first(machine, tmp_path):
    machine.config.mkdir()
    own = tmp_path / "root" / ".config" / "highroad" / "config.toml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert housed(Context(), "status") == Context()


def test_without_a_machines_service_root_is_a_person_like_others(machine):
    assert housed(Context(), "status") == Context()
    assert machine.became == []


def test_root_becomes_the_owner_of_the_state_directory(machine, monkeypatch):
    machine.state.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/0")
    nobody = SimpleNamespace(st_uid=65534, st_gid=65534)
    monkeypatch.setattr(Path, "stat", lambda _self, **_more: nobody)
    become_owner(machine.state)
    assert [act for act, _ in machine.became] == ["setgroups", "setgid", "setuid"]
    assert machine.became[-1] == ("setuid", 65534)
    assert "XDG_RUNTIME_DIR" not in os.environ
    assert os.environ["HOME"] != str(machine.state.parent / "root")


def test_an_owner_without_an_account_has_no_other_groups(machine, monkeypatch):
    machine.state.mkdir()
    monkeypatch.setattr(Path, "stat", lambda _self, **_more: SimpleNamespace(st_uid=4_000_123, st_gid=4_000_124))
    become_owner(machine.state)
    assert machine.became == [("setgroups", []), ("setgid", 4_000_124), ("setuid", 4_000_123)]


def test_root_as_the_owner_stays_root(machine, monkeypatch):
    machine.state.mkdir()
    monkeypatch.setattr(Path, "stat", lambda _self, **_more: SimpleNamespace(st_uid=0, st_gid=0))
    become_owner(machine.state)
    assert machine.became == []


def test_where_there_is_nothing_yet_nobody_is_become(machine, tmp_path):
    become_owner(tmp_path / "new")
    assert machine.became == []


@pytest.mark.parametrize("command", ["init", "systemd"])
def test_what_writes_where_root_alone_may_is_done_by_root_and_handed_over(machine, command):
    machine.config.mkdir()
    ends = []
    assert housed(Context(), command, ends.append).config == machine.config / "config.toml"
    assert machine.became == []
    assert ends == [owner.hand_over]


def test_what_root_made_for_the_service_is_handed_over(machine, monkeypatch):
    chowned = []
    monkeypatch.setattr(os, "chown", lambda path, uid, gid, **_more: chowned.append((Path(path).name, uid, gid)))
    monkeypatch.setattr(owner, "_account", lambda: owner.Person(700, 701))
    machine.config.mkdir()
    machine.state.mkdir()
    for path, mode in ((machine.config / "config.toml", 0o600), (machine.config / "secret", 0o600),
                       (machine.config / "notes", 0o644), (machine.state / "journal.db", 0o600)):  # fmt: skip
        path.touch(mode)
        path.chmod(mode)
    (machine.config / "link").symlink_to(machine.config / "secret")
    owner.hand_over()
    assert sorted(chowned) == [("config.toml", 0, 701), ("journal.db", 700, 701), ("secret", 700, 701)]
    assert stat.S_IMODE((machine.config / "config.toml").stat().st_mode) == 0o640


@pytest.fixture
def given_away(machine, monkeypatch):
    """The inodes of what is handed over; as soon as it is, `then` is done to the folders, by who owns them."""
    found = SimpleNamespace(inodes=set(), then=lambda: None)

    def chown(path, _uid, _gid, dir_fd=None, follow_symlinks=True):
        found.inodes.add(os.stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks).st_ino)
        if Path(path).name in {"one", "two"}:
            found.then()

    monkeypatch.setattr(os, "chown", chown)
    monkeypatch.setattr(owner, "_account", lambda: owner.Person(700, 701))
    machine.config.mkdir()
    return found


def test_a_folder_that_becomes_a_link_meanwhile_gives_nothing_of_roots_away(machine, given_away, tmp_path):
    for folder in (machine.state / "model", tmp_path / "roots"):
        folder.mkdir(parents=True)
        for name in ("one", "two"):
            (folder / name).touch()

    def swap():
        given_away.then = lambda: None
        (machine.state / "model").rename(machine.state / "aside")
        (machine.state / "model").symlink_to(tmp_path / "roots")

    given_away.then, ours = swap, {path.stat().st_ino for path in (machine.state / "model").iterdir()}
    owner.hand_over()
    assert ours <= given_away.inodes
    assert not {path.stat().st_ino for path in (tmp_path / "roots").iterdir()} & given_away.inodes


def test_a_second_name_of_a_file_elsewhere_is_not_handed_over(machine, given_away, tmp_path):
    machine.state.mkdir()
    (tmp_path / "roots").touch()
    (machine.state / "link").hardlink_to(tmp_path / "roots")
    (machine.state / "journal.db").touch()
    owner.hand_over()
    assert given_away.inodes == {(machine.state / "journal.db").stat().st_ino}


def test_where_there_is_no_state_yet_nothing_is_handed_over(machine, given_away):
    owner.hand_over()
    assert given_away.inodes == set()


def test_an_owner_who_cannot_read_the_program_is_named(machine, monkeypatch):
    machine.state.mkdir()
    monkeypatch.setattr(Path, "stat", lambda _self, **_more: SimpleNamespace(st_uid=4_000_123, st_gid=4_000_124))
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(NotReadable, match="belongs to 4000123, who cannot read this installation"):
        become_owner(machine.state)
