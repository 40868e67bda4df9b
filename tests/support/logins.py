"""Opening connections to see how that fails."""

from __future__ import annotations

import asyncio

from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import NeedsOperator, Transient

SECRET = "pl4nted-s3cret"


async def tried(opening):
    """Open and close; the failure, if there is one."""
    (found,) = await asyncio.gather(opening, return_exceptions=True)
    if not isinstance(found, Exception):
        await found.close()
        return None
    assert isinstance(found, NeedsOperator | Transient), found
    assert SECRET not in str(found)
    return found


def login(server, **changes):
    filled = {"host": server.host, "port": server.port, "security": "plain", "user": "sam"}
    return Login(**({"account": "main"} | filled | changes))


async def opened(server, password=SECRET, **changes):
    return await tried(Reading.open(login(server, **changes), password))
