"""What a single value of the settings must look like. Each check returns the value or raises ValueError, a sentence.

The text of an error repeats at most some characters of a value, escaped, and nothing that may hold a secret.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final, TypeVar
from urllib.parse import urlsplit

from config.duration import Duration, Hours, When, shown
from config.oauth_providers import OAUTH_PROVIDERS
from config.oauth_providers import oauth_provider as provider_named
from config.zones import zone

_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TEXT_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ATOM: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_DOMAIN: Final = re.compile(r"(?=.{1,189}\Z)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
LANGUAGES: Final = ("", "de", "en", "es", "fr", "it", "nl", "pt")
_COUNTRY: Final = re.compile(r"[A-Z]{2,3}|")
T = TypeVar("T", Duration, Hours, When)


def text(value: str) -> str:
    """Text of several lines: no control character but tab and line feed."""
    if _TEXT_CONTROLS.search(value):
        raise ValueError("holds a control character; take it out")
    return value


def line(value: str) -> str:
    """Text of one line, which may be empty."""
    if _CONTROLS.search(value):
        raise ValueError("holds a line break or another control character; it must be one line of plain text")
    return value


def name(value: str) -> str:
    """Text of one line that is not blank."""
    if not line(value).strip():
        raise ValueError("must not be empty")
    return value


def address(value: str) -> str:
    """A bare mail address (the dot-atom form of RFC 5322, 3.4.1, in ASCII)."""
    local, at, domain = line(value).rpartition("@")
    if at and not value.isascii():
        raise ValueError(f"{shown(value)} holds a letter that is not ASCII; write the domain in its xn-- form")
    if not _ATOM.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{shown(value)} is not a mail address: one name, one @ and a domain, nothing around it")
    return value


def address_or_empty(value: str) -> str:
    """A bare mail address, or the empty text."""
    return address(value) if value else value


def host(value: str) -> str:
    """A host name or an IP address: no scheme, no port, no path. It may be empty (then `crossing` has its say)."""
    if "://" in line(value):
        raise ValueError("holds more than the server's name; leave out the part with ://")
    if value and not _DOMAIN.fullmatch(value) and not _is_ipv6(value):
        hint = "; the port is a key of its own" if re.search(r":[0-9]+\Z", value) else ""
        raise ValueError(f"is not the name or the address of a server{hint}")
    return value


def _is_ipv6(value: str) -> bool:
    try:
        IPv6Address(value)
    except ValueError:
        return False
    return True


def is_loopback(value: str) -> bool:
    """Whether a host is this very machine: localhost, 127.0.0.0/8 or ::1 (RFC 6761, 6.3; RFC 1122, 3.2.1.3)."""
    try:
        return ip_address(value).is_loopback
    except ValueError:
        return value.lower() == "localhost"


def endpoint(value: str) -> str:
    """An https address, http only to this very machine, or the empty text. Nothing secret goes over a bare line."""
    if value and not _is_endpoint(line(value)):
        raise ValueError("is not an address that begins with https:// (http:// is for this very machine only)")
    return value


def _is_endpoint(value: str) -> bool:
    try:
        parts = urlsplit(value)
        found, _ = parts.hostname or "", parts.port  # reading a wrong port raises
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(found))
    bare = "@" not in parts.netloc and not parts.fragment and value.isascii() and " " not in value
    return safe and bool(found) and bare


def oauth_provider(value: str) -> str:
    """The name of a provider in the table, or the empty text."""
    if value and provider_named(token(value)) is None:
        names = ", ".join(one.name for one in OAUTH_PROVIDERS)
        raise ValueError(f"{shown(value)} is none of {names}")
    return value


def timezone(value: str) -> str:
    """A time zone's name that this machine knows, or the empty text."""
    if line(value):
        zone(value)
    return value


def country(value: str) -> str:
    """A country code in capitals, or the empty text. Whether its holidays are known is the clock's to say."""
    if not _COUNTRY.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a country code of two capital letters")
    return value


def language(value: str) -> str:
    """A language that there are letters in, or the empty text."""
    if value not in LANGUAGES:
        known = ", ".join(one for one in LANGUAGES if one)
        raise ValueError(f"{shown(value)} is not one of the languages that Highroad writes: {known}")
    return value


def command(value: str) -> str:
    """A command line, run without a shell: no NUL, and its quotes match. Maybe secret: not repeated."""
    if "\0" in value:
        raise ValueError("holds a NUL character; take it out")
    try:
        words = shlex.split(value)
    except ValueError:
        raise ValueError("is not a command line: its quotes do not match, or it ends with a backslash") from None
    if value and not words:
        raise ValueError("is blank; name the program to run")
    return value


def token(value: str) -> str:
    """One word without spaces, which may be empty."""
    if any(letter.isspace() for letter in line(value)):
        raise ValueError("holds a space; it must be one word")
    return value


def reading(parse: Callable[[str], T]) -> Callable[[object], T]:
    """A check that reads text into a value of time."""

    def read(value: object) -> T:
        if not isinstance(value, str):
            raise ValueError(f"must be text in quotes, not {kind(value)}")  # noqa: TRY004 - pydantic wants ValueError
        return parse(value)

    return read


def at_least_a_second(value: Duration) -> Duration:
    """A duration of fixed length, a second or more."""
    if value.exact is None:
        raise ValueError(f"{value} has no fixed length; write seconds, minutes, hours or days")
    if value.exact < timedelta(seconds=1):
        raise ValueError(f"{value} would never rest; write one second or more")
    return value


def no_working_days(value: Duration) -> Duration:
    """A duration in anything but working days."""
    if value.unit == "working_day":
        raise ValueError(f"{value} cannot be counted backwards; write days, weeks or months")
    return value


def number(value: float) -> str:
    """A number in a few letters, however large."""
    try:
        return f"{value:.6g}"
    except OverflowError:
        return "a number of hundreds of digits"


def kind(value: object) -> str:
    """What a TOML value is, in words. The value itself, which may be a secret in the wrong place, is not repeated."""
    words = {bool: "true or false", int: "a number", float: "a number", str: "text", dict: "a table"}
    return "a list" if isinstance(value, list | tuple) else words.get(type(value), "a date or a time")
