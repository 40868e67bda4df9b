"""`python -m classifiers.tuning`: the killable child of `tune`, which measures limits and chooses two of them.

It measures on the validation set, on the corrections on stdin (cross-validated, framed as classifiers.learn reads
them) and on labelled mails. What it prints is as in classifiers.evaluation.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.corpus import load
from classifiers.evaluation import Findings, about, add_corrections, guarded, judge_named
from classifiers.judged import Judged, judged
from classifiers.labelled import Labelled
from classifiers.learn import Answers
from classifiers.limits import cpu_limit, limit_memory, loaded_model, options_of, own_stdout

if TYPE_CHECKING:
    from classifiers.model import Model
    from classifiers.thresholds import Point

Row = dict[str, Any]
VALIDATION: Final = "validation"
_SHOWN: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99, 0.995, 0.999)


def main(arguments: list[str] | None = None) -> int:
    """Limits, model, mails, choice. The exit code is 1 if no limit can be chosen, ENDED without a report."""
    options = _options(arguments)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    answers = Answers(own_stdout())
    os.umask(0o077)
    limit_memory(options.memory)
    return guarded(lambda: _tuned(options, answers), options, answers)


def _tuned(options: argparse.Namespace, answers: Answers) -> int:
    model = loaded_model(options.cache, answers.say)
    findings = Findings(list(_validated(model, answers.say)))
    validation = len(findings.mails)
    add_corrections(findings, options.cache, answers)
    corrections = len(findings.mails) - validation
    judge_named(options.paths, model, findings, answers, cpu_limit(options.cpu))
    clear = [one for one in findings.mails if not one.ambiguous]
    origins = {"validation": validation, "corrections": corrections, "paths": len(clear) - validation - corrections}
    report = choice(clear, options.precision, options.recall) | {"measured_on": origins}
    if options.plot is not None and clear:
        _drawn(options, clear, report)
    rest = {"faults": [str(one) for one in findings.faults], "ambiguous": len(findings.mails) - len(clear)}
    answers.send({"report": {"model": about(model), "notes": findings.notes, **report, **rest}})
    return 1 if report["refused"] or findings.faults else 0


def _validated(model: Model, say: Callable[[str], None]) -> Iterator[Judged]:
    """The validation set, which no model has learnt from, judged."""
    samples = load(VALIDATION)
    say(f"Judging the {len(samples)} mails of the validation set ...")
    for sample, verdict in zip(samples, model.verdicts([one.mail for one in samples]), strict=True):
        place = f"{VALIDATION}/{sample.place}"
        yield judged(Labelled(place, sample.mail, sample.label, sample.language, origin=VALIDATION), verdict)


def choice(mails: Sequence[Judged], precision: float, recall: float) -> Row:
    """What is chosen for a wish, or why nothing is, and what each limit would bring."""
    from classifiers.thresholds import NoLimit, chosen_act, chosen_review, trade_off  # noqa: PLC0415 - as in _drawn

    points = trade_off(mails)
    chosen, refused = dict[str, Row | None](), list[str]()
    for name, choose, wish in (("act", chosen_act, precision), ("review", chosen_review, recall)):
        try:
            chosen[name] = _row(choose(points, wish))
        except NoLimit as none:
            chosen[name] = None
            refused.append(str(none))
    return {
        "mails": len(mails), "rejections": sum(one.refused for one in mails),
        "wish": {"precision": precision, "recall": recall}, **chosen, "refused": refused,
        "trade_off": [_row(one) for one in points if one.limit in _shown(chosen)],
    }  # fmt: skip


def _shown(chosen: Row) -> set[float]:
    return {*_SHOWN, *(one["limit"] for one in chosen.values() if one)}


def _row(point: Point) -> Row:
    from classifiers.evaluation_report import share  # noqa: PLC0415 - as in _drawn

    return asdict(point) | {"precision": share(point.precision), "recall": share(point.recall)}


def _drawn(options: argparse.Namespace, mails: Sequence[Judged], report: Row) -> None:
    from classifiers.evaluation_plot import draw  # noqa: PLC0415 - a picture is seldom asked for

    marks = {name: report[name]["limit"] for name in ("review", "act") if report[name]}
    draw(options.plot, mails, marks, options.cache)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = options_of("tuning", "Chooses the limits.")
    parser.add_argument("--precision", type=float, required=True, help="that act has to reach")
    parser.add_argument("--recall", type=float, required=True, help="that review has to reach")
    parser.add_argument("--plot", type=Path, help="the picture to draw, .svg or .png")
    parser.add_argument("paths", nargs="*")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
