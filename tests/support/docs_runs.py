"""How the lines of the documentation are run: what stands there before, what is typed, and which test runs the rest."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from support.searches import Search, ago
from typer.testing import CliRunner

from config.faults import ConfigError
from daemon.cli import app
from daemon.core.errors import HighroadError

HEAVY = {"demo", "run", "login", "init", "doctor", "once", "scan", "classify", "train", "evaluate", "tune"}
"""Commands that need a mail server or the model: their lines are run by test_docs_heavy.py."""


def is_heavy(words: str) -> bool:
    """Whether a line needs a mail server or the model."""
    return words.startswith("highroad ") and (shlex.split(words)[1] in HEAVY or "--verify" in words)


def is_for_a_machine(words: str) -> bool:
    """Whether a line is about the service: test_docs_machine.py types it on a booted machine."""
    first, *rest = words.removeprefix("sudo ").split()
    return first in {"systemctl", "journalctl", "loginctl"} or rest[:1] == ["systemd"] or words in SERVED


SERVED = {"highroad status --check", 'highroad backup --force "$HOME/highroad-$(date +%a).db"'}
"""Other lines that need a service that runs, or a shell."""
_TALK = "tests/system/test_init_talk.py"
_WHEEL = (
    "tests/system/test_install_ways.py"
    "::test_the_wheel_installed_by_itself_speaks_in_sentences_and_brings_units_and_model"
)
_DEB = "tests/system/test_install_deb.py"
_PACKAGE = f"{_DEB}::test_a_package_is_installed_works_is_upgraded_removed_installed_again_and_purged"
"""By dpkg, which apt calls when all that a package needs is there."""
ELSEWHERE: dict[str, str] = {
    "highroad init": f"{_TALK}::test_the_first_five_minutes",
    "pipx install dist/highroad-*.whl": _WHEEL,
    "uv tool install dist/highroad-*.whl": _WHEEL,
    "sudo apt install ./dist/highroad_*.deb": _PACKAGE,
    "sudo apt purge highroad": _PACKAGE,
}
"""Lines that need what cannot be had here (root, systemd, another machine), and the test that runs each."""
OTHERWISE: dict[str, set[int]] = {"highroad evaluate --mine": {1}}
"""Lines that end with another code than 0, and with which: as the page says."""
BEFORE: dict[str, str] = {
    "highroad restore journal-monday.db": "highroad backup journal-monday.db",
    "highroad correct 12 --undo": "highroad correct 12 not-rejection",
}
"""What is typed before a line, as the page has it above."""
AGAIN: dict[str, str] = {}
"""What a line that asks is answered."""
FILES: dict[str, str] = {}
"""Files that a line reads, by name, with their content."""


def present(words: str) -> str:
    """A line with days of today's: what is to come lies ahead, and what was lies behind."""
    days = {"--until": ago(-30), "--on": ago(1), "--before": ago(300)}
    return re.sub(
        r"(--until|--on|--before) \d{4}-\d\d-\d\d", lambda found: f"{found[1]} {days[found[1]]:%Y-%m-%d}", words
    )


@dataclass(frozen=True)
class Done:
    """How a line ended, and what it said."""

    code: int
    said: str


class Reader:
    """Somebody who types the lines of a page, in a folder of their own, beside the search that lies there."""

    def __init__(self, search: Search, folder: Path, monkeypatch) -> None:
        monkeypatch.chdir(folder)
        plain = search.context.config.read_text().partition("[cadence]")[0]
        search.context.config.write_text(plain)
        monkeypatch.setenv("HIGHROAD_CONFIG", str(search.context.config))
        monkeypatch.setenv("STATE_DIRECTORY", str(search.state))
        monkeypatch.setenv("HIGHROAD_TEST_PASSWORD", "secret")

    def types(self, words: str) -> Done:
        """Run a line of highroad in this process, after the line that has to come before it."""
        if words in BEFORE:
            before = self.types(BEFORE[words])
            assert before.code == 0, before.said
        for name, content in [(words, FILES[words])] if words in FILES else []:
            Path(shlex.split(name)[-1]).write_text(content)
        done = CliRunner().invoke(app, shlex.split(present(words).partition(" > ")[0])[1:], input=AGAIN.get(words, ""))
        error = done.exception
        if isinstance(error, HighroadError | ConfigError):
            return Done(error.exit_code, f"{done.output}{error}")
        assert error is None or isinstance(error, SystemExit), repr(error)
        return Done(done.exit_code, done.output)
