"""The end of `init`: the service, the next steps, the keyring; and the reader that gets ready meanwhile."""

import asyncio
import sys
import threading
from types import SimpleNamespace

import pytest
from support.talks import person, typing

from config.faults import ConfigError
from daemon.commands.beginning import keeping, training
from daemon.commands.beginning.farewell import Farewell
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.secret import Secret
from daemon.commands.beginning.stage import stage
from daemon.commands.beginning.training import Training
from daemon.commands.context import Context
from daemon.core.errors import Transient


@pytest.fixture
def service(monkeypatch):
    """systemd as it may be: what it was asked for, why it cannot be, and what it answers."""
    fake = SimpleNamespace(asked=[], why=None, failure=None)

    def install(_context, *, system, say):
        fake.asked.append(system)
        if fake.failure:
            raise fake.failure
        say("The unit is written.")
        return 0

    monkeypatch.setattr("daemon.commands.systemd.install", install)
    monkeypatch.setattr("daemon.commands.systemd.why_not", lambda *, system=False: fake.why)
    return fake


def farewell(tmp_path, *, logged_in=True, there=True, secret=None, config=None, **flags):
    who, out = person(there=there)
    code = Farewell(Context(config), Given(**flags), who, tmp_path / "config.toml").say(secret, logged_in=logged_in)
    return code, " ".join(out.getvalue().split())


def test_a_service_is_offered_and_installed_after_a_yes(tmp_path, service, monkeypatch):
    typing(monkeypatch, "")
    code, words = farewell(tmp_path)
    assert (code, service.asked) == (0, [False])
    assert "The unit is written. What to do next: highroad status" in words


def test_a_service_is_not_installed_after_a_no(tmp_path, service, monkeypatch):
    typing(monkeypatch, "n")
    code, words = farewell(tmp_path)
    assert (code, service.asked) == (0, []) and "What to do next: highroad once" in words


def test_whoever_leaves_at_the_last_question_keeps_what_is_written(tmp_path, service, monkeypatch):
    typing(monkeypatch)
    code, words = farewell(tmp_path)
    assert (code, service.asked) == (0, []) and "What to do next" in words


def test_where_there_is_no_systemd_nothing_is_offered(tmp_path, service, monkeypatch):
    service.why = "There is no systemd."
    typing(monkeypatch)
    assert farewell(tmp_path)[0] == 0 and service.asked == []


@pytest.mark.parametrize(("flag", "asked"), [("user", [False]), ("system", [True]), ("none", []), ("", [])])
def test_a_flag_says_it_without_a_question(tmp_path, service, flag, asked):
    assert farewell(tmp_path, there=False, service=flag)[0] == 0
    assert service.asked == asked


def test_who_sets_up_the_service_of_the_machine_is_offered_that_one(tmp_path, service, monkeypatch):
    monkeypatch.setattr("daemon.commands.beginning.farewell.CONFIG_DIR", tmp_path)
    typing(monkeypatch, "")
    code, words = farewell(tmp_path, config=tmp_path / "config.toml")
    assert (code, service.asked) == (0, [True])
    assert "(a service of the machine)" in words and "the same --config" not in words


def test_a_service_that_cannot_be_is_said_and_is_no_success(tmp_path, service):
    service.failure = Transient("systemd did not answer.")
    code, words = farewell(tmp_path, there=False, service="user")
    assert code == 75 and "The service was not installed: systemd did not answer." in words
    assert "highroad once" in words


def test_before_the_log_in_at_a_provider_that_is_the_next_step_and_no_service_is_offered(tmp_path, service):
    code, words = farewell(tmp_path, logged_in=False, service="user")
    assert (code, service.asked) == (0, []) and "highroad login main log in at your provider" in words
    assert "can be installed when the log-in works" in words
    code, words = farewell(tmp_path, logged_in=False, secret=Secret("env", "X"))
    assert "login main" not in words and "highroad doctor" in words


def test_a_typed_password_can_be_kept_in_the_keyring_and_is_taken_back_when_the_rest_fails(tmp_path, monkeypatch):
    held = {}
    errors = SimpleNamespace(KeyringError=RuntimeError)
    fake = SimpleNamespace(
        errors=errors,
        set_password=lambda service, user, secret: held.update({(service, user): secret}),
        delete_password=lambda service, user: held.pop((service, user)),
    )
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    with stage(tmp_path / "config.toml", tmp_path / "state") as made:
        secret = keeping.place_of(Secret("file", "", "s3cret"), made, Given(keep_password="keyring"), person()[0])
        keeping.keep(made, tmp_path / "state", "[me]\n", secret, "sam")
        assert held == {("highroad", "sam"): "s3cret"} and (secret.kind, secret.value) == ("keyring", "highroad")
        held.clear()
        with pytest.raises(ConfigError, match="was not touched"):
            keeping.keep(made, tmp_path / "state", "[me]\n", secret, "sam")
    assert held == {}


class Reader:
    """A stand-in for the room that mails are read in; one that is slow is never ready."""

    slow = False
    left = threading.Event()

    def __init__(self, _cache, say):
        self._say = say

    async def ready(self):
        self._say("Learning ...")
        if self.slow:
            await asyncio.Event().wait()
        self._say("Learnt.")

    async def rest(self):
        self.left.set()


@pytest.fixture
def reader(monkeypatch):
    monkeypatch.setattr(training, "Sandbox", Reader)
    Reader.slow = False
    Reader.left.clear()
    return Reader


def test_the_reader_gets_ready_while_questions_are_asked(tmp_path, reader):
    lines = []
    with Training(tmp_path) as one:
        one.wait(lines.append)
    assert lines == ["Learning ...", "Learnt."] and reader.left.is_set()


def test_whoever_leaves_early_ends_the_learning(tmp_path, reader):
    reader.slow = True
    with Training(tmp_path) as one:
        assert one.goes_on
    assert not one.goes_on and reader.left.is_set()


def test_a_reader_that_cannot_learn_keeps_nobody_waiting(tmp_path, reader, monkeypatch):
    async def fails(_self):
        raise Transient("no memory")

    monkeypatch.setattr(Reader, "ready", fails)
    with Training(tmp_path) as one:
        one.wait(lambda _line: None)
    assert not one.goes_on


def test_where_there_is_a_model_nothing_is_learnt_beforehand(tmp_path, reader):
    (tmp_path / "model-1.skops").write_text("")
    with Training(tmp_path) as one:
        assert not one.goes_on
    assert not reader.left.is_set()
