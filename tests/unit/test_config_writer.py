import tomllib

import pytest

from config import writer
from config.faults import ConfigError
from config.loader import defaults, load
from config.writer import Answers, Tuned, config_text, write_new, write_tuned

ANSWERS = Answers(
    name='Sam "Sunny" Rivera',
    address="sam@example.org",
    host="imap.example.org",
    password=("command", "pass show 'mail/sam'"),
    timezone="Europe/Berlin",
    signature="Sam\nRivera",
    aliases=("s@example.net", "t@example.net"),
    extra={"cadence.hours": "00:00-24:00", "cadence.thank_you.enabled": False, "account.folders": ["A", "B"]},
)


def test_the_written_file_loads_and_sets_what_was_answered_and_nothing_else(tmp_path):
    write_new(tmp_path / "config.toml", config_text(ANSWERS))
    result = load(tmp_path / "config.toml", tmp_path, environ={})
    assert {key for key, layer in result.origins.items() if layer == "config"} == {
        "me.name",
        "me.address",
        "me.timezone",
        "me.signature",
        "me.aliases",
        "account[0].host",
        "account[0].port",
        "account[0].security",
        "account[0].password.command",
        "account[0].folders",
        "cadence.hours",
        "cadence.thank_you.enabled",
    }
    assert result.settings.me.name == ANSWERS.name
    assert result.settings.me.signature == "Sam\nRivera"
    assert result.settings.account[0].password.value == "pass show 'mail/sam'"
    assert result.settings.account[0].folders == ("A", "B")


def test_every_default_stands_in_the_file_as_a_comment_that_can_be_taken_in():
    text = config_text(ANSWERS)
    opened = [line[1:] if line[:1] == "#" and line[1:2].islower() else line for line in text.splitlines()]
    tree = tomllib.loads("\n".join(opened))
    for table, values in defaults().items():
        given = tree[table][0] if table == "account" else tree[table]
        assert set(values[0] if table == "account" else values) <= set(given)
    assert tree["cadence"]["quiet_period"] == "24h"
    assert tree["cadence"]["hours"] == "00:00-24:00"


def test_answers_that_cannot_be_settings_are_refused_with_every_fault():
    with pytest.raises(ConfigError) as caught:
        config_text(Answers(name="S\r\nBcc: x", address="nobody", host="a b", password=None, port=0))
    keys = {fault.key for fault in caught.value.faults}
    assert keys == {"me.name", "me.address", "account[0].host", "account[0].port", "account[0].password"}


def test_an_extra_key_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="did you mean hours"):
        config_text(Answers("Sam", "s@example.org", "h", ("env", "X"), extra={"cadence.hour": "x"}))


def test_a_new_file_is_only_the_persons_own(tmp_path):
    path = tmp_path / "new" / "config.toml"
    write_new(path, "x = 1\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_an_existing_file_is_never_overwritten(tmp_path, kind):
    path = tmp_path / "config.toml"
    if kind == "file":
        path.write_text("mine")
    else:
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="exists already and is yours"):
        write_new(path, "x = 1\n")
    assert not (tmp_path / "elsewhere").exists()
    assert kind != "file" or path.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="could not be written"):
        write_new(tmp_path / "file" / "config.toml", "")


def full_disk(*_):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("write", [lambda path: write_new(path, "x"), lambda path: write_tuned(path, {})])
def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch, write):
    monkeypatch.setattr(writer.os, "fsync", full_disk)
    with pytest.raises(ConfigError, match="No space left on device"):
        write(tmp_path / "some.toml")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_the_tuned_values_of_before(tmp_path, monkeypatch):
    path = tmp_path / "tuned.toml"
    write_tuned(path, {"classifier.act": Tuned(0.8, "90 mails")})
    before = path.read_bytes()
    monkeypatch.setattr(writer.os, "fsync", full_disk)
    with pytest.raises(ConfigError):
        write_tuned(path, {"classifier.act": Tuned(0.7, "91 mails")})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_tuned_values_are_read_back_with_what_they_were_measured_on(tmp_path):
    write_new(tmp_path / "config.toml", config_text(ANSWERS))
    tuned = {"classifier.act": Tuned(0.8, "90 mails of 3 May"), "classifier.review": Tuned(0.3, "the same")}
    write_tuned(tmp_path / "tuned.toml", tuned)
    result = load(tmp_path / "config.toml", tmp_path, environ={})
    assert (result.settings.classifier.act, result.settings.classifier.review) == (0.8, 0.3)
    assert result.measured_on == {key: one.measured_on for key, one in tuned.items()}
    assert (tmp_path / "tuned.toml").stat().st_mode & 0o777 == 0o600
