"""Draws the tables of moves (of a job, of a connection) into ARCHITECTURE.md: `make docs`; --check only compares.

Pages of providers, drafts, settings, events and licences, the man page and the demo's picture are made too: see MAKERS.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from daemon.core import job, watch
from tools import config_page, drafts_page, licences, log_page, man_page, picture, provider_page

PAGE = Path("ARCHITECTURE.md")
MAKERS = (provider_page, drafts_page, config_page, log_page, man_page, picture, licences)
TABLES: dict[str, tuple[Mapping[tuple[Any, str], Any], type[Enum]]] = {
    "daemon.core.job.MOVES": (job.MOVES, job.State),
    "daemon.core.watch.MOVES": (watch.MOVES, watch.State),
}
END = "<!-- states end -->"


def begin(name: str) -> str:
    """The line before the diagram of a table."""
    return f"<!-- states: made by `make docs` from {name} -->"


def diagram(name: str) -> str:
    """A table of moves as a mermaid state diagram."""
    table, states = TABLES[name]
    moves = [f"    {before.value} --> {after.value}: {move}" for (before, move), after in table.items()]
    ends = [state for state in states if not any(before is state for before, _ in table)]
    first = next(iter(states)).value
    lines = [f"    [*] --> {first}", *moves, *(f"    {state.value} --> [*]" for state in ends)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def redrawn(page: str) -> str:
    """The page with its diagrams as they should be. Raises ValueError when the page has lost its markers."""
    for name in TABLES:
        page = _redrawn(page, name)
    return page


def _redrawn(page: str, name: str) -> str:
    head, found, rest = page.partition(begin(name))
    _, end, tail = rest.partition(END)
    if not found or not end:
        raise ValueError(f"{PAGE} holds no {begin(name)!r} ... {END!r}; put both lines back where the diagram belongs.")
    return f"{head}{begin(name)}\n{diagram(name)}\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Redraw, or with --check say whether the page is up to date."""
    page = PAGE.read_text("utf-8")
    wanted = redrawn(page)
    others = max([maker.main(arguments) for maker in MAKERS])
    if "--check" not in arguments:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if page != wanted:
        print(f"The diagrams in {PAGE} are not what {' and '.join(TABLES)} say. Run `make docs`.")
    return int(page != wanted) or others


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
