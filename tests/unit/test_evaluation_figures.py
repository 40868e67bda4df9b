"""The figures of an evaluation against scikit-learn's, against values worked out by hand, and their laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support

from classifiers.evaluation_report import Limits, report
from classifiers.figures import (
    Share,
    bins,
    calibration_error,
    confusion,
    f1_scores,
    label_estimates,
    macro_estimate,
    resampled,
    wilson,
)
from classifiers.judged import Judged, costliest
from classifiers.values import LABELS

NUMBERS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=60)
SCORED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def scores(label, sure):
    """Scores that give a label so much, and the rest evenly."""
    rest = (1 - sure) / (len(LABELS) - 1)
    return tuple(sure if one == label else rest for one in LABELS)


def mail(truth, label, sure=0.9, number=1, **more):
    return Judged(f"set.jsonl:{number}", truth, label, scores(label, sure), **more)


# Worked out by hand from (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96.
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
        (1, 1, 0.2065, 1),
    ],
)
def test_wilsons_interval_is_what_a_hand_makes_it(hits, of, low, high):
    assert wilson(hits, of) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_of_no_mails_nothing_is_known():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_narrows_with_more_mails(pair):
    hits, of = pair
    low, high = wilson(hits, of)
    wider = wilson(hits, of), wilson(4 * hits, 4 * of)
    assert 0 <= low <= hits / of <= high <= 1
    assert wider[1][1] - wider[1][0] < wider[0][1] - wider[0][0]


@given(st.integers(2, 200), st.data())
def test_one_hit_more_moves_the_interval_up(of, data):
    hits = data.draw(st.integers(0, of - 1))
    lower, upper = wilson(hits, of), wilson(hits + 1, of)
    assert lower[0] <= upper[0] and lower[1] <= upper[1]


@given(NUMBERS)
def test_the_confusion_and_f1_are_those_of_scikit_learn(pairs):
    truths, chosen = map(list, zip(*pairs, strict=True))
    matrix = confusion(truths, chosen, 8)
    assert matrix.tolist() == confusion_matrix(truths, chosen, labels=range(8)).tolist()
    known = sorted({*truths, *chosen})
    theirs = f1_score(truths, chosen, labels=known, average=None, zero_division=0.0)
    assert f1_scores(matrix)[known] == pytest.approx(theirs)


@given(NUMBERS)
def test_the_report_agrees_with_scikit_learn_on_every_label(pairs):
    mails = [mail(LABELS[truth], LABELS[chosen]) for truth, chosen in pairs]
    rows = report(mails, Limits(0.9, 0.5))["labels"]
    truths, chosen = [one.truth for one in mails], [one.label for one in mails]
    theirs = precision_recall_fscore_support(truths, chosen, labels=LABELS, zero_division=0.0)
    for at, label in enumerate(LABELS):
        ours = [rows[label][name]["value"] or 0.0 for name in ("precision", "recall", "f1")]
        assert ours == pytest.approx([column[at] for column in theirs[:3]], abs=1e-6)
        assert rows[label]["support"] == theirs[3][at]


@given(NUMBERS)
def test_the_macro_f1_is_the_mean_over_the_labels_that_are_there(pairs):
    truths, chosen = map(list, zip(*pairs, strict=True))
    there = sorted(set(truths))
    matrix = confusion(truths, chosen, 8)
    theirs = f1_score(truths, chosen, labels=there, average="macro", zero_division=0.0)
    found = macro_estimate(matrix, resampled(matrix), there)
    assert found.value == pytest.approx(theirs)
    assert 0 <= found.interval[0] <= found.value <= found.interval[1] <= 1


@given(NUMBERS)
def test_every_interval_of_an_f1_holds_it(pairs):
    matrix = confusion(*map(list, zip(*pairs, strict=True)), 8)
    for one in label_estimates(matrix, resampled(matrix)):
        assert one.value is None or 0 <= one.interval[0] <= one.value <= one.interval[1] <= 1


def test_a_bootstrap_of_the_same_mails_is_the_same():
    matrix = confusion([0, 0, 1, 2, 7, 7], [0, 1, 1, 2, 7, 0], 8)
    assert np.array_equal(resampled(matrix), resampled(matrix), equal_nan=True)


def test_three_mails_that_are_all_right_do_not_make_certain():
    matrix = confusion([0, 0, 0], [0, 0, 0], 8)
    estimate = label_estimates(matrix, resampled(matrix))[0]
    low = wilson(3, 3)[0]
    assert estimate.value == 1 and estimate.interval == (pytest.approx(2 * low / (1 + low)), 1.0)


def test_the_error_of_calibration_is_what_a_hand_makes_it():
    # Two mails at 0.95 of which one holds, two at 0.15 of which none does: (2·0.45 + 2·0.15) / 4.
    counted = bins([0.95, 0.95, 0.15, 0.15], [True, False, False, False])
    assert calibration_error(counted) == pytest.approx(0.3)
    assert [one.count for one in counted] == [0, 2, 0, 0, 0, 0, 0, 0, 0, 2]


@given(SCORED)
def test_the_error_of_calibration_lies_between_0_and_1(pairs):
    counted = bins(*map(list, zip(*pairs, strict=True)))
    assert sum(one.count for one in counted) == len(pairs)
    assert 0 <= calibration_error(counted) <= 1


def test_a_probability_of_one_belongs_to_the_last_bin():
    assert [one.count for one in bins([1.0, 0.9, 0.0], [True] * 3)][0::9] == [1, 2]


def test_without_mails_there_is_no_error():
    assert calibration_error(bins([], [])) is None


def test_ambiguous_mails_are_counted_and_left_out():
    clear = [mail("rejection", "rejection", number=1), mail("other", "other", number=2)]
    vague = [mail("other", "rejection", 0.99, number=3, ambiguous=True)]
    whole, part = report([*clear, *vague], Limits(0.9, 0.5)), report(clear, Limits(0.9, 0.5))
    assert (whole["mails"], whole["ambiguous"]) == (2, 1)
    assert whole == part | {"ambiguous": 1}


def test_an_interview_at_act_is_the_dearest_error_and_the_surest_come_first():
    mails = [
        mail("other", "outreach", 0.99, 1), mail("rejection", "other", 0.9, 2), mail("rejection", "other", 0.99, 3),
        mail("other", "rejection", 0.99, 4), mail("interview", "rejection", 0.91, 5),
        mail("offer", "rejection", 0.97, 6),
        mail("other", "other", 0.99, 7), mail("outreach", "rejection", 0.7, 8),
    ]  # fmt: skip
    found = [(kind, one.source.rpartition(":")[2]) for kind, one in costliest(mails, 0.9, 0.5)]
    assert found == [
        ("disaster", "6"), ("disaster", "5"), ("false_alarm", "4"), ("missed", "3"), ("missed", "2"), ("asked", "8"),
        ("mistaken", "1"),
    ]  # fmt: skip


def test_good_news_taken_for_a_rejection_is_counted_at_act_alone():
    mails = [
        mail("interview", "rejection", 0.95, 1),
        mail("offer", "rejection", 0.8, 2),
        mail("other", "rejection", 1.0, 3),
    ]
    found = report(mails, Limits(0.9, 0.5))["good_news_taken_for_rejection"]
    assert found == {"count": 1, "of": 2, "mails": ["set.jsonl:1"]}


def test_other_languages_are_told_apart():
    mails = [
        mail("rejection", "rejection", 0.9, 1, language="en"), mail("rejection", "other", 0.9, 2, language="de"),
        mail("rejection", "rejection", 0.6, 3, language="fr"), mail("rejection", "other", 0.9, 4, language="en-gb"),
        mail("rejection", "other", 0.9, 5),
    ]  # fmt: skip
    found = report(mails, Limits(0.9, 0.5))
    assert sorted(found["languages"]) == ["de", "en", "en-gb", "fr"]
    recall = found["not_english"]["review"]["recall"]
    assert (recall["hits"], recall["of"]) == (1, 2)


def test_a_report_without_mails_has_no_figures_and_does_not_fail():
    found = report([], Limits(0.9, 0.5), ["set.jsonl:1: broken"])
    assert found["mails"] == 0 and found["faults"] == ["set.jsonl:1: broken"]
    assert (
        found["rejection"]["act"]["precision"]["value"] is None and found["calibration"]["rejection"]["error"] is None
    )


def test_no_figure_of_a_report_is_nan():
    def numbers(value):
        if isinstance(value, dict):
            return [found for one in value.values() for found in numbers(one)]
        if isinstance(value, list):
            return [found for one in value for found in numbers(one)]
        return [value] if isinstance(value, float) else []

    for mails in ([], [mail("other", "other")], [mail("rejection", "other"), mail("other", "rejection", number=2)]):
        assert not any(map(math.isnan, numbers(report(mails, Limits(0.9, 0.5)))))
