"""Learning on a real Dovecot, as a person does it: mails moved by another client, and the commands."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from support.cli import PASSWORD_VARIABLE, Home
from support.proxy import RecordingProxy
from support.realmind import ROOT, mind_server
from support.rooms import listener
from support.teachers import ScriptedTeacher
from support.waiting import until

from config.loader import load
from daemon import app
from daemon.learner import School
from daemon.model_note import ModelNote

pytestmark = pytest.mark.slow

NO, YES = "Highroad/Not a rejection", "Highroad/Rejection"
ALLOWED = {
    "CAPABILITY", "NAMESPACE", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT", "STATUS", "NOOP",
    "CREATE",
}  # fmt: skip
REJECTION = """\
From: Imke Baart <imke.baart@{firm}.example>
To: sam@example.org
Subject: Your interview as Data Engineer
Message-ID: <{number}@{firm}.example>

Dear Sam,

Thank you for coming in last week and for the good conversation with the team.
Unfortunately, we have decided to move forward with another candidate, and we will not be taking your application
further. I wish you all the best in your search.

Imke Baart
"""
PRIVATE = """\
From: Noor <noor@choir.example>
To: sam@example.org
Subject: Rehearsal on Thursday
Message-ID: <thursday@choir.example>

Hi Sam, we start half an hour later on Thursday, the hall is taken until eight. See you there, Noor
"""


FINNISH = """\
From: Aino Salmela <aino.salmela@koivu{number}.example>
To: sam@example.org
Subject: Hakemuksesi
Message-ID: <{number}@koivu{number}.example>

Hei Sam,

kiitos hakemuksestasi ja mielenkiinnostasi. {sentence}
Toivotamme sinulle onnea tyonhakuun.

Terveisin
Aino Salmela
"""
THANKS = {"thank_you", "feedback_request"}
SENTENCES = (
    "Valitettavasti emme valinneet sinua jatkoon, silla tehtavaan valittiin toinen hakija.",
    "Valitettavasti et tullut talla kertaa valituksi, silla valitsimme tehtavaan toisen hakijan.",
    "Valinta on nyt tehty, ja valitettavasti tehtavaan valittiin toinen hakija.",
    "Valitettavasti valitsimme tehtavaan toisen hakijan, joten et tullut valituksi jatkoon.",
)


def finnish(number):
    return FINNISH.format(number=number, sentence=SENTENCES[number - 1]).replace("\n", "\r\n").encode()


def raw(text, number=1, firm="heron"):
    return text.format(number=number, firm=firm).replace("\n", "\r\n").encode()


class Person:
    """A home with learning folders, its mailbox behind a recording proxy, and another client."""

    def __init__(self, dovecot, folder, proxy):
        self.dovecot, self.user, self.proxy = dovecot, dovecot.user(), proxy
        self.home = Home(folder, proxy.port, self.user, dovecot.password, "\n[learn]\nfolders = true\n")
        text = self.home.config.read_text()
        self.home.config.write_text(text.replace('quiet_period = "0s"', 'quiet_period = "24h"'))
        self.home.lend_model()

    def once(self):
        """One pass of the daemon's own code, without the training of a model; what it said."""
        said = []
        with app.opened(load(self.home.config, self.home.state), say=listener(said)) as house:
            (outcome,) = asyncio.run(app.once(replace(house, school=None)))
        assert outcome.failure is None
        return "\n".join(said)

    def once_with_training(self):
        """One pass as a person runs it; what it said."""
        done = self.home.run("once", timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def move(self, subject, source, target):
        """What any client with MOVE (RFC 6851) does."""
        with self.dovecot.session(self.user) as client:
            client.select(f'"{source}"')
            _, (found,) = client.uid("SEARCH", "SUBJECT", f'"{subject}"')
            status, said = client.uid("MOVE", found.decode().replace(" ", ","), f'"{target}"')
            assert status == "OK", said

    def plan(self, told="state"):
        """What is told of the steps that thank and ask."""
        return {row["step"]: row[told] for row in self.home.rows("plan") if row["step"] in THANKS}

    def model(self):
        return self.home.rows("status")[0]["model"]

    def log(self):
        return [(row["label"], row["decided_by"]) for row in self.home.rows("log")]


@pytest.fixture
def person(dovecot, tmp_path, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, dovecot.password)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with mind_server():
        pass
    with RecordingProxy(dovecot.host, dovecot.port) as proxy:
        yield Person(dovecot, tmp_path, proxy)


def test_a_mail_moved_to_not_a_rejection_by_another_client_is_learnt_and_moved_back_unlearnt(person):
    person.dovecot.deliver(person.user, raw(REJECTION))
    person.once()
    assert person.plan() == {"thank_you": "planned", "feedback_request": "joined"}

    person.move("interview", "INBOX", NO)
    assert "one mail more to learn from. Its text is kept until you move it back" in person.once()
    assert person.plan() == {"thank_you": "cancelled", "feedback_request": "cancelled"}
    assert set(person.plan("why").values()) == {"You said that this mail is no rejection."}
    ((label, decided_by),) = person.log()
    assert label != "rejection" and decided_by == "you"
    shown = person.home.run("show", "1").stdout
    assert "decided by you (the model: rejection" in shown and f"not_rejection, by {NO}" in shown
    assert person.model()["corrections"] == 1

    person.move("interview", NO, "INBOX")
    assert "the correction is undone, its text is erased" in person.once()
    assert person.plan() == {"thank_you": "planned", "feedback_request": "joined"}
    assert person.log() == [("rejection", "model")]
    assert person.model()["corrections"] == 0

    assert {command.verb for command in person.proxy.commands} <= ALLOWED
    created = [command.text for command in person.proxy.commands if command.verb == "CREATE"]
    assert created == [f'"{YES}"', f'"{NO}"']
    assert all("BODY.PEEK[" in c.text for c in person.proxy.commands if "BODY" in c.text)


def test_a_missed_rejection_is_corrected_by_its_message_id_offline_and_found_by_the_next_pass(person):
    person.dovecot.deliver(person.user, raw(PRIVATE))
    person.once()
    assert person.log() == []
    said = person.home.run("correct", "--message-id", "<thursday@choir.example>", "rejection")
    assert said.returncode == 0 and "looks for it in the watched folders with its next pass" in said.stdout
    before = person.dovecot.snapshot(person.user)
    person.once()
    assert person.log() == [("rejection", "you")]
    assert person.model()["waiting"] == 0
    assert person.home.run("correct", "1", "--undo").returncode == 0
    assert person.log() == []
    assert person.dovecot.snapshot(person.user) == before


def test_a_correction_beside_the_log_counts_at_once_and_its_text_follows(person):
    person.dovecot.deliver(person.user, raw(REJECTION))
    person.once()
    said = person.home.run("correct", "1", "not-rejection")
    assert "The thank you to imke.baart@heron.example is taken back." in said.stdout
    assert "now keeps the text of this mail to learn from it, until you undo the correction" in said.stdout
    assert person.plan()["thank_you"] == "cancelled"
    assert person.model()["waiting"] == 1
    person.once()
    (correction,) = person.home.rows("show", "1")[0]["corrections"]
    assert correction["kept"] and correction["problem"] is None


async def test_a_running_daemon_learns_at_its_next_poll_what_is_said_beside_it(person):
    text = person.home.config.read_text()
    person.home.config.write_text(text.replace("[cadence]", 'poll_every = "1s"\n[cadence]'))
    person.dovecot.deliver(person.user, raw(REJECTION))
    teacher = ScriptedTeacher()
    with app.opened(load(person.home.config, person.home.state)) as house:
        note = ModelNote(person.home.state / "model")
        school = School(house.journal, house.mind, house.clock, teacher, note)
        running = asyncio.create_task(app.run(replace(house, school=school)))
        await until(house.journal.jobs.all, 60)
        said = await asyncio.to_thread(person.home.run, "correct", "1", "interview")
        assert said.returncode == 0
        assert house.journal.jobs.all()[0].state == "cancelled"
        await until(lambda: teacher.taught, 60)
        await asyncio.to_thread(person.home.run, "correct", "1", "--undo")
        await until(lambda: len(teacher.taught) == 2, 60)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert [words for words, _ in teacher.taught] == [["interview"], []]
        assert house.journal.jobs.all()[0].state == "planned"


@pytest.mark.timeout(300)
def test_after_learning_a_similar_mail_is_judged_right_and_the_undo_works(person):
    """In a language that the corpus does not have; the model is trained anew once, as a person would see it."""
    for number in (1, 2, 3):
        person.dovecot.deliver(person.user, finnish(number))
    person.once()
    assert "rejection" not in [label for label, _ in person.log()]

    person.move("Hakemuksesi", "INBOX", YES)
    said = person.once_with_training()
    assert said.count("one mail more to learn from") == 3
    assert [decided_by for _, decided_by in person.log()] == ["you"] * 3
    model = person.model()
    assert (model["corrections"], model["learnt_corrections"], model["promoted"]) == (3, 3, True), said
    assert model["why"] in said

    person.dovecot.deliver(person.user, finnish(4))
    person.move("Hakemuksesi", YES, "INBOX")
    said = person.once_with_training()
    assert said.count("the correction is undone") == 3
    judged = [row for row in person.home.rows("log") if row["message_id"] == "<4@koivu4.example>"]
    assert [(row["label"], row["decided_by"]) for row in judged] == [("rejection", "model")]
    assert (person.model()["corrections"], person.model()["learnt_corrections"]) == (0, 0)


def test_a_learning_folder_that_cannot_be_made_is_said_and_holds_up_nothing(person):
    text = person.home.config.read_text()
    person.home.config.write_text(text + 'rejection = "../elsewhere"\n')
    person.dovecot.deliver(person.user, raw(REJECTION))
    person.once()
    assert person.plan()["thank_you"] == "planned"
    (account,) = person.home.rows("status")[0]["accounts"]
    assert "said no while making “../elsewhere”" in account["problem"] and "[learn]" in account["problem"]
    person.home.config.write_text(text)
    person.once()
    assert person.home.rows("status")[0]["accounts"][0]["problem"] is None


def test_a_dry_run_makes_no_folder_and_learns_nothing(person):
    person.dovecot.deliver(person.user, raw(REJECTION))
    assert person.home.run("once", "--dry-run").returncode == 0
    assert "CREATE" not in {command.verb for command in person.proxy.commands}
