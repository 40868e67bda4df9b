"""`highroad config check`."""

from __future__ import annotations

import json

from config.check import report, report_json
from config.faults import ConfigError, Fault, faulty
from config.loader import Loaded
from daemon.commands.context import Context
from daemon.core.errors import NeedsOperator
from daemon.policy import policy_of


def check(context: Context, *, as_json: bool) -> int:
    """What the settings say, or every fault at once. Raises ConfigError for people; for programs it is the answer."""
    try:
        loaded = context.load()
        _kept(loaded)
    except ConfigError as error:
        if not as_json:
            raise
        print(json.dumps(error.to_json(), ensure_ascii=False))
        return error.exit_code
    print(json.dumps(report_json(loaded), ensure_ascii=False) if as_json else "\n".join(report(loaded)))
    return 0


def _kept(loaded: Loaded) -> None:
    """Raise ConfigError for a cadence that no calendar can keep, as the service would."""
    try:
        policy_of(loaded.settings)
    except NeedsOperator as error:
        raise faulty(loaded.path, [Fault("cadence", str(error), 'holidays = "DE"')]) from error
