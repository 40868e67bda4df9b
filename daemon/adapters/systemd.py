"""What a service tells its service manager, as sd_notify(3) has it: datagrams to the socket in $NOTIFY_SOCKET."""

from __future__ import annotations

import socket
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Notify:
    """Where to tell it ("" for nowhere), and the s within which a WATCHDOG=1 is wanted (None: there is no watchdog)."""

    address: str = ""
    watchdog_seconds: float | None = None

    @classmethod
    def from_environ(cls, environ: MutableMapping[str, str], pid: int) -> Self:
        """Take out of the environment what the manager put there, so that no child speaks in our name."""
        address = environ.pop("NOTIFY_SOCKET", "")
        micros, whose = environ.pop("WATCHDOG_USEC", ""), environ.pop("WATCHDOG_PID", "")
        ours = whose in {"", str(pid)} and micros.isdecimal() and int(micros) > 0
        return cls(address, int(micros) / 1e6 if ours else None)

    def tell(self, **fields: str | int) -> None:
        """Send assignments, e.g. READY=1. Without a manager, or when it does not hear us, nothing happens."""
        if not self.address.startswith(("/", "@")):
            return
        text = "\n".join(f"{name}={_one_line(value)}" for name, value in fields.items())
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.settimeout(1.0)
            out.sendto(text.encode(), self._place())

    def _place(self) -> str:
        """An @ stands for the octet 0 of an abstract address (unix(7))."""
        return "\0" + self.address[1:] if self.address.startswith("@") else self.address


def _one_line(value: str | int) -> str:
    return " ".join(str(value).split())
