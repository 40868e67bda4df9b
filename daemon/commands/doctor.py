"""`highroad doctor`: everything that can be wrong, looked at one by one, each failure with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from config.faults import ConfigError, ConfigMissing
from config.loader import Loaded
from config.providers import provider_for
from config.schema import Account
from daemon import digest_post
from daemon.adapters.clock import SystemClock
from daemon.adapters.imap.folders import Listing
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.special import drafts_folder, special_folder
from daemon.adapters.journal.journal import Journal, open_journal
from daemon.adapters.sandbox.children import Limits, why_no_start
from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.commands.context import Context, emit
from daemon.commands.finding import Finding
from daemon.commands.lines import plain
from daemon.commands.progress import Bar
from daemon.commands.rights import rights
from daemon.commands.ways import token, way
from daemon.connect import Connector
from daemon.core.errors import HighroadError, Refused
from daemon.model_note import cache_dir
from daemon.policy import policy_of


def doctor(context: Context, *, retry: bool, as_json: bool) -> int:
    """Look at everything. 0 when all is well, 78 when the settings cannot be used, else 1."""
    findings: list[Finding] = []
    try:
        loaded = context.load()
    except ConfigError as error:
        do = "" if isinstance(error, ConfigMissing) else "Correct these keys."
        _tell(Finding("settings", ok=False, seen=str(error), do=do), as_json=as_json)
        return error.exit_code
    for finding in _looks(loaded, retry=retry):
        _tell(finding, as_json=as_json)
        findings.append(finding)
    return 0 if all(finding.ok for finding in findings) else 1


def _tell(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        emit([asdict(finding)])
        return
    lines = f"{'ok  ' if finding.ok else 'BAD '} {finding.what}: {finding.seen}".split("\n")
    if finding.do:
        lines.append(f"     {finding.do}")
    print("\n".join(map(plain, lines)))


def _looks(loaded: Loaded, *, retry: bool) -> Iterator[Finding]:
    yield _settings(loaded)
    try:
        journal = open_journal(loaded.state_dir)
    except HighroadError as error:
        yield Finding("journal", ok=False, seen=str(error))
        return
    with closing(journal):
        yield _journal(journal)
        yield from rights(loaded, journal)
        yield _clock(journal)
        yield _model(loaded)
        for account in loaded.settings.account:
            if retry:
                journal.refusals.clear(account.name)
            yield from asyncio.run(_account(account, journal))
        digest = loaded.settings.digest
        if digest.enabled and digest.via == "smtp":
            yield _digest(loaded, journal, retry=retry)


def _settings(loaded: Loaded) -> Finding:
    try:
        policy_of(loaded.settings)
    except HighroadError as error:
        return Finding("settings", ok=False, seen=str(error))
    seen = f"{loaded.path} is without fault; state in {loaded.state_dir}."
    return Finding("settings", ok=True, seen=seen)


_RESTORE: Final = (
    "Put a backup in its place with `highroad restore FILE`; without one the service (or `highroad once`) sets it "
    "aside at its next start and saves what can still be read."
)


def _journal(journal: Journal) -> Finding:
    try:
        faults = journal.store.faults()
    except HighroadError as error:
        faults = [str(error)]
    if faults:
        return Finding("journal", ok=False, seen="; ".join(faults[:3]), do=_RESTORE)
    mended, mails = journal.notices.of("journal"), len(journal.messages.log())
    again = f"; {mended.since:%Y-%m-%d}: {mended.text}" if mended else ""
    return Finding("journal", ok=True, seen=f"sound, {mails} mails about a job{again}")


def _clock(journal: Journal) -> Finding:
    now = datetime.now(UTC)
    last = max((one.last_sync for one in journal.folders.cursors() if one.last_sync), default=now)
    if last > now:
        return Finding("clock", ok=False, seen=f"it says {now:%Y-%m-%d %H:%M} UTC, but the journal was written later.",
                       do="Set the machine's clock, best by NTP.")  # fmt: skip
    return Finding("clock", ok=True, seen=f"{now:%Y-%m-%d %H:%M} UTC")


def _model(loaded: Loaded) -> Finding:
    with Bar() as bar:
        try:
            facts = asyncio.run(_ready(Sandbox(cache_dir(loaded.state_dir), say=bar.say)))
        except HighroadError as error:
            why = why_no_start(cache_dir(loaded.state_dir), Limits())
            return Finding("model", ok=False, seen=f"{error} {why}", do="Mend that; if nothing else helps, reinstall.")
    return Finding("model", ok=True, seen=f"trained from {facts.get('corpus')} mails")


async def _ready(sandbox: Sandbox) -> dict[str, object]:
    try:
        return dict(await sandbox.ready())
    finally:
        await sandbox.rest()


def _digest(loaded: Loaded, journal: Journal, *, retry: bool) -> Finding:
    """The server that the digest goes to: up to its log-in, nothing is sent."""
    if retry:
        journal.refusals.clear(digest_post.NAME)
    try:
        asyncio.run(digest_post.knock(loaded, journal, SystemClock()))
    except HighroadError as error:
        return Finding("digest", ok=False, seen=str(error))
    smtp = loaded.settings.digest.smtp
    return Finding("digest", ok=True, seen=f"goes to {loaded.settings.me.address} by {smtp.host}:{smtp.port}")


async def _account(account: Account, journal: Journal) -> list[Finding]:
    """What can be said of one account: up to its log-in, and then of its folders."""
    name = f'account "{account.name}"'
    looked = [way(account)]
    if account.auth == "oauth2" and not account.token_command:
        looked.append(await token(account, journal.store.path.parent))
    return looked + await _logged_in(name, account, journal)


async def _logged_in(name: str, account: Account, journal: Journal) -> list[Finding]:
    try:
        mailbox = await Connector(account, journal, SystemClock()).reading()
    except HighroadError as error:
        return [Finding(name, ok=False, seen=str(error), do=_advice(account, error))]
    try:
        found = [Finding(name, ok=True, seen=f"logged in at {account.host}:{account.port} ({account.security})")]
        return found + [finding async for finding in _inside(account, mailbox)]
    except HighroadError as error:
        return [Finding(name, ok=False, seen=str(error))]
    finally:
        await mailbox.close()


def _advice(account: Account, error: HighroadError) -> str:
    """What this very provider wants, when the log-in was refused."""
    provider = provider_for(account.address)
    return provider.advice if provider is not None and isinstance(error, Refused) else ""


async def _inside(account: Account, mailbox: Reading) -> AsyncIterator[Finding]:
    name, session = f'account "{account.name}"', mailbox.session
    offered = set(await session.capabilities())
    wanted = [one for one in ("UIDPLUS", "SPECIAL-USE", "IDLE", "CONDSTORE") if one in offered]
    yield Finding(f"{name}, server", ok=True, seen=f"offers {', '.join(wanted) or 'none of the useful extensions'}")
    listing = await session.listing()
    yield Finding(f"{name}, folders", ok=True, seen=", ".join(sorted(folder for _, folder in listing)))
    yield _drafts(account, listing)
    for folder in account.folders:
        yield await _watched(account, mailbox, folder)


def _drafts(account: Account, listing: Listing) -> Finding:
    what = f'account "{account.name}", Drafts'
    try:
        drafts = drafts_folder(listing, account.drafts, account.name)
    except HighroadError as error:
        return Finding(what, ok=False, seen=str(error))
    sent = special_folder(listing, "sent") if account.sent == "auto" else account.sent
    if sent is None:
        return Finding(what, ok=True, seen=f"{drafts}; no Sent folder was found, so your own answers there go unseen",
                       do='Name it in config.toml, e.g. sent = "Sent".')  # fmt: skip
    return Finding(what, ok=True, seen=f"{drafts}; sent mail is in {sent}")


async def _watched(account: Account, mailbox: Reading, folder: str) -> Finding:
    what = f'account "{account.name}", {folder}'
    try:
        state = await mailbox.examine(folder)
    except HighroadError as error:
        return Finding(what, ok=False, seen=str(error))
    return Finding(what, ok=True, seen=f"{state.exists} messages")
