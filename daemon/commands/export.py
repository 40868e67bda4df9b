"""`highroad export`: applications, rejections and planned steps, for a spreadsheet, a program or a calendar."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from daemon import reports
from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context
from daemon.core.errors import HighroadError, WrongUse

FORMATS: Final = ("csv", "json", "ics")
TABLES: Final = ("applications", "rejections", "plan")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "applications": ("id", "account", "company", "role", "requisition", "stage", "opened", "last", "keen", "mails"),
    "rejections": (
        "id", "when", "account", "application", "company", "role", "reason", "language", "confidence", "decided_by",
        "from", "subject",
    ),
    "plan": ("id", "application", "step", "also", "state", "due", "placed", "to", "company", "subject", "why"),
}  # fmt: skip


class ExportFault(HighroadError):
    """The file could not be written."""


def export(context: Context, form: str, what: str, target: Path | None, *, force: bool) -> int:
    """Write one table as CSV, all three as JSON, or the planned steps as a calendar.

    Raises WrongUse for a format or table that is none and for a file that is there, ExportFault, NoJournal.
    """
    _refuse(form, what, target, force=force)
    with context.journal() as journal:
        text = _WRITERS[form](_tables(journal), what)
    if target is None:
        sys.stdout.write(text)
    else:
        _write(target, text, force=force)
        print(f"{target} is written. It holds names and addresses: keep it where only you can read.")
    return 0


def _refuse(form: str, what: str, target: Path | None, *, force: bool) -> None:
    if form not in FORMATS:
        raise WrongUse(f"--format {form}: use one of {', '.join(FORMATS)}.")
    if what not in TABLES:
        raise WrongUse(f"--what {what}: use one of {', '.join(TABLES)}.")
    if target is not None and os.path.lexists(target) and not force:
        raise WrongUse(f"{target} is there already and was left as it is. Name another file, or say --force.")


def _tables(journal: Journal) -> dict[str, list[dict[str, Any]]]:
    from daemon.reports_applications import application_rows

    log = journal.messages.log()
    rejections = [entry for entry in log if entry.reading.verdict.label == "rejection"]
    more = [{"application": one.application, "reason": one.reading.verdict.reason,
             "language": one.reading.verdict.language} for one in rejections]  # fmt: skip
    return {
        "applications": application_rows(journal),
        "rejections": [reports.log_row(entry) | rest for entry, rest in zip(rejections, more, strict=True)],
        "plan": reports.plan_rows(journal),
    }


Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def _json(tables: Tables, _what: str) -> str:
    return json.dumps(tables, ensure_ascii=False, indent=1) + "\n"


def _csv(tables: Tables, what: str) -> str:
    """One table as RFC 4180 has it, with CRLF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS[what])
    writer.writerows([_cell(row.get(column)) for column in _COLUMNS[what]] for row in tables[what])
    return out.getvalue()


def _cell(value: object) -> object:
    """Senders write names and subjects: none of them may be a formula of the spreadsheet that opens them."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    text = value if isinstance(value, str) else None
    return f"'{text}" if text and text.startswith(_FORMULA) else value


def _ics(tables: Tables, _what: str) -> str:
    from daemon.commands.calendar import calendar

    return calendar([row for row in tables["plan"] if row["state"] == "planned"])


_WRITERS: Final = {"json": _json, "csv": _csv, "ics": _ics}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _write(target: Path, text: str, *, force: bool) -> None:
    """Write a file of 0600, whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with open(part, "x", encoding="utf-8", newline="", opener=_private) as file:
            file.write(text)
        if force:
            part.replace(target)
        else:
            target.hardlink_to(part)
    except OSError as error:
        raise ExportFault(f"{target} could not be written: {error.strerror}. Name another place.") from error
    finally:
        part.unlink(missing_ok=True)
