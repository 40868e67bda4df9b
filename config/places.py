"""Where the settings and the state are found. Looks only; makes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from config.faults import ConfigMissing

CONFIG_NAME = "config.toml"
TUNED_NAME = "tuned.toml"
TEMPLATES_NAME = "templates"


def config_path(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The config.toml to read. A place named by --config or $HIGHROAD_CONFIG is the only one. Raises ConfigMissing."""
    looked = list(_candidates(explicit, environ))
    found = next((path for path in looked if path.exists()), None)
    if found is None:
        raise ConfigMissing(looked)
    return found


def templates_path(config: Path) -> Path:
    """Where the person's own templates are: beside config.toml; the folder need not exist."""
    return config.absolute().parent / TEMPLATES_NAME


def new_config_path(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """Where `init` writes: the first of the places where it will be looked for."""
    return next(_candidates(explicit, environ))


def _candidates(explicit: Path | None, environ: Mapping[str, str]) -> Iterator[Path]:
    named = explicit or environ.get("HIGHROAD_CONFIG")
    if named:
        yield Path(named).expanduser()
        return
    if folder := _first(environ.get("CONFIGURATION_DIRECTORY", "")):
        yield Path(folder) / CONFIG_NAME
    from platformdirs import user_config_path  # noqa: PLC0415 - not paid for where a place is named

    yield user_config_path("highroad", appauthor=False) / CONFIG_NAME


def state_path(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The state directory, absolute; it need not exist."""
    named = explicit or _first(environ.get("STATE_DIRECTORY", ""))
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_state_path  # noqa: PLC0415 - not paid for where a place is named

    return user_state_path("highroad", appauthor=False)


def _first(value: str) -> str:
    # systemd joins several directories with colons: systemd.exec(5), RuntimeDirectory=
    return value.split(":", 1)[0]
