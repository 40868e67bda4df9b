"""Looking at Drafts and Sent: what the person sent is known, what became of drafts is noticed, nothing is touched."""

from dataclasses import replace
from datetime import timedelta

import pytest
from support.corevalues import MONDAY
from support.faultybox import Server, own_answer, rewritten
from support.minds import mail
from support.rooms import room

from daemon.core.errors import Transient
from daemon.core.job import State, Step
from daemon.core.ports import FolderState

MINUTES = timedelta(minutes=10)
DANA = "dana.whitfield@acme.example"
ANSWERED = "<mail-1@acme.example>"


@pytest.fixture
def one(tmp_path):
    made = room(tmp_path)
    yield made
    made.journal.close()


@pytest.fixture
def server(one):
    return Server(one.clock)


async def read(one, server, raw):
    server.lay(raw, "INBOX")
    await one.read(server.connection())


async def laid(one, server, **headers):
    """A rejection's thank-you lies in Drafts; its job and its UID there."""
    await read(one, server, mail(1, x_company="Acme", x_role="Baker", **headers))
    (job,) = [job for job in one.jobs() if job.step is Step.THANK_YOU]
    one.clock.at = max(one.clock.at, job.due)
    (done,) = await one.writer.work(server.connection())
    await look(one, server)
    return done


async def look(one, server, after=MINUTES):
    one.clock.at += after
    before = {name: dict(folder.mails) for name, folder in server.there.items()}
    await one.outbox.look(server.connection())
    assert {name: folder.mails for name, folder in server.there.items()} == before


def state(one, job):
    return one.journal.jobs.get(job.id).state


def own_mails(one, application=1):
    return [headers.message_id for _, headers in one.journal.own_mails.of(application)]


async def test_a_draft_that_lies_there_has_no_news(one, server):
    job = await laid(one, server)
    await look(one, server)
    assert state(one, job) is State.PLACED
    assert one.moves(job) == ["intend", "laid"]


@pytest.mark.parametrize("changed", [False, True])
async def test_a_draft_that_is_sent_is_found_sent(one, server, changed):
    job = await laid(one, server)
    raw = server.take(job.uid, "Drafts")
    server.lay(rewritten(raw, 1) if changed else raw, "Sent")
    await look(one, server)
    assert state(one, job) is State.SENT
    assert len(own_mails(one)) == 1
    (life,) = one.journal.lives.all()
    assert job.placed_at <= life.sent < one.clock.now()
    assert not life.answered


async def test_an_answer_to_what_was_sent_is_counted(one, server):
    job = await laid(one, server)
    server.lay(server.take(job.uid, "Drafts"), "Sent")
    await look(one, server)
    one.clock.at += MINUTES
    await read(one, server, mail(2, "other", in_reply_to=job.message_id, at=one.clock.now()))
    assert [life.answered for life in one.journal.lives.all()] == [True]


async def test_an_edited_draft_is_edited_and_then_sent(one, server):
    job = await laid(one, server)
    edited = rewritten(server.take(job.uid, "Drafts"), 1)
    uid = server.lay(edited, "Drafts")
    await look(one, server)
    assert state(one, job) is State.EDITED
    server.take(uid, "Drafts")
    await look(one, server)
    server.lay(rewritten(edited, 2), "Sent")
    await look(one, server)
    assert one.moves(job) == ["intend", "laid", "edit", "send"]


async def test_a_deleted_draft_is_deleted_at_the_second_look_and_respected(one, server):
    job = await laid(one, server)
    server.lay(server.take(job.uid, "Drafts"), "Trash")
    await look(one, server)
    assert state(one, job) is State.PLACED
    await look(one, server, timedelta(minutes=1))
    assert state(one, job) is State.PLACED
    await look(one, server)
    assert state(one, job) is State.DELETED
    one.clock.at += timedelta(days=3)
    assert await one.writer.work(server.connection()) == []
    assert len(server.appended) == 1


async def test_the_second_look_may_be_another_process(one, server, tmp_path):
    job = await laid(one, server)
    server.take(job.uid, "Drafts")
    await look(one, server)
    again = room(tmp_path, clock=one.clock)
    await look(again, server)
    assert state(again, job) is State.DELETED
    again.journal.close()


async def test_a_deleted_draft_that_comes_back_lies_there_again(one, server):
    job = await laid(one, server)
    raw = server.take(job.uid, "Drafts")
    await look(one, server)
    await look(one, server)
    server.lay(raw, "Drafts")
    await look(one, server)
    await look(one, server)
    assert one.moves(job) == ["intend", "laid", "delete", "return"]


async def test_a_draft_that_was_moved_elsewhere_is_not_deleted_and_looked_for_seldom(one, server, monkeypatch):
    job = await laid(one, server)
    server.lay(server.take(job.uid, "Drafts"), "Archive")
    for _ in range(5):
        await look(one, server)
    assert state(one, job) is State.PLACED
    server.there["Archive"].mails.clear()
    await look(one, server)
    assert state(one, job) is State.PLACED
    await look(one, server, timedelta(days=1, minutes=10))
    assert state(one, job) is State.DELETED


async def test_folders_that_are_numbered_anew_tell_of_no_deletion(one, server):
    job = await laid(one, server)
    server.renumber("Drafts")
    server.renumber("Sent")
    await look(one, server)
    await look(one, server)
    assert state(one, job) is State.PLACED
    uid = next(iter(server.there["Drafts"].mails))
    server.take(uid, "Drafts")
    await look(one, server)
    await look(one, server)
    assert state(one, job) is State.DELETED


async def test_a_mailbox_that_was_put_back_without_the_draft_tells_of_no_deletion(one, server):
    server.back_up("Drafts")
    job = await laid(one, server)
    server.restore("Drafts")
    server.renumber("Drafts")
    await look(one, server)
    await look(one, server)
    assert state(one, job) is State.PLACED


async def test_without_a_sent_folder_nobody_knows_what_was_sent(one, server, monkeypatch):
    job = await laid(one, server)
    server.take(job.uid, "Drafts")

    async def none(_box):
        return None

    monkeypatch.setattr("support.faultybox.FaultyBox.sent_state", none)
    await look(one, server)
    await look(one, server)
    assert state(one, job) is State.PLACED


async def test_own_mails_of_applications_are_kept_and_no_others(one, server):
    await read(one, server, mail(1, "interview", x_company="Acme", x_role="Baker"))
    server.lay(own_answer(ANSWERED, DANA, 1), "Sent")
    server.lay(own_answer("<x@y>", DANA, 2), "Sent")
    server.lay(own_answer("<x@y>", "friend@home.example", 3), "Sent")
    server.lay(own_answer("<x@y>", "noreply@acme.example", 4), "Sent")
    server.lay(own_answer("<x@y>", "sam.rivera@mail.example", 5), "Sent")
    await look(one, server)
    assert sorted(own_mails(one)) == ["<own-1@example.org>", "<own-2@example.org>"]
    await look(one, server)
    assert len(own_mails(one)) == 2
    kept = " ".join(map(str, (dict(row) for row in one.journal.store.rows("SELECT * FROM own_mails"))))
    assert "friend@home" not in kept and "Thank you for letting me know" not in kept


async def test_what_was_sent_before_the_people_were_known_is_found_when_they_are(one, server):
    server.lay(own_answer("<x@y>", DANA, 1), "Sent")
    await read(one, server, mail(2, "interview", sender="Kim Lee <kim@otto.example>", x_company="Otto"))
    await look(one, server)
    assert own_mails(one) == []
    await read(one, server, mail(1, "interview", x_company="Acme", x_role="Baker"))
    await look(one, server)
    assert own_mails(one, 2) == ["<own-1@example.org>"]


async def test_only_what_is_new_in_sent_is_fetched(one, server, monkeypatch):
    await read(one, server, mail(1, "interview", x_company="Acme"))
    for number in range(5):
        server.lay(own_answer("<x@y>", DANA, number), "Sent")
    await look(one, server)
    server.lay(own_answer(ANSWERED, DANA, 7), "Sent")
    asked = []
    headers = server.connection()._headers
    box = server.connection()

    def counted(folder, fits):
        found = headers(folder, fits)
        asked.extend([folder] * len(found))
        return found

    monkeypatch.setattr(box, "_headers", counted)
    one.clock.at += MINUTES
    await one.outbox.look(box)
    assert asked == ["Sent"]
    assert len(own_mails(one)) == 6


async def test_a_sent_folder_that_was_put_back_is_read_anew(one, server):
    await read(one, server, mail(1, "interview", x_company="Acme"))
    server.back_up("Sent")
    for number in range(3):
        server.lay(own_answer("<x@y>", "friend@home.example", number), "Sent")
    await look(one, server)
    server.restore("Sent")
    server.lay(own_answer(ANSWERED, DANA, 7), "Sent")
    await look(one, server)
    assert own_mails(one) == ["<own-7@example.org>"]


async def test_an_own_answer_in_sent_makes_the_plan_give_way(one, server):
    await read(one, server, mail(1, x_company="Acme"))
    server.lay(own_answer(ANSWERED, DANA, 1), "Sent", MONDAY + timedelta(minutes=5))
    await look(one, server)
    (job,) = [job for job in one.journal.jobs.all() if job.step is Step.THANK_YOU]
    assert job.state is State.ANSWERED


async def test_a_look_that_is_cut_off_is_made_again(one, server):
    job = await laid(one, server)
    server.lay(rewritten(server.take(job.uid, "Drafts"), 1), "Sent")

    async def cut(*_args):
        raise Transient("The connection was cut.")

    box = server.connection()
    box.sent = cut
    one.clock.at += MINUTES
    with pytest.raises(Transient):
        await one.outbox.look(box)
    assert one.outbox.due(one.clock.now())
    await look(one, server)
    assert state(one, job) is State.SENT


async def test_it_is_time_to_look_every_ten_minutes_while_there_is_anything_to_look_for(one, server):
    assert not one.outbox.due(one.clock.now())
    await read(one, server, mail(1, x_company="Acme"))
    assert one.outbox.due(one.clock.now())
    await look(one, server)
    assert not one.outbox.due(one.clock.now() + timedelta(minutes=9))
    assert one.outbox.due(one.clock.now() + timedelta(minutes=10))
    assert one.outbox.due(one.clock.now() - timedelta(days=1))  # a clock that was set back


async def test_folders_without_numbers_to_come_are_read_whole(one, server, monkeypatch):
    await read(one, server, mail(1, "interview", x_company="Acme"))
    server.lay(own_answer(ANSWERED, DANA, 1), "Sent")

    async def untold(_box):
        return FolderState(1, 7, None)

    monkeypatch.setattr("support.faultybox.FaultyBox.sent_state", untold)
    await look(one, server)
    server.lay(own_answer(ANSWERED, DANA, 2), "Sent")
    await look(one, server)
    assert len(own_mails(one)) == 2


async def test_what_employers_advise_is_journalled_once(one, server, monkeypatch):
    job = await laid(one, server)
    server.lay(server.take(job.uid, "Drafts"), "Sent")
    await look(one, server)
    advice = mail(2, "other", in_reply_to=job.message_id, at=one.clock.now())
    monkeypatch.setattr(one.mind, "read", advising(one.mind.read))
    await read(one, server, advice)
    await look(one, server)
    await look(one, server)
    assert [said.text for said in one.journal.feedback.all()] == ["Show more figures.\nTalk less."]
    assert "feedback" in [event.kind for event in one.journal.events.of(1)]


def advising(reading):
    async def read_(raw):
        told = await reading(raw)
        return replace(told, verdict=replace(told.verdict, advice=("Show more figures.", "Talk less.")))

    return read_
