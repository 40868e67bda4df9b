"""Laying drafts into a real Dovecot: once, as composed, when it is time, and not what the person has answered."""

import email
import re
from datetime import timedelta
from email import policy as email_policy

import pytest
from support.corevalues import MONDAY, policy, working
from support.rooms import ALWAYS
from support.rounds import composed, lay, own_answer, person, placing, planned

from daemon.core.job import Move, State

DANA = "dana.whitfield@acme.example"


async def test_a_due_draft_is_laid_once_as_it_was_composed(server, house):
    one = house()
    job = await planned(one, server)
    wanted = composed(one, job)
    assert one.writer.has_work()
    (laid,) = await lay(one, server)
    assert await server.messages("Drafts") == [wanted]
    ((uid, (flags, *_)),) = (await server.snapshot("Drafts")).items()
    assert flags == {"\\Draft", "\\Seen"}
    assert (laid.state, laid.uid, laid.placed_at) == (State.PLACED, uid, one.clock.now())
    assert one.moves(job) == ["intend", "laid"]
    message = email.message_from_bytes(wanted, policy=email_policy.default)
    assert message["To"].addresses[0].addr_spec == DANA
    assert message["In-Reply-To"] == "<mail-1@acme.example>"
    assert not one.writer.has_work()
    assert await lay(one, server) == []
    assert len(await server.messages("Drafts")) == 1


async def test_before_it_is_due_nothing_is_laid_and_no_connection_is_worth_it(server, house):
    one = house()
    job = await planned(one, server)
    one.clock.at = job.due - timedelta(seconds=1)
    assert not one.writer.has_work()
    assert await lay(one, server) == []
    assert await server.messages("Drafts") == []


async def test_a_server_that_does_not_tell_the_uid_is_looked_at(server, house):
    one = house()
    job = await planned(one, server)
    server.proxy.rewrite = lambda data: re.sub(rb"\[APPENDUID [^]]*\] ", b"", data)
    (laid,) = await lay(one, server)
    assert laid.uid == next(iter(await server.snapshot("Drafts")))
    assert one.moves(job) == ["intend", "laid"]


@pytest.mark.parametrize("folder", ["Sent", "Drafts"])
async def test_what_the_person_has_answered_is_not_answered_again(server, house, folder):
    one = house()
    job = await planned(one, server)
    await server.deliver(own_answer(composed(one, job)), folder, one.clock.now())
    assert await lay(one, server) == []
    found = one.journal.jobs.get(job.id)
    assert found.state == State.ANSWERED
    assert "written to them yourself" in found.why
    assert await server.messages("Drafts") == await server.messages(folder) * (folder == "Drafts")


async def test_a_draft_that_was_laid_before_and_thrown_away_is_not_laid_again(server, house):
    """A journal that was restored from a backup plans what its successor had laid."""
    one = house()
    job = await planned(one, server)
    await server.deliver(composed(one, job), "Trash", one.clock.now())
    assert await lay(one, server) == []
    assert one.journal.jobs.get(job.id).state == State.ANSWERED


OTHER_THREAD = {"In-Reply-To": "<x@y>", "References": None}
FORWARD = {"To": "friend@home.example", "Subject": "Fwd: Your application, number 1"}


@pytest.mark.parametrize(
    ("headers", "days"), [(FORWARD, 1), ({"To": "a@b.example"} | OTHER_THREAD, 1), (OTHER_THREAD, -1)]
)
async def test_what_goes_to_somebody_else_or_was_written_before_is_no_answer(server, house, headers, days):
    one = house()
    job = await planned(one, server)
    await server.deliver(own_answer(composed(one, job), **headers), "Sent", MONDAY + timedelta(days=days))
    assert [laid.id for laid in await lay(one, server)] == [job.id]


@pytest.mark.parametrize("headers", [OTHER_THREAD, {"To": "team@acme.example"}])
async def test_a_word_to_them_since_is_an_answer_and_so_is_one_in_the_thread(server, house, headers):
    one = house()
    job = await planned(one, server)
    await server.deliver(own_answer(composed(one, job), **headers), "Sent", one.clock.now())
    assert await lay(one, server) == []
    assert one.journal.jobs.get(job.id).state == State.ANSWERED


async def test_a_word_about_another_application_is_none_about_this_one(server, house):
    one = house()
    other = await planned(one, server, 1, x_company="Otto", x_role="Florist")
    await server.deliver(own_answer(composed(one, other)), "Sent", one.clock.now())
    assert await lay(one, server) == []
    job = await planned(one, server, 2, x_company="Acme", x_role="Baker")
    assert (job.application, job.recipient) == (2, other.recipient)
    assert [laid.id for laid in await lay(one, server)] == [job.id]


async def test_to_a_mail_without_message_id_the_subject_tells_the_answer(server, house):
    one = house()
    job = await planned(one, server, message_id=None)
    await server.deliver(own_answer(composed(one, job)), "Sent", one.clock.now())
    assert await lay(one, server) == []
    assert one.journal.jobs.get(job.id).state == State.ANSWERED


async def test_no_more_drafts_a_day_than_the_person_wants(server, house):
    one = house(rules=policy(hours=ALWAYS, per_day=2))
    jobs = [await planned(one, server, number, **person(number)) for number in (1, 2, 3)]
    assert [laid.id for laid in await lay(one, server)] == [job.id for job in jobs[:2]]
    third = one.journal.jobs.get(jobs[2].id)
    assert third.why == "Today has had its 2 drafts."
    assert third.due > one.clock.now()
    assert not one.writer.has_work()
    one.clock.at = third.due
    assert [laid.id for laid in await lay(one, server)] == [third.id]
    assert len(await server.messages("Drafts")) == 3


async def test_no_more_drafts_a_company_in_a_month_than_the_person_wants(server, house):
    one = house(rules=policy(hours=ALWAYS, per_company=1))
    same = person(1)
    first = await planned(one, server, 1, **same, x_role="Florist")
    second = await planned(
        one, server, 2, **(same | {"sender": "Other Miller <other@firm1.example>", "x_role": "Baker"})
    )
    assert [laid.id for laid in await lay(one, server)] == [first.id]
    assert "1 draft of this month" in one.journal.jobs.get(second.id).why


async def test_outside_working_time_a_draft_waits_for_it(server, house):
    one = house(rules=policy(hours=working()))
    job = await planned(one, server)
    one.clock.at = job.due.replace(hour=22)
    assert not one.writer.has_work()
    found = one.journal.jobs.get(job.id)
    assert found.why == "It is outside your working hours and days."
    assert found.due > one.clock.now()
    one.clock.at = found.due
    assert len(await lay(one, server)) == 1


async def test_what_is_never_allowed_is_not_written_down_again_and_again(server, house):
    one = house(rules=policy(hours=ALWAYS, per_day=0))
    job = await planned(one, server)
    assert not one.writer.has_work()
    found = one.journal.jobs.get(job.id)
    assert (found.state, found.due) == (State.PLANNED, job.due)
    assert "cadence.drafts_per_day is 0" in found.why
    other = house().journal.store
    before = other.rows("PRAGMA data_version")[0][0]
    assert not one.writer.has_work()
    assert other.rows("PRAGMA data_version")[0][0] == before


async def test_two_that_lay_at_once_lay_one(server, house):
    """Nobody runs two daemons (there is a lock), but the table of moves would not let them lay twice."""
    one, two = house(), house()
    job = await planned(one, server)
    two.clock.at = one.clock.at
    async with placing(server) as box, placing(server) as other:
        stale = two.journal.jobs.get(job.id)
        await one.writer.work(box)
        assert two.journal.jobs.get(job.id).state == State.PLACED
        assert await two.writer.work(other) == []
        with pytest.raises(ValueError, match="a job that is placed cannot intend"):
            two.journal.jobs.move(stale, Move.INTEND, two.clock.now())
    assert len(await server.messages("Drafts")) == 1


async def test_only_appends_to_drafts_are_ever_sent(server, house):
    one = house()
    await planned(one, server)
    await lay(one, server)
    verbs = set(server.proxy.verbs())
    allowed = {"CAPABILITY", "NAMESPACE", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "APPEND", "LOGOUT"}
    assert verbs <= allowed
    appended = [command.text for command in server.proxy.commands if command.verb == "APPEND"]
    assert len(appended) == 1 and appended[0].startswith('"Drafts" (\\Draft \\Seen)')
