"""Whether a human could read a reply: what header, address and the mail's own words say about it."""

from __future__ import annotations

import re
from typing import Final

from classifiers.company_domain import UNREAD_DOMAINS
from classifiers.frames import lines_of
from classifiers.history import new_text
from classifiers.mail import Mail
from classifiers.senders import domain_in, is_no_reply
from classifiers.text import folded
from classifiers.values import Headers

_BULK: Final = frozenset(("bulk", "list", "junk"))
_HINTS: Final = lines_of("answerable", "hints")
_BEFORE, _AFTER = 110, 130
_CUE: Final = re.compile("|".join(lines_of("answerable", "cues")))
_PHRASES: Final = re.compile("|".join(lines_of("answerable", "phrases")))


def answerable(mail: Mail) -> bool:
    """Whether a reply to this mail could be read by a human: neither header nor address nor text says otherwise."""
    headers = mail.headers
    return _sent_by_one(headers) and _has_reader(headers) and not _refuses_replies(mail)


def _sent_by_one(headers: Headers) -> bool:
    """Neither a machine (RFC 3834, 5) nor a list (RFC 2919, RFC 2369) sent it."""
    if headers.auto_submitted not in (None, "", "no") or headers.precedence in _BULK:
        return False
    return not (headers.list_id or headers.list_unsubscribe)


def _has_reader(headers: Headers) -> bool:
    """A reply goes to Reply-To where there is one (RFC 5322, 3.6.2), so its addresses count before the sender's."""
    if headers.sender is None:
        return False
    return any(_is_read(target.address) for target in headers.reply_to or (headers.sender,))


def _is_read(address: str) -> bool:
    return not is_no_reply(address) and not domain_in(address.rpartition("@")[2], UNREAD_DOMAINS)


def _refuses_replies(mail: Mail) -> bool:
    low = mail.text.lower()
    if not any(map(low.__contains__, _HINTS)) or not _refusal(mail.text):
        return False
    # Seldom enough that cutting the quoted history a second time costs nothing.
    return _refusal(new_text(mail.text, mail.headers.subject))


def _refusal(text: str) -> bool:
    flat = " ".join(folded(text).lower().split())
    seen = -1
    for cue in _CUE.finditer(flat):
        if cue.start() < seen:
            continue
        seen = cue.end() + _AFTER
        if _PHRASES.search(flat, max(0, cue.start() - _BEFORE), min(len(flat), seen)):
            return True
    return False
