"""Changes to a mail that say nothing new: a verdict must not depend on them."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from dataclasses import replace

from classifiers.mail import Mail, clean_text, mail_of

THANKS = "I am glad to confirm Thursday at ten, and I look forward to meeting you both."
REFUSAL = "Unfortunately we have decided to move forward with other candidates and will not be considering you."
LEGAL = {
    "en": "This e-mail and any attachments are confidential and intended solely for the addressee. If you have "
    "received it in error, please notify the sender and delete it. We are unable to accept liability for its content.",
    "de": "Diese E-Mail ist vertraulich und nur für den Empfänger bestimmt. Sollten Sie nicht der richtige Adressat "
    "sein, löschen Sie sie bitte. Handelsregister: Amtsgericht Musterstadt, HRB 4711.",
    "fr": "Ce message est confidentiel et à l'usage exclusif de son destinataire. Si vous l'avez reçu par erreur, "
    "merci de le supprimer.",
}
CARDS = (
    "-- \nMira Solheim\nPeople & Culture\n+47 55 01 02 03 | www.fjordlight.example",
    "--\nTeam Recruiting\nHafenstrasse 12, 20457 Musterstadt\nTel. 040 123456",
)


def of_text(mail: Mail, text: str) -> Mail:
    return replace(mail, text=clean_text(text))


def of_html(mail: Mail, body: str) -> Mail:
    return replace(mail_of(None, None, body), headers=mail.headers)


def wrapped(mail: Mail, width: int = 66) -> Mail:
    """Every line broken where a mail program of old would."""
    lines = (textwrap.wrap(line, width, break_long_words=False) or [""] for line in mail.text.split("\n"))
    return of_text(mail, "\n".join(part for line in lines for part in line))


def trailing(mail: Mail) -> Mail:
    return of_text(mail, "\r\n".join(f"{line}  " for line in mail.text.split("\n")))


def spaced_out(mail: Mail) -> Mail:
    return of_text(mail, mail.text.replace("\n", "\n\n"))


def curly(mail: Mail) -> Mail:
    return of_text(mail, mail.text.replace("'", "\u2019").replace(' "', " \u201c").replace('"', "\u201d"))


def no_break(mail: Mail) -> Mail:
    """Every third space is one that does not break."""
    parts = mail.text.split(" ")
    return of_text(mail, "".join(part + (" ", " ", "\u00a0")[at % 3] for at, part in enumerate(parts)))


def invisible(mail: Mail) -> Mail:
    """Zero-width joiners and soft hyphens, as newsletters hide them in words."""
    return of_text(mail, mail.text.replace("ti", "t\u00adi").replace("en", "e\u200bn"))


def paragraphs(mail: Mail) -> Mail:
    parts = (html.escape(part).replace("\n", "<br>") for part in mail.text.split("\n\n"))
    return of_html(mail, f"<html><body>{''.join(f'<p>{part}</p>' for part in parts)}</body></html>")


def breaks(mail: Mail) -> Mail:
    lines = html.escape(mail.text).replace("\n", "<br>\n")
    return of_html(mail, f'<div dir="ltr">{lines}</div>')


def table(mail: Mail) -> Mail:
    """The nested tables of an applicant tracking system, with a style sheet, a preheader and a pixel."""
    parts = html.escape(mail.text).replace("\n\n", "</td></tr><tr><td>").replace("\n", "<br>")
    head = "<style>td{color:#333}</style><table width=100%><tr><td><table>"
    return of_html(
        mail, f"{head}<tr><td>{parts}</td></tr></table></td></tr></table><img src='https://x.example/p.gif'>"
    )


def signed(mail: Mail, card: int = 0) -> Mail:
    return of_text(mail, f"{mail.text}\n\n{CARDS[card]}")


def legal(mail: Mail, language: str = "en") -> Mail:
    return of_text(mail, f"{mail.text}\n\n{LEGAL[language]}")


def from_a_phone(mail: Mail) -> Mail:
    return of_text(mail, f"{mail.text}\n\nSent from my iPhone")


def history(mail: Mail, said: str = THANKS) -> Mail:
    head = "On Mon, 3 Mar 2025 at 10:12, Sam Rivera <sam@example.org> wrote:"
    return of_text(mail, f"{mail.text}\n\n{head}\n> Hello,\n> {said}\n> Sam")


def history_of_outlook(mail: Mail, said: str = THANKS) -> Mail:
    head = "From: Sam Rivera <sam@example.org>\nSent: Monday, 3 March 2025 10:12\nTo: Jobs\nSubject: Hello"
    return of_text(mail, f"{mail.text}\n\n-----Original Message-----\n{head}\n\nHello,\n{said}\nSam")


def refused_before(mail: Mail) -> Mail:
    return history(mail, REFUSAL)


def refused_before_outlook(mail: Mail) -> Mail:
    return history_of_outlook(mail, REFUSAL)


def forwarded(mail: Mail) -> Mail:
    subject, sender = mail.headers.subject or "", mail.headers.sender
    who = f"{sender.name} <{sender.address}>" if sender else "jobs@example.org"
    block = f"From: {who}\nDate: Mon, 3 Mar 2025 at 10:12\nSubject: {subject}\nTo: <sam@example.org>"
    text = f"---------- Forwarded message ---------\n{block}\n\n{mail.text}"
    return of_text(replace(mail, headers=replace(mail.headers, subject=f"Fwd: {subject}")), text)


def upper_subject(mail: Mail) -> Mail:
    return replace(mail, headers=replace(mail.headers, subject=(mail.headers.subject or "").upper() or None))


def reply_subject(mail: Mail) -> Mail:
    return replace(mail, headers=replace(mail.headers, subject=f"Re: {mail.headers.subject or ''}".strip()))


def unnamed(mail: Mail) -> Mail:
    """The sender's display name is missing."""
    sender = mail.headers.sender
    return replace(mail, headers=replace(mail.headers, sender=replace(sender, name="") if sender else None))


CHANGES: tuple[Callable[[Mail], Mail], ...] = (
    wrapped, trailing, spaced_out, upper_subject, reply_subject, unnamed, signed, legal, from_a_phone,
    history, history_of_outlook, refused_before, refused_before_outlook, forwarded, curly, no_break, invisible,
    paragraphs, breaks, table,
)  # fmt: skip
"""In an order in which a mail may meet them one after the other: nobody quotes first and then breaks the lines anew."""
