"""When the model is trained anew, what is noted of it, and what a training that breaks down does not stop."""

import contextlib

import pytest
from support.fakebox import FakeBox
from support.minds import mail
from support.rooms import listener, room
from support.teachers import ScriptedTeacher

from daemon.learner import School
from daemon.model_note import ModelNote, remembered


@pytest.fixture
def house(tmp_path):
    one = room(tmp_path / "state")
    with contextlib.closing(one.journal):
        yield one


@pytest.fixture
def teacher():
    return ScriptedTeacher()


@pytest.fixture
def said():
    return []


@pytest.fixture
def school(house, teacher, tmp_path, said):
    rested = lambda: said.append("rested")  # noqa: E731

    class Mind:
        async def rest(self):
            rested()

    return School(house.journal, Mind(), house.clock, teacher, ModelNote(tmp_path / "model"), listener(said))


async def corrected(house, *words):
    box = FakeBox()
    for number, word in enumerate(words, 1):
        box.deliver(mail(number))
        await house.read(box)
        house.corrector.correct(house.journal.messages.log()[-1], word, house.clock.now())
    await house.learner.work(box, box)


@pytest.mark.parametrize("damaged", ["", "[1", "[1]", '{"trained": 5}', '{"trained": "x"}', '{"corrections": "x"}'])
def test_a_damaged_note_is_none(tmp_path, damaged):
    (tmp_path / "model.json").write_text(damaged)
    assert remembered(tmp_path) is None


async def test_without_corrections_nothing_is_trained(school, teacher):
    assert await school.attend() is None
    assert teacher.taught == []


async def test_new_corrections_are_learnt_once_and_the_next_child_loads_what_came_of_it(
    house, school, teacher, tmp_path, said
):
    await corrected(house, "interview", "offer")
    learnt = await school.attend()
    assert learnt.promoted and learnt.corrections == 2
    assert teacher.taught == [(["interview", "offer"], house.journal.corrections.fingerprint())]
    assert said == ["rested", "Training ...", "rested", "It is used from now on."]
    note = remembered(tmp_path / "model")
    assert note == {
        "learnt": house.journal.corrections.fingerprint(), "promoted": True, "corrections": 2,
        "why": "It is used from now on.",
    }  # fmt: skip
    assert await school.attend() is None
    assert len(teacher.taught) == 1


async def test_what_is_undone_is_unlearnt(house, school, teacher):
    await corrected(house, "interview")
    await school.attend()
    (entry,) = house.journal.messages.log()
    house.corrector.undo(house.journal.corrections.standing(entry.identity), house.clock.now())
    await school.attend()
    assert [words for words, _ in teacher.taught] == [["interview"], []]
    assert await school.attend() is None


async def test_a_model_kept_aside_is_not_trained_again(house, school, teacher):
    teacher.promoted = False
    await corrected(house, "interview")
    assert not (await school.attend()).promoted
    assert await school.attend() is None


async def test_after_an_upgrade_the_model_that_says_it_learnt_nothing_is_taught_again(house, school, teacher, tmp_path):
    await corrected(house, "interview")
    await school.attend()
    ModelNote(tmp_path / "model").ready({"key": "new", "learnt": None, "corrections": 0})
    await school.attend()
    assert len(teacher.taught) == 2


async def test_a_training_that_breaks_down_is_said_and_tried_again_an_hour_later(house, school, teacher, said):
    teacher.broken = True
    await corrected(house, "interview")
    assert await school.attend() is None
    assert said[-1] == "Nothing was learnt, the model of before is used on. The training ended by SIGKILL."
    assert await school.attend() is None
    assert len(teacher.taught) == 1
    house.clock.advance(hours=1)
    teacher.broken = False
    assert (await school.attend()).promoted
    assert len(teacher.taught) == 2


async def test_new_corrections_are_tried_at_once_though_the_last_training_broke_down(house, school, teacher):
    teacher.broken = True
    await corrected(house, "interview")
    await school.attend()
    (entry,) = house.journal.messages.log()
    house.corrector.correct(entry, "offer", house.clock.now())
    await school.attend()
    assert [words for words, _ in teacher.taught] == [["interview"], ["offer"]]


async def test_a_lesson_that_could_not_be_read_is_said_where_the_correction_is_shown(house, school, teacher):
    teacher.unreadable = (1,)
    await corrected(house, "interview")
    await school.attend()
    (entry,) = house.journal.messages.log()
    (said,) = house.journal.corrections.of(entry.identity)
    assert "could not be read" in said.problem


def test_why_a_model_is_used_stays_noted_as_long_as_it_is_that_model(tmp_path):
    note = ModelNote(tmp_path)
    note.add({"learnt": "abc", "why": "It is used from now on."})
    note.ready({"learnt": "abc", "corpus": 5})
    assert note.read() == {"learnt": "abc", "why": "It is used from now on.", "corpus": 5}
    note.ready({"learnt": None, "corpus": 6})
    assert note.read() == {"learnt": None, "corpus": 6}
