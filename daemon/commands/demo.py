"""`highroad demo`: the daemon's own code against an embedded server, told as a story."""

from __future__ import annotations

import asyncio

from daemon.core.errors import HighroadError


class NoDemo(HighroadError):
    """The demo's server is not installed."""


def demo() -> int:
    """Play it once, from the first mail to the last draft, and end. Raises NoDemo where pymap is missing."""
    try:
        from daemon.demo.story import play
    except ImportError as error:
        raise NoDemo(
            f"The demo needs its own mail server, which is an extra ({error.name} is missing): "
            'install "highroad[demo]", or run `make demo` in a clone.'
        ) from error
    asyncio.run(play())
    return 0
