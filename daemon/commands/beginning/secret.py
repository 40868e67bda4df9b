"""The password: typed without echo and held in memory alone, or a place where it is found."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from config.providers import Provider
from config.schema import SECRET_KINDS, SecretKind
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person
from daemon.core.errors import WrongUse

_TYPE_IT: Final = (
    "The password of {user} (nothing is shown while you type). Press Enter alone to name a command, a file or a "
    "variable where it is found instead."
)
_WHERE: Final = (
    "Where is it found? Write command:, file:, env:, credential: or keyring: before it, e.g. command:pass show mail/sam"
)
_NEVER: Final = (
    "The password itself never goes into the settings or onto the command line. Say where it is found, e.g. "
    '--password "command:pass show mail/sam", "file:~/.config/highroad/secret", "env:HIGHROAD_PASSWORD", '
    '"credential:imap" or "keyring:highroad"; or bring it by --password-stdin.'
)
_NO_TEXT: Final = "The password is not UTF-8 text; nothing was written."


@dataclass(frozen=True, slots=True)
class Secret:
    """Where the password is found; `typed` is one that the person typed and that is kept nowhere yet."""

    kind: SecretKind
    value: str
    typed: str = field(default="", repr=False)


def secret_of(given: Given, user: str, person: Person) -> Secret:
    """The password, by the flags or by asking. Raises WrongUse for what cannot be one, without repeating it."""
    if given.password_stdin:
        return _typed(_line_of_input(person))
    if given.password:
        return _found(given.password)
    return asked(user, person)


def asked(user: str, person: Person) -> Secret:
    """The password once more, or for the first time. Raises WrongUse where nobody can be asked."""
    if not person.there:
        raise WrongUse(f"Nobody can be asked here, and --password is missing. {_NEVER}")
    text = person.hidden(_TYPE_IT.format(user=user))
    return _typed(text) if text else _found(person.ask(_WHERE, "--password"))


def advice(provider: Provider | None, person: Person) -> None:
    """What kind of password this provider wants, and where to get it."""
    if provider is not None:
        person.say(provider.advice)
    else:
        person.say(
            "Highroad needs the password that your mail program uses for this mailbox. Where there is two-step log-in, "
            "that is an app password, which you make on the provider's page."
        )


def _line_of_input(person: Person) -> str:
    if person.there and sys.stdin.isatty():
        return person.hidden("The password (nothing is shown while you type).")
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise WrongUse(_NO_TEXT) from None


def _typed(text: str) -> Secret:
    if not text:
        raise WrongUse("The password is empty; nothing was written.")
    try:
        text.encode()
    except UnicodeEncodeError:  # octets that were no text, as Python carries them along
        raise WrongUse(_NO_TEXT) from None
    return Secret("file", "", text)


def refuse_literal(given: Given) -> None:
    """Raise WrongUse for a --password that names no place, without repeating it."""
    if given.password:
        _found(given.password)


def _found(text: str) -> Secret:
    """A place, as "kind:value"."""
    kind, colon, value = text.partition(":")
    found = next((one for one in SECRET_KINDS if one == kind.strip()), None)
    if found is None or not colon or not value.strip():
        raise WrongUse(_NEVER)
    return Secret(found, value.strip())


@contextmanager
def at_hand(secret: Secret) -> Iterator[tuple[SecretKind, str]]:
    """Where the program finds it for now: a typed one in a file that is memory and has no name (memfd_create(2))."""
    if not secret.typed:
        yield secret.kind, secret.value
        return
    handle = os.memfd_create("highroad")
    try:
        os.fchmod(handle, 0o600)
        os.write(handle, secret.typed.encode())
        yield "file", f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)
