"""The page that a digest is: headings, sentences and a few numbers, as plain text and as HTML that loads nothing."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Template

_WIDTH: Final = 72
_BAR: Final = 30
_BLOCK: Final = "\u2587"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list; `quotes` are the words of others, `notes` our own, both beneath it."""

    text: str
    quotes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage of a picture: how many of `of` came so far."""

    name: str
    count: int
    of: int

    @property
    def percent(self) -> int:
        """The share in percent, rounded."""
        return round(100 * self.count / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what stands beneath it. `numbered`: the order of the items says something."""

    heading: str
    intro: str = ""
    items: tuple[Item, ...] = ()
    bars: tuple[Bar, ...] = ()
    outro: str = ""
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A whole digest. All texts are plain and on one line each; nothing in them is markup."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...] = ()


def html(page: Page) -> str:
    """The page as an HTML document of its own, every text escaped: no script, no link, no picture, nothing to load."""
    return _template().render(page=page)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  (0.1 s that only a digest should wait for)

    source = (resources.files("templates") / "digest" / "page.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)


def plain(page: Page) -> str:
    """The page as plain text with LF, in lines of 72 characters where words allow it."""
    parts = [[page.title, "=" * min(len(page.title), _WIDTH)], _wrapped(page.lead)]
    parts += [list(_section(section)) for section in page.sections]
    parts += [["-- "], *(_wrapped(line) for line in page.footer)] if page.footer else []
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield section.heading
    yield "-" * min(len(section.heading), _WIDTH)
    yield from _wrapped(section.intro)
    for number, item in enumerate(section.items, 1):
        yield from _item(item, f"{number}. " if section.numbered else "- ")
    yield from (_bar(bar, max(len(one.name) for one in section.bars)) for bar in section.bars)
    yield from _wrapped(section.outro)


def _item(item: Item, mark: str) -> Iterator[str]:
    indent = " " * len(mark)
    yield from _wrapped(item.text, mark, indent)
    for quote in item.quotes:
        yield from _wrapped(f"\u201c{quote}\u201d", f"{indent}> ", f"{indent}> ")
    for note in item.notes:
        yield from _wrapped(note, indent, indent)


def _bar(bar: Bar, width: int) -> str:
    picture = _BLOCK * round(_BAR * bar.percent / 100)
    return f"{bar.name:<{width}} {bar.count:>4} {bar.percent:>3}%  {picture}".rstrip()


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    # Words are never broken: what is longer than a line is an address or a command, to be copied whole.
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
