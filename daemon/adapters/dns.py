"""What the DNS says of a domain's mail: SRV records of IMAP (RFC 6186, RFC 8314), MX, and whether a host is there.

Asks the machine's own name servers, or one that is named, and tells them the domain. Nothing that goes wrong here is a
failure: without an answer nothing is known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

import dns.asyncresolver
import dns.exception
import dns.resolver

SECONDS: Final = 2.5
"""For all questions together: they are asked at once."""
_SERVICES: Final = (("_imaps._tcp", "tls"), ("_imap._tcp", "starttls"))
_USUAL: Final = ("imap", "mail")
_ODD: Final = frozenset('\\"')
"""What is written with it (RFC 1035, 5.1) is the name of no host."""
_NOT_THERE: Final = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)
Server = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Service:
    """One IMAP server that a domain names, without the dot at its end."""

    host: str
    port: int
    security: Literal["tls", "starttls"]


@dataclass(frozen=True, slots=True)
class Told:
    """What the name servers said; `answered` is whether any of them did.

    `services` are the domain's own word, TLS from the first byte before STARTTLS (RFC 8314, 3), the best first;
    `denied` is whether it says that there is no IMAP at all: a target of "." (RFC 2782). `exchangers` are its MX hosts,
    `hosts` those of the usual names that exist.
    """

    answered: bool = False
    services: tuple[Service, ...] = ()
    denied: bool = False
    exchangers: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()


async def told(domain: str, server: Server | None = None) -> Told:
    """Ask about a domain, for SECONDS at most. `server` is the one to ask instead of the machine's own."""
    resolver = _resolver(server)
    if resolver is None:
        return Told()
    hosts = [f"{first}.{domain}" for first in _USUAL]
    questions = [(f"{service}.{domain}", "SRV") for service, _ in _SERVICES]
    questions += [(domain, "MX"), *((host, kind) for host in hosts for kind in ("A", "AAAA"))]
    answers = await asyncio.gather(*(_answer(resolver, name, kind) for name, kind in questions))
    found = dict(zip(questions, answers, strict=True))
    return _sorted_out(domain, hosts, found)


def _resolver(server: Server | None) -> dns.asyncresolver.Resolver | None:
    """The resolver; None where this machine is told of none."""
    try:
        resolver = dns.asyncresolver.Resolver(configure=server is None)
    except (dns.exception.DNSException, OSError):
        return None
    if server is not None:
        resolver.nameservers, resolver.port = [server[0]], server[1]
    resolver.lifetime = SECONDS
    return resolver


async def _answer(resolver: dns.asyncresolver.Resolver, name: str, kind: str) -> Sequence[Any] | None:
    """The records; none where the DNS says that there are none, None where it says nothing."""
    with suppress(dns.exception.DNSException, OSError, ValueError):
        try:
            return list(await resolver.resolve(f"{name}.", kind, search=False))
        except _NOT_THERE:
            return []
    return None


def _sorted_out(domain: str, hosts: Iterable[str], found: dict[tuple[str, str], Sequence[Any] | None]) -> Told:
    services, denied = list[Service](), list[bool]()
    for name, security in _SERVICES:
        records = found[f"{name}.{domain}", "SRV"] or ()
        services += _services(records, "tls" if security == "tls" else "starttls")
        denied += [_host(one.target) == "" for one in records]
    exchangers = sorted(found[domain, "MX"] or (), key=lambda one: int(one.preference))
    return Told(
        any(answer is not None for answer in found.values()),
        tuple(services),
        bool(denied) and all(denied),
        tuple(filter(None, (_host(one.exchange) for one in exchangers))),
        tuple(host for host in hosts if found[host, "A"] or found[host, "AAAA"]),
    )


def _services(records: Sequence[Any], security: Literal["tls", "starttls"]) -> Iterator[Service]:
    """By priority, and the heavier first (RFC 2782): one is enough, so that weights need no dice. Left out is what
    nobody can connect to.
    """
    for one in sorted(records, key=lambda one: (one.priority, -one.weight)):
        host = _host(one.target)
        if host and one.port and _ODD.isdisjoint(host):
            yield Service(host, int(one.port), security)


def _host(name: Any) -> str:  # noqa: ANN401  (a dns.name.Name)
    return str(name).rstrip(".").lower()
