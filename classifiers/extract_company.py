"""The company a mail is about: what its frames, subject, sender and closing say, weighed. Unsure or contradicted is None."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from classifiers.frames import Hit
from classifiers.mail import Mail
from classifiers.names import beheaded, company_name, key, name_at, trimmed
from classifiers.people import GREETING, person_shaped as person_like
from classifiers.pieces import Piece, capital, piece
from classifiers.senders import RELAY_BRANDS, is_free, is_relay
from classifiers.wordlists import LEGAL, DEPARTMENTS, GENERIC, NAME_JOINS, ORG_WORDS, PLACES, STOPS, STRONG_TAILS, TAILS, is_role_word

_ENOUGH: Final = 3
_CLOSING: Final = 7
_ABOUT_APPLYING: Final = frozenset(
    "application applications recruitment hiring careers bewerbung candidature candidatura sollicitatie candidatuur interview recruiting".split()
)
_VIA: Final = re.compile(r"\s*[(\[]?\b(?:via|through|über|par|tramite|por|powered by|mediante)\b\s+(?P<by>[\w. ]+?)[)\]]?$", re.IGNORECASE)
_SPLIT: Final = re.compile(r"\s+[-|:·/]\s+|\s*[|@]\s*|\s*[(),\[\]]\s*|:\s+")
_LINK: Final = re.compile(r"\s+(?:at|from|bei|von|chez|bij|presso)\s+(?=[A-ZÀ-Þ0-9])|^[A-ZÀ-Þ]\w+ (?:di|da|de|van|du|of) (?=[A-ZÀ-Þ0-9])")
_PREFIX: Final = re.compile(r"^(?:(?:re|aw|fwd?|wg|antw|sv|tr|rv|res)\s*:\s*)+", re.IGNORECASE)
_TLD2: Final = frozenset("co com ac org gov net edu nhs or ne sch".split())
_HOST: Final = frozenset(
    "mail email e mailer mails www careers career jobs job hr talent recruiting recruitment apply news notifications notification notify info team em smtp us eu uk de people karriere"
    " bewerbung jobmail my msg hire sender reply post go hello work join".split()
)
_AROUND: Final = re.compile(
    r"(?:careers?|jobs?|hr|group|hq|inc|ag|gmbh|online|app|tech|corp|global|team|recruiting|recruitment|talent|company|mail|labs?|io|software|digital|international|holding|kg|llc|ltd|uk|us|eu|de)$"
)


@dataclass(slots=True)
class Voices:
    """What speaks for one name: how it is written, how plainly each place says it."""

    written: Counter[str] = field(default_factory=Counter)
    said: dict[str, int] = field(default_factory=dict)

    def points(self) -> int:
        """The plainest voice of each place; a second sentence adds one."""
        return sum(self.said.values())


def company_of(mail: Mail, subject: Piece | None, body: Sequence[Piece], found: Sequence[tuple[Piece, Hit]]) -> str | None:
    """The company's name as written, or None. `found` are the frames of subject and body."""
    own, relayed = hints(mail)
    known = own | relayed
    voices: dict[str, Voices] = {}
    for name, place, strength in _heard(mail, subject, body, found, known):
        held = voices.setdefault(key(name), Voices())
        held.written[name] += 1
        held.said[place] = max(held.said.get(place, 0), strength)
    _vouched(voices, own, relayed)
    _doubted(voices, own)
    _mentioned(voices, body, subject)
    return _best(voices)


def _heard(
    mail: Mail, subject: Piece | None, body: Sequence[Piece], found: Sequence[tuple[Piece, Hit]], known: frozenset[str]
) -> Iterator[tuple[str, str, int]]:
    heard = [*_displayed(mail, known), *_framed(subject, found, known), *_closed(mail, body, known)]
    if subject:
        heard += _subject_parts(subject, known)
    heard += _known_in_text(body, subject, known)
    heard += _formed(body)
    mine = {key(one.name) for one in mail.headers.to if one.name}
    for raw, place, strength in heard:
        name = company_name(raw)
        if name and key(name) not in mine:
            yield name, place, strength


def _framed(subject: Piece | None, found: Sequence[tuple[Piece, Hit]], known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    for sentence, hit in found:
        span = name_at(sentence, hit.at, known) if hit.kind == "company" else None
        if span is None:
            continue
        begin, end, said = trimmed(sentence, *span, known)
        raw = sentence.cut(begin, end)
        sure = key(raw) in known or (hit.after_title and not person_like(raw) and not _APPLYING.isdisjoint(sentence.low))
        strength = hit.strength if sure else min(hit.strength, _trusted(sentence, begin, raw, hit.strength))
        place = "subject" if sentence is subject else "text" if strength > 1 else "aside"
        yield raw, place, min(3, strength + int(said))


def _trusted(sentence: Piece, begin: int, raw: str, strength: int) -> int:
    """How far a name behind a frame is believed: what stands behind "with" may be a person, behind "in" a place."""
    before = sentence.low[begin - 1] if begin else ""
    if begin > 1 and sentence.low[begin - 2] in _TEAMS:
        return strength
    if person_like(raw) or (raw.isalpha() and before in _WITH):
        return 1 if strength < 3 or before in _WITH else 3
    single = " " not in raw and not raw.isupper()
    return 2 if single and before in _IN else 3


_APPLYING: Final = frozenset(
    "apply applied applying application candidacy interest bewerbung candidature candidatura sollicitatie".split()
)
_TEAMS: Final = TAILS - frozenset("interview interviews assessment assessments application candidate candidates job people personas talent".split())
_WITH: Final = frozenset("with con com mit avec met by por par from von de da di".split())
_IN: Final = frozenset("in en em na no a à an für voor per para pour al au do".split())


def _displayed(mail: Mail, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    shown = mail.headers.sender.name if mail.headers.sender else ""
    if not shown:
        return
    via = _VIA.search(shown)
    bare = shown[: via.start()] if via else shown
    linked = _LINK.split(bare, maxsplit=1)
    parts = [part for part in _SPLIT.split(bare) if part and part.strip()]
    if len(linked) == 2 and (_LINK.search(bare)[0][0] == " " or linked_by_person(mail, bare)):  # type: ignore[index]
        yield from _part(linked[1], 3, known)
        return
    for part in parts:
        relayed = mail.headers.sender is not None and is_relay(mail.headers.sender.address.rpartition("@")[2])
        alone = 2 if len(parts) > 1 or via or (relayed and " " in part.strip()) else 1
        yield from _part(part, 1 if person_like(part.strip()) else alone, known)


_AROUND_NAMES: Final = DEPARTMENTS | GENERIC | PLACES | TAILS | {"-", "&", "and", "'s"}


def linked_by_person(mail: Mail, bare: str) -> bool:
    """Whether a display name begins with the first name that the address begins with: "Joana di X" <joana@...>."""
    sender = mail.headers.sender
    rest = key(_LINK.split(bare, maxsplit=1)[1])
    return sender is not None and any(agrees(rest, hint) for hint in hints(mail)[0])


def _part(text: str, strength: int, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    found = piece(text)
    if not found.words:
        return
    if key(text) in known:
        yield text, "display", 3
        return
    for end in range(1, len(found.words)):
        if key(found.cut(0, end)) in known and all(low in _AROUND_NAMES for low in found.low[end:]):
            yield found.cut(0, end), "display", 3
            return
    begin, headed = beheaded(found, 0, len(found.words))
    begin, end, said = trimmed(found, begin, len(found.words), known)
    raw = found.cut(begin, end)
    formed = found.low[end - 1] in LEGAL or found.low[end - 1].strip(".") in LEGAL
    if said or headed or formed:
        strength = 2 if person_like(raw) and not said else 3
    yield raw, "display", strength


def _subject_parts(subject: Piece, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    parts = [part.strip() for part in _SPLIT.split(_PREFIX.sub("", subject.text))]
    if len(parts) < 2:
        return
    for part in parts:
        found = piece(part)
        if 0 < len(found.words) <= 6 and not any(is_role_word(low) for low in found.low) and (span := name_at(found, 0, known)):
            begin, end, said = trimmed(found, *span, known)
            if span[1] == len(found.words):
                yield found.cut(begin, end), "subject", 2 if said or key(found.cut(begin, end)) in known else 1
    yield from _subject_start(subject, known)


def _subject_start(subject: Piece, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    """"X application decision", "X: Bewerbung eingegangen": the subject begins with the name."""
    span = name_at(subject, 0, known)
    if span is None or span[0] != 0 or span[1] >= len(subject.words) - 1 or any(is_role_word(low) for low in subject.low[: span[1]]):
        return
    at = span[1] + int(subject.words[span[1]] in ":-|")
    if subject.low[at] in _ABOUT_APPLYING or (subject.low[at] in ("your", "ihre", "deine", "votre", "tu", "la", "uw", "je", "sua", "a") and subject.low[at + 1 : at + 2] and subject.low[at + 1] in _ABOUT_APPLYING):
        begin, end, said = trimmed(subject, *span, known)
        yield subject.cut(begin, end), "subject", 3 if said or end > 1 else 2


def _closed(mail: Mail, body: Sequence[Piece], known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    """Names in the closing lines: "The X Recruiting Team", "Recruiter, X", "X GmbH"; and the one after a copyright mark."""
    lines = [*body[-_CLOSING:], *_signature(mail)]
    for at, line in enumerate(lines):
        if 0 < len(line.words) <= 12:
            yield from _closing_line(line, known)
            yield from _last_line(lines, at, known)
    mark = mail.text.find("©")
    if mark >= 0:
        line = piece(mail.text[mark + 1 : mark + 90].split("\n")[0])
        at = next((at for at, word in enumerate(line.words) if not word.isdigit() and word not in "-,"), len(line.words))
        if span := name_at(line, at, known):
            yield line.cut(*span), "mark", 2


def _signature(mail: Mail) -> list[Piece]:
    at = max(mail.text.find("\n-- \n"), mail.text.find("\n--\n"))
    return [piece(line) for line in mail.text[at + 4 : at + 500].split("\n")[:7]] if at >= 0 else []


def _closing_line(line: Piece, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    if len(line.words) > 1 and line.words[-1] not in ".!?" and line.low[0] in ("the", "your", "das", "dein", "ihr", "l'", "el", "il", "het", "a", "team"):
        yield from _team(line, 1 if line.low[0] != "team" else 0, known)
    for part in _SPLIT.split(line.text):
        found = piece(part)
        if found.words and len(found.words) <= 7 and (span := name_at(found, 0, known)) and span[1] == len(found.words):
            begin, end, said = trimmed(found, *span, known)
            raw = found.cut(begin, end)
            formed = found.low[end - 1].strip(".") in LEGAL
            if said and end < span[1] and not person_like(raw):
                yield raw, "closing", 3 if end - begin > 1 or line.low[0] in ("the", "das", "the", "l'") else 2
            elif (said and end < span[1]) or formed:
                yield raw, "closing", 2
            elif part != line.text and not line.text.startswith(part) and not person_like(raw) and _titled(line):
                yield raw, "closing", 2


def _last_line(lines: Sequence[Piece], at: int, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    """A line that is nothing but a name, or "Jane Doe, X", among the last ones."""
    line = lines[at]
    if GREETING.search(line.text):
        return
    first, _, rest = line.text.partition(", ")
    if rest and (person_like(first) or (first.isalpha() and first.istitle())) and len(line.words) <= 8 and not person_like(rest):
        found = piece(rest)
        if found.words and (span := name_at(found, 0, known)) and span[1] == len(found.words):
            begin, end, _ = trimmed(found, *span, known)
            yield found.cut(begin, end), "closing", 3 if end - begin > 1 else 2
        return
    if at < len(lines) - 2 or at == 0 or line.words[-1] in "!?":
        return
    if (span := name_at(line, 0, known)) and span[0] == 0 and span[1] >= len(line.words) - 1:
        begin, end, _ = trimmed(line, *span, known)
        raw = line.cut(begin, end)
        if (end - begin < 2 or person_like(raw)) and not any(agrees(key(raw), hint) for hint in known):
            return
        before = lines[at - 1]
        greeted = before.text.rstrip().endswith((",", "!")) or bool(GREETING.search(before.text))
        plain = end - begin > 1 and line.low[end - 1] in ORG_WORDS - TAILS - GENERIC
        yield raw, "closing", 3 if greeted or plain or (len(before.words) <= 6 and TAILS.intersection(before.low)) else 2


def _titled(line: Piece) -> bool:
    return any(low in TAILS or is_role_word(low) for low in line.low)


def _team(line: Piece, at: int, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    span = name_at(line, at, known)
    if span is None or span[1] - span[0] < 1:
        return
    begin, end, said = trimmed(line, *span, known)
    rest = line.low[end:]
    if rest and all(low in TAILS or low in ("&", "and") for low in rest) and (said or STRONG_TAILS.intersection(rest)):
        yield line.cut(begin, end), "closing", 3 if end - begin > 1 or at == 1 else 2


def _formed(body: Sequence[Piece]) -> Iterator[tuple[str, str, int]]:
    """A name with its legal form stands in the text: if there is only one, it is a company's and likely the one."""
    found: dict[str, str] = {}
    for sentence in body:
        for at, word in enumerate(sentence.words):
            if at and word in _PLAIN_FORMS and (raw := _back(sentence, at)):
                found.setdefault(key(raw), raw)
    yield from ((raw, "formed", 3 if len(found) == 1 else 1) for raw in found.values())


def _back(sentence: Piece, at: int) -> str | None:
    begin = at
    while begin > 0 and at - begin < 6 and (capital(sentence.words[begin - 1]) or sentence.low[begin - 1] in NAME_JOINS):
        begin -= 1
    while begin < at and (sentence.low[begin] in _LEADS or sentence.low[begin] in STOPS or not capital(sentence.words[begin])):
        begin += 1
    return sentence.cut(begin, at + 1) if begin < at and capital(sentence.words[begin]) else None


_PLAIN_FORMS: Final = frozenset("GmbH AG KG Inc Ltd LLC LLP PLC B.V S.p.A S.r.l S.L S.A N.V BV NV SARL Lda KGaA".split())
_LEADS: Final = frozenset("warum was wie why what how pourquoi perché waarom the our your die der das bei an unsere firma la le société".split())


def _known_in_text(body: Sequence[Piece], subject: Piece | None, known: frozenset[str]) -> Iterator[tuple[str, str, int]]:
    """Runs of capitals in the text that read like the sender's domain: two places agree."""
    if not known:
        return
    first = {hint[:3] for hint in known if len(hint) >= 3}
    for sentence in (*body, *((subject,) if subject else ())):
        for at, word in enumerate(sentence.words):
            if word.lower()[:3] in first and capital(word) and (raw := _reading(sentence, at, known)):
                yield raw, "aside", 1


def _reading(sentence: Piece, at: int, known: frozenset[str]) -> str | None:
    best = None
    for end in range(at + 1, min(at + 6, len(sentence.words)) + 1):
        if sentence.words[end - 1] in ".,;:!?":
            break
        if not capital(sentence.words[end - 1]):
            continue
        raw = sentence.cut(at, end)
        if key(raw) in known or key(raw).replace("and", "") in known:
            best = raw
    return best


def _vouched(voices: dict[str, Voices], own: frozenset[str], relayed: frozenset[str]) -> None:
    for name, held in voices.items():
        if any(agrees(name, hint) for hint in own):
            held.said["domain"] = 2
        elif any(agrees(name, hint) for hint in relayed):
            held.said["domain"] = 1


def _doubted(voices: dict[str, Voices], own: frozenset[str]) -> None:
    """What only sender and closing show is not enough where the sender's own domain says something else."""
    for held in voices.values():
        if own and "domain" not in held.said and held.said.keys() <= {"display", "closing"}:
            held.said = dict.fromkeys(held.said, 1)


def agrees(name: str, hint: str) -> bool:
    """Whether a name's key and the label of a domain stand for the same."""
    if len(name) < 2 or len(hint) < 2:
        return False
    plain = name.replace("and", "")
    if hint in (name, plain):
        return True
    longer, shorter = (hint, name) if len(hint) > len(name) else (name, hint)
    if len(shorter) < 4 or not longer.startswith(shorter):
        return False
    if len(shorter) >= 10:
        return True
    return shorter is hint or _AROUND.fullmatch(longer[len(shorter) :]) is not None


def _mentioned(voices: dict[str, Voices], body: Sequence[Piece], subject: Piece | None) -> None:
    """A name only a subject or a sender shows gains when the text has it too."""
    whole = "\n".join(one.text for one in body[1:] if len(one.words) > 4)
    for held in voices.values():
        shown = held.said.keys() & {"display", "subject"} and not held.said.keys() & {"text", "aside", "closing"}
        alone = "subject" not in held.said
        if shown and any(name in whole and not person_like(name) and not (alone and " " not in name) for name in held.written):
            held.said["mention"] = 1


def _best(voices: dict[str, Voices]) -> str | None:
    for short in sorted(voices, key=len):
        for long in [one for one in voices if one != short and one.startswith(short) and len(short) >= 3]:
            _merge(voices, short, long)
    ranked = sorted(voices.items(), key=lambda one: -one[1].points())
    if not ranked or ranked[0][1].points() < _ENOUGH:
        return None
    best = ranked[0]
    if len(ranked) > 1 and ranked[1][1].points() >= best[1].points():
        return None
    return max(best[1].written, key=lambda name: (best[1].written[name], not name.isupper(), len(name)))


def _merge(voices: dict[str, Voices], short: str, long: str) -> None:
    """Two names of which one begins with the other are one: the better attested spelling keeps both's voices."""
    a, b = voices[short], voices[long]
    winner, loser = (short, long) if a.points() > b.points() else (long, short)
    for place, strength in voices[loser].said.items():
        voices[winner].said[place] = max(voices[winner].said.get(place, 0), strength)
    voices[loser].said.clear()


def hints(mail: Mail) -> tuple[frozenset[str], frozenset[str]]:
    """What the sender's address suggests: the label of the company's own domain; for a relay, what it adds to its own."""
    own: set[str] = set()
    relayed: set[str] = set()
    senders = [mail.headers.sender, *mail.headers.reply_to]
    for address in [one.address for one in senders if one]:
        local, _, domain = address.lower().partition("@")
        if is_free(domain):
            continue
        if is_relay(domain):
            relayed.update(part for part in re.split(r"[.@+_]", f"{local}.{domain}") if len(part) >= 3)
        elif label := _label(domain):
            own.update(_spellings(label))
    named = mail.headers.sender.name.lower() if mail.headers.sender and person_like(mail.headers.sender.name) else ""
    keep = frozenset(one for one in own if one not in re.sub(r"[^a-z0-9 ]", "", named).split())
    return keep, frozenset(one for one in relayed if one not in RELAY_BRANDS and one not in TAILS and one not in _HOST)


def _spellings(label: str) -> Iterator[str]:
    plain = label.replace("-", "")
    yield plain
    if plain.startswith("the") and len(plain) > 6:
        yield plain[3:]
    if formed := re.fullmatch(r"(\w{5,}?)(?:gmbh|ag|kg|inc|ltd|llc|llp|bv|sl|spa|srl|lda|plc|sas|sarl|as|co)", plain):
        yield formed[1]


def _label(domain: str) -> str | None:
    parts = domain.split(".")
    if len(parts) > 2 and parts[-2] in _TLD2:
        del parts[-2]
    parts = [part for part in parts[:-1] if part]
    return parts[-1] if parts else None
