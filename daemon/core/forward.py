"""What the person passed on, and what comes back of it: an answer to that is no word of the employer's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from classifiers.values import Headers
from daemon.core import wordlists
from daemon.core.reach import canonical, is_house
from daemon.core.trust import domain, related

_FORWARD: Final = re.compile(
    r"\s*(?:(?:re|aw|antw|sv|res|rif|r)\s?:\s*|\[[^\[\]]{1,40}\]\s*)*(?:fwd?|wg|tr|rv|enc|i|doorst)\s?:", re.IGNORECASE
)


def passed_on(subject: str | None) -> bool:
    """Whether a mail passes something on, or answers one that did."""
    return _FORWARD.match(subject or "") is not None


def astray(headers: Headers, others: Iterable[Headers], company: str | None = None) -> bool:
    """Whether a mail in a thread comes from somebody to whom the person may have passed that on.

    `others` are the employer's mails there. Colleagues pass things on too: they write from a domain of the others' or
    of the company's, or have written before.
    """
    if headers.sender is None or not passed_on(headers.subject):
        return False
    address, home = canonical(headers.sender.address), domain(headers.sender.address)
    known = [one.sender.address for one in others if one.sender and not passed_on(one.subject)]
    house = home not in wordlists.SHARED_DOMAINS and any(related(home, domain(one)) for one in known)
    return not (house or is_house(home, company) or address in map(canonical, known))
