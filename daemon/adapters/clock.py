"""Time as it is, and the days people have off."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from daemon.core.errors import NeedsOperator


class SystemClock:
    """core.ports.Clock by the machine's own clock."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """See core.ports.Clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        import asyncio  # noqa: PLC0415  (quick commands ask only what time it is)

        await asyncio.sleep(seconds)


def days_off(country: str) -> Callable[[date], bool]:
    """Whether a day is a public holiday in a country of the holidays library, e.g. "DE"; "" has none.

    Raises NeedsOperator for a country the library does not know.
    """
    if not country:
        return lambda _day: False
    import holidays  # noqa: PLC0415  (0.1 s that only those who set a country should wait for)

    try:
        calendar = holidays.country_holidays(country.upper())
    except NotImplementedError as error:
        raise NeedsOperator(
            f'cadence.holidays = "{country}" is no country code that we know. Write e.g. "DE", or "" for none.'
        ) from error
    return lambda day: day in calendar
