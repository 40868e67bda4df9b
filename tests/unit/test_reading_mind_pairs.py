"""Pairs of mails that differ in one sentence: the one is a rejection, the other is not."""

import pytest
from support.pairs import pairs
from support.realmodel import real_model

from classifiers.corpus import load

ACT, REVIEW = 0.90, 0.50
PAIRS = pairs()
TOLD = [pair for pair in PAIRS if pair.band != "open"]
OPEN = [pair for pair in PAIRS if pair.band == "open"]
by_name = pytest.mark.parametrize("pair", TOLD, ids=[pair.name for pair in TOLD])


@pytest.fixture(scope="module", autouse=True)
def _trained():
    """Trains the model where a test's own time is not counted."""
    real_model()


def told(verdict):
    """What a failure says: label, rejection score, and the sentences that decided."""
    because = " / ".join(one.sentence for one in verdict.because)
    return f"{verdict.label} {verdict.confidence:.2f}, rejection {verdict.scores['rejection']:.3f}: {because}"


@by_name
def test_the_rejection_is_noticed(pair):
    verdict = real_model().verdict(pair.rejection)
    assert verdict.label == "rejection", told(verdict)
    wanted = ("act",) if pair.band == "act" else ("act", "review")
    assert verdict.band(ACT, REVIEW) in wanted, told(verdict)


@by_name
def test_the_near_miss_is_let_go(pair):
    verdict = real_model().verdict(pair.near_miss)
    assert verdict.label != "rejection", told(verdict)
    assert verdict.band(ACT, REVIEW) != "act", told(verdict)


@pytest.mark.parametrize("pair", OPEN, ids=[pair.name for pair in OPEN])
def test_a_pair_that_is_not_yet_told_apart_does_no_harm(pair):
    verdict = real_model().verdict(pair.near_miss)
    assert verdict.band(ACT, REVIEW) != "act", told(verdict)


def test_at_least_twenty_pairs_are_told_apart_and_each_states_its_band():
    assert len({pair.name for pair in PAIRS}) == len(PAIRS)
    assert len(TOLD) >= 20
    assert {pair.band for pair in PAIRS} <= {"act", "review", "open"}


def test_the_two_mails_of_a_pair_differ_in_their_one_sentence_alone():
    for pair in PAIRS:
        no, yet = pair.rejection, pair.near_miss
        assert no.headers == yet.headers
        assert no.text.replace(pair.no, "") == yet.text.replace(pair.yet, "")


def test_no_pair_stands_in_the_corpus():
    learnt = "\n".join(" ".join(sample.mail.text.split()) for sample in load())
    assert [pair.name for pair in PAIRS if pair.no in learnt or pair.yet in learnt] == []
