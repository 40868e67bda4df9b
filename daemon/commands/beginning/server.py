"""Which server holds the mail of an address: the table of providers, then the DNS, then the person."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, get_args

from config import fields
from config.providers import Provider, provider_at, provider_by_exchanger, provider_for
from config.schema import Security
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person
from daemon.core.errors import NeedsOperator, WrongUse

if TYPE_CHECKING:
    from daemon.adapters.dns import Told

PORTS: Final = {"tls": 993, "starttls": 143, "plain": 143}
_DNS_PORT: Final = 53
_PORTS_END: Final = 65_536
_ASKING: Final = (
    "{domain} is no provider that Highroad knows, so it asks the DNS where its mail is. That tells {who} the domain, "
    "and nothing else; --no-dns leaves it out."
)


@dataclass(frozen=True, slots=True)
class Server:
    """Where to log in, and whose that is (None for nobody we know)."""

    host: str
    port: int
    security: Security
    provider: Provider | None = None


def server_of(given: Given, address: str, person: Person) -> Server:
    """The server. Raises WrongUse where nobody can be asked, NeedsOperator where no log-in of ours can work."""
    security(given)
    provider = provider_for(address)
    if given.host:
        found = _named(given.host, provider or provider_at(given.host))
    elif provider is not None:
        person.say(f"Your mail is at {provider.name}.")
        found = _of(provider)
    else:
        found = _of_own_domain(given, address.rpartition("@")[2].lower(), person)
    return _as_given(given, found)


def security(given: Given) -> Security | None:
    """What --security says; None for nothing. Raises WrongUse."""
    found = next((one for one in get_args(Security) if one == given.security), None)
    if given.security and found is None:
        raise WrongUse(f"--security {given.security!r} is none of {', '.join(get_args(Security))}.")
    return found


def asked_again(was: Server, given: Given, person: Person) -> Server:
    """The server once more, after it could not be reached."""
    known = was.host if was.port == PORTS[was.security] else f"{was.host}:{was.port}"
    text = person.ask("Which IMAP server shall be tried now (a name, or name:port)?", "--host", known, _host)
    return was if text == known else _as_given(given, _named(text, was.provider))


def _named(text: str, provider: Provider | None) -> Server:
    """A server as somebody wrote it: a name, or name:port."""
    found = re.fullmatch(r"([^:]+):([0-9]{1,5})", text)
    host, port = (found[1], int(found[2])) if found else (text, 0)
    if provider is not None and provider.host == host:
        return Server(host, port or provider.port, provider.security, provider)
    way: Security = "starttls" if port == PORTS["starttls"] else "tls"
    return Server(host, port or PORTS[way], way, provider)


def _of(provider: Provider) -> Server:
    if not provider.host:
        raise NeedsOperator(provider.advice)
    return Server(provider.host, provider.port, provider.security, provider)


def _as_given(given: Given, found: Server) -> Server:
    wanted = security(given)
    if wanted is None:
        return Server(found.host, given.port or found.port, found.security, found.provider)
    port = found.port if wanted == found.security else PORTS[wanted]
    return Server(found.host, given.port or port, wanted, found.provider)


def _of_own_domain(given: Given, domain: str, person: Person) -> Server:
    """By the domain's own word, by who takes its mail in, or by the person's."""
    if not given.dns:
        return _asked(domain, "", person)
    from daemon.adapters.dns import told

    who = f"the name server {given.resolver}" if given.resolver else "this machine's name server"
    person.say(_ASKING.format(domain=domain, who=who))
    answer = asyncio.run(told(domain, resolver(given.resolver)))
    return (
        _by_services(domain, answer, person) or _by_exchanger(domain, answer, person) or _left(domain, answer, person)
    )


def _left(domain: str, answer: Told, person: Person) -> Server:
    if answer.denied:
        person.say(f"{domain} says by its DNS that it offers no IMAP.")
    elif not answer.answered:
        person.say("No name server answered.")
    return _asked(domain, next(iter(answer.hosts), ""), person)


def resolver(text: str) -> tuple[str, int] | None:
    """ADDRESS or ADDRESS:PORT of a name server; None for the machine's own. Raises WrongUse."""
    if not text:
        return None
    found = re.fullmatch(r"\[?(.+?)\]?(?::([0-9]{1,5}))?", text) if text.count(":") < 2 or "[" in text else None
    host, port = (found[1], found[2]) if found else (text, None)
    try:
        where = str(ip_address(host)), int(port or _DNS_PORT)
    except ValueError:
        where = ("", 0)
    if not 0 < where[1] < _PORTS_END:
        raise WrongUse(f"--resolver {text!r} is no address of a name server, e.g. 192.0.2.53.")
    return where


def _by_services(domain: str, answer: Told, person: Person) -> Server | None:
    """The server that the domain names, if it is to be trusted. One of another domain is asked about: RFC 6186, 6."""
    if not answer.services:
        return None
    best = answer.services[0]
    found = Server(best.host, best.port, best.security, provider_at(best.host))
    sentence = f"The DNS of {domain} names this server: {found.host}, port {found.port}"
    if found.host == domain or found.host.endswith(f".{domain}"):
        person.say(f"{sentence}.")
        return found
    return found if _trusts(found, f"{sentence}. It lies in another domain than your address", person) else None


def _trusts(found: Server, sentence: str, person: Person) -> bool:
    whose = f", and belongs to {found.provider.name}" if found.provider else ""
    if not person.asks:
        raise WrongUse(f"{sentence}{whose}. If you trust it with your password, say so: --host {found.host}")
    person.say(f"{sentence}{whose}.")
    return person.agrees("Do you trust it with your password?", default=found.provider is not None)


def _by_exchanger(domain: str, answer: Told, person: Person) -> Server | None:
    """The server of the provider that takes the domain's mail in, if the person says that the mailbox is there."""
    known = ((one, provider_by_exchanger(one)) for one in answer.exchangers)
    exchanger, provider = next(((one, found) for one, found in known if found is not None), ("", None))
    if provider is None:
        return None
    sentence = f"The DNS of {domain} says that {exchanger} takes its mail in, which is {provider.name}'s."
    if not person.asks:
        raise WrongUse(f"{sentence} If your mailbox is there, say so: --host {provider.host or '...'}")
    person.say(sentence)
    return _of(provider) if person.agrees(f"Is your mailbox at {provider.name}?") else None


def _asked(domain: str, there: str, person: Person) -> Server:
    """What the person says; the usual name is a suggestion, and one that the DNS knows may be taken unasked."""
    suggested = there or (f"imap.{domain}" if person.asks else "")
    return _named(person.ask(f"Which IMAP server holds the mail of {domain}?", "--host", suggested, _host), None)


def _host(text: str) -> str:
    fields.host(re.sub(r":[0-9]{1,5}\Z", "", text))
    return text
