"""Yesterday's journal on today's mailbox: what was laid since is not laid again, what came since is planned once."""

from __future__ import annotations

import contextlib
import email
import io
import json
import re
import shutil
from datetime import timedelta

import pytest
from support.cli import Home
from support.clock import MONDAY
from support.corevalues import policy
from support.minds import mail
from support.rooms import ALWAYS
from support.rounds import lay, own_answer, person, read

from daemon.adapters.imap.placing import Placing
from daemon.adapters.journal.copies import back_up
from daemon.adapters.lock import Lock
from daemon.commands import restore as restoring
from daemon.commands.context import Context
from daemon.commands.review import review
from daemon.core.job import State

YESTERDAY, TODAY = MONDAY + timedelta(hours=23), MONDAY + timedelta(hours=26)
LEFT, SENT, EDITED, DELETED, TRASHED, LATER, LATE, NEW = range(1, 9)
"""What became of the draft for the mail of that number: LATER is not due yet, LATE and NEW came after the backup."""
RULES = policy(hours=ALWAYS, per_day=100, per_company=100)


async def deliver(server, number, at):
    await server.deliver(mail(number, at=at, **person(number)), at=at)


def numbered(one):
    """The drafts by the number of the mail they answer."""
    return {int(re.search(r"\d+", job.recipient)[0]): job for job in one.jobs()}


async def drafts(server):
    """{number: (uid, raw)} of what lies in Drafts."""
    uids, raws = sorted(await server.snapshot("Drafts")), await server.messages("Drafts")
    answered = (int(re.search(r"\d+", email.message_from_bytes(raw)["In-Reply-To"])[0]) for raw in raws)
    return dict(zip(answered, zip(uids, raws, strict=True), strict=True))


async def yesterday(one, server, file):
    for number in (LEFT, SENT, EDITED, DELETED, TRASHED):
        await deliver(server, number, MONDAY)
    await deliver(server, LATER, MONDAY + timedelta(hours=22))
    one.clock.at = YESTERDAY
    await read(one, server)
    back_up(one.journal.store, file, replace=False)


async def today(one, server):
    """The drafts that are due are laid, and the person deals with them."""
    await deliver(server, LATE, MONDAY + timedelta(hours=1))  # moved in from elsewhere
    await deliver(server, NEW, YESTERDAY)
    one.clock.at = TODAY
    await read(one, server)
    assert len(await lay(one, server)) == 6
    found = await drafts(server)
    await server.deliver(own_answer(found[SENT][1]), "Sent", TODAY)
    await server.deliver(own_answer(found[EDITED][1]), "Drafts", TODAY)
    await server.deliver(found[TRASHED][1], "Trash", TODAY)
    for number in (SENT, EDITED, DELETED, TRASHED, LATE):
        await server.expunge(found[number][0], "Drafts")


def put_back(way, state, file, clock, monkeypatch):
    if way == "copy":
        shutil.copy(file, state / "journal.db")
        return
    monkeypatch.setattr(restoring, "SystemClock", lambda: clock)
    assert restoring.restore(Context(None, state), file, dry_run=False, as_json=False) == 0


@pytest.mark.parametrize("way", ["restore", "copy"])
async def test_yesterdays_journal_lays_nothing_again_and_loses_nothing(
    way, server, house, tmp_path, monkeypatch, capsys
):
    one, file = house(rules=RULES), tmp_path / "backup.db"
    await yesterday(one, server, file)
    await today(one, server)
    one.journal.close()
    before = await server.snapshot("Drafts")

    put_back(way, tmp_path / "state", file, one.clock, monkeypatch)
    one = house(rules=RULES, clock=one.clock)
    assert one.journal.after_restore(TODAY) == (5 if way == "copy" else 0)
    await read(one, server)
    assert one.writer.has_work()
    assert await lay(one, server) == []
    assert await server.snapshot("Drafts") == before
    states = {number: job.state for number, job in numbered(one).items()}
    answered = dict.fromkeys((LEFT, SENT, EDITED, TRASHED), State.ANSWERED)
    assert states == answered | {DELETED: State.HELD, LATE: State.HELD, LATER: State.PLANNED, NEW: State.PLANNED}
    assert len(one.journal.messages.log()) == 8
    assert not one.writer.has_work()

    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nn\n"))
    monkeypatch.setattr("daemon.commands.held.SystemClock", lambda: one.clock)
    assert review(Context(None, tmp_path / "state"), as_json=False) == 0
    assert capsys.readouterr().out.count("It was due before the journal was restored") == 2
    assert [job.id for job in await lay(one, server)] == [numbered(one)[DELETED].id]
    assert numbered(one)[LATE].state == State.CANCELLED
    one.clock.advance(days=3)
    await read(one, server)
    assert len(await lay(one, server)) == 2
    assert sorted(await drafts(server)) == [LEFT, EDITED, DELETED, LATER, NEW]
    assert await lay(one, server) == []
    assert one.journal.store.faults() == []


@pytest.mark.parametrize("way", ["restore", "copy"])
@pytest.mark.parametrize("fate", ["left", "deleted"])
async def test_what_was_being_laid_at_the_moment_of_the_backup_is_looked_for(
    way, fate, server, house, tmp_path, monkeypatch
):
    one, file = house(rules=RULES), tmp_path / "backup.db"
    await deliver(server, 1, MONDAY)
    await read(one, server)
    one.clock.at = TODAY
    append = Placing.append

    async def back_up_and_append(box, message, at):
        back_up(one.journal.store, file, replace=False)
        return await append(box, message, at)

    monkeypatch.setattr(Placing, "append", back_up_and_append)
    assert len(await lay(one, server)) == 1
    one.journal.close()
    ((uid, _raw),) = (await drafts(server)).values()
    if fate == "deleted":
        await server.expunge(uid, "Drafts")
    put_back(way, tmp_path / "state", file, one.clock, monkeypatch)
    one = house(rules=RULES, clock=one.clock)
    one.journal.after_restore(TODAY)
    assert numbered(one)[1].state == State.PLACING
    await lay(one, server)
    assert numbered(one)[1].state == (State.PLACED if fate == "left" else State.UNSURE)
    assert len(await server.messages("Drafts")) == (fate == "left")
    assert await lay(one, server) == []


async def test_a_state_directory_put_back_whole_is_protected_by_what_lies_on_the_server(server, house, tmp_path):
    """The mark goes back with the journal then; the drafts that somebody can find are still not laid again."""
    one = house(rules=RULES)
    await yesterday(one, server, tmp_path / "unused.db")
    one.journal.close()
    shutil.copytree(tmp_path / "state", tmp_path / "whole")
    one = house(rules=RULES, clock=one.clock)
    await today(one, server)
    one.journal.close()
    before = await server.snapshot("Drafts")
    shutil.rmtree(tmp_path / "state")
    (tmp_path / "whole").rename(tmp_path / "state")
    one = house(rules=RULES, clock=one.clock)
    assert one.journal.after_restore(TODAY) == 0
    await read(one, server)
    await lay(one, server)
    states = {number: job.state for number, job in numbered(one).items()}
    assert [states[number] for number in (LEFT, SENT, EDITED, TRASHED)] == [State.ANSWERED] * 4
    assert set((await server.snapshot("Drafts")).items()) > set(before.items())


@pytest.fixture
def home(dovecot, tmp_path):
    return Home(tmp_path, dovecot.port, dovecot.user(), dovecot.password)


async def test_the_commands_as_a_person_calls_them(home, house, server, tmp_path):
    one = house(rules=RULES)
    await deliver(server, 1, MONDAY)
    await read(one, server)
    one.journal.close()
    done = home.run("backup", "backup.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert "backup.db holds 1 mail about a job, 1 application, drafts: 1 planned" in done.stdout
    again = home.run("backup", "backup.db")
    assert (again.returncode, again.stdout) == (2, "") and "--force" in again.stderr
    with Lock(home.state):
        busy = home.run("restore", "backup.db")
        assert busy.returncode == 75 and "Another Highroad" in busy.stderr
        assert home.run("restore", "--dry-run", "backup.db").returncode == 0
    (row,) = home.rows("restore", "backup.db")
    assert (row["held"], row["dry_run"]) == ([1], False)
    (planned,) = [row for row in home.rows("plan") if row["step"] == "thank_you"]
    assert planned["state"] == "held"
    assert planned["why"] == "It was due before the journal was restored; `highroad review` asks about it."
    assert json.loads(home.run("status", "--json").stdout)["drafts"]["held"] == 1
    (asked,) = home.rows("review")
    assert (asked["asks"], asked["id"]) == ("draft", planned["id"])


async def test_a_copied_journal_is_noticed_by_the_next_pass_and_said(home, dovecot, house, server):
    one = house(rules=RULES)
    await deliver(server, 1, MONDAY)
    await read(one, server)
    one.journal.store.copy_to(home.folder / "copy.db")
    job = numbered(one)[1]
    with contextlib.closing(one.journal):
        one.clock.at = job.due
        await lay(one, server)
    shutil.copy(home.folder / "copy.db", home.state / "journal.db")
    home.lend_model()
    rehearsed = home.run("once", "--dry-run")
    assert "held" in rehearsed.stdout
    done = home.run("once")
    assert done.returncode == 0, done.stderr
    assert "Drafts that were due already are held, not laid: 1" in done.stdout + done.stderr
    assert [row["state"] for row in home.rows("plan") if row["id"] == job.id] == ["held"]
    assert dovecot.messages(home.config.read_text().split('user = "')[1].split('"')[0], "Drafts") == []
