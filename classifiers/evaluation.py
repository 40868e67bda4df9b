"""`python -m classifiers.evaluation`: the killable child of `evaluate`, which judges labelled mails.

With --mine the person's corrections stand on stdin, framed as classifiers.learn reads them. It prints lines of JSON:
`{"next": source}` before each mail, `{"say": sentence}` while it works, `{"fault": sentence}` when it has to give up,
and at the end one `{"report": {...}}`. A mail that needs too much CPU or memory ends it, and the last `next` names it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.corrections import NOT_REJECTION
from classifiers.judged import Judged, judged
from classifiers.labelled import Candidate, Fault, Labelled, candidates, passed_over
from classifiers.learn import Answers, InputFault, corrections_in
from classifiers.limits import Limit, cpu_limit, limit_memory, loaded_model, options_of, own_stdout

if TYPE_CHECKING:
    from classifiers.model import Model

Row = dict[str, Any]
ENDED: Final = 3
"""The exit code without a report."""
_LEARNT: Final = (
    "The model has learnt from corrections of yours ({count}); a mail named here that is among them is not new to it."
)
_LEFT: Final = "Files that are no .eml, mbox, .jsonl or part of a Maildir were passed over ({count}): {first}."
_VAGUE: Final = (
    "Corrections that only say that a mail is no rejection ({count}) count as the other label that the model "
    "finds likeliest."
)
_AT_ONCE: Final = 16
_SAY_EVERY: Final = 500


@dataclass(slots=True)
class Findings:
    """The mails that could be judged, what is wrong with the others, and what is to be known of the figures."""

    mails: list[Judged] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def judge(
    found: Iterable[Candidate], model: Model, findings: Findings, answers: Answers, limit: Limit = lambda: None
) -> None:
    """Add every labelled mail, judged, in order; `limit` is called before each. No text is kept but of sentences.

    Whatever needs much time goes before it: the last limit stays.
    """
    left = iter(found)
    while some := list(_read(islice(left, _AT_ONCE), answers, limit)):
        sound = [one for one in some if isinstance(one, Labelled)]
        findings.faults += [one for one in some if isinstance(one, Fault)]
        verdicts = model.verdicts([one.mail for one in sound])
        findings.mails += map(judged, sound, verdicts)
        _tell(len(findings.mails), len(sound), answers.say)


def judge_named(paths: Sequence[str], model: Model, findings: Findings, answers: Answers, limit: Limit) -> None:
    """Add what the paths name, and note what of it may not be as it seems. Raises OSError."""
    before = len(findings.mails)
    judge(candidates(paths), model, findings, answers, limit)
    if model.corrections and len(findings.mails) > before:
        findings.notes.append(_LEARNT.format(count=model.corrections))
    sources = [*(one.source for one in findings.mails), *(one.source for one in findings.faults)]
    if left := passed_over(paths, sources):
        findings.notes.append(_LEFT.format(count=len(left), first=", ".join(left[:3])))


def _read(found: Iterable[Candidate], answers: Answers, limit: Limit) -> Iterator[Labelled | Fault]:
    for one in found:
        answers.send({"next": one.source})
        limit()
        yield one.read()


def _tell(total: int, new: int, say: Callable[[str], None]) -> None:
    if total // _SAY_EVERY > (total - new) // _SAY_EVERY:
        say(f"{total} mails judged ...")


def main(arguments: list[str] | None = None) -> int:
    """Limits, model, mails, figures. The exit code is 1 if a mail could not be judged, ENDED without a report."""
    options = _options(arguments)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    answers = Answers(own_stdout())
    os.umask(0o077)
    limit_memory(options.memory)
    return guarded(lambda: _evaluated(options, answers), options, answers)


def guarded(work: Callable[[], int], options: argparse.Namespace, answers: Answers) -> int:
    """What the work returns, or ENDED with a sentence for what went wrong."""
    with contextlib.suppress(BrokenPipeError):  # whoever reads us has seen enough
        try:
            return work()
        except InputFault as fault:
            answers.send({"fault": str(fault)})
        except MemoryError:
            answers.send({"fault": f"Judging needs more memory than the {options.memory} MiB it may use."})
        except OSError as error:
            place = error.filename or options.cache
            what = f"{place} could not be used: {error.strerror or error}."
            answers.send({"fault": f"{what} Check that path, who owns it and whether its disk is full."})
    return ENDED


def _evaluated(options: argparse.Namespace, answers: Answers) -> int:
    model = loaded_model(options.cache, answers.say)
    from classifiers.evaluation_report import Limits, report  # noqa: PLC0415 - after the limits are set

    findings = Findings()
    if options.mine:
        add_corrections(findings, options.cache, answers)
    judge_named(options.paths, model, findings, answers, cpu_limit(options.cpu))
    limits = Limits(options.act, options.review, options.limits_from)
    figures = report(findings.mails, limits, [str(one) for one in findings.faults])
    if options.plot is not None and findings.mails:
        _drawn(options, findings.mails)
    answers.send({"report": {"model": about(model), "notes": findings.notes, **figures}})
    return 1 if findings.faults else 0


def add_corrections(findings: Findings, cache: Path, answers: Answers) -> None:
    """The corrections of the input, cross-validated. Raises InputFault and OSError."""
    from classifiers.cross_validation import cross_validated  # noqa: PLC0415 - after the limits are set

    sound, unreadable = corrections_in(sys.stdin.buffer, answers)
    findings.mails += cross_validated(sound, cache, answers.say)
    if vague := sum(one.said == NOT_REJECTION for one in sound):
        findings.notes.append(_VAGUE.format(count=vague))
    findings.faults += [Fault(f"correction {number}", "Its mail cannot be read.") for number in unreadable]


def _drawn(options: argparse.Namespace, mails: list[Judged]) -> None:
    from classifiers.evaluation_plot import draw  # noqa: PLC0415 - a picture is seldom asked for

    marks = {"review": options.review, "act": options.act}
    draw(options.plot, [one for one in mails if not one.ambiguous], marks, options.cache)


def about(model: Model) -> Row:
    """What a report says of the model."""
    return {"key": model.key, "trained": model.trained, "corpus": model.corpus, "corrections": model.corrections}


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = options_of("evaluation", "Judges labelled mails.")
    parser.add_argument("--act", type=float, required=True, help="at or above: band act")
    parser.add_argument("--review", type=float, required=True, help="at or above: band review")
    parser.add_argument("--limits-from", default="defaults", help="where these limits come from, for the report")
    parser.add_argument("--mine", action="store_true", help="also judge the corrections on stdin, cross-validated")
    parser.add_argument("--plot", type=Path, help="the picture to draw, .svg or .png")
    parser.add_argument("paths", nargs="*")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
