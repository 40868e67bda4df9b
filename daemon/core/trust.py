"""Whether a mail's sender is who it says: Authentication-Results (RFC 8601) and where its answers would go."""

from __future__ import annotations

import re
from typing import Final

from classifiers.values import Headers

_LONGEST: Final = 10_000
_RESULT: Final = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_FAILED: Final = frozenset({"fail", "hardfail"})


def distrust(headers: Headers, trusted_authserv: str = "") -> str | None:
    """Why a mail's sender is not to be trusted, as a sentence, or None.

    Fields of `trusted_authserv` are believed; "" stands for the authserv-id of the topmost field, which is the one
    that the person's own server put there. A DMARC failure counts, and an SPF failure that no DMARC pass makes good.
    """
    if stray := _stray_reply_to(headers):
        return f"Answers would go to {stray}, which has nothing to do with the sender's domain."
    if headers.claims and headers.sender and not related(domain(headers.claims), domain(headers.sender.address)):
        return f"The sender calls themselves {headers.claims} and writes from {headers.sender.address}."
    if not headers.authentication_results:
        return None
    results = _believed(headers.authentication_results, trusted_authserv)
    if any(method == "dmarc" and result in _FAILED for _, method, result in results):
        return "Your mail server found that the sender's address is forged (DMARC failed)."
    if _spf_alone_failed(results):
        return "Your mail server found that the mail did not come from the sender's servers (SPF failed)."
    return None


def related(one: str, other: str) -> bool:
    """Whether two domains belong together: they are equal, or one is a subdomain of the other."""
    one, other = one.casefold().rstrip("."), other.casefold().rstrip(".")
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def domain(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].casefold()


def _stray_reply_to(headers: Headers) -> str | None:
    if headers.sender is None:
        return None
    home = domain(headers.sender.address)
    return next((item.address for item in headers.reply_to if not related(domain(item.address), home)), None)


def _spf_alone_failed(results: list[tuple[int, str, str]]) -> bool:
    # Each server writes its fields above older ones, and DMARC is judged after SPF: a pass below a failure is forged.
    failures = [place for place, method, result in results if method == "spf" and result in _FAILED]
    passes = [place for place, method, result in results if method == "dmarc" and result == "pass"]
    return bool(failures) and (not passes or min(passes) > min(failures))


def _believed(fields: tuple[str, ...], trusted: str) -> list[tuple[int, str, str]]:
    read = [_field(value) for value in fields]
    trusted = trusted.casefold() or read[0][0]
    believed = [(place, results) for place, (authserv, results) in enumerate(read) if authserv == trusted]
    return [(place, *result) for place, results in believed for result in results]


def _field(value: str) -> tuple[str, list[tuple[str, str]]]:
    first, *rest = unquoted(value[:_LONGEST]).split(";")
    authserv = "" if "=" in first else next(iter(first.split()), "").casefold()
    # Some servers leave the authserv-id out and begin with a result.
    parts = [first, *rest] if "=" in first else rest
    found = (_RESULT.match(part) for part in parts)
    return authserv, [(match[1].casefold(), match[2].casefold()) for match in found if match]


def unquoted(value: str) -> str:
    """A header value without comments and quoted strings (RFC 5322, 3.2): what a sender chose can hide in them."""
    kept, depth, quoted, escaped = [], 0, False, False
    for char in value:
        if escaped or char == "\\":
            escaped = not escaped
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif not quoted and not depth:
            kept.append(char)
    return "".join(kept)
