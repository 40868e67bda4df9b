"""Passwords from the five places a person may keep them, and what is said when they are not there."""

import shlex
import sys
import time
import traceback
import types

import pytest

from daemon.adapters import secrets
from daemon.adapters.secrets import Source, secret_from
from daemon.core.errors import NeedsOperator

SECRET = "pl4nted-s3cret"


def told(source):
    """The sentence of a failure; the secret is in no part of it, tracebacks of all its causes included."""
    with pytest.raises(NeedsOperator) as caught:
        secret_from(source, "main")
    assert 'ccount "main"' in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return str(caught.value)


@pytest.fixture
def script(tmp_path):
    """Makes a script that a password command can run."""

    def made(body):
        path = tmp_path / "tell.sh"
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o700)
        return Source("command", f"'{path}'")

    return made


@pytest.fixture
def secret_file(tmp_path):
    def made(content, mode=0o600):
        path = tmp_path / "my secret"
        path.write_bytes(content)
        path.chmod(mode)
        return Source("file", str(path))

    return made


@pytest.fixture
def credentials(tmp_path, monkeypatch):
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    return tmp_path


@pytest.fixture
def keyring(monkeypatch):
    """A keyring library that holds what the test puts into `held`, or raises what it puts into `raises`."""
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})
    fake = types.ModuleType("keyring")
    fake.errors, fake.held, fake.raises = errors, {}, None

    def get_password(service, user):
        if fake.raises:
            raise fake.raises
        return fake.held.get((service, user))

    fake.get_password = get_password
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    return fake


# --- found ---


@pytest.mark.parametrize("end", ["", "\\n", "\\r\\n"])
def test_a_command_prints_it(script, end):
    assert secret_from(script(f"printf '{SECRET}{end}'"), "main").text == SECRET


def test_of_a_commands_output_only_the_first_line_counts(script):
    assert secret_from(script(f"echo {SECRET}; echo 'user: sam'"), "main").text == SECRET


def test_a_commands_words_are_split_as_a_shell_would_and_no_shell_runs(tmp_path):
    command = f"{shlex.quote(sys.executable)} -c \"import sys; print('|'.join(sys.argv[1:]))\" 'a b' '$HOME' '; echo c'"
    assert secret_from(Source("command", command), "main").text == "a b|$HOME|; echo c"


def test_a_command_gets_no_input_to_wait_for(script):
    assert secret_from(script(f"cat; echo {SECRET}"), "main").text == SECRET


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_holds_it_with_blanks_and_umlauts(secret_file, mode):
    assert secret_from(secret_file(" pä ß\n".encode(), mode), "main").text == " pä ß"


def test_a_file_in_the_home_folder_is_found(secret_file, tmp_path, monkeypatch):
    secret_file(SECRET.encode())
    monkeypatch.setenv("HOME", str(tmp_path))
    assert secret_from(Source("file", "~/my secret"), "main").text == SECRET


def test_a_variable_holds_it(monkeypatch):
    monkeypatch.setenv("MY_SECRET", SECRET)
    assert secret_from(Source("env", "MY_SECRET"), "main").text == SECRET


def test_systemd_hands_it(credentials):
    (credentials / "imap").write_text(f"{SECRET}\n")
    assert secret_from(Source("credential", "imap"), "main").text == SECRET


def test_the_keyring_holds_it(keyring):
    keyring.held["highroad", "sam@example.org"] = SECRET
    assert secret_from(Source("keyring", "highroad", "sam@example.org"), "main").text == SECRET


# --- not found ---


def test_a_command_that_fails_is_named_with_its_code_and_not_with_what_it_said(script):
    said = told(script(f"echo {SECRET}; echo {SECRET} >&2; exit 3"))
    assert "ended with code 3" in said
    assert "tell.sh" in said


def test_a_command_that_hangs_is_given_up_even_when_its_own_children_hang(script, monkeypatch):
    monkeypatch.setattr(secrets, "_COMMAND_SECONDS", 0.2)
    source, began = script(f"echo {SECRET}; sleep 30 & sleep 30"), time.monotonic()
    assert "no answer within 0 s" in told(source)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("/no/such/program", "No such file or directory"),
        ("pass 'show", "quotes do not match"),
        ("/", "Permission denied"),
    ],
)
def test_a_command_that_cannot_be_run_says_why(command, why):
    said = told(Source("command", command))
    assert why in said
    assert command in said


def test_a_file_that_others_may_read_is_refused_with_the_way_to_mend_it(secret_file):
    for mode in (0o644, 0o640, 0o604, 0o620):
        source = secret_file(SECRET.encode(), mode)
        assert f"chmod 600 {shlex.quote(source.value)}" in told(source)


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "No such file or directory" in told(Source("file", str(tmp_path / "none")))
    assert "Is a directory" in told(Source("file", str(tmp_path)))


def test_a_variable_that_is_not_set_is_named(monkeypatch):
    monkeypatch.delenv("MY_SECRET", raising=False)
    assert "MY_SECRET" in told(Source("env", "MY_SECRET"))


def test_a_credential_outside_the_service_says_so(monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert "LoadCredential=" in told(Source("credential", "imap"))


def test_a_credential_that_systemd_did_not_hand_is_named(credentials):
    assert "systemd credential imap" in told(Source("credential", "imap"))


def test_a_keyring_without_the_entry_says_how_to_put_it_there(keyring):
    assert "keyring set highroad sam" in told(Source("keyring", "highroad", "sam"))


def test_a_keyring_that_does_not_open_is_a_sentence(keyring):
    keyring.raises = keyring.errors.KeyringError(f"locked {SECRET}")
    assert "keyring" in told_without_causes(Source("keyring", "highroad", "sam"))


def told_without_causes(source):
    """What a keyring's own error holds is the keyring's: only our sentence counts here."""
    with pytest.raises(NeedsOperator) as caught:
        secret_from(source, "main")
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_without_the_keyring_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "highroad[keyring]" in told(Source("keyring", "highroad", "sam"))


def test_an_empty_secret_is_not_tried(script, secret_file, credentials, keyring, monkeypatch):
    monkeypatch.setenv("MY_SECRET", "")
    (credentials / "imap").write_text("\n")
    keyring.held["highroad", "sam"] = ""
    sources = [
        script("true"),
        script("echo; echo second line"),
        secret_file(b"\r\n"),
        Source("env", "MY_SECRET"),
        Source("credential", "imap"),
        Source("keyring", "highroad", "sam"),
    ]
    for source in sources:
        assert "is empty" in told(source)


def test_a_secret_that_is_no_text_is_said(script, secret_file, credentials):
    (credentials / "imap").write_bytes(b"\xff" + SECRET.encode())
    file = secret_file(SECRET.encode() + b"\xff")
    for source in (file, Source("credential", "imap"), script(f"printf '{SECRET}\\377'")):
        assert "is not UTF-8 text" in told(source)
