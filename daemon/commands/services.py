"""Where a service of Highroad goes, for the machine or for one person, and how its manager is spoken to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from daemon.commands.context import Context
from daemon.commands.owner import CONFIG_DIR, STATE_DIR
from daemon.core.errors import HighroadError
from daemon.units import UNIT, fitted, unit_text

_SECONDS: Final = 660.0
"""A start may take ten minutes (TimeoutStartSec), everything else is quicker."""
_PACKAGED: Final = (Path("/lib/systemd/system"), Path("/usr/lib/systemd/system"))
_PRIVATE: Final = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108  (nothing is written there)
"""What a service of the machine does not see (ProtectHome, PrivateTmp)."""


class NoService(HighroadError):
    """The service manager is not there, or it refused."""


@dataclass(frozen=True, slots=True)
class Manager:
    """The machine's service manager, or the person's own."""

    system: bool

    @property
    def flags(self) -> list[str]:
        """What its programs want to hear."""
        return [] if self.system else ["--user"]

    @property
    def spoken(self) -> str:
        """How a person types systemctl."""
        return " ".join(["systemctl", *self.flags])

    @property
    def unit(self) -> Path:
        """Where the unit goes."""
        if self.system:
            return Path("/etc/systemd/system") / UNIT
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return Path(home) / "systemd" / "user" / UNIT

    @property
    def packaged(self) -> Path | None:
        """The unit that a package has brought for the machine."""
        return next((folder / UNIT for folder in _PACKAGED if self.system and (folder / UNIT).exists()), None)

    def why_not(self) -> str | None:
        """Why no service can be installed here, as a sentence; None where one can."""
        if shutil.which("systemctl") is None:
            return "There is no systemd on this machine. Start `highroad run` by what starts services here."
        if self.system and os.geteuid():
            return "Only root can install a service of the machine: say it with sudo, or leave --system out."
        if self.ask("show", "--property=Version", check=False).returncode:
            return _SILENT[self.system]
        return _unreachable() if self.system else None

    def ask(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`systemctl WORDS`. Raises NoService with what it said, unless `check` is off."""
        command = ["systemctl", *self.flags, "--no-pager", "--no-ask-password", *words]
        return run(command, check=check)

    def shipped(self, context: Context) -> str:
        """The unit as it would be written."""
        text = unit_text(UNIT if self.system else f"user/{UNIT}")
        return fitted(text, [*_program(), *options(context), "run"], _environment(system=self.system))


_SILENT: Final = {
    True: "systemd does not answer: this machine was started without it, as most containers are.",
    False: "Your systemd user manager does not answer: log in directly (not by su or sudo), or, as root, say "
    "`highroad systemd install --system`.",
}


def run(
    command: list[str], *, check: bool = True, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A program of the machine, in plain English. Raises NoService with what it said, unless `check` is off."""
    plain = {**os.environ, **(env or {}), "LC_ALL": "C", "SYSTEMD_COLORS": "0"}
    try:
        done = subprocess.run(
            command, env=plain, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoService(f"`{' '.join(command)}` could not be run: {error}") from error
    if check and done.returncode:
        raise NoService(f"`{' '.join(command)}` was refused: {done.stderr.strip() or done.stdout.strip()}")
    return done


def options(context: Context) -> list[str]:
    """What the service has to be told of places, since it does not know this shell's variables."""
    found: list[str] = []
    config = context.config or os.environ.get("HIGHROAD_CONFIG")
    if config and Path(config) != CONFIG_DIR / "config.toml":
        found += ["--config", str(Path(config).expanduser().absolute())]
    if context.state_dir and context.state_dir != STATE_DIR:
        found += ["--state-dir", str(context.state_dir.expanduser().absolute())]
    return found


def _program() -> list[str]:
    """The command of this very installation: its console script, else its interpreter with the module."""
    script = Path(sys.prefix) / "bin" / "highroad"
    return [str(script)] if script.exists() else [sys.executable, "-P", "-m", "daemon"]


def _environment(*, system: bool) -> Mapping[str, str]:
    """Variables of this shell without which the service would find other files than this command does."""
    names = [] if system else ["XDG_CONFIG_HOME", "XDG_STATE_HOME"]
    names += ["PYTHONPATH"] if len(_program()) > 1 else []
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _unreachable() -> str | None:
    """Why a service of the machine could not start this installation."""
    parts = [_program()[0], sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])]
    places = (str(Path(part).resolve()) for part in parts)
    hidden = next((part for part in places if any(part.startswith(f"{place}/") for place in _PRIVATE)), None)
    return hidden and (
        f"A service of the machine cannot reach {hidden}, which this installation needs. Install the Debian package or "
        "`pipx install --global`, or leave --system out for a service of your own."
    )
