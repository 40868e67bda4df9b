"""Which other folders hold mail about jobs: the newest mails of each are read, within bounds, and none is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from classifiers.values import Reading
from config.schema import Account
from daemon.adapters.imap.folders import Listing
from daemon.adapters.imap.reading import Reading as Mailbox
from daemon.adapters.imap.special import all_mail, special_folder
from daemon.core.entry import about_a_job
from daemon.core.errors import Poison
from daemon.house import House

FOLDERS: Final = 12
MAILS: Final = 50
SECONDS: Final = 30.0
"""No further folder is begun after so long."""
_LIKELY: Final = (b"\\junk", b"\\archive")
_NEVER: Final = (b"\\all", b"\\flagged", b"\\important")
"""Folders that only show once more what lies in others: RFC 6154, RFC 8457."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One folder: how many mails of the time in question it holds, how many were read, and what those are."""

    folder: str
    there: int
    read: int
    jobs: int
    rejections: int


async def sampled(
    mailbox: Mailbox, house: House, candidates: Sequence[str], since: timedelta, say: Callable[[str], None]
) -> list[Sample]:
    """The folders that can be watched besides, those with most mail about jobs first. Raises what the ports raise."""
    names = candidates[:FOLDERS]
    begun, found = house.clock.monotonic(), list[Sample]()
    for number, name in enumerate(names):
        if house.clock.monotonic() - begun > SECONDS:
            say(f"Looking takes long, so these were left out: {', '.join(names[number:])}.")
            break
        house.progress(number, len(names), "other folders")
        found.append(await _sample(mailbox, house, name, since))
    house.progress(len(found), len(names), "other folders")
    return sorted(found, key=lambda one: (-one.rejections, -one.jobs))


def candidates(listing: Listing, account: Account) -> list[str]:
    """Every folder of the person's own but the watched ones, Drafts, Sent, Trash and views; Junk and Archive first."""
    drafts = special_folder(listing, "drafts") if account.drafts == "auto" else account.drafts
    sent = special_folder(listing, "sent") if account.sent == "auto" else account.sent
    never = {drafts, sent, special_folder(listing, "trash"), all_mail(listing), *account.folders}
    kept = [(_flags(flags), name) for flags, name in listing if name not in never and listing.place_of(name).personal]
    kept = [(flags, name) for flags, name in kept if name.upper() != "INBOX" and not flags & {*_NEVER}]
    return [name for flags, name in sorted(kept, key=lambda one: (not one[0] & {*_LIKELY}, one[1].lower()))]


def _flags(flags: Sequence[bytes]) -> set[bytes]:
    return {flag.lower() for flag in flags}


async def _sample(mailbox: Mailbox, house: House, folder: str, since: timedelta) -> Sample:
    await mailbox.examine(folder)
    there = await mailbox.uids((house.clock.now() - since).date())
    mails = await mailbox.fetch(there[-MAILS:])
    readings = await house.mind.read_many([mail.prefix for mail in mails])
    limits = house.loaded.settings.classifier
    labels = list(_labels(readings, limits.act, limits.review))
    return Sample(folder, len(there), len(mails), len(labels), labels.count("rejection"))


def _labels(readings: Sequence[Reading | Poison], act: float, review: float) -> Iterator[str]:
    """What the mails about a job are; a rejection counts from where it would be asked about."""
    for verdict in (one.verdict for one in readings if not isinstance(one, Poison)):
        band = verdict.band(act, review)
        if about_a_job(verdict.label, band) and verdict.label != "job_alert":
            yield "rejection" if band != "ignore" else verdict.label
