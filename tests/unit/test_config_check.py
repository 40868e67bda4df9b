import json

import pytest

from config.check import report, report_json
from config.duration import Duration
from config.faults import ConfigError
from config.loader import load, settings_of
from config.providers import PROVIDERS, provider_at, provider_for

OWN = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
[[account]]
host = "imap.example.org"
password = { command = "echo hunter2" }
[cadence.reflection]
after = "1 day"
"""


def loaded(tmp_path):
    (tmp_path / "config.toml").write_text(OWN)
    (tmp_path / "tuned.toml").write_text('[classifier]\nact = 0.8\n[measured_on]\n"classifier.act" = "90 mails"\n')
    return load(tmp_path / "config.toml", tmp_path, {"cadence.quiet_period": "0s"}, environ={})


def test_the_report_shows_what_is_set_and_where_and_keeps_secrets(tmp_path):
    text = "\n".join(report(loaded(tmp_path)))
    assert str(tmp_path / "config.toml") in text
    assert '  me.name = "Sam Rivera"' in text
    assert "  classifier.act = 0.8  (measured on 90 mails)" in text
    assert '  cadence.quiet_period = "0s"' in text
    assert "hunter2" not in text
    assert "No fault was found." in text


def test_the_report_keeps_the_order_of_the_settings(tmp_path):
    keys = [one["key"] for one in report_json(loaded(tmp_path))["values"]]
    assert keys[:4] == ["me.name", "me.address", "me.aliases", "me.timezone"]
    assert keys.index("account[0].name") < keys.index("account[0].password.command") < keys.index("cadence.hours")


def test_the_report_for_programs_holds_every_key_and_keeps_secrets(tmp_path):
    result = report_json(loaded(tmp_path))
    text = json.dumps(result)
    by_key = {one["key"]: one for one in json.loads(text)["values"]}
    assert by_key["classifier.act"] == {
        "key": "classifier.act",
        "value": 0.8,
        "layer": "tuned",
    }
    assert by_key["account[0].password.command"]["value"] is None
    assert result["ok"] is True
    assert "hunter2" not in text


def test_faults_have_a_shape_for_programs_too():
    with pytest.raises(ConfigError) as caught:
        settings_of({"me": {"name": 1}})
    shape = json.loads(json.dumps(caught.value.to_json()))
    assert shape["ok"] is False
    assert {"key", "problem", "example", "layer"} == set(shape["faults"][0])
    assert "me.name" in {fault["key"] for fault in shape["faults"]}


@pytest.mark.parametrize(
    ("address", "host", "password"),
    [
        ("sam@gmail.com", "imap.gmail.com", "app password"),
        ("Sam@GoogleMail.com", "imap.gmail.com", "app password"),
        ("sam@outlook.com", "outlook.office365.com", "oauth2 only"),
        ("sam@hotmail.co.uk", "outlook.office365.com", "oauth2 only"),
        ("sam@live.nl", "outlook.office365.com", "oauth2 only"),
        ("sam@icloud.com", "imap.mail.me.com", "app password"),
        ("sam@yahoo.de", "imap.mail.yahoo.com", "app password"),
        ("sam@proton.me", "127.0.0.1", "bridge"),
        ("sam@gmx.de", "imap.gmx.net", "plain password"),
        ("sam@t-online.de", "secureimap.t-online.de", "app password"),
        ("sam@tuta.com", "", "no imap"),
    ],
)
def test_a_provider_is_known_by_the_domain_of_the_address(address, host, password):
    provider = provider_for(address)
    assert (provider.host, provider.password) == (host, password)
    assert provider.advice.endswith(".")


@pytest.mark.parametrize(
    "address", ["sam@example.org", "sam@notgmail.com", "gmail.com.example@x.example", "sam@yahoo.co.jp", "", "@"]
)
def test_an_unknown_domain_is_nobodys(address):
    assert provider_for(address) is None


def test_the_bridge_listens_on_this_machine_with_starttls():
    bridge = provider_for("sam@pm.me")
    assert (bridge.port, bridge.security) == (1143, "starttls")


def test_a_provider_is_known_by_its_server_too():
    assert provider_at("IMAP.gmail.com").name == "Gmail"
    assert provider_at("127.0.0.1") is None
    assert provider_at("") is None


def test_no_domain_stands_in_the_table_twice():
    domains = [domain for provider in PROVIDERS for domain in provider.domains]
    assert len(domains) == len(set(domains))
    assert all(provider_for(f"x@{domain}") for domain in domains)


@pytest.mark.parametrize("provider", [one for one in PROVIDERS if one.host], ids=lambda one: one.name)
def test_what_the_table_says_can_be_settings(provider):
    account = {"host": provider.host, "port": provider.port, "security": provider.security}
    account["password"] = {"env": "X"}
    settings = settings_of({"me": {"name": "Sam", "address": "s@example.org"}, "account": [account]})
    assert settings.account[0].poll_every == Duration(5, "minute")
