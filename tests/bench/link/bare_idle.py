"""The least that can hear of new mail: imapclient in IDLE. `python -m bench.link.bare_idle PORT USER PASSWORD`.

Prints the monotonic time whenever the server says EXISTS.
"""

from __future__ import annotations

import sys
import time

from imapclient import IMAPClient


def main() -> None:
    port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login(user, password)
        client.select_folder("INBOX", readonly=True)
        client.idle()
        print("idle", flush=True)
        while True:
            said = client.idle_check()
            if any(b"EXISTS" in line for line in said):
                print(time.monotonic(), flush=True)


if __name__ == "__main__":
    main()
