"""The settings while the service runs: read again when their files were written, and taken if they are sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from config.changes import differences, in_force
from config.faults import ConfigError
from config.loader import Loaded, load
from config.places import TUNED_NAME, templates_path
from daemon.adapters.journal.journal import Journal
from daemon.bell import Bell
from daemon.core.errors import NeedsOperator
from daemon.core.ports import Clock
from daemon.logbook import tell
from daemon.policy import policy_of
from templates.folders import Folders

NOTICE: Final = "settings"
"""The notice that stands while the files say what cannot be used."""
_QUIET_SECONDS: Final = 1.0
"""A file that was not written to for so long is taken to be written to its end: editors save in two steps."""
_LOOKS: Final = 10
"""So often it is looked whether it is; what takes longer is looked at with the next glance."""
_KEPT: Final = "those of before stay in force; `highroad config check` says what is wrong"
Stamp = tuple[int, ...]


class Settings:
    """What the service goes by. `applied` is told new settings as soon as they are in force."""

    def __init__(
        self, loaded: Loaded, journal: Journal, clock: Clock, applied: Callable[[Loaded], None] = lambda _loaded: None
    ) -> None:
        self._loaded, self._journal, self._clock, self._applied = loaded, journal, clock, applied
        self._seen, self._languages = _stamps(loaded), _languages(loaded)
        self._asked = False
        self._stand(loaded)

    def ask(self, bell: Bell) -> None:
        """Somebody wants the settings read and everything looked at, now."""
        self._asked = True
        bell.ring()

    async def changed(self) -> Loaded | None:
        """The new settings, once; None where nothing was written, or nothing can be used of it, or not yet."""
        asked, self._asked = self._asked, False
        stamps = await self._written()
        if stamps is None:
            self._asked = asked
            return None
        if stamps == self._seen:
            if asked:
                self._told_again()
            return None
        self._seen = stamps
        return self._read()

    async def _written(self) -> tuple[Stamp, ...] | None:
        """How the files look once nobody writes to them; None while somebody does."""
        stamps = _stamps(self._loaded)
        for _ in range(_LOOKS):
            if stamps == self._seen:
                return stamps
            await self._clock.sleep(_QUIET_SECONDS)
            before, stamps = stamps, _stamps(self._loaded)
            if stamps == before:
                return stamps
        return None

    def _told_again(self) -> None:
        """Somebody asked, and there is nothing new."""
        notice = self._journal.notices.of(NOTICE)
        if notice is None:
            tell("settings_same", "The settings say what they said before; everything is looked at now.")
        else:
            tell("settings_refused", notice.text)

    def _read(self) -> Loaded | None:
        """The files as they are now, from the places that were found at the start."""
        try:
            loaded = load(self._loaded.path, self._loaded.state_dir)
            policy_of(loaded.settings)
        except ConfigError as error:
            self._refused(", ".join(fault.key for fault in error.faults) or _plainly(error))
        except NeedsOperator:
            self._refused("cadence")
        else:
            return self._taken(loaded)
        return None

    def _refused(self, keys: str) -> None:
        text = f"The settings were changed and cannot be used ({keys}); {_KEPT}."
        self._journal.notices.set(NOTICE, text, self._clock.now())
        tell("settings_refused", text, keys=keys)

    def _taken(self, loaded: Loaded) -> Loaded | None:
        news, languages = differences(self._loaded, loaded), _languages(loaded)
        if languages != self._languages:
            news.append(f"There are letters in {', '.join(sorted(languages))} now.")
        self._loaded, self._languages = loaded, languages
        self._stand(loaded)
        if not news:
            tell("settings_same", "The settings were written anew, and say what is in force.")
            return None
        for sentence in ("The settings were changed and are in force.", *news):
            tell("settings_taken", sentence)
        self._applied(loaded)
        return loaded

    def _stand(self, loaded: Loaded) -> None:
        """These are sound and in force, for everybody to see."""
        self._journal.notices.clear(NOTICE)
        self._journal.standing.keep(in_force(loaded, self._journal.keyed))


def _plainly(error: ConfigError) -> str:
    """What is wrong with a file that holds nothing to be read."""
    return "there is no such file any more" if not error.path or not error.path.exists() else "the file is not readable"


def _languages(loaded: Loaded) -> frozenset[str]:
    return Folders(templates_path(loaded.path)).languages()


def _stamps(loaded: Loaded) -> tuple[Stamp, ...]:
    """What changes when the files are written to, or letters come or go: letters themselves are read for each draft."""
    return tuple(_stamp(path) for path in _watched(loaded))


def _watched(loaded: Loaded) -> Iterator[Path]:
    yield loaded.path
    yield loaded.state_dir / TUNED_NAME
    own = templates_path(loaded.path)
    yield own
    for language in sorted(Folders(own).own_languages()):
        yield own / language


def _stamp(path: Path) -> Stamp:
    try:
        told = path.stat()
    except OSError:
        return ()
    return told.st_mtime_ns, told.st_ctime_ns, told.st_size, told.st_ino
