"""`highroad systemd`: the service as systemd has it, written, enabled and started; shown; taken away again."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from daemon.commands.context import Context
from daemon.commands.owner import CONFIG_DIR, STATE_DIR, USER, hand_over
from daemon.commands.services import Manager, NoService, run
from daemon.units import UNIT, known

Say = Callable[[str], None]
_SYSUSERS: Final = Path("/etc/sysusers.d/highroad.conf")
_ACCOUNT: Final = f'u {USER} - "Highroad" {STATE_DIR} /usr/sbin/nologin\n'
_DRY: Final = "Nothing is done (--dry-run). This is what would be:"
_EDITED: Final = (
    "{} was changed by hand, and stays as it is. Put your changes into a drop-in (`{} edit highroad`), take the file "
    "away, and say this again."
)


@dataclass(slots=True)
class Steps:
    """What is done one after another, each said in a sentence first; with `dry` it is said and not done."""

    say: Say
    dry: bool
    done: list[str] = field(default_factory=list)

    def take(self, sentence: str, act: Callable[[], object]) -> None:
        """One step. Raises what it raises."""
        self.say(sentence)
        self.done.append(sentence)
        if not self.dry:
            act()


def why_not(*, system: bool = False) -> str | None:
    """Why no service can be installed here, as a sentence; None where one can."""
    return Manager(system).why_not()


def install(
    context: Context, *, system: bool = False, start: bool = True, dry_run: bool = False, say: Say = print
) -> int:
    """Write the unit and what it needs, enable it and start it; every step is said. Doing it again changes nothing.

    Raises NoService where there is no systemd, where it refuses, or where the unit was changed by hand.
    """
    manager = _manager(system)
    text = manager.shipped(context)
    steps = Steps(say, dry_run)
    if dry_run:
        say(_DRY)
    if system:
        _furnish(steps)
    fresh = _write_unit(manager, text, steps)
    steps.take("The unit is enabled: it starts with the machine." if system else "The unit is enabled.",
               lambda: manager.ask("enable", UNIT))  # fmt: skip
    if start:
        _start(manager, context, steps, fresh=fresh)
    _hints(manager, say)
    return 0


def _manager(system: bool) -> Manager:
    manager = Manager(system)
    if why := manager.why_not():
        raise NoService(why)
    return manager


def _write_unit(manager: Manager, text: str, steps: Steps) -> bool:
    """Whether anything was written."""
    if manager.packaged is not None:
        steps.say(f"The package's unit {manager.packaged} is used; nothing is written beside it.")
        return False
    state = known(manager.unit)
    if state == "edited":
        raise NoService(_EDITED.format(manager.unit, manager.spoken))
    if state == "ours" and manager.unit.read_text(encoding="utf-8") == text:
        steps.say(f"The unit {manager.unit} is there already, as it should be.")
        return False
    steps.take(f"The unit is written to {manager.unit}.", lambda: _write(manager.unit, text))
    steps.take("systemd reads its units anew.", lambda: manager.ask("daemon-reload"))
    return True


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


def _furnish(steps: Steps) -> None:
    """The service's own account and directories, with the rights that they need."""
    if not _SYSUSERS.exists() and not _is_account():
        steps.take(f"The account {USER} is declared in {_SYSUSERS} and made.", _make_account)
    config = f"{CONFIG_DIR} holds the settings (root:{USER}, 0750: the service reads them and cannot change them)."
    steps.take(config, lambda: _directory(CONFIG_DIR, 0o750, "root"))
    steps.take(f"{STATE_DIR} holds all that Highroad remembers ({USER}, 0700).",
               lambda: _directory(STATE_DIR, 0o700, USER))  # fmt: skip
    if not steps.dry:
        hand_over()


def _is_account() -> bool:
    import pwd

    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def _make_account() -> None:
    _write(_SYSUSERS, _ACCOUNT)
    run(["systemd-sysusers", str(_SYSUSERS)])


def _directory(path: Path, mode: int, owner: str) -> None:
    path.mkdir(mode=mode, exist_ok=True)
    shutil.chown(path, owner, USER)
    path.chmod(mode)


def _start(manager: Manager, context: Context, steps: Steps, *, fresh: bool) -> None:
    """Start it, or start it anew where its unit is another one than before."""
    from config.faults import ConfigMissing
    from config.places import config_path

    try:
        config_path(CONFIG_DIR / "config.toml" if manager.system else context.config, os.environ)
    except ConfigMissing as missing:
        steps.say(f"It is not started yet: {missing}")
        steps.say(f"Then: {manager.spoken} start highroad")
        return
    running = manager.ask("is-active", "--quiet", UNIT, check=False).returncode == 0
    if running and not fresh:
        steps.say("It is running already.")
        return
    verb = "restart" if running else "start"
    steps.take("It is started anew ..." if running else "It is started ...", lambda: _begin(manager, verb))
    if not steps.dry:
        steps.say("It runs, and systemd looks after it.")


def _begin(manager: Manager, verb: str) -> None:
    try:
        manager.ask(verb, UNIT)
    except NoService as error:
        raise NoService(f"It did not start. What it said: {_journal(manager)}") from error


def _journal(manager: Manager) -> str:
    """The service's last words, or where to find them."""
    where = f"journalctl {' '.join([*manager.flags, '-u'])} highroad"
    told = run(["journalctl", *manager.flags, "--unit", UNIT, "--output=cat", "--lines=3", "--no-pager"], check=False)
    words = " ".join(told.stdout.split()) if told.returncode == 0 else ""
    return f"{words} (`{where}` has it all.)" if words else f"`{where}` has it."


def _hints(manager: Manager, say: Say) -> None:
    say(f"How it fares: highroad status, {manager.spoken} status highroad")
    if not manager.system and not _lingers():
        say("It runs while you are logged in. To keep it running when you are not: sudo loginctl enable-linger $USER")


def _lingers() -> bool:
    import pwd

    return (Path("/var/lib/systemd/linger") / pwd.getpwuid(os.geteuid()).pw_name).exists()


def uninstall(context: Context, *, system: bool = False, dry_run: bool = False, say: Say = print) -> int:
    """Stop and disable it, and take away what `install` wrote. Settings and state stay, and it is said where.

    Raises NoService where there is no systemd, or where it refuses.
    """
    manager, steps = _manager(system), Steps(say, dry_run)
    if dry_run:
        say(_DRY)
    if manager.packaged is None and known(manager.unit) == "absent":
        say(f"There is no {manager.unit}: nothing is to be taken away.")
    else:
        _take_away(manager, steps)
    if system and _SYSUSERS.exists() and _SYSUSERS.read_text() == _ACCOUNT:
        steps.take(f"{_SYSUSERS} is taken away; the account {USER} stays, as long as files are its own.",
                   _SYSUSERS.unlink)  # fmt: skip
    _kept(context, manager, say)
    return 0


def _take_away(manager: Manager, steps: Steps) -> None:
    steps.take("It is stopped and disabled.", lambda: manager.ask("disable", "--now", UNIT))
    if manager.packaged is not None:
        steps.say(f"The unit {manager.packaged} belongs to the package and goes with it: apt remove highroad")
        return
    if known(manager.unit) == "edited":
        aside = manager.unit.with_suffix(".service.edited")
        steps.take(f"The unit was changed by hand: it is kept as {aside}.", lambda: manager.unit.rename(aside))
    else:
        steps.take(f"The unit {manager.unit} is taken away.", manager.unit.unlink)
    steps.take("systemd reads its units anew.", lambda: manager.ask("daemon-reload"))
    steps.take("Of a failed start nothing is remembered.", lambda: manager.ask("reset-failed", UNIT, check=False))


def _kept(context: Context, manager: Manager, say: Say) -> None:
    from config.places import new_config_path

    config = CONFIG_DIR / "config.toml" if manager.system else new_config_path(context.config, os.environ)
    state = STATE_DIR if manager.system else context.state()
    say(f"What stays: the settings ({config}) and all that Highroad remembers ({state}).")
    if (drop_ins := manager.unit.with_name(f"{UNIT}.d")).exists():
        say(f"Your drop-ins in {drop_ins} stay too.")


def show(context: Context, *, system: bool = False) -> int:
    """Print the unit as it would be written, with where it would go and how exposed it leaves the service."""
    manager = Manager(system)
    text = manager.shipped(context)
    head = [_where(manager, text), f"Exposure, of 10 (systemd-analyze security): {exposure(manager, text)}"]
    print("\n".join([*(f"# {line}" for line in head), text]), end="")
    return 0


def _where(manager: Manager, text: str) -> str:
    if manager.packaged is not None:
        return f"The package has brought {manager.packaged}; `install` would use that, and not this."
    state = known(manager.unit)
    if state == "absent":
        return f"`highroad systemd install` would write this to {manager.unit}."
    if state == "edited":
        return f"{manager.unit} was changed by hand; `install` would leave it as it is."
    same = manager.unit.read_text(encoding="utf-8") == text
    older = f"`install` would write this over the older {manager.unit}."
    return f"This is installed as {manager.unit}." if same else older


def exposure(manager: Manager, text: str) -> str:
    """What systemd-analyze says of a unit, e.g. "1.2"; "unknown" where it cannot be asked."""
    with tempfile.TemporaryDirectory(prefix="highroad-unit-") as folder:
        path = Path(folder) / UNIT
        path.write_text(text, encoding="utf-8")
        command = ["systemd-analyze", *manager.flags, "security", "--offline=yes", "--no-pager", str(path)]
        try:
            told = run(command, check=False, env={"XDG_RUNTIME_DIR": folder})  # a person's has none without a login
        except NoService:
            return "unknown"
    found = re.search(r"exposure level for \S+: ([0-9.]+)", told.stdout)
    return found[1] if found else "unknown"
