"""`highroad correct` and `highroad review` as functions over a journal: what they say, write, refuse."""

import contextlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from support.clock import FakeClock
from support.corevalues import verdict
from support.crashing import CONFIG
from support.fakebox import FakeBox
from support.minds import ScriptedMind, mail
from support.rooms import room

from classifiers.mail import read_mail
from classifiers.values import LABELS, Because, Reading
from daemon.commands import review as walking
from daemon.commands.context import Context, NoJournal
from daemon.commands.correct import NothingToUndo, correct
from daemon.commands.look import show
from daemon.commands.recorders import NoAccount
from daemon.commands.review import review
from daemon.commands.status import status
from daemon.core.errors import WrongUse
from daemon.core.job import Move

NOW = datetime.now(UTC).replace(microsecond=0)


class UnsureMind(ScriptedMind):
    """Of a mail whose truth is "unsure" it says a rejection that it is only 60 % sure of."""

    async def read(self, raw):
        if b"X-Truth: unsure" not in raw:
            return await super().read(raw)
        scores = dict.fromkeys(LABELS, 0.05) | {"rejection": 0.6}
        because = (Because("We went another\x1b[2J way.", 0.7),)
        sure = verdict("rejection", because=because, company="Acme", role="Tester")
        return Reading(read_mail(raw).headers, replace(sure, scores=scores, confidence=0.6))


class Home:
    def __init__(self, folder, truths):
        self.folder = folder
        self.context = Context(folder / "config.toml", folder / "state")
        (folder / "config.toml").write_text(CONFIG.format(port=1, user="sam"))
        self.box = FakeBox(NOW)
        for number, truth in enumerate(truths, 1):
            sender = f"Person{number} Miller <person{number}@firm{number}.example>"
            self.box.deliver(mail(number, truth, at=NOW, sender=sender, message_id=f"<{number}@acme.example>"))

    @contextlib.contextmanager
    def room(self):
        one = room(self.folder / "state", clock=FakeClock(NOW), mind=UnsureMind())
        with contextlib.closing(one.journal):
            yield one

    def correct(self, *words, message_id="", undo=False, dry_run=False, as_json=False):
        return correct(self.context, words, message_id, undo=undo, dry_run=dry_run, as_json=as_json)


@pytest.fixture
def home(tmp_path):
    async def made(*truths):
        one = Home(tmp_path, truths)
        with one.room() as house:
            await house.read(one.box)
        return one

    return made


def log(home):
    with home.room() as house:
        return [(one.reading.verdict.label, one.decided_by) for one in house.journal.messages.log()]


def plan(home):
    with home.room() as house:
        return [job.state.value for job in house.journal.jobs.all() if job.step.value == "thank_you"]


# --- correct ---


async def test_it_says_what_changed_and_what_is_kept(home, capsys):
    home = await home("rejection")
    assert home.correct("1", "interview") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Mail 1: rejection -> interview, decided by you.",
        "The thank you to person1@firm1.example is taken back.",
        "Highroad now keeps the text of this mail to learn from it, until you undo the correction.",
    ]
    assert (log(home), plan(home)) == ([("interview", "you")], ["cancelled"])


async def test_undoing_says_so_and_plans_again(home, capsys):
    home = await home("rejection")
    home.correct("1", "interview")
    capsys.readouterr()
    assert home.correct("1", undo=True) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "Mail 1: interview -> rejection, decided by model."
    assert said[1].startswith("The thank you to person1@firm1.example is planned: ")
    assert said[-1] == "The model's verdict counts again; what was kept of the mail is erased."
    assert (log(home), plan(home)) == ([("rejection", "model")], ["planned"])


async def test_contradicting_corrections_are_both_shown_and_the_last_stands(home, capsys):
    home = await home("rejection")
    home.correct("1", "interview")
    capsys.readouterr()
    home.correct("1", "offer")
    assert any(line.startswith("Before, you said interview (") and line.endswith("; offer stands now.")
               for line in capsys.readouterr().out.splitlines())  # fmt: skip
    show(home.context, "1", as_json=False)
    shown = capsys.readouterr().out
    assert "said:      interview, by you" in shown and "replaced." in shown
    assert "said:      offer, by you" in shown and "stands." in shown


async def test_a_draft_that_lies_there_is_told_of(home, capsys):
    home = await home("rejection")
    with home.room() as house:
        job = house.journal.jobs.move(house.journal.jobs.all()[0], Move.INTEND, NOW, uidvalidity=1, uidnext=1)
        house.journal.jobs.move(job, Move.LAID, NOW, uid=1, placed_at=NOW)
    home.correct("1", "interview")
    assert "A draft to person1@firm1.example lies in Drafts of account main: delete it." in capsys.readouterr().out


async def test_for_programs_it_is_one_object(home, capsys):
    home = await home("rejection")
    home.correct("1", "not-rejection", as_json=True)
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["id"], row["was"], row["decided_by"], row["cancelled"]) == (1, "rejection", "you", [1])
    assert row["label"] in set(LABELS) - {"rejection"}
    assert row["message_id"] == "<1@acme.example>"


@pytest.mark.parametrize("undo", [False, True])
async def test_a_dry_run_says_all_and_writes_nothing(home, capsys, undo):
    home = await home("rejection")
    if undo:
        home.correct("1", "interview")
    before = log(home), plan(home)
    capsys.readouterr()
    home.correct(*(["1"] if undo else ["1", "interview"]), undo=undo, dry_run=True)
    assert capsys.readouterr().out.startswith("A dry run: nothing of this was written.\nMail 1: ")
    assert (log(home), plan(home)) == before


@pytest.mark.parametrize("given", ["<1@acme.example>", "1@acme.example"])
async def test_a_mail_of_the_log_can_be_named_by_its_message_id_too(home, given):
    home = await home("rejection")
    home.correct("offer", message_id=given)
    assert log(home) == [("offer", "you")]
    home.correct(message_id=given, undo=True)
    assert log(home) == [("rejection", "model")]


async def test_a_mail_that_the_log_does_not_have_waits_for_the_next_pass(home, capsys):
    home = await home("other")
    home.correct("rejection", message_id="<1@acme.example>")
    assert "looks for it in the watched folders" in capsys.readouterr().out
    home.correct("interview", message_id="<1@acme.example>", as_json=True)
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert row["id"] is None and [said["label"] for said in row["before"]] == ["rejection"]
    home.correct(message_id="<1@acme.example>", undo=True)
    with home.room() as house:
        assert house.journal.corrections.count() == 0
        assert house.journal.store.rows("SELECT * FROM corrections WHERE message_id NOT NULL") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["99", "offer"], "no mail number 99"),
        (["0", "offer"], "no mail number 0"),
        (["one", "offer"], "'one' is not a number of the log"),
        (["9" * 30, "offer"], "is not a number of the log"),
        (["1", "spam"], "'spam' is not a label. The labels are: rejection, interview, .*not_rejection"),
        (["1"], "Say which mail and what it is"),
        ([], "Say which mail and what it is"),
        (["offer"], "Say which mail and what it is"),
        (["1", "offer", "now"], "Say which mail and what it is"),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_a_sentence(home, words, said):
    home = await home("rejection")
    with pytest.raises(WrongUse, match=said) as caught:
        home.correct(*words)
    assert caught.value.exit_code == 2
    assert log(home) == [("rejection", "model")]


@pytest.mark.parametrize("given", ["nothing", "<a b@c>", '<a"@b>', "<a@b>\r\nx", "\udcff@b"])
async def test_what_is_no_message_id_is_refused(home, given):
    home = await home("rejection")
    with pytest.raises(WrongUse, match="is not a Message-ID"):
        home.correct("offer", message_id=given)


async def test_a_mail_of_the_log_is_found_by_an_id_that_no_server_could_be_asked_for(home):
    home = await home()
    home.box.deliver(mail(1, at=NOW, message_id="<100%{1}@firm.example>"))
    with home.room() as house:
        await house.read(home.box)
    assert home.correct("offer", message_id="<100%{1}@firm.example>") == 0
    assert log(home) == [("offer", "you")]


async def test_what_a_mail_says_does_not_steer_the_terminal_of_who_looks_at_it(home, capsys):
    home = await home("unsure")
    show(home.context, "1", as_json=False)
    shown = capsys.readouterr().out
    assert "We went another?[2J way." in shown and "\x1b" not in shown


async def test_where_nothing_was_corrected_there_is_nothing_to_undo(home):
    home = await home("rejection")
    with pytest.raises(NothingToUndo, match="have not corrected mail 1"):
        home.correct("1", undo=True)
    with pytest.raises(NothingToUndo, match="<x@y>"):
        home.correct(message_id="<x@y>", undo=True)


async def test_a_mail_of_an_account_that_is_gone_is_a_sentence(home):
    home = await home("rejection")
    text = home.context.config.read_text()
    home.context.config.write_text(text.replace('name = "main"', 'name = "work"'))
    with pytest.raises(NoAccount, match=r'of account "main", which config\.toml does not name'):
        home.correct("1", "offer")
    assert log(home) == [("rejection", "model")]


def test_before_the_first_run_there_is_nothing_to_correct(tmp_path):
    with pytest.raises(NoJournal):
        Home(tmp_path, ()).correct("1", "offer")


async def test_status_counts_corrections_and_those_that_wait_for_their_text(home, capsys):
    home = await home("rejection", "rejection")
    home.correct("1", "offer")
    home.correct("2", "offer")
    home.correct("2", undo=True)
    capsys.readouterr()
    status(home.context, as_json=False)
    assert "1 correction; 1 of them without a text to learn from" in " ".join(capsys.readouterr().out.split())


# --- review ---


def reviewed(home, capsys, monkeypatch, keys):
    """What is printed when a person answers with these keys, one a line."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{key}\n" for key in keys)))
    assert review(home.context, as_json=False) == 0
    return capsys.readouterr().out


async def test_every_unsure_mail_is_asked_about_with_what_decided(home, capsys, monkeypatch):
    home = await home("unsure", "rejection", "unsure")
    said = reviewed(home, capsys, monkeypatch, "yn")
    assert "1 of 2: mail 1" in said and "2 of 2: mail 3" in said and "mail 2" not in said
    for words in (
        "Person1 Miller <person1@firm1.example>",
        "Your application, number 1",
        "Acme",
        "Tester",
        "(60% sure)",
    ):
        assert words in said
    assert "We went another" in said and "\x1b" not in said
    labels = log(home)
    assert labels[0] == ("rejection", "you") and labels[1] == ("rejection", "model")
    assert labels[2][0] != "rejection" and labels[2][1] == "you"
    assert plan(home)[0] == "planned"


async def test_decided_mails_are_not_asked_about_again(home, capsys, monkeypatch):
    home = await home("unsure", "unsure")
    reviewed(home, capsys, monkeypatch, "ysq")
    assert "1 of 1: mail 2" in reviewed(home, capsys, monkeypatch, "n")
    assert reviewed(home, capsys, monkeypatch, "") == "There is no mail that Highroad is unsure of.\n"


async def test_the_last_answer_can_be_undone_and_is_asked_again(home, capsys, monkeypatch):
    home = await home("unsure", "unsure")
    said = reviewed(home, capsys, monkeypatch, "uyuuq")
    assert said.count("There is nothing to undo yet.") == 2
    assert said.count("1 of 2: mail 1") == 4 and said.count("2 of 2: mail 2") == 1
    assert log(home) == [("rejection", "model")] * 2


async def test_undoing_goes_back_over_skipped_mails(home, capsys, monkeypatch):
    home = await home("unsure", "unsure", "unsure")
    said = reviewed(home, capsys, monkeypatch, "ysunq")
    assert said.count("1 of 3: mail 1") == 2
    assert log(home)[0][0] != "rejection"


@pytest.mark.parametrize("keys", ["q", "", ["Q"], ["quit"]])
async def test_quitting_or_the_end_of_input_changes_nothing(home, capsys, monkeypatch, keys):
    home = await home("unsure")
    reviewed(home, capsys, monkeypatch, keys)
    assert log(home) == [("rejection", "model")]


async def test_where_there_is_no_standard_input_nobody_is_asked(home, monkeypatch):
    home = await home("unsure")
    monkeypatch.setattr("sys.stdin", None)
    assert review(home.context, as_json=False) == 0
    assert log(home) == [("rejection", "model")]


async def test_what_is_no_text_is_no_key(home, capsys, monkeypatch):
    home = await home("unsure")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), "utf-8"))
    assert review(home.context, as_json=False) == 0
    assert capsys.readouterr().out.count("The keys are: y rejection") == 2
    assert log(home) == [("rejection", "model")]


async def test_a_key_that_is_none_says_which_there_are(home, capsys, monkeypatch):
    home = await home("unsure")
    assert reviewed(home, capsys, monkeypatch, ["x", "", "q"]).count("The keys are: y rejection") == 2


async def test_on_a_terminal_one_key_is_enough_and_interrupting_quits(home, capsys, monkeypatch):
    home = await home("unsure", "unsure")
    keys = iter(["Y"])

    def pressed():
        for key in keys:
            return key
        raise KeyboardInterrupt

    monkeypatch.setattr("typer.getchar", pressed)
    monkeypatch.setattr(walking.sys.stdin, "isatty", lambda: True, raising=False)
    review(home.context, as_json=False)
    assert log(home) == [("rejection", "you"), ("rejection", "model")]


async def test_for_programs_the_unsure_are_listed_and_nobody_is_asked(home, capsys):
    home = await home("unsure", "rejection")
    review(home.context, as_json=True)
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (row["id"], row["band"], row["company"]) == (1, "review", "Acme")
    assert row["because"][0]["weight"] == 0.7
