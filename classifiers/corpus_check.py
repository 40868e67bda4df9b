"""`python -m classifiers.corpus_check`: every fault of the corpus with its file and line; exit code 1 if there is"
" any.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from classifiers.corpus import Fault, Pattern, expand_file, fault_of_place, faults_of, files, patterns


def check(corpus: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """The faults of corpus files given as (path, text), in their order."""
    first: dict[str, str] = {}
    for path, text in corpus:
        if what := fault_of_place(path):
            yield Fault(path, 1, what)
            continue
        yield from _preamble(path, text)
        for pattern in patterns(path, text):
            yield from faults_of(pattern)
            yield from _repeated(pattern, first)


def _preamble(path: str, text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("==="):
            return
        if line.strip() and not line.startswith("#"):
            yield Fault(path, number, "Before the first `===` there are only comments (#).")
            return
    yield Fault(path, 1, "The file holds no mail: nothing begins with `===`.")


def _repeated(pattern: Pattern, first: dict[str, str]) -> Iterator[Fault]:
    key = " ".join(pattern.text.lower().split())
    if earlier := first.get(key):
        yield Fault(pattern.path, pattern.line, f"The mail {pattern.family!r} says the same as {earlier}.")
    first.setdefault(key, f"{pattern.path}:{pattern.line}")


def main() -> int:
    """Print the faults, or what the corpus holds; the exit code."""
    corpus = list(files())
    faults = list(check(corpus))
    for fault in faults:
        print(fault)
    if faults:
        return 1
    counted: Counter[str] = Counter()
    for path, text in corpus:
        counted["/".join(path.split("/")[:2])] += sum(1 for _ in expand_file(path, text))
    print("\n".join(f"{count:5} {where}" for where, count in sorted(counted.items())))
    print(f"{sum(counted.values()):5} mails, no fault")
    return 0


if __name__ == "__main__":
    sys.exit(main())
