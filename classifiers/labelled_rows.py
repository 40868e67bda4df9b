"""One line of a labelled .jsonl: what its keys may hold, and the sentence for what they must not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from classifiers.values import LABELS

REASONS: Final = (
    "other_candidate", "position_filled", "position_closed", "not_qualified", "location_or_visa", "unstated",
)  # fmt: skip
_TEXTS: Final = (
    "label", "subject", "from", "body", "lang", "kind", "source", "company", "role", "requisition", "reason",
)  # fmt: skip
_FLAGS: Final = ("ambiguous", "after_interview", "invites_future")
TRUTHS: Final = ("company", "role", "requisition", "reason", "after_interview", "invites_future")
_WORDS: Final[Mapping[object, bool]] = {"yes": True, "no": False, True: True, False: False}
_SHAPE: Final = '{"label": ..., "subject": ..., "from": ..., "body": ...}'


class RowFault(ValueError):
    """A line that cannot be used; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can be used. What it does not have is None; `truths` holds only the keys that stand in it."""

    label: str | None
    subject: str | None
    sender: str | None
    body: str
    language: str | None
    kind: str | None
    origin: str | None
    ambiguous: bool
    truths: Mapping[str, str | bool | None]


def parsed(line: bytes) -> Row:
    """The row of one line of JSON. Raises RowFault."""
    data = _object(line)
    _check_types(data)
    _check_words(data)
    return Row(
        label=data.get("label"),
        subject=data.get("subject") or None,
        sender=data.get("from") or None,
        body=data["body"],
        language=(data.get("lang") or "").strip().lower() or None,
        kind=data.get("kind") or None,
        origin=data.get("source") or None,
        ambiguous=bool(_WORDS.get(data.get("ambiguous"))),
        truths={key: _truth(key, data[key]) for key in TRUTHS if key in data},
    )


def _object(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except UnicodeDecodeError:
        raise RowFault("The line is not UTF-8; save the file as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise RowFault(f"The line is no JSON ({error.msg}, column {error.colno}); write {_SHAPE} on a line.") from None
    except (ValueError, RecursionError):
        raise RowFault(f"The line is no JSON that can be read; write {_SHAPE} on one line.") from None
    if not isinstance(data, dict):
        raise RowFault(f"The line is JSON, but no object; write {_SHAPE}.")
    return data


def _check_types(data: Mapping[str, Any]) -> None:
    for key in _TEXTS:
        if not isinstance(data.get(key), str | None):
            raise RowFault(f'The value of "{key}" is no text; leave the key out if there is none.')
    for key in _FLAGS:
        value = data.get(key)
        if value is not None and not isinstance(value, bool) and value not in ("yes", "no"):
            raise RowFault(f'The value of "{key}" is neither true nor false; leave the key out if it is not known.')


def _check_words(data: Mapping[str, Any]) -> None:
    if data.get("body") is None:
        raise RowFault('The line has no "body"; a mail without text has "body": "".')
    if not any((data.get(key) or "").strip() for key in ("subject", "from", "body")):
        raise RowFault("Subject, sender and body are all empty: there is nothing to judge.")
    if data.get("label") is not None:
        _check_word("label", data["label"], LABELS)
    if data.get("reason"):
        _check_word("reason", data["reason"], REASONS)


def _check_word(key: str, word: str, known: tuple[str, ...]) -> None:
    if word in known:
        return
    near = get_close_matches(word.lower(), known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"it is one of {', '.join(known)}."
    raise RowFault(f'The {key} "{_shown(word)}" is none of ours; {hint}')


def _shown(word: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in word[:40])


def _truth(key: str, value: str | bool | None) -> str | bool | None:
    if key in _FLAGS:
        return _WORDS.get(value)
    return value.strip() or None if isinstance(value, str) else None
