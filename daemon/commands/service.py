"""`highroad run` past its door: the process begins anew without what only a command line needs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn

from config.faults import ConfigError
from daemon.commands.context import Context
from daemon.commands.ending import flush, hook
from daemon.commands.run import Wish, run
from daemon.core.errors import HighroadError
from daemon.logbook import tell
from daemon.supervise import fault_sentence

_UNUSABLE: Final = "The settings cannot be used ({}). `highroad config check` says what is wrong."


def become(context: Context, wish: Wish) -> NoReturn:
    """Go on as the service, in the same process and with the same arguments; what was loaded so far is gone."""
    named = [str(path or "") for path in (context.config, context.state_dir, wish.format, wish.level)]
    # -P: as everywhere, nothing is loaded from the folder that the person happens to be in
    os.execv(sys.executable, [sys.executable, "-P", "-m", __name__, *named])  # noqa: S606  (no shell is wanted)


def main(arguments: list[str]) -> int:
    """The service's life; its exit code. Failures are sentences in the log, or on the terminal where there is one."""
    sys.excepthook = _fault
    config, state_dir = (Path(name) if name else None for name in arguments[:2])
    try:
        return run(Context(config, state_dir), Wish(*arguments[2:]))
    except (HighroadError, ConfigError) as error:
        _ended(error)
        return error.exit_code
    finally:
        flush()


def _ended(error: HighroadError | ConfigError) -> None:
    """Who sits before it reads all of it; a log gets of the settings the keys alone, and not what stands there."""
    if sys.stderr.isatty():
        print(error, file=sys.stderr)
        return
    keys = ", ".join(fault.key for fault in error.faults) if isinstance(error, ConfigError) else ""
    sentence = _UNUSABLE.format(keys) if keys else str(error)
    tell("ended", sentence, exit_code=error.exit_code, keys=keys or None)


def _fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What no sentence was written for, as a line of the log."""
    if os.environ.get("HIGHROAD_TRACEBACK"):
        hook(kind, error, trace)
    else:
        tell("ended", f"{fault_sentence(error)} HIGHROAD_TRACEBACK=1 shows more.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
