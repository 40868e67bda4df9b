"""What is said inside AUTHENTICATE: PLAIN, OAUTHBEARER and XOAUTH2, and the errors of the latter two. Sans IO."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final

from daemon.adapters.imap.said import one_line

BEARER_END: Final = base64.b64encode(b"\x01").decode()
"""What answers the error of OAUTHBEARER (RFC 7628, 3.2.3), "AQ=="; XOAUTH2's is answered by an empty line."""
_TOLD: Final = ("status", "scope", "openid-configuration")


def plain(user: str, password: str) -> str:
    """PLAIN (RFC 4616), in UTF-8."""
    return _base64(f"\0{user}\0{password}")


def xoauth2(user: str, token: str) -> str:
    """XOAUTH2, as Google and Microsoft describe it."""
    return _base64(f"user={user}\x01auth=Bearer {token}\x01\x01")


def oauthbearer(user: str, token: str, host: str, port: int) -> str:
    """OAUTHBEARER (RFC 7628, 3.1), with the user as authorization identity (RFC 5801, 4)."""
    name = user.replace("=", "=3D").replace(",", "=2C")
    return _base64(f"n,a={name},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01")


def error_in(challenge: bytes) -> dict[str, str]:
    """Status, scope and where to ask, of the error JSON in a challenge (RFC 7628, 3.2.2); empty for what is none."""
    try:
        found = json.loads(base64.b64decode(challenge))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    told = {key: found[key] for key in _TOLD if isinstance(found.get(key), str | int)}
    return {key: one_line(str(value), 120) for key, value in told.items()}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
