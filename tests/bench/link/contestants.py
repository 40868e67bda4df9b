"""Who pulls the mailbox: Highroad's first scan, mbsync into an empty Maildir, and a plain loop."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.link.meter import Used, measured
from bench.link.server import Box
from support.cli import Home
from support.realmind import ROOT
from support.realmodel import real_model

MBSYNC = shutil.which("mbsync")
NAMES = {"classifiers.": "children", "-m daemon": "daemon"}
STORES = """IMAPAccount far
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
{tls} None

IMAPStore far
Account far

MaildirStore near
Path {folder}/near/
Inbox {folder}/near/INBOX

Channel inbox
Far :far:
Near :near:
Create Near
Sync Pull
SyncState *
"""


@dataclass(frozen=True)
class Contestant:
    """A name and a run: (mailbox, port to connect to, an empty folder, whether to weigh it) -> what it used."""

    name: str
    run: Callable[[Box, int, Path, bool], Used]


def highroad(box: Box, port: int, folder: Path, weigh: bool) -> Used:
    """`highroad scan` with an empty journal and the trained model in its cache."""
    home = Home(folder, port, box.user, box.server.password)
    home.lend_model()
    command = [sys.executable, "-m", "daemon", "--config", str(home.config), "--state-dir", str(home.state)]
    used = measured([*command, "scan", "--json"], env=home.env, cwd=folder, names=NAMES, weigh=weigh)
    (row,) = (json.loads(line) for line in used.out.splitlines() if line.startswith("{"))
    if row["read"] != box.count or row["problem"]:
        raise SystemExit(f"highroad scan read {row['read']} of {box.count}: {row['problem']}")
    return used


def mbsync(box: Box, port: int, folder: Path, weigh: bool, fsync: bool = True) -> Used:
    """`mbsync inbox`, Sync Pull; FSync is on unless told otherwise, as it comes."""
    (folder / "near").mkdir()
    settings = STORES.format(port=port, user=box.user, password=box.server.password, folder=folder, tls=_tls_key())
    (folder / "mbsyncrc").write_text(settings if fsync else f"FSync no\n\n{settings}")
    used = measured([MBSYNC, "-q", "-c", str(folder / "mbsyncrc"), "inbox"], weigh=weigh)
    got = sum(1 for name in ("new", "cur") for _ in (folder / "near" / "INBOX" / name).iterdir())
    if got != box.count:
        raise SystemExit(f"mbsync brought {got} of {box.count} mails: {used.out[-300:]}")
    return used


def plain(step: int) -> Callable[[Box, int, Path, bool], Used]:
    """imapclient and mail-parser in a loop, `step` mails a FETCH."""

    def run(box: Box, port: int, folder: Path, weigh: bool) -> Used:
        arguments = [str(port), box.user, box.server.password, str(step)]
        env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{ROOT}/tests", "HOME": str(folder)}
        used = measured([sys.executable, "-m", "bench.link.plain_loop", *arguments], env=env, weigh=weigh)
        if int(used.out) != box.count:
            raise SystemExit(f"the loop read {used.out} of {box.count} mails")
        return used

    return run


def _tls_key() -> str:
    """isync 1.5 calls TLSType what was SSLType before."""
    version = measured([MBSYNC, "--version"]).out.split()[-1]
    return "SSLType" if tuple(int(part) for part in version.split(".")[:2]) < (1, 5) else "TLSType"


def contestants() -> Iterator[Contestant]:
    """All that are on this machine, ours first."""
    real_model()  # trained once a checkout: no part of what is measured
    yield Contestant("Highroad, first scan", highroad)
    if MBSYNC:
        yield Contestant("mbsync, as it comes", mbsync)
        yield Contestant("mbsync, FSync no", lambda *given: mbsync(*given, fsync=False))
    yield Contestant("imapclient -> mail-parser, 50 a FETCH", plain(50))
    yield Contestant("imapclient -> mail-parser, one by one", plain(1))


@contextmanager
def empty() -> Iterator[Path]:
    """A folder of its own for one run."""
    with tempfile.TemporaryDirectory(prefix="hr-link-") as name:
        yield Path(name)
