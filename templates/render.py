"""Fills a letter with its facts. The only module that knows jinja2, and it is loaded with the first letter.

What a template knows: every field of templates.facts.Facts by its name, and its two properties: `personal_is_sentence`
(whether `personal` stands as it is) and `called` (what to call each recipient; empty if one of them has no name).
Filters besides those of jinja2: `day` writes a date as its language does ("4 March", "4. März", "le 4 mars",
"el 4 de marzo", "il 4 marzo", "4 maart", "4 de março": the article is part of it in French, Spanish and Italian);
`within(n)` takes of a list of texts the first that has at most n characters, else the last one. A fact that is None
cannot be printed (that is an error with its line), so a template asks first.

A letter to the person themselves (linkedin_note, reflection) begins with a line `Subject: ...`; the others must not,
since their subject is that of the mail they answer. Paragraphs are joined to one line each, and a backslash at the end
of a line keeps its break.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date
from functools import cached_property
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import TYPE_CHECKING, Final, cast

from templates import press
from templates.dates import day
from templates.facts import Facts, one_line
from templates.folders import LETTERS, NOTES, SUFFIX, Folders, TemplateError
from templates.layout import Letter, letter_of

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.runtime import Context
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["LETTERS", "NOTES", "Letter", "Renderer", "TemplateError"]

LONGEST: Final = 64 * 1024
"""A letter has at most so many characters."""
_SAID_MAX: Final = 300
_UNTITLED: Final = {
    "en": "My application",
    "de": "Meine Bewerbung",
    "fr": "Ma candidature",
    "es": "Mi candidatura",
    "it": "La mia candidatura",
    "nl": "Mijn sollicitatie",
    "pt": "Minha candidatura",
}


class Renderer:
    """The letters by language and name. `own` is the person's folder of templates, which override ours by name.

    Ours are filled here. The person's are filled in a process of their own, with limits on time and memory (see
    templates.press): whatever they do, a letter or a TemplateError comes of it, within seconds.
    """

    def __init__(self, own: Path | None = None) -> None:
        self.folders = Folders(own)

    def languages(self) -> frozenset[str]:
        """The languages there are letters in, as lower-case primary subtags. Does not load jinja2."""
        return self.folders.languages()

    def names(self, language: str) -> frozenset[str]:
        """The letters of a language, e.g. thank_you; empty for one that there are no words in."""
        return self.folders.names(language)

    def untitled(self, language: str) -> str:
        """What a reply is about when its mail has no subject; in English for a language of the person's own."""
        return _UNTITLED.get(language, _UNTITLED["en"])

    def render(self, language: str, name: str, facts: Facts) -> str:
        """The body of the letter alone. Raises TemplateError as `letter` does."""
        return self.letter(language, name, facts).body

    def letter(self, language: str, name: str, facts: Facts) -> Letter:
        """The letter. Raises TemplateError, with file and line, for one that is not there or is wrong."""
        found = self.letters(language, name, [facts])[0]
        if isinstance(found, TemplateError):
            raise found
        return found

    def letters(self, language: str, name: str, facts: Sequence[Facts]) -> list[Letter | TemplateError]:
        """The same letter for each of these facts, or what is wrong with it."""
        if name not in self.names(language):
            missing = TemplateError(f"There is no letter {name!r} in the language {language!r}.")
            return [missing for _ in facts]
        if self.folders.is_own(language, name):
            return press.pressed(self.folders, language, name, facts)
        return [self._ours.filled(language, name, one) for one in facts]

    @cached_property
    def _ours(self) -> Engine:
        return Engine(Folders())


class Spent(BaseException):
    """A letter has had its time; raised by a signal, and no `except Exception` of jinja2 may hold it up."""


class _TooLongError(ValueError):
    """A letter has had its length."""


_WRONG: Final = (
    TypeError, ValueError, LookupError, ArithmeticError, AttributeError, SyntaxError, RecursionError, MemoryError, Spent
)  # fmt: skip
"""What a template can end in, besides the exceptions of jinja2."""


class Engine:
    """Fills templates in this process, wherever they come from."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    def filled(self, language: str, name: str, facts: Facts) -> Letter | TemplateError:
        """The letter, or what is wrong with it."""
        file = self._folders.file(language, name)
        try:
            with _faults(file):
                letter = letter_of(_written(self._environment.get_template(f"{language}/{name}"), facts))
        except TemplateError as error:
            return error
        return _subjected(letter, name, file)

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        from jinja2 import FunctionLoader, StrictUndefined  # noqa: PLC0415  (0.1 s that only a letter should wait for)
        from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

        # Plain text, never HTML: escaping would put "&amp;" into a letter.
        made = ImmutableSandboxedEnvironment(
            autoescape=False,
            undefined=StrictUndefined,
            finalize=_printable,
            trim_blocks=True,
            lstrip_blocks=True,
            loader=FunctionLoader(self._source),
        )
        made.filters |= {"day": _day_filter(), "within": _within}
        return made

    def _source(self, path: str) -> tuple[str, str, None] | None:
        found = self._folders.source(path)
        return (found.text, found.file, None) if found else None


def _subjected(letter: Letter, name: str, file: str) -> Letter | TemplateError:
    if name in NOTES and not letter.subject:
        return TemplateError(f"{file}, line 1: a note to oneself begins with a line `Subject: ...`; write one.")
    if name not in NOTES and letter.subject is not None:
        return TemplateError(f"{file}, line 1: it answers a mail and has its subject; take the line `Subject:` away.")
    return letter


def _written(template: Template, facts: Facts) -> str:
    """The template filled, as long as that stays within LONGEST. Raises what the template raises."""
    pieces, written = [], 0
    filling = cast("Generator[str]", template.generate(_context(facts)))
    for piece in filling:
        pieces.append(piece)
        written += len(piece)
        if written > LONGEST:
            filling.throw(_TooLongError(f"it writes more than {LONGEST // 1024} KiB, which is no letter"))
    return "".join(pieces)


def _context(facts: Facts) -> Mapping[str, object]:
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    told = {"called": facts.called, "personal_is_sentence": facts.personal_is_sentence}
    return {**values, **told, "signature": facts.signature.replace("\n", "\\\n")}


def _printable(value: object) -> object:
    """What may stand in a letter: words and numbers. Raises ValueError for what would read as a machine's word."""
    if value is None:
        raise ValueError("a fact that is not known is printed here; ask for it first: {% if role %}...{% endif %}")
    if isinstance(value, bool | list | tuple | dict | date):
        raise ValueError(f"a {type(value).__name__} is printed here, which is no word")  # noqa: TRY004
    return value


def _day_filter() -> object:
    from jinja2 import pass_context  # noqa: PLC0415

    def written(context: Context, value: date) -> str:
        return day(value, (context.name or "").partition("/")[0])

    return pass_context(written)


def _within(texts: Sequence[str], most: int) -> str:
    said = [" ".join(text.split()) for text in texts]
    return next((text for text in said if len(text) <= most), said[-1])


@contextmanager
def _faults(file: str) -> Iterator[None]:
    """Turn what goes wrong with a template into a TemplateError with file and line; `file` is where it begins."""
    from jinja2 import exceptions  # noqa: PLC0415

    try:
        yield
    except TemplateError:
        raise
    except exceptions.TemplateSyntaxError as error:
        raise TemplateError(f"{error.filename or file}, line {error.lineno}: {_said(error.message)}") from error
    except (exceptions.TemplateError, *_WRONG) as error:
        where, line = _place(error, file)
        raise TemplateError(f"{where}, line {line}: {_said(_sentence(error))}") from error


def _said(problem: str | None) -> str:
    """A problem on one line, and no longer than one reads: a template's own words may be in it."""
    line = one_line(problem or "")
    return line if len(line) <= _SAID_MAX else f"{line[:_SAID_MAX]}\u2026"


def _sentence(error: BaseException) -> str:
    if isinstance(error, LookupError) and hasattr(error, "templates"):
        return f"there is no template {error}"
    known = (text for kind, text in _SAID.items() if isinstance(error, kind))
    return next(known, str(error) or type(error).__name__)


_SAID: Final[Mapping[type[BaseException], str]] = {
    RecursionError: "it calls itself without end",
    MemoryError: "it needs more memory than a letter may",
    Spent: "it does not come to an end",
}


def _place(error: BaseException, file: str) -> tuple[str, int]:
    """Where in which template an error arose: the innermost of its frames that is a template's, or reads one."""
    places = (_line(frame, line, file) for frame, line in walk_tb(error.__traceback__))
    return next((place for place in reversed(list(places)) if place is not None), (file, 1))


def _line(frame: FrameType, line: int, file: str) -> tuple[str, int] | None:
    # jinja2 puts the templates' own lines into the tracebacks of what it catches; else its code is to be asked.
    if template := frame.f_globals.get("__jinja_template__"):
        return str(template.filename), template.get_corresponding_lineno(line)
    if frame.f_code.co_filename.endswith(SUFFIX):
        return frame.f_code.co_filename, line
    number = getattr(frame.f_locals.get("node"), "lineno", None)  # while it is compiled
    return (file, number) if isinstance(number, int) else None
