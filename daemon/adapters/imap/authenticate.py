"""Logging in on a connection that is ready for it, with every refusal told apart from every mishap."""

from __future__ import annotations

import imaplib
import re
from typing import TYPE_CHECKING, Final

from daemon.adapters.imap import sasl
from daemon.adapters.imap.gateway import clean
from daemon.adapters.imap.said import asks_to_wait, one_line, seconds_asked, without
from daemon.adapters.imap.wire import Answered, Client
from daemon.core.errors import NeedsOperator, Refused, Throttled, Transient
from daemon.core.quoting import quoted

if TYPE_CHECKING:
    from daemon.adapters.imap.login import Login

_PASSING: Final = re.compile(r"\[(SERVERBUG|CONTACTADMIN)\b|try again|temporar", re.I)
_REFUSED_CODE: Final = re.compile(r"\[(AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|WEBALERT)", re.I)
"""Response codes of RFC 5530, and Google's [WEBALERT]."""
_REFUSING: Final = re.compile(rf"{_REFUSED_CODE.pattern}|authenticat|credential|password|log ?in|username", re.I)
"""The codes, then the words of servers that send none."""


def authenticate(client: Client, login: Login, secret: str) -> None:
    """Log in with a password or an access token. Raises Refused, NeedsOperator, Throttled or Transient."""
    wire = client.wire
    if wire.state != "NONAUTH":
        raise NeedsOperator(f"{login.where} takes us for somebody before we said who we are (PREAUTH).")
    wire.challenge = b""
    try:
        _enter(client, login, clean(login.user, "user name"), clean(secret, login.secret_name))
        client.offered(anew=True)
    except Answered as error:
        raise _why_not(login, error, secret, _told(wire.challenge, secret)) from error
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        raise mishap(login, "while logging in", error, secret) from error


def _enter(client: Client, login: Login, user: str, secret: str) -> None:
    offered = frozenset(client.wire.capabilities)
    if login.auth == "oauth2":
        _by_token(client, login, user, secret, offered)
    elif (user + secret).isascii() and "LOGINDISABLED" not in offered:
        quoted = user.replace("\\", "\\\\").replace('"', '\\"')
        client.wire.login(f'"{quoted}"', secret)
    elif "AUTH=PLAIN" in offered and (login.security != "plain" or "LOGINDISABLED" not in offered):
        # LOGIN takes no other letters than ASCII; PLAIN is UTF-8 (RFC 4616)
        client.wire.sasl("PLAIN", sasl.plain(user, secret), "*", at_once="SASL-IR" in offered)
    else:
        raise _no_way_in(login, offered)


def _no_way_in(login: Login, offered: frozenset[str]) -> NeedsOperator:
    if "LOGINDISABLED" not in offered:
        return NeedsOperator(
            f"{login.where} takes only ASCII letters, digits and signs at log-in, and user or password of account "
            f'"{login.account}" hold others. Choose a password without them.'
        )
    instead = 'Set security = "tls" or "starttls".' if login.security == "plain" else 'It may want auth = "oauth2".'
    return NeedsOperator(f"{login.where} allows no password on this connection (LOGINDISABLED). {instead}")


def _by_token(client: Client, login: Login, user: str, token: str, offered: frozenset[str]) -> None:
    at_once = "SASL-IR" in offered
    if "AUTH=OAUTHBEARER" in offered:
        first = sasl.oauthbearer(user, token, login.host, login.port)
        client.wire.sasl("OAUTHBEARER", first, sasl.BEARER_END, at_once=at_once)
    elif "AUTH=XOAUTH2" in offered:
        client.wire.sasl("XOAUTH2", sasl.xoauth2(user, token), "", at_once=at_once)
    else:
        raise NeedsOperator(
            f"{login.where} offers neither OAUTHBEARER nor XOAUTH2, so account "
            f'"{login.account}" cannot log in with auth = "oauth2" there. Set auth = "password".'
        )


def _told(challenge: bytes, secret: str) -> dict[str, str]:
    """The server's error JSON, without our own secret."""
    return {key: without(value, secret) for key, value in sasl.error_in(challenge).items()}


def _why_not(login: Login, error: Answered, secret: str, told: dict[str, str]) -> Refused | Transient:
    """Only an explicit NO about the credentials is a refusal.

    A BAD is one only with a response code that says so: it may as well mean that the server was in trouble.
    """
    said = without(error.said, secret) or "nothing more"
    if asks_to_wait(said):
        sentence = f'{login.where} asks us to wait before account "{login.account}" logs in again: {quoted(said)}.'
        return Throttled(sentence, seconds_asked(said))
    explicit = (_REFUSED_CODE if error.kind == "BAD" else _REFUSING).search(said) is not None
    troubled = _PASSING.search(said) is not None or told.get("status", "").startswith("5")
    if troubled or not (explicit or (told and error.kind == "NO")):
        return Transient(
            f'{login.where} did not take the log-in of account "{login.account}" just now ({quoted(said)}).'
        )
    return Refused(_refused_token(login, said, told) if login.auth == "oauth2" else _refused_password(login, said))


def _refused_password(login: Login, said: str) -> str:
    return (
        f'{login.where} refused user or password of account "{login.account}": {quoted(said)}. '
        "Many providers want an app password instead of your own; `highroad doctor` says which."
    )


def _refused_token(login: Login, said: str, told: dict[str, str]) -> str:
    why = "".join(f", {key} {value}" for key, value in told.items())
    told_ = quoted(f"{said}{why}")
    return (
        f'{login.where} refused the access token of account "{login.account}": {told_}. '
        f"If this stays, say `highroad login {login.account}`."
    )


def mishap(login: Login, when: str, error: BaseException, secret: str = "") -> Transient:
    """What went wrong with the connection itself, before it could be used."""
    said = without(words_of(error), secret)
    if asks_to_wait(said):
        return Throttled(f"{login.where} asks us to wait {when}: {quoted(said)}.", seconds_asked(said))
    shown = as_told(error, said)
    return Transient(
        f"{login.where} cannot be reached ({shown}). It is tried again; check host and port if this stays."
    )


def as_told(error: BaseException, said: str) -> str:
    """What a failure says, quoted where it may be the server's words and not the system's or ours."""
    return said if isinstance(error, OSError | EOFError) else quoted(said)


def words_of(error: BaseException) -> str:
    """What a failure says, in one line: the server's words where it has any."""
    first = error.args[0] if error.args else ""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return one_line(first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)) or "it hung up"
