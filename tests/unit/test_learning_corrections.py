"""What the person's word changes at once, what is kept of a corrected mail, and what undoing gives back."""

import contextlib
import random

import pytest
from support.fakebox import FakeBox
from support.minds import mail
from support.rooms import room

from classifiers.values import LABELS
from daemon.adapters.journal.corrections import spoken
from daemon.core.correction import WORDS, label_of, lying, word_of
from daemon.core.job import Move, State
from daemon.core.ports import FolderState, Lesson

SECRET = b"the very words of mail one"


@pytest.fixture
def box():
    return FakeBox()


@pytest.fixture
def house(tmp_path):
    one = room(tmp_path)
    with contextlib.closing(one.journal):
        yield one


async def taken_in(house, box, truth="rejection", number=1, **how):
    """A mail was read; its entry (None for one that is not about a job)."""
    box.deliver(mail(number, truth, **how))
    await house.read(box)
    log = house.journal.messages.log()
    return log[-1] if log else None


def correct(house, entry, word):
    return house.corrector.correct(entry, word, house.clock.now())


def undo(house, entry):
    return house.corrector.undo(house.journal.corrections.standing(entry.identity), house.clock.now())


def states(house):
    return {job.step.value: job.state.value for job in house.journal.jobs.all()}


def events(house):
    return [row["kind"] for row in house.journal.store.rows("SELECT kind FROM events ORDER BY id")]


# --- words ---


@pytest.mark.parametrize("text", ["not_rejection", "not-rejection", "Not rejection", "NOT_REJECTION"])
def test_what_a_mail_is_not_can_be_spelt_in_many_ways(text):
    assert word_of(text) == "not_rejection"


def test_every_label_is_a_word_and_nothing_else_is():
    assert [word_of(label) for label in LABELS] == list(LABELS)
    assert [word_of(text) for text in ("", "spam", "rejections", "not")] == [None] * 4


def test_not_rejection_stands_for_the_likeliest_other_label():
    scores = dict.fromkeys(LABELS, 0.01) | {"rejection": 0.8, "interview": 0.13}
    assert label_of("not_rejection", scores) == "interview"
    assert [label_of(word, scores) for word in WORDS[:-1]] == list(LABELS)


# --- correcting ---


async def test_a_correction_counts_at_once_in_the_log_and_the_plan(house, box):
    entry = await taken_in(house, box)
    changes = correct(house, entry, "interview")
    now = house.journal.messages.get(entry.id)
    assert (now.reading.verdict.label, now.band, now.decided_by) == ("interview", "ignore", "you")
    assert (now.model.label, now.model_band) == ("rejection", "act")
    assert states(house) == {"thank_you": "cancelled", "feedback_request": "skipped"}
    assert [job.step.value for job in changes.cancelled] == ["thank_you"]
    assert house.journal.jobs.all()[0].why == "You said that this mail is no rejection."
    assert events(house) == ["interview"]


async def test_undoing_gives_the_models_verdict_back_and_plans_again(house, box):
    entry = await taken_in(house, box)
    before = house.journal.jobs.all()
    correct(house, entry, "interview")
    undo(house, entry)
    assert house.journal.messages.get(entry.id) == entry
    assert house.journal.jobs.all() == before
    assert events(house) == ["rejected"]
    assert house.moves(before[0]) == ["retract", "resume"]


async def test_undoing_too_late_plans_nothing_and_says_why(house, box):
    entry = await taken_in(house, box)
    correct(house, entry, "interview")
    house.clock.advance(days=30)
    undo(house, entry)
    (job, _) = house.journal.jobs.all()
    assert job.state is State.SKIPPED
    assert "more than 14 days old" in job.why


async def test_what_joined_a_draft_is_taken_back_and_planned_again_with_it(house, box):
    box.deliver(mail(2, "interview", x_company="Acme", x_role="Tester"))
    entry = await taken_in(house, box, number=1, x_company="Acme", x_role="Tester")
    assert states(house) == {"thank_you": "planned", "feedback_request": "joined"}
    correct(house, entry, "other")
    assert set(states(house).values()) == {"cancelled"}
    undo(house, entry)
    assert states(house) == {"thank_you": "planned", "feedback_request": "joined"}


async def test_what_the_person_cancelled_by_hand_is_not_planned_again(house, box):
    entry = await taken_in(house, box)
    (job, _) = house.journal.jobs.all()
    house.journal.jobs.move(job, Move.CANCEL, house.clock.now(), why="You said so.")
    correct(house, entry, "interview")
    undo(house, entry)
    assert house.journal.jobs.get(job.id).state is State.CANCELLED


async def test_a_mail_corrected_to_a_rejection_is_planned_as_any_other(house, box):
    entry = await taken_in(house, box, "acknowledgement")
    changes = correct(house, entry, "rejection")
    assert [job.state for job in changes.planned] == [State.PLANNED, State.SKIPPED]
    assert house.journal.messages.get(entry.id).band == "act"
    assert events(house) == ["rejected"]
    changes = undo(house, entry)
    assert [job.state for job in changes.cancelled] == [State.CANCELLED]
    assert events(house) == ["applied"]


async def test_a_mail_corrected_to_a_rejection_after_its_time_is_only_logged(house, box):
    entry = await taken_in(house, box, "acknowledgement")
    house.clock.advance(days=15)
    changes = correct(house, entry, "rejection")
    assert {job.state for job in changes.planned} == {State.SKIPPED}
    assert "it is only logged" in changes.planned[0].why


async def test_a_job_alert_corrected_to_a_rejection_gets_an_application(house, box):
    entry = await taken_in(house, box, "job_alert")
    assert entry.application is None
    correct(house, entry, "rejection")
    assert house.journal.messages.get(entry.id).application is not None


@pytest.mark.parametrize("word", WORDS)
async def test_correcting_twice_to_the_same_changes_nothing_more(house, box, word):
    entry = await taken_in(house, box)
    correct(house, entry, word)
    once = (house.journal.messages.get(entry.id), house.journal.jobs.all(), events(house))
    correct(house, entry, word)
    assert (house.journal.messages.get(entry.id), house.journal.jobs.all(), events(house)) == once
    undo(house, entry)
    assert house.journal.messages.get(entry.id) == entry


async def test_of_corrections_that_contradict_each_other_the_last_stands_and_all_are_remembered(house, box):
    entry = await taken_in(house, box)
    for word in ("interview", "rejection", "offer"):
        correct(house, entry, word)
    assert [(said.label, said.how) for said in house.journal.corrections.of(entry.identity)] == [
        ("interview", "replaced"), ("rejection", "replaced"), ("offer", None),
    ]  # fmt: skip
    assert house.journal.messages.get(entry.id).reading.verdict.label == "offer"
    assert states(house)["thank_you"] == "cancelled"
    undo(house, entry)
    assert house.journal.messages.get(entry.id) == entry
    assert house.journal.corrections.count() == 0


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_was_said_before_undoing_gives_back_what_was(house, box, seed):
    dice = random.Random(seed)
    truth = dice.choice(["rejection", "acknowledgement", "interview"])
    entry = await taken_in(house, box, truth)
    before, told = house.journal.jobs.all(), events(house)
    for _ in range(dice.randint(1, 6)):
        if house.journal.corrections.standing(entry.identity) and dice.random() < 0.3:
            undo(house, entry)
        else:
            correct(house, entry, dice.choice(WORDS))
        rejected = house.journal.messages.get(entry.id).reading.verdict.label == "rejection"
        assert ("planned" in states(house).values()) == rejected
    correct(house, entry, dice.choice(WORDS))
    undo(house, entry)
    assert house.journal.messages.get(entry.id) == entry and events(house) == told
    assert house.journal.jobs.all() == before or (truth != "rejection" and "planned" not in states(house).values())
    assert house.journal.store.faults() == []


async def test_a_draft_that_was_laid_is_told_of_and_stays(house, box):
    entry = await taken_in(house, box)
    (job, _) = house.journal.jobs.all()
    job = house.journal.jobs.move(job, Move.INTEND, house.clock.now(), uidvalidity=1, uidnext=1)
    assert correct(house, entry, "interview").laid == (job,)
    assert lying(job).startswith("A draft to dana.whitfield@acme.example may lie in Drafts of account main")
    job = house.journal.jobs.move(job, Move.LAID, house.clock.now(), uid=1, placed_at=house.clock.now())
    changes = correct(house, entry, "offer")
    assert [lying(one) for one in changes.laid] == [
        "A draft to dana.whitfield@acme.example lies in Drafts of account main: delete it."
    ]
    undo(house, entry)
    assert house.journal.jobs.get(job.id) == job


# --- texts ---


async def test_the_text_is_fetched_by_the_next_pass_and_erased_by_undoing(house, box):
    entry = await taken_in(house, box, body=SECRET.decode())
    correct(house, entry, "interview")
    assert house.journal.corrections.lessons() == []
    await house.learner.work(box, box)
    (lesson,) = house.journal.corrections.lessons()
    assert lesson == Lesson(1, "interview", mail(1, body=SECRET.decode()))
    undo(house, entry)
    house.journal.store.fold()
    assert house.journal.corrections.lessons() == []
    folder = house.journal.store.path.parent
    assert not any(SECRET in path.read_bytes() for path in folder.iterdir())


async def test_a_later_correction_takes_the_text_on(house, box):
    entry = await taken_in(house, box)
    correct(house, entry, "interview")
    await house.learner.work(box, box)
    box.delete(1, "INBOX")
    correct(house, entry, "offer")
    assert [(one.id, one.label) for one in house.journal.corrections.lessons()] == [(2, "offer")]


async def test_a_text_is_found_where_the_mail_was_moved_to_or_renumbered(house, box):
    entry = await taken_in(house, box)
    correct(house, entry, "interview")
    box.deliver(mail(2))
    box.renumber("INBOX")
    await house.learner.work(box, box)
    assert [one.octets for one in house.journal.corrections.lessons()] == [mail(1)]


async def test_a_mail_of_the_same_message_id_is_not_mistaken_for_it(house, box):
    entry = await taken_in(house, box)
    correct(house, entry, "interview")
    box.delete(1, "INBOX")
    box.deliver(mail(1, subject="Quite another one"))
    await house.learner.work(box, box)
    (said,) = house.journal.corrections.of(entry.identity)
    assert house.journal.corrections.lessons() == []
    assert "is not where it was" in said.problem


async def test_a_mail_that_is_gone_is_looked_for_a_week_and_no_longer(house, box):
    entry = await taken_in(house, box)
    correct(house, entry, "interview")
    box.delete(1, "INBOX")
    house.clock.advance(days=8)
    await house.learner.work(box, box)
    assert "SEARCH HEADER" not in box.verbs
    assert house.journal.messages.get(entry.id).decided_by == "you"


async def test_the_fingerprint_tells_sets_of_lessons_apart(house, box):
    empty = house.journal.corrections.fingerprint()
    entry = await taken_in(house, box)
    correct(house, entry, "interview")
    assert house.journal.corrections.fingerprint() == empty  # nothing to learn from yet
    await house.learner.work(box, box)
    one = house.journal.corrections.fingerprint()
    correct(house, entry, "offer")
    two = house.journal.corrections.fingerprint()
    undo(house, entry)
    assert len({empty, one, two}) == 3
    assert house.journal.corrections.fingerprint() == empty
    assert all(set(each) <= set("0123456789abcdef") for each in (empty, one, two))


# --- mails that the log does not have ---


def seek(house, number, word):
    return house.journal.corrections.add(spoken(word, house.clock.now(), message_id=f"<mail-{number}@acme.example>"))


async def test_a_missed_rejection_is_found_by_its_message_id_and_planned(house, box):
    assert await taken_in(house, box, "other") is None
    seek(house, 1, "rejection")
    await house.learner.work(box, box)
    (entry,) = house.journal.messages.log()
    assert (entry.reading.verdict.label, entry.decided_by, entry.model.label) == ("rejection", "you", "other")
    assert states(house)["thank_you"] == "planned"
    assert [one.label for one in house.journal.corrections.lessons()] == ["rejection"]
    assert house.journal.store.rows("SELECT * FROM strangers") == []


async def test_undoing_it_leaves_no_more_than_of_any_other_mail(house, box):
    await taken_in(house, box, "other", body=SECRET.decode())
    seek(house, 1, "rejection")
    await house.learner.work(box, box)
    (entry,) = house.journal.messages.log()
    undo(house, entry)
    house.journal.store.fold()
    assert house.journal.messages.log() == house.journal.jobs.all() == []
    assert [row["label"] for row in house.journal.store.rows("SELECT label FROM strangers")] == ["other"]
    assert house.journal.applications.of_account("main") == []
    told = b"".join(path.read_bytes() for path in house.journal.store.path.parent.iterdir())
    assert not any(words in told for words in (SECRET, b"mail-1@acme.example", b"dana.whitfield"))


async def test_undoing_it_after_its_draft_was_laid_keeps_what_the_draft_answers(house, box):
    await taken_in(house, box, "other")
    seek(house, 1, "rejection")
    await house.learner.work(box, box)
    (entry,) = house.journal.messages.log()
    job = house.journal.jobs.move(house.journal.jobs.all()[0], Move.INTEND, house.clock.now())
    house.journal.jobs.move(job, Move.LAID, house.clock.now(), placed_at=house.clock.now())
    assert len(undo(house, entry).laid) == 1
    assert [one.reading.verdict.label for one in house.journal.messages.log()] == ["other"]


async def test_a_stranger_corrected_to_other_stays_a_stranger_and_is_learnt(house, box):
    await taken_in(house, box, "other")
    seek(house, 1, "not_rejection")
    await house.learner.work(box, box)
    assert [one.label for one in house.journal.corrections.lessons()] == ["not_rejection"]
    # the likeliest label that is none of a rejection decides whether it is about a job
    assert all(one.decided_by == "you" for one in house.journal.messages.log())


async def test_an_id_that_no_mail_has_is_said_and_waits(house, box):
    await taken_in(house, box)
    number = seek(house, 77, "rejection")
    await house.learner.work(box, box)
    said = house.journal.corrections.sought_as("<mail-77@acme.example>")
    assert (said.id, said.problem) == (number, "No mail of this id lies in the watched folders so far.")
    box.deliver(mail(77, "other"))
    await house.learner.work(box, box)
    assert house.journal.corrections.sought_as("<mail-77@acme.example>") is None
    assert len(house.journal.corrections.lessons()) == 1


async def test_a_search_that_was_taken_back_while_the_mail_was_read_ends_without_it(house, box):
    await taken_in(house, box, "other")
    seek(house, 1, "rejection")
    sought = house.journal.corrections.sought_as("<mail-1@acme.example>")
    house.mind.on_read = lambda _count: house.journal.corrections.end(sought, house.clock.now())
    await house.learner.work(box, box)
    assert house.journal.messages.log() == [] and house.journal.corrections.count() == 0


async def test_an_id_that_only_begins_alike_is_not_taken(house, box):
    await taken_in(house, box, "other", number=11, message_id="<x-1@acme.example>,<mail-1@acme.example>")
    seek(house, 1, "rejection")
    await house.learner.work(box, box)
    assert house.journal.corrections.lessons() == []


async def test_a_mail_that_breaks_its_reader_is_not_learnt_and_not_tried_for_ever(house, box):
    await taken_in(house, box, "unreadable")
    seek(house, 1, "rejection")
    await house.learner.work(box, box)
    reads = house.mind.reads
    await house.learner.work(box, box)
    assert house.mind.reads == reads
    assert house.journal.corrections.count() == 0
    assert any("could not be read" in line for line in house.said)


# --- laying ---


async def test_a_draft_in_doubt_that_did_not_arrive_is_not_laid_again_for_a_corrected_mail(house, box):
    entry = await taken_in(house, box)
    (job, _) = house.journal.jobs.all()
    job = house.journal.jobs.move(job, Move.INTEND, house.clock.now(), uidvalidity=1, uidnext=1)
    correct(house, entry, "interview")
    house.journal.jobs.move(job, Move.ABSENT, house.clock.now())
    house.clock.at = max(house.clock.now(), job.due)
    laid = await house.writer.work(EmptyDrafts())
    assert laid == []
    assert house.journal.jobs.get(job.id).state is State.CANCELLED


async def test_a_job_taken_back_while_it_is_being_laid_is_not_laid(house, box):
    entry = await taken_in(house, box)
    job = house.journal.jobs.all()[0]
    house.clock.at = max(house.clock.now(), job.due)
    drafts = EmptyDrafts(lambda: correct(house, entry, "interview"))
    assert await house.writer.work(drafts) == []
    assert drafts.appended == 0
    assert house.journal.jobs.get(job.id).state is State.CANCELLED


class EmptyDrafts:
    """core.ports.DraftBox with nothing in it; `meanwhile` happens when its state is asked for."""

    def __init__(self, meanwhile=lambda: None):
        self.appended, self._meanwhile = 0, meanwhile

    async def state(self):
        self._meanwhile()
        return FolderState(0, 1, 1)

    async def append(self, _message, _at):
        self.appended += 1
        return 1

    async def drafts(self, _first_uid=1):
        return []

    async def sent_since(self, _since):
        return []

    trashed_since = sent_since

    async def sent_state(self):
        return FolderState(0, 1, 1)

    async def sent(self, _first_uid):
        return []
