import tomllib

import pytest
from pydantic import ValidationError

from config.duration import Duration
from config.faults import ConfigError
from config.loader import default_classifier, defaults, load, settings_of
from config.outline import default_text, examples, lines
from config.places import config_path, new_config_path, state_path
from config.schema import STEPS, Settings, Table

MINIMAL = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
[[account]]
host = "imap.example.org"
password = { command = "pass show mail/sam" }
"""


def loaded(tmp_path, own=MINIMAL, tuned=None, overrides=None):
    (tmp_path / "config.toml").write_text(own)
    if tuned is not None:
        (tmp_path / "tuned.toml").write_text(tuned)
    return load(tmp_path / "config.toml", tmp_path, overrides, environ={})


def test_the_layers_lie_over_each_other_and_say_where_a_value_is_from(tmp_path):
    own = MINIMAL + '[cadence]\nquiet_period = "36h"\n'
    tuned = '[cadence]\nquiet_period = "0s"\n[classifier]\nact = 0.8\nreview = 0.4\n'
    result = loaded(tmp_path, own, tuned, {"classifier.review": 0.3})
    assert result.settings.cadence.quiet_period == Duration(36, "hour")
    assert (result.settings.classifier.act, result.settings.classifier.review) == (0.8, 0.3)
    assert result.origins["cadence.quiet_period"] == "config"
    assert result.origins["classifier.act"] == "tuned"
    assert result.origins["classifier.review"] == "command line"
    assert result.origins["cadence.hours"] == "default"
    assert result.origins["account[0].host"] == "config"
    assert result.origins["account[0].port"] == "default"
    assert set(result.origins) == set(result.values)


def test_tables_merge_and_lists_are_replaced(tmp_path):
    own = MINIMAL + '[cadence]\nworking_days = ["sat"]\n[cadence.thank_you]\nenabled = false\n'
    cadence = loaded(tmp_path, own).settings.cadence
    assert cadence.working_days == ("sat",)
    assert cadence.weekdays() == {5}
    assert not cadence.thank_you.enabled
    assert cadence.thank_you.after == Duration(1, "working_day")


def test_every_account_begins_with_the_defaults(tmp_path):
    own = MINIMAL + '[[account]]\nname = "work"\nhost = "imap.example.net"\nport = 143\nsecurity = "starttls"\n'
    settings = loaded(tmp_path, own + 'password = { env = "X" }\naddress = "s@example.net"\n').settings
    assert [account.port for account in settings.account] == [993, 143]
    assert [account.folders for account in settings.account] == [("INBOX",)] * 2
    assert settings.account_named("work").user == "s@example.net"
    assert settings.account_named("main").user == "sam@example.org"
    assert settings.account_named("none") is None
    assert settings.own_addresses() == {"sam@example.org", "s@example.net"}


def test_what_is_left_empty_gets_its_meaning(tmp_path):
    settings = loaded(tmp_path).settings
    assert settings.me.signature == "Sam Rivera"
    assert settings.account[0].address == settings.account[0].user == "sam@example.org"
    assert settings.account[0].password.kind == "command"
    assert settings.account[0].password.value == "pass show mail/sam"
    assert settings.me.zone().key


def test_paths_start_at_the_file_and_know_the_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/sam")
    own = MINIMAL.replace('command = "pass show mail/sam"', 'file = "secret"') + 'ca_file = "~/bridge.pem"\n'
    account = loaded(tmp_path, own).settings.account[0]
    assert account.password.value == str(tmp_path / "secret")
    assert account.ca_file == "/home/sam/bridge.pem"


def test_an_override_reaches_into_an_account(tmp_path):
    result = loaded(tmp_path, overrides={"account[0].poll_every": "1s", "cadence.hours": "00:00-24:00"})
    assert result.settings.account[0].poll_every == Duration(1, "second")
    assert result.settings.cadence.hours.end == 1440
    assert result.origins["account[0].poll_every"] == "command line"


@pytest.mark.parametrize("key", ["account[3].host", "cadence..hours", "me.name.first", "", "account[0]"])
def test_an_override_that_leads_nowhere_is_a_fault_of_the_command_line(tmp_path, key):
    with pytest.raises(ConfigError, match="on the command line"):
        loaded(tmp_path, overrides={key: "x"})


def test_an_unknown_override_is_a_fault_of_the_command_line(tmp_path):
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, overrides={"cadence.hour": "x"})
    assert [(fault.key, fault.layer) for fault in caught.value.faults] == [("cadence.hour", "command line")]


def test_a_fault_of_tuned_toml_says_so(tmp_path):
    with pytest.raises(ConfigError, match=r"classifier.act \(in tuned.toml\)"):
        loaded(tmp_path, tuned="[classifier]\nact = 7\n")


def test_accounts_are_not_tuned(tmp_path):
    with pytest.raises(ConfigError, match=r"account \(in tuned.toml\)"):
        loaded(tmp_path, tuned="[[account]]\nport = 7\n")


def test_a_secret_is_never_found_by_what_is_tuned(tmp_path):
    tuned = '[digest.smtp]\nhost = "smtp.example.org"\npassword = { command = "touch made" }\n'
    with pytest.raises(ConfigError, match=r"digest.smtp.password.command \(in tuned.toml\): says where a secret"):
        loaded(tmp_path, tuned=tuned)


def test_what_tuned_values_were_measured_on_is_kept(tmp_path):
    result = loaded(tmp_path, tuned='[classifier]\nact = 0.8\n[measured_on]\n"classifier.act" = "90 mails"\n')
    assert result.measured_on == {"classifier.act": "90 mails"}
    assert result.settings.classifier.act == 0.8


def test_a_key_of_config_toml_is_pinned_with_the_tables_above_it(tmp_path):
    result = loaded(tmp_path, MINIMAL + "[cadence.thank_you]\nenabled = true\n")
    assert result.pinned("cadence.thank_you.enabled")
    assert result.pinned("cadence.thank_you")
    assert not result.pinned("cadence.thank_you.after")
    assert not result.pinned("classifier")


def test_nothing_of_the_settings_can_be_changed(tmp_path):
    result = loaded(tmp_path)
    with pytest.raises(ValidationError):
        result.settings.me.name = "Alex"
    with pytest.raises(TypeError):
        result.origins["me.name"] = "default"


def test_the_file_is_found_by_argument_environment_and_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    for name in ("env.toml", "etc/config.toml", "xdg/highroad/config.toml", "arg.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    environ = {"CONFIGURATION_DIRECTORY": f"{tmp_path}/etc:/other"}
    assert config_path(None, {}) == tmp_path / "xdg/highroad/config.toml"
    assert config_path(None, environ) == tmp_path / "etc/config.toml"
    environ["HIGHROAD_CONFIG"] = str(tmp_path / "env.toml")
    assert config_path(None, environ) == tmp_path / "env.toml"
    assert config_path(tmp_path / "arg.toml", environ) == tmp_path / "arg.toml"
    assert new_config_path(None, environ) == tmp_path / "env.toml"


def test_a_named_file_that_is_missing_is_not_replaced_by_another(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "highroad").mkdir()
    (tmp_path / "highroad/config.toml").touch()
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        config_path(None, {"HIGHROAD_CONFIG": str(tmp_path / "gone.toml")})


def test_the_state_directory_is_found_by_argument_environment_and_platform(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert state_path(None, {}) == tmp_path / "xdg/highroad"
    assert state_path(None, {"STATE_DIRECTORY": "/var/lib/highroad:/b"}).as_posix() == "/var/lib/highroad"
    assert state_path(tmp_path, {"STATE_DIRECTORY": "/x"}) == tmp_path


def models(model):
    yield model
    for sub in model.__subclasses__():
        yield from models(sub)


def test_no_default_stands_anywhere_but_in_default_toml():
    allowed = {("Secret", kind) for kind in ("command", "file", "env", "credential", "keyring")}
    found = {
        (model.__name__, name)
        for model in models(Table)
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    assert found == allowed | {("Account", "password")}


def test_default_toml_is_the_contract():
    tree = tomllib.loads(default_text())
    assert tree == defaults()
    assert list(tree) == list(Settings.model_fields)
    assert [key for key, value in tree["cadence"].items() if isinstance(value, dict)] == list(STEPS)
    assert tree["cadence"]["quiet_period"] == "24h"
    assert tree["classifier"] == {"act": 0.9, "review": 0.5}
    assert default_classifier().act == 0.9
    assert settings_of(tomllib.loads(MINIMAL)).digest.via == "draft"


def test_every_line_of_default_toml_has_the_form_that_tools_rely_on():
    for line in lines():
        if line.kind == "setting":
            assert set(tomllib.loads(f"{line.key} = {line.value}")) == {line.key}
            assert set(tomllib.loads(f"{line.key} = {line.example}")) == {line.key}
        elif line.kind == "remark":
            assert not line.text or line.text.startswith("# ")
    settings = {line.dotted for line in lines() if line.kind == "setting"}
    assert settings == set(examples())
    assert {"me.name", "account.password", "cadence.thank_you.after", "digest.smtp"} <= settings


def test_every_example_passes_its_own_check():
    tree = {}
    for key, example in examples().items():
        here = tree
        for part in key.split(".")[:-1]:
            here = here.setdefault(part, {})
        here |= tomllib.loads(example)
    tree["account"] = [tree["account"]]
    assert settings_of(tree).me.timezone == "Europe/Berlin"
