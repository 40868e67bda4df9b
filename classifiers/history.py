"""Cuts what is not new in a mail: quoted history, signatures, legal footers. Forwarded text counts as new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_QUOTED: Final = re.compile(r"\s{0,3}(?:>|\|\s)")
_DASHES: Final = r"\s*[-_=*]{2,}\s*"
_ORIGINAL: Final = re.compile(
    _DASHES + r"(?:original (?:message|appointment|e-?mail)|urspr(?:ü|ue)ngliche (?:nachricht|e-?mail)"
    r"|(?:message|courriel) d['\u2019]origine"
    r"|message original|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original)" + _DASHES + "$",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"(?:" + _DASHES + r"|\s*)(?:begin forwarded message|forwarded (?:message|by)\b.*|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten nachricht"
    r"|message (?:transféré|transfere|réexpédié)|début du message (?:transféré|réexpédié)|mensaje reenviado"
    r"|inicio del mensaje reenviado"
    r"|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht"
    r"|mensagem (?:encaminhada|reencaminhada)"
    r"|início da mensagem encaminhada)\s*:?\s*[-_=*]*\s*$",
    re.IGNORECASE,
)
_WROTE: Final = re.compile(
    r"\s*(?:(?:on|am|le|el|il|op|em|a|at|in data|no dia|vào)\b.{4,300}?|.{0,80}<[^<>\s]+@[^<>\s]+>.{0,80}?"
    r"|.{1,60}\(.{3,60}\)\s*)"
    r"\b(?:wrote|writes|schrieb(?: .{0,120})?|a écrit|a ecrit|escribió|escribio|ha scritto|schreef(?: .{0,120})?"
    r"|escreveu)\s*:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_HEAD_FROM: Final = re.compile(
    r"\s*\*{0,2}(?:from|von|de|da|van|expéditeur|mittente|remitente)\s*:\*{0,2}\s*\S", re.IGNORECASE
)
_HEAD_MORE: Final = re.compile(
    r"\s*\*{0,2}(?:sent|date|gesendet|datum|envoyé|envoye|enviado(?: el| em)?|inviato|verzonden|fecha|data|to|an|à"
    r"|para|a|aan|cc|kopie"
    r"|subject|betreff|objet|asunto|oggetto|onderwerp|assunto|reply-to|from|von|de|da|van)\s*:\*{0,2}(?:\s|$)",
    re.IGNORECASE,
)
_FORWARD_SUBJECT: Final = re.compile(r"\s*(?:re:\s*|aw:\s*)*(?:fwd?|wg|tr|rv|i|enc|doorst|fs)\s*:", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"--\s?$")
_PHONE: Final = re.compile(
    r"\s*(?:sent from (?:my|outlook|mail|yahoo|proton)|get outlook for|von meinem .{2,30} gesendet|gesendet (?:von"
    r"|mit)|envoyé de(?:puis)? mon"
    r"|enviado desde mi|inviato da(?:l mio)?|verzonden vanaf|verstuurd vanaf|enviado do meu)\b.{0,60}$",
    re.IGNORECASE,
)
_LEGAL: Final = re.compile(
    r"\bconfidential(?:ity)?\b.{0,200}\b(?:intended|recipient|addressee|privileged|disclos)|\bintended (?:solely "
    r"|only )?(?:for|recipient)|\bif you (?:are not|have received this .{0,30}in error)"
    r"\b.{0,60}(?:recipient|error|notify|delete)|^\s*(?:disclaimer|confidentiality notice)\b|unsubscribe"
    r"|manage (?:your )?(?:preferences|notifications|alerts)"
    r"|privacy (?:policy|notice|statement)|all rights reserved|©|\bregistered (?:office|in england|number)"
    r"|equal (?:opportunit|employment)\w*.{0,40}employer"
    r"|without regard to race|consider the environment|vertraulich.{0,120}(?:empfänger|bestimmt|adressat)"
    r"|nicht der (?:richtige|beabsichtigte)"
    r"|\bamtsgericht\b|handelsregister|geschäftsführ(?:er|ung)\s*:|datenschutz(?:hinweis|erklärung)|abbestellen"
    r"|abmelden"
    r"|confidentiel.{0,120}(?:destinataire|usage)|se désabonner|désinscri|politique de confidentialité"
    r"|confidencial.{0,120}(?:destinatario|destinatário)"
    r"|darse de baja|aviso legal|política de priva|riservat.{0,120}destinatari|annulla l['\u2019]iscrizione"
    r"|informativa (?:sulla )?privacy"
    r"|vertrouwelijk.{0,120}(?:geadresseerde|bestemd)|afmelden|uitschrijven|privacyverklaring"
    r"|cancelar (?:a )?(?:inscrição|subscrição|suscripción)",
    re.IGNORECASE,
)
_LEGAL_WINDOW: Final = 600
_PARAGRAPH: Final = 250
# Every footer holds one of these; looking for them first spares most mails the patterns above.
_FOOTER_CUES: Final = (
    "confiden", "intended", "if you ", "disclaimer", "unsubscribe", "manage ", "privacy", "rights reserved", "©",
    "registered", "equal ", "without regard",
    "consider the", "vertraulich", "nicht der", "amtsgericht", "handelsregister", "geschäftsführ", "datenschutz",
    "abbestellen", "abmelden", "désabonner",
    "désinscri", "politique", "darse de baja", "aviso legal", "política", "riservat", "annulla", "informativa",
    "vertrouwelijk", "afmelden", "uitschrijven",
    "cancelar", "sent from", "get outlook", "gesendet", "envoyé", "enviado", "inviato", "verzonden", "verstuurd",
)  # fmt: skip
_FORWARD_CUES: Final = (
    "forward", "weitergeleitet", "transf", "réexp", "reenviad", "inoltrat", "doorgestuurd", "encaminhad",
)  # fmt: skip
_WROTE_CUES: Final = ("wrote", "writes", "schrieb", "écrit", "ecrit", "escribi", "scritto", "schreef", "escreveu")
_ODD_CASE: Final = re.compile("[\u0131\u017f\u0307]")
_MARKS: Final = frozenset("-_=*>|")


def new_text(text: str, subject: str | None = None) -> str:
    """The text without quoted history; a mail that is nothing but quotes or a forward keeps what it holds."""
    forwarded, low = bool(subject and _FORWARD_SUBJECT.match(subject)), text.lower()
    lines = text.split("\n")
    if forwarded or _may_hold(low, _FORWARD_CUES):
        lines = _forward_opened(lines, forwarded=forwarded)
    kept = "\n".join(_fresh(lines, answering=_may_hold(low, _WROTE_CUES))).strip()
    if any(char.isalpha() for char in kept):
        return kept
    return "\n".join(re.sub(r"^[>|\s]+", "", line) for line in text.split("\n")).strip()


def _forward_opened(lines: list[str], *, forwarded: bool) -> list[str]:
    """Lines with the first forward's marker and header block taken away, quote marks of the forward included."""
    for at, line in enumerate(lines):
        plain = re.sub(r"^[>\s]+", "", line)
        if _FORWARDED.match(plain):
            return [*lines[:at], "", *_without_head([_unquoted(rest) for rest in lines[at + 1 :]])]
        if forwarded and _ORIGINAL.match(line):
            return [*lines[:at], "", *_without_head(lines[at + 1 :])]
        if forwarded and _is_head(lines, at):
            return [*lines[:at], "", *_without_head(lines[at:])]
    return lines


def _unquoted(line: str) -> str:
    return re.sub(r"^\s*>\s?", "", line)


def _without_head(lines: list[str]) -> list[str]:
    at = 0
    while at < len(lines) and (not lines[at].strip() or _HEAD_MORE.match(lines[at])):
        at += 1
    return lines[at:]


def _may_hold(low: str, cues: Sequence[str]) -> bool:
    """Whether a text in lower case may match a pattern all of whose matches hold one of the cues."""
    return any(map(low.__contains__, cues)) or _is_odd(low)


def _is_odd(low: str) -> bool:
    """Whether a text in lower case holds letters that a pattern which minds no case takes for an i, an s or a k."""
    return not low.isascii() and _ODD_CASE.search(low) is not None


def _fresh(lines: list[str], *, answering: bool) -> list[str]:
    kept: list[str] = []
    at = 0
    ends = [answering and line.rstrip().endswith(":") for line in lines]
    while at < len(lines):
        line, ending = lines[at], True in ends[at : at + 3]
        if not (ending or ":" in line) and line.lstrip()[:1] not in _MARKS:
            kept.append(line)  # nothing below can be true of it
            at += 1
            continue
        if (used := _attribution(lines, at) if ending else 0) and not _QUOTED.match(_next_filled(lines, at + used)):
            break
        if used:
            at += used
        elif _ORIGINAL.match(line) or (kept and _is_head(lines, at)):
            break
        else:
            kept.extend([] if _QUOTED.match(line) else [line])
            at += 1
    return kept


def _attribution(lines: list[str], at: int) -> int:
    """How many lines an "On ... wrote:" takes from here on: 0 to 3."""
    joined = ""
    for used, line in enumerate(lines[at : at + 3], start=1):
        if not line.strip() or len(line) > 300:
            return 0
        joined += " " + re.sub(r"^[>\s]+", "", line)
        if _WROTE.match(joined):
            return used
    return 0


def _next_filled(lines: list[str], at: int) -> str:
    return next((line for line in lines[at : at + 6] if line.strip()), "")


def _is_head(lines: list[str], at: int) -> bool:
    """Whether an Outlook-like block (From:, Sent:, To:, Subject:) begins here."""
    if not _HEAD_FROM.match(lines[at]):
        return False
    following = [line for line in lines[at + 1 : at + 8] if line.strip()][:4]
    return sum(_HEAD_MORE.match(line) is not None for line in following) >= 2


def without_footer(text: str) -> str:
    """The text without what stands below a signature mark, without phone lines and legal or subscription"
    " boilerplate.
    """
    lines = _above_signature(text.split("\n")) if "--" in text else text.split("\n")
    low = text.lower()
    cues = [cue for cue in _FOOTER_CUES if cue in low]
    if cues:
        told = ("",) if _is_odd(low) else cues
        lines = [kept for line in lines if (kept := _without_footing(line, told)) or not line]
    return "\n".join(lines).strip() or text


def _above_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if _SIGNATURE.match(line) and any(char.isalpha() for above in lines[:at] for char in above):
            return lines[:at]
    return lines


def _without_footing(line: str, cues: Sequence[str]) -> str:
    """A line without what is footer, if it holds one of the cues."""
    low = line.lower()
    return _without_legal(line) if any(cue in low for cue in cues) else line


def _without_legal(line: str) -> str:
    """A line without what is footer: all of it, or, where a whole mail stands in one line, from that sentence on."""
    if _PHONE.match(line):
        return ""
    found = _LEGAL.search(line[:_LEGAL_WINDOW])
    if found is None:
        return line
    return line[: line.rfind(". ", 0, found.start()) + 1] if len(line) > _PARAGRAPH else ""
