"""The parts of `init`: what flags must bring, where a password is held, what is guessed, what is written."""

import io
import os
import signal
import stat
import tomllib
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len
from support.talks import person, typing

from classifiers.values import Because, Headers, Reading, Verdict
from config.faults import ConfigError
from config.loader import settings_of
from config.providers import provider_for
from config.writer import Answers
from daemon.adapters.imap.folders import Listing
from daemon.adapters.imap.folders import Place as Namespace
from daemon.adapters.secrets import Source, secret_from
from daemon.commands.beginning import few, keeping, picture
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person, Stopped, is_plain
from daemon.commands.beginning.preview import Found
from daemon.commands.beginning.sampling import Sample, candidates
from daemon.commands.beginning.secret import Secret, at_hand, refuse_literal, secret_of
from daemon.commands.beginning.stage import stage
from daemon.core.entry import Entry, Place
from daemon.core.errors import NeedsOperator, WrongUse

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ANSWERS = Answers("Sam Rivera", "sam@example.org", "imap.example.org", None)


# --- what has to be given where nobody can be asked ---


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["--name", "--address", "--password"]),
        ({"name": "Sam", "address": "sam@gmail.com"}, ["--password"]),
        ({"name": "Sam", "address": "sam@b.example", "password_stdin": True}, []),
        ({"name": "Sam", "address": "sam@b.example", "password": "env:X", "dns": False}, ["--host"]),
        ({"name": "Sam", "address": "sam@outlook.com"}, ["--client-id"]),
    ],
)
def test_the_flags_that_are_missing_are_all_named(given, missing):
    assert Given(**given).missing() == missing


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"service": "root"}, "--service 'root' is none of user, system, none"),
        ({"keep_password": "clipboard"}, "none of file, keyring"),
        ({"password": "env:X", "password_stdin": True}, "give one of them"),
        ({"preview": True, "check": False}, "--no-check forbids it"),
    ],
)
def test_flags_that_cannot_be_meant_are_refused(given, words):
    with pytest.raises(WrongUse, match=words):
        Given(**given).sound()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": "Sam\n"}, "--name: holds a line break"),
        ({"address": "nonsense"}, '--address: "nonsense" is not a mail address'),
        ({"timezone": "Mars/Olympus"}, '--timezone: "Mars/Olympus" is not a time zone'),
        ({"holidays": "XX"}, '--holidays: "XX" is no country code'),
    ],
)
def test_an_answer_that_cannot_be_is_refused_before_anything_is_asked_or_tried(given, words):
    few.sound(Given(holidays="none", timezone="Europe/Berlin", name="Sam", address="sam@b.example"))
    with pytest.raises(WrongUse, match=words):
        few.sound(Given(**given))


# --- the talk ---


def test_a_default_is_taken_where_nobody_is_asked_and_nothing_else():
    nobody, _ = person(there=False)
    assert nobody.ask("Which?", "--which", "this") == "this"
    assert nobody.agrees("Really?", default=False) is False
    with pytest.raises(WrongUse, match="Nobody can be asked here, and --which is missing"):
        nobody.ask("Which?", "--which")


def test_yes_takes_defaults_and_asks_for_the_rest(monkeypatch):
    typing(monkeypatch, "typed")
    who, _ = person(yes=True)
    assert (who.ask("A?", "--a", "default"), who.ask("B?", "--b")) == ("default", "typed")


def test_an_answer_that_is_none_is_asked_again_and_not_for_ever(monkeypatch):
    typing(monkeypatch, "maybe", "", "", "", "")
    who, out = person()
    assert who.agrees("Really?") is True and "Please say y for yes" in out.getvalue()
    with pytest.raises(WrongUse, match="--name takes it as well"):
        who.ask("Name?", "--name")


def test_what_was_typed_before_a_question_does_not_agree_to_it(monkeypatch):
    class Screen(io.StringIO):
        def flush(self):
            if self.getvalue().endswith("[Y/n] "):
                os.write(keys, b"n\n")

    keys, terminal = os.openpty()
    with os.fdopen(terminal) as typed:
        monkeypatch.setattr("sys.stdin", typed)
        os.write(keys, b"\ny\n")
        assert Person(there=True, yes=False, plain=True, out=Screen()).agrees("Shall it be?") is False
    os.close(keys)


def test_the_end_of_the_input_is_the_end_of_the_talk(monkeypatch):
    typing(monkeypatch)
    with pytest.raises(Stopped, match="nothing was written"):
        person()[0].agrees("Really?")


def test_nothing_is_wider_than_the_screen_and_nothing_steers_it(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    who, out = person()
    who.say("word " * 40 + "\x1b[2J")
    assert max(map(len, out.getvalue().splitlines())) <= 60 and "\x1b" not in out.getvalue()


@pytest.mark.parametrize(
    ("asked", "terminal", "environ", "plain"),
    [
        (False, True, {"TERM": "xterm"}, False),
        (True, True, {"TERM": "xterm"}, True),
        (False, False, {"TERM": "xterm"}, True),
        (False, True, {"TERM": "xterm", "NO_COLOR": "1"}, True),
        (False, True, {"TERM": "xterm", "NO_COLOR": ""}, False),
        (False, True, {"TERM": "dumb"}, True),
        (False, True, {}, True),
    ],
)
def test_what_is_plain_is_known_by_the_flag_the_pipe_and_the_environment(asked, terminal, environ, plain):
    out = io.StringIO()
    out.isatty = lambda: terminal
    assert is_plain(asked, out, environ) is plain


# --- the password ---


def test_a_typed_password_is_at_hand_in_memory_and_nowhere_else():
    with at_hand(Secret("file", "", "s3cret ü")) as (kind, value):
        assert secret_from(Source(kind, value), "main").text == "s3cret ü"
        assert stat.S_IMODE(Path(value).stat().st_mode) == 0o600
        assert str(Path(value).readlink()).startswith("/memfd:")
    assert not Path(value).exists()


def test_a_password_never_shows_in_a_repr():
    assert "s3cret" not in repr(Secret("file", "", "s3cret"))


def test_enter_alone_asks_where_the_password_is_found_instead(monkeypatch):
    typing(monkeypatch, "command:pass show mail/sam", hidden=("",))
    found = secret_of(Given(), "sam", person()[0])
    assert (found.kind, found.value, found.typed) == ("command", "pass show mail/sam", "")


def test_a_password_comes_by_standard_input_without_its_line_break(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(" s3cret \r\nmore\n"))
    assert secret_of(Given(password_stdin=True), "sam", person(there=False)[0]).typed == " s3cret "


@pytest.mark.parametrize("text", ["hunter2", "hunter2:x", "env:", ":x", "file: "])
def test_a_password_as_a_flag_is_refused_and_not_repeated(text):
    with pytest.raises(WrongUse, match="never goes into the settings") as caught:
        refuse_literal(Given(password=text))
    assert "hunter2" not in str(caught.value)


def test_an_empty_password_is_refused(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(WrongUse, match="empty"):
        secret_of(Given(password_stdin=True), "sam", person(there=False)[0])


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_password_that_is_no_text_is_refused(monkeypatch, errors):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"s3\xffcret\n"), "utf-8", errors))
    with pytest.raises(WrongUse, match="not UTF-8 text") as caught:
        secret_of(Given(password_stdin=True), "sam", person(there=False)[0])
    assert "cret" not in str(caught.value)


# --- the few other questions ---


@pytest.mark.parametrize(
    ("zone", "locale", "country"),
    [
        ("Europe/Berlin", "en_US.UTF-8", "DE"),
        ("Europe/Lisbon", "", "PT"),
        ("Etc/UTC", "de_AT.UTF-8", "AT"),
        ("UTC", "C.UTF-8", ""),
        ("../../etc/passwd", "xx_QQ", ""),
    ],
)
def test_the_country_is_guessed_by_the_zone_and_then_by_the_locale(zone, locale, country):
    assert few.country_of(zone, {"LANG": locale}) == country


def test_a_bridge_has_a_certificate_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "own.pem").write_text("")
    typing(monkeypatch, str(tmp_path / "none.pem"), str(tmp_path / "own.pem"))
    who, out = person()
    assert few.certificate(Given(), provider_for("sam@proton.me"), who) == str(tmp_path / "own.pem")
    assert "there is no such file" in out.getvalue()
    assert few.certificate(Given(), provider_for("sam@gmail.com"), who) == ""
    assert few.certificate(Given(ca_file="x"), provider_for("sam@proton.me"), who) == "x"
    assert few.certificate(Given(), provider_for("sam@proton.me"), person(there=False)[0]) == ""


def test_enter_takes_what_was_guessed(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    typing(monkeypatch, "")
    who, out = person()
    assert few.habits(Given(), "Sam Rivera", who) == few.Habits("Europe/Berlin", "DE", "")
    assert few.habits(Given(holidays="at"), "Sam Rivera", person(there=False)[0]).holidays == "AT"
    assert "the public holidays of DE are kept free" in out.getvalue()


def test_what_was_guessed_wrong_is_asked_one_by_one(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    typing(monkeypatch, "n", "Europe/Nowhere", "Europe/Vienna", "none", "S. Rivera")
    who, out = person()
    assert few.habits(Given(), "Sam Rivera", who) == few.Habits("Europe/Vienna", "", "S. Rivera")
    assert "is not a time zone" in out.getvalue()


def test_a_machine_that_runs_in_utc_is_not_believed(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    typing(monkeypatch, "Europe/Zurich", "y")
    who, out = person()
    assert few.habits(Given(), "Sam Rivera", who) == few.Habits("Europe/Zurich", "CH", "")
    assert "This machine's clock runs in UTC." in out.getvalue()


def test_nobody_there_leaves_the_zone_to_the_machine(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert few.habits(Given(holidays="none"), "Sam", person(there=False)[0]) == few.Habits("", "", "")


def test_a_folder_that_is_not_there_is_named():
    there = Listing((((), "INBOX"), ((), "Junk")))
    assert few.folders(Given(folders="inbox, Junk"), there) == ["inbox", "Junk"]
    with pytest.raises(WrongUse, match=r"'Spam', which is not there\. There are: INBOX, Junk"):
        few.folders(Given(folders="INBOX,Spam"), there)


SAMPLES = [Sample("Junk", 90, 50, 4, 2), Sample("Archive", 20, 20, 3, 0), Sample("Jobs", 9, 9, 1, 1)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", ["Junk", "Jobs"]), ("2", ["Archive"]), ("1, 3", ["Junk", "Jobs"]), ("none", []), ("NONE", [])],
)
def test_folders_are_chosen_by_number_and_those_with_rejections_by_enter(monkeypatch, typed, expected):
    typing(monkeypatch, typed)
    assert few.chosen(SAMPLES, person()[0]) == expected


def test_a_number_that_is_not_there_is_asked_again(monkeypatch):
    typing(monkeypatch, "4", "Junk", "3")
    who, out = person()
    assert few.chosen(SAMPLES, who) == ["Jobs"]
    assert "there are the numbers 1 to 3" in out.getvalue()


def test_drafts_sent_trash_views_and_other_peoples_folders_are_never_offered():
    entries = [
        ((), "INBOX"), ((b"\\Drafts",), "Entwürfe"), ((b"\\Sent",), "Sent"), ((), "Papierkorb"), ((b"\\All",), "All"),
        ((b"\\Flagged",), "Starred"), ((b"\\IMPORTANT",), "Important"), ((), "Shared/Jobs"), ((), "alpha"),
        ((b"\\Archive",), "Zarchive"), ((b"\\Junk",), "Spam"), ((), "Watched"),
    ]  # fmt: skip
    places = (Namespace("", "/"), Namespace("Shared/", "/", personal=False))
    assert candidates(Listing(tuple(entries), places), _account(["INBOX", "Watched"])) == ["Spam", "Zarchive", "alpha"]


def _account(folders):
    account = {"host": "imap.example.org", "password": {"env": "X"}, "folders": folders}
    return settings_of({"me": {"name": "Sam", "address": "s@example.org"}, "account": [account]}).account[0]


# --- the preview ---


def _entry(number, sentence="We went with somebody else.", company="Fernhill", label="rejection"):
    verdict = Verdict(label, 0.99, {label: 0.99}, (Because(sentence, 0.8),), company, "Data Engineer")
    place = Place("main", "INBOX", 1, number)
    return Entry(b"", place, NOW - timedelta(days=number), NOW, Reading(Headers(), verdict), "act")


def _shown(monkeypatch, found, *, plain=False, columns=80, lines=24):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("LINES", str(lines))
    who, out = person(plain=plain)
    picture.show(found, "90 days", "14 days", who)
    return out.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines()


LONG = "Nach reiflicher Überlegung haben wir uns für eine andere Person entschieden, deren Erfahrung besser passt. "
FULL = {"interview": 2, "acknowledgement": 1, "assessment": 3, "offer": 1, "outreach": 4, "job_alert": 9}


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (40, 24), (100, 50)])
@pytest.mark.parametrize("company", ["Fernhill", "会社" * 40, "A\x1b[31mB\nC", "x" * 300])
def test_no_line_of_the_preview_is_wider_than_the_screen(monkeypatch, plain, columns, lines, company):
    entries = [_entry(number, LONG * 3, company) for number in range(30)]
    shown = _shown(
        monkeypatch, Found(400, 2, entries, FULL, 7, 3, 2, NOW, 9), plain=plain, columns=columns, lines=lines
    )
    wide = [line for line in shown if cell_len(line) > columns]
    assert not [line for line in wide if " " in line.strip()], wide  # one word alone cannot be made narrower
    assert not any("\x1b" in line for line in shown)


def test_the_preview_stays_on_one_screen(monkeypatch):
    entries = [_entry(number, LONG) for number in range(30)]
    shown = _shown(monkeypatch, Found(400, 2, entries, FULL, 7, 3, 2, NOW, 9))
    assert len(shown[1:]) < 24, "\n".join(shown)  # an empty line before it, and the question after it
    assert shown[1] == "400 mails of the last 90 days read; 30 rejections found:"
    assert "and 23 older ones." in " ".join(shown)


def test_the_preview_says_what_would_come_of_it(monkeypatch):
    words = " ".join(" ".join(_shown(monkeypatch, Found(400, 2, [_entry(1)], FULL, 1, 3, 1, NOW, 1))).split())
    assert "1 rejection found:" in words and "“We went with somebody else.”" in words
    assert "Also about jobs: 2 about interviews, 1 acknowledgement, 3 tests to take, 1 offer, 4 from" in words
    assert "It is unsure about 1 more, and would ask you. 2 mails could not be read." in words
    assert "It would lay 3 drafts and 1 note to yourself into your Drafts folder, the first on Monday, 2 March" in words
    assert "1 rejection came more than 14 days ago: only logged." in words


def test_an_empty_mailbox_has_an_honest_preview(monkeypatch):
    words = " ".join(_shown(monkeypatch, Found(0, 0, [], {}, 0, 0, 0, None, 0)))
    assert "0 mails of the last 90 days read; none of them is surely a rejection." in words
    assert "No other mail is about a job. It would lay no draft now" in words


def test_a_screen_reader_hears_one_sentence_a_rejection(monkeypatch):
    shown = _shown(monkeypatch, Found(1, 0, [_entry(1)], {}, 0, 0, 0, None, 0), plain=True, columns=100)
    assert "1 March: Fernhill, Data Engineer. “We went with somebody else.”" in shown


# --- writing it down ---


def _keep(folder, text="[me]\n", typed="s3cret"):
    with stage(folder / "c" / "config.toml", folder / "state") as made:
        (made.state / "model").mkdir(exist_ok=True)
        (made.state / "model" / "model-1.skops").write_text("m")
        (made.state / "oauth").mkdir()
        (made.state / "oauth" / "main.json").write_text("{}")
        secret = keeping.place_of(Secret("file", "", typed), made, Given(keep_password="file"), person()[0])
        keeping.keep(made, folder / "state", text, secret, "sam")
    return secret


def test_all_is_kept_where_only_its_owner_can_read_it(tmp_path):
    secret = _keep(tmp_path)
    files = {path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    names = ["c/config.toml", "c/secret", "state/model/model-1.skops", "state/oauth/main.json"]
    assert files == {tmp_path / name: 0o600 for name in names}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_dir()} == {0o700}
    assert secret_from(Source("file", secret.value), "main").text == "s3cret"


def test_when_the_settings_cannot_be_written_nothing_is_left(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "config.toml").write_text("mine")
    with pytest.raises(ConfigError, match="was not touched"):
        _keep(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "c" / "config.toml"]
    assert not (tmp_path / "state").exists()


def test_a_password_file_that_is_there_is_never_written_over(tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "secret").write_text("another")
    assert _keep(tmp_path).value.endswith("/secret-2")
    assert (tmp_path / "c" / "secret").read_text() == "another"


def test_a_state_directory_that_is_there_keeps_what_it_has(tmp_path):
    (tmp_path / "state" / "model").mkdir(parents=True)
    (tmp_path / "state" / "model" / "model-1.skops").write_text("older")
    _keep(tmp_path)
    assert (tmp_path / "state" / "model" / "model-1.skops").read_text() == "older"
    assert (tmp_path / "state" / "oauth" / "main.json").exists()


@pytest.mark.parametrize("link", ["model", "model/model-1.skops"])
def test_nothing_is_written_through_a_link_that_lies_in_the_state_directory(tmp_path, link):
    with stage(tmp_path / "config.toml", tmp_path / "state") as made:
        (made.state / "model").mkdir()
        (made.state / "model" / "model-1.skops").write_text("m")
        (tmp_path / "roots").mkdir()
        (tmp_path / "state" / link).parent.mkdir(parents=True)
        (tmp_path / "state" / link).symlink_to(tmp_path / "roots" / ("" if link == "model" else "made"))
        with suppress(NotADirectoryError):
            keeping.keep(made, tmp_path / "state", "[me]\n", None, "sam")
    assert list((tmp_path / "roots").iterdir()) == []


def test_a_model_in_somebody_elses_folder_is_not_taken(tmp_path, monkeypatch):
    (tmp_path / "state" / "model").mkdir(parents=True)
    (tmp_path / "state" / "model" / "model-1.skops").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("of root")
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "state").stat().st_uid + 1)
    with stage(tmp_path / "config.toml", tmp_path / "state") as made:
        assert list(made.folder.rglob("*.skops")) == []


def test_a_keyring_that_is_not_there_is_said_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with stage(tmp_path / "config.toml", tmp_path / "state") as made:
        secret = keeping.place_of(Secret("file", "", "x"), made, Given(keep_password="keyring"), person()[0])
        with pytest.raises(NeedsOperator, match=r"highroad\[keyring\]"):
            keeping.keep(made, tmp_path / "state", "[me]\n", secret, "sam")
    assert list(tmp_path.iterdir()) == []


def test_the_settings_name_the_place_and_never_the_password():
    text = keeping.text_of(ANSWERS, Secret("file", "/home/sam/secret", "s3cret"))
    assert tomllib.loads(text)["account"][0]["password"] == {"file": "/home/sam/secret"}
    assert "s3cret" not in text


def test_the_stage_is_swept_however_it_ends(tmp_path):
    made = []

    def closed():
        with stage(tmp_path / "config.toml", tmp_path / "state") as one:
            made.append(one.folder)
            os.kill(os.getpid(), signal.SIGHUP)

    with pytest.raises(KeyboardInterrupt):
        closed()
    assert not made[0].exists()


def test_a_certificate_is_looked_for_where_the_settings_will_mean_it(tmp_path):
    answers = Answers("Sam", "sam@example.org", "imap.example.org", None, ca_file="own.pem")
    with (
        stage(tmp_path / "config.toml", tmp_path / "state") as made,
        made.loaded(answers, Secret("env", "X")) as loaded,
    ):
        assert loaded.settings.account[0].ca_file == str(tmp_path / "own.pem")
        assert (loaded.path, loaded.state_dir) == (tmp_path / "config.toml", made.state)
