"""The draft itself as octets: RFC 5322 by email.message, editable in any client, without a trace of a machine."""

from __future__ import annotations

import hmac
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final, Protocol

from classifiers.values import Headers
from daemon.core.addressee import Me
from daemon.core.job import TO_SELF, Job, Step

_SUBJECT_MAX: Final = 200
_NAME_MAX: Final = 60
_REFERENCES_MAX: Final = 11
_LINE_MAX: Final = 76
_WORD_OCTETS: Final = 42
"""So much of a name stands in one encoded word (RFC 2047, 2); some readers put a space between two of them."""
_ADDRESS: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@[\w.-]{1,253}", re.ASCII)
_MESSAGE_ID: Final = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>", re.ASCII)
_MESSAGE_ID_MAX: Final = 252
_REPLY: Final = re.compile(
    r"(?:re|aw|antw|sv|odp|res|rif|ynt)\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?:\s*", re.IGNORECASE
)
_TAG: Final = re.compile(r"(?:\[[^\[\]]{1,40}\]|(?:fwd?|wg|tr|rv|enc)\s?:)\s*", re.IGNORECASE)
# What would need quotes next to an address; no name loses its meaning without it.
_IN_NAMES: Final = re.compile(r"[\w .'\u2019-]")


class _Policy(EmailPolicy):
    """SMTP, with two differences: message ids are never folded inside or encoded (RFC 5322, 2.1.1), and text is
    encoded by email.header, because the newer code of some versions of Python loses spaces at encoded words.
    """

    def fold(self, name: str, value: str) -> str:
        lines = _FOLDS.get(name.lower())
        if lines is None:
            folded: str = super().fold(name, value)
            return folded
        return f"{name}: {f'{self.linesep} '.join(lines(value))}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


def _text_lines(text: str) -> list[str]:
    # "Re:" stays readable, for the servers and clients that look for it without decoding.
    start = len("Re: ") if text.startswith("Re: ") and not text.isascii() else 0
    header = Header(text[:start], "us-ascii", _LINE_MAX, "Subject")
    header.append(text[start:], "us-ascii" if text.isascii() else "utf-8")
    return [line.strip() for line in header.encode(linesep="\n").split("\n")]


def _addresses_lines(value: str) -> list[str]:
    *others, last = value.addresses  # type: ignore[attr-defined]
    lines = [_address_lines(address, ",") for address in others]
    return [line for some in (*lines, _address_lines(last)) for line in some]


def _address_lines(address: Address, comma: str = "") -> list[str]:
    if address.display_name.isascii():
        return [str(address) + comma]
    encoded = (Header(part, "utf-8").encode() for part in _parted(address.display_name))
    return [*encoded, f"<{address.addr_spec}>{comma}"]


def _parted(name: str) -> Iterator[str]:
    """A name in parts that fit into one encoded word each, parted at its spaces; a word that does not fit ends it."""
    part = ""
    for word in name.split(" "):
        if part and len(f"{part} {word}".encode()) >= _WORD_OCTETS:
            yield f"{part} "
            part = ""
        part = f"{part} {word}" if part else word
        if len(part.encode()) >= _WORD_OCTETS:
            yield part.encode()[: _WORD_OCTETS - 1].decode("utf-8", "ignore")
            return
    yield part


_FOLDS: Final[Mapping[str, Callable[[str], list[str]]]] = {
    **dict.fromkeys(("message-id", "in-reply-to", "references"), str.split),
    **dict.fromkeys(("from", "to"), _addresses_lines),
    "subject": _text_lines,
}
_SMTP: Final = _Policy(linesep="\r\n", cte_type="7bit", max_line_length=_LINE_MAX)


class Words(Protocol):
    """What a letter says: its text with LF, and its subject; None for the subject of an answer."""

    @property
    def subject(self) -> str | None:
        """One line, or None."""

    @property
    def body(self) -> str:
        """The text."""


def compose(
    job: Job, answered: Headers | None, words: Words, me: Me, at: datetime, untitled: str = "your message"
) -> bytes:
    """The draft of a job as octets with CRLF: an answer to `answered`, From the address that was written to.

    A note to self goes from the person to the person and answers nothing; it needs a subject of its own. `at` (aware)
    becomes Date in the person's timezone. `untitled` stands for the subject of a mail without one. No name, subject or
    id can put a line or a recipient of its own into the header. Raises ValueError for a job without Message-ID or
    without addresses that can be written to, and for a note to anybody else; these are faults of the program.
    """
    thread = None if job.step in TO_SELF else answered
    message = EmailMessage(_SMTP)
    message["Date"] = at.astimezone(me.timezone)
    message["From"] = _address(_from(job, thread, me), me.name)
    message["To"] = [_address(address, name) for address, name in _to(job, me)]
    message["Subject"] = _subject(words, thread, untitled)
    message["Message-ID"] = _own_id(job)
    for name, ids in _thread(thread) if thread else ():
        message[name] = ids
    _fill(message, _clean_body(words.body))
    return message.as_bytes()


def _from(job: Job, answered: Headers | None, me: Me) -> str:
    if job.step not in TO_SELF:
        return sender_for(answered or Headers(), me)
    mine = me.own_address(job.recipient or "")
    if mine is None or job.others:
        raise ValueError("a note to self goes to the person alone")
    return mine


def _to(job: Job, me: Me) -> Iterable[tuple[str, str | None]]:
    """Everybody it goes to, each address once."""
    first = job.recipient_name or (me.name if job.step in TO_SELF else None)
    kept: dict[str, tuple[str, str | None]] = {}
    for address, name in ((job.recipient or "", first), *job.others):
        kept.setdefault(address.casefold(), (address, name))
    return kept.values()


def _subject(words: Words, answered: Headers | None, untitled: str) -> str:
    own = one_line(words.subject or "")[:_SUBJECT_MAX].strip()
    if answered is None and not own:
        raise ValueError("what answers no mail needs a subject of its own")
    return own or reply_subject(answered.subject if answered else None, untitled)


def letter(job: Job) -> str:
    """The name of the letter a job needs: its step's, or thank_you_and_feedback when it says both."""
    return "thank_you_and_feedback" if Step.FEEDBACK_REQUEST in job.also else str(job.step)


def message_id_for(key: bytes, identity: bytes, step: Step, recipient: str, sender: str, occasion: str = "1") -> str:
    """The Message-ID of the draft of one step, always the same, on the sender's domain; it looks like any client's.

    `identity` is the journal's, of the mail that it answers or rests on; without `key` nobody can tell which draft an
    id belongs to. `occasion` is the job's: what is written again three months later is another draft.
    """
    again = () if occasion == "1" else (occasion.encode(),)
    parts = (identity, step.encode(), recipient.casefold().encode("utf-8", "surrogatepass"), *again)
    joined = b"".join(len(part).to_bytes(4) + part for part in parts)
    digest = hmac.digest(key, b"highroad draft\0" + joined, "sha256")
    return f"<{uuid.UUID(bytes=digest[:16], version=4)}@{sender.rpartition('@')[2].lower()}>"


def sender_for(answered: Headers, me: Me) -> str:
    """The address of the person that a mail was sent to (To, then Cc, then Delivered-To), else the account's."""
    named = (*(item.address for item in (*answered.to, *answered.cc)), *answered.delivered_to)
    return next((mine for mine in map(me.own_address, named) if mine is not None), me.address)


def reply_subject(subject: str | None, untitled: str = "your message") -> str:
    """The subject of an answer: one "Re:" whatever chain of them was there, one line, 204 characters at most."""
    return f"Re: {bare_subject(subject) or one_line(untitled)}"


def bare_subject(subject: str | None) -> str:
    """A subject on one line without its "Re:", "AW:", "Re[2]:" and the like, behind [tags] and "Fwd:" too."""
    rest, kept = one_line(subject or ""), ""
    while found := _REPLY.match(rest) or _TAG.match(rest):
        kept += "" if _REPLY.match(rest) else found[0]
        rest = rest[found.end() :]
    return (kept + rest)[:_SUBJECT_MAX].strip()


def one_line(text: str) -> str:
    """The text on one line without controls, invisible characters, lone surrogates or the mark of encoded words."""
    seen = (_harmless(char) for char in text[: 4 * _SUBJECT_MAX])
    return " ".join("".join(seen).replace("=?", "= ?").split())


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else char


def _address(address: str, name: str | None) -> Address:
    if not _ADDRESS.fullmatch(address):
        raise ValueError("a draft needs ASCII addresses without spaces or quotes in From and To")
    line = "" if "@" in (name or "") else unicodedata.normalize("NFC", one_line(name or ""))
    shown = " ".join("".join(char if _in_names(char) else " " for char in line).split())
    return Address(shown[:_NAME_MAX].strip(), addr_spec=address)


def _in_names(char: str) -> bool:
    # Many scripts write vowels as marks, which are no letters of their own.
    return _IN_NAMES.match(char) is not None or unicodedata.category(char).startswith("M")


def _own_id(job: Job) -> str:
    if job.message_id is None or not _is_id(job.message_id):
        raise ValueError("a draft needs a Message-ID before it is composed")
    return job.message_id


def _is_id(text: str) -> bool:
    return len(text) <= _MESSAGE_ID_MAX and _MESSAGE_ID.fullmatch(text) is not None


def _thread(answered: Headers) -> Iterable[tuple[str, str]]:
    """In-Reply-To and References of an answer (RFC 5322, 3.6.4): the first of the thread and its last ten."""
    if answered.message_id is None or not _is_id(answered.message_id):
        return
    before = answered.references or (answered.in_reply_to if len(answered.in_reply_to) == 1 else ())
    ids = [*dict.fromkeys(item for item in before if _is_id(item) and item != answered.message_id)]
    ids.append(answered.message_id)
    yield "In-Reply-To", answered.message_id
    yield "References", " ".join(ids if len(ids) <= _REFERENCES_MAX else [ids[0], *ids[1 - _REFERENCES_MAX :]])


def _fill(message: EmailMessage, body: str) -> None:
    short = all(len(line) <= _LINE_MAX for line in body.splitlines())
    message.set_content(body, charset="utf-8", cte="7bit" if short and body.isascii() else "quoted-printable")


def _clean_body(body: str) -> str:
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(_printed(char) for char in line).rstrip() for line in lines).strip("\n") + "\n"


def _printed(char: str) -> str:
    category = unicodedata.category(char)
    return " " if category in {"Cc", "Zl", "Zp"} else "" if category == "Cs" else char
