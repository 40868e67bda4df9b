"""What moving mails into the two learning folders says, what moving them back unsays, and what says nothing."""

import contextlib
from dataclasses import replace

import pytest
from support.clock import MONDAY
from support.fakebox import FakeBox
from support.minds import mail
from support.rooms import room

from daemon.core.errors import NeedsOperator
from daemon.learner import Wanted

YES, NO = "Highroad/Rejection", "Highroad/Not a rejection"


@pytest.fixture
def box():
    return FakeBox()


@pytest.fixture
def house(tmp_path):
    one = room(tmp_path)
    with contextlib.closing(one.journal):
        yield one


async def passing(house, box):
    """One pass, as `once` and each poll of `run` make it."""
    house.clock.advance(minutes=5)
    await house.read(box)
    await house.learner.work(box, box)


async def began(house, box, *truths):
    """Mails that were read; the learning folders are there."""
    for number, truth in enumerate(truths, 1):
        box.deliver(mail(number, truth))
    await passing(house, box)


def standing(house):
    rows = house.journal.store.rows("SELECT label, folder FROM corrections WHERE ended IS NULL ORDER BY id")
    return [(row["label"], row["folder"]) for row in rows]


def ever(house):
    return house.journal.store.rows("SELECT count(*) FROM corrections")[0][0]


def labels(house):
    return [(entry.reading.verdict.label, entry.decided_by) for entry in house.journal.messages.log()]


def thanks(house):
    return [job.state.value for job in house.journal.jobs.all() if job.step.value == "thank_you"]


async def test_the_folders_are_made_if_they_are_not_there_and_only_once(house, box):
    await began(house, box)
    await passing(house, box)
    assert [verb for verb in box.verbs if verb.startswith("CREATE")] == [f"CREATE {YES}", f"CREATE {NO}"]


async def test_without_the_setting_no_folder_is_made_or_looked_into(tmp_path, box):
    one = room(tmp_path, wanted=Wanted(("INBOX",)))
    with contextlib.closing(one.journal):
        await one.learner.work(box, box)
    assert box.verbs == []


async def test_a_mail_moved_there_is_learnt_and_its_plan_taken_back(house, box):
    await began(house, box, "rejection")
    assert thanks(house) == ["planned"]
    box.move(1, "INBOX", NO)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]
    assert labels(house)[0][1] == "you" and labels(house)[0][0] != "rejection"
    assert thanks(house) == ["cancelled"]
    assert [one.octets for one in house.journal.corrections.lessons()] == [mail(1)]
    assert house.said[-1].startswith(f"“{NO}”: one mail more to learn from. Its text is kept")


async def test_moved_back_it_is_unlearnt_and_planned_again(house, box):
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    box.move(moved, NO, "INBOX")
    await passing(house, box)
    assert standing(house) == [] and house.journal.corrections.lessons() == []
    assert labels(house) == [("rejection", "model")]
    assert thanks(house) == ["planned"]
    await passing(house, box)
    assert ever(house) == 1


async def test_a_server_that_does_not_tell_the_next_uid_is_understood_too(house, box, monkeypatch):
    examine = box.examine

    async def silent(folder):
        return replace(await examine(folder), uidnext=None)

    monkeypatch.setattr(box, "examine", silent)
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]
    box.move(moved, NO, "INBOX")
    await passing(house, box)
    assert standing(house) == []


async def test_a_missed_rejection_moved_there_is_planned(house, box):
    await began(house, box, "other")
    box.move(1, "INBOX", YES)
    await passing(house, box)
    assert labels(house) == [("rejection", "you")]
    assert thanks(house) == ["planned"]


async def test_a_stranger_moved_back_is_a_stranger_again(house, box):
    await began(house, box, "other")
    moved = box.move(1, "INBOX", YES)
    await passing(house, box)
    box.move(moved, YES, "INBOX")
    await passing(house, box)
    assert labels(house) == [] and thanks(house) == []
    assert house.journal.store.rows("SELECT label FROM strangers")[0]["label"] == "other"


async def test_a_mail_moved_there_before_it_was_ever_read_is_learnt(house, box):
    await began(house, box)
    box.deliver(mail(1, "acknowledgement"), YES)
    await passing(house, box)
    assert labels(house) == [("rejection", "you")]


async def test_one_that_merely_vanished_keeps_its_correction(house, box):
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    box.delete(moved, NO)
    await passing(house, box)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]


async def test_a_copy_that_is_deleted_again_keeps_its_correction_while_the_mail_stays_where_it_was(house, box):
    await began(house, box, "rejection")
    copy = box.copy(1, "INBOX", NO)
    await passing(house, box)
    box.delete(copy, NO)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]


async def test_clients_that_copy_and_delete_later_are_understood_both_ways(house, box):
    await began(house, box, "rejection")
    copy = box.copy(1, "INBOX", NO)
    await passing(house, box)
    box.delete(1, "INBOX")
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]
    box.copy(copy, NO, "INBOX")
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]
    box.delete(copy, NO)
    await passing(house, box)
    assert standing(house) == []


async def test_a_mail_seen_back_before_it_is_missed_is_unlearnt_all_the_same(house, box):
    """It is moved back between the look into the inbox and the look into the learning folder."""
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    await house.read(box)
    box.move(moved, NO, "INBOX")
    await house.learner.work(box, box)
    assert standing(house) == [("not_rejection", NO)]
    await passing(house, box)
    assert standing(house) == []


async def test_copies_double_nothing(house, box):
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    box.copy(moved, NO, NO)
    await passing(house, box)
    box.copy(moved, NO, NO)
    await passing(house, box)
    assert ever(house) == 1 and len(house.journal.corrections.lessons()) == 1


async def test_a_new_uidvalidity_of_a_learning_folder_doubles_nothing_and_overrules_nobody(house, box):
    await began(house, box, "rejection")
    box.move(1, "INBOX", NO)
    await passing(house, box)
    (entry,) = house.journal.messages.log()
    house.corrector.correct(entry, "interview", house.clock.now())
    box.renumber(NO)
    await passing(house, box)
    assert standing(house) == [("interview", None)]
    assert ever(house) == 2
    assert len(house.journal.learning.held("main", NO)) == 1


async def test_a_new_uidvalidity_of_the_inbox_unlearns_nothing(house, box):
    await began(house, box, "rejection", "other")
    copy = box.copy(1, "INBOX", NO)
    await passing(house, box)
    box.delete(copy, NO)
    await passing(house, box)
    box.renumber("INBOX")
    await passing(house, box)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]


async def test_of_both_folders_the_later_seen_stands(house, box):
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    box.copy(moved, NO, YES)
    await passing(house, box)
    assert standing(house) == [("rejection", YES)]
    assert labels(house) == [("rejection", "you")]
    assert thanks(house) == ["planned"]
    await passing(house, box)
    assert ever(house) == 2


async def test_moved_from_one_learning_folder_to_the_other_it_means_the_other(house, box):
    await began(house, box, "acknowledgement")
    moved = box.move(1, "INBOX", YES)
    await passing(house, box)
    box.move(moved, YES, NO)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]
    assert thanks(house) == ["cancelled"]


async def test_a_correction_undone_by_command_is_not_learnt_again_while_the_mail_lies_there(house, box):
    await began(house, box, "rejection")
    box.move(1, "INBOX", NO)
    await passing(house, box)
    (entry,) = house.journal.messages.log()
    house.corrector.undo(house.journal.corrections.standing(entry.identity), house.clock.now())
    await passing(house, box)
    assert standing(house) == [] and labels(house) == [("rejection", "model")]


async def test_moved_there_a_second_time_it_is_learnt_a_second_time(house, box):
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    back = box.move(moved, NO, "INBOX")
    await passing(house, box)
    box.move(back, "INBOX", NO)
    await passing(house, box)
    assert standing(house) == [("not_rejection", NO)]


async def test_what_the_person_said_by_command_is_not_said_again_by_the_folder(house, box):
    await began(house, box, "rejection")
    (entry,) = house.journal.messages.log()
    house.corrector.correct(entry, "not_rejection", house.clock.now())
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    box.move(moved, NO, "INBOX")
    await passing(house, box)
    assert standing(house) == [("not_rejection", None)]


async def test_a_mail_corrected_by_command_and_moved_at_once_still_gets_its_text(house, box):
    await began(house, box, "rejection")
    (entry,) = house.journal.messages.log()
    house.corrector.correct(entry, "not_rejection", house.clock.now())
    box.move(1, "INBOX", NO)
    await passing(house, box)
    assert [one.octets for one in house.journal.corrections.lessons()] == [mail(1)]


async def test_a_mail_that_breaks_its_reader_is_looked_at_once(house, box):
    await began(house, box)
    box.deliver(mail(1, "unreadable"), YES)
    await passing(house, box)
    reads = house.mind.reads
    await passing(house, box)
    assert house.mind.reads == reads and standing(house) == []


async def test_many_mails_at_once_are_all_learnt(house, box):
    await began(house, box)
    for number in range(1, 46):
        box.deliver(mail(number, "other"), YES)
    await passing(house, box)
    assert len(house.journal.corrections.lessons()) == 45


async def test_a_folder_that_cannot_be_made_is_a_sentence(house, box):
    box.refuses = True
    with pytest.raises(NeedsOperator, match="said no"):
        await house.learner.work(box, box)


async def test_other_names_in_the_settings_leave_the_old_folders_alone(house, tmp_path, box):
    await began(house, box, "rejection")
    moved = box.move(1, "INBOX", NO)
    await passing(house, box)
    other = room(tmp_path, wanted=Wanted(("INBOX",), "A", "B"), clock=house.clock)
    with contextlib.closing(other.journal):
        await passing(other, box)
        assert standing(other) == [("not_rejection", NO)]
        box.move(moved, NO, "INBOX")
        await passing(other, box)
        assert standing(other) == []


async def test_what_is_kept_is_the_beginning_of_the_mail_and_where_it_came_from(house, box):
    await began(house, box, "rejection")
    box.move(1, "INBOX", NO)
    await passing(house, box)
    (entry,) = house.journal.messages.log()
    assert (entry.place.folder, entry.place.uid) == ("INBOX", 1)
    (said,) = house.journal.corrections.of(entry.identity)
    assert (said.folder, said.kept, said.account) == (NO, True, "main")
    assert said.at > MONDAY
