"""Time zones by name. The data is the machine's own or the tzdata package's; neither may be there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from config.duration import shown

_NO_DATA = "cannot be looked up: this machine has no time zone data; install the package tzdata"


def _find(name: str) -> ZoneInfo | None:
    # A name that is a folder of the data ("Europe") is an OSError, one that leaves the data ("../x") a ValueError.
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises ValueError, a sentence that names the closest known one."""
    found = _find(name)
    if found is not None:
        return found
    if _find("UTC") is None:
        raise ValueError(_NO_DATA)
    raise ValueError(f"{shown(name)} is not a time zone{_closest(name)}")


def _closest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault pays for it
    from zoneinfo import available_timezones  # noqa: PLC0415 - only a fault pays for it

    known = {zone.lower(): zone for zone in sorted(available_timezones())}
    near = get_close_matches(name.lower(), known, n=1)
    return f"; did you mean {shown(known[near[0]])}?" if near else "; it is written as area and city"


def local_name(environ: Mapping[str, str] = os.environ, localtime: Path = Path("/etc/localtime")) -> str:
    """The name of this machine's time zone: $TZ, else where /etc/localtime leads, else UTC."""
    wanted = environ.get("TZ", "").removeprefix(":")
    if wanted and _find(wanted) is not None:
        return wanted
    _, _, linked = os.path.realpath(localtime).partition("/zoneinfo/")
    return linked if linked and _find(linked) is not None else "UTC"
