"""What mail programs do to a text on its way: hard line breaks, and format=flowed (RFC 3676), with the way back."""

from __future__ import annotations

import textwrap

WIDTH = 72


def hard_wrapped(text):
    """Each line broken at 72 columns, as programs do that send plain lines."""
    lines = (
        textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""] for line in _lines(text)
    )
    return "\n".join(part for parts in lines for part in parts)


def unwrapped(text):
    """The words of each paragraph, the blank lines between them being all that is left to tell."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def flowed(text):
    """The text as format=flowed: a space before a soft break, and one stuffed before what a reader could mistake."""
    return "\n".join(_stuffed(part) for line in _lines(text) for part in _soft(line))


def unflowed(text):
    """The text that a reader makes of format=flowed."""
    lines, open_ = [], ""
    for line in text.split("\n"):
        plain = line.removeprefix(" ")
        if plain.endswith(" ") and plain != "-- ":
            open_ += plain
        else:
            lines.append(open_ + plain)
            open_ = ""
    return "\n".join([*lines, open_] if open_ else lines)


def _lines(text):
    return text.removesuffix("\n").split("\n")


def _soft(line):
    parts = textwrap.wrap(line, WIDTH - 1, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    return [*(f"{part} " for part in parts[:-1]), *(parts[-1:] or [""])]


def _stuffed(line):
    return f" {line}" if line.startswith((" ", ">", "From ")) else line
