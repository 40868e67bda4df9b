"""A mailbox of any size with the truth about each mail, the same one for the same seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from daemon.demo.mailbox import AUTHSERV, SampleMail

WORDS = tomllib.loads(Path(__file__).with_name("mixed.toml").read_text(encoding="utf-8"))
ME = Address("Sam Rivera", addr_spec="sam@example.org")
HUMAN, AUTOMATIC = "human", "automatic"


@dataclass(frozen=True)
class Firm:
    """A firm and one person there, each used once in a mailbox."""

    name: str
    domain: str
    person: Address


@dataclass
class Draw:
    """Random choices; firms and people never repeat, so that every draft is due on its own account."""

    rng: random.Random
    _taken: set[str] = field(default_factory=set)

    def one(self, options: list[str] | str) -> str:
        """One of a list, or one word of a text."""
        return self.rng.choice(options.split() if isinstance(options, str) else options)

    def unused(self, make: Callable[[], str]) -> str:
        while (made := make()) in self._taken:
            pass
        self._taken.add(made)
        return made

    def firm(self) -> Firm:
        short = self.unused(lambda: self.one(WORDS["firm_starts"]) + self.one(WORDS["firm_ends"]))
        person = self.unused(lambda: f"{self.one(WORDS['first_names'])} {self.one(WORDS['last_names'])}")
        domain = f"{short.lower()}.example"
        return Firm(f"{short} {self.one(WORDS['firm_kinds'])}", domain, Address(person, _local(person), domain))

    def fill(self, text: str, firm: Firm, role: str) -> str:
        others = {key: self.one(WORDS["roles"]) for key in ("role2", "role3")}
        others |= {key: self.firm().name for key in ("firm2", "firm3") if key in text}
        return text.format(firm=firm.name, role=role, **others)


def _local(person: str) -> str:
    return re.sub(r"[^a-z]+", ".", person.lower())


@dataclass(frozen=True)
class Kind:
    """One sort of mail: its label, its share of a mailbox, whether a draft is due, and how it is written."""

    label: str
    share: int
    draft: bool
    write: Callable[[Draw], tuple[str, str]]
    sender: str = HUMAN
    headers: tuple[tuple[str, str], ...] = ()
    days: tuple[float, float] = (2.0, 13.0)
    tail: str = ""
    auth: str = "pass"


def _rejection(draw: Draw) -> tuple[str, str]:
    opening, core, why, close = (draw.one(WORDS["rejection"][part]) for part in ("open", "core", "why", "close"))
    return draw.one(WORDS["subject"]["rejection"]), f"{opening}\n\n{f'{core} {why}'.strip()}\n\n{close}"


def _after_interview(draw: Draw) -> tuple[str, str]:
    told, close = (draw.one(WORDS["rejection"][part]) for part in ("after_interview", "close"))
    return "Our conversation", f"{told}\n\n{close}"


def _plain(label: str) -> Callable[[Draw], tuple[str, str]]:
    return lambda draw: (draw.one(WORDS["subject"][label]), draw.one(WORDS["text"][label]))


def _other(draw: Draw) -> tuple[str, str]:
    return draw.rng.choice(list(WORDS["other"].items()))


_BULK = (("Precedence", "bulk"), ("List-Unsubscribe", "<https://lists.example/u>"))
_AUTO = (("Auto-Submitted", "auto-generated"),)
_FORGED = (("Reply-To", "Prize desk <desk@cheap-prizes.example>"),)
_DEAF = "Please do not reply to this message. This mailbox is not monitored."

KINDS = {
    "rejection-human": Kind("rejection", 10, True, _rejection),
    "rejection-after-interview": Kind("rejection", 4, True, _after_interview),
    "rejection-ats": Kind("rejection", 8, False, _rejection, sender=AUTOMATIC, headers=_AUTO),
    "rejection-auto": Kind("rejection", 2, False, _rejection, headers=_AUTO),
    "rejection-unmonitored": Kind("rejection", 1, False, _rejection, tail=_DEAF),
    "rejection-old": Kind("rejection", 2, False, _rejection, days=(20.0, 60.0)),
    "rejection-forged": Kind("rejection", 1, False, _rejection, headers=_FORGED),
    "rejection-dmarc": Kind("rejection", 1, False, _rejection, auth="fail"),
    "acknowledgement": Kind("acknowledgement", 16, False, _plain("acknowledgement"), AUTOMATIC),
    "interview": Kind("interview", 9, False, _plain("interview")),
    "assessment": Kind("assessment", 4, False, _plain("assessment")),
    "offer": Kind("offer", 1, False, _plain("offer")),
    "outreach": Kind("outreach", 7, False, _plain("outreach")),
    "job_alert": Kind("job_alert", 12, False, _plain("job_alert"), AUTOMATIC, _BULK),
    "other": Kind("other", 22, False, _other, days=(1.0, 30.0)),
}


def mixed(count: int, seed: int = 1, now: datetime | None = None) -> list[SampleMail]:
    """`count` mails for INBOX, the oldest first, every kind at least once when there are 60 or more."""
    draw = Draw(random.Random(seed))
    at = now or datetime.now(UTC)
    shares = [name for name, kind in KINDS.items() for _ in range(kind.share)]
    names = (shares * (count // len(shares) + 1))[:count] if count >= len(shares) else _few(draw, shares, count)
    mails = [_mail(draw, name, number, at) for number, name in enumerate(names)]
    return sorted(mails, key=lambda mail: (mail.internaldate, mail.name))


def _few(draw: Draw, shares: list[str], count: int) -> list[str]:
    """Each kind once, then by share."""
    return [*KINDS, *draw.rng.sample(shares, len(shares))][:count]


def _mail(draw: Draw, name: str, number: int, now: datetime) -> SampleMail:
    kind, firm, role = KINDS[name], draw.firm(), draw.one(WORDS["roles"])
    at = (now - timedelta(days=draw.rng.uniform(*kind.days))).replace(microsecond=0)
    message = _headers(
        kind, firm, draw.one(WORDS["ats"]), at, f"<m{number}.{draw.rng.getrandbits(48):x}@{firm.domain}>"
    )
    subject, text = (draw.fill(part, firm, role) for part in kind.write(draw))
    message["Subject"] = subject
    _body(draw, message, kind, f"{_greeting(draw)}\n\n{text}\n\n{_signature(draw, kind, firm)}\n")
    if message.is_multipart():
        message.set_boundary(f"=_{number}")
    raw = message.as_bytes(policy=SMTP)
    return SampleMail(f"{number:04d}-{name}", "INBOX", at, raw, kind.label, kind.draft, name)


def _headers(kind: Kind, firm: Firm, ats: str, at: datetime, message_id: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    sender = firm.person if kind.sender == HUMAN else Address(firm.name, "no-reply", ats)
    message["Received"] = f"from mx.{sender.domain} by {AUTHSERV} (Postfix) with ESMTPS; {format_datetime(at)}"
    message["Authentication-Results"] = f"{AUTHSERV}; dmarc={kind.auth} header.from={sender.domain}"
    message["From"], message["To"] = sender, ME
    message["Date"], message["Message-ID"] = format_datetime(at), message_id
    for name, value in kind.headers:
        message[name] = value
    return message


def _body(draw: Draw, message: EmailMessage, kind: Kind, text: str) -> None:
    form = draw.one("plain plain both base64" if kind.sender == HUMAN else "plain both html")
    markup = "<html><body>" + "".join(f"<p>{part}</p>" for part in text.strip().split("\n\n")) + "</body></html>"
    if form == "html":
        message.set_content(markup, subtype="html", cte="quoted-printable")
        return
    message.set_content(text, cte="base64" if form == "base64" else "quoted-printable")
    if form == "both":
        message.add_alternative(markup, subtype="html", cte="quoted-printable")


def _greeting(draw: Draw) -> str:
    return draw.one(["Dear Sam,", "Hello Sam,", "Hi Sam,", "Dear Sam Rivera,"])


def _signature(draw: Draw, kind: Kind, firm: Firm) -> str:
    name = firm.person.display_name if kind.sender == HUMAN else "Your recruiting team"
    signed = f"{draw.one(['Kind regards', 'Best wishes', 'All the best', 'Regards'])}\n{name}\n{firm.name}"
    return f"{signed}\n\n{kind.tail}" if kind.tail else signed
