"""Plain TF-IDF (words and pairs of words) with logistic regression: rejection against the rest."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path

from bench.classifier.child import samples
from bench.classifier.sets import FOLDS, Row, of_sample
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline


def learn(folder: Path, without: int | None) -> None:
    """Learns the corpus or what is left without a fold."""
    known = samples(without)
    texts, truths = zip(*((row.words, row.rejection) for row in map(of_sample, known)), strict=True)
    families = [f"{sample.language}/{sample.family}" for sample in known]
    machine = _best_of_defaults(texts, truths, families).fit(texts, truths)
    # Pickled, as scikit-learn's own guide does: it is read back at once, from a folder that nobody else writes to.
    (folder / "tfidf").write_bytes(pickle.dumps(machine))


def _best_of_defaults(texts: Sequence[str], truths: Sequence[bool], families: Sequence[str]) -> Pipeline:
    """The usual settings, of which the best on families it did not learn from is taken: the rival's best foot."""
    steps = [("words", TfidfVectorizer(ngram_range=(1, 2))), ("machine", LogisticRegression(solver="liblinear"))]
    usual = {"machine__class_weight": [None, "balanced"], "machine__C": [1.0, 10.0]}
    search = GridSearchCV(Pipeline(steps), usual, scoring="f1", cv=GroupKFold(FOLDS), refit=False)
    search.fit(texts, truths, groups=families)
    return Pipeline(steps).set_params(**search.best_params_)


class Judge:
    """Judges by the probability of a rejection; from 0.5 on it is one."""

    def __init__(self, folder: Path) -> None:
        self.machine = pickle.loads((folder / "tfidf").read_bytes())

    def __call__(self, rows: Sequence[Row]) -> list[tuple[float, bool]]:
        given = self.machine.predict_proba([row.words for row in rows])[:, 1]
        return [(float(one), bool(one >= 0.5)) for one in given]
