"""Settings as the loader makes them of a config.toml, for tests that need the real thing."""

from __future__ import annotations

from config.loader import Loaded, load

MINIMAL = """
[me]
name = "Sam Rivera"
address = "sam@example.org"
timezone = "Europe/Berlin"
"""
MAIN = """
[[account]]
host = "imap.example.org"
password = { command = "echo secret" }
"""


def loaded_settings(folder, more="", accounts=MAIN) -> Loaded:
    """The settings with `more` tables of TOML; the state directory is below `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(MINIMAL + more + accounts)
    return load(folder / "config.toml", folder / "state", environ={})
