"""`highroad tune`: chooses act and review by what they are measured to bring, and keeps them in tuned.toml."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from daemon.adapters.evaluator import Report, reported
from daemon.commands.context import Context
from daemon.commands.measuring import corrected, limits_of, plottable, tell
from daemon.commands.tuning_lines import measured_on, tuning_lines
from daemon.core.errors import HighroadError, WrongUse

NAMES: Final = ("act", "review")
_FAULTY: Final = "Nothing is written while mails cannot be judged; mend or leave out those named above, and try again."
_NOTHING: Final = "Nothing is written: there is no limit to write."


@dataclass(frozen=True, slots=True)
class Wish:
    """What the limits have to reach: act this precision, review this recall, both from 0 to 1."""

    precision: float
    recall: float


class NotTuned(HighroadError):
    """No limits were written; the message says why."""


def tune(context: Context, paths: Sequence[str], wish: Wish, plot: Path | None, *, dry_run: bool, as_json: bool) -> int:
    """Choose, show, write. Exit code 1 where not both limits were written, but for --dry-run.

    Raises WrongUse for a wish that is no share, NotTuned when config.toml sets both limits, ConfigError for settings
    with faults.
    """
    _check(wish)
    picture = plottable(plot)
    pinned = _pinned(context)
    options = ["--precision", wish.precision, "--recall", wish.recall, *picture, "--", *paths]
    report = reported("tuning", context.state() / "model", options, corrected(context), tell)
    for fault in report["faults"]:
        tell(fault)
    outcome = _outcome(context, report, pinned, dry_run=dry_run)
    _print(report, outcome, plot, as_json=as_json)
    return 0 if dry_run and not (report["refused"] or report["faults"]) else int(len(outcome.written) < len(NAMES))


def _check(wish: Wish) -> None:
    for name, value in (("precision", wish.precision), ("recall", wish.recall)):
        if not 0 < value <= 1:
            raise WrongUse(f"--{name} {value:g} is no share; it lies above 0 and is at most 1, as in --{name} 0.97.")


def _pinned(context: Context) -> dict[str, float]:
    """The limits that config.toml sets, by name. Raises NotTuned when it sets both: nothing tuned would count."""
    loaded = _loaded(context)
    if loaded is None:
        return {}
    pinned = {name: loaded.values[f"classifier.{name}"] for name in NAMES if loaded.pinned(f"classifier.{name}")}
    if len(pinned) == len(NAMES):
        raise NotTuned(
            f"{loaded.path} sets classifier.act and classifier.review, and what it sets is never tuned. "
            "Take these lines out of it, and tune again."
        )
    return pinned


def _loaded(context: Context, overrides: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - a Loaded or None
    """The settings, None where there are none at the usual places."""
    from config.faults import ConfigMissing
    from config.loader import load

    try:
        return load(context.config, context.state_dir, overrides)
    except ConfigMissing:
        if context.config is not None:
            raise
        return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a choice: the keys that were written, the file, and a sentence."""

    written: tuple[str, ...]
    file: Path
    sentence: str


def _outcome(context: Context, report: Report, pinned: Mapping[str, float], *, dry_run: bool) -> Outcome:
    from config.places import TUNED_NAME

    file = context.state() / TUNED_NAME
    free = {name: report[name]["limit"] for name in NAMES if name not in pinned and report[name]}
    if report["faults"] or not free:
        return Outcome((), file, _FAULTY if report["faults"] else _NOTHING)
    held = "".join(f" config.toml sets classifier.{name} to {value:g}; that stays." for name, value in pinned.items())
    if crossed := _crossed(_in_force(context) | free):
        return Outcome((), file, crossed + held)
    if dry_run:
        return Outcome((), file, f"Nothing is written (--dry-run).{held}")
    _write(context, file, free, report)
    return Outcome(tuple(free), file, f"Written to {file}. A daemon that is running takes it up by itself.{held}")


def _in_force(context: Context) -> dict[str, float]:
    limits = limits_of(context)
    return {"act": limits.act, "review": limits.review}


def _crossed(limits: Mapping[str, float]) -> str:
    if limits["review"] <= limits["act"]:
        return ""
    return f"Nothing is written: review would be {limits['review']:g}, above act at {limits['act']:g}."


def _write(context: Context, file: Path, limits: Mapping[str, float], report: Report) -> None:
    from config.writer import Tuned, read_tuned, write_tuned

    values = {f"classifier.{name}": value for name, value in limits.items()}
    _loaded(context, values)  # raises ConfigError if the settings could not be used with them
    new = {f"classifier.{name}": Tuned(value, measured_on(report, name)) for name, value in limits.items()}
    write_tuned(file, read_tuned(file) | new)


def _print(report: Report, outcome: Outcome, plot: Path | None, *, as_json: bool) -> None:
    if as_json:
        tuned = {"written": list(outcome.written), "file": str(outcome.file), "outcome": outcome.sentence}
        print(json.dumps({**report, **tuned}, ensure_ascii=False))
        return
    print("\n".join(tuning_lines(report, outcome.sentence)))
    if plot is not None and report["mails"]:
        print(f"The picture is in {plot}.")
