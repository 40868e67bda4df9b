"""The keys of auth = "oauth2", the table of providers behind them, and who loads what for it."""

import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from support.realmind import ROOT

from config.check import report_json
from config.faults import ConfigError
from config.loader import load, settings_of
from config.oauth_providers import OAUTH_PROVIDERS, oauth_at, oauth_provider
from config.providers import PROVIDERS
from config.schema import Account
from daemon.commands.ways import way
from daemon.connect import client_of
from daemon.core.errors import NeedsOperator

CUSTOM = {"provider": "custom", "client_id": "me", "token_endpoint": "https://login.example/token",
          "device_endpoint": "https://login.example/device"}  # fmt: skip


WITH_A_SECRET = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
[[account]]
host = "imap.example.org"
auth = "oauth2"
oauth = { provider = "google", client_id = "me", client_secret = { file = "secret" } }
"""


def tree(oauth=None, **account):
    first = {"host": "imap.example.org", "auth": "oauth2", **({"oauth": oauth} if oauth else {}), **account}
    return {"me": {"name": "Sam Rivera", "address": "sam@example.org"}, "account": [first]}


def account_of(*arguments, **named) -> Account:
    return settings_of(tree(*arguments, **named)).account[0]


def faults(*arguments, **named):
    with pytest.raises(ConfigError) as caught:
        settings_of(tree(*arguments, **named))
    return {fault.key.removeprefix("account[0]."): fault.problem for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("oauth", "key", "words"),
    [
        ({"provider": "gogle", "client_id": "me"}, "oauth.provider", "none of microsoft, google"),
        ({"provider": "microsoft"}, "oauth.client_id", "entra.microsoft.com"),
        ({"provider": "zoho", "client_id": "me"}, "oauth.provider", "none for IMAP"),
        ({"provider": "google", "client_id": "me"}, "oauth.client_secret", "gives one"),
        ({"provider": "fastmail", "client_id": "me", "tenant": "x"}, "oauth.tenant", "microsoft"),
        (
            {"provider": "microsoft", "client_id": "me", "token_endpoint": "https://x.example/"},
            "oauth.token_endpoint",
            "custom",
        ),
        ({**CUSTOM, "token_endpoint": ""}, "oauth.token_endpoint", "is needed"),
        ({**CUSTOM, "device_endpoint": ""}, "oauth.authorization_endpoint", "nobody could ever log in"),
        ({**CUSTOM, "client_secret": "pl4nted-s3cret"}, "oauth.client_secret", "written out literally"),
        ({**CUSTOM, "client_secret": {"env": "A", "file": "b"}}, "oauth.client_secret", "2 ways at once"),
        ({**CUSTOM, "colour": "blue"}, "oauth.colour", "is not a key"),
    ],
)
def test_a_fault_of_the_oauth_settings_is_named_by_its_key(oauth, key, words):
    found = faults(oauth)
    assert words in found[key] and "pl4nted" not in str(found)


@pytest.mark.parametrize(
    "address",
    ["http://login.example/", "login.example", "https://", "https://u:p@x.example/", "https://x.example/#a", "https://x:y/",
     "javascript:x", "https://x.example/ a", "https://ä.example/", "file:///etc/passwd"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["token_endpoint", "device_endpoint", "authorization_endpoint", "redirect"])
def test_an_endpoint_must_be_https(key, address):
    assert "https://" in faults({**CUSTOM, key: address})[f"oauth.{key}"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:5/x", "http://localhost/", "http://[::1]:8/", "https://x.example/a?b=c"]
)
def test_an_endpoint_on_this_machine_may_be_plain(address):
    assert account_of({**CUSTOM, "token_endpoint": address}).oauth.token_endpoint == address


def test_two_ways_to_a_token_at_once_are_one_too_many():
    assert "two ways" in faults(CUSTOM, token_command="tell")["token_command"]
    assert account_of(token_command="tell").token_command == "tell"


def test_the_place_of_a_client_secret_is_meant_as_the_person_meant_it_and_not_shown(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(WITH_A_SECRET)
    loaded = load(path, tmp_path / "state", environ={})
    assert loaded.settings.account[0].oauth.client_secret.file == str(tmp_path / "secret")
    shown = {row["key"]: row["value"] for row in report_json(loaded)["values"]}
    assert shown["account[0].oauth.client_secret.file"] is None


async def test_a_client_has_its_providers_facts_and_its_own_settings(monkeypatch):
    monkeypatch.setenv("MY_SECRET", "s3cret")
    client = await client_of(account_of({"provider": "microsoft", "client_id": "me", "tenant": "consumers"}))
    assert client.token == "https://login.microsoftonline.com/consumers/oauth2/v2.0/token"
    assert client.device.endswith("/consumers/oauth2/v2.0/devicecode") and "IMAP.AccessAsUser.All" in client.scope
    assert (client.loopback, client.secret) == ("localhost", "")
    google = {"provider": "google", "client_id": "me", "client_secret": {"env": "MY_SECRET"}, "scope": "other"}
    client = await client_of(account_of(google))
    assert (client.secret, client.scope, client.device, client.loopback) == ("s3cret", "other", "", "127.0.0.1")
    assert ("prompt", "consent") in client.extra and "s3cret" not in repr(client)
    client = await client_of(account_of(CUSTOM))
    assert (client.token, client.device) == (CUSTOM["token_endpoint"], CUSTOM["device_endpoint"])


async def test_a_client_secret_that_is_not_there_is_a_sentence():
    oauth = {"provider": "google", "client_id": "me", "client_secret": {"env": "NOT_SET_HERE"}}
    with pytest.raises(NeedsOperator, match="NOT_SET_HERE"):
        await client_of(account_of(oauth))


def test_the_table_is_sound():
    assert len({one.name for one in OAUTH_PROVIDERS}) == len(OAUTH_PROVIDERS)
    for one in OAUTH_PROVIDERS[:-1]:
        assert oauth_provider(one.name) is one and one.facts and bool(one.flows) is bool(one.token) is bool(one.scope)
        assert bool(one.device) == ("device" in one.flows) and one.loopback in {"127.0.0.1", "localhost"}
        for address in filter(None, (one.authorization, one.token, one.device)):
            parts = urlsplit(address.replace("{tenant}", "common"))
            assert parts.scheme == "https" and parts.hostname and "{" not in parts.path
        assert all(text.endswith(".") for text in (*one.facts, one.register))


def test_every_provider_that_takes_nothing_else_is_in_the_table():
    hosts = {one.host for one in PROVIDERS if one.password == "oauth2 only"}
    assert hosts and all(oauth_at(host) for host in hosts)
    assert oauth_at("imap.example.org") is None and oauth_at("IMAP.gmail.com").name == "google"


@pytest.mark.parametrize(
    ("account", "ok", "words"),
    [
        ({"host": "outlook.office365.com"}, False, 'provider = "microsoft"'),
        ({"host": "imap.gmail.com"}, True, "takes an app password, and not your own; OAuth 2.0 would be by a browser"),
        ({"host": "imap.gmx.net"}, True, "takes the password of the mailbox; set here is a password"),
        ({"host": "mail.example.org"}, True, "no provider that is known here"),
        ({"host": "127.0.0.1", "address": "sam@proton.me"}, True, "through its bridge"),
    ],
)
def test_doctor_says_which_way_an_account_needs(account, ok, words):
    found = way(account_of(auth="password", password={"env": "A"}, **account))
    assert found.ok is ok and words in f"{found.seen} {found.do}"


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ({"oauth": {"provider": "microsoft", "client_id": "me"}}, "by a code typed in any browser or a browser"),
        ({"token_command": "tell"}, "its tokens by token_command"),
    ],
)
def test_doctor_says_which_way_is_set(account, words):
    assert words in way(account_of(**account)).seen


LOADED = """
import sys
import daemon.app, daemon.room, daemon.connect
ours = ("http", "daemon.adapters.oauth", "authlib", "urllib.request")
print(*sorted(name for name in sys.modules if name.startswith(ours)))
"""


def test_a_house_without_oauth_loads_nothing_of_it():
    done = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_house_with_oauth_loads_no_http():
    code = LOADED.replace("daemon.connect\n", "daemon.connect, daemon.adapters.oauth.tokens\n")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [f"daemon.adapters.oauth{part}" for part in ("", ".store", ".tokens", ".values")]
