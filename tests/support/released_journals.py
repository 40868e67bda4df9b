"""Journals as each released version wrote them: `python -m support.released_journals`, in tests/, writes them as SQL.

Each comes from the scripts that git has for that version, run by SQLite alone, and from rows that are written here;
nothing of today's program takes part. What is written once is committed and stays, whatever becomes of the program.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).with_name("released")
_SQL = "daemon/adapters/journal/sql"
SCRIPTS = {
    1: ("d22df38", "001_first.sql"),
    2: ("3da3669", "002_learning.sql"),
    3: ("6189976", "003_verified.sql"),
    4: ("6189976", "004_history.sql"),
    5: ("38184cb", "005_applications.sql"),
}
"""The commit that a version's script was first released with."""
VERSIONS = tuple(SCRIPTS)
KEY = bytes(range(32))
_APPLICATION_ID = 0x48524431
_LABELS = ("rejection", "interview", "acknowledgement", "assessment", "offer", "outreach", "job_alert", "other")


def load(version: int, path: Path) -> None:
    """Write the journal of a version to a path where there is nothing."""
    with closing(sqlite3.connect(path, isolation_level=None)) as con:
        con.executescript((FOLDER / f"journal-{version:03}.sql").read_text())
    path.chmod(0o600)


def reading(version: int, number: int, label: str, company: str, **facts: object) -> str:
    """What the version wrote of a mail; later ones know more of it."""
    headers = {
        "message_id": f"<mail-{number}@{company.lower()}.example>", "in_reply_to": [], "references": [],
        "date": f"2026-03-0{number}T09:59:00+01:00",
        "sender": {"name": "Dana Reyes", "address": f"Dana@{company.lower()}.example"},
        "reply_to": [], "to": [{"name": "Sam Rivera", "address": "sam@example.org"}], "cc": [],
        "delivered_to": [], "subject": f"Your application at {company} — Größe {number}", "auto_submitted": None,
        "precedence": None, "list_id": None, "list_unsubscribe": False, "authentication_results": [],
    }  # fmt: skip
    scores = {one: 0.93 if one == label else 0.01 for one in _LABELS}
    verdict = {
        "label": label, "confidence": 0.93, "scores": scores,
        "because": [{"sentence": "We have decided to go on with others.", "weight": 0.8}], "company": company,
        "role": "Data Analyst", "people": [{"name": "Dana Reyes", "address": None, "part": "recruiter"}],
        "after_interview": None, "reason": "other_candidate", "invites_future": None, "answerable": True,
        "language": "en",
    }  # fmt: skip
    if version >= 2:
        verdict["requisition"] = f"R-{number}"
    if version >= 5:
        headers["claims"] = None
        verdict |= {"informal": None, "interview_at": None, "interview_timed": False, "advice": [], "withdrawn": False}
    return json.dumps({"headers": headers, "verdict": verdict | facts}, ensure_ascii=False)


def rows(version: int):
    """(table, row) of everything that a journal of the version holds, in the order in which they need each other."""
    for number, company in ((5, "Acme"), (9, "Globex")):
        row = {"id": number, "account": "main", "company": company, "role": "Data Analyst", "opened": _at(1)}
        row |= {"company_key": company.lower()} if version >= 3 else {}
        later = {"requisition": f"R-{number}", "keen": number == 5, "skipped": _at(8) if number == 9 else None}
        yield "applications", row | (later if version >= 5 else {})
    for number, label, company, application in _MAILS:
        row = {
            "id": number, "identity": _identity(number), "account": "main", "folder": "INBOX", "uidvalidity": 7,
            "uid": 10 + number, "message_id": f"<mail-{number}@{company.lower()}.example>", "received": _at(number),
            "first_seen": _at(number, 11), "label": "interview" if number == 4 else label,
            "band": "review" if number == 4 else "act", "decided_by": "you" if number == 4 else "model",
            "application": application, "reading": reading(version, number, label, company),
        }  # fmt: skip
        yield "messages", row | ({"application_by": "you" if number == 4 else "model"} if version >= 5 else {})
        yield "thread_ids", {"message_id": row["message_id"], "application": application}
    yield from _plain(version)
    yield from _jobs(version)
    yield from _learnt(version)
    yield from _latest(version)


_MAILS = (
    (1, "acknowledgement", "Acme", 5), (2, "rejection", "Acme", 5), (3, "rejection", "Globex", 9),
    (4, "rejection", "Globex", 9),
)  # fmt: skip


def _plain(version: int):
    yield "strangers", {"identity": _identity(100), "label": "other"}
    yield "strangers", {"identity": _identity(101), "label": "job_alert"}
    yield "unreadable", {
        "identity": _identity(102), "account": "main", "folder": "INBOX", "uidvalidity": 7, "uid": 30,
        "reason": "It took too long.", "version": "0.1.0", "first_seen": _at(3),
    }  # fmt: skip
    folder = {
        "account": "main", "folder": "INBOX", "uidvalidity": 7, "uidnext": 31, "read": "11:14,20,30",
        "skipped": "1:10", "server_messages": 16, "seen": 6, "older": 10, "last_sync": _at(9),
    }  # fmt: skip
    known = {"highestmodseq": 77, "verified": _at(9), "found": 0, "missing": 0}
    yield "folders", folder | (known if version >= 3 else {})
    duty = {"account": "main", "duty": "reading", "connected": 1, "problem": None, "since": _at(9)}
    yield "duties", duty | ({"waits": 0} if version >= 3 else {})
    by = {"by": "mail"} if version >= 5 else {}
    for message, application, kind in ((1, 5, "applied"), (2, 5, "rejected"), (3, 9, "rejected")):
        yield "events", {"id": message, "application": application, "message": message, "kind": kind,
                         "at": _at(message)} | by  # fmt: skip
    yield "refusals", {"account": "main", "secret": _identity(200), "count": 2, "last": _at(6), "said": "no"}


def _jobs(version: int):
    for number, (application, message, step, state, moves) in enumerate(_PLAN, start=1):
        placed = state in {"placed", "sent", "deleted", "edited"}
        row = {
            "id": number, "application": application, "message": message, "account": "main", "step": step,
            "state": state, "why": f"Because of {step}.", "due": f"2026-03-0{message + 3}T10:00:00+00:00",
            "recipient": "dana@acme.example" if application == 5 else "dana@globex.example",
            "recipient_name": "Dana Reyes", "also": '["feedback_request"]' if step == "thank_you" else "[]",
            "company": "Acme" if application == 5 else "Globex", "message_id": f"<draft-{number}@example.org>",
            "uidvalidity": 3 if moves else None, "uidnext": number if moves else None,
            "uid": number if placed else None, "placed_at": _at(7) if placed else None,
        }  # fmt: skip
        later = {"occasion": "1", "event": _at(message), "others": "[]"} if version >= 5 else {}
        yield "jobs", row | later
        for move, after in moves:
            yield "moves", {"job": number, "move": move, "state": after, "at": _at(7)}


_LAID = (("intend", "placing"), ("laid", "placed"))
_PLAN = (
    (5, 2, "thank_you", "placed", _LAID),
    (5, 2, "feedback_request", "joined", ()),
    (5, 2, "reflection", "cancelled", (("cancel", "cancelled"),)),
    (9, 3, "thank_you", "planned", ()),
    (9, 3, "keep_in_touch", "skipped", ()),
    (9, 3, "follow_up", "placing", _LAID[:1]),
)
"""Application, mail, step, state, moves."""


def _learnt(version: int):
    if version < 2:
        return
    said = {"account": "main", "at": _at(5), "message_id": None}
    yield (
        "corrections",
        said | {"id": 1, "identity": _identity(4), "label": "interview", "text": b"Subject: Talk\r\n\r\n"},
    )
    ended = {"id": 2, "identity": _identity(1), "label": "offer", "ended": _at(6), "how": "undone"}
    yield "corrections", said | ended
    yield "corrections", {"id": 3, "message_id": "<sought@acme.example>", "label": "rejection", "at": _at(6)}
    yield "learning", {"account": "main", "folder": "Highroad/Rejection", "uidvalidity": 9, "uid": 1,
                       "identity": _identity(4)}  # fmt: skip
    if version >= 3:
        yield "anchors", {"account": "main", "folder": "INBOX", "uid": 14, "identity": _identity(4)}
    if version >= 4:
        yield "history", {"one": 1, "line": b"\1" * 16, "count": 9, "doubted": 0, "restored": None}


def _latest(version: int):
    if version < 5:
        return
    yield "addresses", {"address": "dana@acme.example", "message": 2}
    yield "candidates", {"message": 4, "application": 5}
    yield "notes", {"id": 1, "application": 5, "at": _at(5), "text": "We spoke of Rust — gut.", "private": 1}
    headers = json.dumps(json.loads(reading(5, 6, "other", "Acme"))["headers"])
    yield "own_mails", {"id": 1, "identity": _identity(300), "account": "main", "application": 5,
                        "message_id": "<own@example.org>", "at": _at(6), "headers": headers}  # fmt: skip
    yield "outboxes", {"account": "main", "uidvalidity": 4, "uidnext": 8, "known": 2, "looked": _at(9)}
    yield "feedback", {"id": 1, "application": 5, "message": 2, "at": _at(2), "text": "More SQL."}
    yield "drafts", {"job": 1, "subject": "Re: Your application", "missing": None, "sent": None}
    yield "events", {"id": 4, "application": 9, "message": None, "kind": "rejected", "at": _at(4), "by": "you"}
    yield "meta", {"key": "paused_until", "value": b"2026-04-01T00:00:00+00:00"}


def _identity(number: int) -> bytes:
    return number.to_bytes(32)


def _at(day: int, hour: int = 10) -> str:
    return f"2026-03-{day:02}T{hour:02}:00:00+00:00"


def _made(version: int) -> str:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        con.execute("PRAGMA foreign_keys = ON")
        for number in range(1, version + 1):
            con.executescript(_script(*SCRIPTS[number]))
        con.execute("DELETE FROM history" if version >= 4 else "SELECT 1")
        con.execute("INSERT INTO meta VALUES ('key', ?)", (KEY,))
        for table, row in rows(version):
            marks = ", ".join("?" * len(row))
            con.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        con.execute("PRAGMA foreign_key_check")
        numbers = f"PRAGMA application_id = {_APPLICATION_ID};\nPRAGMA user_version = {version};\n"
        return "\n".join([*con.iterdump(), numbers])


def _script(commit: str, name: str) -> str:
    command = ["git", "show", f"{commit}:{_SQL}/{name}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for version in VERSIONS:
        (FOLDER / f"journal-{version:03}.sql").write_text(_made(version))


if __name__ == "__main__":
    main()
