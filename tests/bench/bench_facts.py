"""What is read out of mails, against what their writers say is in them: how often a fact is given, how often wrong.

`python tests/bench/bench_facts.py [corpus] [validation] [--show company,role] [--language en] [--label rejection]`

Truths. Corpus: the value of the slots {company}, {role} and {req} where they stand in sender's name, subject or the
fresh text (a mail may hold names that were written out, so nothing is known of the others), and the `~` lines.
Validation: the `~` lines; `~company: none` says that the mail names none, and a mail without such a line is not
counted, nor one whose company stands in an address alone.

Compared strictly: lower case, runs of spaces one, plain quotes, without a leading article ("the", "die", ...) and
without legal forms at the end (GmbH, Inc.); roles also without (m/w/d); numbers without "#", "ID". "Brightwell" for
"Brightwell Labs" is wrong. "given" is the share of the mails that say it with the right value; "wrong" counts every
other value.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from classifiers.corpus import Sample, expand, load, patterns
from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.text import deciding_text, folded
from classifiers.title_text import without_gender
from classifiers.wordlists import LEGAL

ARTICLES = (
    "the ",
    "der ",
    "die ",
    "das ",
    "la ",
    "le ",
    "les ",
    "l'",
    "el ",
    "los ",
    "il ",
    "lo ",
    "o ",
    "a ",
    "de ",
    "het ",
)
ABOUT_JOB = ("rejection", "interview", "acknowledgement", "assessment", "offer", "outreach")
FIELDS = ("company", "role", "requisition", "reason", "after_interview", "invites_future")
YES_NO = {"yes": True, "no": False}


@dataclass
class Tally:
    """One field: mails that say it, those of them with the right value, wrong values (also where nothing is said)."""

    said: int = 0
    right: int = 0
    wrong: int = 0
    silent: int = 0
    cases: list[str] = field(default_factory=list)

    def add(self, sample: Sample, truth: object, got: object, same: bool) -> None:
        self.said += truth is not None
        self.silent += truth is None
        self.right += truth is not None and same
        self.wrong += got is not None and not same
        if not same:
            kind = "WRONG" if got is not None else "missed"
            self.cases.append(
                f"{kind:6} {sample.language} {sample.label} {sample.place} {sample.family}: {truth!r} got {got!r}"
            )


def plain(name: str, kind: str) -> str:
    """A value as it is compared."""
    low = " ".join(folded(without_gender(name)).casefold().split()).strip(" .,;:!?\"'")
    if kind == "role":
        return re.sub(r"\s*[(\[][^)\]]*[)\]]$", "", low)
    if kind == "requisition":
        return re.sub(r"^(?:id|req|ref|no)?[\s.:#-]*", "", low)
    for article in ARTICLES:
        low = low.removeprefix(article) if len(low) > len(article) + 2 else low
    words = low.replace(",", " ").split()
    while len(words) > 1 and (words[-1] in LEGAL or words[-1].strip(".") in LEGAL):
        words.pop()
    return " ".join(words)


def truths_of(sample: Sample, source: str) -> dict[str, object]:
    """What is known of a mail: field -> value, None where it says nothing; fields that are not known are absent."""
    known = {**(_slots(sample) if source == "corpus" else {}), **_lines(sample)}
    if source != "corpus" and sample.label in ABOUT_JOB:
        known.setdefault("requisition", None)
    if isinstance(known.get("company"), str) and not _said(sample, str(known["company"])):
        del known["company"]
    if sample.label != "rejection":
        known = {name: value for name, value in known.items() if name in ("company", "role", "requisition")}
    return known


def _lines(sample: Sample) -> dict[str, object]:
    """What the `~` lines say."""
    return {
        name: YES_NO[value] if name in ("after_interview", "invites_future") else None if value == "none" else value
        for name, value in sample.truths.items()
    }


def _said(sample: Sample, name: str) -> bool:
    """Whether the mail says a name in words: one that only an address holds is not said."""
    sender = sample.mail.headers.sender
    whole = f"{sender.name if sender else ''}\n{sample.mail.headers.subject or ''}\n{sample.mail.text}"
    return " ".join(folded(name).split()).casefold() in " ".join(folded(whole).split()).casefold()


def _slots(sample: Sample) -> dict[str, object]:
    sender = sample.mail.headers.sender
    head = f"{sender.name if sender else ''}\n{sample.mail.headers.subject or ''}"
    text = folded(f"{head}\n{deciding_text(sample.mail)}\n{sample.mail.text[-300:]}")
    flat = " ".join(text.split())
    known: dict[str, object] = {}
    for name, slot in (("company", "company"), ("role", "role"), ("requisition", "req")):
        value = sample.filled.get(slot)
        if value and " ".join(folded(value).split()) in flat:
            known[name] = value
    return known


def measured(samples: list[Sample], source: str) -> tuple[dict[str, Tally], float]:
    tallies = {name: Tally() for name in FIELDS}
    spent = 0.0
    for sample in samples:
        seen = view(sample.mail)
        begin = time.process_time()
        facts = facts_of(sample.mail, seen, sample.label)
        spent += time.process_time() - begin
        for name, truth in truths_of(sample, source).items():
            got = facts.get(name)
            if name in ("company", "role", "requisition"):
                same = (truth is None and got is None) or (
                    truth is not None and got is not None and plain(str(truth), name) == plain(str(got), name)
                )
            else:
                same = got == truth
            if name in tallies:
                tallies[name].add(sample, truth, got, same)
    return tallies, spent / max(1, len(samples)) * 1000


def validation() -> list[Sample]:
    root = Path(__file__).parent.parent.parent / "classifiers" / "validation"
    return [
        sample
        for path in sorted(root.glob("*/*/*.txt"))
        for pattern in patterns(str(path.relative_to(root)), path.read_text("utf-8"))
        for sample in expand(pattern)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=["corpus", "validation"])
    parser.add_argument("--show", default="")
    parser.add_argument("--kind", default="")
    parser.add_argument("--language")
    parser.add_argument("--label")
    parser.add_argument("--limit", type=int, default=40)
    chosen = parser.parse_args()
    for source in chosen.sets:
        samples = load() if source == "corpus" else validation()
        samples = [
            one
            for one in samples
            if one.label in ABOUT_JOB
            and (not chosen.language or one.language == chosen.language)
            and (not chosen.label or one.label == chosen.label)
        ]
        report(source, samples, chosen)


def report(source: str, samples: list[Sample], chosen: argparse.Namespace) -> None:
    tallies, each = measured(samples, source)
    print(f"{source}: {len(samples)} mails about a job, {each:.3f} ms each for the facts")
    print(f"  {'':<16}{'said':>6}{'right':>7}{'given':>8}{'wrong':>7}{'wrong of given':>16}")
    for name, tally in tallies.items():
        given = tally.right + tally.wrong
        share = tally.right / tally.said if tally.said else 0.0
        fault = tally.wrong / given if given else 0.0
        row = f"  {name:<16}{tally.said:>6}{tally.right:>7}{share:>8.1%}{tally.wrong:>7}{fault:>16.2%}"
        print(f"{row}   (mails that say nothing: {tally.silent})")
    for name in filter(None, chosen.show.split(",")):
        print(f"\n{name}:")
        cases = [case for case in tallies[name].cases if case.startswith(chosen.kind)]
        counted = Counter(cases)
        for case in list(counted)[: chosen.limit]:
            print(" ", case)


if __name__ == "__main__":
    main()
