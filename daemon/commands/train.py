"""`highroad train`: trains the model in a child process, and explains what was learnt and what came of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from daemon.adapters.trainer import Trainer
from daemon.commands.context import Context, NoJournal
from daemon.commands.measuring import tell
from daemon.core.ports import Lesson
from daemon.model_note import ModelNote, cache_dir

_NOTHING: Final = hashlib.sha256(b"").hexdigest()[:32]
"""The journal's fingerprint of no corrections."""
Report = Mapping[str, Any]


def train(context: Context, *, again: bool, dry_run: bool, as_json: bool) -> int:
    """Train what is missing (with `again` everything) and learn from the corrections of the journal, if there is one.

    Raises Transient when the training breaks off; the model of before is used on.
    """
    cache = cache_dir(context.state())
    lessons, fingerprint = _corrections(context)
    options = [f"--{name}" for name, wanted in (("again", again), ("dry-run", dry_run)) if wanted]
    report = dict(asyncio.run(Trainer(cache).report(lessons, fingerprint, tell, options)))
    if not dry_run:
        ModelNote(cache).ready(report["model"])
    report["kept"] = None if dry_run else str(cache)
    print(json.dumps(report, ensure_ascii=False) if as_json else "\n".join(_lines(report)))
    return 0


def _corrections(context: Context) -> tuple[Sequence[Lesson], str]:
    try:
        with context.journal() as journal:
            return journal.corrections.lessons(), journal.corrections.fingerprint()
    except NoJournal:
        return (), _NOTHING


def _lines(report: Report) -> Iterator[str]:
    figures = report["figures"]
    corpus = figures["corpus"]
    how = "trained just now" if figures["trained_base"] else f"trained at {figures['trained']}, still up to date"
    yield f"Corpus: {corpus['mails']} mails; the model of it was {how}."
    yield f"  by label: {_counts(corpus['labels'])}"
    yield f"  by language: {_counts(corpus['languages'])}"
    yield from _correction_lines(report)
    yield f"This took {figures['seconds']:.0f} s and {figures['peak_mib']} MiB of memory at most."
    yield f"The model is kept in {report['kept']}." if report["kept"] else "Nothing was kept: this was a dry run."


def _correction_lines(report: Report) -> Iterator[str]:
    figures = report["figures"]
    aside = {"contradicted by a later one": figures["set_aside"], "not readable": len(report["unreadable"])}
    named = ", ".join(f"{count} set aside ({why})" for why, count in aside.items() if count)
    yield f"Corrections: {report['corrections']} learnt from" + (f", {named}" if named else "")
    if "validation" in figures:
        yield from _table(figures["validation"])
    yield report["why"]


def _table(checked: Report) -> Iterator[str]:
    """What the model does on the mails for checking without the corrections and with them."""
    names = {
        "at_act": "rejections it is sure of", "at_review": "rejections found or asked about",
        "false_alarms": "others taken for a rejection", "label_right": "right label",
    }  # fmt: skip
    what = f"of {checked['mails']} mails for checking"
    yield f"  {what:36}{'without':>9}{'with':>9}"
    for key, what in names.items():
        yield f"  {what:36}{checked['before'][key]:>9}{checked['after'][key]:>9}"


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered)
