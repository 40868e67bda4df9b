"""`highroad evaluate`: how well the model does on mails whose label is known. The work is a child process's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from daemon.adapters.evaluator import Report, reported
from daemon.commands.context import Context
from daemon.commands.measuring import corrected, limits_of, plottable, tell
from daemon.core.errors import HighroadError, WrongUse

_NOTHING = "Name labelled mails (.jsonl, or folders named after labels), or --mine for your corrections."
_NONE_YET = "You have corrected no mail yet, so there is nothing of yours to judge; name labelled mails instead."


def evaluate(
    context: Context, paths: Sequence[str], *, mine: bool, plot: Path | None, shown: int, as_json: bool
) -> int:
    """Print the figures. Exit code 1 if a mail could not be judged; each one is named on standard error.

    Raises WrongUse when nothing is named, HighroadError when nothing is corrected or a mail breaks the child, and
    ConfigError for settings with faults.
    """
    if not paths and not mine:
        raise WrongUse(_NOTHING)
    picture = plottable(plot)
    limits = limits_of(context)
    given = corrected(context) if mine else ()
    if not paths and not given:
        raise HighroadError(_NONE_YET)
    options = ["--act", limits.act, "--review", limits.review, "--limits-from", limits.origin, *picture]
    options += ["--mine"] if given else []
    report = reported("evaluation", context.state() / "model", [*options, "--", *paths], given, tell)
    return _printed(report, shown, plot, as_json=as_json)


def _printed(report: Report, shown: int, plot: Path | None, *, as_json: bool) -> int:
    from daemon.commands.evaluation_lines import evaluation_lines

    for fault in report["faults"]:
        tell(fault)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print("\n".join(evaluation_lines(report, shown)))
        if plot is not None and report["mails"]:
            print(f"\nThe picture is in {plot}.")
    return 1 if report["faults"] or not report["mails"] else 0
