"""`highroad run`: the service."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from pathlib import Path

from config.faults import ConfigError
from config.loader import Loaded
from daemon import app
from daemon.commands.context import Context

_log = logging.getLogger("highroad")


def run(context: Context) -> int:
    """Watch until SIGTERM or SIGINT. Raises what ends the service for good."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is somebody to hear it
    loaded = context.load()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with app.opened(loaded, say=lambda line: _log.info("%s", line)) as house:
        names = ", ".join(account.name for account in loaded.settings.account)
        _log.info("Watching %s; state in %s.", names, loaded.state_dir)
        asyncio.run(_until_told(house, Settings(context, loaded)))
    _log.info("Stopped, as told.")
    return 0


async def _until_told(house: app.House, settings: Settings) -> None:
    """The endless round, as a task that SIGTERM and SIGINT cancel; SIGHUP reads the settings and looks at all anew."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(app.run(house, settings.changed))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    loop.add_signal_handler(signal.SIGHUP, house.bell.ring)
    with contextlib.suppress(asyncio.CancelledError):
        await task


class Settings:
    """The settings file while the service runs: read again when it was written, and taken if it is sound."""

    def __init__(self, context: Context, loaded: Loaded) -> None:
        self._context, self._loaded = context, loaded
        self._seen = _stamp(loaded.path)

    def changed(self) -> Loaded | None:
        """The new settings, once; None where nothing was written or nothing can be used of it."""
        stamp = _stamp(self._loaded.path)
        if stamp == self._seen:
            return None
        self._seen = stamp
        try:
            loaded = self._context.load()
        except (ConfigError, OSError) as error:
            _log.error("The settings were changed and cannot be used; the ones of before are kept. %s", error)
            return None
        _log.info("The settings were changed and are in force.")
        self._loaded = loaded
        return loaded


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size
