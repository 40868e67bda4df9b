"""A real terminal of 80 columns and 24 lines: tmux on a socket of its own, keys pressed, the screen read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HOW = "apt-get install tmux"


def why_not() -> str | None:
    """Why there is no terminal here, as a half-sentence; None where there is one."""
    return None if shutil.which("tmux") else "no tmux is installed"


class Terminal:
    """A context manager: one program in it, with that environment and no other; `into` is what it is piped into."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], into: str = "") -> None:
        self._command, self._env, self._into = command, dict(env), into

    def __enter__(self) -> Terminal:
        self._folder = Path(tempfile.mkdtemp(prefix="hr-tty-"))
        ended = self._folder / "ended"
        script = self._folder / "play.sh"
        exports = "".join(f"export {name}={_quoted(value)}\n" for name, value in self._env.items())
        call = " ".join(map(_quoted, self._command))
        # what was shown stays to be read, and the exit code with it; Ctrl-C is for the program
        call += f" | {self._into}" if self._into else ""
        script.write_text(
            f"trap : INT\n{exports}cd {_quoted(self._env['HOME'])}\n{call}\necho $? >{ended}\nexec sleep 600\n"
        )
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "sh", str(script))
        return self

    def __exit__(self, *_exc) -> None:
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Close the window under whatever goes on in it, as a person does. Twice is once."""
        subprocess.run([*self._base, "kill-server"], capture_output=True, check=False, timeout=20)

    @property
    def _base(self) -> list[str]:
        return ["tmux", "-S", str(self._folder / "socket")]

    def _tmux(self, *arguments: str) -> str:
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "HOME": str(self._folder)}
        done = subprocess.run(
            [*self._base, *arguments], env=env, capture_output=True, text=True, check=True, timeout=20
        )
        return done.stdout

    @property
    def screen(self) -> str:
        """What stands there now."""
        return self._tmux("capture-pane", "-p")

    @property
    def history(self) -> str:
        """All lines that are there, scrolled away or not."""
        return self._tmux("capture-pane", "-p", "-S", "-")

    @property
    def painted(self) -> str:
        """The same with its escape sequences: colours and weights."""
        return self._tmux("capture-pane", "-p", "-e", "-S", "-")

    def awaits(self, words: str, seconds: float = 60) -> str:
        """Wait until the screen shows these words (a line break is a blank). The screen; AssertionError if never."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            screen = self.screen
            if words in " ".join(screen.split()):
                return screen
            time.sleep(0.05)
        raise AssertionError(f"{words!r} never came up:\n{self.history}")

    def answer(self, text: str = "") -> None:
        """Type a line and press Enter."""
        if text:
            self._tmux("send-keys", "-l", text)
        self._tmux("send-keys", "Enter")

    def press(self, key: str) -> None:
        """One key by tmux's name, e.g. C-c."""
        self._tmux("send-keys", key)

    def code(self, seconds: float = 30) -> int:
        """Wait for the program's end; its exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ended = self._folder / "ended"
            if ended.exists() and ended.read_text().strip():
                return int(ended.read_text())
            time.sleep(0.05)
        raise AssertionError(f"It did not end:\n{self.history}")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
