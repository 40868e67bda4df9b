"""Rows as people read them, line by line; plain text, so that the quick commands need nothing to print it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


def status_lines(row: Row, troubles: Sequence[str]) -> Iterator[str]:
    """The status, line by line; what is wrong comes last, where the eye ends."""
    for account in row["accounts"]:
        yield f"{account['account']}: {'connected' if account['connected'] else 'not connected'}"
        yield from (f"  {_folder(folder)}" for folder in account["folders"])
    drafts = ", ".join(f"{count} {state}" for state, count in sorted(row["drafts"].items())) or "none yet"
    yield f"Drafts: {drafts}"
    held_up = row["drafts"].get("held", 0) + row["drafts"].get("unsure", 0)
    if held_up:
        yield f"Held up: {held_up}, `highroad review` asks about them"
    if row["review"]:
        yield f"Unsure: {row['review']}, for you to look at"
    yield _model(row["model"])
    yield _daemon(row["daemon"])
    yield from (f"! {plain(trouble)}" for trouble in troubles)


def _folder(folder: Row) -> str:
    parts = [f"{folder['folder']}: {folder['seen']} of {folder['server_messages']} read"]
    parts += [f"{folder['older']} older than the first scan"] if folder["older"] else []
    parts += [f"{folder['unreadable']} unreadable"] if folder["unreadable"] else []
    looked = [f"last looked {minute(folder['last_sync'])}"] if folder["last_sync"] else []
    looked += [f"compared message by message {minute(folder['verified']['when'])}"] if folder["verified"] else []
    return ", ".join(parts) + (f" ({', '.join(looked)})" if looked else "")


def _model(model: Row | None) -> str:
    if model is None:
        return "Model: not trained yet"
    trained = (
        f"trained {minute(model['trained'])} from {model['corpus']} mails" if model["trained"] else "not trained yet"
    )
    parts = [f"{model['corrections']} correction{'' if model['corrections'] == 1 else 's'}"]
    parts += [f"{model['waiting']} of them without a text to learn from"] if model["waiting"] else []
    parts += [str(model["why"])] if model.get("why") else []
    return f"Model: {trained}, {'; '.join(parts)}"


def _daemon(daemon: Row | None) -> str:
    if daemon is None:
        return "Daemon: not running"
    memory = f", {daemon['memory_mib']:.0f} MiB" if daemon["memory_mib"] else ""
    return f"Daemon: running as process {daemon['pid']}{memory}"
