"""Writes what the tests' servers answer into docs/servers.md: `make docs`, or `python -m support.server_matrix`.

The page belongs to the versions it names. tests/contract/test_matrix_servers.py compares it with the answers anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from support import cyrus, dovecot
from support import server_probes as probes
from support.mailservers import Box, cyrus_box, dovecot_box, pymap_box
from support.server_probes import MAIL, Probe, offered

PAGE = Path(__file__).parents[2] / "docs" / "servers.md"
BEGIN, END = "<!-- matrix: made by `make docs` from what the servers answer -->", "<!-- matrix end -->"
COLUMNS = ("Dovecot", "Cyrus", "pymap")

TABLES: dict[str, tuple[Probe, ...]] = {
    "Log-in": (
        Probe("log-in mechanisms", probes.mechanisms, "LOGIN; AUTHENTICATE PLAIN for letters beyond ASCII"),
        Probe("STARTTLS", probes.starttls, "asked for when `security` says so, and then nothing goes in clear"),
        offered("SASL-IR", "the first answer goes with AUTHENTICATE, or after the +"),
        Probe("capabilities told at LOGIN", probes.told_at_login, "asked for anew after log-in all the same"),
        Probe("LOGINDISABLED after log-in", probes.login_disabled_afterwards, "heeded before log-in only"),
        Probe("a wrong password", probes.wrong_password, "a refusal: by the code, or by the words without one"),
    ),
    "Folders": (
        Probe("personal namespace", probes.personal_namespace, "where Drafts is looked for"),
        Probe("namespaces of others", probes.other_namespaces, "never searched for Drafts, Sent or Trash"),
        offered("SPECIAL-USE", "marks in a plain LIST count as well"),
        Probe("Drafts in LIST is marked", probes.drafts_marked, "compared without regard to case"),
        Probe("letters in names: & % * \"", probes.odd_names, "sent quoted, in modified UTF-7"),
        Probe("UIDVALIDITY when deleted and made again", probes.created_anew, "the folder is read anew"),
    ),
    "Reading": (
        Probe("EXAMINE tells UIDNEXT", probes.told_by_examine("UIDNEXT"), "same as before, and the count: no news"),
        Probe("EXAMINE tells HIGHESTMODSEQ", probes.told_by_examine("HIGHESTMODSEQ"), ""),
        Probe(
            "EXAMINE (CONDSTORE) tells it",
            probes.told_by_examine("HIGHESTMODSEQ", " (CONDSTORE)"),
            "less than last time: the mailbox was put back",
        ),
        Probe("a changed flag moves HIGHESTMODSEQ", probes.modseq_moves, "news is found by UID, not by this"),
        offered("CONDSTORE", "EXAMINE asks for it where it is offered"),
        offered("QRESYNC", "not used: the UIDs are compared"),
        offered("IDLE", "else a look at every `poll`"),
        Probe("IDLE tells of new mail", probes.idle_tells, "any word ends the wait"),
        Probe("NOOP tells of new mail", probes.mail_seen_while_open, ""),
        Probe("\\Recent outlives EXAMINE", probes.recent_kept, "reading leaves no trace"),
        Probe("BODY.PEEK leaves mail unseen", probes.peek_keeps_unseen, "nothing else is fetched"),
        Probe("FETCH of a UID that never was", probes.never_there, "left out"),
        Probe("FETCH of what another session expunged", probes.gone_meanwhile, "NIL is gone; a body counts"),
        Probe("SEARCH beyond the last UID, n:*", probes.beyond_the_end, "UIDs below n are dropped"),
        offered("COMPRESS=DEFLATE", "not used"),
    ),
    "Laying drafts": (
        offered("UIDPLUS", ""),
        Probe("APPEND tells the UID", probes.append_tells_uid, "else the draft is looked for by its Message-ID"),
        Probe("the UID is the UIDNEXT told before", probes.uid_as_foretold, "after a mishap it is sought from there"),
        offered("LITERAL+", ""),
        offered("MULTIAPPEND", "not used: one draft, one APPEND"),
        Probe("APPEND to a folder that is not there", probes.laid(MAIL % 9, "Nowhere"), "said, and never made"),
        Probe("octets beyond ASCII in a header are kept", probes.octets_kept, "our drafts have none"),
        Probe("a message without a header", probes.laid(b"no header at all"), "ours have one"),
        Probe("a message with a NUL", probes.laid(b"Subject: x\r\n\r\n\0\r\n"), "ours have none"),
        Probe("a message of no octets", probes.laid(b""), ""),
    ),
}  # fmt: skip


async def answers(box: Box) -> dict[str, str]:
    """What one server answers to every question."""
    return {probe.name: await asyncio.to_thread(probe.ask, box) for table in TABLES.values() for probe in table}


def version_of(server: str) -> str:
    """Its name and version as it is here."""
    found = {"Dovecot": dovecot.version, "Cyrus": cyrus.version, "pymap": lambda: metadata.version("pymap")}
    return f"{server} {found[server]()}"


async def columns() -> list[dict[str, str]]:
    """What all three answer."""
    async with contextlib.AsyncExitStack() as stack:
        one, other = stack.enter_context(dovecot.Dovecot()), stack.enter_context(cyrus.Cyrus())
        boxes = [dovecot_box(one), cyrus_box(other), pymap_box()]
        return [await answers(await stack.enter_async_context(box)) for box in boxes]


def rendered(names: Sequence[str], told: Sequence[dict[str, str]]) -> str:
    """The tables, one under the other."""
    parts = []
    for title, table in TABLES.items():
        head = [title, *names, "What Highroad makes of it"]
        rows = [[probe.name, *(column[probe.name] for column in told), probe.so] for probe in table]
        parts.append("\n".join(_line(row) for row in (head, ["---"] * len(head), *rows)))
    return "\n\n".join(parts)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def on_page(column: int) -> tuple[str, dict[str, str]]:
    """A column of the committed page: the server and version it names, and its answers."""
    lines = re.search(f"{re.escape(BEGIN)}\n(.*?){re.escape(END)}", PAGE.read_text("utf-8"), re.S)[1].splitlines()
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("|")]
    named = next(row[column + 1] for row in cells)
    known = {probe.name for table in TABLES.values() for probe in table}
    return named, {row[0]: row[column + 1] for row in cells if row[0] in known}


def main() -> int:
    """Write the tables anew between the page's two marks."""
    if missing := dovecot.why_not() or cyrus.why_not():
        sys.exit(f"{PAGE.name} cannot be made here: {missing}.")
    page = PAGE.read_text("utf-8")
    head, found, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not found or not end:
        sys.exit(f"{PAGE} holds no {BEGIN!r} ... {END!r}; put both lines back where the tables belong.")
    tables = rendered([version_of(name) for name in COLUMNS], asyncio.run(columns()))
    PAGE.write_text(f"{head}{BEGIN}\n{tables}\n{END}{tail}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
