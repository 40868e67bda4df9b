"""The person's word against the model's: what can be said, and what follows from it for one mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from classifiers.values import LABELS, Band, Label
from daemon.core.entry import Entry
from daemon.core.job import Job, State

NOT_REJECTION: Final = "not_rejection"
"""What the person says who only knows what a mail is not."""
WORDS: Final[tuple[str, ...]] = (*LABELS, NOT_REJECTION)

KEPT: Final = "Highroad now keeps the text of this mail to learn from it, until you undo the correction."
RETRACTED: Final = "You said that this mail is no rejection."


def word_of(text: str) -> str | None:
    """One of WORDS, however it is spelt ("Not-Rejection"); None for anything else."""
    word = "_".join(text.replace("-", " ").replace("_", " ").casefold().split())
    return word if word in WORDS else None


def label_of(word: str, scores: Mapping[Label, float]) -> Label:
    """The label a word stands for: itself, or for not_rejection the likeliest other one by the model's scores."""
    rest = [label for label in LABELS if label != "rejection"]
    named = [label for label in LABELS if label == word]
    return named[0] if named else max(rest, key=lambda label: scores[label])


def as_decided(entry: Entry, label: Label) -> Entry:
    """An entry as the model judged it, as the person decided it: certain, and asked about no more."""
    verdict = replace(entry.reading.verdict, label=label, confidence=1.0)
    band: Band = "act" if label == "rejection" else "ignore"
    return replace(
        entry,
        reading=replace(entry.reading, verdict=verdict),
        band=band,
        decided_by="you",
        model=entry.reading.verdict,
        model_band=entry.band,
    )


def lying(job: Job) -> str | None:
    """What to tell the person of a draft that a correction comes too late for; None where nothing was laid."""
    where = f"Drafts of account {job.account}"
    if job.state in {State.PLACED, State.EDITED}:
        return f"A draft to {job.recipient} lies in {where}: delete it."
    if job.state in {State.PLACING, State.UNSURE}:
        return f"A draft to {job.recipient} may lie in {where}: look there, and delete it."
    return None
