"""What `evaluate` and `tune` share: the limits in force, the person's corrections, where a picture may go."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daemon.commands.context import Context, NoJournal
from daemon.core.errors import WrongUse
from daemon.core.ports import Lesson

PICTURES: Final = (".svg", ".png")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the bands and where they come from: settings, tuned limits or defaults."""

    act: float
    review: float
    origin: str


def limits_of(context: Context) -> Limits:
    """The limits of the settings where there are any, else what was tuned, else the defaults. Raises ConfigError."""
    from config.faults import ConfigMissing
    from config.loader import default_classifier
    from config.places import TUNED_NAME

    try:
        limits, origin = context.load().settings.classifier, "settings"
    except ConfigMissing:
        if context.config is not None:
            raise
        limits = default_classifier(context.state())
        origin = "tuned limits" if (context.state() / TUNED_NAME).exists() else "defaults"
    return Limits(limits.act, limits.review, origin)


def corrected(context: Context) -> Sequence[Lesson]:
    """The person's corrections that have their text, the oldest first; none where there is no journal."""
    try:
        with context.journal() as journal:
            return journal.corrections.lessons()
    except NoJournal:
        return ()


def plottable(plot: Path | None) -> tuple[str, ...]:
    """The child's option for a picture. Raises WrongUse for a name that no picture can have."""
    if plot is None:
        return ()
    if plot.suffix.lower() not in PICTURES:
        raise WrongUse(f"The picture {plot} can be an .svg or a .png; give its name one of these endings.")
    if not plot.absolute().parent.is_dir():
        raise WrongUse(f"There is no folder {plot.absolute().parent} to put the picture in; make it, or name another.")
    if plot.is_dir():
        raise WrongUse(f"{plot} is a folder; give the picture another name.")
    return ("--plot", str(plot))


def tell(sentence: str) -> None:
    """Something for the person besides the figures: on standard error, without what could steer a terminal."""
    print("".join(char if char.isprintable() else "?" for char in sentence), file=sys.stderr)
