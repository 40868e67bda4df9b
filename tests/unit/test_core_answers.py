"""What Drafts, Sent and Trash tell of a draft that is in doubt."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corevalues import ME, MONDAY, job, seen

from classifiers.values import Headers
from daemon.core.answers import Anchor, Looked, before_laying, decide_after_doubt, ours, own_word
from daemon.core.draft import compose
from daemon.core.identity import raw_header
from daemon.core.job import MOVES, Move, State, Step
from daemon.core.ports import FolderState, FoundHeader
from daemon.core.sent import told
from templates.layout import Letter

REJECTED = seen().headers
ANCHOR = Anchor(REJECTED, MONDAY)
PLACING = job(state=State.PLACING, uidvalidity=7, uidnext=10)
OURS = raw_header(compose(PLACING, REJECTED, Letter(None, "Hello\n"), ME, MONDAY))
ANSWER = (
    b"To: Dana <Dana.Whitfield@ACME.example>\r\nIn-Reply-To: <one@acme.example>\r\nMessage-ID: <mine@example.org>\r\n"
)
OTHER = b"To: robin@friends.example\r\nMessage-ID: <else@example.org>\r\nSubject: Sunday\r\n"


def found(uid, header=OTHER, at=None):
    return told(FoundHeader(uid, header, at))


def decided(drafts=(), sent=(), trashed=(), *, uidnext=10, uidvalidity=7, rejected=ANCHOR, of=PLACING):
    return decide_after_doubt(of, rejected, FolderState(len(drafts), uidvalidity, uidnext), drafts, sent, trashed)


def test_our_draft_in_drafts_was_laid():
    assert decided([found(10), found(11, OURS)], uidnext=12) == Looked(Move.LAID, 11)


def test_our_draft_in_sent_or_trash_was_laid_and_the_person_has_dealt_with_it():
    assert decided(sent=[found(3, OURS)], uidnext=11) == Looked(Move.LAID)
    assert decided(trashed=[found(3, OURS)], uidnext=11) == Looked(Move.LAID)


def test_the_persons_own_answer_counts_wherever_it_is_but_in_trash():
    assert decided([found(10, ANSWER)], uidnext=11) == Looked(Move.FOUND_ANSWER)
    assert decided(sent=[found(4, ANSWER)]) == Looked(Move.FOUND_ANSWER)
    assert decided(trashed=[found(4, ANSWER)]) == Looked(Move.ABSENT)


def test_nothing_new_in_drafts_means_that_it_is_absent():
    assert decided() == Looked(Move.ABSENT)
    assert decided([found(11), found(10), found(9)], uidnext=12) == Looked(Move.ABSENT)


def test_a_uid_that_is_gone_leaves_a_doubt():
    assert decided([found(11)], uidnext=12) == Looked(Move.DOUBT)
    assert decided([], uidnext=11) == Looked(Move.DOUBT)


@pytest.mark.parametrize("uidnext", [None, 9])
def test_a_server_that_cannot_count_leaves_a_doubt(uidnext):
    assert decided(uidnext=uidnext) == Looked(Move.DOUBT)


def test_an_intention_without_uidnext_leaves_a_doubt():
    assert decided(of=replace(PLACING, uidnext=None)) == Looked(Move.DOUBT)


def test_after_a_new_uidvalidity_all_of_drafts_tells():
    assert decided([found(1, OURS)], uidvalidity=8, uidnext=2) == Looked(Move.LAID, 1)
    assert decided([found(1, ANSWER)], uidvalidity=8, uidnext=2) == Looked(Move.FOUND_ANSWER)
    assert decided([found(1)], uidvalidity=8, uidnext=2) == Looked(Move.ABSENT)
    assert decided([], uidvalidity=8, uidnext=1) == Looked(Move.ABSENT)


def test_after_a_new_uidvalidity_a_number_that_is_gone_leaves_a_doubt():
    assert decided([found(1)], uidvalidity=8, uidnext=5) == Looked(Move.DOUBT)
    assert decided([found(2)], uidvalidity=8, uidnext=3) == Looked(Move.DOUBT)


@given(st.permutations([OURS, ANSWER, OTHER, OTHER]), st.sets(st.integers(0, 3)), st.integers(0, 3), st.booleans())
def test_a_draft_is_laid_again_only_when_it_is_certainly_not_there(headers, gone, own_part, same_validity):
    messages = [found(10 + place, header) for place, header in enumerate(headers)][: own_part + 1]
    left = [item for place, item in enumerate(messages) if place not in gone]
    looked = decided(left, uidnext=10 + len(messages), uidvalidity=7 if same_validity else 8)
    assert (State.PLACING, looked.move) in MOVES
    there = {headers[item.uid - 10] for item in left}
    if looked.move is Move.ABSENT:
        assert not there & {OURS, ANSWER}
        assert left == messages and same_validity  # under the other one the numbers from 1 to 9 are gone
    assert (looked.move is Move.LAID) == (OURS in there)


def test_before_laying_every_trace_of_an_answer_counts():
    assert before_laying(PLACING, ANCHOR, [found(1)], [found(2)], [found(3)]) is Move.INTEND
    for drafts, sent, trashed in (
        ([ANSWER], [], []),
        ([], [ANSWER], []),
        ([OURS], [], []),
        ([], [OURS], []),
        ([], [], [OURS]),
    ):
        folders = [[found(1, header) for header in folder] for folder in (drafts, sent, trashed)]
        assert before_laying(PLACING, ANCHOR, *folders) is Move.FOUND_ANSWER


@pytest.mark.parametrize(
    "header",
    [
        ANSWER.replace(b"In-Reply-To:", b"References: <zero@acme.example>\r\n\t"),
        ANSWER.replace(b"To: Dana", b"Cc: Robin <r@x.example>, Dana"),
        ANSWER.replace(b"To:", b"TO :").replace(b"\r\n", b"\n"),
        b"\xff\xfe\0junk\n" + ANSWER,
        ANSWER.replace(b"<one@", b"(x) <zero@x.example> <one@"),
    ],
)
def test_answers_are_known_in_all_their_forms(header):
    assert own_word(PLACING, ANCHOR, [found(5, header)]) == 5


@pytest.mark.parametrize(
    "header",
    [
        ANSWER.replace(b"<one@acme.example>", b"<two@acme.example>"),
        ANSWER.replace(b"Dana.Whitfield@ACME.example", b"robin@friends.example"),
        ANSWER.replace(b"Dana <Dana.Whitfield@ACME.example>", b'"dana.whitfield@acme.example" <robin@friends.example>'),
        ANSWER.replace(b"To: Dana", b"Bcc: Dana"),
        b"",
        b"\r\n\r\n" + b"\0" * 50,
    ],
)
def test_other_mail_is_no_answer(header):
    assert own_word(PLACING, ANCHOR, [found(5, header)]) is None


AFTER, BEFORE = MONDAY + timedelta(hours=1), MONDAY - timedelta(hours=1)
WORD = b"To: dana.whitfield@acme.example\r\nMessage-ID: <word@example.org>\r\n"
IN_THREAD = b"To: team@acme.example\r\nIn-Reply-To: <one@acme.example>\r\nMessage-ID: <word@example.org>\r\n"


def said(header, at, others=frozenset(), **changes):
    """Whether that makes a draft needless whose event was MONDAY, its mail an hour older."""
    one = job(state=State.PLANNED, event=MONDAY, **changes)
    return own_word(one, Anchor(REJECTED, BEFORE), [found(5, header, at)], others) is not None


@pytest.mark.parametrize("step", [Step.THANK_YOU, Step.FOLLOW_UP, Step.KEEP_IN_TOUCH, Step.STATUS_CHECK])
def test_a_word_to_them_since_the_event_is_one_and_before_it_is_none(step):
    assert said(WORD, AFTER, step=step)
    assert not said(WORD, BEFORE, step=step)
    assert not said(WORD, None, step=step)
    assert not said(ANSWER, BEFORE, step=step)


def test_the_word_that_the_event_was_is_no_later_one():
    """Its Date is a little before INTERNALDATE, and the event is reckoned by it."""
    dated = WORD + b"Date: Mon, 02 Mar 2026 11:00:00 +0100\r\n"
    assert not said(dated, MONDAY + timedelta(seconds=9), step=Step.KEEP_IN_TOUCH)
    assert said(dated.replace(b"11:00:00", b"11:00:01"), MONDAY + timedelta(seconds=9), step=Step.KEEP_IN_TOUCH)
    assert said(dated.replace(b"2026", b"1970"), MONDAY + timedelta(seconds=9), step=Step.KEEP_IN_TOUCH)


def test_a_word_to_any_of_several_counts():
    assert not said(WORD.replace(b"dana.whitfield", b"kim"), AFTER)
    one = job(state=State.PLANNED, event=MONDAY, others=(("KIM@acme.example", None),))
    header = found(5, WORD.replace(b"dana.whitfield", b"kim"), AFTER)
    assert own_word(one, ANCHOR, [header]) == 5


def test_a_thank_you_is_done_by_an_answer_in_the_thread_to_anybody_but_a_forward_is_none():
    assert said(IN_THREAD, AFTER)
    assert not said(IN_THREAD, BEFORE)
    assert not said(IN_THREAD, AFTER, step=Step.FEEDBACK_REQUEST)
    for subject in (b"Fwd: Your application", b"WG: Your application", b"I: x", b"Tr : x"):
        assert not said(IN_THREAD + b"Subject: " + subject + b"\r\n", AFTER)


def test_other_drafts_of_ours_are_no_word():
    assert not said(WORD, AFTER, others=frozenset({"<word@example.org>"}))


def test_notes_to_oneself_look_for_themselves_alone():
    note = job(step=Step.REFLECTION, recipient="sam@example.org", event=MONDAY)
    header = b"To: sam@example.org, dana.whitfield@acme.example\r\nIn-Reply-To: <one@acme.example>\r\n"
    folder = [found(5, header, AFTER)]
    assert before_laying(note, ANCHOR, folder, folder, folder) is Move.INTEND
    itself = [found(5, f"Message-ID: {note.message_id}\r\n".encode(), AFTER)]
    assert before_laying(note, ANCHOR, [], [], itself) is Move.FOUND_ANSWER
    assert before_laying(replace(note, step=Step.DIGEST), None, folder, folder, folder) is Move.INTEND


@pytest.mark.parametrize(
    "subject", [b"AW: Your Application", b"=?utf-8?q?Re:_Your_application?=", b"Your\r\n application"]
)
def test_a_rejection_without_message_id_is_matched_by_recipient_and_subject(subject):
    rejected = Anchor(Headers(subject="Re: Your application"), MONDAY)
    header = b"To: dana.whitfield@acme.example\r\nSubject: " + subject + b"\r\n"
    assert own_word(PLACING, rejected, [found(5, header)]) == 5
    assert own_word(PLACING, rejected, [found(5, header.replace(b"dana", b"robin"))]) is None
    assert own_word(PLACING, Anchor(Headers(subject="Other"), MONDAY), [found(5, header)]) is None


@pytest.mark.parametrize(
    "word", ["=?idna?q?aaaa?=", "=?utf-8?b?a?=", "=?x-unknown?q?=ff?=", "=?rot13?q?Lbhe?=", "=?" * 900]
)
def test_strange_encoded_words_break_nothing(word):
    header = b"To: dana.whitfield@acme.example\r\nSubject: " + word.encode() + b"\r\n"
    assert own_word(PLACING, Anchor(Headers(subject="Your application"), MONDAY), [found(5, header)]) is None


@given(st.lists(st.builds(found, st.integers(1, 2**32 - 1), st.binary(max_size=200)), max_size=4), st.booleans())
def test_junk_in_the_folders_breaks_nothing(junk, with_id):
    rejected = ANCHOR if with_id else Anchor(Headers(subject="Your application"), MONDAY)
    assert ours(PLACING, junk) is None
    assert own_word(PLACING, rejected, junk) is None
    assert decided(junk, junk, junk, rejected=rejected).move in {Move.ABSENT, Move.DOUBT}
