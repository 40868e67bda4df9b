"""`highroad run`: the service."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from config.loader import Loaded
from daemon import app
from daemon.adapters import logs, seal
from daemon.adapters.systemd import Notify
from daemon.commands.context import Context
from daemon.commands.reloading import Settings
from daemon.logbook import tell
from daemon.vigil import Vigil


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options of `run` say of the log; empty is for what the settings say."""

    format: str = ""
    level: str = ""

    def heed(self, loaded: Loaded) -> None:
        """Log as these settings say, where no option says otherwise."""
        logs.start(self.format or loaded.settings.log.format, self.level or loaded.settings.log.level)


def run(context: Context, wish: Wish) -> int:
    """Watch until SIGTERM or SIGINT. Raises what ends the service for good."""
    seal.no_dumps()
    notify = Notify.from_environ(os.environ, os.getpid())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until there is somebody to hear it
    logs.start(wish.format, wish.level)  # what the settings say of it is known a moment later
    loaded = context.load()
    wish.heed(loaded)
    with app.opened(loaded) as house:
        names = ", ".join(account.name for account in loaded.settings.account)
        tell("started", f"Watching {names}; state in {loaded.state_dir}.", accounts=len(loaded.settings.account))
        asyncio.run(_until_told(house, Settings(loaded, house.journal, house.clock, wish.heed), Vigil(house, notify)))
    tell("stopped", "Stopped, as told.")
    return 0


async def _until_told(house: app.House, settings: Settings, vigil: Vigil) -> None:
    """The endless round, as a task that SIGTERM and SIGINT cancel; SIGHUP reads the settings and looks at all anew."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(app.run(house, settings.changed, vigil.settled))
    watching = asyncio.ensure_future(vigil.hours())
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _in_turn(vigil.stopping, task.cancel))
    loop.add_signal_handler(signal.SIGHUP, _in_turn(vigil.reloading, partial(settings.ask, house.bell)))
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await task
    finally:
        watching.cancel()


def _in_turn(*calls: Callable[[], object]) -> Callable[[], None]:
    def together() -> None:
        for call in calls:
            call()

    return together
