"""The device code (RFC 8628): a short code to type in any browser anywhere, and asking until that was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from daemon.adapters.oauth.answers import failure_of, grant_of, shown
from daemon.adapters.oauth.code import secret_of
from daemon.adapters.oauth.values import Client, Grant
from daemon.adapters.oauth.wire import Answer, post
from daemon.core.errors import NeedsOperator, Throttled, Transient

_GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL: Final = 5.0
_SLOWER: Final = 5.0
_LONGEST_INTERVAL: Final = 60.0
_LONGEST: Final = 1800.0


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the person needs: the address, the code to type there, for how long in s; `interval` between our questions.

    `direct` is an address that has the code in it already; it may be empty.
    """

    address: str
    code: str
    direct: str
    seconds: float
    interval: float
    device_code: str = field(repr=False)


def invited(client: Client) -> Invitation:
    """Ask the provider for a device code. Raises Transient, Throttled or NeedsOperator."""
    answer = post(client.device, {"client_id": client.client_id, "scope": client.scope} | secret_of(client))
    address = answer.text("verification_uri") or answer.text("verification_url")  # the second is Google's own name
    code, device_code = answer.text("user_code"), answer.text("device_code")
    if answer.status != 200 or not device_code or not code:
        raise failure_of(answer, client)
    if not _is_address(address) or code != shown(code):
        raise NeedsOperator(f"The provider ({client.provider}) gave no usable address or code for the device log-in.")
    direct = answer.text("verification_uri_complete")
    seconds = min(answer.number("expires_in") or _LONGEST, _LONGEST)
    interval = min(answer.number("interval") or _INTERVAL, _LONGEST_INTERVAL)
    return Invitation(address, code, direct if _is_address(direct) else "", seconds, interval, device_code)


def _is_address(text: str) -> bool:
    """Fit to be shown and opened."""
    visible = text.isascii() and text.isprintable() and " " not in text and len(text) <= 500
    return visible and urlsplit(text).scheme in {"https", "http"}


def awaited(
    client: Client, invitation: Invitation, identity: str, now: Callable[[], float], sleep: Callable[[float], None]
) -> Grant:
    """Ask until the person has said yes or no, or the code's time is up. Raises NeedsOperator, Throttled or Transient.

    `now` gives s since the epoch. A network that fails in between only slows the asking down (RFC 8628, 3.5).
    """
    interval, end = invitation.interval, now() + invitation.seconds
    while now() < end:
        sleep(interval)
        try:
            answer = _polled(client, invitation)
        except Transient as failure:
            asked = failure.seconds or 0.0 if isinstance(failure, Throttled) else 0.0
            interval = min(max(interval * 2, asked), _LONGEST_INTERVAL)
            continue
        if answer.text("error") not in {"authorization_pending", "slow_down"}:
            return _ended(client, answer, identity, now())
        interval += _SLOWER if answer.text("error") == "slow_down" else 0.0
    raise _too_late(client)


def _polled(client: Client, invitation: Invitation) -> Answer:
    form = {"grant_type": _GRANT_TYPE, "device_code": invitation.device_code, "client_id": client.client_id}
    answer = post(client.token, form | secret_of(client))
    if answer.status >= 500 or answer.status == 429:
        raise failure_of(answer, client)
    return answer


def _ended(client: Client, answer: Answer, identity: str, now: float) -> Grant:
    error = answer.text("error")
    if error == "access_denied":
        raise NeedsOperator(f"The log-in was declined at the provider ({client.provider}); nothing was changed.")
    if error in {"expired_token", "bad_verification_code", "code_expired"}:
        raise _too_late(client)
    return grant_of(answer, client, identity, now)


def _too_late(client: Client) -> NeedsOperator:
    return NeedsOperator(
        f"The code was not typed in time; nothing was changed. Say `highroad login {client.account}` for a new one."
    )
