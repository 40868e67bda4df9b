"""The few other questions: name, address, time zone, holidays, what drafts end with, and the folders to watch."""

from __future__ import annotations

import os
import pwd
import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config import fields, zones
from config.providers import Provider
from daemon.adapters.clock import days_off
from daemon.adapters.imap.folders import Listing
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person
from daemon.commands.beginning.sampling import Sample
from daemon.core.errors import NeedsOperator, WrongUse

_NONE = "none"


@dataclass(frozen=True, slots=True)
class Habits:
    """When and how the person writes; empty is the default of the settings."""

    timezone: str
    holidays: str
    signature: str


def sound(given: Given) -> None:
    """Raise WrongUse for an answer on the command line that would be asked again at the terminal."""
    _like("--name", given.name, fields.name)
    _like("--address", given.address, fields.address)
    _like("--timezone", given.timezone, _zone)
    _like("--holidays", given.holidays, _country)


def _like(flag: str, text: str, check: Callable[[str], str]) -> None:
    try:
        if text:
            check(text)
    except ValueError as error:
        raise WrongUse(f"{flag}: {error}.") from None


def name(given: Given, person: Person) -> str:
    """The person's name; the machine may know it."""
    known = _told_to_the_machine()
    own = known if " " in known else ""
    return given.name or person.ask("Your name, as your drafts shall show it?", "--name", own, fields.name)


def _told_to_the_machine() -> str:
    """The name that the account carries; in a container a number need not have an account."""
    try:
        return pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0].strip()
    except KeyError:
        return ""


def address(given: Given, person: Person) -> str:
    """The person's address."""
    return given.address or person.ask("Your mail address?", "--address", check=fields.address)


def certificate(given: Given, provider: Provider | None, person: Person) -> str:
    """The certificate to trust besides the system's; a bridge on this machine has one of its own."""
    if given.ca_file or provider is None or provider.password != "bridge" or not person.there:  # noqa: S105  (a kind)
        return given.ca_file
    return person.ask("Which file is the certificate that it exported?", "--ca-file", check=file)


def file(text: str) -> str:
    """The whole path of a file. Raises ValueError where there is none."""
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise ValueError("there is no such file")
    return str(path)


def habits(given: Given, own_name: str, person: Person) -> Habits:
    """Time zone, holidays and signature: guessed, shown together, and asked one by one where that is not right."""
    machine = zones.local_name()
    zone = given.timezone or (_zone_asked(machine, person) if machine.endswith("UTC") else machine)
    country = _country(given.holidays) if given.holidays else country_of(zone, os.environ)
    guess = Habits(zone, country, given.signature or own_name)
    person.say(
        f"Your time zone is {zone}, {f'the public holidays of {country}' if country else 'no public holidays'} are "
        f"kept free, and your drafts end with “{guess.signature}”."
    )
    if person.agrees("Is that right?"):
        return Habits(given.timezone if not person.asks else zone, country, given.signature)
    return _one_by_one(guess, person)


def _zone_asked(machine: str, person: Person) -> str:
    question = f"This machine's clock runs in {machine}. In which time zone do you live, e.g. Europe/Berlin?"
    return person.ask(question, "--timezone", machine, _zone)


def _one_by_one(guess: Habits, person: Person) -> Habits:
    zone = person.ask("In which time zone do you live?", "--timezone", guess.timezone, _zone)
    question = 'Of which country shall the public holidays be kept (a code like DE, or "none")?'
    country = person.ask(question, "--holidays", guess.holidays or _NONE, _country)
    signature = person.ask("What shall your drafts end with?", "--signature", guess.signature, fields.line)
    return Habits(zone, country, signature)


def _zone(text: str) -> str:
    zones.zone(text)
    return text


def _country(text: str) -> str:
    if text.lower() == _NONE:
        return ""
    code = text.upper()
    try:
        days_off(code)
    except NeedsOperator:
        raise ValueError(f'"{text[:20]}" is no country code that we know, e.g. DE') from None
    return code


def country_of(zone: str, environ: Mapping[str, str]) -> str:
    """The country of a time zone, else of the locale, if its holidays are known; empty if not."""
    spoken = re.match(r"[a-z]{2,3}_([A-Z]{2})", environ.get("LC_ALL") or environ.get("LANG") or "")
    for code in (_tabled(zone), spoken[1] if spoken else ""):
        try:
            country = _country(code) if code else ""
        except ValueError:
            continue
        if country:
            return country
    return ""


def _tabled(zone: str) -> str:
    """The country of a zone by the zone data's own table (zone.tab)."""
    for folder in zoneinfo.TZPATH:
        try:
            text = (Path(folder) / "zone.tab").read_text("utf-8")
        except OSError:
            continue
        found = re.search(rf"^([A-Z]{{2}})\t\S+\t{re.escape(zone)}(?:\t|$)", text, re.MULTILINE)
        return found[1] if found else ""
    return ""


def folders(given: Given, listing: Listing | None) -> list[str]:
    """The folders that --folders names, empty for none. Raises WrongUse for one that is not there."""
    wanted = [one.strip() for one in given.folders.split(",") if one.strip()]
    there = [name for _, name in listing or ()]
    for one in wanted if listing is not None else ():
        if one not in there and one.upper() != "INBOX":
            raise WrongUse(f"--folders names {one!r}, which is not there. There are: {', '.join(sorted(there))}.")
    return wanted


def chosen(samples: Sequence[Sample], person: Person) -> list[str]:
    """Which of the sampled folders to watch besides INBOX; where nobody is asked, those with rejections."""
    usual = [str(number) for number, one in enumerate(samples, 1) if one.rejections]
    question = 'Which of these shall be watched besides INBOX (numbers with commas, or "none")?'

    def picked(text: str) -> str:
        if text.lower() != _NONE and not all(one.strip() in numbers for one in text.split(",")):
            raise ValueError(f"there are the numbers 1 to {len(samples)}")
        return text

    numbers = {str(number) for number in range(1, len(samples) + 1)}
    text = person.ask(question, "--folders", ",".join(usual) or _NONE, picked)
    return [] if text.lower() == _NONE else [samples[int(one) - 1].folder for one in text.split(",")]
