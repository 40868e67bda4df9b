"""What a provider's answers mean: a grant, or a failure named by what to do (RFC 6749, 5.2; RFC 8628, 3.5)."""

from __future__ import annotations

import re
from typing import Final

from daemon.adapters.oauth.values import Client, Grant, log_in_again
from daemon.adapters.oauth.wire import Answer
from daemon.core.errors import HighroadError, NeedsOperator, Throttled, Transient
from daemon.core.quoting import quoted

GRANT_OVER: Final = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
"""The grant is not good (any more): revoked, ended, used twice. Only the person can give a new one."""
_PASSING: Final = frozenset({"temporarily_unavailable", "server_error", "slow_down", "authorization_pending"})
_CLIENT: Final = frozenset({"invalid_client", "unauthorized_client"})
_ASSUMED_SECONDS: Final = 3600.0
"""How long a token lives where the provider does not say (RFC 6749, 5.1, leaves it open)."""
_LONGEST_TOKEN: Final = 12_288


def grant_of(answer: Answer, client: Client, identity: str, now: float, refresh: str = "") -> Grant:
    """The grant of a token endpoint's answer (RFC 6749, 5.1); a refresh token that it does not replace stays.

    Raises Transient, Throttled or NeedsOperator.
    """
    if answer.status != 200 or not answer.text("access_token"):
        raise failure_of(answer, client)
    access, new = answer.text("access_token"), answer.text("refresh_token") or refresh
    kind = answer.text("token_type") or "bearer"
    if kind.lower() != "bearer" or not _is_token(access) or not (_is_token(new) or not new):
        raise NeedsOperator(
            f"{_who(client)} gave a token that no IMAP server takes (its type is {quoted(shown(kind))})."
        )
    life = answer.number("expires_in")
    return Grant(identity, client.mark, now, now + (_ASSUMED_SECONDS if life is None else life), access, new)


def _is_token(text: str) -> bool:
    """Visible ASCII (RFC 6750, 2.1 is stricter still): what comes into a log-in must not break its lines."""
    return re.fullmatch(r"[\x21-\x7e]+", text) is not None and len(text) <= _LONGEST_TOKEN


def failure_of(answer: Answer, client: Client) -> HighroadError:
    """The failure that an answer without a token means."""
    error = answer.text("error")
    said = _said(answer)
    if answer.status == 429 or (answer.wait is not None and answer.status >= 500):
        return Throttled(f"{_who(client)} asks for a pause{said}.", answer.wait)
    if answer.status >= 500 or error in _PASSING:
        return Transient(f"{_who(client)} is in trouble (HTTP {answer.status}){said}. It is tried again.")
    if error in GRANT_OVER:
        return log_in_again(client.account, f'{_who(client)} does not take the log-in of account "{client.account}" '
                                            f"any more{said}.")  # fmt: skip
    if error in _CLIENT:
        return NeedsOperator(f"{_who(client)} does not know this client{said}. Check oauth.client_id and "
                             f'oauth.client_secret of account "{client.account}" (docs/providers.md).')  # fmt: skip
    if error:
        return NeedsOperator(f"{_who(client)} refused{said}. Check the oauth settings of account "
                             f'"{client.account}" (docs/providers.md).')  # fmt: skip
    return Transient(_odd(answer, client))


def _odd(answer: Answer, client: Client) -> str:
    """No OAuth in it at all: a sign-in page of a hotel's network, say, or a wrong endpoint."""
    if 300 <= answer.status < 400:
        return (
            f"{_who(client)} answered with a redirect (HTTP {answer.status}), which is not followed. It is tried again."
        )
    return (
        f"{_who(client)} gave an answer that is none of OAuth (HTTP {answer.status}). Is this network behind a "
        "sign-in page, or an endpoint wrong? It is tried again."
    )


def _who(client: Client) -> str:
    return f"The provider ({client.provider})"


def _said(answer: Answer) -> str:
    parts = [answer.text("error"), answer.text("error_description")]
    words = ": ".join(shown(one) for one in parts if one)
    return f", saying {quoted(words)}" if words else ""


def shown(text: str) -> str:
    """What somebody else said, fit for a sentence: controls gone, bounded, without its own full stop."""
    line = re.sub(r"[^\x21-\x7e\u00a1-\u1fff\u2c00-\ud7ff]+", " ", text).strip(" .")
    return line[:200] or "nothing"
