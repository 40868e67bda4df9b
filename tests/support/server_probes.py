"""Questions to a real IMAP server, asked with imaplib, and what each answer is in a few words."""

from __future__ import annotations

import contextlib
import imaplib
import re
import select
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from support.mailservers import Box

MAIL = b"Subject: hello\r\nFrom: a@shop.example\r\nMessage-ID: <%d@shop.example>\r\n\r\nbody\r\n"
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Probe:
    """A question: what it is called in the table, how it is asked, and what Highroad makes of the answers."""

    name: str
    ask: Callable[[Box], str]
    so: str


@contextlib.contextmanager
def connected(box: Box) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(box.host, box.port, timeout=20) as imap:
        imap.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield imap


@contextlib.contextmanager
def session(box: Box, folder: str = "") -> Iterator[imaplib.IMAP4]:
    """A logged-in connection, on request with a folder open read-only."""
    with connected(box) as imap:
        imap.login(box.user, box.password)
        imap.untagged_responses.clear()
        if folder:
            assert imap.select(folder, readonly=True)[0] == "OK"
        yield imap


def filled(box: Box, count: int = 3) -> list[int]:
    """Lay so many messages into INBOX; all UIDs there."""
    with session(box) as imap:
        for number in range(count):
            assert imap.append("INBOX", "", None, MAIL % number)[0] == "OK"
        imap.select("INBOX", readonly=True)
        return [int(uid) for uid in imap.uid("SEARCH", "ALL")[1][0].split()]


def expunged(box: Box, uid: int) -> None:
    with session(box) as imap:
        imap.select("INBOX")
        imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
        imap.expunge()


def asked(imap: imaplib.IMAP4, line: str) -> tuple[list[bytes], bytes]:
    """Send one line; the untagged lines that come before the tagged one, and that one without its tag."""
    imap.send(f"probe {line}\r\n".encode())
    lines = []
    while not (said := imap.readline()).startswith(b"probe "):
        assert said, "the server hung up"
        lines.append(said.rstrip(b"\r\n"))
    return lines, said.removeprefix(b"probe ").strip()


def code(said: bytes) -> str:
    """OK, NO or BAD with the response code if there is one, numbers left out; without one, the words."""
    found = re.match(rb"(OK|NO|BAD)(?: \[([A-Z-]+)[^]]*\])?\s*(.*)", said)
    status, named, words = (part.decode() if part else "" for part in found.groups())
    words = re.sub(r" ?\([^)]*\)|\.$", "", words).strip()
    return f"{status} [{named}]" if named else status if status == "OK" else f'{status} "{words}"'


# --- log-in ---


def offered(name: str, said: str = "") -> Probe:
    """Whether a capability is there after log-in; in the table under its own name."""

    def ask(box: Box) -> str:
        with session(box) as imap:
            names = asked(imap, "CAPABILITY")[0][-1].decode().split()
        return YES if name in names else NO

    return Probe(name, ask, said)


def mechanisms(box: Box) -> str:
    with connected(box) as imap:
        found = sorted({name.removeprefix("AUTH=") for name in imap.capabilities if name.startswith("AUTH=")})
    return " ".join(found)


def starttls(box: Box) -> str:
    with connected(box) as imap:
        return YES if "STARTTLS" in imap.capabilities else NO


def told_at_login(box: Box) -> str:
    with connected(box) as imap:
        lines, said = asked(imap, f'LOGIN {box.user} "{box.password}"')
    if b"[CAPABILITY" in said:
        return "in its OK"
    return "before its OK" if any(line.startswith(b"* CAPABILITY") for line in lines) else NO


def login_disabled_afterwards(box: Box) -> str:
    with session(box) as imap:
        return YES if b"LOGINDISABLED" in asked(imap, "CAPABILITY")[0][-1] else NO


def wrong_password(box: Box) -> str:
    with connected(box) as imap:
        return code(asked(imap, f"LOGIN {box.user} wrong")[1])


# --- folders ---


def personal_namespace(box: Box) -> str:
    with session(box) as imap:
        lines, said = asked(imap, "NAMESPACE")
    if not lines:
        return code(said)
    prefix, mark = re.search(rb'NAMESPACE \(\("([^"]*)" "([^"]*)"\)', lines[0]).groups()
    return f'"{prefix.decode()}", mark "{mark.decode()}"'


def other_namespaces(box: Box) -> str:
    with session(box) as imap:
        lines, said = asked(imap, "NAMESPACE")
    found = re.findall(rb'\("([^"]+)" "', lines[0]) if lines else [code(said).encode()]
    return ", ".join(f"{each.decode()}" for each in found) or "none"


def drafts_marked(box: Box) -> str:
    with session(box) as imap:
        lines, _ = asked(imap, 'LIST "" *')
    marks = [mark for line in lines if b"Drafts" in line for mark in re.findall(rb"\\drafts", line, re.I)]
    return marks[0].decode() if marks else NO


def created_anew(box: Box) -> str:
    with session(box) as imap:
        numbers = []
        for _ in range(2):
            imap.create("Probe")
            numbers.append(int(imap.status("Probe", "(UIDVALIDITY)")[1][0].split()[-1].rstrip(b")")))
            imap.delete("Probe")
    return "the same" if numbers[0] == numbers[1] else "another"


def odd_names(box: Box) -> str:
    def made(name: str) -> bool:
        with session(box) as imap:
            return imap.create(f'"{name}"')[0] == "OK"

    refused = [shown for shown, sent in (("%", "a%b"), ('"', 'a\\"b'), ("*", "a*b"), ("&", "a&-b")) if not made(sent)]
    return f"not {' '.join(refused)}" if refused else "all of them"


# --- opening and looking ---


def told_by_examine(word: str, how: str = "") -> Callable[[Box], str]:
    def ask(box: Box) -> str:
        with session(box) as imap:
            lines, said = asked(imap, f"EXAMINE INBOX{how}")
        if not said.startswith(b"OK"):
            return code(said)
        return YES if any(f"[{word} ".encode() in line for line in lines) else NO

    return ask


def recent_kept(box: Box) -> str:
    filled(box, 1)
    with session(box, "INBOX") as imap:
        first = b"\\Recent" in asked(imap, "UID FETCH 1:* (FLAGS)")[0][-1]
    with session(box, "INBOX") as imap:
        second = b"\\Recent" in asked(imap, "UID FETCH 1:* (FLAGS)")[0][-1]
    return YES if first and second else "never told" if not first else NO


def peek_keeps_unseen(box: Box) -> str:
    uid = filled(box, 1)[-1]
    with session(box) as imap:
        imap.select("INBOX")
        asked(imap, f"UID FETCH {uid} (BODY.PEEK[]<0.10>)")
        lines, _ = asked(imap, f"UID FETCH {uid} (FLAGS)")
    return NO if b"\\Seen" in lines[-1] else YES


def mail_seen_while_open(box: Box) -> str:
    filled(box, 1)
    with session(box, "INBOX") as imap:
        filled(box, 1)
        lines, _ = asked(imap, "NOOP")
    return YES if any(line.endswith(b" EXISTS") for line in lines) else NO


def idle_tells(box: Box) -> str:
    """The first word within ten seconds of new mail."""
    filled(box, 1)
    with session(box, "INBOX") as imap:
        imap.send(b"probe IDLE\r\n")
        if not imap.readline().startswith(b"+"):
            return NO
        filled(box, 1)
        told = bool(select.select([imap.sock], [], [], 10)[0])
        said = imap.readline() if told else b"nothing"
        imap.send(b"DONE\r\n")
        while not imap.readline().startswith(b"probe "):
            pass
    return said.split()[-1].decode()


def never_there(box: Box) -> str:
    filled(box, 1)
    with session(box, "INBOX") as imap:
        lines, said = asked(imap, "UID FETCH 4000000 (BODY.PEEK[])")
    return f"{code(said)}, {'nothing else' if not lines else 'something'}"


def gone_meanwhile(box: Box) -> str:
    uid = filled(box)[-1]
    with session(box, "INBOX") as imap:
        expunged(box, uid)
        lines, said = asked(imap, f"UID FETCH {uid} (BODY.PEEK[])")
    fetched = next((line for line in lines if b"FETCH" in line and b"BODY" in line), None)
    what = "no body" if fetched is None else "a body of NIL" if b"NIL" in fetched else "the body as it was"
    return f"{code(said)}, {what}"


def beyond_the_end(box: Box) -> str:
    filled(box, 1)
    with session(box, "INBOX") as imap:
        lines, _ = asked(imap, "UID SEARCH UID 4000000:*")
    return "the last message" if re.search(rb"SEARCH \d", lines[0]) else "nothing"


def modseq_moves(box: Box) -> str:
    def told() -> bytes | None:
        with session(box) as imap:
            lines, _ = asked(imap, "EXAMINE INBOX (CONDSTORE)")
        found = re.search(rb"HIGHESTMODSEQ (\d+)", b" ".join(lines))
        return found and found[1]

    filled(box, 1)
    before = told()
    with session(box) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1:*", "+FLAGS", "(\\Flagged)")
    return "not told" if before is None else YES if told() != before else NO


# --- laying ---


def append_tells_uid(box: Box) -> str:
    with session(box) as imap:
        _, said = imap.append("Drafts", "(\\Draft \\Seen)", None, MAIL % 1)
    return YES if b"APPENDUID" in said[0] or imap.untagged_responses.get("APPENDUID") else NO


def uid_as_foretold(box: Box) -> str:
    with session(box) as imap:
        next_uid = imap.status("Drafts", "(UIDNEXT)")[1][0].split()[-1].rstrip(b")")
        imap.append("Drafts", "(\\Draft)", None, MAIL % 2)
        imap.select("Drafts", readonly=True)
        return YES if imap.uid("SEARCH", "ALL")[1][0].split()[-1] == next_uid else NO


def laid(message: bytes, folder: str = "Drafts") -> Callable[[Box], str]:
    def ask(box: Box) -> str:
        with session(box) as imap:
            imap.send(f"probe APPEND {folder} {{{len(message)}}}\r\n".encode())
            said = imap.readline()
            if said.startswith(b"+"):
                imap.send(message + b"\r\n")
                said = imap.readline()
            while said.startswith(b"*"):
                said = imap.readline()
            answer = code(said.removeprefix(b"probe ").strip())
            return "taken" if answer.startswith("OK") else answer

    return ask


def octets_kept(box: Box) -> str:
    message = b"Subject: \xff\xfe raw \x80\r\n\r\nno end of line"
    with session(box) as imap:
        if imap.append("Drafts", "", None, message)[0] != "OK":
            return "not taken"
        imap.select("Drafts", readonly=True)
        found = imap.uid("FETCH", "*", "(BODY.PEEK[])")[1][0][1]
    return YES if found == message else NO
