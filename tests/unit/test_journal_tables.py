"""What the journal keeps of mails, jobs, folders and refusals, and what it does not."""

import contextlib
import dataclasses
import json
from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clock import MONDAY
from support.corevalues import verdict
from support.rows import PLACE, entry, planned

from classifiers.values import Address, Headers, Person, Reading
from daemon.adapters.journal.codec import written
from daemon.adapters.journal.journal import open_journal
from daemon.adapters.journal.messages import SetAside
from daemon.core.entry import Cursor
from daemon.core.errors import JournalFault
from daemon.core.job import Step

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


def test_many_are_looked_up_at_once(journal):
    journal.messages.add(entry(1))
    strangers = [number.to_bytes(32) for number in range(256, 1500)]
    for identity in strangers:
        journal.messages.add_stranger(identity, "other")
    journal.messages.set_aside(SetAside(bytes([3]) * 32, PLACE, "too long", "1.0", MONDAY))
    asked = [bytes([number]) * 32 for number in (1, 2, 3)] + strangers
    assert journal.messages.known_of(asked, "1.0") == set(asked) - {bytes([2]) * 32}
    assert journal.messages.known_of(asked, "1.1") == {bytes([1]) * 32, *strangers}
    assert journal.messages.known_of([], "1.0") == set()


def test_a_reading_is_written_as_its_own_form_says():
    headers = Headers("<1@x>", ("<0@x>",), date=MONDAY, sender=Address("D\n", "d@x.example"), to=(Address("", "s@x"),))
    reading = Reading(headers, verdict(company="Größe", people=(Person("Dana", None, "recruiter"),)))
    assert json.loads(written(reading)) == json.loads(json.dumps(reading.to_json()))
    assert Reading.from_json(json.loads(written(reading))) == reading
    with pytest.raises(TypeError, match="bytes has no place"):
        written(dataclasses.replace(reading, headers=b"x"))


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
    assert journal.applications.in_thread("other", ["<z@x>", "<a@x>", "<b@x>"]) == [two]
    assert journal.applications.in_thread("main", ["'; DROP TABLE jobs; --"]) == []
    assert journal.applications.in_thread("main", []) == []


def test_a_mail_with_a_thousand_references_is_bounded(journal):
    number = journal.applications.add("main", None, None, MONDAY)
    journal.applications.add_thread(number, [f"<{n}@x>" for n in range(1000)])
    assert journal.store.rows("SELECT count(*) FROM thread_ids")[0][0] == 100


def test_a_company_is_found_however_its_name_is_written(journal):
    add = journal.applications.add
    one, two, other = (
        add("main", "Acme GmbH", None, MONDAY),
        add("main", "ACME", "Baker", MONDAY),
        add("x", "Acme", None, MONDAY),
    )
    unknown = add("main", None, None, MONDAY)
    assert journal.applications.keys("main", "a") == ["acme"] and journal.applications.keys("main", "b") == []
    assert [each.id for each in journal.applications.of_keys("main", ["acme"])] == [one, two]
    assert journal.applications.of_keys("main", []) == journal.applications.of_keys("main", ["x"]) == []
    journal.applications.learn(unknown, "Acmé Inc.", None)
    assert [each.id for each in journal.applications.of_keys("main", ["acme"])] == [one, two, unknown]
    journal.applications.learn(one, "Other", "Baker")
    assert journal.applications.get(one).company == "Acme GmbH"
    assert [each.id for each in journal.applications.of_keys("main", ["acme"])] == [one, two, unknown]
    assert journal.applications.of_keys("x", ["acme"])[0].id == other
    assert journal.applications.get(99) is None


def test_an_open_draft_to_one_of_some_people_is_found_whatever_the_case(journal):
    planned(journal, 1, recipient="Dana.Whitfield@acme.example")
    planned(journal, 2, recipient="other@acme.example", message_id="<draft-2@example.org>")
    asked = ["dana.whitfield@ACME.example", "nobody@acme.example"]
    assert [job.recipient for job in journal.jobs.open_for(asked, MONDAY)] == ["Dana.Whitfield@acme.example"]
    assert journal.jobs.open_for([], MONDAY) == []


def test_an_open_draft_to_several_is_found_by_each_of_them_and_not_for_its_own_application(journal):
    job = planned(journal, 1, recipient="dana@acme.example", others=(("Kim@acme.example", "Kim"),))
    assert journal.jobs.open_for(["kim@acme.example"], MONDAY) == [job]
    assert journal.jobs.open_for(["kim@acme.example"], MONDAY, apart_from=job.application) == []
    planned(journal, 2, step=Step.REFLECTION, recipient="sam@example.org", message_id="<draft-2@example.org>")
    assert journal.jobs.open_for(["sam@example.org"], MONDAY) == []


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


def test_a_comparison_is_kept_beside_the_cursor_and_survives_its_moving_on(journal):
    cursor = Cursor("main", "INBOX", 7, "1:5", highestmodseq=12)
    journal.folders.save(cursor)
    journal.folders.verified("main", "INBOX", MONDAY, 3, 2)
    journal.folders.save(dataclasses.replace(cursor, read="1:6"))
    found = journal.folders.cursor("main", "INBOX")
    assert (found.verified, found.found, found.missing, found.highestmodseq) == (MONDAY, 3, 2, 12)
    journal.folders.complete("main", "INBOX")
    found = journal.folders.cursor("main", "INBOX")
    assert (found.verified, found.found, found.missing) == (MONDAY, 3, 0)


def test_anchors_are_those_that_were_remembered_last(journal):
    journal.folders.anchor("main", "INBOX", {1: b"a", 2: b"b"})
    journal.folders.anchor("main", "Jobs", {1: b"c"})
    journal.folders.anchor("main", "INBOX", {2: b"b", 3: b"d"})
    assert journal.folders.anchors("main", "INBOX") == {2: b"b", 3: b"d"}
    assert journal.folders.anchors("main", "Jobs") == {1: b"c"}
    assert journal.folders.anchors("other", "Jobs") == {}


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
