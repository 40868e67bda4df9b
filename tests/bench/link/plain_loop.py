"""What one would write first: imapclient fetches every mail, mail-parser reads it. `python -m bench.link.plain_loop`.

Arguments: port, user, password, and how many mails a FETCH.
"""

from __future__ import annotations

import sys

import mailparser
from imapclient import IMAPClient


def main() -> None:
    port, user, password, step = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    done = 0
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login(user, password)
        client.select_folder("INBOX", readonly=True)
        uids = client.search("ALL")
        for start in range(0, len(uids), step):
            for item in client.fetch(uids[start : start + step], ["BODY.PEEK[]"]).values():
                mail = mailparser.parse_from_bytes(item[b"BODY[]"])
                done += mail.body is not None and mail.subject is not None
    print(done)


if __name__ == "__main__":
    main()
