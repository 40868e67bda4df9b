"""A Teacher that trains nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from daemon.core.errors import Transient
from daemon.core.ports import Learnt


@dataclass
class ScriptedTeacher:
    """core.ports.Teacher. `unreadable` and `broken` are what it answers; `taught` what it was given."""

    taught: list = field(default_factory=list)
    broken: bool = False
    promoted: bool = True
    unreadable: tuple = ()

    async def learn(self, lessons, fingerprint, say):
        self.taught.append(([lesson.label for lesson in lessons], fingerprint))
        say("Training ...")
        if self.broken:
            raise Transient("The training ended by SIGKILL.")
        return Learnt(self.promoted, "It is used from now on.", len(lessons), self.unreadable)
