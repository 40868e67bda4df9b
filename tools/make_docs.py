"""Draws the states of a job, and what moves them, into ARCHITECTURE.md: `make docs`, or with --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from daemon.core.job import MOVES, State

PAGE = Path("ARCHITECTURE.md")
BEGIN = "<!-- states: made by `make docs` from daemon.core.job.MOVES -->"
END = "<!-- states end -->"


def diagram() -> str:
    """The table of moves as a mermaid state diagram."""
    moves = [f"    {before} --> {after}: {move}" for (before, move), after in MOVES.items()]
    ends = [state for state in State if not any(before is state for before, _ in MOVES)]
    lines = [f"    [*] --> {State.PLANNED}", *moves, *(f"    {state} --> [*]" for state in ends)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


def redrawn(page: str) -> str:
    """The page with the diagram as it should be. Raises ValueError when the page has lost its markers."""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE} holds no {BEGIN!r} ... {END!r}; put both lines back where the diagram belongs.")
    return f"{head}{BEGIN}\n{diagram()}\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Redraw, or with --check say whether the page is up to date."""
    page = PAGE.read_text("utf-8")
    wanted = redrawn(page)
    if "--check" not in arguments:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if page != wanted:
        print(f"The state diagram in {PAGE} is not what daemon.core.job.MOVES says. Run `make docs`.")
    return int(page != wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
