"""From the journal to the troubles that an alarm may tell, and the ways that it may take. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from config.schema import Settings
from daemon.adapters.journal.folders import BEHIND, FAILING, WAITING, DutyState
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.notices import Notice
from daemon.core.alarm import Kind, Trouble, Way

SETTINGS: Final = "settings"
"""The key of the notice that the new settings cannot be used."""
_DUTIES: Final = ("reading", "placing")
_SULKS: Final = timedelta(hours=1)
"""So long SMTP may have failed and still count as a way."""
_KINDS: Final[tuple[tuple[str, Kind], ...]] = ((WAITING, "operator"), (FAILING, "failing"))


@dataclass(frozen=True, slots=True)
class AlarmFacts:
    """Where the facts of alarms come from."""

    journal: Journal
    settings: Settings

    def troubles(self) -> list[Trouble]:
        """Everything that is wrong now, however short."""
        notices, duties = self.journal.notices.all(), self._duties()
        return [*self._of_duties(notices, duties), *self._behind(notices), *self._of_house(notices)]

    def _duties(self) -> dict[str, DutyState]:
        return {f"{one.account}/{one.duty}": one for one in self.journal.folders.duties()}

    def _of_duties(self, notices: dict[str, Notice], duties: dict[str, DutyState]) -> Iterator[Trouble]:
        """A duty that waits for the person does not fail besides."""
        for account in self.settings.account:
            for duty in _DUTIES:
                name = f"{account.name}/{duty}"
                found = next(((kind, notices[key + name]) for key, kind in _KINDS if key + name in notices), None)
                if found is not None:
                    kind, notice = found
                    sure = kind != "operator" or (name in duties and duties[name].waits)
                    yield Trouble(kind, notice.since, notice.text, account.name, duty, sure=sure)

    def _behind(self, notices: dict[str, Notice]) -> Iterator[Trouble]:
        for account in self.settings.account:
            for folder in account.folders:
                notice, pace = notices.get(f"{BEHIND}{account.name}/{folder}"), None
                if notice is not None:
                    pace = self.journal.alarms.pace(account.name, folder)
                    gap = pace.gap if pace else None
                    yield Trouble("behind", notice.since, notice.text, account.name, folder, gap)

    def _of_house(self, notices: dict[str, Notice]) -> Iterator[Trouble]:
        if SETTINGS in notices:
            yield Trouble("settings", notices[SETTINGS].since, notices[SETTINGS].text)
        unsent = self.journal.alarms.unsent()
        if unsent is not None:
            yield Trouble("digest", *unsent)

    # Ways.

    def ways(self, troubles: list[Trouble]) -> list[Way]:
        """Every account as a way for a note to self."""
        mine = self.settings.me.address.lower()
        return [
            Way(one.name, one.address.lower() == mine, _health(one.name, troubles)) for one in self.settings.account
        ]

    def smtp(self, troubles: list[Trouble], now: datetime) -> bool:
        """Whether a server for notes to self is named, and takes them as far as is known."""
        failing = any(one.kind == "digest" and now - one.since >= _SULKS for one in troubles)
        return bool(self.settings.digest.smtp.host) and not failing


def _health(account: str, troubles: list[Trouble]) -> Literal["well", "doubtful", "ill"]:
    """One whose server answers and whose mail cannot be read may still take a draft."""
    own = [one for one in troubles if one.account == account]
    if not own:
        return "well"
    kinds = {(one.kind, one.what) for one in own if one.kind != "behind"}
    behind = any(one.kind == "behind" for one in own)
    return "doubtful" if behind and kinds <= {("failing", "reading")} else "ill"
