"""The soak: the real daemon on a real Dovecot, with random faults, arrivals and kills; then both are compared.

    PYTHONPATH=.:tests python -m campaign.soak [--minutes 30] [--seed N]

In the first half the daemon is killed now and then, in the second it lives through, so that its memory can be watched.
At the end, after a calm while: each mail journalled once, one draft for each rejection, the inbox untouched. Prints a
table and ends with 1 on any difference, or when the daemon's memory grows.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path

from campaign.letters import private, rejection
from support.cli import Home
from support.dovecot import Dovecot
from support.faultproxy import Fault, FaultProxy
from support.realmind import mind_server
from support.service import Service

CALM = 180.0
"""So long (in s) the daemon has at most to come to rest once nothing disturbs it any more."""
WARM = 180.0
"""Memory is not looked at in a life's first so many s."""
SLOPE = 40.0
"""MiB an hour: more growth than this is a leak."""
_KINDS = ("rst", "rst", "fin", "fin", "delay", "dribble", "blackhole")


@dataclass
class Life:
    """What one run of the daemon took: (age in s, resident MiB), and its CPU seconds at the last look."""

    began: float
    memory: list[tuple[float, float]] = field(default_factory=list)
    cpu: float = 0.0


class Soak:
    """A mailbox, a daemon behind a proxy, and what is done to them."""

    def __init__(self, dovecot: Dovecot, proxy: FaultProxy, folder: Path, dice: random.Random) -> None:
        self.dovecot, self.proxy, self.dice = dovecot, proxy, dice
        self.user = dovecot.user()
        self.home = Home(folder, proxy.port, self.user, dovecot.password)
        settings = self.home.config.read_text().replace("[cadence]", 'poll_every = "20s"\n[cadence]', 1)
        self.home.config.write_text(settings.replace("per_day = 100", "per_day = 1000"))
        self.home.lend_model()
        self.service = Service(self.home)
        self.rejections: list[str] = []
        self.private = 0
        self.flags: dict[int, frozenset[str]] = {}
        self.acts: Counter[str] = Counter()
        self.lives: list[Life] = []
        self.stopped_until: float | None = None
        proxy.choose = self._fault

    # --- faults ---

    def _fault(self, _number: int) -> Fault | None:
        """What is wrong with the next connection: nothing in two of five, else something early or late."""
        if self.dice.random() < 0.4:
            return None
        after = int(self.dice.expovariate(1 / 4000))
        way = self.dice.choice(("to_server", "to_client"))
        kind = self.dice.choice(_KINDS)
        self.acts[f"fault: {kind}"] += 1
        return Fault(kind, way, after if way == "to_client" else after // 4, seconds=0.3)

    # --- acts ---

    def live(self) -> None:
        self.service.start()
        self.lives.append(Life(time.monotonic()))

    def arrive(self) -> None:
        """One to four mails."""
        for _ in range(self.dice.randint(1, 4)):
            number = len(self.rejections) + self.private
            if self.dice.random() < 0.4:
                message_id, raw = rejection(number)
                self.rejections.append(message_id)
            else:
                _, raw = private(number, self.dice.choice((0, 0, 0, 20, 400, 6000)))
                self.private += 1
            self.dovecot.deliver(self.user, raw)

    def kill(self) -> None:
        self.service.kill()
        time.sleep(self.dice.random() * 2)
        self.live()

    def term(self) -> None:
        self.service.stop()
        self.live()

    def kick(self) -> None:
        if self.stopped_until is None:
            self.dovecot.kick(self.user)

    def drop(self) -> None:
        self.proxy.drop_all()

    def hang_up(self) -> None:
        """A reload, as the person may ask for: a pause after a mishap ends with it."""
        if time.monotonic() > self.lives[-1].began + 5:  # before the daemon listens for it, it would be its end
            self.service.tell(signal.SIGHUP)

    def stop(self) -> None:
        if self.stopped_until is None:
            self.dovecot.stop()
            self.stopped_until = time.monotonic() + self.dice.uniform(1, 15)

    def tick(self, *, deadly: bool) -> None:
        """One random act, and what has become due."""
        if self.stopped_until is not None and time.monotonic() > self.stopped_until:
            self._up()
        weights = {self.arrive: 18, self.kick: 4, self.drop: 6, self.hang_up: 12, self.stop: 1.5, time.time: 60}
        weights |= {self.kill: 3, self.term: 0.5} if deadly else {}
        act = self.dice.choices(list(weights), list(weights.values()))[0]
        if act is not time.time:
            self.acts[act.__name__] += 1
        act()
        self.look()

    def _up(self) -> None:
        self.stopped_until = None
        self.dovecot.start()

    def look(self) -> None:
        """A sample of the daemon's memory and CPU. Raises RuntimeError when it has ended by itself."""
        if self.service.process.poll() is not None:
            raise RuntimeError(f"the daemon ended by itself:\n{self.service.log[-2000:]}")
        life = self.lives[-1]
        status = Path(f"/proc/{self.service.pid}/status").read_text()
        resident = int(status.split("VmRSS:")[1].split()[0]) / 1024
        if (age := time.monotonic() - life.began) > 5:
            life.memory.append((age, resident))
        life.cpu = self.service.cpu_seconds()

    # --- the end ---

    def calm(self) -> float:
        """No more faults; wait until the journal has come to rest. How long that took, in s."""
        self.proxy.choose = lambda _number: None
        began = time.monotonic()
        if self.stopped_until is not None:
            self._up()
        self.proxy.drop_all()
        while self.differences() and time.monotonic() < began + CALM:
            self.hang_up()  # what failed again and again in the last minutes would pause for a quarter of an hour
            time.sleep(2)
            self.look()
        return time.monotonic() - began

    def differences(self) -> list[str]:
        """What is not as it should be, as sentences."""
        return [*self._of_journal(), *self._of_drafts()]

    def _of_journal(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.home.state / "journal.db")) as db:
            told = [row[0] for row in db.execute("SELECT message_id FROM messages WHERE label = 'rejection'")]
            others = db.execute("SELECT count(*) FROM messages WHERE label != 'rejection'").fetchone()[0]
            strangers = db.execute("SELECT count(*) FROM strangers").fetchone()[0]
            aside = db.execute("SELECT count(*) FROM unreadable").fetchone()[0]
            states = Counter(row[0] for row in db.execute("SELECT state FROM jobs WHERE step = 'thank_you'"))
            sound = db.execute("PRAGMA integrity_check").fetchone()[0]
        checks = (
            ("rejections journalled", Counter(told), Counter(self.rejections)),
            ("private mails journalled", strangers + others, self.private),
            ("mails set aside", aside, 0),
            ("jobs", dict(states), {"placed": len(self.rejections)} if self.rejections else {}),
            ("integrity_check", sound, "ok"),
        )
        return [f"{what}: {_short(found, wanted)}" for what, found, wanted in checks if found != wanted]

    def _of_drafts(self) -> list[str]:
        drafts = self.dovecot.messages(self.user, "Drafts")
        answered = Counter(message_from_bytes(raw)["In-Reply-To"] for raw in drafts)
        return [] if answered == Counter(self.rejections) else [f"drafts: {_short(answered, Counter(self.rejections))}"]

    def inbox(self) -> list[str]:
        """Whether the inbox is as it was delivered."""
        held = self.dovecot.snapshot(self.user)
        flags = {flag for marks, _ in held.values() for flag in marks} - {"\\Recent"}
        count = len(self.rejections) + self.private
        return [] if (len(held), flags) == (count, set()) else [f"inbox: {len(held)} of {count} mails, flags {flags}"]


def _short(found, wanted) -> str:
    if isinstance(found, Counter):
        missing, more = wanted - found, found - wanted
        return f"{missing.total()} missing {list(missing)[:3]}, {more.total()} too many {list(more)[:3]}"
    return f"{found}, not {wanted}"


def slope(points: list[tuple[float, float]]) -> float | None:
    """MiB an hour by least squares over the samples after WARM; None for too few."""
    late = [(age, mib) for age, mib in points if age > WARM]
    if len(late) < 10:
        return None
    mean_age, mean = (sum(values) / len(late) for values in zip(*late, strict=True))
    spread = sum((age - mean_age) ** 2 for age, _ in late)
    return sum((age - mean_age) * (mib - mean) for age, mib in late) / spread * 3600


def soak(minutes: float, seed: int) -> int:
    dice = random.Random(seed)
    with contextlib.ExitStack() as stack:
        stack.enter_context(mind_server())  # trains the model of the test run, if there is none yet
        dovecot = stack.enter_context(Dovecot())
        proxy = stack.enter_context(FaultProxy(dovecot.host, dovecot.port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hr-soak-")))
        one = Soak(dovecot, proxy, folder, dice)
        stack.callback(one.service.kill)
        one.live()
        began, end = time.monotonic(), time.monotonic() + minutes * 60
        while (now := time.monotonic()) < end:
            one.tick(deadly=now < began + minutes * 30)
            time.sleep(dice.uniform(0.2, 1.2))
        rest = one.calm()
        wrong = one.differences()
        leaving = _left(one)
        return told(one, minutes, seed, rest, leaving, [*wrong, *one.inbox()])


def _left(one: Soak) -> float:
    """Seconds from SIGTERM to the end."""
    began = time.monotonic()
    one.service.stop(30)
    return time.monotonic() - began


def told(one: Soak, minutes: float, seed: int, rest: float, leaving: float, wrong: list[str]) -> int:
    last = max(one.lives, key=lambda life: life.memory[-1][0] if life.memory else 0)
    growth, age = slope(last.memory), last.memory[-1][0] if last.memory else 1.0
    resident = [mib for _, mib in last.memory] or [0.0]
    acts = ", ".join(f"{name} {count}" for name, count in sorted(one.acts.items()))
    rows = {
        "minutes (seed)": f"{minutes:g} ({seed})",
        "mails": f"{len(one.rejections)} rejections, {one.private} private",
        "acts": acts,
        "connections (struck)": f"{len(one.proxy.links)} ({one.proxy.strikes})",
        "lives of the daemon": len(one.lives),
        "longest life": f"{age:.0f} s, {last.cpu:.1f} s of CPU ({last.cpu / age:.1%})",
        "its memory": " ".join(f"{mib:.1f}" for mib in resident[:: max(len(resident) // 10, 1)]) + " MiB",
        "its slope": "too short to tell" if growth is None else f"{growth:+.1f} MiB an hour",
        "rest after the last fault": f"{rest:.1f} s",
        "SIGTERM to the end": f"{leaving:.2f} s",
        "differences": "; ".join(wrong) or "none",
    }
    for name, value in rows.items():
        print(f"{name:<26} {value}")
    leaks = growth is not None and growth > SLOPE and age > 600
    if wrong or leaks or "Traceback" in one.service.log:
        print(one.service.log[-3000:])
        return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="campaign.soak", description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    return soak(asked.minutes, asked.seed)


if __name__ == "__main__":
    sys.exit(main())
