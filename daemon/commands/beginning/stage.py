"""What `init` works with until the person says yes: settings and state in a folder that is thrown away."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Final

from config.loader import Loaded, load
from config.writer import Answers, config_text
from daemon.commands.beginning.secret import Secret, at_hand
from daemon.model_note import cache_dir

ENDING: Final = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder of ours alone. `config` is where the settings will stand, `state` the directory of the trial."""

    folder: Path
    config: Path

    @property
    def state(self) -> Path:
        """The state directory of the trial."""
        return self.folder / "state"

    @contextmanager
    def loaded(self, answers: Answers, secret: Secret | None) -> Iterator[Loaded]:
        """These answers as settings, the password at hand. Raises ConfigError with every fault."""
        if secret is None:
            yield self._load(answers)
            return
        with at_hand(secret) as place:
            yield self._load(replace(answers, password=place))

    def _load(self, answers: Answers) -> Loaded:
        path = self.folder / self.config.name
        whole = replace(answers, ca_file=absolute(answers.ca_file, self.config.parent))
        path.write_text(config_text(whole), "utf-8")
        return replace(load(path, self.state), path=self.config)


def absolute(path: str, folder: Path) -> str:
    """A path as config.toml in that folder means it; empty stays empty."""
    return str((folder / Path(path).expanduser()).absolute()) if path else ""


@contextmanager
def stage(config: Path, state: Path) -> Iterator[Stage]:
    """The stage, with a copy of the trained model if there is one; nothing of it is left, however this ends.

    What lies in another's folder is not taken, root's least of all: its links could lead anywhere.
    """
    with _ends_orderly(), tempfile.TemporaryDirectory(prefix="highroad-init-") as name:
        made = Stage(Path(name), config)
        made.state.mkdir(mode=0o700)
        if cache_dir(state).is_dir() and cache_dir(state).stat().st_uid == os.geteuid():
            shutil.copytree(cache_dir(state), cache_dir(made.state))
        yield made


@contextmanager
def _ends_orderly() -> Iterator[None]:
    """A terminal that is closed, and a polite kill, end this as Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGINT)

    before = {each: signal.signal(each, stop) for each in ENDING}
    try:
        yield
    finally:
        for each, was in before.items():
            signal.signal(each, was)
