"""`highroad templates`: the letters, the person's own among them; are they right, and what will they say."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

from config.faults import ConfigMissing
from config.places import config_path, templates_path
from daemon.commands.context import Context, emit
from daemon.core.errors import NeedsOperator, WrongUse
from templates import checks, samples
from templates.facts import Facts
from templates.render import LETTERS, Letter, Renderer, TemplateError

Row = dict[str, Any]
_SAID: Final = {3: "three", 4: "four"}


def renderer_of(context: Context) -> Renderer:
    """Our templates, and those of the person where there are settings, whose folder they stand in."""
    try:
        return Renderer(templates_path(config_path(context.config, os.environ)))
    except ConfigMissing:
        return Renderer()


def list_letters(context: Context, *, as_json: bool) -> int:
    """Every letter by language, and which of them are the person's own."""
    renderer = renderer_of(context)
    rows = [row for language in _languages(renderer) for row in _listed(renderer, language)]
    if as_json:
        emit(rows)
        return 0
    for language in _languages(renderer):
        print(_summed_up(language, [row for row in rows if row["language"] == language]))
    print(f"Your own go into {_place(context)}: LANGUAGE/NAME.txt.j2 stands in for ours of that name.")
    return 0


def _languages(renderer: Renderer) -> list[str]:
    return sorted(renderer.languages() | renderer.folders.own_languages())


def _listed(renderer: Renderer, language: str) -> Iterator[Row]:
    own = renderer.folders.own_files(language)
    known = {**dict.fromkeys(LETTERS), **dict.fromkeys(sorted(renderer.names(language)))}
    for name in known:
        there = name in renderer.names(language)
        file = renderer.folders.file(language, name) if there else None
        yield {"language": language, "name": name, "own": name in own, "file": file}


def _summed_up(language: str, rows: Sequence[Row]) -> str:
    own = [row["name"] for row in rows if row["own"]]
    missing = [row["name"] for row in rows if row["file"] is None]
    said = f"{language}: {len(rows) - len(missing)} letters"
    said += f"; your own: {', '.join(own)}" if own else ""
    return said + (f"; missing: {', '.join(missing)}" if missing else "")


def _place(context: Context) -> str:
    try:
        return str(templates_path(config_path(context.config, os.environ)))
    except ConfigMissing:
        return "the folder `templates` beside config.toml"


def show_letter(context: Context, name: str, language: str, *, as_json: bool) -> int:
    """A template as it is written, to read or to begin one's own from. Raises WrongUse for one that is not there."""
    renderer = renderer_of(context)
    try:
        source = renderer.folders.source(f"{language}/{name}")
    except TemplateError as error:
        raise NeedsOperator(str(error)) from error
    if source is None:
        names = ", ".join(sorted(renderer.names(language))) or "none; `highroad templates list` shows the languages"
        raise WrongUse(f'There is no letter "{name}" in the language "{language}". There are: {names}.')
    own = name in renderer.folders.own_files(language)
    if as_json:
        emit([{"language": language, "name": name, "own": own, "file": source.file, "source": source.text}])
    else:
        print(source.file, file=sys.stderr)  # what stands in stdout can begin a file of one's own
        print(source.text.rstrip())
    return 0


def check(context: Context, *, thorough: bool, as_json: bool) -> int:
    """Fill every letter with invented facts, and say what is wrong with any; 1 if something is."""
    renderer = renderer_of(context)
    findings = [row for language in _languages(renderer) for row in checked(renderer, language, thorough=thorough)]
    if as_json:
        emit(findings)
    else:
        _tell(renderer, findings, thorough=thorough)
    return int(any(row["wrong"] for row in findings))


def _tell(renderer: Renderer, findings: Sequence[Row], *, thorough: bool) -> None:
    for row in findings:
        print(f"{'wrong' if row['wrong'] else 'taste'}: {row['said']}")
    letters = sum(len(renderer.names(language)) for language in _languages(renderer))
    some = _SAID[_together(thorough=thorough)]
    print(f"{letters} letters were filled so that any {some} facts stand together; {len(findings)} findings.")


def _together(*, thorough: bool) -> int:
    """How many facts stand together in every way that they can."""
    return 4 if thorough else 3


def checked(renderer: Renderer, language: str, *, thorough: bool) -> Iterator[Row]:
    """What is wrong with the letters of a language, each finding once, with an example."""
    names = renderer.names(language)
    for name in LETTERS:
        if name not in names:
            yield _finding(language, name, f"{language} has no letter {name}.", wrong=language in renderer.languages())
    for name in sorted(names):
        if name not in LETTERS:
            file = renderer.folders.file(language, name)
            yield _finding(language, name, f"{file}: no step uses a letter of that name.", wrong=False)
        else:
            yield from _of_letter(renderer, language, name, thorough=thorough)


def _of_letter(renderer: Renderer, language: str, name: str, *, thorough: bool) -> Iterator[Row]:
    facts = list(samples.covering(name, _together(thorough=thorough)))
    own, file = renderer.folders.is_own(language, name), renderer.folders.file(language, name)
    said: dict[str, bool] = {}
    for one, letter in zip(facts, renderer.letters(language, name, facts), strict=True):
        for sentence, wrong in _found(language, name, letter, one):
            said.setdefault(sentence if isinstance(letter, TemplateError) else f"{file}: {sentence}", wrong or not own)
    yield from (_finding(language, name, sentence, wrong=wrong) for sentence, wrong in said.items())


def _found(language: str, name: str, letter: Letter | TemplateError, facts: Facts) -> Iterator[tuple[str, bool]]:
    if isinstance(letter, TemplateError):
        yield str(letter), True
        return
    yield from ((sentence, True) for sentence in checks.findings(language, name, letter, facts))
    yield from ((sentence, False) for sentence in checks.style(language, name, letter, facts))


def _finding(language: str, name: str, said: str, *, wrong: bool) -> Row:
    return {"language": language, "name": name, "said": said, "wrong": wrong}
