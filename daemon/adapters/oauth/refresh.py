"""Refreshing a grant (RFC 6749, 6), in a process of its own: `python -m daemon.adapters.oauth.refresh`.

Its own, so that HTTP and TLS are in memory for the one exchange and not for ever, and so that a name look-up that hangs
can be killed. On standard input it takes {"state_dir", "client", "seen"}, on standard output it gives {} or
{"kind", "said", "seconds"}; the tokens go into the store and nowhere else.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from daemon.adapters.oauth.answers import GRANT_OVER, failure_of, grant_of
from daemon.adapters.oauth.code import secret_of
from daemon.adapters.oauth.store import TokenStore, usable
from daemon.adapters.oauth.values import Client, Grant, digest, log_in_again
from daemon.adapters.oauth.wire import Answer, post
from daemon.core.errors import HighroadError, Throttled, Transient


def refresh(store: TokenStore, client: Client, seen: str = "") -> None:
    """Get new tokens and keep them, unless another process has done so meanwhile. Waits for its turn.

    `seen` is the digest of an access token that the server did not take; empty means: if it is time. Raises
    NeedsOperator when the grant is over, Transient or Throttled when it may work later.
    """
    with store.locked():
        cut = store.recover()
        grant = usable(store, client)
        if not (digest(grant.access) == seen if seen else grant.due(time.time())):
            return
        if not grant.refresh:
            raise _no_refresh(client)
        store.reserve()  # on disk from here on until an answer is kept: see TokenStore.recover
        answer = post(client.token, _form(client, grant))
        if answer.status != 200:
            _refused(store, client, grant, answer, cut=cut)
        store.save(grant_of(answer, client, grant.id, time.time(), grant.refresh))


def _no_refresh(client: Client) -> HighroadError:
    why = (
        f'The token of account "{client.account}" is over, and the provider ({client.provider}) gave none to renew it.'
    )
    return log_in_again(client.account, why)


def _form(client: Client, grant: Grant) -> dict[str, str]:
    form = {"grant_type": "refresh_token", "refresh_token": grant.refresh, "client_id": client.client_id}
    return form | secret_of(client)


def _refused(store: TokenStore, client: Client, grant: Grant, answer: Answer, *, cut: bool) -> None:
    """Raise what an answer without tokens means. That a grant is over is kept, so that nobody asks in vain again."""
    error: HighroadError = failure_of(answer, client)
    if answer.status >= 500 or answer.text("error") not in GRANT_OVER:
        if not cut:
            store.give_back()
        raise error
    if cut:
        error = log_in_again(client.account, _cut_off(client))
    store.save(replace(grant, access="", refresh="", refused=str(error)))
    raise error


def _cut_off(client: Client) -> str:
    return (
        f'A renewal of the log-in of account "{client.account}" was cut off between the answer of the provider '
        f"({client.provider}) and its keeping, and the provider takes the old token no more."
    )


def _outcome(asked: dict[str, Any]) -> dict[str, Any]:
    client = Client.from_json(asked["client"])
    try:
        refresh(TokenStore(Path(asked["state_dir"]), client.account), client, asked["seen"])
    except Throttled as error:
        return {"kind": "throttled", "said": str(error), "seconds": error.seconds}
    except Transient as error:
        return {"kind": "transient", "said": str(error)}
    except HighroadError as error:
        return {"kind": "operator", "said": str(error)}
    return {}


def main() -> None:
    """One refresh. SIGTERM and SIGINT wait for its end: it is short, and what the provider gave must be kept."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    json.dump(_outcome(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
