"""The object that `evaluate --json` prints: its keys are a contract with other programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from classifiers.fact_truth import HOW, facts
from classifiers.figures import (
    RESAMPLES,
    Bin,
    Estimate,
    Floats,
    Numbers,
    Share,
    bins,
    calibration_error,
    confusion,
    label_estimates,
    macro_estimate,
    resampled,
)
from classifiers.judged import GOOD_NEWS, Judged, costliest
from classifiers.labelled_rows import TRUTHS
from classifiers.values import LABELS, Label

Row = dict[str, Any]

FOUR: Final[tuple[Label, ...]] = ("rejection", "interview", "acknowledgement", "other")
METHOD: Final = (
    "95 % intervals: Wilson for precision, recall and other shares; for F1 the percentiles of "
    f"{RESAMPLES} seeded bootstrap draws; mails are taken to be independent of each other"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the bands, both inclusive, and where they come from."""

    act: float
    review: float
    origin: str = "defaults"


def report(mails: Sequence[Judged], limits: Limits, faults: Sequence[str] = ()) -> Row:
    """All figures over the mails that are not ambiguous; shares are from 0 to 1, rounded to six places."""
    clear = [one for one in mails if not one.ambiguous]
    matrix = confusion(*_numbers(clear), len(LABELS))
    return {
        "mails": len(clear), "ambiguous": len(mails) - len(clear), "faults": list(faults), "limits": asdict(limits),
        "accuracy": share(Share(int(matrix.trace()), len(clear))), **_by_label(matrix),
        "rejection": {name: band(clear, getattr(limits, name)) for name in ("act", "review")},
        "good_news_taken_for_rejection": _disasters(clear, limits.act),
        "languages": _groups(clear, limits, lambda one: one.language), "not_english": _not_english(clear, limits),
        "kinds": _groups(clear, limits, lambda one: one.kind),
        "sources": _groups(clear, limits, lambda one: one.origin),
        "confusion": {"labels": list(LABELS), "rows": matrix.tolist()}, "calibration": _calibration(clear),
        "facts": _facts(clear), "errors": _errors(clear, limits), "method": METHOD,
    }  # fmt: skip


def _numbers(mails: Iterable[Judged]) -> tuple[list[int], list[int]]:
    pairs = [(LABELS.index(one.truth), LABELS.index(one.label)) for one in mails]
    return [truth for truth, _ in pairs], [chosen for _, chosen in pairs]


def _by_label(matrix: Numbers) -> Row:
    draws = resampled(matrix)
    estimates = label_estimates(matrix, draws)
    rows = {label: _label(matrix, at, estimates[at]) for at, label in enumerate(LABELS)}
    present = [label for label in LABELS if rows[label]["support"]]
    four = [label for label in FOUR if label in present]
    macro = {name: _macro(matrix, draws, which) for name, which in (("four", four), ("present", present))}
    return {"labels": rows, "macro_f1": macro}


def _label(matrix: Numbers, at: int, f1: Estimate) -> Row:
    hits, taken, there = int(matrix[at, at]), int(matrix[:, at].sum()), int(matrix[at].sum())
    figures = {"precision": share(Share(hits, taken)), "recall": share(Share(hits, there)), "f1": estimate(f1)}
    return figures | {"support": there}


def _macro(matrix: Numbers, draws: Floats, labels: Sequence[Label]) -> Row:
    numbers = [LABELS.index(label) for label in labels]
    return estimate(macro_estimate(matrix, draws, numbers)) | {"labels": list(labels)}


def share(one: Share) -> Row:
    """A share as JSON; its value is null without any mails."""
    value = None if one.value is None else round(one.value, 6)
    return {"value": value, "low": round(one.interval[0], 6), "high": round(one.interval[1], 6)} | asdict(one)


def estimate(one: Estimate) -> Row:
    """An estimate as JSON."""
    value = None if one.value is None else round(one.value, 6)
    return {"value": value, "low": round(one.interval[0], 6), "high": round(one.interval[1], 6)}


def band(mails: Sequence[Judged], limit: float) -> Row:
    """Precision and recall of calling everything from a limit on a rejection."""
    taken = [one for one in mails if one.rejection >= limit]
    hits = sum(one.refused for one in taken)
    there = sum(one.refused for one in mails)
    return {"limit": limit, "precision": share(Share(hits, len(taken))), "recall": share(Share(hits, there))}


def _disasters(mails: Sequence[Judged], act: float) -> Row:
    good = [one for one in mails if one.truth in GOOD_NEWS]
    taken = [one.source for one in good if one.rejection >= act]
    return {"count": len(taken), "of": len(good), "mails": taken}


def _groups(mails: Iterable[Judged], limits: Limits, key: Callable[[Judged], str | None]) -> dict[str, Row]:
    found = defaultdict[str, list[Judged]](list)
    for one in mails:
        if (name := key(one)) is not None:
            found[name].append(one)
    return {name: _group(found[name], limits) for name in sorted(found)}


def _group(mails: Sequence[Judged], limits: Limits) -> Row:
    right = Share(sum(one.label == one.truth for one in mails), len(mails))
    bands = {name: band(mails, getattr(limits, name)) for name in ("act", "review")}
    return {"mails": len(mails), "rejections": sum(one.refused for one in mails), "accuracy": share(right), **bands}


def _not_english(mails: Iterable[Judged], limits: Limits) -> Row:
    return _group([one for one in mails if one.language and one.language.split("-")[0] != "en"], limits)


def _calibration(mails: Sequence[Judged]) -> Row:
    best = bins([one.confidence for one in mails], [one.label == one.truth for one in mails])
    refusals = bins([one.rejection for one in mails], [one.refused for one in mails])
    return {"best_label": _reliability(best), "rejection": _reliability(refusals)}


def _reliability(counted: Sequence[Bin]) -> Row:
    error = calibration_error(counted)
    rounded = [{key: round(value, 6) for key, value in asdict(one).items()} for one in counted]
    return {"error": None if error is None else round(error, 6), "bins": rounded}


def _facts(mails: Iterable[Judged]) -> Row:
    pairs = [(one.given or {}, one.truths) for one in mails if one.truths]
    found = facts(pairs, TRUTHS)
    rows: Row = {
        name: {"given": share(one.given), "wrong": share(one.wrong), "invented": one.invented}
        for name, one in found.items()
    }
    return rows | {"how": HOW} if rows else {}


def _errors(mails: Iterable[Judged], limits: Limits) -> list[Row]:
    return [
        {
            "source": one.source, "cost": kind, "truth": one.truth, "label": one.label,
            "confidence": round(one.confidence, 6), "rejection": round(one.rejection, 6),
            "because": [asdict(because) for because in one.because],
        }
        for kind, one in costliest(mails, limits.act, limits.review)
    ]  # fmt: skip
