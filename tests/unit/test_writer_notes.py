"""Notes to the person and digests among the drafts: no caps hold them, a pause does, and they answer nobody."""

from datetime import timedelta

import pytest
from support.corevalues import ME, MONDAY, job, policy, working
from support.faultybox import Server, message
from support.minds import mail
from support.rooms import room

from daemon.core.draft import compose
from daemon.core.job import State, Step
from templates.layout import Letter

SUNDAY = MONDAY + timedelta(days=6, hours=8)


@pytest.fixture
async def one(tmp_path):
    """A room that lays no draft to others, with one application."""
    made = room(tmp_path, rules=policy(hours=working(), per_day=0))
    await made.read(on(made))
    yield made
    made.journal.close()


def on(one):
    """A connection to a mailbox with one rejection."""
    server = Server(one.clock)
    server.lay(mail(1, x_company="Acme", x_role="Baker"), "INBOX")
    return server.connection()


def added(one, step, number=1, **changes):
    """A note that is due now."""
    made = job(
        step=step, recipient=ME.address, recipient_name=None, due=MONDAY, event=MONDAY,
        message_id=f"<{number:08}-2222-4333-8444-555555555555@example.org>", **changes,
    )  # fmt: skip
    return one.journal.jobs.get(one.journal.jobs.add(made))


async def laid(one, box):
    return [done.step for done in await one.writer.work(box)]


def digest_of(one):
    """What stands for a digest's words."""
    return lambda digest, at: compose(digest, None, Letter("Your week", "All is well.\n"), ME, at)


async def test_caps_hold_no_note_and_notes_count_for_none(one, monkeypatch):
    monkeypatch.setattr(one.recorder.planner, "replan", lambda *_args: None)
    box, notes = on(one), [added(one, Step.REFLECTION), added(one, Step.LINKEDIN_NOTE, 2)]
    assert await laid(one, box) == [Step.REFLECTION, Step.LINKEDIN_NOTE]
    drafts = [message(raw) for raw in box.there["Drafts"].mails.values()]
    assert {draft["To"] for draft in drafts} == {"Sam Rivera <sam@example.org>"}
    assert [draft["In-Reply-To"] for draft in drafts] == [None, None]
    assert one.journal.jobs.placed_since(MONDAY - timedelta(days=1)) == 0
    assert [one.journal.jobs.get(note.id).state for note in notes] == [State.PLACED] * 2


async def test_a_note_waits_for_working_time_and_a_digest_does_not(one, monkeypatch):
    monkeypatch.setattr(one.recorder.planner, "replan", lambda *_args: None)
    monkeypatch.setattr(one.composer, "_digest_of", digest_of(one))
    one.clock.at, box = SUNDAY, on(one)
    note = added(one, Step.REFLECTION)
    added(one, Step.DIGEST, 2, application=0, message=0)
    assert await laid(one, box) == [Step.DIGEST]
    waits = one.journal.jobs.get(note.id)
    assert waits.why == "It is outside your working hours and days."
    one.clock.at = waits.due
    assert await laid(one, box) == [Step.REFLECTION]


async def test_nothing_is_laid_before_a_pause_is_over(one, monkeypatch):
    monkeypatch.setattr(one.recorder.planner, "replan", lambda *_args: None)
    monkeypatch.setattr(one.composer, "_digest_of", digest_of(one))
    one.journal.pauses.set(MONDAY + timedelta(days=7))
    box, note = on(one), added(one, Step.REFLECTION)
    digest = added(one, Step.DIGEST, 2, application=0, message=0)
    assert await laid(one, box) == []
    waiting = [one.journal.jobs.get(each.id) for each in (note, digest)]
    assert all(each.why.startswith("You paused all drafts until") for each in waiting)
    one.clock.at = max(each.due for each in waiting)
    assert sorted(await laid(one, box)) == [Step.DIGEST, Step.REFLECTION]


async def test_what_the_plan_wants_no_more_is_not_laid_even_if_it_is_due(one):
    """A reflection without a conversation: it was planned before the facts were known."""
    box = on(one)
    had = {each.step: each for each in one.journal.jobs.of_application(1)}
    note = had.get(Step.REFLECTION) or added(one, Step.REFLECTION)
    with one.journal.transaction() as con:
        con.execute("UPDATE jobs SET state = 'planned', due = ? WHERE id = ?", (MONDAY.isoformat(), note.id))
    assert await laid(one, box) == []
    assert one.journal.jobs.get(note.id).state in {State.SKIPPED, State.CANCELLED}


async def test_the_subject_of_what_is_laid_is_remembered(one, monkeypatch):
    monkeypatch.setattr(one.recorder.planner, "replan", lambda *_args: None)
    box, note = on(one), added(one, Step.REFLECTION)
    await laid(one, box)
    (kept,) = one.journal.lives.lying("main", MONDAY)
    assert (kept.job.id, kept.missing) == (note.id, None)
    assert kept.subject == message(next(iter(box.there["Drafts"].mails.values())))["Subject"]
    assert one.journal.lives.ids("main") == {note.message_id}
