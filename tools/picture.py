"""Draws docs/demo.svg from tools/demo_picture.txt: what the demo printed, with rich's markup. `make docs` calls it.

python -m tools.picture --record plays the demo from a fixed day and writes those lines anew; --check only compares the
drawing. tests/system/test_demo_picture.py plays it too, and says whether the demo still says them.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from daemon.demo.story import play
from tools.page import kept

PICTURE = Path("docs/demo.svg")
RECORD = Path("tools/demo_picture.txt")
BEGINS = datetime(2026, 5, 4, 8, tzinfo=UTC)
WIDTH = 96
TITLE = "highroad demo"
KEPT = {
    "What came": (r"\d+ mails read", ".* job alerts", ".*is kept\\.", "came ", ".*Brightwater"),
    "What is deliberately left alone": ("no thank-you to", "nadia@", "oliver.grant@"),
    "Three weeks": (
        ".* a thank-you and .* priya",
        ".* Sam sends the draft to priya",
        ".* noticed in Sent: .* priya",
        ".* An employer answered",
    ),
    "Some of the drafts, as they lay there": (),
    "The end": ("The inbox", r"\d+ drafts wait", "not", "Your own"),
}
"""By chapter: how the rows begin that are shown, each once. The first draft is shown whole."""
ELLIPSIS = Text("…", "bright_black")
CELL = 12.2
"""The width of a character, as rich draws it."""
INDENTED = re.compile(
    r'x="(?P<x>[\d.]+)"(?P<between>[^>]*?)textLength="(?P<length>[\d.]+)"(?P<rest>[^>]*)>(?P<blanks>(?:&#160;)+)(?=[^<])'
)
FRAME = "╭╰"
DARK = TerminalTheme(
    (28, 32, 38), (222, 226, 230),
    [(28, 32, 38), (224, 108, 117), (126, 196, 128), (220, 183, 96), (97, 160, 230), (190, 130, 210), (86, 182, 194),
     (200, 204, 210)],
    [(110, 118, 129), (240, 130, 138), (126, 196, 128), (235, 200, 120), (120, 180, 245), (210, 150, 230),
     (110, 200, 210), (255, 255, 255)],
)  # fmt: skip
FORM = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>highroad demo</title>
<desc>Part of what `highroad demo` prints; the README says it in words.</desc>
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px;
  line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""rich's own form without its fonts, which would be fetched from elsewhere, and with words for who cannot see it."""


def told(begins: datetime = BEGINS, width: int = WIDTH) -> list[Text]:
    """What the demo prints, line by line, in its colours."""
    out = Console(file=io.StringIO(), record=True, width=width, highlight=False)
    asyncio.run(play(out, begins))
    return [line for text in out.export_text(styles=True).splitlines() for line in [Text.from_ansi(text)]]


def chosen(lines: Iterable[Text]) -> list[Text]:
    """The lines that the picture shows, an ellipsis where some were left out."""
    shown: list[Text] = []
    for title, rows in chapters(lines):
        parts = _first_frame(rows) if not KEPT[title] else _rows(rows[1:], KEPT[title])
        shown += [Text(), rows[0], *parts]
    return [_trimmed(line) for line in shown[1:]]


def chapters(lines: Iterable[Text]) -> Iterator[tuple[str, list[Text]]]:
    """The chapters that are shown, each from its rule on. Raises ValueError when the demo has lost one of them."""
    found: dict[str, list[Text]] = {}
    title = ""
    for line in lines:
        begun = re.fullmatch(r"(\w.*?) ─+", line.plain.rstrip())
        title = begun[1] if begun else title
        found.setdefault(title, []).append(line)
    if missing := KEPT.keys() - found:
        raise ValueError(f"The demo no longer has the chapters {', '.join(sorted(missing))}: see KEPT.")
    return ((title, found[title]) for title in KEPT)


def _rows(lines: Iterable[Text], kept: tuple[str, ...]) -> Iterator[Text]:
    """The first row that begins as wanted, for each of `kept`, and an ellipsis where rows between were left out."""
    wanted, left_out = list(kept), False
    for row in _grouped(lines):
        plain = " ".join(line.plain.strip() for line in row)
        match = next((begin for begin in wanted if re.match(begin, plain)), None)
        if match is not None:
            wanted.remove(match)
            yield from ([ELLIPSIS] if left_out else [])
            yield from row
        left_out = match is None and (left_out or bool(plain))
    yield from ([ELLIPSIS] if left_out else [])


def _grouped(lines: Iterable[Text]) -> list[list[Text]]:
    """Each row with the lines that belong to it, which begin with blanks."""
    rows: list[list[Text]] = []
    for line in lines:
        if rows and line.plain.startswith("  ") and line.plain.strip():
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _first_frame(lines: list[Text]) -> list[Text]:
    first, last = (next(at for at, line in enumerate(lines) if line.plain.startswith(edge)) for edge in FRAME)
    return [*lines[first : last + 1], ELLIPSIS]


def _trimmed(line: Text) -> Text:
    line.rstrip()
    return line


def recorded(lines: Iterable[Text]) -> str:
    """Lines as the record keeps them."""
    return "".join(f"{line.markup}\n" for line in lines)


def svg(record: str) -> str:
    """The picture of a record: the same record, the same picture."""
    out = Console(file=io.StringIO(), record=True, width=WIDTH, highlight=False)
    out.print(Text.from_markup("[bright_black]$[/] [bold]highroad demo[/]\n"))
    for line in record.splitlines():
        out.print(Text.from_markup(line), no_wrap=True, crop=True)
    drawn = out.export_svg(title=TITLE, theme=DARK, code_format=FORM, unique_id="highroad")
    return INDENTED.sub(_indent, drawn)


def _indent(found: re.Match[str]) -> str:
    """A text that begins with blanks begins further right instead: not everything that draws SVG keeps them."""
    shift = found["blanks"].count(";") * CELL
    x, length = float(found["x"]) + shift, float(found["length"]) - shift
    return f'x="{x:g}"{found["between"]}textLength="{length:g}"{found["rest"]}>'


def main(arguments: list[str]) -> int:
    """Draw the picture, or with --check say whether it is what the record says."""
    if "--record" in arguments:
        RECORD.write_text(recorded(chosen(told())), "utf-8")
    return kept(PICTURE, svg(RECORD.read_text("utf-8")), arguments, f"what {RECORD} says")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
