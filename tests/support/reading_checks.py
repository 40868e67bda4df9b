"""What must hold of whatever is read off a mail, however broken or malicious its octets are."""

from __future__ import annotations

from classifiers.extract import facts_of
from classifiers.features import view
from classifiers.mail import Mail, MailError, read_mail
from classifiers.values import LABELS, Headers, Reading, Verdict


def checked(raw: bytes) -> Mail | None:
    """Read a mail as the reading child does, model apart; None where it is refused. Raises AssertionError."""
    try:
        mail = read_mail(raw)
    except MailError:
        return None
    except RecursionError:  # the child says so of this one mail (classifiers.worker)
        return None
    _header(mail.headers)
    _text(mail)
    return mail


def _header(headers: Headers) -> None:
    people = [*headers.to, *headers.cc, *headers.reply_to, *([headers.sender] if headers.sender else [])]
    assert all(is_clean(one.name) and is_clean(one.address) and "@" not in one.name for one in people)
    assert is_clean(headers.subject or "") and is_clean(headers.list_id or "")
    assert all(map(is_clean, headers.authentication_results))
    ids = (*headers.references, *headers.in_reply_to, *([headers.message_id] if headers.message_id else []))
    assert all(one.isascii() and " " not in one and is_clean(one) for one in ids)
    assert headers.date is None or headers.date.tzinfo is not None
    reading = Reading(headers, Verdict("other", 1.0, dict.fromkeys(LABELS, 0.125)))
    assert Reading.from_json(reading.to_json()) == reading


def _text(mail: Mail) -> None:
    seen = view(mail)
    assert len(seen.tokens) == len(seen.ideas) == len(seen.sentences) + 1
    assert all(sentence.strip() for sentence in seen.sentences)
    for label in ("rejection", "interview", "other"):
        facts = facts_of(mail, seen, label)
        assert all(is_clean(facts[name] or "") for name in ("company", "role", "requisition"))


def is_clean(value: str) -> bool:
    """Whether a text has no controls: it cannot end a line, and can stand in a header or a terminal."""
    return not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in value)
