"""`highroad config check`."""

from __future__ import annotations

import json

from config.check import report, report_json
from config.faults import ConfigError
from daemon.commands.context import Context


def check(context: Context, *, as_json: bool) -> int:
    """What the settings say, or every fault at once. Raises ConfigError for people; for programs it is the answer."""
    try:
        loaded = context.load()
    except ConfigError as error:
        if not as_json:
            raise
        print(json.dumps(error.to_json(), ensure_ascii=False))
        return error.exit_code
    print(json.dumps(report_json(loaded), ensure_ascii=False) if as_json else "\n".join(report(loaded)))
    return 0
