"""The status as a person reads it, and as a monitor does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from support.rows import planned
from support.settings import MAIN, MINIMAL

from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.messages import SetAside
from daemon.adapters.journal.store import FILE_NAME
from daemon.adapters.lock import Holder, Lock
from daemon.commands.context import Context
from daemon.commands.monitor import Wish, check
from daemon.commands.status import looked, status
from daemon.commands.status_view import status_lines
from daemon.core.entry import Cursor, Place
from daemon.core.health import Figure, Limits, Severity, called, figures, findings, worst
from daemon.core.job import State
from daemon.reports_status import Asked, gaps, status_row

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
RUNNING = Holder(7, 61.0, NOW - 3 * HOUR)
SECRET = "sam@example.org"


class Home:
    """Settings and a journal; what is said of them."""

    def __init__(self, folder, accounts=MAIN):
        folder.mkdir(exist_ok=True)
        (folder / "config.toml").write_text(MINIMAL + accounts)
        self.folder, self.context = folder, Context(folder / "config.toml", folder / "state")
        self.journal = open_journal(folder / "state")

    def folder_read(self, name="INBOX", account="main", ago=timedelta(minutes=3), **counts):
        counts = {"server_messages": 12, "seen": 10, "older": 2, **counts}
        self.journal.folders.save(Cursor(account, name, 1, uidnext=13, last_sync=NOW - ago, **counts))

    def say(self, account="main", duty="reading", ago=HOUR, problem=None, waits=False):
        self.journal.folders.say(account, duty, NOW - ago, connected=not problem, problem=problem, waits=waits)

    def row(self, holder=RUNNING, **parts):
        return status_row(self.journal, Asked(["main"], holder, now=NOW, **parts))

    def picture(self, holder=RUNNING, **parts):
        row = self.row(holder, **parts)
        return list(status_lines(row, list(gaps(row)), NOW))

    def found(self, limits=None, holder=RUNNING):
        return [(one.severity.name, one.text) for one in findings(self.row(holder), limits or Limits(), NOW)]


@pytest.fixture
def home(tmp_path):
    found = Home(tmp_path)
    yield found
    found.journal.close()


def flat(lines):
    return " ".join(" ".join(lines).split())


def test_all_is_well_at_one_look(home):
    home.folder_read()
    home.say()
    planned(home.journal, placed_at=NOW - timedelta(days=4), state=State.PLACED)
    planned(home.journal, number=2, due=NOW + HOUR)
    home.journal.notices.renew("backup", "/home/sam/monday.db", NOW - timedelta(days=2))
    lines = home.picture()
    assert lines[0] == "All is well."
    text = flat(lines)
    for said in (
        "Service: running since", "(3 hours ago), 61 MiB of memory, as process 7",
        "Account main: connected, last look", "(3 minutes ago) INBOX: 10 of 10 mails seen, 2 older ones left out",
        "Drafts: 1 waits in your Drafts folder, since", "(4 days ago)", "Planned: next a thank-you,",
        "To review: nothing", "Last digest: none yet", "Last backup:", "(2 days ago): /home/sam/monday.db",
    ):  # fmt: skip
        assert said in text, said
    assert "Not as it should be" not in text


def test_what_is_wrong_comes_first_in_a_word_and_last_in_full(home):
    home.folder_read(server_messages=14)
    home.say(problem='imap.example refused the password of "main".', waits=True, ago=30 * HOUR)
    home.journal.notices.set("settings", "classifier.act is not a number.", NOW - HOUR)
    lines = home.picture(helps={"main": "highroad login main"})
    text = flat(lines)
    assert lines[0] == "3 things are not as it should be; see the end."
    assert "say `highroad login main`" in text and "2 not read yet" in text
    assert "The server holds 2 messages that were not read yet; the next pass reads them." in text
    assert "Not as it should be: 1. main: reading waits for you since" in text
    assert "settings, since" in text and "classifier.act is not a number." in text


def test_what_the_server_holds_and_the_journal_has_not_seen_is_said(home):
    home.folder_read(seen=9)
    row = home.row()
    assert row["accounts"][0]["folders"][0]["missing"] == 1
    assert "9 of 10 mails seen, 1 not read yet" in flat(home.picture())
    assert list(gaps(row)) == ["main/INBOX: The server holds a message that was not read yet; the next pass reads it."]
    home.journal.folders.save(Cursor("main", "INBOX", 1))
    assert "the service goes on with it." in next(iter(gaps(home.row())))
    assert "`highroad scan` finishes it." in next(iter(gaps(home.row(None))))


def test_it_fits_80_columns_without_colour_and_without_what_steers_a_terminal(home, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    long = "Highroad/" + "A folder with a long name that somebody made, with many words " * 2
    home.folder_read(long)
    home.say(problem="\x1b[31mThe server said something long. " * 9, waits=True)
    home.journal.notices.set("settings", "A long sentence. " * 20, NOW)
    status(home.context, as_json=False)
    out = capsys.readouterr().out
    assert "\x1b" not in out and max(map(len, out.splitlines())) <= 80


def test_colour_repeats_the_first_line_and_no_color_is_respected(home, monkeypatch):
    home.folder_read()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert home.picture()[0] == "\x1b[32mAll is well.\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert home.picture()[0] == "All is well."


def test_alarms_and_notices_are_told(home):
    home.journal.notices.renew("journal", "It was rebuilt.", NOW - timedelta(days=9))
    text = flat(home.picture(None))
    assert "Service: not running; `highroad run` starts it" in text
    assert text.startswith("Nothing is wrong, but the service is not running.")
    assert "Notice:" in text and "It was rebuilt." in text
    home.journal.notices.renew("journal", "It was rebuilt.", NOW - timedelta(days=2))
    assert "1. journal, since" in flat(home.picture(None))
    home.journal.notices.renew("journal", "It was rebuilt.", NOW - timedelta(days=30))
    assert "rebuilt" not in flat(home.picture(None))


def test_since_when_an_account_waits_is_since_it_first_did(home):
    home.say(problem="No (1).", waits=True, ago=30 * HOUR)
    home.say(problem="No (2).", waits=True, ago=HOUR)
    (account,) = home.row()["accounts"]
    assert account["needs"]["since"] == account["problems"][0]["since"] == (NOW - 30 * HOUR).isoformat()


def test_the_contract_keeps_its_fields(home):
    home.folder_read()
    row = json.loads(json.dumps(home.row()))
    assert {"server_messages", "seen", "unreadable", "last_sync", "older", "verified", "problem"} <= set(
        row["accounts"][0]["folders"][0]
    )
    assert {"account", "connected", "problem", "problems", "folders", "needs"} <= set(row["accounts"][0])
    assert {"pid", "memory_mib", "uptime_seconds"} <= set(row["daemon"])


def test_what_is_watched_no_more_is_no_trouble_any_more(home):
    home.folder_read()
    home.folder_read("Junk", seen=3)
    home.folder_read(account="gone", seen=3, ago=900 * HOUR)
    home.say("gone", problem="No.", waits=True)
    home.journal.notices.set("behind/main/Junk", "There.", NOW - 99 * HOUR)
    row = home.row(folders={"main": ["INBOX"]})
    assert list(gaps(row)) == [] and findings(row, Limits(), NOW) == []
    text = flat(status_lines(row, [], NOW))
    assert "Account gone: not in the settings any more" in text and "Junk" not in text
    assert str(figures(row, Limits(), NOW)[0]) == "accounts=1;;;0"
    assert home.row()["accounts"][0]["folders"][1]["missing"] == 7  # where it is not known what is watched
    assert [one["account"] for one in looked(home.context)["accounts"] if one["watched"]] == ["main"]


# For a monitor.


def test_a_monitor_hears_that_all_is_well(home):
    home.folder_read()
    home.say()
    assert home.found() == []
    assert worst(findings(home.row(), Limits(), NOW)) is Severity.OK


@pytest.mark.parametrize(
    ("hours", "found"), [(1.9, None), (2, "WARNING"), (23.9, "WARNING"), (24, "CRITICAL"), (500, "CRITICAL")]
)
def test_the_last_look_ages(home, hours, found):
    home.folder_read(ago=hours * HOUR)
    assert [one[0] for one in home.found()] == ([found] if found else [])


@pytest.mark.parametrize(("hours", "found"), [(0, "WARNING"), (23.9, "WARNING"), (24, "CRITICAL")])
def test_an_account_that_waits_for_the_person_warns_at_once_and_is_critical_after_a_day(home, hours, found):
    home.folder_read(ago=90 * HOUR)
    home.say(problem="No.", waits=True, ago=hours * HOUR)
    ((severity, text),) = home.found()
    assert severity == found and text.startswith("account main needs you since")


def test_every_trouble_of_the_house_is_a_finding(home):
    home.folder_read(seen=8)
    home.journal.notices.set("behind/main/INBOX", "There.", NOW - 25 * HOUR)
    home.say(duty="placing", problem="It is full.")
    for number in range(11):
        place = Place("main", "INBOX", 1, number + 1)
        home.journal.messages.set_aside(SetAside(bytes([number]) * 32, place, "It froze.", "1", NOW))
    for key in ("settings", "journal", "no-way", "else"):
        home.journal.notices.set(key, "So it is.", NOW - HOUR)
    told = home.found(holder=None)
    assert [severity for severity, _ in told].count("CRITICAL") == 2  # not running; nothing could be read for a day
    for part in (
        "not running", "nothing new could be read", "holds 2 mails", "draft cannot be laid", "11 mails of the last",
        "changed settings", "rebuilt lately", "no mail to tell it by", "has a notice",
    ):  # fmt: skip
        assert any(part in text for _, text in told), part
    assert not any("not running" in text for _, text in home.found(Limits(service=False), holder=None))


def test_an_account_not_read_yet_is_a_warning(home):
    assert home.found() == [("WARNING", "account main has not been read to its end yet.")]


@pytest.mark.parametrize(
    ("name", "said"),
    [("main", "account main"), ("sam@example.org", "account 3"), ("a|b", "account 3"), ("it's", "account 3")],
)
def test_an_account_is_named_only_if_its_name_is_no_address(name, said):
    assert called(name, 3) == said


PERFDATA = re.compile(r"[a-z_]+=[0-9.]+(s|MB)?;[0-9.]*;[0-9.]*;0")


def test_the_first_line_has_the_form_of_a_plugin_and_nothing_private(home, capsys):
    settings = home.folder / "config.toml"
    settings.write_text(settings.read_text() + 'folders = ["Ann & Bob | letters"]\n')
    home.folder_read(name="Ann & Bob | letters", seen=3)
    home.say(problem=f"The server refused {SECRET}.", waits=True, ago=30 * HOUR)
    home.journal.notices.set("settings", f"me.address {SECRET} is wrong.", NOW)
    assert check(home.context, Wish("2h", "24h", "24h", 10), as_json=False) == 2
    first, *more = capsys.readouterr().out.splitlines()
    text, _, figures = first.partition(" | ")
    assert re.match(r"HIGHROAD CRITICAL - The service is not running\. \(and \d more\)", text)
    assert all(PERFDATA.fullmatch(one) for one in figures.split()) and "unseen=7;0;;0" in figures
    assert more and all(re.match(r"(WARNING|CRITICAL): ", line) for line in more)
    assert not any(private in "\n".join([first, *more]) for private in (SECRET, "Ann", "letters"))


def test_programs_get_the_same_and_the_same_exit_code(home, capsys):
    home.folder_read()
    with Lock(home.folder / "state"):
        assert check(home.context, Wish("2h", "24h", "24h", 10), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["code"], told["summary"]) == ("OK", 0, "watching 1 account, 0 drafts wait")
    assert told["figures"]["age"]["crit"] == 86_400 and told["findings"] == []


def test_what_cannot_be_known_is_unknown(tmp_path, capsys):
    wish = Wish("2h", "24h", "24h", 10)
    assert check(Context(tmp_path / "none.toml", tmp_path), wish, as_json=False) == 3
    (tmp_path / "config.toml").write_text(MINIMAL + MAIN)
    context = Context(tmp_path / "config.toml", tmp_path / "state")
    assert check(context, wish, as_json=False) == 3
    assert check(context, Wish("soon", "24h", "24h", 10), as_json=False) == 3
    said = capsys.readouterr().out.splitlines()
    assert all(line.startswith("HIGHROAD UNKNOWN - ") for line in said) and "highroad init" in said[0]
    assert "nothing has been read" in said[1] and '"soon" is not a duration' in said[2]


def test_a_damaged_journal_is_critical(home, capsys):
    home.journal.close()
    (home.folder / "state" / FILE_NAME).write_bytes(b"no database at all" * 300)
    for name in ("-wal", "-shm"):
        (home.folder / "state" / f"{FILE_NAME}{name}").unlink(missing_ok=True)
    assert check(home.context, Wish("2h", "24h", "24h", 10), as_json=False) == 2
    assert "The journal is damaged" in capsys.readouterr().out


def test_settings_that_cannot_be_read_are_a_warning(home, capsys):
    home.folder_read()
    (home.folder / "config.toml").write_text("name = [")
    with Lock(home.folder / "state"):
        assert check(home.context, Wish("2h", "24h", "24h", 10), as_json=False) == 1
    assert "The settings cannot be read" in capsys.readouterr().out


def test_a_figure_leaves_out_what_it_does_not_know():
    assert str(Figure("age", 12.34, "s", 7200)) == "age=12.3s;7200;;0"


def test_the_status_of_now_is_quick_to_load():
    """Neither the settings' schema nor what draws tables is loaded for it."""
    code = (
        "import sys, daemon.commands.status, daemon.commands.status_view, daemon.commands.monitor; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert not {"pydantic", "rich", "jinja2", "holidays", "asyncio"} & set(loaded)


def test_looking_needs_no_sound_settings(home):
    (home.folder / "config.toml").write_text("name = [")
    home.folder_read()
    assert [one["account"] for one in looked(home.context)["accounts"]] == ["main"]
