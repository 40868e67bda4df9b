"""What can go wrong with a mail besides what can go wrong with anything."""

from __future__ import annotations

from daemon.core.errors import HighroadError


class Unclear(HighroadError):
    """The connection was cut after the mail had been handed in and before the server said that it has it."""
