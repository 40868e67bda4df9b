"""What pydantic found wrong, said so that a person can put it right. Secrets are never repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from config.faults import Fault, dotted
from config.fields import kind, number
from config.outline import example_for
from config.schema import Settings
from config.shape import leaves, model_in

Details = Mapping[str, Any]

_NO_ACCOUNT: Final = "is missing: there is no mailbox to read; each one is a block that begins with [[account]]"
_ONE_BRACKET: Final = "is one table; a block for a mailbox begins with [[account]], in two brackets"
_ACCOUNT: Final = '[[account]] and below it: host = "imap.example.org"'


def faults_of(error: ValidationError) -> list[Fault]:
    """The faults of a failed validation, in the order of the schema."""
    return [_fault(details) for details in error.errors(include_url=False) if not _echo(details)]


def _echo(details: Details) -> bool:
    # pydantic counts only the entries that are right, and then calls a list of wrong ones too short as well
    return details["type"] == "too_short" and bool(details["input"])


def _fault(details: Details) -> Fault:
    path = tuple(details["loc"])
    key = dotted(path)
    if details["type"] == "extra_forbidden":
        return Fault(key, _unknown(path), _known_example(path))
    return Fault(key, _problem(path, details), _ACCOUNT if key == "account" else example_for(key))


def _problem(path: Sequence[str | int], details: Details) -> str:
    if path == ("account",):
        return _ONE_BRACKET if isinstance(details["input"], dict) else _NO_ACCOUNT
    say = _SAYINGS.get(details["type"])
    return say(details) if say else f"cannot be used: {details['msg']}"


def _must_be(what: str) -> Callable[[Details], str]:
    return lambda details: f"must be {what}, not {kind(details['input'])}"


def _one_of(details: Details) -> str:
    expected = str(details["ctx"]["expected"]).replace("'", '"')
    return f"must be {expected}"


def _bound(words: str, limit: str) -> Callable[[Details], str]:
    return lambda details: f"is {number(details['input'])}; it must be {words} {details['ctx'][limit]}"


_SAYINGS: Final[Mapping[str, Callable[[Details], str]]] = {
    "missing": lambda _: "is missing, and has no default",
    "value_error": lambda details: str(details["ctx"]["error"]),
    "string_type": _must_be("text in quotes"),
    "int_type": _must_be("a whole number without quotes"),
    "int_parsing_size": _must_be("a whole number of fewer digits"),
    "float_type": _must_be("a number without quotes"),
    "finite_number": _must_be("a number that is neither infinite nor undefined"),
    "bool_type": _must_be("true or false without quotes"),
    "tuple_type": _must_be("a list in [brackets]"),
    "model_type": _must_be("a table"),
    "literal_error": _one_of,
    "too_short": lambda _: "must not be an empty list",
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
}


def _model_at(path: Sequence[str | int]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = Settings
    for part in path:
        if model is not None and isinstance(part, str):
            field = model.model_fields.get(part)
            model = model_in(field.annotation) if field else None
    return model


def _unknown(path: Sequence[str | int]) -> str:
    name, here = str(path[-1]), _model_at(path[:-1])
    siblings = list(here.model_fields) if here else []
    where = _table(dotted(path[:-1])) if path[:-1] else "the settings"
    return f"is not a key of {where}{_suggestion(name, siblings)}"


def _suggestion(name: str, siblings: Sequence[str]) -> str:
    near = get_close_matches(name.lower().replace("-", "_"), siblings, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    home = [key.rpartition(".")[0] for key, _ in leaves(Settings) if key.rpartition(".")[2] == name]
    if home:
        return f"; it belongs to {' or '.join(_table(at) for at in home[:3])}"
    return f"; the keys there are {', '.join(siblings)}"


def unknown_key(key: str) -> Fault:
    """The fault of a dotted key that there is none of."""
    path = tuple(key.split("."))
    return Fault(dotted(path), _unknown(path), _known_example(path))


def _known_example(path: Sequence[str | int]) -> str:
    here = _model_at(path[:-1])
    near = get_close_matches(str(path[-1]).lower(), list(here.model_fields) if here else [], n=1)
    first = [key for key, _ in leaves(here) if example_for(dotted((*path[:-1], key)))][:1] if here else []
    own = example_for(dotted((*path[:-1], *near))) if near else ""
    return own or _home_example(str(path[-1])) or example_for(dotted((*path[:-1], *first))) or "[cadence]"


def _home_example(name: str) -> str:
    homes = [key for key, _ in leaves(Settings) if key.rpartition(".")[2] == name]
    return f"{_table(homes[0].rpartition('.')[0])} and below it: {example_for(homes[0])}" if homes else ""


def _table(key: str) -> str:
    return "[[account]]" if re.fullmatch(r"account(\[[0-9]+\])?", key) else f"[{key}]"
