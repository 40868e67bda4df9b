"""What an alarm says, in calm sentences: what happened, since when, what to do next, what is not lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Final

from daemon.core.alarm import Trouble, words
from daemon.digest_phrases import fact, minute
from templates.digest_page import Item, Page, Section

_PROBLEM: Final = 400
_TITLE: Final = "Something needs you"


def page(troubles: Sequence[Trouble], zone: tzinfo, *, laid: bool) -> Page:
    """The whole note; `laid`: it lies among the drafts, else it went by SMTP."""
    sections = tuple(_section(one, zone) for one in troubles)
    title = sections[0].heading if len(sections) == 1 else _TITLE
    return Page(title, _lead(troubles), sections, _footer(laid=laid))


def _lead(troubles: Sequence[Trouble]) -> str:
    if len(troubles) == 1:
        return "This has been so for a while, and Highroad cannot mend it alone."
    return f"These {len(troubles)} things have been so for a while, and Highroad cannot mend them alone."


def _section(one: Trouble, zone: tzinfo) -> Section:
    said, since = words(one), minute(one.since, zone)
    what = said.happened.format(since=since, account=fact(one.account), what=fact(one.what))
    items = (
        Item(what, notes=(fact(one.problem, _PROBLEM),) if one.problem else ()),
        Item(f"What to do: {said.next}"),
        Item(f"What is not lost: {said.safe}"),
    )
    return Section(said.title, items=items)


def _footer(*, laid: bool) -> tuple[str, ...]:
    way = "It is a note to yourself: delete it when you have read it." if laid else "It went to you alone."
    return (
        f"Highroad wrote this for you, at home, and sends nothing to anybody else. {way}",
        "It says this once. If it is mended, and the same happens again one day, it says so again.",
        "Set digest.alarm = false in config.toml if you want no such notes; `highroad status` tells all the same.",
    )
