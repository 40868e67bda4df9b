"""What becomes of a draft that was laid: pure looks at what Drafts and Sent hold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corevalues import MONDAY, job, seen, verdict

from classifiers.values import Address, Headers
from daemon.core.correction import RETRACTED
from daemon.core.entry import Application, Event
from daemon.core.job import MOVES, Move, State, Step
from daemon.core.life import AGAIN, Laid, Look, fates, feedback, stale
from daemon.core.ports import FoundHeader
from daemon.core.sent import told
from daemon.core.story import Case
from daemon.core.tally import Life, Tally, tally

LATER = MONDAY + timedelta(hours=4)
PLACED = job(id=1, state=State.PLACED, uidvalidity=7, uid=5, placed_at=MONDAY)
ID = PLACED.message_id.encode()
ANSWERED = seen().headers
THREAD = b"In-Reply-To: <one@acme.example>\r\n"
TO_DANA = b"To: Dana <dana.whitfield@acme.example>\r\n"
OURS = b"Message-ID: " + ID + b"\r\nDate: Mon, 02 Mar 2026 11:00:00 +0100\r\n" + THREAD + TO_DANA
EDITED = b"Message-ID: <new@client.example>\r\n" + THREAD + TO_DANA
NOTE = job(
    id=2, step=Step.REFLECTION, state=State.PLACED, uidvalidity=7, uid=6, placed_at=MONDAY, recipient="sam@example.org",
    message_id="<22222222-2222-4333-8444-555555555555@example.org>",
)  # fmt: skip


def found(header, uid=5, at=LATER):
    return told(FoundHeader(uid, header, at))


def look(drafts=(), sent=(), *, at=LATER, uidvalidity=7, ours=frozenset({PLACED.message_id}), outbox=True):
    return Look(at, uidvalidity, tuple(drafts), {1: tuple(sent)} if outbox else None, ours)


def fate(one=PLACED, *, missing=None, subject=None, answered=ANSWERED, **what):
    (told_,) = fates([Laid(one, answered, subject, missing)], look(**what))
    return told_


def test_what_lies_there_as_it_was_laid_has_no_news():
    assert fate(drafts=[found(OURS)]).move is None
    assert fate(drafts=[found(OURS)], missing=MONDAY).missing is None


@pytest.mark.parametrize(
    "drafts",
    [
        [found(EDITED, 9)],
        [found(OURS, 9)],
        [found(OURS.replace(b"11:00:00", b"17:30:00"))],
        [found(EDITED.replace(TO_DANA, b"To: robin@acme.example\r\n"), 9)],
    ],
)
def test_a_draft_under_another_id_or_number_or_a_later_date_was_edited(drafts):
    told_ = fate(drafts=drafts)
    assert (told_.move, told_.uid) == (Move.EDIT, drafts[0].uid)
    assert fate(replace(PLACED, state=State.EDITED), drafts=drafts).move is None


def test_another_numbering_of_the_folder_is_no_edit():
    assert fate(drafts=[found(OURS, 1)], uidvalidity=8).move is None


@pytest.mark.parametrize("header", [OURS, EDITED, EDITED.replace(TO_DANA, b"To: robin@acme.example\r\n")])
def test_what_left_drafts_and_answers_the_same_mail_in_sent_was_sent(header):
    told_ = fate(sent=[found(header)])
    assert (told_.move, told_.sent) == (Move.SEND, LATER)


def test_what_was_sent_under_its_own_id_was_sent_even_if_a_copy_lies_there():
    assert fate(drafts=[found(OURS)], sent=[found(OURS, 1)]).move is Move.SEND


def test_a_word_of_ones_own_beside_the_draft_sends_no_draft():
    assert fate(drafts=[found(OURS)], sent=[found(EDITED, 1)]).move is None


@pytest.mark.parametrize(
    "mail",
    [
        found(EDITED, at=MONDAY - timedelta(hours=1)),
        found(EDITED.replace(b"one@", b"two@")),
        found(EDITED.replace(TO_DANA, b"To: friend@home.example\r\nSubject: Fwd: Your application\r\n")),
        found(EDITED, at=None),
    ],
)
def test_other_mail_sends_no_draft(mail):
    assert fate(sent=[mail]).move is None


def test_one_mail_stands_for_one_draft_the_latest():
    older = replace(PLACED, id=3, message_id="<old@example.org>", placed_at=MONDAY - timedelta(days=60))
    both = [Laid(older, ANSWERED), Laid(PLACED, ANSWERED)]
    told_ = {one.job.id: one.move for one in fates(both, look(sent=[found(EDITED)]))}
    assert told_ == {1: Move.SEND, 3: None}


def test_gone_is_deleted_only_at_the_second_look():
    first = fate()
    assert (first.move, first.missing) == (None, LATER)
    assert fate(missing=LATER, at=LATER + AGAIN / 2).move is None
    second = fate(missing=LATER, at=LATER + AGAIN)
    assert (second.move, second.missing) == (Move.DELETE, LATER)


def test_nobody_can_tell_what_was_deleted_without_sent_or_from_a_folder_that_is_another_one_now():
    late = LATER + timedelta(days=9)
    assert fate(missing=LATER, at=late, outbox=False).move is None
    assert fate(missing=LATER, at=late, uidvalidity=8).move is None


def test_what_was_deleted_may_come_back_or_turn_out_to_have_been_sent():
    deleted = replace(PLACED, state=State.DELETED)
    assert fate(deleted, missing=LATER).move is None
    assert fate(deleted, missing=LATER, drafts=[found(OURS, 12)]).move is Move.RETURN
    assert fate(deleted, missing=LATER, sent=[found(EDITED)]).move is Move.SEND
    assert fate(deleted, missing=LATER, drafts=[found(EDITED, 12)]).move is None
    long_after = found(EDITED, at=LATER + timedelta(days=40))
    assert fate(deleted, missing=LATER, sent=[long_after], at=LATER + timedelta(days=41)).move is None


def test_an_edited_note_to_oneself_is_known_by_its_subject():
    header = b"Message-ID: <x@y>\r\nTo: sam@example.org\r\nSubject: Looking back: Baker\r\n"
    assert fate(NOTE, subject="Looking back: Baker", drafts=[found(header, 8)]).move is Move.EDIT
    assert fate(NOTE, subject="Looking back: Florist", drafts=[found(header, 8)]).move is None
    copied = header.replace(b"sam@example.org", b"sam@example.org, robin@acme.example")
    assert fate(NOTE, subject="Looking back: Baker", drafts=[found(copied, 8)]).move is None


MESSAGES = st.sampled_from([OURS, EDITED, EDITED.replace(b"one@", b"two@"), b"Subject: x\r\n"])
FOLDER = st.lists(st.tuples(MESSAGES, st.integers(-100, 100)), max_size=3)
STATES = st.sampled_from([State.PLACED, State.EDITED, State.DELETED])


@given(FOLDER, FOLDER, STATES, st.none() | st.integers(-60, 60), st.sampled_from([7, 8]), st.booleans())
def test_no_look_makes_an_illegal_move_or_calls_deleted_what_is_there(
    drafts, sent, state, missing, uidvalidity, outbox
):
    there = [found(header, 10 + n, LATER + timedelta(minutes=late)) for n, (header, late) in enumerate(drafts)]
    gone = [found(header, n, LATER + timedelta(minutes=late)) for n, (header, late) in enumerate(sent)]
    since = None if missing is None else LATER + timedelta(minutes=missing)
    told_ = fate(
        replace(PLACED, state=state), missing=since, drafts=there, sent=gone, uidvalidity=uidvalidity, outbox=outbox
    )
    assert told_.move is None or (state, told_.move) in MOVES
    if told_.move is Move.DELETE:
        assert not any(PLACED.message_id in item.own_ids for item in (*there, *gone))
        assert outbox and uidvalidity == 7 and since is not None and LATER - since >= AGAIN


# --- out of date ---

APPLICATION = Application(1, "main", "Acme", "Baker", MONDAY)
REJECTION = replace(seen(), id=1)


def case(*mails, events=()):
    return Case(APPLICATION, (REJECTION, *mails), events)


def test_a_draft_is_not_out_of_date_by_itself():
    assert stale(PLACED, case()) is None


def test_a_word_of_the_employer_makes_it_out_of_date_unless_it_is_none():
    again = replace(seen(label="interview", received=LATER), id=2)
    assert stale(PLACED, case(again)) == "Acme wrote again on 2026-03-02, which this draft ignores."
    assert stale(PLACED, case(replace(again, verdict=verdict("job_alert")))) is None
    assert stale(PLACED, case(replace(again, received=MONDAY - timedelta(days=1)))) is None
    assert stale(replace(PLACED, state=State.SENT), case(again)) is None
    assert stale(NOTE, case(again)) is None


def test_a_correction_makes_it_out_of_date():
    assert stale(PLACED, Case(APPLICATION, (replace(REJECTION, band="ignore"),))) == RETRACTED
    by_phone = (Event("rejected", MONDAY, by="you"),)
    assert stale(PLACED, Case(APPLICATION, (replace(REJECTION, band="ignore"),), by_phone)) is None


def test_a_word_of_ones_own_makes_it_out_of_date():
    own = seen(
        Address("Sam", "sam@example.org"), label="other", received=LATER, own=True, to=REJECTION.headers.reply_to
    )
    assert stale(PLACED, case(own)) is None
    to_dana = replace(own, headers=Headers(to=(Address("", "Dana.Whitfield@acme.example"),)))
    assert stale(PLACED, case(to_dana)).startswith("You wrote to dana.whitfield@acme.example yourself on 2026-03-02")


def test_advice_counts_in_a_rejection_and_after_it():
    advice = verdict("other", advice=("Show more figures.",))
    before = replace(seen(label="other", received=MONDAY - timedelta(days=1)), verdict=advice, id=5)
    after = replace(before, received=LATER, id=6)
    within = replace(REJECTION, verdict=verdict("rejection", advice=("Too few figures.",)))
    assert feedback(case(before, after)) == (after,)
    assert feedback(Case(APPLICATION, (within,))) == (within,)


def test_what_became_of_the_drafts_of_a_step_is_counted():
    lives = [
        Life(PLACED),
        Life(replace(PLACED, state=State.SENT), edited=True, sent=LATER, answered=True),
        Life(replace(PLACED, state=State.SENT), sent=LATER),
        Life(replace(PLACED, state=State.DELETED), edited=True),
        Life(NOTE),
    ]
    assert tally(lives) == {
        Step.THANK_YOU: Tally(laid=4, edited=2, sent=2, deleted=1, answered=1), Step.REFLECTION: Tally(laid=1)
    }  # fmt: skip
    assert tally([]) == {}
