"""Rows as people read them: tables and lines. Text from mails is shown as text, never as markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from rich.table import Table
from rich.text import Text

Row = dict[str, Any]

_BANDS: Final = {"act": "yes", "review": "unsure", "ignore": ""}


def log_table(rows: Sequence[Row]) -> Table:
    """The log: number, day, label, company, role, and the sentence that decided it."""
    table = _table("", "when", "what", "sure", "company", "role", "because")
    for row in rows:
        because = row["because"][0]["sentence"] if row["because"] else ""
        cells = [str(row["id"]), _day(row["when"]), row["label"], f"{row['confidence']:.0%}"]
        table.add_row(*map(_cell, [*cells, row["company"] or "", row["role"] or "", because]))
    return table


def plan_table(rows: Sequence[Row]) -> Table:
    """The plan: number, step, state, when, to whom, and why."""
    table = _table("", "step", "state", "when", "to", "why")
    for row in rows:
        steps = " + ".join([row["step"], *row["also"]])
        when = _minute(row["placed"] or row["due"])
        table.add_row(*map(_cell, [str(row["id"]), steps, row["state"], when, row["to"] or "nobody", row["why"]]))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", ratio=None if column not in {"because", "why"} else 1)
    return table


def _cell(text: str) -> Text:
    return Text(" ".join(text.split()))


def _day(when: str) -> str:
    return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d")


def _minute(when: str | None) -> str:
    return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d %H:%M") if when else ""


def show_lines(row: Row) -> Iterator[str]:
    """One mail of the log, line by line."""
    facts = {
        "what": f"{row['label']} ({row['confidence']:.0%}), decided by {row['decided_by']}",
        "subject": row["subject"], "from": row["from"], "when": _minute(row["when"]), "company": row["company"],
        "role": row["role"], "reason": row["reason"], "language": row["language"], "folder": row["folder"],
    }  # fmt: skip
    yield from (f"{name + ':':<10} {value}" for name, value in facts.items() if value)
    yield from (f"because:   “{one['sentence']}” ({one['weight']:.0%})" for one in row["because"])
    for job in row["plan"]:
        yield f"{job['step'] + ':':<10} {job['state']} {_minute(job['placed'] or job['due'])} {job['why']}"


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
    return ", ".join(parts) + (f" (last looked {_minute(folder['last_sync'])})" if folder["last_sync"] else "")


def _model(model: Row | None) -> str:
    if model is None:
        return "Model: not trained yet"
    return (
        f"Model: trained {_minute(model['trained'])} from {model['corpus']} mails, {model['corrections']} corrections"
    )


def _daemon(daemon: Row | None) -> str:
    if daemon is None:
        return "Daemon: not running"
    memory = f", {daemon['memory_mib']:.0f} MiB" if daemon["memory_mib"] else ""
    return f"Daemon: running as process {daemon['pid']}{memory}"
