"""A mailbox of any size with the truth about each mail, the same one for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from daemon.demo.mailbox import AUTHSERV, SampleMail
from support import mixed_texts as words

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

    def one(self, options):
        return self.rng.choice(options)

    def unused(self, make: Callable[[], str]) -> str:
        while (made := make()) in self._taken:
            pass
        self._taken.add(made)
        return made

    def firm(self) -> Firm:
        short = self.unused(lambda: self.one(words.FIRM_ONE) + self.one(words.FIRM_TWO))
        person = self.unused(lambda: f"{self.one(words.FIRST)} {self.one(words.LAST)}")
        domain = f"{short.lower()}.example"
        return Firm(f"{short} {self.one(words.FIRM_KIND)}", domain, Address(person, _local(person), domain))

    def fill(self, text: str, firm: Firm, role: str) -> str:
        others = {key: self.one(words.ROLE) for key in ("role2", "role3")}
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
    write: Callable[[Draw, Firm, str], tuple[str, str]]
    sender: str = HUMAN
    headers: tuple[tuple[str, str], ...] = ()
    days: tuple[float, float] = (2.0, 13.0)
    tail: str = ""
    auth: str = "pass"


def _rejection(draw: Draw, firm: Firm, role: str) -> tuple[str, str]:
    parts = (words.REJECTION_OPEN, words.REJECTION_CORE, words.REJECTION_WHY, words.REJECTION_CLOSE)
    opening, core, why, close = (draw.one(part) for part in parts)
    text = f"{opening}\n\n{core} {why}\n\n{close}"
    return draw.one(words.SUBJECTS["rejection"]), text


def _after_interview(draw: Draw, firm: Firm, role: str) -> tuple[str, str]:
    return "Our conversation", f"{draw.one(words.AFTER_INTERVIEW)}\n\n{draw.one(words.REJECTION_CLOSE)}"


def _plain(label: str, texts: tuple[str, ...]) -> Callable[[Draw, Firm, str], tuple[str, str]]:
    return lambda draw, firm, role: (draw.one(words.SUBJECTS[label]), draw.one(texts))


def _other(draw: Draw, firm: Firm, role: str) -> tuple[str, str]:
    return draw.one(words.OTHER)


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
    "acknowledgement": Kind("acknowledgement", 16, False, _plain("acknowledgement", words.ACKNOWLEDGEMENT), AUTOMATIC),
    "interview": Kind("interview", 9, False, _plain("interview", words.INVITATION)),
    "assessment": Kind("assessment", 4, False, _plain("assessment", words.ASSESSMENT)),
    "offer": Kind("offer", 1, False, _plain("offer", words.OFFER)),
    "outreach": Kind("outreach", 7, False, _plain("outreach", words.OUTREACH)),
    "job_alert": Kind("job_alert", 12, False, _plain("job_alert", words.ALERT), AUTOMATIC, _BULK),
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
    kind, firm, role = KINDS[name], draw.firm(), draw.one(words.ROLE)
    at = (now - timedelta(days=draw.rng.uniform(*kind.days))).replace(microsecond=0)
    message = _headers(kind, firm, at, f"<m{number}.{draw.rng.getrandbits(48):x}@{firm.domain}>")
    subject, text = (draw.fill(part, firm, role) for part in kind.write(draw, firm, role))
    message["Subject"] = subject
    _body(draw, message, kind, f"{_greeting(draw, kind)}\n\n{text}\n\n{_signature(draw, kind, firm)}\n")
    raw = message.as_bytes(policy=SMTP)
    return SampleMail(f"{number:04d}-{name}", "INBOX", at, raw, kind.label, kind.draft, name)


def _headers(kind: Kind, firm: Firm, at: datetime, message_id: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    sender = firm.person if kind.sender == HUMAN else Address(firm.name, "no-reply", firm.domain)
    message["Received"] = f"from mx.{firm.domain} by {AUTHSERV} (Postfix) with ESMTPS; {format_datetime(at)}"
    message["Authentication-Results"] = f"{AUTHSERV}; dmarc={kind.auth} header.from={firm.domain}"
    message["From"], message["To"] = sender, ME
    message["Date"], message["Message-ID"] = format_datetime(at), message_id
    for name, value in kind.headers:
        message[name] = value
    return message


def _body(draw: Draw, message: EmailMessage, kind: Kind, text: str) -> None:
    form = draw.one(("plain", "plain", "both", "base64") if kind.sender == HUMAN else ("plain", "both", "html"))
    markup = "<html><body>" + "".join(f"<p>{part}</p>" for part in text.strip().split("\n\n")) + "</body></html>"
    if form == "html":
        message.set_content(markup, subtype="html", cte="quoted-printable")
        return
    message.set_content(text, cte="base64" if form == "base64" else "quoted-printable")
    if form == "both":
        message.add_alternative(markup, subtype="html", cte="quoted-printable")


def _greeting(draw: Draw, kind: Kind) -> str:
    return draw.one(("Dear Sam,", "Hello Sam,", "Hi Sam,", "Dear Sam Rivera,"))


def _signature(draw: Draw, kind: Kind, firm: Firm) -> str:
    name = firm.person.display_name if kind.sender == HUMAN else "Your recruiting team"
    signed = f"{draw.one(('Kind regards', 'Best wishes', 'All the best', 'Regards'))}\n{name}\n{firm.name}"
    return f"{signed}\n\n{kind.tail}" if kind.tail else signed
