"""One real reader of mails for a whole test run, shared by its processes, its model trained once a checkout."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CACHE = Path(tempfile.gettempdir()) / f"highroad-test-model-{os.getuid()}"
"""Where tests keep the trained model between runs: it is found again by the key of corpus, code and versions."""


@contextlib.contextmanager
def mind_server() -> Iterator[str]:
    """The path of a Unix socket behind which the real classifiers.worker answers."""
    with tempfile.TemporaryDirectory(prefix="hr-mind-") as folder:
        path = f"{folder}/mind"
        command = [sys.executable, str(HERE / "mind_server.py"), path, str(CACHE)]
        pipe = subprocess.PIPE
        env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE.parent)])}
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=env) as process:
            try:
                if process.stdout.readline() != b"ready\n":
                    raise RuntimeError("the reader of mails did not start")
                yield path
            finally:
                process.stdin.close()
                process.wait(10)
