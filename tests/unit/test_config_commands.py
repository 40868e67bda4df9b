"""`highroad config show|set|diff|explain|check`: what stands where, why, and how it is changed without the file."""

import json
import tomllib

import pytest
from support.clock import FakeClock

from config import writer
from config.faults import ConfigError
from config.keys import entries, entry
from config.loader import load, settings_of
from config.remarks import settings
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.lock import Lock
from daemon.commands import config_diff, config_explain, config_set, config_show
from daemon.commands import settings as config_check
from daemon.commands.config_set import Pinned
from daemon.commands.context import Context
from daemon.commands.reloading import Settings
from daemon.core.errors import WrongUse

TEXT = """[me]
name = "Sam Rivera"
address = "sam@example.org"

[[account]]
host = "imap.example.org"
password = { command = "echo hunter2" }

[cadence]
drafts_per_day = 5
thank_you = { enabled = true, after = "2 days" }
working_days = [
  "mon",
  "tue",
]
"""


@pytest.fixture
def context(tmp_path, monkeypatch):
    monkeypatch.delenv("HIGHROAD_CONFIG", raising=False)
    (tmp_path / "config.toml").write_text(TEXT)
    return Context(tmp_path / "config.toml", tmp_path / "state")


def tuned(context):
    path = context.state_dir / "tuned.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def set_(context, key, value, **manner):
    return config_set.set_value(context, key, value, **({"dry_run": False, "as_json": False} | manner))


# --- the keys, from one source ---


def test_every_setting_has_a_text_of_its_own_an_example_and_words_for_what_it_is():
    names = [key.name for key in entries()]
    assert list(settings()) == names
    for key in entries():
        assert key.text.endswith(".") and len(key.text) > 20, key.name
        assert key.kind and key.effect, key.name
        assert tomllib.loads(key.example), key.name
    alike = [key.text for key in entries() if not key.name.startswith("cadence.")]
    assert len({*alike}) >= len(alike) - 6  # what a mail server and an SMTP server have in common


@pytest.mark.parametrize("key", entries(), ids=lambda key: key.name)
def test_the_example_of_a_setting_is_right_where_it_is_said_to_stand(key):
    if key.name.startswith("account.oauth."):
        return  # they need each other; the provider page's examples are tested whole
    tree = tomllib.loads(TEXT)
    tree["cadence"].pop("thank_you")
    here = tree
    for part in config_explain._header(key).strip("[]").split("."):
        here = here.setdefault(part, {})
        here = here[0] if isinstance(here, list) else here
    here |= tomllib.loads(key.example)
    assert settings_of(tree)


def test_choices_and_defaults_are_those_of_the_schema():
    assert entry("account[0].security").choices == ("tls", "starttls", "plain")
    assert entry("cadence.working_days").choices[0] == "mon"
    assert (entry("cadence.drafts_per_day").default, entry("me.name").default, entry("me.name").needed) == (
        "3",
        "",
        True,
    )
    assert entry("cadence.drafts_per_day").kind == "a whole number from 0 to 1000"
    assert entry("account.password.file") is entry("account.password")
    assert entry("cadence.nothing") is None


# --- show ---


def test_show_says_where_each_value_is_from_and_keeps_secrets(context, capsys):
    set_(context, "cadence.quiet_period", "36h")
    capsys.readouterr()
    assert config_show.show(context, "", origin=True, as_json=False) == 0
    lines = dict(line.split("  # ") for line in capsys.readouterr().out.splitlines())
    said = {key.strip(): where for key, where in lines.items()}
    assert said["cadence.drafts_per_day = 5"] == str(context.config)
    assert said['cadence.quiet_period = "36h"'] == str(context.state_dir / "tuned.toml")
    assert said["classifier.act = 0.9"] == "default"
    assert said["account[0].password.command = ..."] == str(context.config)
    assert "hunter2" not in str(said)


def test_show_of_a_table_for_programs(context, capsys):
    assert config_show.show(context, "account.password", origin=False, as_json=True) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["key"], row["value"], row["layer"]) == ("account[0].password.command", None, "config")
    config_show.show(context, "cadence.thank_you", origin=False, as_json=True)
    rows = list(map(json.loads, capsys.readouterr().out.splitlines()))
    assert [(row["key"].rpartition(".")[2], row["layer"]) for row in rows] == [
        ("enabled", "config"), ("after", "config"), ("only_if", "default"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "command",
    [
        lambda context, key: set_(context, key, "x"),
        lambda context, key: config_show.show(context, key, origin=False, as_json=False),
        lambda context, key: config_explain.explain(context, key, as_json=False),
    ],
)
def test_a_name_that_nothing_has_is_told_the_nearest_one(context, command):
    with pytest.raises(WrongUse, match=r"cadence\.hour is no setting; did you mean cadence\.hours\? `highroad"):
        command(context, "cadence.hour")
    with pytest.raises(WrongUse, match="foo is not a key of the settings; the keys there are me, account, cadence"):
        command(context, "foo")


# --- set ---


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("cadence.quiet_period", "36h", "36h"),
        ("cadence.quiet_period", '"36h"', "36h"),
        ("cadence.drafts_per_company_per_month", "4", 4),
        ("cadence.reflection.enabled", "false", False),
        ("me.signature", "5", "5"),
        ("me.signature", "Sam = \"Sunny\"", "Sam = \"Sunny\""),
        ("me.aliases", "s@example.net, t@example.net", ["s@example.net", "t@example.net"]),
        ("me.aliases", '["s@example.net"]', ["s@example.net"]),
        ("classifier.act", "0.8", 0.8),
        ("classifier.act", "1", 1),
    ],
)  # fmt: skip
def test_a_value_is_taken_as_toml_or_as_plain_text(context, key, typed, value):
    assert set_(context, key, typed) == 0
    loaded = context.load()
    found = loaded.values[key]
    assert (found, loaded.origins[key]) == (value, "tuned")
    assert (context.state_dir / "tuned.toml").stat().st_mode & 0o777 == 0o600


def test_setting_says_what_was_and_is_and_that_config_toml_stays_as_it_is(context, capsys):
    assert set_(context, "cadence.only_newer_than", "3 weeks") == 0
    said = capsys.readouterr().out
    assert said == (
        f'cadence.only_newer_than is "3 weeks" now (in {context.state_dir}/tuned.toml; it was "14 days").\n'
    )
    set_(context, "cadence.only_newer_than", "3 weeks")
    assert "already" in capsys.readouterr().out
    assert context.config.read_text() == TEXT


@pytest.mark.parametrize(
    ("key", "line"),
    [("cadence.drafts_per_day", 10), ("cadence.thank_you.after", 11), ("cadence.working_days", 12), ("me.name", 2)],
)
def test_what_config_toml_sets_is_refused_with_its_line(context, key, line):
    with pytest.raises(Pinned, match=rf"{key} is set in .*config\.toml, line {line}\. That file is yours"):
        set_(context, key, "3")
    assert tuned(context) == {}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("cadence.hours", "9-12", 'cadence.hours: "9-12" is not a range of hours.*right: hours = "09:00-18:00"'),
        ("classifier.act", "high", "classifier.act: must be a number without quotes"),
        ("classifier.act", "0.3", "classifier.review: is above act"),
        ("cadence.holidays", "XX", 'holidays = "XX" is no country code'),
        ("cadence", "5", "cadence is a table, no setting. `highroad config explain cadence` lists its settings"),
        ("digest.via", "smtp", "digest.smtp.host: is needed"),
        ("account.port", "3", "that is for config.toml alone, e.g. port = 993"),
        ("digest.smtp.password", "hunter2", "where a secret is found; that is for config.toml alone"),
        ("digest.smtp.password.env", "hunter2", "where a secret is found; that is for config.toml alone"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(context, key, value, words):
    with pytest.raises(WrongUse, match=f"(?s){words}") as caught:
        set_(context, key, value)
    assert "hunter2" not in str(caught.value)
    assert tuned(context) == {}


def test_a_dry_run_writes_nothing(context, capsys):
    assert set_(context, "cadence.hours", "10:00-12:00", dry_run=True) == 0
    assert 'would be "10:00-12:00"' in capsys.readouterr().out
    assert tuned(context) == {}


def test_unset_lets_the_default_count_again_and_keeps_the_rest_with_what_it_was_measured_on(context, capsys):
    writer.write_tuned(context.state_dir / "tuned.toml", {"classifier.act": writer.Tuned(0.8, "90 mails")})
    set_(context, "cadence.hours", "10:00-12:00")
    set_(context, "classifier.review", "0.4")
    assert set_(context, "cadence.hours", None, as_json=True) == 0
    row = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (row["was"], row["now"], row["layer"]) == ("10:00-12:00", "09:00-18:00", "default")
    assert tuned(context) == {
        "classifier": {"act": 0.8, "review": 0.4}, "measured_on": {"classifier.act": "90 mails"},
    }  # fmt: skip
    set_(context, "classifier.act", "0.85")
    assert "measured_on" not in tuned(context)


def test_tuned_values_that_cannot_be_used_can_be_mended(context, capsys):
    context.state_dir.mkdir()
    (context.state_dir / "tuned.toml").write_text('[cadence]\nhours = "x"\nquiet_period = "1h"\n')
    with pytest.raises(ConfigError):
        context.load()
    assert set_(context, "cadence.hours", None) == 0
    assert capsys.readouterr().out.startswith('cadence.hours is "09:00-18:00" now')
    assert tuned(context) == {"cadence": {"quiet_period": "1h"}}


def test_settings_of_the_persons_own_that_cannot_be_used_are_told_as_ever(context):
    context.config.write_text(TEXT + "nonsense = 1\n")
    with pytest.raises(ConfigError, match=r"cadence\.nonsense"):
        set_(context, "cadence.hours", "10:00-12:00")
    assert tuned(context) == {}


# --- diff ---


def test_diff_names_what_is_not_at_its_default(context, capsys):
    set_(context, "classifier.act", "0.95")
    capsys.readouterr()
    assert config_diff.diff(context, as_json=False) == 0
    out = capsys.readouterr().out
    assert "cadence.drafts_per_day = 5  (config.toml; default 3)" in out
    assert "classifier.act = 0.95  (tuned.toml; default 0.9)" in out
    assert "cadence.thank_you.enabled" not in out  # it says what the default is
    assert "hunter2" not in out


async def test_diff_says_what_the_daemon_that_runs_goes_by(context, capsys):
    with Lock(context.state_dir):
        journal = open_journal(context.state_dir)
        service = Settings(load(context.config, context.state_dir), journal, FakeClock())
        assert config_diff.diff(context, as_json=False) == 0
        context.config.write_text(TEXT.replace("drafts_per_day = 5", "drafts_per_day = 6").replace("sam@", "sam2@"))
        capsys.readouterr()
        assert config_diff.diff(context, as_json=True) == 1
        (row,) = map(json.loads, capsys.readouterr().out.splitlines())
        assert row["daemon"] == [
            {"place": "me.address", "daemon": None, "files": None},
            {"place": "cadence.drafts_per_day", "daemon": "5", "files": "6"},
        ]
        assert await service.changed() is not None
        assert config_diff.diff(context, as_json=False) == 0
        journal.close()


# --- explain ---


def test_explain_says_what_it_is_for_what_it_may_be_and_where_it_stands(context, capsys):
    assert config_explain.explain(context, "cadence.drafts_per_day", as_json=False) == 0
    out = capsys.readouterr().out
    for words in ("At most so many drafts", "a whole number from 0 to 1000", "Default:     3", "line 10", "At once"):
        assert words in out


def test_explain_of_a_place_of_a_secret_names_the_five_ways_and_not_the_place(context, capsys):
    config_explain.explain(context, "account.password", as_json=False)
    out = capsys.readouterr().out
    assert [way for way in ("command", "file", "env", "credential", "keyring") if f"      {way}: " in out]
    assert "account[0].password.command = ..." in " ".join(out.split())
    assert "hunter2" not in out


def test_explain_needs_no_settings(tmp_path, capsys):
    nowhere = Context(tmp_path / "none.toml", tmp_path / "state")
    assert config_explain.explain(nowhere, "cadence.hours", as_json=True) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["default"], row["now"], row["tunable"]) == ('"09:00-18:00"', None, True)
    assert config_explain.explain(nowhere, "cadence.hours", as_json=False) == 0
    assert "there are no settings that can be read" in " ".join(capsys.readouterr().out.split())


def test_explain_of_a_table_and_of_everything(context, capsys):
    assert config_explain.explain(context, "cadence.follow_up", as_json=False) == 0
    assert "To the interviewer where no thanks were sent" in capsys.readouterr().out
    assert config_explain.explain(context, "", as_json=True) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(entries())


# --- check ---


def test_check_finds_what_only_the_calendar_knows(context, capsys):
    context.config.write_text(TEXT + 'holidays = "XX"\n')
    with pytest.raises(ConfigError, match="no country code"):
        config_check.check(context, as_json=False)
    assert config_check.check(context, as_json=True) == 78
    assert json.loads(capsys.readouterr().out)["faults"][0]["key"] == "cadence"
