"""`highroad demo`: the daemon's own code against an embedded server, told as a story."""

from __future__ import annotations

import asyncio

from daemon.core.errors import HighroadError, WrongUse


class NoDemo(HighroadError):
    """The demo's server is not installed."""


def demo(*, serves: bool = False, port: int = 0) -> int:
    """Play it once, from the first mail to the last draft; with `serves` the server stays until Ctrl-C.

    Raises NoDemo where pymap is missing, WrongUse for a port that cannot be had.
    """
    if port and not serves:
        raise WrongUse("--port says where --serve listens; alone it means nothing. Add --serve, or leave it out.")
    try:
        from rich.console import Console

        from daemon.demo.story import play
    except ImportError as error:
        raise NoDemo(
            f"The demo needs a mail server of its own, which is an extra ({error.name} is missing). Get it with "
            '`pipx inject highroad "pymap<0.37"`, with `uv tool install --with "pymap<0.37"` and what you installed '
            "Highroad from, or run `make demo` in a clone."
        ) from error
    asyncio.run(play(Console(highlight=False), stays_on=port if serves else None))
    return 0
