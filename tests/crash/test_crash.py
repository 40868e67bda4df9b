"""Killed by SIGKILL at every step of a pass, and started again: each mail is journalled once, each draft laid once."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from email import message_from_bytes

import pytest
from campaign.letters import private, rejection
from support.crashing import CONFIG, Passes
from support.realmind import mind_server

PARTS = 4
SHELF = "Highroad/Not a rejection"


@pytest.fixture(scope="module")
def passes(dovecot):
    with mind_server() as mind, Passes(mind, dovecot.password) as going:
        yield going


class Stage:
    """A mailbox of its own with `pairs` rejections and `pairs` private mails, and the state of one Highroad."""

    def __init__(self, dovecot, folder, pairs: int = 1) -> None:
        self.dovecot, self.folder, self.pairs, self.user = dovecot, folder, pairs, dovecot.user()
        for number in range(pairs):
            dovecot.deliver(self.user, rejection(number)[1])
            dovecot.deliver(self.user, private(number)[1])
        folder.mkdir()
        (folder / "config.toml").write_text(CONFIG.format(port=dovecot.port, user=self.user))
        self.before = dovecot.snapshot(self.user)

    def check(self) -> None:
        """Each mail once, each draft once, the inbox as it was."""
        self._check_journal()
        drafts = [message_from_bytes(raw) for raw in self.dovecot.messages(self.user, "Drafts")]
        answered = sorted(draft["In-Reply-To"] for draft in drafts)
        assert answered == sorted(f"<answer-{n}@heron{n}.example>" for n in range(self.pairs))
        assert self.dovecot.snapshot(self.user) == self.before

    def _check_journal(self) -> None:
        with sqlite3.connect(self.folder / "state" / "journal.db") as db:
            labels = [row[0] for row in db.execute("SELECT label FROM messages")]
            strangers = db.execute("SELECT count(*) FROM strangers").fetchone()[0]
            states = [row[0] for row in db.execute("SELECT state FROM jobs WHERE step = 'thank_you'")]
            sound = db.execute("PRAGMA integrity_check").fetchone()[0]
        db.close()
        assert (labels, strangers) == (["rejection"] * self.pairs, self.pairs)
        assert set(states) <= {"placed", "answered"} and len(states) == self.pairs
        assert sound == "ok"


def _settled(passes, stage: Stage) -> None:
    """Start again until nothing is in doubt, as a service manager would; it must come through at once."""
    ended = passes.go(stage.folder)
    assert ended["failure"] is None, ended
    stage.check()


def test_a_pass_that_nobody_kills_takes_many_steps_and_a_second_one_changes_nothing(dovecot, passes, tmp_path):
    stage = Stage(dovecot, tmp_path / "calm")
    assert passes.go(stage.folder)["steps"] > 60
    stage.check()
    drafts = dovecot.snapshot(stage.user, "Drafts")
    assert passes.go(stage.folder)["failure"] is None
    stage.check()
    assert dovecot.snapshot(stage.user, "Drafts") == drafts


_PARTS = [
    *(pytest.param(part, marks=pytest.mark.slow) for part in (0, 1)),
    *(pytest.param(part, marks=pytest.mark.long) for part in range(2, PARTS)),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", _PARTS)
def test_killed_at_any_step_each_mail_is_found_once_and_each_draft_once(part, dovecot, passes, tmp_path):
    kill = part + 1
    while True:
        stage = Stage(dovecot, tmp_path / f"step{kill}")
        ended = passes.go(stage.folder, kill)
        if ended["status"] != signal.SIGKILL:
            break
        _settled(passes, stage)
        kill += PARTS
    assert ended["failure"] is None, ended
    assert kill > 60  # it came through all the steps, and there are many of them


@pytest.mark.timeout(300)
@pytest.mark.slow
def test_killed_again_while_it_recovers_it_still_lays_the_draft_once(dovecot, passes, tmp_path):
    dice = random.Random(20261122)
    for trial in range(15):
        stage = Stage(dovecot, tmp_path / f"trial{trial}")
        for _ in range(3):
            passes.go(stage.folder, dice.randint(1, 110))
        _settled(passes, stage)


# --- looking ---


class Looking(Stage):
    """A draft that was laid, and that the person has sent since."""

    def __init__(self, dovecot, passes, folder) -> None:
        super().__init__(dovecot, folder)
        assert passes.go(folder)["failure"] is None
        with dovecot.session(self.user) as client:
            client.select("Drafts")
            status, said = client.uid("MOVE", "1:*", "Sent")
            assert status == "OK", said

    def told(self) -> tuple:
        """What is known of it: the moves of the thank-you, the own mails, how far Sent was looked through."""
        with sqlite3.connect(self.folder / "state" / "journal.db") as db:
            asked = "SELECT move FROM moves JOIN jobs ON jobs.id = job WHERE step = 'thank_you' ORDER BY moves.id"
            moves = [row[0] for row in db.execute(asked)]
            own = db.execute("SELECT count(*) FROM own_mails").fetchone()[0]
            looked = [row[0] for row in db.execute("SELECT uidnext FROM outboxes")]
        db.close()
        return moves, own, looked


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stride", [pytest.param(17, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.long)])
def test_killed_at_any_step_of_looking_a_draft_is_found_sent_once(stride, dovecot, passes, tmp_path):
    """In `make test-slow` at every seventeenth step from a random one on, in `make crash` at each."""
    kill = random.randint(1, stride)
    while True:
        stage = Looking(dovecot, passes, tmp_path / f"look{kill}")
        ended = passes.go(stage.folder, kill)
        assert passes.go(stage.folder)["failure"] is None
        assert stage.told() == (["intend", "laid", "send"], 1, [2])
        assert dovecot.messages(stage.user, "Drafts") == []
        if ended["status"] != signal.SIGKILL:
            break
        kill += stride
    assert ended["failure"] is None
    assert kill > 40  # it came through all the steps, and there are many of them


# --- learning ---


class School(Stage):
    """A rejection that was read and planned, and that another client has moved to a learning folder since."""

    def __init__(self, dovecot, passes, folder) -> None:
        super().__init__(dovecot, folder)
        config = (folder / "config.toml").read_text().replace('quiet_period = "0s"', 'quiet_period = "48h"')
        (folder / "config.toml").write_text(config + "\n[learn]\nfolders = true\n")
        assert passes.go(folder)["failure"] is None
        self._moved("INBOX", SHELF)

    def _moved(self, source: str, target: str) -> None:
        with self.dovecot.session(self.user) as client:
            client.select(f'"{source}"')
            _, (found,) = client.uid("SEARCH", "SUBJECT", "interview")
            status, said = client.uid("MOVE", found.decode(), f'"{target}"')
            assert status == "OK", said

    def moved_back(self) -> None:
        self._moved(SHELF, "INBOX")

    def told(self) -> tuple:
        """Everything a correction touches: (corrections with a text, without), who decided, states, mails twice."""
        with sqlite3.connect(self.folder / "state" / "journal.db") as db:
            kept = db.execute("SELECT count(*), count(text) FROM corrections WHERE ended IS NULL").fetchone()
            ended = db.execute("SELECT count(*), count(text) FROM corrections WHERE ended NOT NULL").fetchone()
            decided = [row[0] for row in db.execute("SELECT decided_by FROM messages")]
            asked = "SELECT state FROM jobs WHERE step IN ('thank_you', 'feedback_request') ORDER BY id"
            states = [row[0] for row in db.execute(asked)]
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        db.close()
        return kept, ended, decided, states


LEARNT = ((1, 1), (0, 0), ["you"], ["cancelled", "cancelled"])
UNLEARNT = ((0, 0), (1, 0), ["model"], ["planned", "joined"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stride", [pytest.param(11, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.long)])
def test_killed_at_any_step_of_learning_and_unlearning_each_happens_once(stride, dovecot, passes, tmp_path):
    """In `make test-slow` at every eleventh step from a random one on, in `make crash` at each."""
    kill = random.randint(1, stride)
    while True:
        school = School(dovecot, passes, tmp_path / f"learn{kill}")
        ended = passes.go(school.folder, kill)
        assert passes.go(school.folder)["failure"] is None
        assert school.told() == LEARNT
        school.moved_back()
        again = passes.go(school.folder, kill)
        assert passes.go(school.folder)["failure"] is None
        assert school.told() == UNLEARNT
        if signal.SIGKILL not in {ended["status"], again["status"]}:
            break
        kill += stride
    assert ended["failure"] is again["failure"] is None
    assert kill > 40  # it came through all the steps, and there are many of them


@pytest.mark.long
def test_killed_at_random_moments_of_a_longer_pass_nothing_is_lost_or_doubled(dovecot, passes, tmp_path):
    trials, dice = int(os.environ.get("HIGHROAD_CRASH_TRIALS", "200")), random.Random()
    for trial in range(trials):
        stage = Stage(dovecot, tmp_path / f"long{trial}", pairs=6)
        for _ in range(dice.randint(1, 4)):
            passes.go(stage.folder, dice.randint(1, 600))
        _settled(passes, stage)
