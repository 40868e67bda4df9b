"""Fills a letter with its facts. The only module that knows jinja2, and it is loaded with the first letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cached_property
from importlib import resources
from traceback import walk_tb
from typing import TYPE_CHECKING, Final

from templates.facts import Facts

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_SUFFIX: Final = ".txt.j2"
_NAME: Final = re.compile(r"[a-z]{2,3}/_?[a-z]+(?:_[a-z]+)*", re.ASCII)
_KEPT_BREAK: Final = re.compile(r"\\[ \t]*(?:\n|\Z)")


class TemplateError(ValueError):
    """A letter that cannot be written: which file, which line, what is wrong. The message is a sentence."""


class Renderer:
    """The letters of the house, by language and name."""

    def languages(self) -> frozenset[str]:
        """The languages there are letters in, as lower-case primary subtags. Does not load jinja2."""
        return frozenset(folder.name for folder in _root().iterdir() if folder.is_dir() and _letters(folder.name))

    def names(self, language: str) -> frozenset[str]:
        """The letters of a language, e.g. thank_you; empty for one that there are no words in."""
        return frozenset(_letters(language))

    def render(self, language: str, name: str, facts: Facts) -> str:
        """The letter as plain text with LF: paragraphs of one line each, a blank line between them.

        Raises TemplateError, with file and line, for a letter that is not there or is wrong.
        """
        if name not in self.names(language):
            raise TemplateError(f"There is no letter {name!r} in the language {language!r}.")
        return laid_out(self._filled(f"{language}/{name}", facts))

    def _filled(self, path: str, facts: Facts) -> str:
        from jinja2 import exceptions  # noqa: PLC0415  (0.1 s that only a letter should wait for)

        try:
            return self._environment.get_template(path).render(_context(facts))
        except exceptions.TemplateSyntaxError as error:
            raise _fault(error.name or path, error.lineno, error) from error
        except (exceptions.TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            raise _fault(*_place(error, path), error) from error

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        from jinja2 import FunctionLoader, StrictUndefined  # noqa: PLC0415
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

        # Plain text, never HTML: escaping would put "&amp;" into a letter.
        return ImmutableSandboxedEnvironment(
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=FunctionLoader(_source),
        )


def laid_out(text: str) -> str:
    """The text with each paragraph on one line and one blank line between paragraphs.

    As in Markdown, a backslash at the end of a line keeps the line break.
    """
    paragraphs = (_paragraph(part) for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")))
    return "\n\n".join(part for part in paragraphs if part) + "\n"


def _paragraph(text: str) -> str:
    lines = (" ".join(line.split()) for line in _KEPT_BREAK.split(text))
    return "\n".join(line for line in lines if line)


def _context(facts: Facts) -> Mapping[str, object]:
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return {**values, "signature": facts.signature.replace("\n", "\\\n")}


def _root() -> resources.abc.Traversable:
    return resources.files("templates")


def _letters(language: str) -> list[str]:
    if not re.fullmatch(r"[a-z]{2,3}", language):
        return []
    folder = _root() / language
    names = [item.name for item in folder.iterdir()] if folder.is_dir() else []
    return [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX) and not name.startswith("_")]


def _source(path: str) -> tuple[str, str | None, None] | None:
    if not _NAME.fullmatch(path):
        return None
    language, _, name = path.partition("/")
    file = _root() / language / f"{name}{_SUFFIX}"
    return (file.read_text("utf-8"), f"templates/{path}{_SUFFIX}", None) if file.is_file() else None


def _place(error: Exception, path: str) -> tuple[str, int]:
    """Where in which template an error arose: jinja2 puts the templates' own lines into the traceback."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    own = [(file, line) for file, line in frames if file.endswith(_SUFFIX)]
    return own[-1] if own else (path, 1)


def _fault(file: str, line: int, error: Exception) -> TemplateError:
    shown = file if file.endswith(_SUFFIX) else f"templates/{file}{_SUFFIX}"
    return TemplateError(f"{shown}, line {line}: {error}")
