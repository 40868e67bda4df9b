"""The mails of the year as octets: an employer's in its own words, with its headers; Sam's own; and what else comes."""

from __future__ import annotations

import random
import tomllib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from html import escape
from textwrap import fill

from year.cast import HERE, ME, Firm, Person, words
from year.days import ZONE

AUTHSERV = "mail.example.org"
SAM = Address(ME[0], addr_spec=ME[1])
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag",
    "fr": "lundi mardi mercredi jeudi vendredi",
    "es": "lunes martes miércoles jueves viernes",
    "it": "lunedì martedì mercoledì giovedì venerdì",
    "nl": "maandag dinsdag woensdag donderdag vrijdag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira",
}
_WHEN = {
    "en": "{day}, {date} {month} at {hour}:{minute}",
    "de": "am {day}, den {date}. {month}, um {hour}:{minute} Uhr",
    "fr": "le {day} {date} {month} à {hour}h{minute}",
    "es": "el {day} {date} de {month} a las {hour}:{minute}",
    "it": "{day} {date} {month} alle ore {hour}:{minute}",
    "nl": "{day} {date} {month} om {hour}.{minute} uur",
    "pt": "dia {date} de {month} ({day}), às {hour}h{minute}",
}


def when(moment: datetime, language: str) -> str:
    """A day and an hour as that language writes it, without a year."""
    local = moment.astimezone(ZONE)
    day, month = _DAYS[language].split()[local.weekday()], _MONTHS[language].split()[local.month - 1]
    return _WHEN[language].format(day=day, date=local.day, month=month, hour=local.hour, minute=f"{local.minute:02}")


class Pen:
    """Writes mails. `dice` chooses the wordings and the forms."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._number = 0

    def subject(self, firm: Firm, kind: str, facts: dict[str, str]) -> str:
        told = words(firm.tongue)[kind]["subject"]
        return (told if isinstance(told, str) else self._dice.choice(told)).format(**facts)

    def body(self, firm: Firm, kind: str, facts: dict[str, str], signed: str) -> str:
        told = words(firm.tongue)
        text = self._dice.choice(told[kind]["text"]).strip().format(**facts)
        return f"{self._dice.choice(told['greeting'])}\n\n{text}\n\n{self._dice.choice(told['closing'])}\n{signed}"

    def of_person(self, firm: Firm, kind: str, facts: dict[str, str], person: Person) -> str:
        return self.body(firm, kind, facts, f"{person.name}\n{person.title}, {firm.name}")

    def of_machine(self, firm: Firm, kind: str, facts: dict[str, str]) -> str:
        told = words(firm.tongue)
        return self.body(firm, kind, facts, told["team"].format(company=firm.name)) + f"\n\n{told['deaf']}"

    def of_sam(self, firm: Firm, kind: str, facts: dict[str, str], to: Person) -> str:
        text = self._dice.choice(words(firm.tongue)[kind]["text"]).format(**facts)
        greeting = {"de": "Guten Tag", "de_du": "Hallo", "nl": "Beste", "fr": "Bonjour", "es": "Hola", "pt": "Olá"}
        hello = greeting.get(firm.tongue, "Hello" if firm.tongue == "en" else "Buongiorno")
        name = to.name if firm.tongue == "de" else to.name.split()[0]
        return f"{hello} {name},\n\n{text}\n\n{self._dice.choice(words(firm.tongue)['closing'])}\n{ME[0]}"

    def names(self, firm: Firm, people: list[Person]) -> str:
        """The sentence that says who takes part; "" for nobody."""
        told = words(firm.tongue)
        each = [f"{one.name} ({one.title})" for one in people]
        joined = f" {told['and']} ".join([", ".join(each[:-1])] * (len(each) > 1) + each[-1:])
        return told["person" if len(people) == 1 else "people"].format(names=joined) if people else ""

    def message(self, sender: Address, to: list[Address], subject: str, at: datetime, domain: str) -> EmailMessage:
        """A mail without its body; its id is under `domain`."""
        message, self._number = EmailMessage(policy=SMTP), self._number + 1
        message["From"], message["To"] = sender, to
        message["Subject"], message["Date"] = subject, format_datetime(at)
        message["Message-ID"] = f"<{self._dice.getrandbits(40):010x}.{self._number}@{domain}>"
        return message

    def received(self, message: EmailMessage, verdict: str = "pass") -> None:
        """What the person's own server writes on top of a mail from outside."""
        host = message["From"].addresses[0].domain
        message["Received"] = f"from mx.{host} by {AUTHSERV} (Postfix) with ESMTPS; {message['Date']}"
        message["Authentication-Results"] = f"{AUTHSERV}; dmarc={verdict} header.from={host}"

    def fill(self, message: EmailMessage, text: str, forms: str = "plain plain both base64") -> bytes:
        form = self._dice.choice(forms.split())
        markup = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
        markup = f"<html><body>{markup}</body></html>".replace("\n", "<br>\n")
        wrapped = "\n".join(fill(line, 76, break_on_hyphens=False) for line in text.split("\n")) + "\n"
        if form == "html":
            message.set_content(markup, subtype="html", cte="quoted-printable")
            return message.as_bytes()
        message.set_content(wrapped, cte="base64" if form == "base64" else "quoted-printable")
        if form == "both":
            message.add_alternative(markup, subtype="html", cte="quoted-printable")
            message.set_boundary(f"=_{self._number}")
        return message.as_bytes()

    def noise(self, at: datetime) -> bytes:
        """One mail that is about no application."""
        told = self._dice.choice(_noise())
        name, _, address = told["from"].rstrip(">").partition(" <")
        sender = Address(name, addr_spec=address)
        message = self.message(sender, [SAM], told["subject"], at, sender.domain)
        self.received(message)
        if told.get("bulk"):
            message["List-Unsubscribe"], message["Precedence"] = f"<https://{sender.domain}/u>", "bulk"
        if told.get("auto"):
            message["Auto-Submitted"] = "auto-generated"
        return self.fill(message, told["text"])


@cache
def _noise() -> list[dict]:
    return tomllib.loads((HERE / "noise.toml").read_text(encoding="utf-8"))["mail"]
