"""What a letter may say: facts that are known, cleaned, each None when they are not. Blank beats wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

_FIRST_MAX: Final = 40
_FACT_MAX: Final = 80
_SIGNATURE_LINES: Final = 8
_DAYS: Final = ("interview_on", "applied_on")
_FULL_MAX: Final = 60
_PERSONAL_MAX: Final = 120
_SENTENCE_MAX: Final = 1000
_SENTENCES_MAX: Final = 40
PARTS: Final = frozenset({"recruiter", "hiring_manager", "interviewer"})
REASONS: Final = frozenset(
    {"other_candidate", "position_filled", "position_closed", "not_qualified", "location_or_visa"}
)
_FIRST: Final = re.compile(r"[^\W\d_]+(?:[-' \u2019][^\W\d_]+){0,2}")
_FULL: Final = re.compile(r"[^\W\d_][^\W\d_.'\u2019-]*(?:[ .'\u2019-]{1,2}[^\W\d_]+)*\.?")
_NO_FACT: Final = re.compile(r"://|\bwww\.|[@<>{}\\]|\w{4}\. \w|[!?;] \w", re.IGNORECASE)
_GENDERS: Final = re.compile(r"\s*\((?:[mwfdxia]|all|gn|div|any|genders?|[\s/|,*:])+\)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[\s,-]*(?:[(\[][^()\[\]]*\d{3}[^()\[\]]*[)\]]|#\s?\w*\d\w*)\Z")
_ROLE_NOUN: Final = re.compile(r"\s+(?:role|position|job|vacancy|opening)\Z", re.IGNORECASE)
_NO_TOPIC: Final = re.compile(r"[;:?!<>{}@]|://|[.,] \w+(?: \w+){3}")
_TALKED: Final = re.compile(
    r"\A(?:(?:we|i) )?(?:(?:talk(?:ed)?|spoke|chat(?:ted)?|conversation)(?: with \S+)? about|discussed|about) "
    r"|\A(?:(?:nous avons|on a) )?parlé (?:de |d['\u2019])|\A(?:hablamos|hablado|falamos|falámos) (?:de|sobre) "
    r"|\A(?:abbiamo )?parlato di |\A(?:we hebben )?(?:gesproken|gepraat) over ",
    re.IGNORECASE,
)
_TALKED_AROUND: Final = (
    re.compile(
        r"\A(?:wir haben |haben )?(?:viel |lange |kurz )?über (.+) (?:gesprochen|geredet|gesprochen haben)\Z", re.I
    ),
    re.compile(r"\A(?:we hebben )?over (.+) (?:gesproken|gepraat)\Z", re.I),
)
_ARTICLE: Final = re.compile(r"\A(?:the|a|an|our|your)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody the person met: names as the mails write them, None if unsure; `part` is recruiter, hiring_manager,
    interviewer or None.
    """

    first: str | None
    full: str | None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the timeline of an application: the day, and what happened (daemon.core.entry.EventKind)."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one letter. Controls and line breaks in them collapse to spaces, and what is no plain fact is None.

    `recipient_first` is the first name to greet with, `recipient_full` the whole one. A letter to several has them all
    in `recipients`, the first recipient first, and `recipient_first` and `recipient_full` are None. `formal`: the
    thread says Sie, vous, u, Lei (where it is not known, formal is safe). `company` and `role` as the mails say them.
    `interview`: there was one, the last on `interview_on` (None if the day is not known). `by_phone`: the rejection
    came by phone or letter, as the person says, so no mail told of it. `invites_future`: the employer asked to hear
    from the person again. `personal` is one true line: a topic ("event sourcing"), or a whole sentence if it ends
    like one. `applied_on` is when the application was received. `silent`: there never was an answer. `signature` may
    have several lines. `variant` chooses between wordings of the same letter, stable by application (any whole number).

    For notes to oneself: `me_first`; `people` met; `timeline`; `reason` (other_candidate, position_filled,
    position_closed, not_qualified, location_or_visa, or None); `feedback`, the employer's own sentences; `notes`.
    """

    recipient_first: str | None = None
    company: str | None = None
    role: str | None = None
    interview: bool = False
    invites_future: bool = False
    signature: str = ""
    variant: int = 0
    recipient_full: str | None = None
    recipients: tuple[Met, ...] = ()
    formal: bool = True
    interview_on: date | None = None
    applied_on: date | None = None
    by_phone: bool = False
    personal: str | None = None
    silent: bool = False
    me_first: str | None = None
    people: tuple[Met, ...] = ()
    timeline: tuple[Moment, ...] = ()
    reason: str | None = None
    feedback: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value in _cleaned(self):
            object.__setattr__(self, name, value)
        if len(self.recipients) == 1:
            object.__setattr__(self, "recipient_first", self.recipients[0].first)
            object.__setattr__(self, "recipient_full", self.recipients[0].full)
        if len(self.recipients) > 1:
            object.__setattr__(self, "recipient_first", None)
            object.__setattr__(self, "recipient_full", None)
        else:
            object.__setattr__(self, "recipients", ())

    @property
    def called(self) -> tuple[str, ...]:
        """What to call them in a greeting: the first name, else the whole one; empty if somebody has neither."""
        asked = self.recipients or (Met(self.recipient_first, self.recipient_full),)
        names = [one.first or one.full for one in asked]
        return tuple(name for name in names if name) if all(names) else ()

    @property
    def personal_is_sentence(self) -> bool:
        """Whether `personal` stands as it is; else it is a topic, for a sentence of the letter's own."""
        return _is_sentence(self.personal or "")


def _cleaned(facts: Facts) -> Iterator[tuple[str, object]]:
    yield "recipient_first", _first(facts.recipient_first)
    yield "recipient_full", _full(facts.recipient_full)
    yield "me_first", _first(facts.me_first)
    yield "company", _fact(facts.company)
    yield "role", _role(facts.role)
    yield "signature", _signature(facts.signature)
    yield "personal", _personal(facts.personal or "")
    yield "reason", facts.reason if facts.reason in REASONS else None
    yield "recipients", _met(facts.recipients)
    yield "people", _met(facts.people)
    yield "feedback", _sentences(facts.feedback)
    yield "notes", _sentences(facts.notes)


def one_line(text: str) -> str:
    """The text on one line, without controls, invisible and direction marks, runs of white space as one space."""
    if text.isprintable():
        return " ".join(text.split())
    seen = (" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    kept = (char for char in seen if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join("".join(kept).split())


def _met(people: tuple[Met, ...]) -> tuple[Met, ...]:
    """The people with clean names; who is left without one is still there, since a greeting counts them."""
    return tuple(Met(_first(one.first), _full(one.full), one.part if one.part in PARTS else None) for one in people)


def _sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
    said = (_said(text, _SENTENCE_MAX, cut=True) for text in texts)
    return tuple(text for text in said if text is not None)[:_SENTENCES_MAX]


def _said(text: str, longest: int, *, cut: bool = False) -> str | None:
    """What somebody wrote, on one line; None for nothing. What is too long is cut where that may be, else None."""
    clean = one_line(text.replace("\\", " "))
    if len(clean) > longest:
        clean = f"{clean[:longest].rstrip()} \u2026" if cut else ""
    return clean or None


def _personal(text: str) -> str | None:
    """A sentence as it is, or a topic: "we talked about event sourcing" is the topic "event sourcing".

    What is neither a sentence nor as short as a topic is None: it would not fit into a sentence of ours.
    """
    clean = _said(text, _PERSONAL_MAX) or ""
    if _is_sentence(clean):
        return clean
    topic = _TALKED.sub("", clean)
    for asked in _TALKED_AROUND:
        topic = asked.sub(r"\1", topic)
    usable = len(topic) <= _FACT_MAX and any(char.isalpha() for char in topic) and not _NO_TOPIC.search(topic)
    return topic if usable else None


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "?", "\u2026"))


def _full(name: str | None) -> str | None:
    clean = one_line(name or "")
    return clean if len(clean) <= _FULL_MAX and _FULL.fullmatch(clean) else None


def _first(name: str | None) -> str | None:
    clean = one_line(name or "")
    return clean if len(clean) <= _FIRST_MAX and _FIRST.fullmatch(clean) else None


def _fact(text: str | None) -> str | None:
    """A name of something: no sentence, no address, no link, nothing that is longer than such names are."""
    clean = one_line(text or "").strip(" .,;:-\u2013\u2014\"'")
    usable = len(clean) <= _FACT_MAX and any(char.isalnum() for char in clean) and not _NO_FACT.search(clean)
    return clean if usable else None


def _role(text: str | None) -> str | None:
    """A job title as one says it: without (m/f/d), the number of the posting, "the" and "position"."""
    title = one_line(text or "")
    for told in (_GENDERS, _NUMBER, _ARTICLE, _ROLE_NOUN):
        title = told.sub("", title)
    return None if _ROLE_NOUN.fullmatch(f" {title}") else _fact(title)


def _signature(text: str) -> str:
    lines = (one_line(line).replace("\\", "") for line in text.splitlines())
    return "\n".join([line for line in lines if line][:_SIGNATURE_LINES])


def to_row(facts: Facts) -> dict[str, Any]:
    """The facts as JSON has them, for another process."""
    row = asdict(facts)
    row |= {name: value.isoformat() for name in _DAYS if (value := row[name]) is not None}
    return row | {"timeline": [[moment.day.isoformat(), moment.kind] for moment in facts.timeline]}


def from_row(row: dict[str, Any]) -> Facts:
    """The facts that `to_row` wrote."""
    days = {name: date.fromisoformat(row[name]) for name in _DAYS if row[name] is not None}
    people = {name: tuple(Met(**one) for one in row[name]) for name in ("recipients", "people")}
    lists = {name: tuple(row[name]) for name in ("feedback", "notes")}
    timeline = tuple(Moment(date.fromisoformat(day), kind) for day, kind in row["timeline"])
    return Facts(**{**row, **days, **people, **lists, "timeline": timeline})
