"""A journal made anew from what a damaged one still held: rows that point to lost ones are mended, or left out."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from classifiers.values import LABELS, Headers, Reading, Verdict
from daemon.adapters.journal.codec import headers_of, reading_of, written
from daemon.adapters.journal.messages import addresses_of, stand_in
from daemon.adapters.journal.salvage import Salvaged, unique
from daemon.adapters.journal.shapes import Row, is_note, is_reading
from daemon.adapters.journal.store import Store
from daemon.core.matching import thread_ids
from daemon.core.sent import thread_of

_UNDER_THE_KEY: Final = ("messages", "strangers", "own_mails", "learning", "refusals", "unreadable", "folders")
"""What tells one mail from another under the journal's key, and nothing without it."""


def rebuild(store: Store, found: Salvaged) -> int:
    """Fill a new journal with what was salvaged; how many lines were saved. What is left out counts as lost.

    Folders are to be read again from their first message on; what the first scan left out stays left out.
    """
    if found.key is None:
        _without_key(found)
    with store.transaction() as con:
        if found.key is not None:
            con.execute("UPDATE meta SET value = ? WHERE key = 'key'", (found.key,))
    store.forget_key()
    _mend(store, found)
    with store.transaction() as con:
        saved = sum(_insert(con, found, table) for table in _TABLES)
        _thread(con, found)
    return saved


def _without_key(found: Salvaged) -> None:
    """Mails are read again under a new key: what rests on the old one would be there twice, or never be found."""
    for table in (*_UNDER_THE_KEY, "jobs", "moves", "drafts", "feedback"):
        found.lost += len(found.of(table))
        found.rows[table] = []
    spoken = [row for row in found.of("corrections") if row["message_id"] and row["identity"] is None]
    found.lost += len(found.of("corrections")) - len(spoken)
    found.rows["corrections"] = spoken


def _mend(store: Store, found: Salvaged) -> None:
    for table, key in _KEYS.items():
        found.rows[table] = list(unique(found.of(table), *key))
    found.rows["messages"] = list(unique(found.of("messages"), "identity"))
    _drop(found, "meta", is_note)
    _mend_messages(store, found)
    _mend_applications(found)
    messages = {row["id"]: row for row in found.of("messages")}
    _drop(found, "events", lambda row: row["by"] != "mail" or row["message"] in messages)
    for table in ("events", "feedback"):
        for row in found.of(table):
            row["message"] = row["message"] if row["message"] in messages else None
    _mend_jobs(found, messages)
    for row in found.of("folders"):
        row |= {"read": "", "uidnext": 1, "server_messages": 0, "seen": 0, "older": 0, "found": 0, "missing": 0}


def _drop(found: Salvaged, table: str, good: Callable[[Row], bool]) -> None:
    kept = [row for row in found.of(table) if good(row)]
    found.lost += len(found.of(table)) - len(kept)
    found.rows[table] = kept


def _mend_messages(store: Store, found: Salvaged) -> None:
    """A mail whose facts are spoilt keeps its line with what is left of them, until it is read again."""
    named = {row["id"]: row for row in found.of("applications")}
    for row in found.of("messages"):
        if not is_reading(row["reading"]):
            found.lost += 1
            row["reading"] = written(_remains(row, named.get(row["application"], {})))
            row["identity"] = stand_in(store, row["identity"])


def _remains(row: Row, application: Mapping[str, Any]) -> Reading:
    label = row["label"]
    scores = {name: float(name == label) for name in LABELS}
    verdict = Verdict(label, 1.0, scores, company=application.get("company"), role=application.get("role"))
    return Reading(Headers(message_id=row["message_id"]), verdict)


def _mend_applications(found: Salvaged) -> None:
    """An application whose own row is lost is known again by its mails and drafts; by a note at least that it was."""
    known = {row["id"] for row in found.of("applications")}
    for table in ("messages", "jobs", "notes"):
        for row in found.of(table):
            number = row["application"]
            if number is not None and number not in known:
                known.add(number)
                found.lost += 1
                found.of("applications").append(_application(number, row, found))
    for table in ("events", "feedback", "own_mails"):
        _drop(found, table, lambda row: row["application"] in known)


def _application(number: int, row: Row, found: Salvaged) -> Row:
    verdict = reading_of(row["reading"]).verdict if "reading" in row else None
    account = row.get("account") or next((one["account"] for one in found.of("applications")), "main")
    opened = row.get("received") or row.get("event") or row.get("due") or row.get("at")
    return {
        "id": number, "account": account, "company": verdict.company if verdict else row.get("company"),
        "role": verdict.role if verdict else None, "opened": opened or _DAWN, "company_key": None,
        "requisition": verdict.requisition if verdict else None, "keen": 0, "skipped": None,
    }  # fmt: skip


def _mend_jobs(found: Salvaged, messages: Mapping[int, Row]) -> None:
    """A draft whose mail is lost rests on another mail of its application."""
    others: dict[int, int] = {row["application"]: number for number, row in messages.items()}
    taken: dict[tuple[object, ...], int] = defaultdict(int)
    for row in sorted(found.of("jobs"), key=lambda one: int(one["id"])):
        if row["message"] is not None and row["message"] not in messages:
            row["message"] = others.get(row["application"])
        name = (row["application"], row["step"], row["occasion"])
        taken[name] += 1
        if taken[name] > 1:  # of a version that did not number them yet
            row["occasion"] = f"{row['occasion']}/{taken[name]}"
        row["event"] = row["event"] or messages.get(row["message"], {}).get("received")
    _drop(found, "jobs", lambda row: row["step"] == "digest" or None not in {row["message"], row["application"]})
    jobs = {row["id"] for row in found.of("jobs")}
    for table in ("moves", "drafts"):
        _drop(found, table, lambda row: row["job"] in jobs)


def _insert(con: sqlite3.Connection, found: Salvaged, table: str) -> int:
    """Write the rows of a table; what its rules do not take is lost."""
    saved = 0
    for row in found.of(table):
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        with suppress(sqlite3.IntegrityError):
            saved += con.execute(sql, tuple(row.values())).rowcount
    known = sum(row["key"] == "key" for row in found.of("meta")) if table == "meta" else 0
    found.lost += len(found.of(table)) - saved - known
    return saved + known


def _thread(con: sqlite3.Connection, found: Salvaged) -> None:
    """Threads and addresses are told by the mails themselves."""
    for row in found.of("messages"):
        headers = reading_of(row["reading"]).headers
        con.executemany(
            "INSERT OR IGNORE INTO addresses VALUES (?, ?)", [(one, row["id"]) for one in addresses_of(headers)]
        )
        if row["application"] is not None:
            own = (headers.message_id,) if headers.message_id else ()
            _add_thread(con, (*own, *thread_ids(headers)), row["application"])
    for row in found.of("own_mails"):
        _add_thread(con, thread_of(headers_of(row["headers"])), row["application"])


def _add_thread(con: sqlite3.Connection, ids: tuple[str, ...], application: int) -> None:
    con.executemany("INSERT OR IGNORE INTO thread_ids VALUES (?, ?)", [(one, application) for one in ids[:100]])


_DAWN: Final = "1970-01-01T00:00:00+00:00"
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "messages": ("id",), "applications": ("id",), "jobs": ("id",), "events": ("id",), "notes": ("id",),
    "feedback": ("id",), "moves": ("id",), "drafts": ("job",), "own_mails": ("id",), "corrections": ("id",),
    "folders": ("account", "folder"),
}  # fmt: skip
_TABLES: Final = (
    "meta", "applications", "messages", "strangers", "unreadable", "events", "notes", "feedback", "own_mails", "jobs",
    "moves", "drafts", "corrections", "learning", "refusals", "folders",
)  # fmt: skip
"""In the order in which they need each other."""
