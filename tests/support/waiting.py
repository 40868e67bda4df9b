"""Waiting for something that another thread or process will do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait until it is so. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not become so")
        await asyncio.sleep(0.005)
