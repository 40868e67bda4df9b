"""Reader, recorder and writer against a real Dovecot; only the readings are scripted, so that every fault can be had."""

import contextlib
import email
import re
from datetime import timedelta
from email import policy as email_policy

import pytest
from support.clock import MONDAY, FakeClock
from support.corevalues import policy, working
from support.mailservers import dovecot_box
from support.minds import ScriptedMind, mail
from support.rooms import ALWAYS, room
from support.scripted import Scripted

from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Declined, Placing
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import JournalFault, Transient
from daemon.core.job import Move, State
from daemon.reader import Synced
from daemon.writer import SETTLE_SECONDS

DANA = "dana.whitfield@acme.example"


@pytest.fixture
async def server(dovecot):
    async with dovecot_box(dovecot) as server:
        yield server


@pytest.fixture
def house(tmp_path):
    """Makes rooms over one state directory and closes their journals; a second one is a restart."""
    with contextlib.ExitStack() as stack:

        def made(name="state", **changes):
            one = room(tmp_path / name, **changes)
            stack.callback(one.journal.close)
            return one

        yield made


@contextlib.asynccontextmanager
async def reading(server):
    mailbox = await Reading.open(server.login, server.password)
    try:
        yield mailbox
    finally:
        await mailbox.close()


@contextlib.asynccontextmanager
async def placing(server):
    box = await Placing.open(server.login, server.password)
    try:
        yield box
    finally:
        await box.close()


async def read(one, server, folder="INBOX", **how):
    async with reading(server) as mailbox:
        return await one.read(mailbox, folder, **how)


async def deliver(server, *numbers, truth="rejection", **how):
    for number in numbers:
        await server.deliver(mail(number, truth, **how))


def subjects(one):
    return [entry.reading.headers.subject for entry in one.journal.messages.log()]


def counted(one, folder="INBOX"):
    """What `status` tells of a folder: messages on the server, seen, older than the first scan."""
    cursor = one.journal.folders.cursor("main", folder)
    return cursor.server_messages, cursor.seen, cursor.older


# --- reading ---


async def test_every_mail_is_read_once_and_a_second_pass_asks_nothing(server, house):
    one = house()
    await deliver(server, 1, 2)
    await deliver(server, 3, truth="other")
    before = await server.snapshot()
    assert await read(one, server) == Synced(read=3)
    assert subjects(one) == ["Your application, number 1", "Your application, number 2"]
    assert counted(one) == (3, 3, 0)
    started = len(server.proxy.commands)
    assert await read(one, server) == Synced()
    verbs = [command.verb for command in server.proxy.commands[started:]]
    assert [verb for verb in verbs if verb not in {"CAPABILITY", "LOGIN", "LOGOUT"}] == ["EXAMINE"]
    assert one.mind.reads == 3
    assert await server.snapshot() == before


async def test_new_mail_is_read_and_only_that(server, house):
    one = house()
    await deliver(server, 1, 2)
    async with reading(server) as mailbox:
        await one.read(mailbox)
        await deliver(server, 3)
        assert await one.read(mailbox) == Synced(read=1)
    assert one.mind.reads == 3
    assert counted(one) == (3, 3, 0)


async def test_an_empty_folder_is_read_too(server, house):
    one = house()
    assert await read(one, server) == Synced()
    assert counted(one) == (0, 0, 0)
    await deliver(server, 1)
    assert await read(one, server) == Synced(read=1)


async def test_the_first_scan_goes_back_so_far_and_says_what_it_left_out(server, house):
    one = house()
    for number, days in ((1, 100), (2, 20), (3, 1)):
        await server.deliver(mail(number), at=MONDAY - timedelta(days=days))
    assert await read(one, server, since=timedelta(days=30)) == Synced(read=2)
    assert counted(one) == (3, 2, 1)
    assert await read(one, server, since=timedelta(days=300)) == Synced()
    assert await read(one, server, since=timedelta(days=300), again=True) == Synced(read=1)
    assert counted(one) == (3, 3, 0)


async def test_mail_that_comes_later_is_read_however_old_it_says_to_be(server, house):
    one = house()
    await server.deliver(mail(1), at=MONDAY)
    await read(one, server, since=timedelta(days=30))
    await server.deliver(mail(2), at=MONDAY - timedelta(days=400))
    assert await read(one, server, since=timedelta(days=30)) == Synced(read=1)
    assert counted(one) == (2, 2, 0)


async def test_the_same_mail_in_a_second_folder_is_known(server, house):
    one = house()
    await server.create("Jobs")
    for folder in ("INBOX", "Jobs"):
        await server.deliver(mail(1), folder)
    assert await read(one, server) == Synced(read=1)
    assert await read(one, server, "Jobs") == Synced(known=1)
    assert len(one.journal.messages.log()) == 1
    assert counted(one, "Jobs") == (1, 1, 0)


async def test_a_mail_with_a_message_id_that_was_used_before_is_another_mail(server, house):
    one = house()
    await server.deliver(mail(1))
    await server.deliver(mail(1, subject="About your salary"))
    assert await read(one, server) == Synced(read=2)


async def test_a_new_uidvalidity_is_read_again_without_doubles(server, house, dovecot):
    one = house()
    await deliver(server, 1, 2)
    await read(one, server)
    before = one.journal.folders.cursor("main", "INBOX").uidvalidity
    dovecot.doveadm("mailbox", "update", "-u", server.user, "--uid-validity", str(before + 5), "INBOX")
    await deliver(server, 3)
    assert await read(one, server) == Synced(read=1, known=2)
    assert one.journal.folders.cursor("main", "INBOX").uidvalidity == before + 5
    assert len(one.journal.messages.log()) == 3
    assert len(one.jobs()) == 1  # one person, one open draft
    assert counted(one) == (3, 3, 0)


async def test_a_mail_that_cannot_be_read_is_set_aside_and_the_next_goes_on(server, house):
    one = house()
    await deliver(server, 1)
    await deliver(server, 2, truth="unreadable")
    await deliver(server, 3)
    assert await read(one, server) == Synced(read=2, unreadable=1)
    (aside,) = one.journal.messages.unreadable()
    assert (aside.place.folder, aside.reason) == ("INBOX", "Reading this mail broke its reader twice: it took more than 30 s.")
    assert counted(one) == (3, 3, 0)
    assert await read(one, server) == Synced()


async def test_the_next_version_tries_it_once_more(server, house):
    await deliver(server, 1, truth="unreadable")
    one = house()
    assert await read(one, server) == Synced(unreadable=1)
    one.journal.close()
    two = house(version="1.1")
    assert await read(two, server) == Synced(unreadable=1)
    assert await read(two, server) == Synced()
    assert two.mind.reads == 1
    two.journal.close()
    three = house(version="1.2", mind=Mended())
    assert await read(three, server) == Synced(read=1)
    assert three.journal.messages.unreadable() == []
    assert len(three.journal.messages.log()) == 1


class Mended(ScriptedMind):
    """Reads what an older one could not."""

    async def read(self, raw):
        return await super().read(raw.replace(b"unreadable", b"rejection"))


async def test_a_reader_that_cannot_be_started_ends_the_pass_and_sets_nothing_aside(server, house):
    def fail(count):
        if count == 2:
            raise Transient("The reader of mails could not be started.")

    one = house(mind=ScriptedMind(fail))
    await deliver(server, 1, 2, 3)
    with pytest.raises(Transient):
        await read(one, server)
    assert one.journal.messages.unreadable() == []
    assert len(one.journal.messages.log()) == 1
    one.mind.on_read = lambda _count: None
    assert await read(one, server) == Synced(read=2)


async def test_after_a_crash_between_two_mails_it_goes_on_with_the_next(server, house):
    def crash(count):
        if count == 3:
            raise KeyboardInterrupt

    one = house(mind=ScriptedMind(crash))
    await deliver(server, 1, 2, 3, 4)
    with pytest.raises(KeyboardInterrupt):
        await read(one, server)
    assert one.journal.folders.cursor("main", "INBOX").last_sync is None
    one.journal.close()
    two = house()
    assert await read(two, server) == Synced(read=2)
    assert subjects(two) == [f"Your application, number {n}" for n in (1, 2, 3, 4)]
    assert counted(two) == (4, 4, 0)


async def test_a_first_scan_that_broke_off_still_leaves_out_what_is_older(server, house):
    def crash(count):
        if count == 2:
            raise KeyboardInterrupt

    one = house(mind=ScriptedMind(crash))
    await server.deliver(mail(1), at=MONDAY - timedelta(days=100))
    await deliver(server, 2, 3)
    with pytest.raises(KeyboardInterrupt):
        await read(one, server, since=timedelta(days=30))
    one.mind.on_read = lambda _count: None
    assert await read(one, server, since=timedelta(days=30)) == Synced(read=1)
    assert counted(one) == (3, 2, 1)


async def test_a_fault_of_the_journal_leaves_mail_and_cursor_as_they_were(server, house, monkeypatch):
    one = house()
    await deliver(server, 1, 2)

    def full(_cursor):
        raise JournalFault("The disk is full.")

    monkeypatch.setattr(one.journal.folders, "save", full)
    with pytest.raises(JournalFault):
        await read(one, server)
    assert one.journal.messages.log() == [] and one.journal.jobs.all() == []
    monkeypatch.undo()
    assert await read(one, server) == Synced(read=2)


async def test_a_connection_that_is_cut_in_the_middle_costs_only_time(server, house):
    one = house()
    await deliver(server, *range(1, 8))
    server.proxy.on_command = lambda command: "after" if "BODY" in command.text else None
    with pytest.raises(Transient):
        await read(one, server)
    server.proxy.on_command = lambda _command: None
    assert await read(one, server) == Synced(read=7)


@pytest.mark.parametrize("when", ["RFC822.SIZE)", "BODY.PEEK"])
async def test_a_mail_that_is_deleted_while_it_is_read_hinders_nothing(server, house, when):
    one = house()
    await deliver(server, 1, 2, 3)

    def delete(command):
        if command.verb == "UID FETCH" and when in command.text:
            server.proxy.on_command = lambda _command: None
            server.expunge_now(2)

    server.proxy.on_command = delete
    assert (await read(one, server)).unreadable == 0
    await read(one, server)
    assert subjects(one) == ["Your application, number 1", "Your application, number 3"]
    assert one.journal.messages.unreadable() == []
    assert counted(one) == (2, 2, 0)


async def test_a_gap_is_told_until_it_is_closed(server, house):
    """What the server holds and nobody has seen is what `status` is there for."""

    def fail(count):
        if count == 3:
            raise Transient("gone")

    one = house()
    await deliver(server, 1)
    await read(one, server)
    await deliver(server, 2, 3)
    one.mind.on_read = fail
    with pytest.raises(Transient):
        await read(one, server)
    before = one.journal.folders.cursor("main", "INBOX")
    assert (before.server_messages, before.seen) == (1, 1)
    assert before.read == "1:2"
    one.mind.on_read = lambda _count: None
    await read(one, server)
    assert counted(one) == (3, 3, 0)


async def test_deleted_mail_is_not_counted_as_missing(server, house):
    one = house()
    await deliver(server, 1, 2, 3)
    await read(one, server)
    await server.expunge(2)
    assert await read(one, server) == Synced()
    assert counted(one) == (2, 2, 0)


async def test_progress_is_told_to_the_end(server, house):
    one, told = house(), []
    one.reader._progress = lambda done, total, what: told.append((done, total, what))
    await deliver(server, *range(1, 6))
    await read(one, server)
    assert told[-1] == (5, 5, "main/INBOX")


async def test_of_a_stranger_no_octet_stays_behind(server, house, tmp_path):
    one = house()
    await server.deliver(
        mail(1, "other", sender="Planted Friend <planted@friend.example>", subject="Planted Dinner", message_id="<planted@x>")
    )
    await read(one, server)
    one.journal.close()
    held = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert re.search(b"(?i)planted", held) is None


# --- laying ---


async def planned(one, server, number=1, **how):
    """A rejection was read, and the clock stands where its draft is due."""
    await server.deliver(mail(number, **how))
    await read(one, server)
    job = one.jobs()[-1]
    assert job.state == State.PLANNED
    one.clock.at = max(one.clock.at, job.due)
    return job


async def lay(one, server):
    async with placing(server) as box:
        return await one.writer.work(box)


def person(number):
    return {"sender": f"Person{number} Miller <person{number}@firm{number}.example>", "x_company": f"Firm {number}"}


def own_answer(raw, **headers):
    """The person's own message: what lies in Drafts, edited, as a client saves or sends it under a new Message-ID."""
    message = email.message_from_bytes(raw, policy=email_policy.SMTP)
    for name, value in {"Message-ID": "<edited@client.example>", **headers}.items():
        del message[name]
        if value is not None:
            message[name] = value
    return message.as_bytes()


def composed(one, job):
    """What the draft of a job is now."""
    entry = one.journal.messages.get(job.message)
    return one.composer.compose(job, entry, one.clock.now())


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
    assert "answered this mail yourself" in found.why
    assert await server.messages("Drafts") == await server.messages(folder) * (folder == "Drafts")


async def test_a_draft_that_was_laid_before_and_thrown_away_is_not_laid_again(server, house):
    """A journal that was restored from a backup plans what its successor had laid."""
    one = house()
    job = await planned(one, server)
    await server.deliver(composed(one, job), "Trash", one.clock.now())
    assert await lay(one, server) == []
    assert one.journal.jobs.get(job.id).state == State.ANSWERED


@pytest.mark.parametrize("headers", [{"To": "friend@home.example"}, {"In-Reply-To": "<x@y>", "References": None}])
async def test_what_answers_somebody_else_or_another_mail_is_no_answer(server, house, headers):
    one = house()
    job = await planned(one, server)
    await server.deliver(own_answer(composed(one, job), **headers), "Sent", one.clock.now())
    assert [laid.id for laid in await lay(one, server)] == [job.id]


async def test_to_a_mail_without_message_id_the_subject_tells_the_answer(server, house):
    one = house()
    job = await planned(one, server, message_id=None)
    await server.deliver(own_answer(composed(one, job)), "Sent", one.clock.now())
    assert await lay(one, server) == []
    assert one.journal.jobs.get(job.id).state == State.ANSWERED


# --- laying: after a mishap ---


async def broken_off(one, server, answer):
    """The connection was cut at the APPEND: before it reached the server, or after the server did it."""
    job = await planned(one, server)
    server.proxy.on_command = lambda command: answer if command.verb == "APPEND" else None
    with pytest.raises(Transient):
        await lay(one, server)
    server.proxy.on_command = lambda _command: None
    job = one.journal.jobs.get(job.id)
    assert job.state == State.PLACING
    assert len(await server.messages("Drafts")) == (answer == "after")
    assert one.writer.has_work()
    return job


async def settled(one, server, state, drafts):
    """One more round; how the one job stands then, and how many drafts there are. A further round changes nothing."""
    await lay(one, server)
    assert SETTLE_SECONDS in one.clock.slept
    (job,) = one.jobs()
    assert job.state == state
    assert len(await server.messages("Drafts")) == drafts
    await lay(one, server)
    assert len(await server.messages("Drafts")) == drafts
    return job


async def test_a_draft_that_arrived_all_the_same_is_found(server, house):
    one = house()
    job = await broken_off(one, server, "after")
    found = await settled(one, server, State.PLACED, 1)
    assert found.uid == next(iter(await server.snapshot("Drafts")))
    assert one.moves(job) == ["intend", "laid"]


async def test_a_draft_that_did_not_arrive_is_laid_again(server, house):
    one = house()
    job = await broken_off(one, server, "before")
    await settled(one, server, State.PLACED, 1)
    assert one.moves(job) == ["intend", "absent", "intend", "laid"]


@pytest.mark.parametrize("answer", ["before", "after"])
async def test_a_restart_settles_what_was_open(server, house, answer):
    one = house()
    await broken_off(one, server, answer)
    one.journal.close()
    two = house(clock=FakeClock(one.clock.now()))
    assert two.writer.has_work()
    await settled(two, server, State.PLACED, 1)


async def test_a_draft_that_arrived_and_was_deleted_is_not_laid_again(server, house):
    one = house()
    await broken_off(one, server, "after")
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    job = await settled(one, server, State.UNSURE, 0)
    assert "not laid again" in job.why
    assert not one.writer.has_work()


async def test_a_draft_of_the_persons_own_that_came_and_went_meanwhile_leaves_doubt(server, house):
    one = house()
    await broken_off(one, server, "before")
    await server.deliver(mail(9), "Drafts")
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.UNSURE, 0)


async def test_drafts_of_the_persons_own_that_stay_leave_none(server, house):
    one = house()
    await broken_off(one, server, "before")
    await server.deliver(mail(9), "Drafts")
    await settled(one, server, State.PLACED, 2)


async def test_a_draft_that_arrived_and_was_sent_as_it_was_is_done(server, house):
    one = house()
    await broken_off(one, server, "after")
    (raw,) = await server.messages("Drafts")
    await server.deliver(raw, "Sent", one.clock.now())
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.PLACED, 0)


async def test_a_draft_that_arrived_and_was_edited_and_sent_is_answered(server, house):
    one = house()
    await broken_off(one, server, "after")
    (raw,) = await server.messages("Drafts")
    await server.deliver(own_answer(raw), "Sent", one.clock.now())
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.ANSWERED, 0)


async def test_a_draft_that_arrived_and_was_thrown_away_stays_away(server, house):
    one = house()
    await broken_off(one, server, "after")
    (raw,) = await server.messages("Drafts")
    await server.deliver(raw, "Trash", one.clock.now())
    await server.expunge(next(iter(await server.snapshot("Drafts"))), "Drafts")
    await settled(one, server, State.PLACED, 0)


@pytest.mark.parametrize("answer", ["before", "after"])
async def test_drafts_with_a_new_uidvalidity_are_looked_through_from_the_start(server, house, dovecot, answer):
    one = house()
    await server.deliver(mail(8), "Drafts")
    await server.expunge(1, "Drafts")
    job = await broken_off(one, server, answer)
    new = str(job.uidvalidity + 5)
    dovecot.doveadm("mailbox", "update", "-u", server.user, "--uid-validity", new, "Drafts")
    await settled(one, server, State.PLACED, 1)


async def test_a_journal_that_fails_right_after_the_append_finds_the_draft_later(server, house, monkeypatch):
    one = house()
    job = await planned(one, server)
    move = one.journal.jobs.move

    def full(job, move_, *args, **changes):
        if move_ is Move.LAID:
            raise JournalFault("The disk is full.")
        return move(job, move_, *args, **changes)

    monkeypatch.setattr(one.journal.jobs, "move", full)
    with pytest.raises(JournalFault):
        await lay(one, server)
    monkeypatch.undo()
    assert one.journal.jobs.get(job.id).state == State.PLACING
    await settled(one, server, State.PLACED, 1)


@pytest.mark.parametrize("verb", ["EXAMINE", "UID SEARCH"])
async def test_a_connection_lost_before_the_intention_changes_nothing(server, house, verb):
    one = house()
    job = await planned(one, server)
    server.proxy.on_command = lambda command: "before" if command.verb == verb else None
    with pytest.raises(Transient):
        await lay(one, server)
    assert one.journal.jobs.get(job.id) == job
    assert one.moves(job) == []


async def test_the_intention_is_durable_before_the_append(server, house, tmp_path):
    one, seen = house(), []
    job = await planned(one, server)
    other = house()

    def look(command):
        if command.verb == "APPEND":
            seen.append(other.journal.jobs.get(job.id))

    server.proxy.on_command = look
    state = await lay_and_state(one, server)
    (held,) = seen
    assert (held.state, held.uidvalidity, held.uidnext) == (State.PLACING, state.uidvalidity, state.uidnext)


async def lay_and_state(one, server):
    """Drafts as it was before the draft."""
    async with placing(server) as box:
        state = await box.state()
        await one.writer.work(box)
    return state


async def test_a_server_that_declines_is_asked_again_later(server, house):
    one = house()
    job = await planned(one, server)
    with Scripted(APPEND=("{tag} NO [OVERQUOTA] Your mailbox is full",)) as full:
        box = await Placing.open(Login("main", full.host, full.port, "plain", "sam"), "x")
        with pytest.raises(Declined):
            await one.writer.work(box)
        await box.close()
    found = one.journal.jobs.get(job.id)
    assert (found.state, found.due) == (State.PLANNED, one.clock.now() + timedelta(hours=1))
    assert "[OVERQUOTA] Your mailbox is full" in found.why
    assert one.moves(job) == ["intend", "absent"]
    assert not one.writer.has_work()
    one.clock.advance(hours=1)
    assert [laid.id for laid in await lay(one, server)] == [job.id]
    assert len(await server.messages("Drafts")) == 1


# --- laying: not now ---


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
    first = await planned(one, server, 1, **same)
    second = await planned(
        one, server, 2, **(same | {"sender": "Other Miller <other@firm1.example>", "x_role": "Second role"})
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
    allowed = {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "APPEND", "LOGOUT"}
    assert verbs <= allowed
    appended = [command.text for command in server.proxy.commands if command.verb == "APPEND"]
    assert len(appended) == 1 and appended[0].startswith('"Drafts" (\\Draft \\Seen)')
