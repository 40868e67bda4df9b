"""The status as a person reads it: at most 80 columns, label by label. Words carry the meaning, colour repeats it."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from daemon.commands.lines import minute, plain

Row = dict[str, Any]
_LABEL: Final = 14
_WIDEST: Final = 80
_NARROWEST: Final = 40
_GOOD, _BAD, _END = "\x1b[32m", "\x1b[33m", "\x1b[0m"
_UNITS: Final = ((86_400, "day", "days"), (3_600, "hour", "hours"), (60, "minute", "minutes"))
_STEPS: Final = {
    "thank_you": "a thank-you", "feedback_request": "a request for feedback", "linkedin_note": "a note for connecting",
    "reflection": "a worksheet", "follow_up": "a follow-up", "keep_in_touch": "a mail to keep in touch",
    "status_check": "a question where things stand",
}  # fmt: skip


def status_lines(row: Row, troubles: Sequence[str], now: datetime | None = None) -> Iterator[str]:
    """The status, line by line; the first says whether all is well, what is wrong comes last, where the eye ends."""
    now = now or datetime.now(UTC)
    yield _painted(_headline(row, troubles), good=not troubles and row["daemon"] is not None)
    for label, text in _facts(row, now):
        yield from _wrapped(f"{label}:" if label else "", text)
    if troubles:
        yield ""
        yield _painted("Not as it should be:", good=False)
        for number, trouble in enumerate(troubles, start=1):
            yield from _hanging(f"{number}. ", plain(trouble))


def _headline(row: Row, troubles: Sequence[str]) -> str:
    if not troubles:
        return "All is well." if row["daemon"] else "Nothing is wrong, but the service is not running."
    count = len(troubles)
    return f"{'One thing is' if count == 1 else f'{count} things are'} not as it should be; see the end."


def _facts(row: Row, now: datetime) -> Iterator[tuple[str, str]]:
    yield "Service", _service(row["daemon"], now)
    for account in row["accounts"]:
        yield f"Account {plain(account['account'])}", _account(account, now, running=row["daemon"] is not None)
        yield from (("", _folder(folder)) for folder in account["folders"] if folder["watched"])
    yield "Drafts", _drafts(row, now)
    yield "Planned", _planned(row)
    yield from _asked(row)
    last = row["digest"]["last"]
    yield "Last digest", _moment(last, now) if last else "none yet"
    yield "Model", _model(row["model"])
    backup = row["backup"]
    yield "Last backup", f"{_moment(backup['when'], now)}: {plain(backup['file'])}" if backup else "none that is known"
    yield from (("Alarm", _alarm(one)) for one in row["alarms"])
    yield from (("Notice", _notice(one)) for one in row["notices"].values() if not one["counts"])


def _service(daemon: Row | None, now: datetime) -> str:
    if daemon is None:
        return "not running; `highroad run` starts it"
    since = f" since {_moment(daemon['since'], now)}" if daemon["since"] else ""
    memory = f", {daemon['memory_mib']:.0f} MiB of memory" if daemon["memory_mib"] else ""
    return f"running{since}{memory}, as process {daemon['pid']}"


def _account(account: Row, now: datetime, *, running: bool) -> str:
    if not account["watched"]:
        return "not in the settings any more, so not watched"
    looked = f"last look {_moment(account['last_look'], now)}" if account["last_look"] else "not looked at yet"
    if account["needs"]:
        needs = account["needs"]
        return f"needs you since {minute(needs['since'])}: say `{needs['command']}`; {looked}"
    if account["problems"]:
        return f"does not work at the moment, it is tried again; {looked}" if running else f"did not work; {looked}"
    return f"{'connected' if account['connected'] else 'not connected'}, {looked}"


def _folder(folder: Row) -> str:
    reach = folder["server_messages"] - folder["older"]
    parts = [f"{plain(folder['folder'])}: {folder['seen']} of {reach} mails seen"]
    parts += [f"{folder['missing']} not read yet"] if folder["missing"] else []
    parts += [f"{folder['older']} older ones left out"] if folder["older"] else []
    parts += [f"{folder['unreadable']} unreadable"] if folder["unreadable"] else []
    parts += [f"compared one by one {minute(folder['verified']['when'])}"] if folder["verified"] else []
    return ", ".join(parts)


def _drafts(row: Row, now: datetime) -> str:
    if row["paused_until"]:
        return f"{_waiting(row, now)}; paused until {minute(row['paused_until'])}"
    return _waiting(row, now)


def _waiting(row: Row, now: datetime) -> str:
    waiting = row["waiting"]
    if not waiting["count"]:
        return "none waits in your Drafts folder"
    if waiting["count"] == 1:
        return f"1 waits in your Drafts folder, since {_moment(waiting['oldest'], now)}"
    return f"{waiting['count']} wait in your Drafts folder, the oldest since {_moment(waiting['oldest'], now)}"


def _planned(row: Row) -> str:
    following, count = row["planned"]["next"], row["planned"]["count"]
    if following is None:
        return "nothing"
    what, when = _STEPS.get(following["step"], following["step"]), minute(following["due"])
    more = f"; {count} in all: `highroad plan`" if count > 1 else "; `highroad plan` says why"
    return f"next {what}{f', {when}' if when else ''}{more}"


def _asked(row: Row) -> Iterator[tuple[str, str]]:
    held = row["drafts"].get("held", 0) + row["drafts"].get("unsure", 0)
    if held:
        drafts = "draft that may have been laid before" if held == 1 else "drafts that may have been laid before"
        yield "Held up", f"{held} {drafts}; `highroad review` asks"
    count = row["review"]
    yield "To review", f"{count} {'mail' if count == 1 else 'mails'}; `highroad review` asks" if count else "nothing"


def _model(model: Row | None) -> str:
    if model is None:
        return "not trained yet"
    trained = (
        f"trained {minute(model['trained'])} from {model['corpus']} mails" if model["trained"] else "not trained yet"
    )
    parts = [f"{model['corrections']} correction{'' if model['corrections'] == 1 else 's'}"]
    parts += [f"{model['waiting']} of them without a text to learn from"] if model["waiting"] else []
    parts += [str(model["why"])] if model.get("why") else []
    return f"{trained}, {'; '.join(parts)}"


def _alarm(one: Row) -> str:
    what = f"account {plain(one['account'])}" if one["account"] else f"the {one['trouble']}"
    told = f"you were told {minute(one['told'])}" if one["told"] else "you are told in your waking hours"
    return f"{what}, wrong since {minute(one['since'])}; {told}"


def _notice(one: Row) -> str:
    return f"{minute(one['since'])}: {plain(one['text'])}"


# How it looks.


def _moment(when: str, now: datetime) -> str:
    """A moment by the machine's clock, and how long ago that is."""
    return f"{minute(when)} ({_ago(now - datetime.fromisoformat(when))})"


def _ago(passed: timedelta) -> str:
    seconds = passed.total_seconds()
    for length, one, many in _UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {one if count == 1 else many} ago"
    return "just now"


def _wrapped(label: str, text: str) -> list[str]:
    """A label and its text in a column; a label that is longer than its column has the line to itself."""
    first = f"{label:<{_LABEL}}" if label else " " * _LABEL
    if len(label) >= _LABEL:
        return [label, *_hanging(" " * _LABEL, text)]
    return _hanging(first, text)


def _hanging(first: str, text: str) -> list[str]:
    width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def _painted(line: str, *, good: bool) -> str:
    plain_ = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return line if plain_ else f"{_GOOD if good else _BAD}{line}{_END}"
