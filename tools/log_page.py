"""Writes docs/logs.md from the events that the program can tell (daemon.core.chronicle). `make docs` calls it.

Alone: python -m tools.log_page, or with --check only compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from daemon.core.chronicle import EVENTS, FIELDS
from tools.page import kept, row

PAGE = Path("docs/logs.md")
HEAD = """# The log: every event

Made by `make docs` from `daemon/core/chronicle.py`: do not edit it here. How to read the log stands in
[operations.md](operations.md#logs).

A line is a sentence for people, and an event for programs. Under systemd the event is the journal's field
`HIGHROAD_EVENT`, and what stands beside it are fields like `HIGHROAD_ACCOUNT`. With `format = "json"` under `[log]` a
line is an object with `time`, `level`, `event`, `message` and the fields. No field says who or what a mail is about:
`mail` is a keyed hash, which `highroad show` knows on this machine alone. What a server has said is left out as well;
`highroad status` has it.

```sh
journalctl --user HIGHROAD_EVENT=draft_placed       # every draft that was laid
```

- **info**: what happened, and what mends itself.
- **warning**: what waits for you, or has lasted for an hour; at once, and then once a day.
- **error**: what ends the service.
- **debug**: what else there is.

| event | level | what it means |
|---|---|---|"""


def page() -> str:
    """The whole page."""
    events = [row(f"`{name}`", kind.level, kind.meaning) for name, kind in EVENTS.items()]
    fields = ", ".join(f"`{field}`" for field in FIELDS)
    return "\n".join([HEAD, *events, "", f"Fields beside a sentence: {fields}.", ""])


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    return kept(PAGE, page(), arguments, "what daemon.core.chronicle says")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
