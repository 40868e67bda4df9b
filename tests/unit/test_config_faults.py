import datetime
import os
from pathlib import Path

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from config import zones
from config.faults import ConfigError, ConfigMissing
from config.layers import placed
from config.loader import load, settings_of
from config.schema import Settings
from config.shape import leaves

MINIMAL = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
[[account]]
host = "imap.example.org"
password = { command = "pass show mail/sam" }
"""


def tree(**changes):
    base = {
        "me": {"name": "Sam Rivera", "address": "sam@example.org"},
        "account": [{"host": "imap.example.org", "password": {"env": "SECRET"}}],
    }
    for key, value in changes.items():
        table, _, name = key.partition("__")
        if table == "account":
            base["account"][0][name] = value
        else:
            base.setdefault(table, {})[name] = value
    return base


def faults(given):
    with pytest.raises(ConfigError) as caught:
        settings_of(given)
    return {fault.key: fault for fault in caught.value.faults}


def refused(tmp_path, content):
    path = tmp_path / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        load(path, tmp_path / "state", environ={})
    return caught.value


TEN = """
colour = "blue"
[me]
name = "Sam\\r\\nBcc: all@example.org"
address = "sam at example.org"
[[account]]
host = "imap.example.org"
prot = 993
security = "plain"
password = "hunter2"
poll_every = "often"
[cadence]
hours = "9-5"
drafts_per_day = "three"
[cadence.thank_you]
only_if = "nice"
"""
TEN_KEYS = {
    "colour",
    "me.name",
    "me.address",
    "account[0].prot",
    "account[0].security",
    "account[0].password",
    "account[0].poll_every",
    "cadence.hours",
    "cadence.drafts_per_day",
    "cadence.thank_you.only_if",
}


def test_ten_faults_are_all_told_at_once_each_with_its_key_and_an_example(tmp_path):
    error = refused(tmp_path, TEN)
    assert {fault.key for fault in error.faults} == TEN_KEYS
    assert len(error.faults) == 10
    assert all(fault.problem and fault.example for fault in error.faults)
    assert all(key in str(error) for key in TEN_KEYS)
    assert str(tmp_path / "config.toml") in error.lines()[0]
    assert "10 faults" in error.lines()[0]


def test_a_literal_password_is_refused_with_the_five_ways_and_never_repeated(tmp_path):
    error = refused(tmp_path, TEN)
    assert "hunter2" not in str(error)
    problem = next(fault.problem for fault in error.faults if fault.key == "account[0].password")
    assert all(way in problem for way in ("command =", "file =", "env =", "credential =", "keyring ="))


@pytest.mark.parametrize(
    "secret",
    [918273645, 9182736.45, ["918273645"], {"pass": "918273645"}, {"command": 918273645}, {"918273645x": 1.5}],
)
def test_a_password_in_the_wrong_form_is_not_repeated_by_its_value(secret):
    found = faults(tree(account__password=secret))
    assert found
    text = "\n".join(str(fault) for fault in found.values())
    assert "918273645" not in text.replace("918273645x", "")


@pytest.mark.parametrize("secret", [{}, {"command": ""}, {"command": "a", "file": "b"}])
def test_a_password_needs_exactly_one_way(secret):
    assert set(faults(tree(account__password=secret))) == {"account[0].password"}


def test_a_missing_password_is_told_with_the_five_ways():
    given = tree()
    del given["account"][0]["password"]
    problem = faults(given)["account[0].password"].problem
    assert "is missing" in problem
    assert "keyring" in problem


def test_a_credential_with_a_path_is_refused():
    assert "account[0].password" in faults(tree(account__password={"credential": "../imap"}))


@pytest.mark.parametrize("table", [key.rpartition(".")[0] for key in dict(leaves(Settings))])
def test_an_unknown_key_is_named_in_every_table(table):
    given = tree()
    here = given
    for part in table.split("."):
        here = here[0] if isinstance(here, list) else here
        here = here.setdefault(part, {})
    (here[0] if isinstance(here, list) else here)["zzz"] = 1
    key = f"{table}.zzz".replace("account.", "account[0].")
    fault = faults(given)[key]
    assert "is not a key of" in fault.problem
    assert fault.example


def test_an_unknown_key_suggests_the_closest_one_and_a_misplaced_one_its_table():
    found = faults(tree(me__adress="x", me__quiet_period="3 days", account__working_days=[]))
    assert "did you mean address?" in found["me.adress"].problem
    assert "belongs to [cadence]" in found["me.quiet_period"].problem
    assert found["me.quiet_period"].example == '[cadence] and below it: quiet_period = "24h"'
    assert "belongs to [cadence]" in found["account[0].working_days"].problem


def test_a_key_with_control_characters_is_shown_escaped():
    found = faults(tree(me__x="1", **{"me__a\x1b[31m\nb": 1}))
    assert 'me."a\\u001b[31m\\nb"' in found


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"account__port": "993"}, "account[0].port", "whole number without quotes, not text"),
        ({"account__port": True}, "account[0].port", "not true or false"),
        ({"account__port": 0}, "account[0].port", "at least 1"),
        ({"account__port": 70000}, "account[0].port", "at most 65535"),
        ({"account__port": 10**5000}, "account[0].port", "hundreds of digits"),
        ({"account__idle": "yes"}, "account[0].idle", "true or false without quotes"),
        ({"account__folders": "INBOX"}, "account[0].folders", "a list in [brackets]"),
        ({"account__folders": []}, "account[0].folders", "empty list"),
        ({"account__folders": ["INBOX", 1]}, "account[0].folders[1]", "text in quotes"),
        ({"account__folders": ["a\r\nb"]}, "account[0].folders[0]", "line break"),
        ({"account__user": "a\r\nb"}, "account[0].user", "line break"),
        ({"account__oauth": 3}, "account[0].oauth", "must be a table"),
        ({"account__auth": "kerberos"}, "account[0].auth", '"password" or "oauth2"'),
        ({"account__host": ""}, "account[0].host", "must not be empty"),
        ({"account__host": "imaps://sam:pw@imap.example.org"}, "account[0].host", "leave out"),
        ({"account__host": "imap.example.org:993"}, "account[0].host", "the port is a key of its own"),
        ({"account__poll_every": "0s"}, "account[0].poll_every", "never rest"),
        ({"account__poll_every": "1 month"}, "account[0].poll_every", "no fixed length"),
        ({"account__poll_every": 5}, "account[0].poll_every", "text in quotes"),
        ({"account__trusted_authserv": "a b"}, "account[0].trusted_authserv", "one word"),
        ({"account__password": {"command": "pass 'mail"}}, "account[0].password.command", "quotes do not match"),
        ({"account__password": {"command": " "}}, "account[0].password.command", "is blank; name the program to run"),
        ({"account__token_command": "a\0b"}, "account[0].token_command", "NUL"),
        ({"account__auth": "oauth2"}, "account[0].token_command", "oauth2"),
        ({"me__name": "  "}, "me.name", "must not be empty"),
        ({"me__name": "Sam\0"}, "me.name", "control character"),
        ({"me__name": datetime.date(2025, 1, 1)}, "me.name", "not a date"),
        ({"me__signature": "Sam\x1b[2J"}, "me.signature", "control character"),
        ({"me__signature": "Sam\rRivera"}, "me.signature", "control character"),
        ({"me__address": "sam@a@example.org"}, "me.address", "not a mail address"),
        ({"me__address": "sam@example.org\nBcc: x@y"}, "me.address", "line break"),
        ({"me__address": "Sam <sam@example.org>"}, "me.address", "not a mail address"),
        ({"me__address": "sam@exämple.org"}, "me.address", "ASCII"),
        ({"me__aliases": ["x"]}, "me.aliases[0]", "not a mail address"),
        ({"me__timezone": "europe/berln"}, "me.timezone", 'did you mean "Europe/Berlin"?'),
        ({"me__timezone": "../../etc/passwd"}, "me.timezone", "not a time zone"),
        ({"me__timezone": "Europe"}, "me.timezone", "not a time zone"),
        ({"cadence__quiet_period": "soon"}, "cadence.quiet_period", "not a duration"),
        ({"cadence__only_newer_than": "9 working days"}, "cadence.only_newer_than", "backwards"),
        ({"cadence__working_days": []}, "cadence.working_days", "empty list"),
        ({"cadence__working_days": ["monday"]}, "cadence.working_days[0]", '"mon"'),
        ({"cadence__holidays": "Germany"}, "cadence.holidays", "country code"),
        ({"cadence__drafts_per_day": -1}, "cadence.drafts_per_day", "is -1; it must be at least 0"),
        ({"cadence__follow_up": {"latest": "1 week"}}, "cadence.follow_up.latest", "earlier than after"),
        ({"cadence__keep_in_touch": {"times": 99}}, "cadence.keep_in_touch.times", "at most 12"),
        ({"classifier__act": 1.5}, "classifier.act", "at most 1"),
        ({"classifier__act": float("nan")}, "classifier.act", "undefined"),
        ({"classifier__act": 0.3}, "classifier.review", "above act"),
        ({"learn__not_rejection": "Highroad/Rejection"}, "learn.not_rejection", "the same folder"),
        ({"learn__rejection": "INBOX"}, "learn.rejection", "a watched folder too"),
        ({"digest__when": "weekly"}, "digest.when", "weekday and a time"),
        ({"digest__via": "smtp"}, "digest.smtp.host", "is needed"),
        ({"digest__smtp": {"host": "smtp.example.org", "security": "plain"}}, "digest.smtp.security", "plain"),
        ({"digest__smtp": {"password": "hunter2"}}, "digest.smtp.password", "literally"),
    ],
)
def test_one_wrong_value_is_one_fault_with_its_key_a_reason_and_an_example(change, key, words):
    found = faults(tree(**change))
    assert list(found) == [key]
    assert words in found[key].problem
    assert found[key].example


def test_smtp_with_a_user_needs_a_password():
    given = tree(digest__via="smtp", digest__smtp={"host": "smtp.example.org", "user": "sam"})
    assert list(faults(given)) == ["digest.smtp.password"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_plain_is_for_this_very_machine(host):
    assert settings_of(tree(account__host=host, account__security="plain")).account[0].host == host


@pytest.mark.parametrize("host", ["imap.example.org", "localhost.example.org", "128.0.0.1", "10.0.0.1"])
def test_plain_over_a_network_is_refused(host):
    assert "account[0].security" in faults(tree(account__host=host, account__security="plain"))


def test_two_accounts_of_one_name_are_refused():
    given = tree()
    given["account"] *= 2
    assert "is the name of account[0] already" in faults(given)["account[1].name"].problem


@pytest.mark.parametrize(("value", "words"), [([], "is missing"), ({"host": "x"}, "in two brackets")])
def test_accounts_that_are_none_are_told_how_one_is_written(value, words):
    found = faults(tree() | {"account": value})
    assert words in found["account"].problem
    assert "[[account]]" in found["account"].example


def test_an_account_that_is_no_table_is_a_fault():
    assert "must be a table" in faults(tree() | {"account": [1]})["account[0]"].problem


def test_an_empty_file_names_what_has_no_default(tmp_path):
    assert {fault.key for fault in refused(tmp_path, b"").faults} == {"me.name", "me.address", "account"}


def test_a_syntax_error_names_its_line_and_does_not_repeat_it(tmp_path):
    error = refused(tmp_path, '[me]\nname = "Sam"\npassword = hunter2\n')
    assert error.faults[0].key.startswith("line 3, column")
    assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[me]\nname = "S\xe4m"\n', "line 2"),
        (b'[me]\nname = "Sam', "not TOML"),
        (b"a = " + b"[" * 20000, "file"),
        (b"a = " + b"9" * 9000, "file"),
        (b"#" * 1_048_577, "larger than 1 MiB"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_in_a_sentence(tmp_path, content, words):
    error = refused(tmp_path, content)
    assert words in str(error)
    assert "Traceback" not in str(error)


def test_a_byte_order_mark_and_dos_line_ends_do_no_harm(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load(path, tmp_path, environ={}).settings.me.name == "Sam Rivera"


def test_a_missing_file_says_where_it_was_looked_for_and_what_makes_one(tmp_path):
    with pytest.raises(ConfigMissing) as caught:
        load(tmp_path / "none.toml", environ={})
    assert str(tmp_path / "none.toml") in str(caught.value)
    assert "highroad init" in str(caught.value)
    assert caught.value.exit_code == 78


def test_a_folder_in_place_of_the_file_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, environ={})


def test_without_time_zone_data_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(zones, "_find", lambda name: None)
    with pytest.raises(ValueError, match="install the package tzdata"):
        zones.zone("Europe/Berlin")


def test_the_machines_own_time_zone_is_taken_from_its_surroundings(tmp_path):
    link = tmp_path / "localtime"
    link.symlink_to("/nowhere/zoneinfo/Asia/Tokyo")
    assert zones.local_name({"TZ": ":Europe/Paris"}, link) == "Europe/Paris"
    assert zones.local_name({"TZ": "no such zone"}, link) == "Asia/Tokyo"
    assert zones.local_name({}, tmp_path / "none") == "UTC"
    assert Path(os.path.realpath(link)).name == "Tokyo"


KEYS = sorted(key.replace("account.", "account[0].") for key in dict(leaves(Settings)))
TABLES = sorted({key.rpartition(".")[0] for key in KEYS})
TEXTS = [
    "",
    "plain",
    "oauth2",
    "smtp",
    "auto",
    "0s",
    "1 working day",
    "a\nb",
    "\x00",
    "x" * 300,
    "::1",
    "sam@example.org",
]
VALUES = st.recursive(
    st.booleans() | st.integers(-5, 10**20) | st.floats() | st.sampled_from([*TEXTS, 10**400]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["zzz", "", "name"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@for_any(st.dictionaries(st.sampled_from(KEYS + TABLES), VALUES, min_size=1, max_size=4))
def test_whatever_stands_in_a_file_is_settings_or_faults_with_examples(changes):
    given = tree()
    for key in sorted(changes, reverse=True):  # a table comes after what stands in it, so that every place exists
        placed(given, key, changes[key]) if key != "account[0]" else given.update(account=[changes[key]])
    try:
        told = [fault for fault in [settings_of(given)] if not isinstance(fault, Settings)]
    except ConfigError as error:
        told = [fault for fault in error.faults if not (fault.key and fault.problem and fault.example)]
        told += [] if error.faults else [error]
    assert told == []
