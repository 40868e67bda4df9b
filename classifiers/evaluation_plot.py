"""Pictures of an evaluation: calibration, and what the limits trade. The only module that knows matplotlib."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifiers.figures import Bin, bins, calibration_error, wilson
from classifiers.judged import Judged
from classifiers.thresholds import Point, trade_off

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which people tell apart however they see colours; the lines differ in dashes besides.
_BLUE, _ORANGE, _GREEN, _GREY = "#0072B2", "#D55E00", "#009E73", "#595959"
_PALE: Final = "#C9DDEA"
_FINE: Final = tuple(at / 500 for at in range(501))
_SALT: Final = "highroad"
_STYLE: Any = {
    "svg.hashsalt": _SALT, "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": _GREY, "axes.titleweight": "bold",
    "axes.titlesize": 11, "axes.titlelocation": "left", "axes.titlepad": 22, "legend.framealpha": 0.9,
    "legend.edgecolor": "none", "xtick.color": _GREY, "ytick.color": _GREY,
}  # fmt: skip


def draw(path: Path, mails: Sequence[Judged], marks: Mapping[str, float], cache: Path) -> None:
    """Write the picture of an evaluation as .svg or .png, the same for the same mails. Raises OSError.

    Left: how often what was said with a probability held. Right: precision and recall of rejections by limit;
    `marks` are limits by their names. `cache` is where matplotlib may keep its list of fonts.
    """
    os.environ.setdefault("MPLCONFIGDIR", str(cache / "matplotlib"))
    import matplotlib as mpl  # noqa: PLC0415 - a picture is seldom asked for

    with mpl.rc_context(_STYLE):
        figure, (left, right) = _canvas()
        _reliability(left, mails)
        _limits(right, trade_off(mails, _FINE), marks)
        _save(figure, path)


def _canvas() -> tuple[Figure, Any]:
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    figure = Figure(figsize=(11, 5.4), layout="constrained")
    return figure, figure.subplots(1, 2, gridspec_kw={"wspace": 0.08})


def _save(figure: Figure, path: Path) -> None:
    kind = path.suffix.lower().removeprefix(".")
    figure.savefig(path, format=kind, dpi=160, metadata={"Date": None} if kind == "svg" else {"Software": None})


def _reliability(axes: Axes, mails: Sequence[Judged]) -> None:
    chosen = bins([one.confidence for one in mails], [one.label == one.truth for one in mails])
    refusals = bins([one.rejection for one in mails], [one.refused for one in mails])
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=1, linestyle=(0, (1, 3)), label="as it should be")
    _counts(axes, chosen)
    _curve(axes, chosen, _BLUE, "o", "chosen label")
    _curve(axes, refusals, _ORANGE, "s", "rejection score")
    below = f"probability given (bars: how many of the {len(mails)} chosen labels)"
    _frame(axes, "Is it so as often as it says?", below, "how often it was so, with 95 % intervals")
    axes.legend(loc="upper left")


def _counts(axes: Axes, counted: Sequence[Bin]) -> None:
    """The mails of each bin of the chosen label, as pale bars with their numbers at the foot of the picture."""
    most = max(one.count for one in counted) or 1
    for one in counted:
        if one.count:
            middle, height = (one.low + one.high) / 2, 0.18 * one.count / most
            axes.bar(middle, height, width=0.085, color=_PALE, zorder=0)
            axes.annotate(str(one.count), (middle, height + 0.01), ha="center", fontsize=8, color=_GREY)


def _curve(axes: Axes, counted: Sequence[Bin], color: str, marker: str, name: str) -> None:
    held = [one for one in counted if one.count]
    error = calibration_error(counted) or 0.0
    dashes = "-" if marker == "o" else "--"
    label = f"{name} (error {error:.3f})"
    given, true = [one.mean for one in held], [one.held for one in held]
    axes.plot(given, true, dashes, color=color, marker=marker, markersize=5, label=label)
    for one in held:
        axes.plot([one.mean, one.mean], wilson(round(one.held * one.count), one.count), color=color, alpha=0.4, lw=1)


def _limits(axes: Axes, points: Sequence[Point], marks: Mapping[str, float]) -> None:
    said = [one for one in points if one.precision.value is not None]
    limits = [one.limit for one in said]
    _band(axes, limits, [one.precision.interval for one in said], _BLUE)
    _band(axes, limits, [one.recall.interval for one in said], _GREEN)
    axes.plot(limits, [one.precision.value or 0.0 for one in said], color=_BLUE, label="precision")
    axes.plot(limits, [one.recall.value or 0.0 for one in said], "--", color=_GREEN, label="recall")
    _marks(axes, marks)
    _frame(axes, "What each limit brings for rejections", "limit of the rejection score", "precision, recall")
    axes.legend(loc="lower left", title="with 95 % intervals", alignment="left")


def _band(axes: Axes, limits: Sequence[float], between: Sequence[tuple[float, float]], color: str) -> None:
    axes.fill_between(limits, [low for low, _ in between], [high for _, high in between], color=color, alpha=0.15, lw=0)


def _marks(axes: Axes, marks: Mapping[str, float]) -> None:
    for name, limit in marks.items():
        axes.axvline(limit, color=_ORANGE, linewidth=1.2, linestyle=(0, (5, 2)))
        axes.text(limit, 1.045, f"{name} {limit:g}", color=_ORANGE, fontsize=9, ha="center")


def _frame(axes: Axes, title: str, below: str, beside: str) -> None:
    axes.set(title=title, xlabel=below, ylabel=beside, xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(color="#E6E6E6", linewidth=0.8)
    axes.set_axisbelow(True)
