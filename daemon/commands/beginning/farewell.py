"""The last words: what was written, the service if it is wanted, and three commands to go on with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.places import CONFIG_NAME
from daemon.commands.beginning.given import Given
from daemon.commands.beginning.person import Person, Stopped
from daemon.commands.beginning.secret import Secret
from daemon.commands.context import Context
from daemon.commands.owner import CONFIG_DIR
from daemon.core.errors import HighroadError


class Farewell:
    """Said when all is written: whatever goes wrong from here on leaves the settings as they are."""

    def __init__(self, context: Context, given: Given, person: Person, config: Path) -> None:
        self._context, self._given, self._person, self._config = context, given, person, config

    def say(self, secret: Secret | None, logged_in: bool) -> int:
        """All of it; the exit code, which is not 0 where a service was wanted and could not be set up."""
        self._person.head("Done")
        self._person.say(f"Written: {self._config}")
        if secret is not None and secret.typed:
            where = "the keyring" if secret.kind == "keyring" else secret.value
            self._person.say(f"The password is in {where}, and nowhere else.")
        code, serves = self._service() if logged_in else self._later()
        self._person.say("What to do next:")
        self._person.lines(_aligned(_steps(logged_in, serves, token=secret is None)))
        if not self._of_machine and (self._context.config or self._context.state_dir):
            self._person.say("Give them the same --config and --state-dir as this time.")
        return code

    def _service(self) -> tuple[int, bool]:
        """Offer to start with this machine. The exit code, and whether a service is there now."""
        wanted = self._given.service
        if wanted == "none" or (not wanted and not self._person.asks):
            return 0, False
        from daemon.commands.systemd import install, why_not

        system = wanted == "system" or (not wanted and self._of_machine)
        if not wanted and (why_not(system=system) or not self._agrees(system)):
            return 0, False
        try:
            return install(self._context, system=system, say=self._person.say), True
        except HighroadError as error:
            self._person.say(f"The service was not installed: {error}")
            return error.exit_code, False

    def _later(self) -> tuple[int, bool]:
        """A service that cannot log in would only complain."""
        if self._given.service in {"user", "system"}:
            self._person.say("The service can be installed when the log-in works: `highroad systemd install`.")
        return 0, False

    @property
    def _of_machine(self) -> bool:
        """Whether these are the settings of the machine's service, which root sets up."""
        return self._config == CONFIG_DIR / CONFIG_NAME

    def _agrees(self, system: bool) -> bool:
        """Whether a service is wanted; who leaves here wants none, and keeps what is written."""
        try:
            return self._person.agrees(_SERVICE.format(_WHOSE[system]))
        except (Stopped, KeyboardInterrupt):
            self._person.say()
            return False


def _steps(logged_in: bool, serves: bool, *, token: bool) -> dict[str, str]:
    """What to say next, and what comes of it."""
    if not logged_in:
        first = {"login main": "log in at your provider"} if token else {}
        return first | {"doctor": "look at everything", "once": "read your mail, and plan"}
    if serves:
        return {"status": "whether all is well", "plan": "what is planned, and when", "review": "what it is unsure of"}
    return {"once": "read your mail, and plan", "plan": "what is planned, and when", "run": "watch, until Ctrl-C"}


def _aligned(steps: dict[str, str]) -> Iterator[str]:
    width = max(map(len, steps))
    return (f"  highroad {name:<{width}}  {what}" for name, what in steps.items())


_SERVICE: Final = "Shall Highroad start with this machine and watch your mailbox from now on ({})?"
_WHOSE: Final = ("a service of your own, no root", "a service of the machine")
