"""How values stand in rows: times as ISO 8601 in UTC, tuples as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from classifiers.values import Address, Because, Headers, Person, Reading, Verdict
from daemon.adapters.journal.faults import reading
from daemon.core.correction import as_decided
from daemon.core.entry import Entry, Place
from daemon.core.job import Job, State, Step

_VALUES: Final = (Reading, Headers, Verdict, Address, Because, Person)


def stamp(moment: datetime) -> str:
    """A moment as text whose order is the order of time. Raises ValueError for one without a timezone."""
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment} has no timezone")
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def moment(text: str | None) -> datetime | None:
    """The reverse of `stamp`; None stays None. Raises JournalDamaged."""
    return None if text is None else known_moment(text)


def known_moment(text: str) -> datetime:
    """The reverse of `stamp` for a column that is never empty. Raises JournalDamaged."""
    with reading("a time"):
        return datetime.fromisoformat(text)


def written(reading: Reading | Headers) -> str:
    """A reading, or its headers alone, as JSON of the form of Reading.to_json, in a quarter of its time."""
    return json.dumps(reading, default=_parts, ensure_ascii=False)


def headers_of(text: str) -> Headers:
    """The reverse of `written` for headers. Raises JournalDamaged."""
    with reading("a header"):
        return Headers.from_json(json.loads(text))


def reading_of(text: str) -> Reading:
    """The reverse of `written` for readings. Raises JournalDamaged."""
    with reading("a mail of the log"):
        return Reading.from_json(json.loads(text))


def note_of(octets: bytes) -> dict[str, Any]:
    """What a row of the table meta says in JSON. Raises JournalDamaged."""
    with reading("a note of its own"):
        return dict(json.loads(octets))


def _parts(value: object) -> object:
    """What json does not know: the values of classifiers.values and moments."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, _VALUES):
        return {name: getattr(value, name) for name in value.__slots__}
    return dict(value) if isinstance(value, Mapping) else _refused(value)


def _refused(value: object) -> NoReturn:
    raise TypeError(f"{type(value).__name__} has no place in a reading")


def entry_of(row: sqlite3.Row) -> Entry:
    """A row of messages as a value. reading and band hold what the model said, label what counts."""
    entry = Entry(
        identity=bytes(row["identity"]),
        place=Place(row["account"], row["folder"], row["uidvalidity"], row["uid"]),
        received=known_moment(row["received"]),
        first_seen=known_moment(row["first_seen"]),
        reading=reading_of(row["reading"]),
        band=row["band"],
        application=row["application"],
        id=row["id"],
    )
    return as_decided(entry, row["label"]) if row["decided_by"] == "you" else entry


def job_of(row: sqlite3.Row) -> Job:
    """A row of jobs as a value. Raises JournalDamaged."""
    parts = {key: row[key] for key in row.keys()}  # noqa: SIM118  (a Row iterates over values)
    with reading(f"draft {parts['id']} of the plan"):
        return _job(parts)


def _job(parts: dict[str, Any]) -> Job:
    parts["step"] = Step(parts["step"])
    parts["state"] = State(parts["state"])
    parts["also"] = tuple(Step(step) for step in json.loads(parts["also"]))
    parts["others"] = tuple((address, name) for address, name in json.loads(parts["others"]))
    parts |= {key: moment(parts[key]) for key in ("due", "placed_at", "event")}
    parts |= {key: parts[key] or 0 for key in ("application", "message")}
    return Job(**parts)
