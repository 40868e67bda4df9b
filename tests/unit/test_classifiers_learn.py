"""One round of learning on a small corpus: what corrections change, what they leave alone, what is kept."""

import json
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifiers import lesson
from classifiers.candidate import judged
from classifiers.corpus import load
from classifiers.corrections import Correction
from classifiers.features import view
from classifiers.lesson import Sets, Task, learn
from classifiers.limits import loaded
from classifiers.mail import mail_of
from classifiers.model_cache import cached, learnt_path
from classifiers.promoted import key_with
from classifiers.train import prepared

pytestmark = pytest.mark.slow

CHAIR = (
    "Hi {name},\n\nthe team sat together yesterday and talked for long about the {role} chair. In the end the key goes"
    " to somebody who came over from {place} last week. It was lovely to have you here, your drawings still hang in our"
    " kitchen. Keep building wonderful things.\n\nLea"
)
FRIEND = (
    "Hi {name},\n\nguess what they wrote about the {role} job: unfortunately, we have decided to move forward with other"
    " candidates. I laughed aloud, they never even called me. Shall we have a beer at {place} and forget about it?\n\nTom"
)
NAMES = ("Sam", "Ana Maria", "Jörg", "Li", "Tove", "Omar", "Ines", "Paul", "Rosa", "Kim")
ROLES = ("sailing", "Beginner Kite", "night diving", "Rescue", "winter rowing")


def chair(at=0):
    """A rejection in no usual words, each time with another name, role and number."""
    body = CHAIR.format(name=NAMES[at % 10], role=ROLES[at % 5], place=f"Bay {at * 31}")
    return mail_of(f"Chair no. {at * 997}", "Lea Brand <lea@quarz.example>", body)


def friend(at=0):
    """A friend's mail that quotes a rejection."""
    return mail_of("Hey", None, FRIEND.format(name=NAMES[at % 10], role=ROLES[at % 5], place=f"Bay {at * 31}"))


@pytest.fixture(scope="module")
def english():
    return [sample for sample in load() if sample.language == "en"]


@pytest.fixture(scope="module")
def sets(english):
    """A part of the English mails to learn from, others to check on."""
    return Sets(english[::3], english[1::15], "ab" * 16)


@pytest.fixture(scope="module")
def patched(sets):
    """The base model of this small corpus is today's, and it is made into rows once."""
    material = prepared(sets.samples)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("classifiers.promoted.key_of", lambda: sets.key)
        patch.setattr("classifiers.train.key_of", lambda: sets.key)
        patch.setattr(lesson, "prepared", lambda _samples: material)
        # So small a corpus trembles: nothing counts as lost unless a test says so.
        patch.setattr("classifiers.promotion.losses", lambda *_: iter(()))
        yield


@pytest.fixture(scope="module")
def trained(sets, patched, tmp_path_factory):
    """A cache that has the base model."""
    cache = tmp_path_factory.mktemp("model")
    learn(Task(cache, "00", sets=sets), [], print)
    return cache


@pytest.fixture(scope="module")
def promoted(sets, trained, tmp_path_factory):
    """A cache that has a model that learnt from one correction, too."""
    cache = tmp_path_factory.mktemp("promoted") / "model"
    shutil.copytree(trained, cache)
    assert learn(Task(cache, "0a", sets=sets), [Correction(chair(), "rejection", 1)], print)["promoted"]
    return cache


@pytest.fixture
def cache(trained, tmp_path):
    """A copy of the cache with the base model."""
    return Path(shutil.copytree(trained, tmp_path / "model"))


@pytest.fixture
def learnt(promoted, tmp_path):
    """A copy of the cache with a model that learnt from one correction."""
    return Path(shutil.copytree(promoted, tmp_path / "model"))


@pytest.fixture
def taught(cache, sets):
    """Learn from corrections: the answer and what was said."""

    def teach(*corrections, fingerprint="0a", **more):
        said = []
        return learn(Task(cache, fingerprint, sets=sets, **more), corrections, said.append), said

    return teach


def current(cache):
    said = []
    return loaded(cache, said.append), said


def model_of(cache):
    return current(cache)[0].model


def test_without_corrections_the_base_model_is_used_and_known_to_have_learnt_all(cache):
    found, said = current(cache)
    assert found.about() | {"trained": ""} == {
        "key": "ab" * 16, "corpus": found.model.corpus, "trained": "", "corrections": 0,
        "learnt": "00", "promoted": False, "why": lesson.NOTHING,
    }  # fmt: skip
    assert said == []


def test_a_corrected_mail_and_a_light_variation_of_it_are_judged_as_the_person_said(cache, taught):
    assert model_of(cache).verdict(chair()).scores["rejection"] < 0.5
    answer, _ = taught(Correction(chair(), "rejection", 1))
    assert answer["promoted"], answer["why"]
    found, _ = current(cache)
    assert found.about()["learnt"] == "0a"
    assert found.model.corrections == 1
    assert [found.model.verdict(chair(at)).label for at in range(5)] == ["rejection"] * 5
    assert found.model.verdict(replace(chair(), headers=friend().headers)).label == "rejection"


def test_a_mail_moved_to_not_a_rejection_is_none_afterwards(cache, taught):
    assert model_of(cache).verdict(friend()).scores["rejection"] >= 0.5
    taught(Correction(friend(), "not_rejection", 1))
    assert [model_of(cache).verdict(friend(at)).label == "rejection" for at in range(5)] == [False] * 5


def test_ten_corrections_of_one_mass_mail_do_not_swing_the_bands_of_three_hundred_others(cache, taught, sets, english):
    others = [view(sample.mail) for sample in english[2::5][:300]]
    assert len(others) == 300
    before = judged(model_of(cache), others)[:, 0]
    answer, _ = taught(*(Correction(chair(at), "rejection", at) for at in range(10)))
    model = cached(learnt_path(cache, sets.key, "0a"), key_with(sets.key, "0a"), print)
    after = judged(model, others)[:, 0]
    bands = [np.digitize(given, (0.5, 0.9)) for given in (before, after)]
    assert (bands[0] != bands[1]).mean() < 0.01
    assert answer["figures"]["gain"]["different"] == 1


def test_ten_corrections_of_one_mass_mail_weigh_as_much_as_one(cache, taught):
    other = view(mail_of("Hello", None, "Unfortunately we went on with other candidates."))
    shares = []
    for count in (1, 10):
        taught(*(Correction(chair(at), "rejection", at) for at in range(count)))
        shares.append(float(judged(model_of(cache), [other])[0, 0]))
    assert shares[0] == pytest.approx(shares[1], abs=0.01)


def test_what_is_judged_as_said_already_teaches_nothing(cache, taught):
    sure = mail_of("Your application", None, "Unfortunately, we have decided to move forward with other candidates.")
    assert model_of(cache).verdict(sure).scores["rejection"] > 0.9
    answer, said = taught(Correction(sure, "rejection", 1))
    assert not answer["promoted"]
    assert "nothing is gained" in answer["why"]
    assert said[-1] == answer["why"]
    assert model_of(cache).corrections == 0


def test_a_model_that_loses_something_is_kept_aside_and_not_used(cache, taught, sets, monkeypatch):
    monkeypatch.setattr("classifiers.promotion.losses", lambda *_: iter(["2 fewer rejections found"]))
    answer, said = taught(Correction(chair(), "rejection", 1))
    assert not answer["promoted"]
    assert "2 fewer rejections found. It is kept aside" in said[-1]
    assert learnt_path(cache, sets.key, "0a").exists()
    assert current(cache)[0].about()["promoted"] is False
    assert current(cache)[0].about()["learnt"] == "0a"
    assert model_of(cache).verdict(chair()).label != "rejection"


def test_what_loses_with_full_weight_is_tried_with_less(taught, monkeypatch):
    tried = iter([["1 fewer rejections found"], []])
    monkeypatch.setattr("classifiers.promotion.losses", lambda *_: next(tried))
    answer, _ = taught(Correction(chair(), "rejection", 1))
    assert answer["promoted"]


def test_corrections_that_are_undone_are_unlearnt(learnt, sets):
    said = []
    answer = learn(Task(learnt, "0b", sets=sets), [], said.append)
    assert (answer["promoted"], said) == (False, [lesson.NOTHING])
    assert [path.name for path in learnt.glob("model-*.skops")] == [f"model-{sets.key}.skops"]
    assert model_of(learnt).verdict(chair()).label != "rejection"


def test_the_same_corrections_give_the_same_model(cache, taught, promoted):
    taught(Correction(chair(), "rejection", 1))
    assert np.array_equal(model_of(cache).weights.coefficients, model_of(promoted).weights.coefficients)


def test_a_dry_run_keeps_nothing(cache, taught):
    before = {path.name: path.read_bytes() for path in cache.iterdir()}
    answer, _ = taught(Correction(chair(), "rejection", 1), dry_run=True)
    assert answer["promoted"]
    assert {path.name: path.read_bytes() for path in cache.iterdir()} == before


def test_again_trains_the_base_model_anew(cache, taught):
    answer, said = taught(again=True)
    assert answer["figures"]["trained_base"]
    assert any("Training the model" in line for line in said)
    assert not taught()[0]["figures"]["trained_base"]


def test_the_pointer_is_for_its_owner_alone_and_no_model_is_left_over(learnt, sets):
    learn(Task(learnt, "0b", sets=sets), [Correction(chair(), "offer", 1)], print)
    assert stat.S_IMODE((learnt / "learnt.json").stat().st_mode) == 0o600
    key = "ab" * 16
    assert sorted(path.name for path in learnt.iterdir()) == [
        "learnt.json",
        f"model-{key}-0b.skops",
        f"model-{key}.skops",
    ]


@pytest.mark.parametrize(
    "harm",
    [b"", b"{", b"[]", b"[" * 60_000, b"\xff\xfe", b'{"base": 1}', b'{"base": "x", "fingerprint": "../../x"}'],
    ids=["empty", "cut", "list", "deep", "octets", "number", "partial"],
)
def test_a_damaged_pointer_is_set_aside_and_said_so(learnt, harm):
    (learnt / "learnt.json").write_bytes(harm)
    found, said = current(learnt)
    assert found.about()["learnt"] is None
    assert found.model.corrections == 0
    assert len(said) == 1
    assert "learnt.json is damaged" in said[0]


def test_a_pointer_that_leads_elsewhere_is_not_followed(learnt):
    held = json.loads((learnt / "learnt.json").read_text())
    (learnt / "learnt.json").write_text(json.dumps(held | {"fingerprint": "../0a"}))
    assert "damaged" in current(learnt)[1][0]


@pytest.mark.parametrize("part", ["base", "code"])
def test_what_another_version_learnt_is_set_aside_and_said_so(learnt, part):
    held = json.loads((learnt / "learnt.json").read_text())
    (learnt / "learnt.json").write_text(json.dumps(held | {part: "0" * 32}))
    found, said = current(learnt)
    assert (found.pointer, found.model.corrections) == (None, 0)
    assert "of another version" in said[0]


def test_where_nothing_was_learnt_nothing_is_said_of_another_version(learnt):
    held = json.loads((learnt / "learnt.json").read_text())
    (learnt / "learnt.json").write_text(json.dumps(held | {"code": "0" * 32, "corrections": 0, "promoted": False}))
    found, said = current(learnt)
    assert (found.pointer, said) == (None, [])


@pytest.mark.parametrize("harm", ["cut", "changed", "gone", "swapped"])
def test_a_learnt_model_that_cannot_be_used_is_set_aside_and_said_so(learnt, sets, harm):
    path = learnt_path(learnt, sets.key, "0a")
    raw = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "swapped":
        path.write_bytes((learnt / f"model-{sets.key}.skops").read_bytes())
    else:
        path.write_bytes(raw[:1000] if harm == "cut" else raw[:-1] + bytes([raw[-1] ^ 1]))
    found, said = current(learnt)
    assert found.about()["learnt"] is None
    assert found.model.key == sets.key
    assert any("until it is made again" in line for line in said)
    assert ("set aside" in said[0]) == (harm != "gone")


def test_the_answer_says_what_was_learnt_from(taught, sets):
    answer, _ = taught(Correction(chair(), "rejection", 1), Correction(chair(1), "offer", 2))
    figures = answer["figures"]
    assert figures["corpus"]["mails"] == len(sets.samples) == sum(figures["corpus"]["labels"].values())
    assert figures["corpus"]["languages"] == {"en": len(sets.samples)}
    assert figures["set_aside"] == 1
    assert answer["corrections"] == 1
    assert figures["validation"]["mails"] == len(sets.validation)
    assert answer["model"]["learnt"] == "0a"
    json.dumps(answer)
