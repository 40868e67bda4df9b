"""Which table a row was of, told by its values alone, and whether each of them can be what it stands for.

A page that lost its place in the file tells nothing else. What the tables of every version hold stands here once; a
row of an earlier version is shorter, and gets what its later columns have by default.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from classifiers.values import LABELS, Reading
from daemon.adapters.journal.codec import headers_of
from daemon.adapters.journal.records import Record, Value
from daemon.core.entry import EventKind
from daemon.core.job import Move, State, Step

Row = dict[str, Any]
Check = Callable[[Value], bool]
_TIME: Final = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\+00:00")
_META: Final = re.compile(r"[a-z][a-z_.]*(/.+)?", re.DOTALL)


def _text(value: Value) -> bool:
    return isinstance(value, str) and "\0" not in value


def _number(value: Value) -> bool:
    return isinstance(value, int)


def _octets(value: Value) -> bool:
    return isinstance(value, bytes)


def _time(value: Value) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _hash(value: Value) -> bool:
    return isinstance(value, bytes) and len(value) == 32


def _flag(value: Value) -> bool:
    return value in {0, 1}


def _none(value: Value) -> bool:
    return value is None


def _any(_value: Value) -> bool:
    return True


def _known(value: Value) -> bool:
    return isinstance(value, str) and _META.fullmatch(value) is not None


def _json(value: Value) -> bool:
    return isinstance(value, bytes) and json.loads(value) is not None


def _list(value: Value) -> bool:
    return isinstance(value, str) and value.startswith("[") and isinstance(json.loads(value), list)


def _headers(value: Value) -> bool:
    return isinstance(value, str) and bool(headers_of(value))


def _one_of(words: object) -> Check:
    known = {str(word) for word in words}  # type: ignore[attr-defined]
    return lambda value: isinstance(value, str) and value in known


def _maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what its value must be, and what rows have that were written before it came."""

    name: str
    check: Check
    default: Value = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One table: its columns in the order of its rows, of which the first version had `least`. `number` is the column
    that is the row's number, empty for a table whose rows have none.
    """

    table: str
    number: str
    least: int
    columns: tuple[Column, ...]

    def row(self, record: Record) -> Row | None:
        """The row that a record is, if it can be one of this table."""
        values = record.values
        if (record.number is None) is bool(self.number) or not self.least <= len(values) <= len(self.columns):
            return None
        pairs = zip(self.columns, values, strict=False)
        if not all(_holds(column.check, value) for column, value in pairs):
            return None
        row = {column.name: column.default for column in self.columns}
        row |= dict(zip(row, values, strict=False))
        return row | {self.number: record.number} if self.number else row


def _holds(check: Check, value: Value) -> bool:
    try:
        return check(value)
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def is_reading(value: Value) -> bool:
    """Whether that is the JSON of a reading, whole."""
    try:
        return isinstance(value, str) and bool(Reading.from_json(json.loads(value)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def is_note(row: Row) -> bool:
    """Whether a row of meta says what its key stands for: the key itself, a time, a file, or something in JSON."""
    key, value = row["key"], row["value"]
    if key == "key":
        return _hash(value)
    if key in {"paused_until", "lost"}:
        return _time(value.decode("latin-1"))
    return key.startswith("file/") or _holds(_json, value)


def shape_of(record: Record) -> tuple[str, Row] | None:
    """The table that a record belongs to, and its row; None for what is of none, an entry of an index among them."""
    for shape in SHAPES:
        row = shape.row(record)
        if row is not None:
            return shape.table, row
    return None


def _shape(table: str, number: str, columns: str, least: int = 0, **defaults: Value) -> Shape:
    """A shape from "name kind" pairs; a kind that ends with "?" may be NULL."""
    pairs = [pair.split() for pair in columns.split(",")]
    made = tuple(Column(name, _check(kind), defaults.get(name)) for name, kind in pairs)
    return Shape(table, number, least or len(made), made)


def _check(kind: str) -> Check:
    return _maybe(_CHECKS[kind[:-1]]) if kind.endswith("?") else _CHECKS[kind]


_CHECKS: Final[Mapping[str, Check]] = {
    "text": _text, "number": _number, "octets": _octets, "time": _time, "hash": _hash, "flag": _flag, "none": _none,
    "any": _any,    "known": _known, "list": _list, "headers": _headers, "label": _one_of(LABELS),
    "what": _one_of((*LABELS, "forgotten")), "said": _one_of((*LABELS, "not_rejection")),
    "band": _one_of(("act", "review", "ignore")), "word": _one_of(("model", "you")),
    "teller": _one_of(("mail", "you", "time")), "kind": _one_of(get_args(EventKind)), "step": _one_of(Step),
    "state": _one_of(State), "move": _one_of(Move), "how": _one_of(("undone", "replaced")),
}  # fmt: skip

SHAPES: Final = (
    _shape("strangers", "", "identity hash, label what"),
    _shape(
        "messages", "id",
        "id none, identity hash, account text, folder text, uidvalidity number, uid number, message_id text?, "
        "received time, first_seen time, label label, band band, decided_by word, application number?, reading any, "
        "application_by word", 14, application_by="model",
    ),
    _shape("meta", "", "key known, value octets"),
    _shape(
        "applications", "id",
        "id none, account text, company text?, role text?, opened time, company_key text?, requisition text?, "
        "keen flag, skipped time?", 5, keen=0,
    ),
    _shape("moves", "id", "id none, job number, move move, state state, at time"),
    _shape("events", "id", "id none, application number, message number?, kind kind, at time, by teller", 5, by="mail"),
    _shape("notes", "id", "id none, application number, at time, text text, private flag"),
    _shape("feedback", "id", "id none, application number, message number?, at time, text text"),
    _shape(
        "jobs", "id",
        "id none, application number?, message number?, account text, step step, state state, why text, due time?, "
        "recipient text?, recipient_name text?, also list, company text?, message_id text?, uidvalidity number?, "
        "uidnext number?, uid number?, placed_at time?, occasion text, event time?, others list",
        17, occasion="1", others="[]",
    ),
    _shape("drafts", "job", "job none, subject text?, missing time?, sent time?"),
    _shape(
        "corrections", "id",
        "id none, identity hash?, account text?, message_id text?, label said, folder text?, at time, ended time?, "
        "how how?, back time?, problem text?, text octets?",
    ),
    _shape(
        "own_mails", "id",
        "id none, identity hash, account text, application number, message_id text?, at time, headers headers",
    ),
    _shape("learning", "", "account text, folder text, uidvalidity number, uid number, identity hash"),
    _shape("refusals", "", "account text, secret hash, count number, last time, said text"),
    _shape(
        "unreadable", "",
        "identity hash, account text, folder text, uidvalidity number, uid number, reason text, version text, "
        "first_seen time",
    ),
    _shape(
        "folders", "",
        "account text, folder text, uidvalidity number, uidnext number?, read text, skipped text, "
        "server_messages number, seen number, older number, last_sync time?, highestmodseq number?, verified time?, "
        "found number, missing number", 10, found=0, missing=0,
    ),
)  # fmt: skip
"""What is made anew from these, or found again by itself, is not among them: duties, anchors, outboxes, thread_ids,
addresses, history.
"""
