"""The demo's house: real settings by `init`'s own code, a state directory to throw away, a clock that is turned."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from config.loader import load
from config.places import state_path
from config.schema import SecretKind
from config.writer import Answers, config_text, write_new
from daemon import app
from daemon.core.ports import Progress
from daemon.demo.clock import TurnedClock
from daemon.demo.mailbox import CANDIDATE
from daemon.demo.server import DemoServer
from daemon.logbook import Tell
from daemon.model_note import cache_dir

PASSWORD_VARIABLE: Final = "HIGHROAD_DEMO_PASSWORD"  # noqa: S105  (a name, not a password)


@contextlib.contextmanager
def house(server: DemoServer, clock: TurnedClock, progress: Progress, say: Tell) -> Iterator[app.House]:
    """The house as `highroad run` has it, over the demo's server and by the demo's clock."""
    with tempfile.TemporaryDirectory(prefix="highroad-demo-") as name, _password(server.password):
        folder = Path(name)
        write_new(folder / "config.toml", config_text(_answers(server)))
        loaded = load(folder / "config.toml", folder / "state")
        # The model is the one that `classify` uses as well: trained once, and here the next time.
        with app.opened(loaded, progress, say, cache_dir(state_path(None, os.environ))) as opened:
            yield replace(opened, clock=clock)


def _answers(server: DemoServer) -> Answers:
    name, address = CANDIDATE
    secret: tuple[SecretKind, str] = ("env", PASSWORD_VARIABLE)
    return Answers(name, address, server.host, secret, server.port, "plain", server.user, timezone="UTC")


@contextlib.contextmanager
def _password(password: str) -> Iterator[None]:
    os.environ[PASSWORD_VARIABLE] = password
    try:
        yield
    finally:
        os.environ.pop(PASSWORD_VARIABLE, None)  # the house has taken it out already
