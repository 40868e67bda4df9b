"""The figures of `highroad evaluate` as people read them: plain text that fits 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

from daemon.commands.lines import minute

Row = Mapping[str, Any]

_MOST_SOURCES: Final = 12
_WIDTH: Final = 79
_WHAT: Final = {
    "disaster": "taken for a rejection at act: the worst there is",
    "false_alarm": "taken for a rejection at act",
    "missed": "missed: a rejection that nobody is told of",
    "asked": "asked about",
    "mistaken": "another label",
}
_SHORT: Final = {
    "rejection": "reject", "interview": "interv", "acknowledgement": "ack", "assessment": "assess",
    "outreach": "outrch", "job_alert": "alert",
}  # fmt: skip
_FACTS: Final = {"after_interview": "after an interview", "invites_future": "invites you again"}


def evaluation_lines(report: Row, shown: int) -> Iterator[str]:
    """The whole report; `shown` is how many of the errors to show at most."""
    yield from _head(report)
    if not report["mails"]:
        return
    yield from _by_label(report)
    yield from _rejections(report)
    yield from _parts(report)
    yield from _confusion(report["confusion"])
    yield from _calibration(report["calibration"])
    yield from _facts(report["facts"])
    yield from _errors(report["errors"], shown)
    yield ""
    yield from prose(f"({report['method']}.)")


def _head(report: Row) -> Iterator[str]:
    model, limits = report["model"], report["limits"]
    more = f"; ambiguous and left out of every figure: {report['ambiguous']}" if report["ambiguous"] else ""
    yield f"{number(report['mails'], 'labelled mail').capitalize()} judged{more}."
    if report["faults"]:
        yield f"Not judged and left out, as named above: {len(report['faults'])}."
    yield f"Model: trained {minute(model['trained'])} from {model['corpus']} mails, {model['corrections']} corrections."
    for note in report["notes"]:
        yield from prose(note)
    yield f"Limits: act {limits['act']:.2f}, review {limits['review']:.2f} (from the {limits['origin']})."


def _by_label(report: Row) -> Iterator[str]:
    yield ""
    yield f"{'':<16}{'precision':<19}{'recall':<19}{'F1':<19}{'mails':>5}"
    for label, row in report["labels"].items():
        if row["support"] or row["precision"]["of"]:
            cells = "".join(f"{between(row[name]):<19}" for name in ("precision", "recall", "f1"))
            yield f"{label:<16}{cells}{row['support']:>5}"
    for macro in {tuple(one["labels"]): one for one in report["macro_f1"].values()}.values():
        yield f"{'macro F1':<54}{between(macro)}"
        yield from prose(f"over {', '.join(macro['labels'])}", "  ")
    yield f"accuracy {between(report['accuracy'])}"


def _rejections(report: Row) -> Iterator[str]:
    yield ""
    yield f"{'rejections':<22}{'precision':<30}recall"
    for name in ("act", "review"):
        row = report["rejection"][name]
        at = f"at {name} ({row['limit']:.2f})"
        yield f"{at:<22}{counted(row['precision']):<30}{counted(row['recall'])}"
    other = report["not_english"]["review"]
    if other["recall"]["of"]:
        yield f"{'not English, review':<22}{counted(other['precision']):<30}{counted(other['recall'])}"
    good = report["good_news_taken_for_rejection"]
    yield f"Interview, offer or assessment taken for a rejection at act: {good['count']} of {good['of']}"


def _parts(report: Row) -> Iterator[str]:
    for title, groups in (("language", "languages"), ("kind", "kinds"), ("source", "sources")):
        if report[groups]:
            yield from _groups(title, report[groups])


def _groups(title: str, groups: Row) -> Iterator[str]:
    rows = list(groups.items())
    if len(rows) > _MOST_SOURCES:
        rows = sorted(rows, key=lambda item: -item[1]["mails"])[:_MOST_SOURCES]
    yield ""
    yield f"{title:<22}{'mails':>6}  {'right':<8}{'rejections':>10}  {'at act':<9}{'recall':<9}{'at review':<11}recall"
    for name, row in rows:
        bands = (row[band][kind] for band in ("act", "review") for kind in ("precision", "recall"))
        act, found, review, seen = map(figure, bands)
        right = f"{row['mails']:>6}  {figure(row['accuracy']):<8}{row['rejections']:>10}"
        yield f"{plain(name)[:21]:<22}{right}  {act:<9}{found:<9}{review:<11}{seen}"
    if len(rows) < len(groups):
        yield f"... and {len(groups) - len(rows)} more (all of them with --json)"


def _confusion(confusion: Row) -> Iterator[str]:
    yield ""
    yield f"{'taken for':<16}" + "".join(f"{_SHORT.get(label, label):>8}" for label in confusion["labels"])
    for label, row in zip(confusion["labels"], confusion["rows"], strict=True):
        if any(row):
            yield f"{label:<16}" + "".join(f"{count or '.':>8}" for count in row)


def _calibration(calibration: Row) -> Iterator[str]:
    best, refusal = calibration["best_label"], calibration["rejection"]
    yield ""
    errors = f"{best['error']:.3f} of the chosen label, {refusal['error']:.3f} of the rejection score"
    yield f"expected calibration error: {errors}"
    held = [one for one in best["bins"] if one["count"]]
    yield f"{'said':<14}{'held':<8}mails"
    yield from (f"{one['mean']:<14.2f}{one['held']:<8.2f}{one['count']}" for one in held)


def _facts(facts: Row) -> Iterator[str]:
    if not facts:
        return
    yield ""
    yield f"{'read off the mail':<20}{'given, where it tells':<32}wrong, of all given"
    for name, row in facts.items():
        if name != "how":
            invented = f", {row['invented']} where it tells none" if row["invented"] else ""
            yield f"{_FACTS.get(name, name):<20}{counted(row['given']):<32}{counted(row['wrong'])}{invented}"
    yield from prose(f"({facts['how']}.)")


def _errors(errors: Sequence[Row], shown: int) -> Iterator[str]:
    yield ""
    yield number(len(errors), "error") + (", the costliest first:" if errors else ".")
    for one in errors[:shown]:
        yield f"{plain(one['source'])}: {_WHAT[one['cost']]}"
        yield f"  {one['truth']}, taken for {one['label']} ({one['confidence']:.2f}); rejection {one['rejection']:.2f}"
        for because in one["because"]:
            yield from prose(f"{because['weight']:.2f} {plain(because['sentence'])}", "  ")
    if len(errors) > shown:
        yield f"... and {len(errors) - shown} more (--errors {len(errors)} shows all)"


def figure(one: Row) -> str:
    """A share alone; a dash where there is nothing to share."""
    return "-" if one["value"] is None else f"{one['value']:.3f}"


def between(one: Row) -> str:
    """A figure with its interval."""
    return "-" if one["value"] is None else f"{one['value']:.3f} ({one['low']:.2f}-{one['high']:.2f})"


def counted(one: Row) -> str:
    """A share with its counts and its interval."""
    if one["value"] is None:
        return "- (of none)"
    return f"{one['value']:.3f} {one['hits']}/{one['of']} ({one['low']:.3f}-{one['high']:.3f})"


def number(count: int, of: str) -> str:
    """So many of something; none and many take an s."""
    return f"{count} {of}" if count == 1 else f"{count or 'no'} {of}s"


def prose(text: str, indent: str = "") -> list[str]:
    """A sentence in lines that fit the terminal."""
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)


def plain(text: str) -> str:
    """Without what could steer a terminal; names of files are not ours."""
    return "".join(char if char.isprintable() else "?" for char in text)
