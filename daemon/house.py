"""What every part of the daemon works with: settings, journal, reader, clock, and the ways to tell a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from config.loader import Loaded
from daemon.adapters.journal.journal import Journal
from daemon.bell import Bell
from daemon.core.ports import Clock, Mind, Progress
from daemon.digest import Digests
from daemon.learner import School
from daemon.logbook import Tell, tell
from daemon.pulse import Pulse
from daemon.writer import SETTLE_SECONDS


@dataclass(frozen=True, slots=True)
class House:
    """All that a pass needs. `progress` and `say` tell a person how it goes on.

    `fit` lets new settings count for what is not made anew with them.

    `settle` is the pause after a doubt, in s. Without a `school` corrections count, and no model is trained from them.
    """

    loaded: Loaded
    journal: Journal
    mind: Mind
    clock: Clock
    progress: Progress = lambda _done, _total, _what: None
    settle: float = SETTLE_SECONDS
    school: School | None = None
    say: Tell = tell
    bell: Bell = field(default_factory=Bell)
    fit: Callable[[Loaded], None] = lambda _loaded: None
    pulse: Pulse = field(default_factory=Pulse)

    @property
    def digests(self) -> Digests:
        """The digests by these settings and this clock."""
        return Digests(self.journal, self.loaded, self.clock)

    async def pause(self, who: str, seconds: float, then: float = 0.0) -> bool:
        """Let `who` wait until the bell rings, so many s at most; whether it rang.

        `then` is how long, in s, what follows may take until it is heard of again (see Pulse.expect).
        """
        self.pulse.expect(who, seconds)
        rung = await self.bell.pause(self.clock, seconds)
        self.pulse.expect(who, then)
        return rung
