"""The number an employer gave the opening: "Job ID: R-12345", "Kennziffer 17/2025", "Réf. 2025-118"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_VALUE: Final = (
    r"(?P<value>(?=[A-Z0-9])[A-Z]{0,6}(?:[-_/.]?[A-Z0-9]{1,8}){0,2}[-_/.]?\d[A-Z0-9]*(?:[-_/.][A-Z0-9]+){0,3})"
)
_NUMBER: Final = r"(?:id|no|nr|number|num|nummer|code|n[°º]|número|numéro|numero|kennung)"
_MARKED: Final = re.compile(
    r"\b(?:"
    rf"(?:job|req(?:uisition)?|position|vacancy|role|posting|opening|application|bewerbung|stellen?|vacature|vaga"
    rf"|puesto|oferta|offre|poste|ausschreibungs?|stellenausschreibungs?)[ -]?{_NUMBER}\b"
    r"|req(?:uisition|s)?|ref(?:erence)?|our ref|kennziffer|kennzahl|referenz(?:nummer|-nr)?|stellenausschreibung"
    r"|chiffre|vacature(?:nummer|nr)|vacnr|kenmerk"
    r"|réf(?:érence)?|referencia|referência|rif(?:erimento)?|código|codice|expediente|concurso|convocatoria"
    r"|vacancy|vacature|vacante|search|job|position|posting|id"
    r"|bewerbung|candidatura|sollicitatie|application|aktenzeichen|az|procedimento|procedura|bando|concours|annonce|offre"
    r"|(?:auswahl)?verfahren|procesos?|processo|solicitud|campaign|selezione|procédure|procedure|selectie|auswahlverfahrens"
    rf")\.?(?: {_NUMBER}\b\.?)?\s?[:#=]{{0,2}}(?:\s|(?<=[:#=.(]))#?\(?{_VALUE}(?![\w@])",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?<![\w/-])(?P<value>(?:JR|REQ|R|VAC|JOB|JO|REF)[-_]?\d{4,10})(?![\w@])")
_SHAPED: Final = re.compile(
    r"(?<![\w/.-])(?P<value>20\d\d-\d{4,6}|\d{2,3}-[A-Z]{2}-\d{3,5}|(?<=\()[A-Z]{2,5}[-/]\d{2,6}(?=\)))(?![\w/-])"
)
_HASHED: Final = re.compile(r"(?<!\w)#\s?(?P<value>[A-Z]{0,4}-?\d{3,9})(?!\w)")
_IN_SUBJECT: Final = re.compile(
    r"(?:[(\[]|[-\u2013|:] )(?P<value>\d{5,9}|20\d\d-\d{3,6}|[A-Z]{2,5}[-/]\d{2,6}|\d{2,4}/[A-Z]{2,4})(?:[)\]]|$)"
)
_LEADING: Final = re.compile(r"^(?:re: |aw: )?(?P<value>[A-Z]{1,4}-?\d{4,9}|20\d\d-\d{3,6}|\d{5,9})\b", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?:[0-3]?\d[./-][01]?\d[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-][01]\d[./-][0-3]\d|(?:19|20)\d\d|[0-3]?\d[./-][01]?\d[./-]?)$"
)
_BEFORE_OTHERS: Final = re.compile(
    r"(?:meeting|webinar|conference|zoom|call|phone|case|ticket|invoice|order|tracking)[ -]$", re.IGNORECASE
)
_CUES: Final = re.compile(r"\d\d")


def requisition_of(subject: str | None, sentences: Sequence[str]) -> str | None:
    """The number as written, without "#" and what announces it; the subject's before the text's. Unsure is None.

    Two different marked numbers in the text leave it open. Never a date, a year, a postal code or a telephone number.
    """
    if subject and (found := next(_in_subject(subject), None)):
        return found
    written = [value for one in sentences if _CUES.search(one) for value in _in_text(one[:400])]
    return written[0] if len({value.upper() for value in written}) == 1 else None


def _in_subject(subject: str) -> Iterator[str]:
    if not _CUES.search(subject):
        return
    yield from _in_text(subject)
    for pattern in (_IN_SUBJECT, _LEADING):
        yield from (found["value"] for found in pattern.finditer(subject) if _plausible(found["value"]))


def _in_text(text: str) -> Iterator[str]:
    for pattern in (_MARKED, _BARE, _SHAPED, _HASHED):
        for found in pattern.finditer(text):
            value = found["value"].rstrip("./-")
            if (
                _plausible(value)
                and not _BEFORE_OTHERS.search(text[: found.start()])
                and not _goes_on(text, found.end())
            ):
                yield value


def _plausible(value: str) -> bool:
    digits = sum(map(str.isdigit, value))
    return 2 <= digits <= 12 and len(value) >= 3 and not _DATE.match(value) and len(value) <= 24


def _goes_on(text: str, at: int) -> bool:
    """Whether more digits follow, as in telephone numbers, or a unit that makes it an amount."""
    return (
        re.match(
            r"[ .]?\d{2}|\s?(?:%|€|\$|£|k\b|km\b|hours|stunden|days|euros?\b|years|jahre)",
            text[at : at + 10],
            re.IGNORECASE,
        )
        is not None
    )
