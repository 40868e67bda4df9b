"""The program as a person starts it: a process of its own, its settings in a file, its state in a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.crashing import CONFIG
from support.overheard import only_secret
from support.realmind import CACHE, ROOT

PASSWORD_VARIABLE = "HIGHROAD_TEST_PASSWORD"


class Home:
    """A person's home: settings for one account, and the state directory."""

    def __init__(self, folder: Path, port: int, user: str, password: str, extra: str = "") -> None:
        self.folder, self.config, self.state = folder, folder / "config.toml", folder / "state"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
            PASSWORD_VARIABLE: password,
        }
        self.config.write_text(CONFIG.format(port=port, user=user) + extra)
        self.config.chmod(0o600)

    def lend_model(self) -> None:
        """Put the test run's trained model where this home would train its own."""
        if CACHE.is_dir():
            shutil.copytree(CACHE, self.state / "model", dirs_exist_ok=True)
            self.state.chmod(0o700)

    def run(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """`highroad --config ... --state-dir ... arguments`, from a folder that is not the checkout."""
        return self.bare("--config", str(self.config), "--state-dir", str(self.state), *arguments, timeout=timeout)

    def bare(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """`highroad arguments`, and nothing else."""
        command = [sys.executable, "-m", "daemon", *arguments]
        done = subprocess.run(
            command, env=self.env, cwd=self.folder, capture_output=True, text=True, timeout=timeout, check=False
        )
        only_secret(done.stdout + done.stderr, f"`{' '.join(arguments)}`")
        return done

    def rows(self, *arguments: str) -> list[dict]:
        """What a command prints with --json, row by row."""
        done = self.run(*arguments, "--json")
        assert "Traceback" not in done.stderr, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]
