"""Every setting with all that is to be said of it: for `highroad config explain`, and for the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from config import fields
from config.changes import effect_of
from config.duration import Duration, Hours, When
from config.faults import numberless
from config.layers import flat
from config.loader import defaults
from config.oauth_providers import OAUTH_PROVIDERS
from config.remarks import example_of, parts_of, text_of
from config.schema import SECRET_KINDS, Secret, Settings
from config.shape import leaves
from config.writer import toml

_PLACES: Final = "account.password"
"""Where it is said in which ways a secret can be found, any secret."""
_PLAIN: Final[Mapping[object, str]] = {
    bool: "true or false",
    Duration: "a duration",
    Hours: "hours of the day",
    When: "a weekday and a time",
    Secret: "where a secret is found",
    str: "text",
}
_CHECKED: Final[Mapping[Callable[..., Any], str]] = {
    fields.line: "text of one line",
    fields.name: "text of one line",
    fields.token: "one word",
    fields.command: "a command",
    fields.address: "a mail address",
    fields.address_or_empty: "a mail address",
    fields.host: "a server's name or address",
    fields.endpoint: "an https address",
    fields.timezone: "a time zone",
    fields.country: "a country code",
    fields.language: "a language",
    fields.oauth_provider: "a provider",
    fields.at_least_a_second: "a duration of a second or more",
    fields.no_working_days: "a duration, not in working days",
}
_KNOWN: Final[Mapping[Callable[..., Any], tuple[str, ...]]] = {
    fields.language: tuple(one for one in fields.LANGUAGES if one),
    fields.oauth_provider: tuple(one.name for one in OAUTH_PROVIDERS if one.flows),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its dotted name without numbers (account.host), what it holds, and what it is for.

    `kind` is in words; `default` is TOML, "" where there is none; `example` is a line of TOML; `choices` are the values
    that are allowed, empty where there are too many to name. `parts` tells of the ways to say where a secret is found.
    `shape` is how TOML writes it: in quotes, as a list, or plainly.
    """

    name: str
    kind: str
    default: str
    example: str
    text: str
    choices: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    shape: Literal["text", "list", "plain"] = "text"

    @property
    def tunable(self) -> bool:
        """Whether it may be set outside config.toml: not what an account is, and not where a secret is found."""
        return not self.name.startswith("account.") and self.kind != _PLAIN[Secret]

    @property
    def effect(self) -> str:
        """When a change of it counts, for the service that runs."""
        return effect_of(self.name)

    @property
    def needed(self) -> bool:
        """Whether there is no default, so that config.toml has to say it."""
        return not self.default and self.kind != _PLAIN[Secret]


@cache
def entries() -> tuple[Key, ...]:
    """Every setting, in the order of the schema. A place of a secret is one setting."""
    given = flat({**defaults(), "account": defaults()["account"][0]})
    return tuple(_entry(name, info, given) for name, info in leaves(Settings, whole=Secret))


def entry(key: str) -> Key | None:
    """The setting of a dotted key, numbers or not; of a way to a secret (account.password.file), that of the secret."""
    name = numberless(key)
    known = {one.name: one for one in entries()}
    above = known.get(name.rpartition(".")[0])
    is_way = above is not None and name.rpartition(".")[2] in above.parts
    return known.get(name) or (above if is_way else None)


def _entry(name: str, info: FieldInfo, given: Mapping[str, Any]) -> Key:
    secret = info.annotation in _SECRETS
    default = toml(given[name]) if name in given else ""
    parts = parts_of(_PLACES) if secret else {}
    choices = SECRET_KINDS if secret else _choices(info)
    return Key(name, _kind(info), default, example_of(name), text_of(name), choices, parts, _shape(info))


def _shape(info: FieldInfo) -> Literal["text", "list", "plain"]:
    if get_origin(info.annotation) is tuple:
        return "list"
    return "plain" if info.annotation in {bool, int, float} else "text"


_SECRETS: Final = (Secret, Secret | None)


def _kind(info: FieldInfo) -> str:
    if info.annotation in _SECRETS:
        return _PLAIN[Secret]
    checked = [_CHECKED[check] for check in _checks(info.metadata) if check in _CHECKED]
    if checked:
        return checked[-1]
    if get_origin(info.annotation) is tuple:
        return f"a list: each {_element(info.annotation)}"
    if info.annotation in {int, float}:
        return _number(info)
    return _PLAIN.get(info.annotation, "one of several words")


def _element(annotation: object) -> str:
    inner = get_args(annotation)[0]
    checked = [_CHECKED[check] for check in _checks(getattr(inner, "__metadata__", ())) if check in _CHECKED]
    return checked[-1] if checked else "one of several words"


def _number(info: FieldInfo) -> str:
    low, high = (_bound(info, name) for name in ("ge", "le"))
    return f"{'a whole number' if info.annotation is int else 'a number'} from {low} to {high}"


def _bound(info: FieldInfo, name: str) -> object:
    return next((value for one in info.metadata if (value := getattr(one, name, None)) is not None), "any")


def _choices(info: FieldInfo) -> tuple[str, ...]:
    known = [_KNOWN[check] for check in _checks(info.metadata) if check in _KNOWN]
    return known[-1] if known else tuple(_words(info.annotation))


def _words(annotation: object) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from map(str, get_args(annotation))
    elif get_origin(annotation) is tuple:
        yield from _words(get_args(annotation)[0])


def _checks(metadata: object) -> Iterator[Callable[..., Any]]:
    for one in metadata if isinstance(metadata, list | tuple) else ():
        check = getattr(one, "func", None)
        if check is not None:
            yield check
