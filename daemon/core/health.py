"""What a monitor is told: findings by how bad they are, and figures, from the plain dictionary that `status` makes.

The words and numbers follow the Nagios plugin guidelines. No address, subject or name of a folder is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Final

Row = Mapping[str, Any]


class Severity(IntEnum):
    """How bad it is; the number is the exit code of a plugin."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on what is bad. `age` and `critical_age`: since the last look at an account; `needs`: since an account
    waits for the person, CRITICAL from then on; `unreadable` mails in a week are still no trouble. `service` is whether
    one is expected to run.
    """

    age: timedelta = timedelta(hours=2)
    critical_age: timedelta = timedelta(days=1)
    needs: timedelta = timedelta(days=1)
    unreadable: int = 10
    service: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with its unit ("", "s", "MB"), and from when on it is bad; a label of letters and underlines."""

    label: str
    value: float
    unit: str = ""
    warn: float | None = None
    crit: float | None = None

    def __str__(self) -> str:
        parts = [f"{self.label}={_number(self.value)}{self.unit}", _number(self.warn), _number(self.crit), "0"]
        return ";".join(parts)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}".removesuffix(".0")


_NOTICES: Final = {
    "settings": "The changed settings cannot be used; `highroad config check` says why.",
    "journal": "The journal was rebuilt lately; `highroad status` says from what.",
    "no-way": "There is something to tell the person, and no mail to tell it by.",
}


def findings(row: Row, limits: Limits, now: datetime) -> list[Finding]:
    """All that is not as it should be, the worst first."""
    found = [*_service(row, limits), *_accounts(row, limits, now), *_house(row, limits)]
    return sorted(found, key=lambda one: -one.severity)


def _service(row: Row, limits: Limits) -> Iterator[Finding]:
    if limits.service and row["daemon"] is None:
        yield Finding(Severity.CRITICAL, "The service is not running.")


def _house(row: Row, limits: Limits) -> Iterator[Finding]:
    if row["digest"]["problem"]:
        yield Finding(Severity.WARNING, "The digest cannot be laid or sent; it is tried again.")
    for key, notice in row["notices"].items():
        if notice["counts"]:
            yield Finding(Severity.WARNING, _NOTICES.get(key, "`highroad status` has a notice."))
    if row["unreadable_lately"] > limits.unreadable:
        yield Finding(Severity.WARNING, f"{row['unreadable_lately']} mails of the last week could not be read.")


def _accounts(row: Row, limits: Limits, now: datetime) -> Iterator[Finding]:
    for number, account in enumerate(_watched(row), start=1):
        yield from _account(account, called(account["account"], number), limits, now)


def _watched(row: Row) -> list[Row]:
    return [account for account in row["accounts"] if account["watched"]]


def called(name: str, number: int) -> str:
    """An account as a monitor may name it: an address is private, and "|" would end the text."""
    plain = name.isprintable() and not set(name) & set("@|'=")
    return f"account {name}" if plain else f"account {number}"


def _account(account: Row, name: str, limits: Limits, now: datetime) -> Iterator[Finding]:
    if account["needs"]:
        since = datetime.fromisoformat(account["needs"]["since"])
        severity = Severity.CRITICAL if now - since >= limits.needs else Severity.WARNING
        yield Finding(severity, f"{name} needs you since {_minute(since)}; `highroad status` says why.")
    else:
        yield from _age(account, name, limits, now)
    if any(one["duty"] == "placing" and not one["waits"] for one in account["problems"]):
        yield Finding(Severity.WARNING, f"{name}: a draft cannot be laid; it is tried again.")
    yield from _unseen(account, name, limits, now)


def _age(account: Row, name: str, limits: Limits, now: datetime) -> Iterator[Finding]:
    if account["last_look"] is None:
        yield Finding(Severity.WARNING, f"{name} has not been read to its end yet.")
        return
    looked = datetime.fromisoformat(account["last_look"])
    severity = _grade(now - looked, limits)
    if severity is not Severity.OK:
        yield Finding(severity, f"{name} was last looked at {_minute(looked)}.")


def _unseen(account: Row, name: str, limits: Limits, now: datetime) -> Iterator[Finding]:
    """The server holds what the journal has not seen; and worse, if nothing could be read of it for long."""
    missing = sum(folder["missing"] for folder in account["folders"])
    if missing:
        mails = "a mail" if missing == 1 else f"{missing} mails"
        yield Finding(Severity.WARNING, f"{name}: the server holds {mails} that could not be read yet.")
    since = [datetime.fromisoformat(one["behind_since"]) for one in account["folders"] if one["behind_since"]]
    severity = _grade(now - min(since), limits) if since else Severity.OK
    if severity is not Severity.OK:
        yield Finding(
            severity, f"{name}: nothing new could be read since {_minute(min(since))}, and there is new mail."
        )


def _grade(passed: timedelta, limits: Limits) -> Severity:
    if passed >= limits.critical_age:
        return Severity.CRITICAL
    return Severity.WARNING if passed >= limits.age else Severity.OK


def _minute(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def worst(found: Sequence[Finding]) -> Severity:
    """The severity of the whole."""
    return max((one.severity for one in found), default=Severity.OK)


def summary(row: Row, found: Sequence[Finding]) -> str:
    """One sentence for the first line."""
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return f"{found[0].text}{more}"
    count, drafts = len(_watched(row)), row["waiting"]["count"]
    accounts, waiting = "account" if count == 1 else "accounts", "draft waits" if drafts == 1 else "drafts wait"
    return f"watching {count} {accounts}, {drafts} {waiting}"


def figures(row: Row, limits: Limits, now: datetime) -> list[Figure]:
    """The figures, always the same ones; those of the process only while there is one."""
    accounts = _watched(row)
    folders = [folder for account in accounts for folder in account["folders"]]
    looks = [datetime.fromisoformat(one["last_look"]) for one in accounts if one["last_look"]]
    age = (now - min(looks)).total_seconds() if looks else 0.0
    found = [
        Figure("accounts", len(accounts)),
        Figure("connected", sum(one["connected"] for one in accounts)),
        Figure("needs_you", sum(one["needs"] is not None for one in accounts), warn=0),
        Figure("age", max(age, 0.0), "s", limits.age.total_seconds(), limits.critical_age.total_seconds()),
        Figure("unseen", sum(one["missing"] for one in folders), warn=0),
        Figure("unreadable", row["unreadable_lately"], warn=limits.unreadable),
        Figure("drafts", row["waiting"]["count"]),
        Figure("planned", row["planned"]["count"]),
        Figure("held", row["drafts"].get("held", 0) + row["drafts"].get("unsure", 0)),
        Figure("review", row["review"]),
    ]
    return found + _process(row["daemon"])


def _process(daemon: Row | None) -> list[Figure]:
    if daemon is None:
        return []
    memory, up = daemon["memory_mib"], daemon["uptime_seconds"]
    found = [Figure("memory", memory * 1.048576, "MB")] if memory is not None else []
    return [*found, Figure("uptime", max(up, 0.0), "s")] if up is not None else found
