"""What `evaluate` and `tune` run in their child: corrections judged by models that have not seen them, pictures."""

import io
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import cross_validation
from classifiers.corpus import expand_file, files
from classifiers.corrections import NOT_REJECTION, Correction
from classifiers.cross_validation import cross_validated, folds_of, truth_of
from classifiers.evaluation import Findings, judge
from classifiers.evaluation_plot import draw
from classifiers.judged import Judged
from classifiers.labelled import candidates
from classifiers.learn import Answers
from classifiers.mail import mail_of
from classifiers.train import trained
from classifiers.tuning import choice
from classifiers.values import LABELS, Verdict


@pytest.fixture(scope="module")
def small():
    """A model of a few dozen mails of the corpus, and what it learnt from."""
    found = {}
    for path, text in files():
        language, label, _ = path.split("/")
        if language == "en" and label not in found:
            found[label] = list(expand_file(path, text))[:15]
    samples = [one for label in LABELS for one in found[label]]
    return samples, *trained(samples, "small", lambda _line: None)


@pytest.fixture
def said(small, monkeypatch, tmp_path):
    """Cross-validates over the small model; gives what was judged and what was said, and by which models."""
    samples, base, material = small
    models = []
    monkeypatch.setattr(cross_validation, "load_or_train", lambda _cache, _say: base)
    monkeypatch.setattr(cross_validation, "load", lambda: samples)
    monkeypatch.setattr(cross_validation, "prepared", lambda _samples: material)
    real = cross_validation.candidate

    def watched(model, material, lessons, corrections, key):
        learnt = list(lessons)
        models.append((key, [lesson.view for lesson in learnt]))
        return real(model, material, learnt, corrections, key)

    monkeypatch.setattr(cross_validation, "candidate", watched)

    def run(*corrections):
        lines = []
        return cross_validated(corrections, tmp_path, lines.append), lines, models

    return run


def corrected(number, text, label="rejection"):
    return Correction(mail_of("Your application", None, text), label, number)


TEXTS = (
    "Dear Mira, post 17 of head gardener went to a candidate who has kept roses for twenty years. We wish you well.",
    "After three long conversations the jury settled on somebody nearer to the sea. Thank you for your patience.",
    "Our budget for the planetarium guide was cut on Tuesday, and with it the vacancy. Kind regards from the dome.",
    "Could you bring the blue folder and a pencil to our meeting on Thursday at nine? We look forward to it.",
)


def test_no_correction_is_judged_by_a_model_that_has_seen_it_or_a_copy(said):
    copy = TEXTS[0].replace("Mira", "Otto").replace("17", "23")
    corrections = [corrected(number, text) for number, text in enumerate([*TEXTS, copy], start=1)]
    judged, lines, models = said(*corrections)
    assert {one.source for one in judged} == {f"correction {number}" for number in range(1, 6)}
    assert len(models) == 3 and sum("have not seen them" in line for line in lines) == 3
    text_of = {f"correction {one.number}": one.mail.text for one in corrections}
    kept = [{" ".join(view.sentences) for view in views} for _, views in models]
    family = {text_of["correction 1"], text_of["correction 5"]}
    for seen in kept:
        assert family <= seen or not family & seen  # copies are together in a fold
    for text in text_of.values():
        assert sum(text not in seen for seen in kept) == 1


def test_one_correction_is_judged_by_the_base_model(said):
    judged, _, models = said(corrected(7, TEXTS[0]))
    assert [one.source for one in judged] == ["correction 7"] and models == []
    assert (judged[0].truth, judged[0].origin) == ("rejection", "your corrections")


def test_without_corrections_nothing_is_judged(said):
    assert said()[0] == []


def test_what_is_only_no_rejection_counts_as_the_likeliest_other_label():
    scores = dict.fromkeys(LABELS, 0.05) | {"rejection": 0.5, "offer": 0.2}
    verdict = Verdict("rejection", 0.5, scores)
    assert truth_of(NOT_REJECTION, verdict) == "offer"
    assert [truth_of(label, verdict) for label in LABELS] == list(LABELS)


@given(st.lists(st.integers(0, 9), max_size=30), st.integers(2, 3))
def test_a_family_is_never_split_and_folds_differ_by_one_family_at_most(families, folds):
    dealt = folds_of(families, folds)
    homes = {family: {fold for one, fold in zip(families, dealt, strict=True) if one == family} for family in families}
    assert all(len(home) == 1 for home in homes.values())
    sizes = [sum(home == {fold} for home in homes.values()) for fold in range(folds)]
    assert max(sizes) - min(sizes) <= 1


def test_each_mail_is_announced_before_it_is_read_and_faults_are_kept(small, tmp_path):
    rows = [{"label": "other", "body": "Are you free at noon?"}, {"label": "nothing", "body": "x"}] * 10
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    out, findings, limits = io.BytesIO(), Findings(), []
    judge(candidates([str(tmp_path / "set.jsonl")]), small[1], findings, Answers(out), lambda: limits.append(1))
    said = [json.loads(line)["next"] for line in out.getvalue().splitlines()]
    assert said == [f"{tmp_path}/set.jsonl:{number}" for number in range(1, 21)]
    assert (len(findings.mails), len(findings.faults), len(limits)) == (10, 10, 20)


def mails(count=60):
    """Mails whose rejection score goes up with how often they are one."""
    out = []
    for number in range(count):
        score = (number + 0.5) / count
        truth = "rejection" if (number * 7) % count < number else "interview"
        rest = (1 - score) / 7
        label = "rejection" if score > 0.5 else "interview"
        out.append(Judged(f"set.jsonl:{number}", truth, label, (score, *(rest,) * 7)))
    return out


@pytest.mark.parametrize("some", [mails(), mails(1), []])
def test_a_picture_of_whatever_there_is_can_be_drawn_and_is_the_same_twice(some, tmp_path, monkeypatch):
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    for name in ("one.svg", "two.svg"):
        draw(tmp_path / name, some, {"act": 0.9, "review": 0.5}, tmp_path)
    first, second = ((tmp_path / name).read_bytes() for name in ("one.svg", "two.svg"))
    assert first == second and b"<svg" in first and b"dc:date" not in first


def test_a_choice_shows_what_is_chosen_among_the_limits_and_says_what_is_not():
    found = choice(20 * mails(), 0.9, 0.9)
    limits = [one["limit"] for one in found["trade_off"]]
    assert all(lower < higher for lower, higher in pairwise(limits))
    assert found["act"]["limit"] in limits and found["review"]["limit"] in limits and found["refused"] == []
    none = choice(mails()[:5], 0.9, 0.9)
    assert (none["act"], none["review"], len(none["refused"])) == (None, None, 2)
