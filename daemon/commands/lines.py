"""Rows as people read them, line by line; plain text, so that the quick commands need nothing to print it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

Row = dict[str, Any]


def minute(when: str | None) -> str:
    """A moment in ISO 8601 as the machine's local time, to the minute; empty for none."""
    return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d %H:%M") if when else ""


def plain(text: str) -> str:
    """Without what could steer a terminal; words of mails and names of files are not ours."""
    return "".join(char if char.isprintable() else "?" for char in text)


def show_lines(row: Row) -> Iterator[str]:
    """One mail of the log, line by line."""
    facts = {
        "what": _what(row),
        "subject": row["subject"], "from": row["from"], "when": minute(row["when"]), "company": row["company"],
        "role": row["role"], "reason": row["reason"], "language": row["language"], "folder": row["folder"],
        "mail": row.get("mail"),
    }  # fmt: skip
    yield from (f"{name + ':':<10} {plain(value)}" for name, value in facts.items() if value)
    yield from (f"because:   “{plain(one['sentence'])}” ({one['weight']:.0%})" for one in row["because"])
    yield from (f"said:      {_said(said)}" for said in row["corrections"])
    for job in row["plan"]:
        yield f"{job['step'] + ':':<10} {job['state']} {minute(job['placed'] or job['due'])} {plain(job['why'])}"


def _what(row: Row) -> str:
    if row["decided_by"] == "model":
        return f"{row['label']} ({row['confidence']:.0%}), decided by model"
    return f"{row['label']}, decided by you (the model: {row['model']['label']}, {row['model']['confidence']:.0%})"


def _said(said: Row) -> str:
    """One correction: who said what when, whether it stands, and whether the text is kept."""
    how = said["how"] or ("stands, its text is kept to learn from" if said["kept"] else "stands")
    return f"{said['label']}, by {said['by']}, {minute(said['at'])}; {how}. {said['problem'] or ''}".rstrip()


def verified_lines(sentences: Iterable[str]) -> list[str]:
    """What `status --verify` found, folder by folder."""
    return [f"Compared: {plain(sentence)}" for sentence in sentences]
