import os
import stat
from dataclasses import replace

import numpy as np
import pytest
from support.realmodel import real_model

from classifiers import model, model_cache
from classifiers.corpus import load
from classifiers.features import view
from classifiers.mail import Mail, mail_of
from classifiers.model import logits
from classifiers.model_vectors import counts, weighed
from classifiers.signs import found_signs
from classifiers.train import fitted, halved, load_or_train, prepared, scores, train
from classifiers.validate import held_out_probabilities, table
from classifiers.values import LABELS, Headers

REFUSAL = "Unfortunately, we have decided to move forward with other candidates."
RECEIPT = "Thank you for applying. We have received your application and will review it in the next two weeks."


@pytest.fixture(scope="module")
def few():
    """Some mails of every label: enough to train on in a second."""
    taken = [sample for sample in load() if sample.language == "en"]
    return [sample for label in LABELS for sample in [one for one in taken if one.label == label][:40]]


@pytest.fixture(scope="module")
def small(few):
    return train(few, "key", lambda _line: None)


def test_training_twice_gives_the_same_model(few, small):
    again = train(few, "key", lambda _line: None)
    assert np.array_equal(again.weights.coefficients, small.weights.coefficients)
    assert np.array_equal(again.weights.calibration, small.weights.calibration)


def test_scores_are_probabilities_over_all_labels(small):
    verdict = small.verdict(mail_of("Hello", None, REFUSAL))
    assert set(verdict.scores) == set(LABELS)
    assert sum(verdict.scores.values()) == pytest.approx(1, abs=1e-4)
    assert verdict.confidence == verdict.scores[verdict.label] == max(verdict.scores.values())


def test_many_mails_are_judged_as_one_by_one(few, small):
    mails = [sample.mail for sample in few[::20]]
    assert small.verdicts(mails) == [small.verdict(mail) for mail in mails]


def test_no_mails_give_no_verdicts(small):
    assert small.verdicts([]) == []


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (Headers(), False),
        (Headers(in_reply_to=("<a@b.example>",)), True),
        (Headers(references=("<a@b.example>",)), True),
    ],
)
def test_of_what_is_not_about_a_job_only_answers_keep_their_facts(headers, told, small, monkeypatch):
    monkeypatch.setattr(model, "probabilities", lambda *_: np.eye(len(LABELS))[[LABELS.index("other")]])
    mail = Mail(headers, "The panel felt that your answers on pricing lacked depth, and thank you for your mail.")
    (lean,), (whole,) = small.verdicts([mail], lean=0.1), small.verdicts([mail])
    assert (lean.label, lean.scores) == (whole.label, whole.scores)
    assert whole.advice
    assert (lean == whole, bool(lean.advice)) == (told, told)


def test_the_quick_scores_are_those_of_the_matrices(few, small):
    views = [view(sample.mail) for sample in few[::10]]
    rows = weighed(counts(views), small.weights.rarity)
    slow = scores(halved(rows), small.weights.coefficients, small.weights.intercepts)
    assert logits(small.weights, views) == pytest.approx(slow, abs=1e-4)


def test_an_empty_text_has_a_verdict_and_no_evidence(small):
    verdict = small.verdict(mail_of("Hello", None, ""))
    assert verdict.because == ()


def test_a_model_comes_back_from_its_file(tmp_path, small):
    path = tmp_path / "deep" / "model.skops"
    model_cache.store(path, small)
    back = model_cache.fetch(path, "key")
    assert back.verdict(mail_of(None, None, REFUSAL)) == small.verdict(mail_of(None, None, REFUSAL))
    assert (back.trained, back.corpus, back.corrections) == (small.trained, small.corpus, small.corrections)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["model.skops"]


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "other-key", "not-a-model"])
def test_a_harmed_model_is_refused(tmp_path, small, harm):
    path = tmp_path / "model.skops"
    model_cache.store(path, small)
    raw = path.read_bytes()
    packed = model_cache.skops.io.dumps({"about": "[]"})
    harmed = {
        "cut": raw[: len(raw) // 2],
        "changed": raw[:-9] + b"x" + raw[-8:],
        "empty": b"",
        "other-key": raw,
        "not-a-model": model_cache.hashlib.sha256(packed).digest() + packed,
    }[harm]
    path.write_bytes(harmed)
    with pytest.raises(model_cache.CacheFault):
        model_cache.fetch(path, "other" if harm == "other-key" else "key")


def test_a_pickled_type_in_the_file_is_refused(tmp_path):
    packed = model_cache.skops.io.dumps({"about": os.system})
    path = tmp_path / "model.skops"
    path.write_bytes(model_cache.hashlib.sha256(packed).digest() + packed)
    with pytest.raises(model_cache.CacheFault):
        model_cache.fetch(path, "key")


def test_a_damaged_cache_is_rebuilt_and_said_so(tmp_path, few, monkeypatch):
    monkeypatch.setattr("classifiers.train.load", lambda: few)
    monkeypatch.setattr("classifiers.train.key_of", lambda: "key")
    first = load_or_train(tmp_path)
    (path,) = tmp_path.glob("model-*.skops")
    path.write_bytes(path.read_bytes()[:1000])
    said = []
    second = load_or_train(tmp_path, said.append)
    assert any("set aside" in line for line in said)
    assert second.verdict(mail_of(None, None, REFUSAL)) == first.verdict(mail_of(None, None, REFUSAL))
    said.clear()
    load_or_train(tmp_path, said.append)
    assert said == []


def test_only_the_newest_models_are_kept(tmp_path):
    for at in range(5):
        path = tmp_path / f"model-{at}.skops"
        path.touch()
        os.utime(path, (at, at))
    model_cache.tidy(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model-2.skops", "model-3.skops", "model-4.skops"]


def test_of_models_that_learnt_from_corrections_the_newest_is_kept_and_no_base_model_goes_for_it(tmp_path):
    for at, name in enumerate(("aa", "aa-01", "aa-02", "aa-03", "bb-04")):
        path = tmp_path / f"model-{name}.skops"
        path.touch()
        os.utime(path, (at, at))
    model_cache.tidy(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model-aa.skops", "model-bb-04.skops"]


def test_mails_that_are_left_out_of_learning_leave_no_trace_in_it(few):
    material = prepared(few[::4])
    learn, out = np.arange(0, len(material.labels), 2), np.arange(1, len(material.labels), 2)
    labels = material.labels.copy()
    labels[out] = (labels[out] + 1) % len(LABELS)
    for one, other in zip(fitted(material, learn), fitted(replace(material, labels=labels), learn), strict=True):
        assert np.array_equal(one, other)


def test_the_table_of_held_out_figures_names_every_label(few):
    material = prepared(few)
    text = table(held_out_probabilities(material), material.labels[material.real])
    assert all(label in text for label in LABELS)
    assert "expected calibration error" in text


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("We have decided not to proceed with your application.", "no-proceed"),
        ("The position has been filled.", "filled"),
        ("Wir haben uns für andere Bewerber entschieden.", "other-candidate"),
        ("Nous ne pouvons pas donner suite à votre candidature.", "no-proceed"),
    ],
)
def test_a_sentence_shows_its_sign(text, sign):
    assert sign in found_signs(view(mail_of(None, None, text)).ideas)


def test_a_conditional_refusal_shows_no_sign():
    seen = view(mail_of(None, None, "If you are not selected for the next round, we will tell you by email."))
    assert not found_signs(seen.ideas) & {"no-proceed", "no-select", "no-candidate"}


def verdict(text, subject=None, sender=None):
    return real_model().verdict(mail_of(subject, sender, text))


PAIRS = [
    (f"Thank you for your interest. {REFUSAL} We wish you success in your search.", "rejection"),
    (RECEIPT, "acknowledgement"),
    (f"{RECEIPT} If you are not selected, we will let you know by email.", "acknowledgement"),
    ("Dear Sam, thank you for applying. The position has been filled. We wish you all the best.", "rejection"),
    ("We would like to invite you to an interview next Tuesday at 10. Are you available?", "interview"),
    ("Unfortunately I must move our interview from Monday to Wednesday. Does 14:00 work for you?", "interview"),
    ("Please complete the online coding test for your application within five days.", "assessment"),
    ("We are pleased to offer you the position. Your contract and start date are attached.", "offer"),
    ("Unfortunately your payment could not be processed. Please update your card details.", "other"),
    ("We regret to inform you that your application for a credit card was declined by the bank.", "other"),
    ("Leider müssen wir Ihnen mitteilen, dass wir uns für einen anderen Bewerber entschieden haben.", "rejection"),
    ("Nous sommes au regret de ne pas pouvoir donner une suite favorable à votre candidature au poste.", "rejection"),
    ("Lamentamos informarte de que hemos decidido seguir adelante con otros candidatos para el puesto.", "rejection"),
    ("Purtroppo abbiamo deciso di proseguire con altri candidati per questa posizione.", "rejection"),
    ("Helaas hebben we besloten om met andere kandidaten verder te gaan voor deze functie.", "rejection"),
    ("Infelizmente decidimos avançar com outros candidatos para esta vaga.", "rejection"),
]


@pytest.mark.parametrize(("text", "label"), PAIRS)
def test_plain_mails_are_judged_right(text, label):
    assert verdict(text).label == label


def test_the_deciding_sentence_is_named():
    found = verdict(f"Dear Sam,\n\nThank you for your time last week.\n\n{REFUSAL}\n\nKind regards,\nAnna")
    assert found.because[0].sentence == REFUSAL
    assert 0 < found.because[0].weight <= 1
    assert 1 <= len(found.because) <= 3


def test_quoted_history_is_never_evidence_and_does_not_decide():
    found = verdict(f"{RECEIPT}\n\nOn Monday, Anna <anna@x.example> wrote:\n> {REFUSAL}\n")
    assert found.label == "acknowledgement"
    assert all(REFUSAL not in one.sentence for one in found.because)


LETTER = f"Dear Sam,\n\nThank you for applying to Tidepool.\n\n{REFUSAL}\n\nKind regards,\nAnna Lindberg\nTidepool"
FORMS = {
    "html": "".join(f"<p>{line}</p>" for line in LETTER.split("\n\n")),
    "one line": " ".join(LETTER.split()),
    "curly": LETTER.replace("'", "\u2019").replace("-", "\u2013"),
    "names": LETTER.replace("Sam", "Noor")
    .replace("Tidepool", "Quarry Lane Dental")
    .replace("Anna Lindberg", "Bo Chen"),
    "quoting": f"{LETTER}\n\nOn Monday, Sam <sam@example.org> wrote:\n> Is there any news about the interview?",
    "footer": f"{LETTER}\n\n--\nTidepool Ltd\nThis message is confidential and intended for the addressee.",
    "wrapped": LETTER.replace("decided to move", "decided\nto move"),
    "capitals": LETTER.replace("Unfortunately", "UNFORTUNATELY"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_a_mail_does_not_change_its_verdict(form):
    assert verdict(FORMS[form]).scores["rejection"] > 0.9


def test_any_bytes_of_text_get_a_verdict():
    for text in ("", "?", "\u0000", "🌻" * 500, "a" * 50_000, "> " * 2_000):
        assert verdict(text).label in LABELS
