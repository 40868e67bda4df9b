"""After the story: the server stays up for a person's own mail program, until Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
from typing import Final
from urllib.parse import quote

from rich.console import Console
from rich.rule import Rule

from daemon.demo.server import DemoServer

_WORDS: Final = """
The mailbox stays as it is now, for a mail program on this machine. Look into Drafts first.

  server        {host}
  port          {port}
  encryption    none: no TLS, no STARTTLS (nothing leaves this machine)
  user          {user}
  password      {password}
  outgoing      none: nothing can be sent

curl:         curl -s --user '{user}:{password}' 'imap://{host}:{port}/Drafts;MAILINDEX=1'
mutt:         mutt -n -e 'set ssl_starttls=no ssl_force_tls=no' -f 'imap://{url_user}@{host}:{port}/Drafts'
Thunderbird:  add a mail account, configure it by hand with what stands above (connection security: none,
              normal password), and choose the advanced configuration, as there is no outgoing server

Change and delete what you like: all of it is in memory. The clock was turned, so the drafts are from the next weeks.
Ctrl-C ends it, and nothing is left behind.
"""


async def stay(out: Console, server: DemoServer) -> None:
    """Say how to connect, and wait for SIGINT or SIGTERM."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    out.print()
    out.print(Rule("Connect", align="left"))
    out.print(_told(server), markup=False, soft_wrap=True)
    out.file.flush()  # whoever reads it from a pipe waits for it
    await ended.wait()
    out.print("The server is gone, and all that it held.")


def _told(server: DemoServer) -> str:
    account = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    return _WORDS.format(url_user=quote(server.user, safe=""), **account)
