import numpy as np
import pytest

from classifiers.corrections import Correction, weighed
from classifiers.mail import mail_of
from classifiers.promotion import ACT, REVIEW, SLACK, Check, Gain, counted, gain, losses
from classifiers.values import LABELS


def row(label, share, second="other"):
    """Probabilities with one label at a share and all of the rest on another."""
    scores = np.zeros(len(LABELS), np.float32)
    scores[LABELS.index(label)] += share
    scores[LABELS.index(second if second != label else "outreach")] += 1 - share
    return scores


def refused(share):
    return row("rejection", share)


def lost(*mails):
    """What is lost, given (label, row before, row after) a mail."""
    checks = [Check(f"en/{label}/a.txt:{at}", label) for at, (label, _, _) in enumerate(mails)]
    before, after = (np.array([mail[at] for mail in mails]) for at in (1, 2))
    return list(losses(checks, before, after))


def test_nothing_is_lost_where_nothing_changes():
    assert lost(("rejection", refused(0.95), refused(0.95)), ("other", refused(0.95), refused(0.99))) == []


def test_a_mail_newly_taken_for_a_rejection_is_a_loss_and_is_named():
    (what,) = lost(("other", row("other", 1.0), row("other", 1.0)), ("outreach", refused(ACT - 0.01), refused(ACT)))
    assert "1 more taken for a rejection (en/outreach/a.txt:1)" in what


def test_a_mail_newly_taken_for_a_rejection_is_not_made_good_by_another_that_is_no_more():
    assert lost(("other", refused(0.95), row("other", 1.0)), ("other", row("other", 1.0), refused(0.95)))


@pytest.mark.parametrize(("limit", "what"), [(ACT, "sure of"), (REVIEW, "found")])
def test_a_rejection_that_falls_below_a_limit_is_a_loss(limit, what):
    assert lost(("rejection", refused(limit + 0.005), refused(limit - SLACK - 0.005))) == [
        f"1 fewer rejections {what}",
        *(["1 fewer with the right label"] if limit == REVIEW else []),
    ]


def test_a_rejection_that_trembles_at_the_limit_is_none():
    assert lost(("rejection", refused(ACT + 0.005), refused(ACT - SLACK + 0.005))) == []


def test_a_rejection_lost_and_another_found_are_no_loss():
    assert lost(("rejection", refused(0.95), refused(0.8)), ("rejection", refused(0.8), refused(0.95))) == []


@pytest.mark.parametrize("label", ["interview", "offer", "assessment"])
def test_an_invitation_newly_called_a_rejection_is_a_loss_even_below_the_limits(label):
    many = [("other", row("other", 1.0), row("other", 1.0))] * 1000
    barely = np.array([0.4, 0, 0, 0, 0, 0.3, 0.3, 0])
    (what,) = lost(*many, (label, row(label, 0.9), barely))
    assert what == f"1 more of an interview, offer or assessment called a rejection (en/{label}/a.txt:1000)"


def test_of_a_thousand_mails_three_may_get_another_label_but_not_four():
    same = ("other", row("other", 1.0), row("other", 1.0))
    changed = ("job_alert", row("job_alert", 1.0), row("outreach", 1.0))
    assert lost(*[same] * 997, *[changed] * 3) == []
    assert lost(*[same] * 996, *[changed] * 4) == ["4 fewer with the right label"]


def corrected(*said):
    texts = ("The kettle is on the stove and the tea is ready.", "Rain fell on the harbour until the lamps were lit.")
    mails = [mail_of(None, None, texts[at % 2]) for at in range(len(said))]
    return weighed([Correction(mail, word, at) for at, (mail, word) in enumerate(zip(mails, said, strict=True))], print)


def test_a_rejection_counts_as_right_when_it_is_the_likeliest_and_as_sure_at_the_limit():
    two = corrected("rejection", "rejection")
    assert gain(two, np.array([refused(0.6), refused(0.95)])) == Gain(right=2, sure=1)


def test_no_rejection_is_right_with_any_other_label():
    two = corrected("not_rejection", "offer")
    assert gain(two, np.array([row("outreach", 0.9), row("interview", 0.9)])) == Gain(right=1, sure=1)


def test_copies_count_as_one():
    four = corrected("other", "rejection", "other", "rejection")
    given = np.array([row("other", 1.0), refused(1.0), row("offer", 1.0), refused(1.0)])
    assert gain(four, given) == Gain(right=1.5, sure=1.5)


def test_more_right_beats_more_sure_and_as_much_beats_nothing():
    assert Gain(2, 0).beats(Gain(1, 1))
    assert Gain(2, 2).beats(Gain(2, 1))
    assert not Gain(2, 1).beats(Gain(2, 1))
    assert not Gain(1, 1).beats(Gain(2, 0))


def test_the_figures_count_mails():
    checks = [Check("a", "rejection"), Check("b", "rejection"), Check("c", "other")]
    given = np.array([refused(0.95), refused(0.6), refused(0.95)])
    assert counted(checks, given) == {"false_alarms": 1, "at_act": 1, "at_review": 2, "label_right": 2}


def test_without_mails_for_checking_nothing_is_lost():
    empty = np.zeros((0, len(LABELS)), np.float32)
    assert list(losses([], empty, empty)) == []
