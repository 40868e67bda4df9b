"""From a filled template to the words of a draft: paragraphs on one line each, and the subject that stands before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_KEPT_BREAK: Final = re.compile(r"\\[ \t]*(?:\n|\Z)")
_SPACE: Final = re.compile(r"[ \t\n]+")
"""What may be one space; a no-break space stays what it is."""
_SUBJECT: Final = re.compile(r"\s*Subject:[ \t]*(?P<subject>[^\n]*)(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a draft. `subject` is None where it is that of a reply.

    `body` is plain text with LF: paragraphs of one line each (or lines that the template keeps apart), a blank line
    between them, one LF at the end.
    """

    subject: str | None
    body: str


def letter_of(filled: str) -> Letter:
    """A filled template as a letter: a first line `Subject: ...` is the subject, the rest is laid out."""
    text = filled.replace("\r\n", "\n")
    found = _SUBJECT.match(text)
    if found is None:
        return Letter(None, laid_out(text))
    return Letter(" ".join(found["subject"].split()), laid_out(text[found.end() :]))


def laid_out(text: str) -> str:
    """The text with each paragraph on one line and one blank line between paragraphs.

    As in Markdown, a backslash at the end of a line keeps the line break.
    """
    paragraphs = (_paragraph(part) for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")))
    return "\n\n".join(part for part in paragraphs if part) + "\n"


def _paragraph(text: str) -> str:
    lines = (_SPACE.sub(" ", line).strip(" ") for line in _KEPT_BREAK.split(text))
    return "\n".join(line for line in lines if line)
