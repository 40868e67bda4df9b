"""`highroad run`: the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys

from daemon import app
from daemon.commands.context import Context

_log = logging.getLogger("highroad")


def run(context: Context) -> int:
    """Watch until SIGTERM or SIGINT. Raises what ends the service for good."""
    loaded = context.load()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for note in loaded.notes:
        _log.warning("%s", note)
    with app.opened(loaded, say=lambda line: _log.info("%s", line)) as house:
        names = ", ".join(account.name for account in loaded.settings.account)
        _log.info("Watching %s; state in %s.", names, loaded.state_dir)
        asyncio.run(_until_told(house))
    _log.info("Stopped, as told.")
    return 0


async def _until_told(house: app.House) -> None:
    """The endless round, as a task that SIGTERM and SIGINT cancel."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(app.run(house))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
