"""`highroad run` past its door: the process begins anew without what only a command line needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from config.faults import ConfigError
from daemon.commands.context import Context
from daemon.commands.ending import flush, hook
from daemon.commands.run import run
from daemon.core.errors import HighroadError


def become(context: Context) -> NoReturn:
    """Go on as the service, in the same process and with the same arguments; what was loaded so far is gone."""
    named = [str(path or "") for path in (context.config, context.state_dir)]
    # -P: as everywhere, nothing is loaded from the folder that the person happens to be in
    os.execv(sys.executable, [sys.executable, "-P", "-m", __name__, *named])  # noqa: S606  (no shell is wanted)


def main(arguments: list[str]) -> int:
    """The service's life; its exit code. Failures are sentences on standard error."""
    sys.excepthook = hook
    config, state_dir = (Path(name) if name else None for name in arguments)
    try:
        return run(Context(config, state_dir))
    except (HighroadError, ConfigError) as error:
        print(error, file=sys.stderr)
        return error.exit_code
    finally:
        flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
