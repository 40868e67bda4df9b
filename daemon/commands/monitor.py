"""`highroad status --check`: one line for a monitor, in the form and with the exit codes of a Nagios plugin."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from config.duration import Duration
from config.faults import ConfigError, ConfigMissing
from config.layers import read_tree
from config.places import config_path
from daemon.adapters.journal.faults import JournalDamaged
from daemon.commands.context import Context
from daemon.commands.status import looked
from daemon.core.errors import HighroadError
from daemon.core.health import Figure, Finding, Limits, Severity, figures, findings, summary, worst


@dataclass(frozen=True, slots=True)
class Wish:
    """The limits as they stand on the command line."""

    max_age: str
    critical_age: str
    needs_you: str
    max_unreadable: int
    by_timer: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a monitor is told."""

    severity: Severity
    summary: str
    findings: Sequence[Finding] = ()
    figures: Sequence[Figure] = ()

    def lines(self) -> list[str]:
        """The first line with the figures behind "|", then one a finding."""
        first = f"HIGHROAD {self.severity.name} - {self.summary}".replace("|", "/")
        behind = f" | {' '.join(map(str, self.figures))}" if self.figures else ""
        return [first + behind, *(f"{one.severity.name}: {one.text}".replace("|", "/") for one in self.findings)]

    def row(self) -> dict[str, Any]:
        """For programs."""
        return {
            "state": self.severity.name,
            "code": int(self.severity),
            "summary": self.summary,
            "findings": [{"state": one.severity.name, "text": one.text} for one in self.findings],
            "figures": {
                one.label: {"value": one.value, "unit": one.unit, "warn": one.warn, "crit": one.crit}
                for one in self.figures
            },
        }


def check(context: Context, wish: Wish, *, as_json: bool) -> int:
    """Say how it fares in one line, and more below it. 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; nothing is raised."""
    report = _report(context, wish)
    print(json.dumps(report.row(), ensure_ascii=False) if as_json else "\n".join(report.lines()))
    return int(report.severity)


def _report(context: Context, wish: Wish) -> Report:
    try:
        return _looked(context, _limits(wish), _settings(context))
    except (ConfigMissing, FileNotFoundError):
        return Report(Severity.UNKNOWN, "There are no settings; `highroad init` makes them.")
    except JournalDamaged:
        return Report(Severity.CRITICAL, "The journal is damaged; `highroad doctor` says what to do.")
    except OSError as error:
        return Report(Severity.UNKNOWN, f"This user cannot look: {error.strerror}.")
    except (HighroadError, ConfigError, ValueError) as error:
        return Report(Severity.UNKNOWN, " ".join(str(error).split()))


def _limits(wish: Wish) -> Limits:
    """Raises ValueError, a sentence, for what is no duration."""
    age, critical, needs = (_length(text) for text in (wish.max_age, wish.critical_age, wish.needs_you))
    return Limits(age, max(critical, age), needs, wish.max_unreadable, service=not wish.by_timer)


def _length(text: str) -> timedelta:
    return Duration.parse(text).longest()


def _settings(context: Context) -> list[Finding]:
    """Raises ConfigMissing or FileNotFoundError where there are none."""
    path = config_path(context.config, os.environ)
    try:
        read_tree(path)
    except ConfigError:
        return [Finding(Severity.WARNING, "The settings cannot be read; `highroad config check` says why.")]
    return []


def _looked(context: Context, limits: Limits, before: list[Finding]) -> Report:
    row, now = looked(context), datetime.now(UTC)
    found = sorted([*before, *findings(row, limits, now)], key=lambda one: -one.severity)
    return Report(worst(found), summary(row, found), found, figures(row, limits, now))
