"""How long after a cut a server still lays the draft: what the writer's pause after a doubt has to be longer than.

    PYTHONPATH=.:tests python -m campaign.late

The connection is cut by RST or FIN when the last octets of the APPEND have passed to the server; another connection
then looks every few milliseconds.
"""

from __future__ import annotations

import imaplib
import socket
import statistics
import sys
import time

from campaign.__main__ import servers
from campaign.trials import Server
from support.faultproxy import Fault, FaultProxy

TRIALS = 40
_DRAFT = b"Message-ID: <late@example.org>\r\nSubject: x\r\n\r\n" + b"A line of the letter, one like the other.\r\n" * 50


def measure(server: Server, kind: str, short: int) -> list[float]:
    """Seconds from the cut until the draft is there, one for each trial in which it came; `short` octets were kept."""
    seconds = []
    for number in range(TRIALS):
        user = f"l{kind}{short}x{number}"
        with FaultProxy(server.host, server.port) as proxy, _client(server.host, server.port, user, server) as watch:
            octets = 1 + len(_command()) + len(_DRAFT) + 2
            proxy.fault = Fault(kind, "to_server", octets - short, b" APPEND")
            cut = _append(proxy, user, server)
            seconds += _appears(watch, cut)
    return seconds


def _command() -> bytes:
    return f"APPEND Drafts (\\Draft \\Seen) {{{len(_DRAFT)}}}\r\n".encode()


def _append(proxy: FaultProxy, user: str, server: Server) -> float:
    """Send the APPEND until it is cut; when that was."""
    try:
        client = _client(proxy.host, proxy.port, user, server)
        client.append("Drafts", "(\\Draft \\Seen)", None, _DRAFT)
    except (OSError, imaplib.IMAP4.error):
        pass
    return proxy.links[0].struck or time.monotonic()


def _appears(watch: imaplib.IMAP4, cut: float) -> list[float]:
    end = cut + 0.5
    while time.monotonic() < end:
        _, (said,) = watch.status("Drafts", "(MESSAGES)")
        if b"MESSAGES 1" in said:
            return [time.monotonic() - cut]
        time.sleep(0.002)
    return []


def _client(host: str, port: int, user: str, server: Server) -> imaplib.IMAP4:
    client = imaplib.IMAP4(host, port, timeout=10)
    client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.login(user, server.password)
    return client


def main() -> int:
    with servers(sys.argv[1] if sys.argv[1:] else None, 0) as running:
        for server, _ in running:
            for kind in ("rst", "fin"):
                for short in (0, 2):
                    found = measure(server, kind, short)
                    told = f"median {statistics.median(found):.4f} s, most {max(found):.4f} s" if found else "-"
                    print(f"{server.name} {kind} {short} octets short: laid in {len(found)} of {TRIALS}; {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
