"""What the makers of pages share."""

from __future__ import annotations

from pathlib import Path


def row(*cells: str) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def kept(page: Path, wanted: str, arguments: list[str], source: str) -> int:
    """Write a page, or with --check say whether it is up to date; the exit code."""
    if "--check" not in arguments:
        page.write_text(wanted, "utf-8")
        return 0
    differs = not page.exists() or page.read_text("utf-8") != wanted
    if differs:
        print(f"{page} is not {source}. Run `make docs`.")
    return int(differs)
