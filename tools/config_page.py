"""Writes docs/configuration.md from the settings themselves (config.keys), so that it cannot lie. `make docs` calls it.

Alone: python -m tools.config_page, or with --check only compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from config.keys import Key, entries
from config.remarks import text_of
from tools.page import kept, row

PAGE = Path("docs/configuration.md")
HEAD = """# Configuration: every setting

Made by `make docs` from the settings themselves: do not edit it here.

You write `config.toml`, and Highroad never changes it once it exists. It is found where `--config` says, else
`$HIGHROAD_CONFIG`, else in `$CONFIGURATION_DIRECTORY` (systemd sets it), else `~/.config/highroad/config.toml`.
The format is [TOML](https://toml.io). What you do not set has its default.

```sh
highroad config check                            # every fault at once, each with its key
highroad config show --origin                    # what is in force, and which file says so
highroad config explain cadence.hours            # what a setting is for, what it may be, when a change counts
highroad config set cadence.drafts_per_day 2     # sets one without an editor; with --unset it is as before
highroad config diff                             # what the files set to something else than the default
```

Values come in layers, and a later one wins: the defaults, `tuned.toml` in the state directory (written by
`highroad tune` and `highroad config set`), your `config.toml`. What your `config.toml` says cannot be set otherwise:
`config set` names file and line. Accounts and places of secrets are for `config.toml` alone.

A running service notices a changed file within half a minute. It takes over what is sound, at once and on the
connections there are; only an account whose server, log-in or folders have changed logs in anew. If something is not
sound, what was in force stays so, and `highroad status` says it. The letters in `templates/` beside the file are looked
at in the same way.

Durations are a whole number and a unit: "0s", "90m", "36h", "3 days", "2 weeks", "3 months", "1 working day".
An example below is a line of its table.
"""
SECRET_HEAD = """## Where a secret is found

A password never stands in the settings. They say where it is found, in exactly one of these ways.
[privacy.md](privacy.md) says which suits whom.
"""


def page() -> str:
    """The whole page."""
    tables = groupby(entries(), key=lambda key: _table(key.name))
    return (
        "\n".join([HEAD, *(line for name, keys in tables for line in _section(name, list(keys))), *_secrets()]) + "\n"
    )


def _table(name: str) -> str:
    """The table that a key stands in as people write it: inline tables belong to the one around them."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "cadence" and len(parts) == 3 else parts[0]


def _section(name: str, keys: list[Key]) -> Iterator[str]:
    yield f"## [[{name}]]" if name == "account" else f"## [{name}]"
    yield ""
    if text := text_of(name):
        yield from (text, "")
    yield row("setting", "default", "what it is for", "what it may be", "example")
    yield "|---|---|---|---|---|"
    yield from (_setting(key, name) for key in keys)
    yield ""


def _setting(key: Key, table: str) -> str:
    default = "needed" if key.needed else code(key.default) if key.default else "none"
    return row(code(key.name.removeprefix(f"{table}.")), default, key.text, _allowed(key), code(key.example))


def _allowed(key: Key) -> str:
    if key.parts:
        return "[where a secret is found](#where-a-secret-is-found)"
    words = ", ".join(code(choice) for choice in key.choices)
    if key.kind.startswith("a list"):
        return f"a list of {words}" if words else key.kind.replace(": each ", ": each is ")
    return words or key.kind


def _secrets() -> Iterator[str]:
    parts = next(key.parts for key in entries() if key.parts)
    yield from (SECRET_HEAD, row("way", "what it is"), "|---|---|")
    yield from (row(code(way), text) for way, text in parts.items())


def code(text: str) -> str:
    """Text as code, which a table's bars cannot break."""
    return f"`{text}`"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    return kept(PAGE, page(), arguments, "what the settings say of themselves")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
