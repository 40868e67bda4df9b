"""A Mind that says what the mail's own X-Truth header says: for tests of what is done with a reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from email.utils import format_datetime

from support.clock import MONDAY
from support.corevalues import verdict

from classifiers.mail import read_mail
from classifiers.values import Reading
from daemon.core.errors import Poison


def mail(
    number=1, truth="rejection", *, sender="Dana Whitfield <dana.whitfield@acme.example>", at=MONDAY, body="", **headers
):
    """One mail of which ScriptedMind makes `truth`: a label, or unreadable. Header names with _ for -."""
    named = {
        "from": sender,
        "to": "Sam Rivera <sam@example.org>",
        "date": format_datetime(at),
        "subject": f"Your application, number {number}",
        "message_id": f"<mail-{number}@acme.example>",
        "x_truth": truth,
    } | headers
    lines = [f"{name.replace('_', '-').title()}: {value}" for name, value in named.items() if value is not None]
    return "\r\n".join([*lines, "", body or f"This is mail number {number}.", ""]).encode()


class ScriptedMind:
    """core.ports.Mind. Company and role are those of X-Company and X-Role; `on_read` is called with the count first."""

    def __init__(self, on_read: Callable[[int], None] = lambda _count: None) -> None:
        self.reads = 0
        self.on_read = on_read
        self.broken: dict[str, Exception] = {}

    async def read(self, raw: bytes) -> Reading:
        await asyncio.sleep(0)
        self.reads += 1
        self.on_read(self.reads)
        told = dict(line.split(": ", 1) for line in raw.decode("latin-1").split("\r\n\r\n")[0].split("\r\n"))
        truth = told["X-Truth"]
        if truth == "unreadable":
            raise Poison("Reading this mail broke its reader twice: it took more than 30 s.")
        return Reading(read_mail(raw).headers, verdict(truth, company=told.get("X-Company"), role=told.get("X-Role")))

    async def read_many(self, raws: Sequence[bytes]) -> list[Reading | Poison]:
        readings: list[Reading | Poison] = []
        for raw in raws:
            try:
                readings.append(await self.read(raw))
            except Poison as poison:
                readings.append(poison)
        return readings

    async def rest(self) -> None:
        """Nothing to let go."""
