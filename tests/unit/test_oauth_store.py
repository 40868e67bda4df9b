"""Tokens on disk: rights, replacing as a whole, and what an exchange that was cut off leaves behind."""

import errno
import json
import os
import stat

import pytest

from daemon.adapters.oauth import store as module
from daemon.adapters.oauth.store import TokenStore, usable
from daemon.adapters.oauth.values import Client, Grant
from daemon.core.errors import NeedsOperator, Transient

CLIENT = Client("main", "Example", "https://login.example/token", "me")
GRANT = Grant("id", CLIENT.mark, 1000.0, 4600.0, "pl4nted-access", "pl4nted-refresh")


@pytest.fixture
def store(tmp_path):
    return TokenStore(tmp_path, "main")


def kept(store, grant=GRANT):
    with store.locked():
        store.save(grant)
    return store.path


def test_what_is_saved_is_loaded(store):
    assert store.load() is None
    kept(store)
    assert store.load() == GRANT and store.load().access == "pl4nted-access"


def test_only_the_owner_reads_it_whatever_the_umask(store):
    before = os.umask(0)
    try:
        path = kept(store)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", "a/b", "ä" * 300, "a\0b", ".", "sam@example.org", "my mail"]
)
def test_any_account_name_gives_a_file_in_its_folder(tmp_path, name):
    store = TokenStore(tmp_path, name)
    kept(store)
    assert store.path.parent == tmp_path / "oauth" and store.path.is_file() and store.load() == GRANT


def test_two_accounts_do_not_share_a_file(tmp_path):
    assert TokenStore(tmp_path, "a/b").path != TokenStore(tmp_path, "a%2Fb").path


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"id": 1}', b"\xff", b"\0" * 100])
def test_a_damaged_file_is_a_sentence_without_its_content(store, content):
    kept(store).write_bytes(content)
    with pytest.raises(NeedsOperator, match=r"damaged\. To mend it say `highroad login main`") as caught:
        store.load()
    assert caught.value.__context__ is None and caught.value.__cause__ is None


def test_a_symbolic_link_is_not_written_through(store, tmp_path):
    path, target = kept(store), tmp_path / "target"
    target.write_text("precious")
    path.with_suffix(".new").symlink_to(target)
    with store.locked(), pytest.raises(NeedsOperator):
        store.save(GRANT)
    assert target.read_text() == "precious"


def test_room_is_taken_before_it_is_needed(store):
    kept(store)
    with store.locked():
        store.reserve()
        assert store.path.with_suffix(".new").stat().st_size > 60_000
        store.save(GRANT)
        assert not store.path.with_suffix(".new").exists()
        assert store.path.stat().st_size < 1000


def test_a_full_disk_is_noticed_before_anything_is_asked(store, monkeypatch):
    kept(store)

    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "posix_fallocate", full)
    with store.locked(), pytest.raises(Transient, match="No space left"):
        store.reserve()
    assert store.load() == GRANT and not store.recover()


def test_an_exchange_that_was_cut_off_before_its_answer_is_told(store):
    kept(store)
    with store.locked():
        store.reserve()
    with store.locked():
        assert store.recover()
        assert store.load() == GRANT


@pytest.mark.parametrize("padding", [b"", b"\0" * 5000])
def test_an_answer_that_was_kept_and_not_put_in_its_place_is_put_there(store, padding):
    newer = Grant("id", CLIENT.mark, 2000.0, 5600.0, "newer", "newer-refresh")
    kept(store).with_suffix(".new").write_bytes(json.dumps(newer.to_json()).encode() + padding)
    with store.locked():
        assert not store.recover()
    assert store.load() == newer


@pytest.mark.parametrize("length", [0, 1, 40, 100])
def test_half_an_answer_is_none(store, length):
    text = json.dumps(GRANT.to_json()).encode()
    kept(store).with_suffix(".new").write_bytes(text[:length] + b"\0" * 5000)
    with store.locked():
        assert store.recover()
    assert store.load() == GRANT


def test_a_grant_of_another_client_is_of_no_use(store):
    kept(store)
    assert usable(store, CLIENT) == GRANT
    for other in (
        Client("main", "Example", "https://login.example/token", "another"),
        Client("main", "Example", "https://elsewhere.example/token", "me"),
        Client("main", "Example", "https://login.example/token", "me", scope="more"),
    ):
        with pytest.raises(NeedsOperator, match="another client or scope"):
            usable(store, other)


def test_without_a_log_in_it_says_to_log_in(store):
    with pytest.raises(NeedsOperator, match="highroad login main"):
        usable(store, CLIENT)


@pytest.mark.parametrize(
    ("life", "early"),
    [(3600, 300), (86400, 300), (1500, 300), (600, 120), (60, 12), (5, 1), (0, 0)],
)
def test_a_token_is_renewed_five_minutes_early_and_no_later_than_at_four_fifths_of_its_life(life, early):
    grant = Grant("id", "", 1000.0, 1000.0 + life, "a", "r")
    end = 1000.0 + life - early
    assert grant.due(end) and (not life or not grant.due(end - 0.5))
    assert grant.ended(1000.0 + life) and (not life or not grant.ended(999.0 + life))


def test_a_clock_that_went_back_by_much_makes_a_token_due():
    grant = Grant("id", "", 100_000.0, 103_600.0, "a", "r")
    assert grant.due(50_000.0) and not grant.due(99_990.0)
