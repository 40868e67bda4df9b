"""The documentation as a test reads it: pages, the command lines in them, links, anchors, and what stands as code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.realmind import ROOT

PRINTED = {"drafts.md", "licences.md"}
"""Pages that are print-outs: nobody types what stands there."""
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Line:
    """A command line of a page, without its comment."""

    page: str
    words: str

    @property
    def program(self) -> str:
        return self.words.removeprefix("sudo ").split()[0]


@cache
def pages() -> dict[str, str]:
    """Every page that people read, by its name in the tree."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return {str(page.relative_to(ROOT)): page.read_text("utf-8") for page in found if page.name not in PRINTED}


def lines() -> list[Line]:
    """Every command line of every sh or console block, in the order of the pages."""
    return [Line(name, words) for name, text in pages().items() for words in commands(text)]


def commands(text: str) -> Iterator[str]:
    """The command lines of a page. In a console block they begin with $ (or # for root)."""
    for language, block in _FENCE.findall(text):
        if language in {"sh", "console", "bash", "shell"}:
            for line in re.sub(r"\\\n\s*", " ", block).splitlines():
                told = line if language != "console" else line[2:] if line.startswith(("$ ", "# ")) else ""
                if words := re.split(r"(?:^|\s)\s*#\s", told, maxsplit=1)[0].strip():
                    yield words


def spans(text: str) -> list[str]:
    """What stands as code within a sentence."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))


def links(text: str) -> list[str]:
    """Every link of a page to something of the tree."""
    found = [one or two for one, two in _LINK.findall(_FENCE.sub("", text))]
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#{1,6} (.+)$", _FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads)


def toml_blocks(text: str) -> list[str]:
    """Every block of settings of a page."""
    return [block for language, block in _FENCE.findall(text) if language == "toml"]


def lacking(words: list[str], commands: dict) -> str | None:
    """What of a line of highroad, as words, is not there: a command or an option. None if all of it is."""
    command, rest = commands.get(words[1]), words[2:]
    if command is not None and hasattr(command, "commands") and rest:
        command, rest = command.commands.get(rest[0]), rest[1:]
    if command is None:
        return " ".join(words)
    known = {"--help", "--version"} | {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return next((word for word in rest if word.startswith("--") and word.partition("=")[0] not in known), None)


@cache
def said_in_source() -> str:
    """Every text of the program, one a line; what is filled in when it is said stands as an ellipsis."""
    rooms = ("daemon", "config", "classifiers", "templates")
    files = [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]
    return "\n".join(" ".join(text.split()) for file in files for text in _texts(ast.parse(file.read_text("utf-8"))))


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts below a node but the docstrings, which nobody is told."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\{\w*\}", "…", node.value)
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from _texts(node)
