"""What a server said, read for what is to be done about it (RFC 9051, 7.1; RFC 5530). Sans IO."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"\s*\[([A-Z][A-Z0-9.-]{0,40})(?: [^\]]*)?\]", re.IGNORECASE | re.ASCII)
_WAIT_CODES: Final = frozenset({"LIMIT", "UNAVAILABLE", "INUSE", "THROTTLED"})
_WAIT: Final = re.compile(
    r"\[(?:LIMIT|UNAVAILABLE|INUSE|THROTTLED)\b|throttl|back-?off time|rate limit|bandwidth limit"
    r"|too many|(?:maximum number of|number of concurrent|number of simultaneous) (?:\w+ )?(?:connections|sessions)"
    r"|(?:connection|session) limit",
    re.IGNORECASE,
)
"""Gmail says "[OVERQUOTA] Account exceeded command or bandwidth limits" and "[ALERT] Too many simultaneous
connections", Exchange "Request is throttled. Suggested Backoff Time: 299961 milliseconds", Yahoo "[LIMIT] Rate limit
hit", Dovecot "[UNAVAILABLE] Maximum number of connections from user+IP exceeded"."""
_BACKOFF: Final = re.compile(r"back-?off time:?\s*(\d{1,12})\s*(m?s(?:ec)?\b|milliseconds?|seconds?)?", re.IGNORECASE)
_AFTER: Final = re.compile(
    r"(?:again|retry|wait)\s(?:\w+\s)?(?:in|after|for|least)?\s?(\d{1,6})\s*(second|sec|s|minute|min|hour)",
    re.IGNORECASE,
)
_UNITS: Final = {"s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "hour": 3600.0}
_LONGEST: Final = 86_400.0


def one_line(text: str, most: int = 200) -> str:
    """What a server said, fit for a sentence: controls gone, bounded."""
    return re.sub(r"[\x00-\x20\x7f-\x9f]+", " ", text).strip(" .")[:most]


def without(text: str, secret: str) -> str:
    """What a server said, up to where it says our own secret (or its beginning, the rest cut off) back to us."""
    begins = secret[:8]
    return text[: text.index(begins)] + "..." if len(begins) > 3 and begins in text else text


def code_of(said: str) -> str | None:
    """The response code in capitals, without what belongs to it: "OVERQUOTA" of "[OVERQUOTA] Mailbox is full"."""
    found = _CODE.match(said)
    return found[1].upper() if found else None


def asks_to_wait(said: str) -> bool:
    """Whether a server wants to be left alone for a while: too much was asked of it, or it cannot serve just now."""
    return code_of(said) in _WAIT_CODES or _WAIT.search(said) is not None


def seconds_asked(said: str) -> float | None:
    """For how many s it wants to be left alone, a day at most; None if it does not say.

    Exchange's "Suggested Backoff Time: 299961" is in ms, with the unit and without.
    """
    if found := _BACKOFF.search(said):
        unit = (found[2] or "ms").lower()
        return min(int(found[1]) * (0.001 if unit.startswith("m") else 1.0), _LONGEST)
    if found := _AFTER.search(said):
        return min(int(found[1]) * _UNITS[found[2].lower()], _LONGEST)
    return None
