"""What the journal keeps of mails, jobs, folders and refusals, and what it does not."""

import contextlib
import dataclasses
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import MONDAY
from support.corevalues import job, verdict

from classifiers.values import Address, Headers, Person, Reading
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.messages import SetAside
from daemon.core.entry import Cursor, Entry, Place
from daemon.core.errors import JournalFault
from daemon.core.job import MOVES, IllegalMoveError, Move, State, Step

PLACE = Place("main", "INBOX", 7, 1)
names = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@pytest.fixture
def journal(tmp_path):
    with contextlib.closing(open_journal(tmp_path)) as journal:
        yield journal


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One journal for many examples: each takes rows of its own."""
    with contextlib.closing(open_journal(tmp_path_factory.mktemp("shared"))) as journal:
        yield journal


def entry(number=1, **changes):
    reading = Reading(Headers(message_id=f"<{number}@acme.example>", subject="Your application"), verdict())
    filled = {"identity": bytes([number]) * 32, "place": dataclasses.replace(PLACE, uid=number), "reading": reading}
    return Entry(**({"received": MONDAY, "first_seen": MONDAY, "band": "act"} | filled | changes))


def planned(journal, number=1, **changes):
    message = journal.messages.add(entry(number))
    application = journal.applications.add("main", "Acme", None, MONDAY)
    filled = {"message": message, "application": application, "message_id": f"<draft-{number}@example.org>", "due": MONDAY}
    return journal.jobs.get(journal.jobs.add(job(**(filled | changes))))


def bytes_of(journal):
    """Every octet on disk, the write-ahead log included."""
    return b"".join(path.read_bytes() for path in sorted(journal.store.path.parent.iterdir()))


# --- mails ---


def test_a_mail_about_a_job_comes_back_as_it_went_in(journal):
    headers = Headers(
        message_id="<1@acme.example>", in_reply_to=("<0@example.org>",), references=("<0@example.org>",), date=MONDAY,
        sender=Address("Dåna “W”", "dana@acme.example"), reply_to=(Address("", "hr@acme.example"),),
        to=(Address("Sam", "sam@example.org"),), delivered_to=("sam@example.org",), subject="Größe \N{OWL}",
        list_unsubscribe=True, authentication_results=("mx.example; spf=pass",),
    )  # fmt: skip
    said = verdict(company="Acme", people=(Person("Dana", None, "recruiter"),), after_interview=False)
    wanted = entry(reading=Reading(headers, said))
    number = journal.messages.add(wanted)
    assert journal.messages.get(number) == dataclasses.replace(wanted, id=number)
    assert journal.messages.get(number + 1) is None


def test_the_log_is_oldest_first_and_of_one_moment_in_the_order_of_arrival(journal):
    for number, days in ((1, 3), (2, 1), (3, 2), (4, 1)):
        journal.messages.add(entry(number, received=MONDAY + timedelta(days=days)))
    assert [each.place.uid for each in journal.messages.log()] == [2, 4, 3, 1]


def test_times_in_other_zones_stand_in_order_too(journal):
    west = MONDAY.astimezone(timezone(timedelta(hours=-8)))
    journal.messages.add(entry(1, received=MONDAY + timedelta(hours=1)))
    journal.messages.add(entry(2, received=west))
    assert [each.place.uid for each in journal.messages.log()] == [2, 1]


def test_the_same_mail_is_not_taken_in_twice(journal):
    journal.messages.add(entry(1))
    with pytest.raises(JournalFault, match="UNIQUE"):
        journal.messages.add(entry(1, place=dataclasses.replace(PLACE, folder="Jobs")))
    assert len(journal.messages.log()) == 1


def test_known_is_what_was_read_and_what_this_version_could_not_read(journal):
    one, two, three, four = (bytes([n]) * 32 for n in (1, 2, 3, 4))
    journal.messages.add(entry(1))
    journal.messages.add_stranger(two, "other")
    journal.messages.set_aside(SetAside(three, PLACE, "too long", "1.0", MONDAY))
    assert [journal.messages.known(each, "1.0") for each in (one, two, three, four)] == [True, True, True, False]
    assert not journal.messages.known(three, "1.1")


def test_a_mail_that_can_be_read_at_last_is_no_longer_unreadable(journal):
    aside = SetAside(bytes([1]) * 32, PLACE, "too long", "1.0", MONDAY)
    journal.messages.set_aside(aside)
    assert journal.messages.unreadable() == [aside]
    journal.messages.add(entry(1))
    assert journal.messages.unreadable() == []


def test_a_mail_that_fails_again_keeps_its_day_and_gets_the_new_reason(journal):
    aside = SetAside(bytes([1]) * 32, PLACE, "too long", "1.0", MONDAY)
    journal.messages.set_aside(aside)
    journal.messages.set_aside(dataclasses.replace(aside, reason="ended by SIGSEGV", version="1.1", first_seen=MONDAY))
    (found,) = journal.messages.unreadable()
    assert (found.reason, found.version, found.first_seen) == ("ended by SIGSEGV", "1.1", MONDAY)


def test_of_a_mail_that_is_not_about_a_job_only_hash_and_label_are_on_disk(journal):
    identity = journal.keyed(b"planted-id@friend.example Planted Subject planted.friend@friend.example")
    with journal.transaction():
        journal.messages.add_stranger(identity, "other")
        journal.folders.save(Cursor("main", "INBOX", 7, read="1"))
    assert identity in bytes_of(journal)
    assert b"lanted" not in bytes_of(journal)
    assert journal.messages.log() == []
    columns = [row["name"] for row in journal.store.rows("PRAGMA table_info(strangers)")]
    assert columns == ["identity", "label"]


def test_what_is_deleted_leaves_no_octets(journal):
    aside = SetAside(bytes([1]) * 32, PLACE, "planted reason", "1.0", MONDAY)
    journal.messages.set_aside(aside)
    journal.messages.add_stranger(aside.identity, "other")
    journal.store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"planted" not in bytes_of(journal)


def test_a_moment_without_timezone_is_refused(journal):
    with pytest.raises(ValueError, match="has no timezone"):
        journal.messages.add(entry(received=MONDAY.replace(tzinfo=None)))
    assert journal.messages.log() == []


# --- applications ---


def test_applications_learn_what_was_not_known_and_keep_what_was(journal):
    number = journal.applications.add("main", None, "Engineer", MONDAY)
    journal.applications.learn(number, "Acme", "Baker")
    journal.applications.learn(number, "Other", None)
    (found,) = journal.applications.of_account("main")
    assert (found.id, found.company, found.role, found.opened) == (number, "Acme", "Engineer", MONDAY)
    assert journal.applications.of_account("other") == []


def test_threads_are_found_by_any_of_their_ids_within_the_account(journal):
    one, two = (journal.applications.add(account, None, None, MONDAY) for account in ("main", "other"))
    journal.applications.add_thread(one, ["<a@x>", "<b@x>", "<a@x>"])
    journal.applications.add_thread(one, ["<b@x>"])
    journal.applications.add_thread(two, ["<a@x>"])
    assert journal.applications.in_thread("main", ["<z@x>", "<b@x>"]) == [one]
    assert journal.applications.in_thread("main", ["'; DROP TABLE jobs; --"]) == []
    assert journal.applications.in_thread("main", []) == []


def test_a_mail_with_a_thousand_references_is_bounded(journal):
    number = journal.applications.add("main", None, None, MONDAY)
    journal.applications.add_thread(number, [f"<{n}@x>" for n in range(1000)])
    assert journal.store.rows("SELECT count(*) FROM thread_ids")[0][0] == 100


# --- jobs ---


def test_a_job_comes_back_as_it_went_in(journal):
    found = planned(journal, also=(Step.FEEDBACK_REQUEST,), company="Acme", why="A thank-you.")
    assert found.also == (Step.FEEDBACK_REQUEST,)
    assert (found.step, found.state, found.due, found.company) == (Step.THANK_YOU, State.PLANNED, MONDAY, "Acme")
    assert journal.jobs.all() == [found]
    with pytest.raises(KeyError):
        journal.jobs.get(99)


def test_a_message_has_one_job_a_step(journal):
    first = planned(journal)
    again = dataclasses.replace(first, message_id="<another@example.org>", id=0)
    with pytest.raises(JournalFault, match="UNIQUE"):
        journal.jobs.add(again)
    journal.jobs.add(dataclasses.replace(again, step=Step.FEEDBACK_REQUEST))
    assert len(journal.jobs.all()) == 2


def test_no_two_drafts_share_a_message_id(journal):
    first = planned(journal)
    with pytest.raises(JournalFault, match="UNIQUE"):
        planned(journal, 2, message_id=first.message_id)


def test_every_move_is_written_down_with_what_became_known_by_it(journal):
    one = planned(journal)
    intended = journal.jobs.move(one, Move.INTEND, MONDAY, uidvalidity=7, uidnext=12)
    placed = journal.jobs.move(intended, Move.LAID, MONDAY + timedelta(minutes=1), uid=12, placed_at=MONDAY)
    assert journal.jobs.get(one.id) == placed
    assert (placed.state, placed.uidvalidity, placed.uidnext, placed.uid) == (State.PLACED, 7, 12, 12)
    rows = [tuple(row) for row in journal.store.rows("SELECT job, move, state, at FROM moves ORDER BY id")]
    assert rows == [
        (one.id, "intend", "placing", "2026-03-02T10:00:00+00:00"),
        (one.id, "laid", "placed", "2026-03-02T10:01:00+00:00"),
    ]


@pytest.mark.parametrize(("state", "move"), [(s, m) for s in State for m in Move if (s, m) not in MOVES])
def test_a_move_that_the_table_does_not_hold_is_refused(shared, state, move):
    number = len(shared.jobs.all()) + 1
    message = shared.messages.add(entry(number, identity=number.to_bytes(32)))
    application = shared.applications.add("main", None, None, MONDAY)
    held = job(message=message, application=application, state=state, message_id=f"<{number}@x>")
    held = dataclasses.replace(held, id=shared.jobs.add(held))
    with pytest.raises(IllegalMoveError, match=f"a job that is {state} cannot {move}"):
        shared.jobs.move(held, move, MONDAY)
    assert shared.jobs.get(held.id) == held
    assert shared.store.rows("SELECT * FROM moves WHERE job = ?", (held.id,)) == []


def test_a_move_counts_from_where_the_job_is_now_not_from_where_it_was_read(journal):
    stale = planned(journal)
    journal.jobs.move(stale, Move.CANCEL, MONDAY)
    with pytest.raises(IllegalMoveError, match="a job that is cancelled cannot intend"):
        journal.jobs.move(stale, Move.INTEND, MONDAY)


def test_due_jobs_are_those_whose_time_has_come_the_longest_due_first(journal):
    for number, hours in ((1, 2), (2, 0), (3, 1), (4, 5)):
        planned(journal, number, due=MONDAY + timedelta(hours=hours))
    planned(journal, 5, account="other")
    found = journal.jobs.due("main", MONDAY + timedelta(hours=2))
    assert [each.message for each in found] == [2, 3, 1]


def test_only_a_planned_job_is_postponed(journal):
    one, two = planned(journal), planned(journal, 2)
    journal.jobs.move(two, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
    for each in (one, two):
        journal.jobs.postpone(each, MONDAY + timedelta(days=1), "Today has had its 3 drafts.")
    assert journal.jobs.get(one.id).due == MONDAY + timedelta(days=1)
    assert journal.jobs.get(one.id).why == "Today has had its 3 drafts."
    assert journal.jobs.get(two.id).due == MONDAY


def test_laid_drafts_are_counted_since_a_moment_and_by_company(journal):
    for number, company, hours in ((1, "Acme", 0), (2, "Acme", 1), (3, "Brick", 2), (4, None, 3)):
        each = planned(journal, number, company=company)
        journal.jobs.move(each, Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
        journal.jobs.move(each, Move.LAID, MONDAY, placed_at=MONDAY + timedelta(hours=hours))
    planned(journal, 5, company="Acme")
    assert journal.jobs.placed_since(MONDAY) == 4
    assert journal.jobs.placed_since(MONDAY + timedelta(hours=1)) == 3
    assert journal.jobs.placed_since(MONDAY, "Acme") == 2
    assert journal.jobs.placed_since(MONDAY, "Nobody") == 0
    assert journal.jobs.counts() == {"placed": 4, "planned": 1}


def test_a_person_is_taken_while_a_draft_to_them_is_open(journal):
    names = ("planned", "placing", "unsure", "cancelled", "fresh", "old")
    jobs = {name: planned(journal, n, recipient=f"{name}@x.example") for n, name in enumerate(names, 1)}
    planned(journal, 9, recipient=None, state=State.SKIPPED)
    journal.jobs.move(jobs["cancelled"], Move.CANCEL, MONDAY)
    for name in ("placing", "unsure", "fresh", "old"):
        journal.jobs.move(jobs[name], Move.INTEND, MONDAY, uidvalidity=1, uidnext=1)
    journal.jobs.move(jobs["unsure"], Move.DOUBT, MONDAY)
    for name, days in (("fresh", 0), ("old", 1)):
        journal.jobs.move(jobs[name], Move.LAID, MONDAY, placed_at=MONDAY - timedelta(days=days))
    found = journal.jobs.open_recipients(MONDAY)
    assert found == {f"{name}@x.example" for name in ("planned", "placing", "unsure", "fresh")}


# --- folders, duties, refusals ---


def test_cursors_come_back_as_they_were_saved(journal):
    first = Cursor("main", "Entwürfe & Co", 7, "1:3,5", "2", 6, 5, 4, 1, MONDAY)
    journal.folders.save(first)
    journal.folders.save(Cursor("main", "INBOX", 1))
    assert journal.folders.cursor("main", "Entwürfe & Co") == first
    assert journal.folders.cursor("other", "INBOX") is None
    assert [each.folder for each in journal.folders.cursors()] == ["Entwürfe & Co", "INBOX"]
    again = dataclasses.replace(first, uidvalidity=8, read="1", last_sync=None)
    journal.folders.save(again)
    assert journal.folders.cursor("main", "Entwürfe & Co") == again


@given(uidvalidity=st.integers(1, 2**32 - 1), counts=st.integers(0, 2**31), name=names)
@settings(max_examples=25, deadline=None)
def test_any_cursor_comes_back(shared, uidvalidity, counts, name):
    cursor = Cursor("main", name, uidvalidity, server_messages=counts, uidnext=uidvalidity)
    shared.folders.save(cursor)
    assert shared.folders.cursor("main", name) == cursor


def test_what_a_duty_says_is_news_only_when_it_is_new(journal):
    say = journal.folders.say
    assert say("main", "reading", MONDAY, connected=True)
    assert not say("main", "reading", MONDAY + timedelta(hours=1), connected=True)
    assert say("main", "reading", MONDAY + timedelta(hours=2), connected=False, problem="down")
    assert not say("main", "reading", MONDAY + timedelta(hours=3), connected=False, problem="down")
    (found,) = journal.folders.duties()
    assert (found.connected, found.problem, found.since) == (False, "down", MONDAY + timedelta(hours=2))


def test_refusals_are_counted_by_secret_and_across_restarts(tmp_path):
    for said in ("no", "still no"):
        with contextlib.closing(open_journal(tmp_path)) as journal:
            journal.refusals.add("main", b"one", said, MONDAY)
    with contextlib.closing(open_journal(tmp_path)) as journal:
        journal.refusals.add("other", b"one", "no", MONDAY)
        found = journal.refusals.of("main", b"one")
        assert (found.count, found.said) == (2, "still no")
        assert journal.refusals.of("main", b"two") is None
        journal.refusals.clear("main")
        assert journal.refusals.of("main", b"one") is None
        assert journal.refusals.of("other", b"one").count == 1
