"""Rows as people read them, line by line; plain text, so that the quick commands need nothing to print it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

Row = dict[str, Any]


def minute(when: str | None) -> str:
    """A moment in ISO 8601 as the machine's local time, to the minute; empty for none."""
    return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d %H:%M") if when else ""


def show_lines(row: Row) -> Iterator[str]:
    """One mail of the log, line by line."""
    facts = {
        "what": f"{row['label']} ({row['confidence']:.0%}), decided by {row['decided_by']}",
        "subject": row["subject"], "from": row["from"], "when": minute(row["when"]), "company": row["company"],
        "role": row["role"], "reason": row["reason"], "language": row["language"], "folder": row["folder"],
    }  # fmt: skip
    yield from (f"{name + ':':<10} {value}" for name, value in facts.items() if value)
    yield from (f"because:   “{one['sentence']}” ({one['weight']:.0%})" for one in row["because"])
    for job in row["plan"]:
        yield f"{job['step'] + ':':<10} {job['state']} {minute(job['placed'] or job['due'])} {job['why']}"


def status_lines(row: Row, troubles: Sequence[str]) -> Iterator[str]:
    """The status, line by line; what is wrong comes last, where the eye ends."""
    for account in row["accounts"]:
        yield f"{account['account']}: {'connected' if account['connected'] else 'not connected'}"
        yield from (f"  {_folder(folder)}" for folder in account["folders"])
    drafts = ", ".join(f"{count} {state}" for state, count in sorted(row["drafts"].items())) or "none yet"
    yield f"Drafts: {drafts}"
    if row["review"]:
        yield f"Unsure: {row['review']}, for you to look at"
    yield _model(row["model"])
    yield _daemon(row["daemon"])
    yield from (f"! {trouble}" for trouble in troubles)


def _folder(folder: Row) -> str:
    parts = [f"{folder['folder']}: {folder['seen']} of {folder['server_messages']} read"]
    parts += [f"{folder['older']} older than the first scan"] if folder["older"] else []
    parts += [f"{folder['unreadable']} unreadable"] if folder["unreadable"] else []
    return ", ".join(parts) + (f" (last looked {minute(folder['last_sync'])})" if folder["last_sync"] else "")


def _model(model: Row | None) -> str:
    if model is None:
        return "Model: not trained yet"
    return f"Model: trained {minute(model['trained'])} from {model['corpus']} mails, {model['corrections']} corrections"


def _daemon(daemon: Row | None) -> str:
    if daemon is None:
        return "Daemon: not running"
    memory = f", {daemon['memory_mib']:.0f} MiB" if daemon["memory_mib"] else ""
    return f"Daemon: running as process {daemon['pid']}{memory}"
