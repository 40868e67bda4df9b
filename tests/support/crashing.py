"""Passes of the real daemon that can be told to die at a step (see crash_child.py)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from support.realmind import HERE, ROOT

CONFIG = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
timezone = "UTC"

[[account]]
name = "main"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "{user}"
password = {{ env = "HIGHROAD_TEST_PASSWORD" }}

[cadence]
quiet_period = "0s"
hours = "00:00-24:00"
working_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
drafts_per_day = 100
drafts_per_company_per_month = 100
thank_you.after = "0s"
feedback_request.after = "0s"

[digest]
enabled = false
"""


class Passes:
    """A context manager around the process that forks the passes."""

    def __init__(self, mind: str, password: str) -> None:
        self._mind, self._password = mind, password

    def __enter__(self) -> Passes:
        env = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE.parent)]),
            "HIGHROAD_TEST_PASSWORD": self._password,
        }
        pipe = subprocess.PIPE
        command = [sys.executable, str(HERE / "crash_child.py")]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env, text=True)
        return self

    def __exit__(self, *_exc) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def go(self, folder: Path, kill: int = 0) -> dict:
        """One pass over what lies in `folder` (config.toml, state), killed at step `kill`; 0 is never."""
        order = {
            "config": str(folder / "config.toml"),
            "state": str(folder / "state"),
            "mind": self._mind,
            "kill": kill,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
