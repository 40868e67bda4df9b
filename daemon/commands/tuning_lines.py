"""What `highroad tune` measured and chose, as people read it, and the sentence that tuned.toml keeps of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from daemon.commands.evaluation_lines import counted, number, prose
from daemon.commands.lines import minute

Row = Mapping[str, Any]

_OPTIMISM: Final = (
    "The limits are chosen on the same mails that they are measured on, and {share:.0%} of these are rejections. "
    "In a mailbox with fewer, the same limit has a lower precision and the same recall."
)
_WHY: Final = {
    "act": ("the lowest limit from 0.5 on", "precision"),
    "review": ("the most precise limit up to 0.5", "recall"),
}


def tuning_lines(report: Row, outcome: str) -> Iterator[str]:
    """The whole report, and what became of it."""
    yield from prose(f"Measured on {_mails(report)}.")
    model = report["model"]
    yield f"Model: trained {minute(model['trained'])} from {model['corpus']} mails, {model['corrections']} corrections."
    for note in report["notes"]:
        yield from prose(note)
    yield from _trade_off(report)
    yield ""
    yield from _chosen(report)
    for sentence in report["refused"]:
        yield from prose(sentence)
    yield ""
    yield from prose(outcome)


def _mails(report: Row) -> str:
    origins = report["measured_on"]
    names = {"validation": "of the validation set", "corrections": "that you corrected", "paths": "that you named"}
    parts = [f"{origins[key]} {name}" for key, name in names.items() if origins[key]]
    vague = f" ({report['ambiguous']} ambiguous ones left out)" if report["ambiguous"] else ""
    return f"{number(report['mails'], 'mail')}: {', '.join(parts) or 'none at all'}{vague}"


def _trade_off(report: Row) -> Iterator[str]:
    marks = {report[name]["limit"]: name for name in ("review", "act") if report[name]}
    yield ""
    yield f"{'limit':<8}{'precision':<30}{'recall':<30}good news"
    for row in report["trade_off"]:
        mark = f"  <- {marks[row['limit']]}" if row["limit"] in marks else ""
        cells = f"{counted(row['precision']):<30}{counted(row['recall']):<30}"
        yield f"{row['limit']:<8g}{cells}{row['good_news'] or '.'}{mark}"
    yield "(good news: interviews, offers and assessments among what is taken for rejections)"


def _chosen(report: Row) -> Iterator[str]:
    for name, (why, of) in _WHY.items():
        if one := report[name]:
            wish = report["wish"][of]
            yield from prose(f"{name} = {one['limit']:g}: {why} with a {of} of {wish:g} or more.")
            yield from prose(_sure(one[of], wish, of), "  ")
    if report["act"] or report["review"]:
        yield from prose(_OPTIMISM.format(share=report["rejections"] / report["mails"]))


def _sure(share: Row, wish: float, what: str) -> str:
    """What the mails are enough to say: the lower end of the 95 % interval, whatever was measured."""
    said = (
        f"The {what} is {share['value']:.3f} ({share['hits']} of {share['of']}), with 95 % at least {share['low']:.3f}"
    )
    if share["low"] < wish:
        return f"{said}: these mails are too few to be sure of {wish:g}."
    return f"{said}."


def measured_on(report: Row, name: str) -> str:
    """The sentence that stands beside a tuned value."""
    one, wish = report[name], report["wish"]
    parts = [f"{kind} {counted(one[kind])}" for kind in ("precision", "recall")]
    wished = "precision" if name == "act" else "recall"
    return f"{', '.join(parts)} on {_mails(report)}; wished for: {wished} {wish[wished]:g}"
