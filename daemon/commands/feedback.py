"""`highroad feedback`: what employers said when they were asked, in one place."""

from __future__ import annotations

from typing import Any

from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context, emit
from daemon.commands.lines import minute, plain


def feedback(context: Context, *, as_json: bool) -> int:
    """All feedback, the oldest first."""
    with context.journal() as journal:
        rows = feedback_rows(journal)
    if as_json:
        emit(rows)
    elif rows:
        print("\n\n".join("\n".join(_lines(row)) for row in rows))
    else:
        print("No employer has sent feedback yet.")
    return 0


def feedback_rows(journal: Journal) -> list[dict[str, Any]]:
    """One row for each time that an employer said something of use."""
    names = {one.id: one for one in journal.applications.all()}
    return [
        {
            "application": said.application,
            "when": said.at.isoformat(),
            "company": names[said.application].company,
            "role": names[said.application].role,
            "message": said.message,
            "feedback": said.text.splitlines(),
        }
        for said in journal.feedback.all()
    ]


def _lines(row: dict[str, Any]) -> list[str]:
    about = ", ".join(plain(one) for one in (row["company"], row["role"]) if one) or f"application {row['application']}"
    return [f"{minute(row['when'])}  {about} (a{row['application']})", *(f"  {plain(one)}" for one in row["feedback"])]
