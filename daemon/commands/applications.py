"""`highroad applications`, and `highroad show` of one of them. Nothing here writes, connects or classifies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from daemon.adapters.journal.journal import Journal
from daemon.commands.application_words import application_named
from daemon.commands.context import Context, console, emit
from daemon.commands.lines import minute, plain
from daemon.core.entry import Application
from daemon.reports_applications import application_row, application_rows, case_of

Row = dict[str, Any]
_BY: Final = {"mail": "", "you": " (you said so)", "time": " (no word came)"}


def applications(context: Context, *, as_json: bool) -> int:
    """All applications, the oldest first."""
    with context.journal() as journal:
        rows = application_rows(journal)
    if as_json:
        emit(rows)
        return 0
    from daemon.commands.pictures import applications_table

    console().print(applications_table(rows) if rows else "There are no applications yet.")
    return 0


def show_application(context: Context, name: str, *, as_json: bool) -> int:
    """All that is known of one application. Raises WrongUse for a name that is none or several."""
    with context.journal() as journal:
        row = _shown(context, journal, application_named(journal, name))
    if as_json:
        emit([row])
    else:
        print("\n".join(application_lines(row)))
    return 0


def _shown(context: Context, journal: Journal, application: Application) -> Row:
    loaded = context.load()
    account = loaded.settings.account_named(application.account)
    if account is None:
        return application_row(journal, case_of(journal, application), None)
    from daemon.planner import planner_of
    from daemon.policy import me_of

    case = planner_of(loaded, journal, account).case(application.id)
    return application_row(journal, case, me_of(loaded.settings, account))


def application_lines(row: Row) -> Iterator[str]:
    """One application as a person reads it."""
    known = {"company": row["company"], "role": row["role"], "number": row["requisition"]}
    marks = [word for word in ("keen", "skipped") if row[word]]
    yield f"a{row['id']}: {', '.join([row['stage'], *marks])}"
    yield from (f"{name + ':':<10} {plain(value)}" for name, value in known.items() if value)
    if row["reason"]:
        yield f"reason:    {row['reason'].replace('_', ' ')}"
    for title, lines in _PARTS.items():
        found = [plain(line) for one in row[title] for line in lines(one)]
        if found:
            yield from (f"\n{_TITLES[title]}:", *(f"  {line}" for line in found))


def _point(one: Row) -> Iterator[str]:
    mail = f" (mail {one['mail']})" if one["mail"] else _BY[one["by"]]
    yield f"{minute(one['when'])}  {one['what']}{mail}"


def _person(one: Row) -> Iterator[str]:
    name = f"{one['name']} <{one['address']}>" if one["name"] else one["address"]
    yield f"{name}{', ' + one['part'].replace('_', ' ') if one['part'] else ''}"


def _note(one: Row) -> Iterator[str]:
    yield f"{minute(one['when'])}  {one['text']}{' (private)' if one['private'] else ''}"


def _feedback(one: Row) -> Iterator[str]:
    first, *more = one["text"].splitlines() or [""]
    yield f"{minute(one['when'])}  {first}"
    yield from (f"{'':<18}{line}" for line in more)


def _planned(one: Row) -> Iterator[str]:
    steps = " + ".join([one["step"], *one["also"]])
    when = minute(one["placed"] or one["due"])
    yield " ".join(part for part in (f"{one['id']}", steps, one["state"], when, one["why"]) if part)


def _earlier(one: Row) -> Iterator[str]:
    first, *more = one["text"].splitlines() or [""]
    yield f"{minute(one['when'])}  {one['company'] or 'a' + str(one['application'])}, {one['what']}: {first}"
    yield from (f"{'':<18}{line}" for line in more)


_PARTS: Final = {
    "timeline": _point, "people": _person, "notes": _note, "feedback": _feedback, "plan": _planned, "earlier": _earlier
}  # fmt: skip
_TITLES: Final = {
    "timeline": "What happened",
    "people": "People",
    "notes": "Your notes",
    "feedback": "Feedback",
    "plan": "Drafts",
    "earlier": "From earlier interviews, before this one",
}
